// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The semantic checks of an exec program. After them the interpreter indexes tables freely; what
// still depends on sizes known only in a call (windows, copies, SetSize) it checks itself.
#include "runtime/artifact/ExecReader.h"

#include <map>

#include "runtime/base/Checked.h"
#include "runtime/base/Format.h"

namespace weft {
namespace {

Status verifySymbol(const WeftExecSymbol &symbol) {
  if (symbol.bound < 0 || symbol.bound > maxDimension || symbol.step < 1 ||
      symbol.step > maxDimension)
    return fileError("expects a bound in [0, 2^40] and a step in [1, 2^40], got {} and {}",
                     symbol.bound, symbol.step);
  return {};
}

Status verifyDim(const ExecProgram &program, const WeftExecDim &dim) {
  if (dim.symbol < -1 || dim.symbol >= int64_t(program.symbols.size()))
    return fileError("expects a symbol in [-1, {}), got {}", program.symbols.size(), dim.symbol);
  if (dim.offset < -maxDimension || dim.offset > maxDimension || (dim.symbol < 0 && dim.offset < 0))
    return fileError("expects a size in [0, 2^40], got {}", dim.offset);
  return {};
}

Status verifyKernel(const ExecProgram &program, const WeftExecKernel &kernel) {
  if (kernel.argCount > program.args.size())
    return fileError("expects at most {} arguments, got {}", program.args.size(), kernel.argCount);
  if (!isInside<uint64_t>(kernel.firstBound, kernel.sizeCount, program.dims.size()))
    return fileError("expects bounds of sizes inside the table of {} dims, got [{}, +{})",
                     program.dims.size(), kernel.firstBound, kernel.sizeCount);
  for (const WeftExecDim &bound : program.boundsOf(kernel))
    if (bound.symbol >= 0)
      return fileError("expects constant bounds of its sizes, got symbol {}", bound.symbol);
  return {};
}

/// Checks one function; remembers which symbols have a value at the current op.
class FunctionVerifier {
public:
  FunctionVerifier(const ExecProgram &program, const WeftExecFunction &function)
      : program(program), function(function), isSet(program.symbols.size(), false) {}

  Status verify() {
    if (Status status = verifySlices(); !status)
      return status;
    for (size_t i = 0; i < buffers.size(); ++i)
      if (Status status = verifyBuffer(i); !status)
        return status.within(fmt::format("buffer {}", i));
    for (uint64_t i = 0; i < function.argumentCount; ++i)
      for (const WeftExecDim &dim : program.dimsOf(buffers[i]))
        if (dim.symbol >= 0)
          isSet[dim.symbol] = isArgumentSymbol[dim.symbol] = true;
    for (uint64_t i = 0; i < function.opCount; ++i)
      if (Status status = verifyOp(function.firstOp + i); !status)
        return status.within(fmt::format("op {}", i));
    if (!loops.empty())
      return fileError("op {} expects a matching End, got the end of the function",
                       loops.back() - function.firstOp);
    for (uint64_t i = 0; i < function.resultCount; ++i)
      if (Status status = verifySet(program.dimsOf(buffers[function.argumentCount + i])); !status)
        return status.within(fmt::format("result {}", i));
    return {};
  }

private:
  Status verifySlices() {
    if (!isInside<uint64_t>(function.firstBuffer, function.bufferCount, program.buffers.size()))
      return fileError("expects buffers inside the table of {}, got [{}, +{})",
                       program.buffers.size(), function.firstBuffer, function.bufferCount);
    if (!isInside<uint64_t>(function.firstOp, function.opCount, program.ops.size()))
      return fileError("expects ops inside the table of {}, got [{}, +{})", program.ops.size(),
                       function.firstOp, function.opCount);
    if (!isInside<uint64_t>(function.argumentCount, function.resultCount, function.bufferCount))
      return fileError("expects at most {} arguments and results, got {} and {}",
                       function.bufferCount, function.argumentCount, function.resultCount);
    if (function.arenaBytes > uint64_t(maxTensorBytes))
      return fileError("expects an arena of at most 2^48 bytes, got {}", function.arenaBytes);
    buffers = program.buffersOf(function);
    isArgumentSymbol.assign(program.symbols.size(), false);
    return {};
  }

  WeftBufferKind expectedKind(uint64_t index) const {
    return index < function.argumentCount                          ? WEFT_BUFFER_Argument
           : index < function.argumentCount + function.resultCount ? WEFT_BUFFER_Result
                                                                   : WEFT_BUFFER_Arena;
  }

