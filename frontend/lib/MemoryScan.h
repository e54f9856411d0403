// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory of a scan while the scan is built.
#ifndef FRONTEND_LIB_MEMORYSCAN_H
#define FRONTEND_LIB_MEMORYSCAN_H

#include "frontend/lib/GraphBuilder.h"
#include "weft/dsl/Control.h"

namespace weft::dsl::detail {

/// In the order of the calls: place, enterStep, collect, finish.
class MemoryScan {
public:
  MemoryScan(GraphBuilder &graph, const Axis &over, Memory &memory, Where where)
      : graph(graph), over(over), memory(memory), where(where) {}

  /// The past with a slot more for each step, in front of the scan.
  mlir::ValueRange getWholes() const { return wholes; }

  /// Throws Error. False: the past is unknown.
  bool place();
  /// What a step sees becomes the block's next arguments, and what the memory holds.
  void enterStep(mlir::Block *block);
  /// What the step wrote, to be yielded; throws Error. False: it is unknown.
  bool collect(llvm::SmallVectorImpl<mlir::Value> &yielded);
  /// The memory holds what the last steps wrote.
  void finish(mlir::ValueRange written);
  /// The memory holds what cannot be known, for a mistake was reported.
  void giveUp();

private:
  struct Part {
    Axes rest; // without the axis of what is seen
    DType dtype;
    Tensor past;
  };

  Axes getSeen(const Part &part) const;

  GraphBuilder &graph;
  const Axis &over;
  Memory &memory;
  Where where;
  llvm::SmallVector<mlir::Value> wholes;
  std::vector<Part> parts;
};

} // namespace weft::dsl::detail

#endif
