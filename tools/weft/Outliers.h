// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps whose loss or gradient norm stands far above those of the steps before: a broken piece of
// text, or the first step of a divergence. llm.c skips such updates (its -sl and -sg); the rule
// here is the same, but the new value is compared with a window that does not hold it yet.
//
// The window is part of a run's state: it is saved among the states of a checkpoint, in the order
// of the steps, and every score is computed anew from it, so a resumed run judges with the same
// bits.
#ifndef TOOLS_WEFT_OUTLIERS_H
#define TOOLS_WEFT_OUTLIERS_H

#include <deque>
#include <string>

#include "weft/Module.h"

namespace weft::driver {

class Outliers {
public:
  /// A step is an outlier when its loss or its gradient norm is more than `threshold` standard
  /// deviations above the mean of the last `window` steps. A threshold of 0 asks for none.
  Outliers(double threshold, int64_t window) : threshold(threshold), window(size_t(window)) {}

  /// Whether a step may be an outlier at all.
  bool isOn() const { return threshold > 0; }
  /// Why the step is an outlier, or nothing. The values must be finite. They enter the window in
  /// any case, so that a level that lasts becomes the usual one after a few steps.
  std::string judge(double loss, double gradientNorm);

  /// Adds the window to the states of a checkpoint; nothing where it is empty.
  void save(TensorMap &states) const;
  /// Takes it out of them again, if it is there. Fails with File where it is not what save writes.
  Status load(TensorMap &states);

private:
  /// Standard deviations of `value` above the mean; 0 until the window is full, and where all
  /// values in it are the same.
  double score(const std::deque<double> &values, double value) const;

  double threshold;
  size_t window;
  std::deque<double> losses, norms; ///< oldest first
};

} // namespace weft::driver

#endif
