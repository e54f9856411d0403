// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaContext.h"

#include <array>
#include <charconv>

#include "runtime/base/Format.h"

namespace weft::cuda {
namespace {

/// What every kernel of Weft may use: asynchronous copies and bf16 in the tensor cores.
constexpr int leastSm = 80;
constexpr int leastDriver = 11040; ///< graphs as they are recorded here

} // namespace

Result<CudaOptions> CudaOptions::parse(std::string_view text) {
  CudaOptions options;
  while (!text.empty()) {
    std::string_view option = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), option.size() + 1));
    std::string_view key = option.substr(0, option.find('='));
    std::string_view value = option.substr(std::min(option.size(), key.size() + 1));
    const char *end = value.data() + value.size();
    if (key == "driver" && !value.empty()) {
      options.driver = value;
    } else if (key == "card") {
      auto [stop, error] = std::from_chars(value.data(), end, options.card);
      if (error != std::errc() || stop != end || options.card < 0)
        return makeError(ErrorCode::Usage, "card expects a number of at least 0, got `{}`", value);
    } else if (key == "sync" || key == "poison") {
      if (value != "0" && value != "1")
        return makeError(ErrorCode::Usage, "{} expects 0 or 1, got `{}`", key, value);
      (key == "sync" ? options.waits : options.poisons) = value == "1";
    } else {
      return makeError(ErrorCode::Usage,
                       "expects the options card=N, driver=PATH, sync=0|1, poison=0|1, got `{}`",
                       option);
    }
  }
  return options;
}

Status CudaContext::findCard() {
  int count = 0;
  if (Status status = WEFT_CUDA_CALL(driver, init, 0); !status)
    return status;
  if (Status status = WEFT_CUDA_CALL(driver, driverGetVersion, &driverVersion); !status)
    return status;
  if (driverVersion < leastDriver)
    return makeError(
        ErrorCode::Device,
        "expects a driver for CUDA {}.{} or later, got one for CUDA {}.{} ({}): update "
        "the driver",
        leastDriver / 1000, leastDriver % 1000 / 10, driverVersion / 1000,
        driverVersion % 1000 / 10, driver.path);
  if (Status status = WEFT_CUDA_CALL(driver, deviceGetCount, &count); !status)
    return status;
  if (count == 0)
    return driver.describe(callNames.deviceGetCount, CuNoDevice);
  if (options.card >= count)
    return makeError(ErrorCode::Device, "expects a card in [0, {}], got card={}", count - 1,
                     options.card);
  if (Status status = WEFT_CUDA_CALL(driver, deviceGet, &card, options.card); !status)
    return status;
  std::array<char, 256> name = {};
  if (Status status =
          WEFT_CUDA_CALL(driver, deviceGetName, name.data(), int(name.size()) - 1, card);
      !status)
    return status;
  cardName = name.data();
  int major = 0, minor = 0;
  for (auto [attribute, value] :
       {std::pair(CuComputeCapabilityMajor, &major), std::pair(CuComputeCapabilityMinor, &minor),
        std::pair(CuMultiprocessorCount, &processors),
        std::pair(CuMaxThreadsPerBlock, &threadLimit), std::pair(CuCacheBytes, &cacheBytes),
        std::pair(CuMaxSharedBytesOptIn, &sharedLimit)})
    if (Status status = WEFT_CUDA_CALL(driver, deviceGetAttribute, value, attribute, card); !status)
      return status;
  sm = major * 10 + minor;
  if (sm < leastSm)
    return makeError(
        ErrorCode::Device,
        "card {} ({}) is of sm_{}, and no kernels are compiled for cards before sm_{}: "
        "choose another with --device-options=card=N, or --device=cpu",
        options.card, cardName, sm, leastSm);
  return {};
}

Status CudaContext::open(const CudaOptions &given) {
  options = given;
  Result<Driver> found = Driver::load(options.driver);
  if (!found)
    return found.status();
  driver = *found;
  if (Status status = findCard(); !status)
    return status;
  if (Status status = WEFT_CUDA_CALL(driver, primaryCtxRetain, &context, card); !status)
    return status;
  if (Status status = enter(); !status)
    return status;
  return WEFT_CUDA_CALL(driver, streamCreate, &stream, CuStreamNonBlocking);
}

Status CudaContext::enter() {
  if (Status status = takeTrouble(); !status)
    return status;
  return makeCurrent();
}

Status CudaContext::makeCurrent() const { return WEFT_CUDA_CALL(driver, ctxSetCurrent, context); }

Status CudaContext::takeTrouble() {
  if (std::exchange(lacksMemory, false) && trouble)
    return Status(ErrorCode::Resource, "out of memory of the host");
  return std::exchange(trouble, Status());
}

Status CudaContext::wait() const { return WEFT_CUDA_CALL(driver, streamSynchronize, stream); }

void CudaContext::close() {
  if (stream)
    attempt([&] { return WEFT_CUDA_CALL(driver, streamDestroy, stream); });
  if (context) {
    // Another part of the process may hold the context, and then it must not stay this thread's.
    attempt([&] { return WEFT_CUDA_CALL(driver, ctxSetCurrent, nullptr); });
    attempt([&] { return WEFT_CUDA_CALL(driver, primaryCtxRelease, card); });
  }
  stream = context = nullptr;
}

} // namespace weft::cuda
