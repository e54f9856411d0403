// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaProgram.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/base/Format.h"

namespace weft::cuda {
namespace {

constexpr size_t logBytes = 8192;

/// The end of a log that is there.
std::string formatLog(std::string_view log) {
  size_t end = log.find_last_not_of(" \n\0");
  return end == std::string_view::npos ? "" : fmt::format("\n{}", log.substr(0, end + 1));
}

} // namespace

CudaProgram::~CudaProgram() {
  if (!module)
    return;
  // A call that failed half way leaves kernels on the stream.
  context.attempt([&] { return context.wait(); });
  context.attempt([&] { return WEFT_CUDA_CALL(context.driver, moduleUnload, module); });
}

std::string CudaProgram::describeVersions(std::string_view ptx) const {
  constexpr std::string_view word = ".version ";
  size_t place = ptx.find(word);
  if (place == std::string_view::npos)
    return "machine code";
  std::string_view version = ptx.substr(place + word.size());
  return fmt::format("PTX {}", version.substr(0, version.find('\n')));
}

Status CudaProgram::loadModule(std::span<const std::byte> code) {
  // The driver takes PTX that ends with a zero, and its log is read only if it writes one.
  std::string image(reinterpret_cast<const char *>(code.data()), code.size());
  std::array<char, logBytes> errors = {}, infos = {};
  std::array<int, 4> options = {CuJitErrorLog, CuJitErrorLogBytes, CuJitInfoLog, CuJitInfoLogBytes};
  auto size = [] { return reinterpret_cast<void *>(uintptr_t(logBytes - 1)); };
  std::array<void *, 4> values = {errors.data(), size(), infos.data(), size()};
  CuResult result = context.driver.moduleLoadDataEx(&module, image.data(), unsigned(options.size()),
                                                    options.data(), values.data());
  if (result == CuSuccess)
    return {};
  module = nullptr;
  Status status = context.driver.describe(callNames.moduleLoadDataEx, result);
  return Status(status.code(),
                fmt::format("{}; {} on card {} ({}, sm_{}), driver for CUDA {}.{}{}{}",
                            status.message(), describeVersions(image), context.options.card,
                            context.cardName, context.sm, context.driverVersion / 1000,
                            context.driverVersion % 1000 / 10, formatLog(errors.data()),
                            formatLog(infos.data())));
}

Status CudaProgram::findKernel(const WeftKernelInfo &info) {
  Kernel kernel = {.function = nullptr,
                   .symbol = info.symbol,
                   .place = info.place,
                   .arrays = info.arrayCount,
                   .sizes = info.sizeCount,
                   .threads = unsigned(info.threads),
                   .sharedBytes = unsigned(info.sharedBytes),
                   .blocks = 0};
  std::string name = fmt::format("kernel `{}`{}{}", kernel.symbol,
                                 kernel.place.empty() ? "" : " of ", kernel.place);
  if (info.threads > uint64_t(context.threadLimit) ||
      info.sharedBytes > uint64_t(context.sharedLimit))
    return makeError(
        ErrorCode::Device,
        "{} expects {} threads and {} bytes of shared memory in a block, the card ({}, "
        "sm_{}) has {} and {}: compile for --target=sm_{} or an older one",
        name, info.threads, info.sharedBytes, context.cardName, context.sm, context.threadLimit,
        context.sharedLimit, context.sm);
  if (Status status =
          WEFT_CUDA_CALL(context.driver, moduleGetFunction, &kernel.function, module, info.symbol);
      !status)
    return status.within(name);
  if (kernel.sharedBytes > 0)
    if (Status status = WEFT_CUDA_CALL(context.driver, funcSetAttribute, kernel.function,
                                       CuMaxDynamicSharedBytes, int(kernel.sharedBytes));
        !status)
      return status.within(name);
  int perProcessor = 0;
  if (Status status = WEFT_CUDA_CALL(context.driver, occupancy, &perProcessor, kernel.function,
                                     int(kernel.threads), kernel.sharedBytes);
      !status)
    return status.within(name);
  if (perProcessor < 1)
    return context.driver.describe(callNames.occupancy, CuLaunchOutOfResources).within(name);
  kernel.blocks = int64_t(perProcessor) * context.processors;
  kernels.push_back(std::move(kernel));
  return {};
}

Result<std::unique_ptr<CudaProgram>> CudaProgram::load(CudaContext &context,
                                                       std::span<const std::byte> code,
                                                       std::span<const WeftKernelInfo> kernels) {
  auto program = std::make_unique<CudaProgram>(context);
  if (Status status = program->loadModule(code); !status)
    return status;
  for (const WeftKernelInfo &info : kernels)
    if (Status status = program->findKernel(info); !status)
      return status;
  return program;
}

Status CudaProgram::launch(uint64_t number, void *const *arrays, const int64_t *sizes,
                           int64_t tasks) {
  if (tasks <= 0)
    return {};
  const Kernel &kernel = kernels[number];
  parameters.clear();
  for (uint64_t i = 0; i < kernel.arrays; ++i)
    parameters.push_back(const_cast<void **>(arrays + i));
  for (uint64_t i = 0; i < kernel.sizes; ++i)
    parameters.push_back(const_cast<int64_t *>(sizes + i));
  auto blocks = unsigned(std::min(tasks, kernel.blocks));
  Status status =
      WEFT_CUDA_CALL(context.driver, launchKernel, kernel.function, blocks, 1, 1, kernel.threads, 1,
                     1, kernel.sharedBytes, context.stream, parameters.data(), nullptr);
  if (status && context.options.waits)
    status = context.wait();
  return kernel.place.empty() ? status : status.within(kernel.place);
}

} // namespace weft::cuda
