// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --kernels=apart: what is computed together in one kernel has the bits of what each op computes
// in a kernel of its own.
#include "test/lib/CheckMode.h"

#include <cstring>

using namespace mlir;

namespace weft::check {

static bool haveSameBits(const TensorValue &a, const TensorValue &b) {
  return a.shape == b.shape && a.elements.size() == b.elements.size() &&
         std::memcmp(a.elements.data(), b.elements.data(),
                     a.elements.size() * sizeof(a.elements[0])) == 0;
}

static LogicalResult runCases(ModuleOp module, func::FuncOp function, Tally &tally) {
  FailureOr<std::vector<Case>> cases = makeCases(function);
  FailureOr<KernelRunner> together = makeVariantRunner(module, function, {.name = "together"});
  FailureOr<KernelRunner> apart =
      makeVariantRunner(module, function, {.name = "apart", .together = false});
  if (failed(cases) || failed(together) || failed(apart))
    return failure();
  for (const Case &test : *cases) {
    auto first = (*together)(test.arguments), second = (*apart)(test.arguments);
    if (failed(first) || failed(second))
      return failure();
    bool same = true;
    for (auto [number, values] : llvm::enumerate(llvm::zip_equal(*first, *second)))
      if (!haveSameBits(std::get<0>(values), std::get<1>(values))) {
        emitError(function.getLoc()) << "result " << number << " has other bits when it is "
                                     << "computed together with others";
        same = false;
      }
    tally.add(test.name, same);
  }
  return success();
}

void runApartMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (function->hasAttr("check.kernel") && failed(runCases(module, function, tally)))
      tally.add((function.getName() + " runs").str(), false);
}

} // namespace weft::check
