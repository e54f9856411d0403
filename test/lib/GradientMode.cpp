// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// --gradient: F.forward and F.backward of weft-differentiate against central differences of F, all
// interpreted in f64. For second order F.backward is differentiated in its turn: it is a function
// of the cotangents and of what forward saved, so by the chain rule nothing of F is left out.
// With check.unrolled the same is asked, to rounding, of the function without its scans.
#include "compiler/interpret/WeftInterpreter.h"
#include "dialects/weft/transforms/Passes.h"
#include "test/lib/CheckMode.h"

#include "mlir/Pass/PassManager.h"

using namespace mlir;
using weft::compiler::WeftInterpreter;

namespace weft::check {

namespace {

constexpr double epsilon = 1e-6, absolute = 1e-7, relative = 1e-5;

using Values = SmallVector<TensorValue>;

bool isFloat(const TensorValue &value) { return isa<FloatType>(value.element); }

/// One function with its derivatives in a module of its own.
class GradientTest {
public:
  GradientTest(ModuleOp module, func::FuncOp original) : copy(module.clone()) {
    function = copy->lookupSymbol<func::FuncOp>(original.getName());
  }

  LogicalResult unrollScans() {
    PassManager passes(copy->getContext());
    passes.addPass(ir::createUnrollScansPass());
    return passes.run(*copy);
  }

  LogicalResult differentiate() {
    ir::DifferentiatePassOptions options;
    options.functions = {function.getName().str()};
    PassManager passes(copy->getContext());
    passes.addPass(ir::createDifferentiatePass(options));
    if (failed(passes.run(*copy)))
      return failure();
    std::string name = function.getName().str();
    forward = copy->lookupSymbol<func::FuncOp>(name + ".forward");
    backward = copy->lookupSymbol<func::FuncOp>(name + ".backward");
    if (!forward || !backward)
      return function.emitOpError("expects weft-differentiate to add ")
             << name << ".forward and " << name << ".backward";
    return success();
  }

  /// The arguments of F.backward after this call.
  FailureOr<Values> makeBackwardArguments(ArrayRef<TensorValue> arguments) {
    FailureOr<llvm::StringMap<TensorValue>> known = runForward(arguments);
    return failed(known) ? FailureOr<Values>(failure()) : collectBackwardArguments(*known);
  }
  BackwardCalls takeBackward() { return {std::move(copy), backward, {}}; }

  /// One case: the results and gradients of the other, which computes the same.
  LogicalResult compareWith(GradientTest &other, Case &test, Tally &tally);

  /// One case for each float argument; one for second order if the function asks for it.
  LogicalResult run(Case &test, Tally &tally);

private:
  /// F.backward as a function to differentiate.
  GradientTest ofBackward();
  LogicalResult runSecondOrder(const llvm::StringMap<TensorValue> &known, StringRef name,
                               Tally &tally);
  /// The derivative along a random direction in all float arguments at once: difference in words,
  /// empty for none.
  FailureOr<std::string> compareAlongDirection(Values &arguments);
  /// The value of every argument and result of the forward function by its name.
  FailureOr<llvm::StringMap<TensorValue>> runForward(ArrayRef<TensorValue> arguments);
  FailureOr<Values> runBackward(const llvm::StringMap<TensorValue> &known);
  FailureOr<Values> collectBackwardArguments(const llvm::StringMap<TensorValue> &known);
  /// The sum of all float results with random weights.
  FailureOr<double> evaluate(ArrayRef<TensorValue> arguments);
  /// The central difference for one element of one argument.
  FailureOr<double> difference(Values &arguments, unsigned position, int64_t element);
  /// True if an argument says what its gradient is; then all cotangents are 1.
  bool hasExpectations();
  /// The first difference in words, empty for none.
  FailureOr<std::string> compare(Values &arguments, unsigned position, const TensorValue &gradient);

