// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/exec/ExecInterpreter.h"

#include <array>

#include "runtime/base/Checked.h"
#include "runtime/base/Format.h"
#include "runtime/device/Residence.h"
#include "runtime/exec/LaunchWork.h"
#include "runtime/exec/MemoryShortage.h"
#include "runtime/exec/SizeBinder.h"

namespace weft {
namespace {

/// One run of one function: the program counter and the loops around it.
class FunctionRun {
public:
  FunctionRun(const ExecProgram &program, const Manifest &manifest, const Device &device,
              WeftProgram *code, const WeftExecFunction &function, std::vector<int64_t> &sizes,
              ExecContext &context)
      : program(program), manifest(manifest), device(device), code(code), function(function),
        sizes(sizes), context(context), buffers(program.buffersOf(function)) {}

  Status run() {
    uint64_t end = function.firstOp + function.opCount;
    for (uint64_t index = function.firstOp; index < end;) {
      uint64_t next = index + 1;
      if (Status status = runOp(program.ops[index], next); !status)
        return status.within(fmt::format("op {}", index - function.firstOp));
      index = next;
    }
    return {};
  }

private:
  Status runOp(const WeftExecOp &op, uint64_t &next) {
    switch (op.opcode) {
    case WEFT_OP_Launch:
      return launch(op);
    case WEFT_OP_Copy:
      return copy(op);
    case WEFT_OP_For: {
      int64_t trips = evaluate(program.dims[op.b]);
      if (trips <= 0) {
        next = op.a + 1;
        return {};
      }
      bool isDown = program.ops[op.a].a == 1;
      loops[depth++] = isDown ? Loop{trips - 1, -1, trips} : Loop{0, 1, trips};
      return {};
    }
    case WEFT_OP_End: {
      Loop &loop = loops[depth - 1];
      loop.counter += loop.direction;
      if (--loop.left > 0)
        next = op.b + 1;
      else
        --depth;
      return {};
    }
    default:
      return setSize(op);
    }
  }

  int64_t evaluate(const WeftExecDim &dim) const {
    return dim.offset + (dim.symbol < 0 ? 0 : sizes[dim.symbol]);
  }

  /// The address an argument has in this iteration; `length` bytes from there must belong to its
  /// buffer.
  Result<std::byte *> locate(const WeftExecArg &arg, int64_t length) const {
    int64_t moved = 0;
    if (arg.loop >= 0) {
      std::optional<int64_t> product = checkedMul(arg.loopStride, loops[arg.loop].counter);
      if (!product)
        return makeError(ErrorCode::File, "window of buffer {} overflows", arg.buffer);
      moved = *product;
    }
    std::optional<int64_t> begin = checkedAdd(arg.offset, moved);
    int64_t extent = context.extents[arg.buffer];
    if (!begin || !isInside(*begin, length, extent))
      return makeError(
          ErrorCode::File,
          "window of buffer {} expects to lie inside {} bytes, got {} bytes at {} + {}", arg.buffer,
          extent, length, arg.offset, moved);
    return context.bases[arg.buffer] + *begin;
  }

  Status launch(const WeftExecOp &op) {
    context.arrays.clear();
    context.arrayBytes.clear();
    for (const WeftExecArg &arg : program.argsOf(op)) {
      Result<std::byte *> address = locate(arg, 0);
      if (!address)
        return address.status();
      std::byte *end = context.bases[arg.buffer] + context.extents[arg.buffer];
      context.arrays.push_back(*address);
      context.arrayBytes.push_back(uint64_t(end - *address));
    }
    context.kernelSizes.clear();
    for (const WeftExecDim &size : program.sizesOf(op))
      context.kernelSizes.push_back(evaluate(size));
    if (context.observer)
      return launchObserved(op);
    return launchKernel(op);
  }

  /// The device may still work when a launch returns, so each is waited for.
  Status launchObserved(const WeftExecOp &op) {
    auto begin = std::chrono::steady_clock::now();
    Status status = launchKernel(op);
    if (int code = status ? device.api().synchronize(device.handle()) : 0; code != 0)
      status = device.check(code);
    auto end = std::chrono::steady_clock::now();
    if (status) {
      LaunchWork work = countWork(program, manifest, function, op, sizes);
      (*context.observer)({manifest.kernels[op.a], manifest.places[op.a], true, int64_t(op.b),
                           work.flops, work.bytes, begin, end});
    }
    return status;
  }

  Status launchKernel(const WeftExecOp &op) {
    int code =
        device.api().launch(device.handle(), this->code, op.a, context.arrays.data(),
                            context.arrayBytes.data(), context.kernelSizes.data(), int64_t(op.b));
    return code == 0
               ? Status()
               : device.check(code).within(fmt::format("kernel `{}`", manifest.kernels[op.a]));
  }

