// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/exec/ExecInterpreter.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

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
        sizes(sizes), context(context), arguments(context.arguments),
        buffers(program.buffersOf(function)) {}
  /// One iteration of a parallel loop of `outer`.
  FunctionRun(const FunctionRun &outer, LaunchArguments &arguments, int64_t counter)
      : program(outer.program), manifest(outer.manifest), device(outer.device), code(outer.code),
        function(outer.function), sizes(outer.sizes), context(outer.context), arguments(arguments),
        buffers(outer.buffers), loops(outer.loops), depth(outer.depth) {
    loops[depth++] = Loop{counter, 1, 1};
  }
  FunctionRun(const FunctionRun &) = delete;
  FunctionRun &operator=(const FunctionRun &) = delete;
  ~FunctionRun() {
    if (pendingCount > 0)
      device.api().words->read(device.handle(), pendingSlots.data(), pendingCount, nullptr);
  }

  Status run() {
    uint64_t end = function.firstOp + function.opCount, body = findBody(end);
    if (Status status = runOps(function.firstOp, body); !status)
      return status;
    if (Status status = settle(); !status)
      return status;
    bool records = device.api().graphs && !context.observer;
    return records && isWorthRecording(body, end) ? runRecorded(body, end) : runOps(body, end);
  }

  /// Whether an op that has begun, in the order of the program, has this buffer.
  bool mayHaveUsed(uint64_t buffer) const {
    return std::any_of(program.ops.begin() + std::ptrdiff_t(function.firstOp),
                       program.ops.begin() + std::ptrdiff_t(reached), [&](const WeftExecOp &op) {
                         std::span<const WeftExecArg> args = program.argsOf(op);
                         return std::any_of(args.begin(), args.end(), [&](const WeftExecArg &arg) {
                           return arg.buffer == buffer;
                         });
                       });
  }

