// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An exec program in memory: the tables of abi/Exec.def, and the constants its buffers point into.
#ifndef RUNTIME_EXEC_EXECPROGRAM_H
#define RUNTIME_EXEC_EXECPROGRAM_H

#include <span>
#include <vector>

#include "weft/Manifest.h"
#include "weft/abi/Exec.h"

namespace weft {

/// Deepest nesting of For.
inline constexpr int64_t maxLoopDepth = WEFT_EXEC_MAX_LOOPS;

struct ExecProgram {
#define WEFT_EXEC_RECORD(Name, table, sentence) std::vector<WeftExec##Name> table;
#include "weft/abi/Exec.def"
  Tensor constants; ///< the constants section, copied to aligned memory

  std::span<const WeftExecBuffer> buffersOf(const WeftExecFunction &function) const {
    return std::span(buffers).subspan(function.firstBuffer, function.bufferCount);
  }
  std::span<const WeftExecOp> opsOf(const WeftExecFunction &function) const {
    return std::span(ops).subspan(function.firstOp, function.opCount);
  }
  std::span<const WeftExecDim> dimsOf(const WeftExecBuffer &buffer) const {
    return std::span(dims).subspan(buffer.firstDim, buffer.rank);
  }
  std::span<const WeftExecDim> boundsOf(const WeftExecKernel &kernel) const {
    return std::span(dims).subspan(kernel.firstBound, kernel.sizeCount);
  }
  std::span<const WeftExecDim> sizesOf(const WeftExecOp &op) const {
    return std::span(dims).subspan(op.firstSize, op.sizeCount);
  }
  std::span<const WeftExecArg> argsOf(const WeftExecOp &op) const {
    return std::span(args).subspan(op.firstArg, op.argCount);
  }
};

} // namespace weft

#endif
