// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --kernels=bound: each f32 element that machine code computes, and each of its gradient function,
// against the f64 meaning of the graph on the same arguments: |got - expected| <= c u scale, with
// u = 2^-24 and the scale of compiler/interpret/RoundingScale.h.
#include "compiler/interpret/RoundingScale.h"
#include "test/lib/CheckMode.h"

using namespace mlir;
using weft::compiler::ScaledValue;

namespace weft::check {

namespace {

constexpr double unitRoundoff = 0x1p-24;
/// Kernels flush smaller numbers to zero.
constexpr double smallestNormal = 0x1p-126;

/// The element of a call that needs the largest factor c.
struct Worst {
  double factor = 0;
  size_t result = 0, element = 0;
  double got = 0, expected = 0, scale = 0;

  void see(const Worst &other) {
    if (!(other.factor <= factor)) // NaN is the worst of all
      *this = other;
  }
  std::string str() const {
    return "result " + std::to_string(result) + ", element " + std::to_string(element) + ": got " +
           compiler::formatNumber(got) + ", expected " + compiler::formatNumber(expected) +
           ", whose scale is " + compiler::formatNumber(scale) +
           ": c = " + compiler::formatNumber(factor);
  }
};

/// How many u of its scale an element is off; infinite where there is nothing to round.
double getFactor(double got, double expected, double scale) {
  if (got == expected || (std::isnan(got) && std::isnan(expected)))
    return 0;
  double error = std::max(0.0, std::abs(got - expected) - smallestNormal);
  if (error == 0)
    return 0;
  return scale > 0 ? error / (unitRoundoff * scale) : std::numeric_limits<double>::infinity();
}

FailureOr<Worst> compare(func::FuncOp function, ArrayRef<ScaledValue> expected,
                         ArrayRef<TensorValue> actual) {
  Worst worst;
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto &[value, scale] = expected[i];
    if (actual[i].shape != value.shape)
      return function.emitError("result ")
             << i << ": expects shape " << compiler::formatSizes(value.shape) << ", got "
             << compiler::formatSizes(actual[i].shape);
    for (size_t k = 0; k < value.elements.size(); ++k) {
      double got = actual[i].elements[k], wanted = value.elements[k];
      double factor = getFactor(got, wanted, scale.elements[k]);
      worst.see({factor, i, k, got, wanted, scale.elements[k]});
    }
  }
  return worst;
}

LogicalResult runCases(ModuleOp module, func::FuncOp function, ArrayRef<Case> cases, double bound,
                       Tally &tally) {
  FailureOr<KernelRunner> kernels = makeX86Runner(module, function);
  if (failed(kernels))
    return failure();
  for (const Case &test : cases) {
    auto expected = compiler::runWithScales(function, test.arguments);
    auto actual = (*kernels)(test.arguments);
    if (failed(expected) || failed(actual))
      return failure();
    FailureOr<Worst> worst = compare(function, *expected, *actual);
    if (failed(worst))
      return failure();
    bool ok = worst->factor <= bound;
    if (!ok)
      emitError(function.getLoc())
          << "expects an error of at most c u scale with c = " << compiler::formatNumber(bound)
          << ", " << worst->str();
    tally.add(Twine(test.name) + " c=" + compiler::formatNumber(worst->factor), ok);
  }
  return success();
}

LogicalResult run(ModuleOp module, func::FuncOp function, Tally &tally) {
  double bound = 4;
  if (auto attribute = function->getAttrOfType<FloatAttr>("check.bound"))
    bound = attribute.getValueAsDouble();
  FailureOr<std::vector<Case>> cases = makeCases(function);
  if (failed(cases) || failed(runCases(module, function, *cases, bound, tally)))
    return failure();
  if (!function->hasAttr("check.gradient"))
    return success();
  FailureOr<BackwardCalls> backward = makeBackwardCalls(module, function, *cases);
  if (failed(backward))
    return failure();
  return runCases(*backward->module, backward->function, backward->cases, bound, tally);
}

} // namespace

void runBoundMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (function->hasAttr("check.kernel") && failed(run(module, function, tally)))
      tally.add(function.getName() + " runs", false);
}

} // namespace weft::check