  Status verifyBuffer(uint64_t index) {
    const WeftExecBuffer &buffer = buffers[index];
    WeftBufferKind expected = expectedKind(index);
    if (buffer.kind != expected &&
        !(expected == WEFT_BUFFER_Arena && buffer.kind == WEFT_BUFFER_Constant))
      return fileError("expects kind {}, got {}", int(expected), buffer.kind);
    std::optional<DType> dtype = findDType(buffer.dtype);
    if (!dtype)
      return fileError("expects a known element type, got {}", buffer.dtype);
    if (buffer.rank > uint64_t(maxRank) ||
        !isInside<uint64_t>(buffer.firstDim, buffer.rank, program.dims.size()))
      return fileError("expects at most {} dims inside the table of {}, got [{}, +{})", maxRank,
                       program.dims.size(), buffer.firstDim, buffer.rank);
    Shape bounds;
    for (const WeftExecDim &dim : program.dimsOf(buffer))
      bounds.push_back(dim.offset + (dim.symbol < 0 ? 0 : program.symbols[dim.symbol].bound));
    Result<int64_t> bytes = countBytes(*dtype, bounds);
    if (!bytes)
      return fileError("{}", bytes.status().message());
    if (buffer.boundBytes < uint64_t(*bytes) || buffer.boundBytes > uint64_t(maxTensorBytes))
      return fileError("expects at least {} bytes for {}, got {}", *bytes,
                       formatType(*dtype, bounds), buffer.boundBytes);
    return verifyPlace(buffer);
  }

  Status verifyPlace(const WeftExecBuffer &buffer) const {
    if (buffer.kind != WEFT_BUFFER_Arena && buffer.kind != WEFT_BUFFER_Constant)
      return {};
    bool isArena = buffer.kind == WEFT_BUFFER_Arena;
    uint64_t size = isArena ? function.arenaBytes : uint64_t(program.constants.byteCount());
    if (!isInside<uint64_t>(buffer.offset, buffer.boundBytes, size))
      return fileError("expects bytes inside the {} of {} bytes, got [{}, +{})",
                       isArena ? "arena" : "constants section", size, buffer.offset,
                       buffer.boundBytes);
    // Kernels are compiled for bases at multiples of 64 (abi/Kernel.h).
    if (buffer.offset % 64 != 0)
      return fileError("expects an offset that is a multiple of 64, got {}", buffer.offset);
    return {};
  }

  Status verifySet(std::span<const WeftExecDim> dims) const {
    for (const WeftExecDim &dim : dims)
      if (dim.symbol >= 0 && !isSet[dim.symbol])
        return fileError("expects symbol {} to have a value here", dim.symbol);
    return {};
  }

  Status verifyArg(const WeftExecArg &arg) const {
    if (arg.buffer >= buffers.size())
      return fileError("expects a buffer in [0, {}), got {}", buffers.size(), arg.buffer);
    if (arg.loop < -1 || arg.loop >= int64_t(loops.size()))
      return fileError("expects a loop depth in [-1, {}), got {}", loops.size(), arg.loop);
    if (arg.loop < 0 && arg.loopStride != 0)
      return fileError("expects no stride without a loop, got {}", arg.loopStride);
    if (arg.outerLoop < -1 || arg.outerLoop >= std::max<int64_t>(arg.loop, 0))
      return fileError("expects an outer loop of a depth in [-1, {}), got {}",
                       std::max<int64_t>(arg.loop, 0), arg.outerLoop);
    if (arg.outerLoop < 0 && arg.outerStride != 0)
      return fileError("expects no stride without an outer loop, got {}", arg.outerStride);
    const WeftExecBuffer &buffer = buffers[arg.buffer];
    int64_t limit = int64_t(buffer.boundBytes);
    if (arg.offset < 0 || arg.offset > limit || arg.loopStride < -limit || arg.loopStride > limit)
      return fileError("expects offset and stride inside a buffer of {} bytes, got {} and {}",
                       limit, arg.offset, arg.loopStride);
    if (arg.outerStride < -limit || arg.outerStride > limit)
      return fileError("expects an outer stride inside a buffer of {} bytes, got {}", limit,
                       arg.outerStride);
    return verifySet(program.dimsOf(buffer));
  }

  Status verifyArgCount(const WeftExecOp &op, uint64_t expected) const {
    if (op.argCount != expected)
      return fileError("expects {} arguments, got {}", expected, op.argCount);
    return {};
  }