  Status copy(const WeftExecOp &op) {
    std::span<const WeftExecArg> args = program.argsOf(op);
    int64_t length = int64_t(op.b);
    if (op.b == 0) {
      const WeftExecBuffer &buffer = buffers[args[0].buffer];
      Shape shape;
      for (const WeftExecDim &dim : program.dimsOf(buffer))
        shape.push_back(evaluate(dim));
      Result<int64_t> bytes = countBytes(DType(buffer.dtype), shape);
      if (!bytes)
        return bytes.status();
      length = *bytes;
    }
    Result<std::byte *> destination = locate(args[0], length);
    Result<std::byte *> source = locate(args[1], length);
    if (!destination || !source)
      return destination ? source.status() : destination.status();
    int code = device.api().copy(device.handle(), *destination, *source, uint64_t(length));
    return code == 0 ? Status() : device.check(code);
  }

  Status setSize(const WeftExecOp &op) {
    int32_t value;
    Result<std::byte *> address = locate(program.argsOf(op)[0], sizeof value);
    if (!address)
      return address.status();
    if (int code = device.api().synchronize(device.handle()); code != 0)
      return device.check(code);
    if (int code = device.api().toHost(device.handle(), &value, *address, sizeof value); code != 0)
      return device.check(code);
    const SymbolSpec &symbol = manifest.symbols[op.a];
    if (!isValidSize(value, symbol.bound, symbol.step))
      return makeError(
          ErrorCode::Model,
          "size `{}` expects a value in [0, {}] and a multiple of {} or the bound, got {}",
          symbol.name, symbol.bound, symbol.step, value);
    sizes[op.a] = value;
    return {};
  }

  struct Loop {
    int64_t counter, direction, left;
  };

  const ExecProgram &program;
  const Manifest &manifest;
  const Device &device;
  WeftProgram *code;
  const WeftExecFunction &function;
  std::vector<int64_t> &sizes;
  ExecContext &context;
  std::span<const WeftExecBuffer> buffers;
  std::array<Loop, maxLoopDepth> loops;
  int64_t depth = 0;
};

} // namespace

/// Those that a caller makes for one call, and may fill again through a span it holds.
static bool isOfOneCall(const TensorSpec &spec) {
  return spec.role == "input" || spec.role == "key" || spec.role == "hyper" ||
         spec.role == "cotangent";
}

Status ExecInterpreter::bind(size_t index, std::span<const Tensor> arguments,
                             std::span<const Tensor> results, ExecContext &context) const {
  const WeftExecFunction &function = program.functions[index];
  const FunctionSpec &spec = manifest.functions[index];
  Residence residence(device);
  auto explain = [&](const Status &status, const std::string &what) {
    return explainShortage(status, program, manifest, index, device).within(what);
  };
  if (context.arena.capacity() < int64_t(function.arenaBytes) || !context.arena.identity()) {
    Result<Tensor> arena = residence.allocate(DType::I1, {int64_t(function.arenaBytes)});
    if (!arena)
      return explain(arena.status(), "arena");
    context.arena = *arena;
  }
  // Once, not in the middle of the program: memory may end, and what was written stays written.
  for (const WeftExecOp &op : program.opsOf(function)) {
    context.arrays.reserve(op.argCount);
    context.arrayBytes.reserve(op.argCount);
    context.kernelSizes.reserve(op.sizeCount);
  }
  context.bases.clear();
  context.extents.clear();
  for (size_t i = 0; i < arguments.size(); ++i) {
    Result<std::byte *> place = residence.locate(arguments[i], isOfOneCall(spec.arguments[i]));
    if (!place)
      return explain(place.status(), fmt::format("argument `{}`", spec.arguments[i].key));
    context.bases.push_back(*place);
    context.extents.push_back(arguments[i].byteCount());
  }
  for (size_t i = 0; i < results.size(); ++i) {
    Result<std::byte *> place = residence.locateResult(results[i]);
    if (!place)
      return explain(place.status(), fmt::format("result `{}`", spec.results[i].key));
    context.bases.push_back(*place);
    context.extents.push_back(results[i].capacity());
  }
  Result<std::byte *> arena = residence.locateResult(context.arena);
  Result<std::byte *> constants = residence.locate(program.constants, false);
  if (!arena || !constants)
    return arena ? constants.status().within("constants") : arena.status();
  std::span<const WeftExecBuffer> buffers = program.buffersOf(function);
  for (const WeftExecBuffer &buffer : buffers.subspan(arguments.size() + results.size())) {
    std::byte *base = buffer.kind == WEFT_BUFFER_Arena ? *arena : *constants;
    context.bases.push_back(base + buffer.offset);
    context.extents.push_back(int64_t(buffer.boundBytes));
  }
  return {};
}

Status ExecInterpreter::run(size_t index, std::span<const Tensor> arguments,
                            std::span<const Tensor> results, std::vector<int64_t> &sizes,
                            ExecContext &context) const {
  const WeftExecFunction &function = program.functions[index];
  if (Status status = bind(index, arguments, results, context); !status)
    return status;
  if (Status status = FunctionRun(program, manifest, device, code, function, sizes, context).run();
      !status)
    return status;
  if (int code = device.api().synchronize(device.handle()); code != 0)
    return device.check(code);
  for (const Tensor &result : results)
    Residence(device).markWritten(result);
  return {};
}

} // namespace weft
