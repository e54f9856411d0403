// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/exec/MemoryShortage.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "runtime/base/Format.h"

namespace weft {
namespace {

constexpr size_t shownBuffers = 10;

std::string formatBytes(uint64_t bytes) {
  return bytes >= 10'000'000 ? fmt::format("{} MB", bytes / 1'000'000)
                             : fmt::format("{} bytes", bytes);
}

class Shortage {
public:
  Shortage(const ExecProgram &program, const Manifest &manifest, size_t index)
      : program(program), manifest(manifest), function(program.functions[index]),
        spec(manifest.functions[index]), buffers(program.buffersOf(function)) {}

  std::string describe(const Device &device) const {
    return fmt::format(
        "\n  the largest buffers of `{}`, which needs {} in all, {} of them to compute "
        "in:\n{}{}",
        spec.name, formatBytes(countNeeded()), formatBytes(function.arenaBytes), listBuffers(),
        listRemedies(device));
  }

private:
  /// A result that takes over an argument's memory needs none of its own.
  uint64_t countNeeded() const {
    uint64_t bytes = function.arenaBytes;
    for (size_t i = 0; i < function.argumentCount + function.resultCount; ++i)
      if (i < function.argumentCount || spec.results[i - function.argumentCount].takes < 0)
        bytes += buffers[i].boundBytes;
    return bytes;
  }

  std::string name(size_t buffer) const {
    if (buffer < function.argumentCount)
      return fmt::format(" argument `{}`", spec.arguments[buffer].key);
    if (buffer < function.argumentCount + function.resultCount)
      return fmt::format(" result `{}`", spec.results[buffer - function.argumentCount].key);
    return buffers[buffer].kind == WEFT_BUFFER_Constant ? " constant" : "";
  }

  /// The kernel that has it first: what is computed is written before it is read.
  std::string findPlace(size_t buffer) const {
    for (const WeftExecOp &op : program.opsOf(function)) {
      std::span<const WeftExecArg> args = program.argsOf(op);
      bool isUser = op.opcode == WEFT_OP_Launch &&
                    std::any_of(args.begin(), args.end(),
                                [&](const WeftExecArg &arg) { return arg.buffer == buffer; });
      if (isUser && !manifest.places[op.a].empty())
        return fmt::format(" at {}", manifest.places[op.a]);
      if (isUser)
        return fmt::format(" in kernel `{}`", manifest.kernels[op.a]);
    }
    return "";
  }

  std::string listBuffers() const {
    std::vector<size_t> order(buffers.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return buffers[a].boundBytes > buffers[b].boundBytes;
    });
    order.resize(std::min(order.size(), shownBuffers));
    std::string text;
    for (size_t buffer : order) {
      std::vector<DimSpec> dims;
      for (const WeftExecDim &dim : program.dimsOf(buffers[buffer]))
        dims.push_back({dim.symbol, dim.offset});
      text += fmt::format("    {}: {}{}{}\n", formatBytes(buffers[buffer].boundBytes),
                          manifest.formatType(DType(buffers[buffer].dtype), dims), name(buffer),
                          findPlace(buffer));
    }
    return text;
  }

  /// The least number of parts of the batch with which the function fits into `room`; 0: none, or
  /// the model has no batch, or the function is none of training, which adds parts up.
  uint64_t findParts(uint64_t room) const {
    if (!spec.name.ends_with(".train") && !spec.name.ends_with(".grad"))
      return 0;
    auto found = manifest.config.find("batch");
    uint64_t batch = 0, fixed = countNeeded() - function.arenaBytes;
    if (found != manifest.config.end())
      std::from_chars(found->second.data(), found->second.data() + found->second.size(), batch);
    for (uint64_t parts = 2; parts <= batch; ++parts)
      if (batch % parts == 0 && fixed + function.arenaBytes / parts <= room)
        return parts;
    return 0;
  }

  std::string describeSmaller(uint64_t parts) const {
    uint64_t fixed = countNeeded() - function.arenaBytes;
    if (parts)
      return fmt::format("the batch in {} times as many parts (accumulate={}, if it was 1) needs "
                         "about {}",
                         parts, parts, formatBytes(fixed + function.arenaBytes / parts));
    return fmt::format("half the batch or length needs about {}, since {} are weights, states and "
                       "inputs",
                       formatBytes(fixed + function.arenaBytes / 2), formatBytes(fixed));
  }

  std::string listRemedies(const Device &device) const {
    uint64_t unused = 0, total = 0;
    bool isKnown =
        device.api().countMemory && device.api().countMemory(device.handle(), &unused, &total) == 0;
    std::string text =
        fmt::format("  what helps:\n    {}\n", describeSmaller(isKnown ? findParts(total) : 0));
    if (isKnown)
      text +=
          fmt::format("    {} of {} are taken: end what else uses the card (nvidia-smi lists it)\n",
                      formatBytes(total - unused), formatBytes(total));
    return text +
           fmt::format("    another card (--device-options=card=N), or --device=cpu, with {} of "
                       "memory",
                       formatBytes(countNeeded()));
  }

  const ExecProgram &program;
  const Manifest &manifest;
  const WeftExecFunction &function;
  const FunctionSpec &spec;
  std::span<const WeftExecBuffer> buffers;
};

} // namespace

Status explainShortage(const Status &status, const ExecProgram &program, const Manifest &manifest,
                       size_t function, const Device &device) {
  if (status || status.code() != ErrorCode::Resource || !device.api().hasOwnMemory)
    return status;
  return Status(status.code(),
                status.message() + Shortage(program, manifest, function).describe(device));
}

} // namespace weft