private:
  Status runOps(uint64_t begin, uint64_t end) {
    for (uint64_t index = begin; index < end;) {
      uint64_t next = index + 1;
      reached = std::max(reached, next);
      if (Status status = runOp(program.ops[index], next); !status)
        return status.within(fmt::format("op {}", index - function.firstOp));
      index = next;
    }
    return {};
  }

  /// Behind the last size that the function sets, and any loop around it: from there on the sizes
  /// are those of the whole call, and the host decides nothing.
  uint64_t findBody(uint64_t end) const {
    uint64_t body = function.firstOp;
    int64_t loopDepth = 0;
    bool isSet = false;
    for (uint64_t index = function.firstOp; index < end; ++index) {
      uint64_t opcode = program.ops[index].opcode;
      loopDepth += opcode == WEFT_OP_For ? 1 : opcode == WEFT_OP_End ? -1 : 0;
      isSet |= opcode == WEFT_OP_SetSize;
      if (isSet && loopDepth == 0) {
        body = index + 1;
        isSet = false;
      }
    }
    return body;
  }

  /// One launch is no slower alone; and the nodes of a long loop take memory.
  bool isWorthRecording(uint64_t begin, uint64_t end) const {
    constexpr int64_t least = 2, most = 1 << 14;
    int64_t count = 0, times = 1;
    std::array<int64_t, maxLoopDepth> outer;
    size_t level = 0;
    for (uint64_t index = begin; index < end && count <= most; ++index) {
      const WeftExecOp &op = program.ops[index];
      if (op.opcode == WEFT_OP_For) {
        outer[level++] = times;
        times *= std::clamp<int64_t>(evaluate(program.dims[op.b]), 0, most + 1);
        times = std::min(times, most + 1);
      } else if (op.opcode == WEFT_OP_End) {
        times = outer[--level];
      } else {
        count += times;
      }
    }
    return count >= least && count <= most;
  }

  /// A call that comes again with the same addresses and sizes is recorded, and runs so from then
  /// on.
  Status runRecorded(uint64_t begin, uint64_t end) {
    const WeftGraphApi &graphs = *device.api().graphs;
    bool isKnown = false;
    GraphCache::Entry &entry = context.graphs.find(context.bases, sizes, isKnown);
    if (!isKnown)
      return runOps(begin, end);
    if (!entry.graph) {
      Recording recording(device);
      if (Status status = recording.begin(); !status)
        return status.within("recording");
      if (!recording.isOn())
        return runOps(begin, end);
      uint64_t before = reached;
      Status status = runOps(begin, end);
      if (status)
        status = recording.end(entry.graph);
      reached = before; // nothing has run yet
      if (!status)
        return status.within("recording");
    }
    reached = end;
    return device.check(graphs.run(device.handle(), entry.graph)).within("recorded launches");
  }

  Status runOp(const WeftExecOp &op, uint64_t &next) {
    switch (op.opcode) {
    case WEFT_OP_Launch:
      return launch(op);
    case WEFT_OP_Copy:
      return copy(op);
    case WEFT_OP_For: {
      if (Status status = settle({&program.dims[op.b], 1}); !status)
        return status;
      int64_t trips = evaluate(program.dims[op.b]);
      if (trips <= 0) {
        next = op.a + 1;
        return {};
      }
      bool isParallel = program.ops[op.a].a == 2 && device.api().spread && !context.observer;
      if (isParallel && size_t(trips) <= context.turns.size()) {
        next = op.a + 1;
        return runTurns(&op - program.ops.data() + 1, op.a, trips);
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

  /// All iterations of a parallel loop, each on one thread from its begin to its end.
  Status runTurns(uint64_t begin, uint64_t end, int64_t count) {
    if (Status status = settle(); !status)
      return status;
    reached = std::max(reached, end + 1);
    struct Turns {
      const FunctionRun &outer;
      uint64_t begin, end;
    } all{*this, begin, end};
    auto runTurn = [](void *context, int64_t i) {
      const Turns &all = *static_cast<const Turns *>(context);
      ExecContext::Turn &turn = all.outer.context.turns[size_t(i)];
      FunctionRun run(all.outer, turn.arguments, i);
      turn.status = run.runOps(all.begin, all.end);
    };
    if (int code = device.api().spread(device.handle(), runTurn, &all, count); code != 0)
      return device.check(code);
    auto failed = std::find_if(context.turns.begin(), context.turns.begin() + count,
                               [](const ExecContext::Turn &turn) { return !turn.status; });
    return failed == context.turns.begin() + count ? Status() : failed->status;
  }

  int64_t evaluate(const WeftExecDim &dim) const {
    return dim.offset + (dim.symbol < 0 ? 0 : sizes[dim.symbol]);
  }

  /// The address an argument has in this iteration; `length` bytes from there must belong to its
  /// buffer.
  Result<std::byte *> locate(const WeftExecArg &arg, int64_t length) const {
    std::optional<int64_t> moved = 0;
    for (auto [loop, stride] :
         {std::pair(arg.loop, arg.loopStride), {arg.outerLoop, arg.outerStride}}) {
      std::optional<int64_t> product = loop < 0 ? 0 : checkedMul(stride, loops[loop].counter);
      moved = moved && product ? checkedAdd(*moved, *product) : std::nullopt;
    }
    if (!moved)
      return makeError(ErrorCode::File, "window of buffer {} overflows", arg.buffer);
    std::optional<int64_t> begin = checkedAdd(arg.offset, *moved);
    int64_t extent = context.extents[arg.buffer];
    if (!begin || !isInside(*begin, length, extent))
      return makeError(
          ErrorCode::File,
          "window of buffer {} expects to lie inside {} bytes, got {} bytes at {} + {}", arg.buffer,
          extent, length, arg.offset, *moved);
    return context.bases[arg.buffer] + *begin;
  }

  Status launch(const WeftExecOp &op) {
    arguments.arrays.clear();
    arguments.arrayBytes.clear();
    for (const WeftExecArg &arg : program.argsOf(op)) {
      Result<std::byte *> address = locate(arg, 0);
      if (!address)
        return address.status();
      std::byte *end = context.bases[arg.buffer] + context.extents[arg.buffer];
      arguments.arrays.push_back(*address);
      arguments.arrayBytes.push_back(uint64_t(end - *address));
    }
    if (Status status = context.observer ? settle() : settle(program.sizesOf(op)); !status)
      return status;
    arguments.kernelSizes.clear();
    for (const WeftExecDim &size : program.sizesOf(op))
      arguments.kernelSizes.push_back(evaluate(size));
    if (context.observer)
      return launchObserved(op);
    return launchKernel(op);
  }

  /// The device may still work when a launch returns, so each is waited for.
  Status launchObserved(const WeftExecOp &op) {
    const WeftClockApi *clock = device.api().clock;
    auto begin = std::chrono::steady_clock::now();
    Status status = clock ? device.check(clock->mark(device.handle(), 0)) : Status();
    if (status)
      status = launchKernel(op);
    if (status && clock)
      status = device.check(clock->mark(device.handle(), 1));
    if (int code = status ? device.api().synchronize(device.handle()) : 0; code != 0)
      status = device.check(code);
    auto end = std::chrono::steady_clock::now();
    double seconds = std::chrono::duration<double>(end - begin).count();
    if (status && clock)
      status = device.check(clock->measure(device.handle(), 0, 1, &seconds));
    if (status) {
      LaunchWork work = countWork(program, manifest, function, op, sizes);
      (*context.observer)({manifest.kernels[op.a], manifest.places[op.a], true, int64_t(op.b),
                           work.flops, work.bytes, begin, end, seconds});
    }
    return status;
  }

  Status launchKernel(const WeftExecOp &op) {
    int code = device.api().launch(device.handle(), this->code, op.a, arguments.arrays.data(),
                                   arguments.arrayBytes.data(), arguments.kernelSizes.data(),
                                   int64_t(op.b));
    return code == 0
               ? Status()
               : device.check(code).within(fmt::format("kernel `{}`", manifest.kernels[op.a]));
  }

  Status copy(const WeftExecOp &op) {
    std::span<const WeftExecArg> args = program.argsOf(op);
    int64_t length = int64_t(op.b);
    if (op.b == 0) {
      const WeftExecBuffer &buffer = buffers[args[0].buffer];
      if (Status status = settle(program.dimsOf(buffer)); !status)
        return status;
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

  /// On a device that works while the host goes on, the value is fetched behind what was launched
  /// until here, and waited for when it is needed.
  Status setSize(const WeftExecOp &op) {
    Result<std::byte *> address = locate(program.argsOf(op)[0], sizeof(int32_t));
    if (!address)
      return address.status();
    const WeftDeviceApi &api = device.api();
    uint32_t slot = WEFT_NO_SLOT;
    if (api.words && pendingCount < pendingSlots.size())
      if (int code = api.words->note(device.handle(), *address, &slot); code != 0)
        return device.check(code);
    if (slot != WEFT_NO_SLOT) {
      pendingSymbols[pendingCount] = op.a;
      pendingSlots[pendingCount++] = slot;
      return {};
    }
    if (Status status = settle(); !status)
      return status;
    int32_t value;
    if (int code = api.toHost(device.handle(), &value, *address, sizeof value); code != 0)
      return device.check(code);
    return setSize(op.a, value);
  }

  /// Waits for all sizes that are on their way.
  Status settle() {
    if (pendingCount == 0)
      return {};
    std::array<int32_t, mostPending> values;
    size_t count = std::exchange(pendingCount, 0);
    if (int code =
            device.api().words->read(device.handle(), pendingSlots.data(), count, values.data());
        code != 0)
      return device.check(code);
    for (size_t i = 0; i < count; ++i)
      if (Status status = setSize(pendingSymbols[i], values[i]); !status)
        return status;
    return {};
  }

  /// The same if one of them is among these.
  Status settle(std::span<const WeftExecDim> dims) {
    auto isPending = [&](const WeftExecDim &dim) {
      auto end = pendingSymbols.begin() + std::ptrdiff_t(pendingCount);
      return dim.symbol >= 0 && std::find(pendingSymbols.begin(), end, uint64_t(dim.symbol)) != end;
    };
    return std::any_of(dims.begin(), dims.end(), isPending) ? settle() : Status();
  }

  Status setSize(uint64_t number, int32_t value) {
    const SymbolSpec &symbol = manifest.symbols[number];
    if (!isValidSize(value, symbol.bound, symbol.step))
      return makeError(
          ErrorCode::Model,
          "size `{}` expects a value in [0, {}] and a multiple of {} or the bound, got {}",
          symbol.name, symbol.bound, symbol.step, value);
    sizes[number] = value;
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
  LaunchArguments &arguments;
  std::span<const WeftExecBuffer> buffers;
  std::array<Loop, maxLoopDepth> loops;
  int64_t depth = 0;
  uint64_t reached = 0; ///< behind the last op that has begun

  static constexpr size_t mostPending = 64;
  std::array<uint64_t, mostPending> pendingSymbols; ///< of sizes on their way to the host
  std::array<uint32_t, mostPending> pendingSlots;
  size_t pendingCount = 0;
};

} // namespace

/// Those that a caller makes for one call, and may fill again through a span it holds.
static bool isOfOneCall(const TensorSpec &spec) {
  return spec.role == "input" || spec.role == "key" || spec.role == "hyper" ||
         spec.role == "cotangent";
}

/// Takes the memory that the launches of a function need, of all its turns.
static void reserveArguments(const ExecProgram &program, const WeftExecFunction &function,
                             ExecContext &context) {
  // Longer loops run one turn after another.
  constexpr int64_t mostTurns = 1024;
  size_t arrays = 0, sizes = 0;
  int64_t turns = 0;
  for (const WeftExecOp &op : program.opsOf(function)) {
    arrays = std::max(arrays, size_t(op.argCount));
    sizes = std::max(sizes, size_t(op.sizeCount));
    if (op.opcode == WEFT_OP_End && op.a == 2)
      if (const WeftExecDim &trips = program.dims[program.ops[op.b].b];
          trips.symbol < 0 && trips.offset <= mostTurns)
        turns = std::max(turns, trips.offset);
  }
  auto reserve = [&](LaunchArguments &arguments) {
    arguments.arrays.reserve(arrays);
    arguments.arrayBytes.reserve(arrays);
    arguments.kernelSizes.reserve(sizes);
  };
  reserve(context.arguments);
  context.turns.resize(std::max(context.turns.size(), size_t(turns)));
  for (ExecContext::Turn &turn : context.turns)
    reserve(turn.arguments);
}

Status ExecInterpreter::bind(size_t index, std::span<const Tensor> arguments,
                             std::span<const Tensor> results, Residence &residence,
                             ExecContext &context) const {
  const WeftExecFunction &function = program.functions[index];
  const FunctionSpec &spec = manifest.functions[index];
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
  reserveArguments(program, function, context);
  if (device.api().graphs)
    context.graphs.reserve(device, function.bufferCount, manifest.symbols.size());
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
  Residence residence(device);
  if (Status status = bind(index, arguments, results, residence, context); !status)
    return status;
  FunctionRun run(program, manifest, device, code, function, sizes, context);
  Status status = run.run();
  if (int code = status ? device.api().synchronize(device.handle()) : 0; code != 0)
    status = device.check(code);
  for (size_t i = 0; i < results.size(); ++i) {
    bool isInPlace = std::any_of(arguments.begin(), arguments.end(), [&](const Tensor &argument) {
      return argument.identity() == results[i].identity();
    });
    if (status)
      residence.markWritten(results[i]);
    else if (isInPlace && run.mayHaveUsed(arguments.size() + i))
      residence.lose(results[i]);
  }
  return status;
}

} // namespace weft