  bool isWritable(const WeftExecArg &arg) const {
    uint64_t kind = buffers[arg.buffer].kind;
    return kind == WEFT_BUFFER_Arena || kind == WEFT_BUFFER_Result;
  }

  Status verifyOp(uint64_t index) {
    const WeftExecOp &op = program.ops[index];
    if (!isInside<uint64_t>(op.firstArg, op.argCount, program.args.size()))
      return fileError("expects arguments inside the table of {}, got [{}, +{})",
                       program.args.size(), op.firstArg, op.argCount);
    for (const WeftExecArg &arg : program.argsOf(op))
      if (Status status = verifyArg(arg); !status)
        return status;
    if (op.opcode != WEFT_OP_Launch && (op.firstSize != 0 || op.sizeCount != 0))
      return fileError("expects no sizes, got [{}, +{})", op.firstSize, op.sizeCount);
    switch (op.opcode) {
    case WEFT_OP_Launch:
      return verifyLaunch(op);
    case WEFT_OP_Copy:
      if (Status status = verifyArgCount(op, 2); !status)
        return status;
      if (!isWritable(program.argsOf(op)[0]))
        return fileError("expects to copy to an arena or result buffer");
      return {};
    case WEFT_OP_For:
      return verifyFor(op, index);
    case WEFT_OP_End:
      return verifyEnd(op, index);
    case WEFT_OP_SetSize:
      return verifySetSize(op);
    default:
      return fileError("expects a known opcode, got {}", op.opcode);
    }
  }

  Status verifyLaunch(const WeftExecOp &op) const {
    if (op.a >= program.kernels.size())
      return fileError("expects a kernel in [0, {}), got {}", program.kernels.size(), op.a);
    if (op.b > uint64_t(INT64_MAX))
      return fileError("expects at most 2^63 - 1 tasks, got {}", op.b);
    if (Status status = verifyLaunchSizes(op); !status)
      return status;
    return verifyArgCount(op, program.kernels[op.a].argCount);
  }

  /// The kernel was compiled for sizes up to its bounds: a larger one lets it write past its
  /// arrays.
  Status verifyLaunchSizes(const WeftExecOp &op) const {
    const WeftExecKernel &kernel = program.kernels[op.a];
    if (op.sizeCount != kernel.sizeCount ||
        !isInside<uint64_t>(op.firstSize, op.sizeCount, program.dims.size()))
      return fileError("expects the {} sizes of its kernel inside the table of {} dims, got [{}, "
                       "+{})",
                       kernel.sizeCount, program.dims.size(), op.firstSize, op.sizeCount);
    for (uint64_t i = 0; i < op.sizeCount; ++i) {
      const WeftExecDim &size = program.sizesOf(op)[i];
      int64_t bound = program.boundsOf(kernel)[i].offset;
      int64_t largest = size.offset + (size.symbol < 0 ? 0 : program.symbols[size.symbol].bound);
      if (size.offset < 0 || largest > bound)
        return fileError("expects size {} inside [0, {}], got [{}, {}]", i, bound, size.offset,
                         largest);
    }
    return verifySet(program.sizesOf(op));
  }

  Status verifyFor(const WeftExecOp &op, uint64_t index) {
    if (Status status = verifyArgCount(op, 0); !status)
      return status;
    if (op.b >= program.dims.size())
      return fileError("expects a dim in [0, {}), got {}", program.dims.size(), op.b);
    if (int64_t(loops.size()) == maxLoopDepth)
      return fileError("expects at most {} nested loops", maxLoopDepth);
    loops.push_back(index);
    return verifySet(std::span(program.dims).subspan(op.b, 1));
  }

  Status verifyEnd(const WeftExecOp &op, uint64_t index) {
    if (loops.empty())
      return fileError("expects a For before this End");
    if (op.b != loops.back() || program.ops[loops.back()].a != index)
      return fileError("expects For {} and End {} to name each other, got {} and {}", loops.back(),
                       index, op.b, program.ops[loops.back()].a);
    if (op.a > 2)
      return fileError("expects a counter that goes up, 0, or down, 1, or iterations at the same "
                       "time, 2, got {}",
                       op.a);
    if (op.a == 2)
      if (Status status = verifyTurns(index); !status)
        return status;
    loops.pop_back();
    return verifyArgCount(op, 0);
  }

