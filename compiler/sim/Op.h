// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Operations of the GPU that are calls into the simulator. Generated code stores the operands in
// 8-byte slots, calls, and loads the results: a new operation needs no new code generation.
#ifndef COMPILER_SIM_OP_H
#define COMPILER_SIM_OP_H

#include <cstdint>
#include <optional>
#include <string>

#include "llvm/ADT/StringRef.h"

namespace weft::sim {

struct Thread;
struct Site;

/// One operation with what its name says, like the shape of a product.
struct Op {
  using Run = void (*)(Thread &, uint32_t site, uint64_t *arguments, uint64_t *results);
  Run run = nullptr;
  /// May leave the thread: the kernel needs fibers.
  bool blocks = false;
  /// What the family makes of the name.
  int form[8] = {};
  /// The argument that must not be zero for anything to happen; -1 for none.
  int guard = -1;
};

/// A place in the module.
struct Site {
  std::string function, text, location;
  /// Short, for "12 threads in NAME".
  std::string name;
  Op op;
};

/// Finds an operation by its name without `llvm.nvvm.`; each family parses its own names.
std::optional<Op> findOp(llvm::StringRef name);
std::optional<Op> findWarpOp(llvm::StringRef name);
std::optional<Op> findMatrixOp(llvm::StringRef name);
std::optional<Op> findBarrierOp(llvm::StringRef name);
std::optional<Op> findCopyOp(llvm::StringRef name);
std::optional<Op> findScalarOp(llvm::StringRef name);
std::optional<Op> findMbarrierOp(llvm::StringRef name);
std::optional<Op> findClusterOp(llvm::StringRef name);
std::optional<Op> findProductOp(llvm::StringRef name);
std::optional<Op> findRegisterOp(llvm::StringRef name);
std::optional<Op> findBulkOp(llvm::StringRef name);
std::optional<Op> findFenceOp(llvm::StringRef name);

/// Whether the operation orders threads or memory, see Module::syncSites().
bool isSync(llvm::StringRef name);

} // namespace weft::sim

#endif