  OwningOpRef<ModuleOp> copy;
  func::FuncOp function, forward, backward;
  Values cotangents; // one for each float result
};

FailureOr<double> GradientTest::evaluate(ArrayRef<TensorValue> arguments) {
  FailureOr<Values> results = WeftInterpreter::run(function, arguments);
  if (failed(results))
    return failure();
  double sum = 0;
  auto cotangent = cotangents.begin();
  for (const TensorValue &result : *results)
    if (isFloat(result)) {
      for (auto [weight, value] : llvm::zip(cotangent->elements, result.elements))
        sum += weight * value;
      ++cotangent;
    }
  return sum;
}

FailureOr<llvm::StringMap<TensorValue>> GradientTest::runForward(ArrayRef<TensorValue> arguments) {
  FailureOr<Values> results = WeftInterpreter::run(forward, arguments);
  if (failed(results))
    return failure();
  llvm::StringMap<TensorValue> known;
  for (unsigned i = 0; i < arguments.size(); ++i)
    known[forward.getArgAttrOfType<StringAttr>(i, "weft.name").getValue()] = arguments[i];
  cotangents.clear();
  for (unsigned i = 0; i < results->size(); ++i) {
    known[forward.getResultAttrOfType<StringAttr>(i, "weft.name").getValue()] = (*results)[i];
    if (i < function.getNumResults() && isFloat((*results)[i]))
      cotangents.push_back(hasExpectations()
                               ? TensorValue::splat((*results)[i].element, (*results)[i].shape, 1)
                               : makeRandom((*results)[i], 17 + i));
  }
  return known;
}

FailureOr<Values>
GradientTest::collectBackwardArguments(const llvm::StringMap<TensorValue> &known) {
  Values arguments = cotangents;
  for (unsigned i = cotangents.size(); i < backward.getNumArguments(); ++i) {
    auto name = backward.getArgAttrOfType<StringAttr>(i, "weft.name");
    auto found = name ? known.find(name.getValue()) : known.end();
    if (found == known.end())
      return backward.emitOpError(
                 "expects a saved argument to be an argument or result of forward, got argument ")
             << i;
    arguments.push_back(found->second);
  }
  return arguments;
}

FailureOr<Values> GradientTest::runBackward(const llvm::StringMap<TensorValue> &known) {
  FailureOr<Values> arguments = collectBackwardArguments(known);
  if (failed(arguments))
    return failure();
  return WeftInterpreter::run(backward, *arguments);
}

FailureOr<double> GradientTest::difference(Values &arguments, unsigned position, int64_t element) {
  double &place = arguments[position].elements[element], value = place;
  place = value + epsilon;
  FailureOr<double> above = evaluate(arguments);
  place = value - epsilon;
  FailureOr<double> below = evaluate(arguments);
  place = value;
  if (failed(above) || failed(below))
    return failure();
  return (*above - *below) / (2 * epsilon);
}

bool GradientTest::hasExpectations() {
  return llvm::any_of(function.getArguments(), [&](BlockArgument argument) {
    return function.getArgAttr(argument.getArgNumber(), "check.expected");
  });
}

FailureOr<std::string> GradientTest::compare(Values &arguments, unsigned position,
                                             const TensorValue &gradient) {
  if (gradient.shape != arguments[position].shape)
    return "shape " + compiler::formatSizes(gradient.shape) + " instead of " +
           compiler::formatSizes(arguments[position].shape);
  if (auto written = function.getArgAttrOfType<DenseElementsAttr>(position, "check.expected")) {
    FailureOr<TensorValue> expected = TensorValue::fromAttribute(written);
    if (failed(expected))
      return failure();
    return findDifference(gradient, *expected, 1e-12).value_or("");
  }
  for (int64_t element = 0; element < gradient.getCount(); ++element) {
    FailureOr<double> expected = difference(arguments, position, element);
    if (failed(expected))
      return failure();
    double got = gradient.elements[element];
    if (!(std::abs(got - *expected) <= absolute + relative * std::abs(*expected)))
      return "element " + std::to_string(element) + ": gradient " + compiler::formatNumber(got) +
             ", central difference " + compiler::formatNumber(*expected) + " at " +
             arguments[position].str();
  }
  return std::string();
}

GradientTest GradientTest::ofBackward() {
  GradientTest second(*copy, backward);
  // A saved argument and a gradient may have one name; numbered ones are all different.
  for (unsigned i = 0; i < second.function.getNumArguments(); ++i)
    second.function.removeArgAttr(i, "weft.name");
  for (unsigned i = 0; i < second.function.getNumResults(); ++i)
    second.function.removeResultAttr(i, StringAttr::get(copy->getContext(), "weft.name"));
  return second;
}

FailureOr<std::string> GradientTest::compareAlongDirection(Values &arguments) {
  FailureOr<llvm::StringMap<TensorValue>> known = runForward(arguments);
  if (failed(known))
    return failure();
  FailureOr<Values> gradients = runBackward(*known);
  if (failed(gradients))
    return failure();
  Values above = arguments, below = arguments;
  double slope = 0;
  unsigned next = 0;
  for (auto [position, argument] : llvm::enumerate(arguments)) {
    if (!isFloat(argument))
      continue;
    TensorValue direction = makeRandom(argument, 91 + position);
    for (int64_t i = 0; i < argument.getCount(); ++i) {
      above[position].elements[i] += epsilon * direction.elements[i];
      below[position].elements[i] -= epsilon * direction.elements[i];
      slope += (*gradients)[next].elements[i] * direction.elements[i];
    }
    ++next;
  }
  FailureOr<double> high = evaluate(above), low = evaluate(below);
  if (failed(high) || failed(low))
    return failure();
  double expected = (*high - *low) / (2 * epsilon);
  if (std::abs(slope - expected) <= absolute + relative * std::abs(expected))
    return std::string();
  return "derivative along a direction " + compiler::formatNumber(slope) + ", central difference " +
         compiler::formatNumber(expected);
}

LogicalResult GradientTest::runSecondOrder(const llvm::StringMap<TensorValue> &known,
                                           StringRef name, Tally &tally) {
  FailureOr<Values> arguments = collectBackwardArguments(known);
  GradientTest second = ofBackward();
  if (failed(arguments) || failed(second.differentiate()))
    return failure();
  FailureOr<std::string> problem = second.compareAlongDirection(*arguments);
  if (failed(problem))
    return failure();
  if (!problem->empty())
    emitError(function.getLoc()) << "second order: " << *problem;
  tally.add((name + " second order").str(), problem->empty());
  return success();
}

LogicalResult GradientTest::run(Case &test, Tally &tally) {
  FailureOr<llvm::StringMap<TensorValue>> known = runForward(test.arguments);
  if (failed(known))
    return failure();
  FailureOr<Values> gradients = runBackward(*known);
  if (failed(gradients))
    return failure();
  unsigned next = 0;
  for (unsigned position = 0; position < test.arguments.size(); ++position) {
    if (!isFloat(test.arguments[position]))
      continue;
    if (next >= gradients->size())
      return backward.emitOpError("expects a gradient for every float argument, got ")
             << gradients->size();
    const TensorValue &gradient = (*gradients)[next++];
    if (function.getArgAttr(position, "check.fixed"))
      continue;
    FailureOr<std::string> problem = compare(test.arguments, position, gradient);
    if (failed(problem))
      return failure();
    auto name = forward.getArgAttrOfType<StringAttr>(position, "weft.name").getValue();
    if (!problem->empty())
      emitError(function.getLoc()) << "gradient of " << name << ": " << *problem;
    tally.add(test.name + " d/d " + name.str(), problem->empty());
  }
  return function->hasAttr("check.second") ? runSecondOrder(*known, test.name, tally) : success();
}

LogicalResult GradientTest::compareWith(GradientTest &other, Case &test, Tally &tally) {
  Values all[2];
  for (auto [which, values] : {std::pair{this, &all[0]}, {&other, &all[1]}}) {
    FailureOr<Values> results = WeftInterpreter::run(which->function, test.arguments);
    FailureOr<llvm::StringMap<TensorValue>> known = which->runForward(test.arguments);
    if (failed(results) || failed(known))
      return failure();
    FailureOr<Values> gradients = which->runBackward(*known);
    if (failed(gradients))
      return failure();
    *values = std::move(*results);
    llvm::append_range(*values, *gradients);
  }
  bool agrees = all[0].size() == all[1].size();
  for (auto [value, expected] : llvm::zip(all[0], all[1]))
    if (std::optional<std::string> problem = findDifference(value, expected, 1e-12)) {
      emitError(function.getLoc()) << "unrolled: " << *problem;
      agrees = false;
    }
  tally.add(test.name + " unrolled", agrees);
  return success();
}

} // namespace

FailureOr<BackwardCalls> makeBackwardCalls(ModuleOp module, func::FuncOp function,
                                           ArrayRef<Case> cases) {
  GradientTest test(module, function);
  if (failed(test.differentiate()))
    return failure();
  std::vector<Case> backward;
  for (const Case &one : cases) {
    FailureOr<Values> arguments = test.makeBackwardArguments(one.arguments);
    if (failed(arguments))
      return failure();
    for (TensorValue &argument : *arguments)
      argument.round();
    backward.push_back({one.name + " backward", std::move(*arguments)});
  }
  BackwardCalls calls = test.takeBackward();
  calls.cases = std::move(backward);
  return calls;
}

void runGradientMode(ModuleOp module, Tally &tally) {
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("check.gradient"))
      continue;
    FailureOr<std::vector<Case>> cases = makeCases(function);
    GradientTest test(module, function);
    bool ok = succeeded(cases) && succeeded(test.differentiate());
    for (size_t i = 0; ok && i < cases->size(); ++i)
      ok = succeeded(test.run((*cases)[i], tally));
    if (ok && function->hasAttr("check.unrolled")) {
      GradientTest unrolled(module, function);
      ok = succeeded(unrolled.unrollScans()) && succeeded(unrolled.differentiate());
      for (size_t i = 0; ok && i < cases->size(); ++i)
        ok = succeeded(test.compareWith(unrolled, (*cases)[i], tally));
    }
    if (!ok)
      tally.add((function.getName() + " runs").str(), false);
  }
}

} // namespace weft::check