  /// Iterations that run at the same time neither set sizes nor begin others like themselves, and
  /// what copies write moves with their counter, as all else that reads it. Strides are all
  /// that is checked: turns of a spoilt artifact may meet in one buffer, but never leave it.
  Status verifyTurns(uint64_t end) const {
    auto depth = int64_t(loops.size()) - 1;
    auto strideOf = [&](const WeftExecArg &arg) {
      return arg.loop == depth ? arg.loopStride : arg.outerLoop == depth ? arg.outerStride : 0;
    };
    std::map<uint64_t, int64_t> written; // stride by buffer
    for (uint64_t i = loops.back() + 1; i < end; ++i) {
      const WeftExecOp &op = program.ops[i];
      if (op.opcode == WEFT_OP_SetSize || (op.opcode == WEFT_OP_End && op.a == 2))
        return fileError("expects neither SetSize nor a parallel For inside, got op {}", i);
      if (op.opcode == WEFT_OP_Copy)
        written.emplace(program.argsOf(op)[0].buffer, strideOf(program.argsOf(op)[0]));
    }
    for (uint64_t i = loops.back() + 1; i < end; ++i)
      for (const WeftExecArg &arg : program.argsOf(program.ops[i]))
        if (auto known = written.find(arg.buffer);
            known != written.end() && (known->second <= 0 || strideOf(arg) != known->second))
          return fileError("expects buffer {}, which iterations write, to move {} bytes with each, "
                           "got {}",
                           arg.buffer, known->second, strideOf(arg));
    return {};
  }

  Status verifySetSize(const WeftExecOp &op) {
    if (Status status = verifyArgCount(op, 1); !status)
      return status;
    if (op.a >= program.symbols.size())
      return fileError("expects a symbol in [0, {}), got {}", program.symbols.size(), op.a);
    // Arguments have the sizes the caller gave them; another value would let copies run past their
    // end.
    if (isArgumentSymbol[op.a])
      return fileError("expects a symbol that no argument has, got {}", op.a);
    const WeftExecBuffer &buffer = buffers[program.argsOf(op)[0].buffer];
    if (buffer.dtype != WEFT_I32 || buffer.boundBytes < sizeof(int32_t))
      return fileError("expects the value in a buffer of one i32, got element type {} and {} bytes",
                       buffer.dtype, buffer.boundBytes);
    isSet[op.a] = true;
    return {};
  }

  const ExecProgram &program;
  const WeftExecFunction &function;
  std::span<const WeftExecBuffer> buffers;
  std::vector<bool> isSet, isArgumentSymbol;
  std::vector<uint64_t> loops; ///< ops-table index of the open Fors
};

/// Slices of a table that together are far longer than it: their checks would take the product of
/// the tables' sizes, which a small file can make last for days.
template <typename Record, typename Field>
Status verifyTotal(const std::vector<Record> &records, Field count, const char *what, size_t size) {
  uint64_t total = 0, limit = 16 * uint64_t(size) + 1024;
  for (const Record &record : records) {
    total += std::min<uint64_t>(record.*count, size);
    if (total > limit)
      return fileError("expects slices of the {} {} that overlap little", size, what);
  }
  return {};
}

} // namespace

Status verifyExecProgram(const ExecProgram &program) {
  for (size_t i = 0; i < program.symbols.size(); ++i)
    if (Status status = verifySymbol(program.symbols[i]); !status)
      return status.within(fmt::format("symbol {}", i));
  for (size_t i = 0; i < program.dims.size(); ++i)
    if (Status status = verifyDim(program, program.dims[i]); !status)
      return status.within(fmt::format("dim {}", i));
  for (const Status &status :
       {verifyTotal(program.kernels, &WeftExecKernel::sizeCount, "dims", program.dims.size()),
        verifyTotal(program.ops, &WeftExecOp::sizeCount, "dims", program.dims.size()),
        verifyTotal(program.functions, &WeftExecFunction::bufferCount, "buffers",
                    program.buffers.size()),
        verifyTotal(program.functions, &WeftExecFunction::opCount, "ops", program.ops.size()),
        verifyTotal(program.ops, &WeftExecOp::argCount, "arguments", program.args.size())})
    if (!status)
      return status;
  for (size_t i = 0; i < program.kernels.size(); ++i)
    if (Status status = verifyKernel(program, program.kernels[i]); !status)
      return status.within(fmt::format("kernel {}", i));
  for (size_t i = 0; i < program.functions.size(); ++i)
    if (Status status = FunctionVerifier(program, program.functions[i]).verify(); !status)
      return status.within(fmt::format("function {}", i));
  return {};
}

} // namespace weft
