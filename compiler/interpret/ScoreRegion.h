// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A score region of attention, run on scalars forwards and backwards.
#ifndef COMPILER_INTERPRET_SCOREREGION_H
#define COMPILER_INTERPRET_SCOREREGION_H

#include "compiler/interpret/Frame.h"

namespace weft::compiler {

class ScoreRegion {
public:
  explicit ScoreRegion(mlir::Block &block);

  struct Outcome {
    double score;
    bool present;
    double weight;
  };
  /// Runs the region; arguments as in the op's description.
  llvm::FailureOr<Outcome> run(llvm::ArrayRef<double> arguments);
  /// After `run`: the gradient of every block argument, for these gradients of score and weight.
  llvm::ArrayRef<double> reverse(double scoreGradient, double weightGradient);

private:
  struct Step {
    mlir::Operation *op;
    llvm::SmallVector<unsigned> operands; // slots
    unsigned result;
  };
  llvm::SmallVector<double> getOperands(const Step &step) const;

  unsigned argumentCount;
  std::vector<Step> steps;
  unsigned score, present, weight;       // slots of the yielded values
  std::vector<double> values, gradients; // one of each a slot
};

} // namespace weft::compiler

#endif
