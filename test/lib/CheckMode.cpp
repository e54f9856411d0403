// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/lib/CheckMode.h"

#include <random>

#include "compiler/interpret/SizeTable.h"

#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace weft::check {

void Tally::add(const Twine &name, bool ok) {
  (ok ? passed : failed) += 1;
  llvm::outs() << (ok ? "pass " : "FAIL ") << name << "\n";
}

std::optional<std::string> findDifference(const TensorValue &actual, const TensorValue &expected,
                                          double tolerance) {
  if (actual.shape != expected.shape)
    return "shape " + compiler::formatSizes(actual.shape) + " instead of " +
           compiler::formatSizes(expected.shape);
  for (auto [position, values] : llvm::enumerate(llvm::zip(actual.elements, expected.elements))) {
    auto [got, want] = values;
    bool same = got == want || (std::isnan(got) && std::isnan(want));
    bool close = std::abs(got - want) <= tolerance * std::max(1.0, std::abs(want));
    if (!same && !close)
      return "element " + std::to_string(position) + ": got " + compiler::formatNumber(got) +
             ", expected " + compiler::formatNumber(want) + "\n  got      " + actual.str() +
             "\n  expected " + expected.str();
  }
  return std::nullopt;
}

namespace {

/// What the attributes of one argument ask for.
struct Wishes {
  std::optional<double> low, high;
  SmallVector<double> avoid;
};

/// Drawn from the hash of the names, so that a case does not depend on its neighbours.
std::mt19937_64 makeGenerator(func::FuncOp function, unsigned position) {
  uint64_t seed = llvm::xxh3_64bits(function.getName()) + position;
  if (auto attribute = function->getAttrOfType<IntegerAttr>("check.seed"))
    seed += 1000003 * static_cast<uint64_t>(attribute.getInt());
  return std::mt19937_64(seed);
}

double drawUniform(std::mt19937_64 &generator) { return double(generator() >> 11) * 0x1p-53; }

double draw(std::mt19937_64 &generator, Type element, const Wishes &wishes) {
  if (element.isInteger(1))
    return drawUniform(generator) < 0.5 ? 0 : 1;
  bool integer = isa<IntegerType>(element);
  double low = wishes.low.value_or(integer ? 0 : -1), high = wishes.high.value_or(integer ? 2 : 1);
  double value = low + (high - low) * drawUniform(generator);
  if (integer)
    return std::floor(value);
  // Central differences step 1e-6 to each side; 0.05 is far enough from a kink for every op
  // between.
  for (double kink : wishes.avoid)
    if (std::abs(value - kink) < 0.05)
      value = kink + (value < kink ? -0.05 : 0.05);
  return compiler::roundTo(element, value);
}

FailureOr<Wishes> readWishes(func::FuncOp function, unsigned position) {
  Wishes wishes;
  if (auto range = function.getArgAttrOfType<DenseF64ArrayAttr>(position, "check.range")) {
    if (range.size() != 2)
      return function.emitOpError("expects check.range to be array<f64: low, high>, got ") << range;
    wishes.low = range[0], wishes.high = range[1];
  }
  if (auto avoid = function.getArgAttrOfType<DenseF64ArrayAttr>(position, "check.avoid"))
    wishes.avoid.assign(avoid.asArrayRef().begin(), avoid.asArrayRef().end());
  return wishes;
}

FailureOr<TensorValue> makeArgument(func::FuncOp function, unsigned position,
                                    const compiler::SizeTable &sizes) {
  auto type = dyn_cast<RankedTensorType>(function.getArgumentTypes()[position]);
  if (!type)
    return function.emitOpError("expects tensors as arguments, got ")
           << function.getArgumentTypes()[position];
  if (auto written = function.getArgAttrOfType<DenseElementsAttr>(position, "check.value"))
    return TensorValue::fromAttribute(written);
  FailureOr<SmallVector<int64_t>> shape = sizes.getShape(type, function.getLoc());
  FailureOr<Wishes> wishes = readWishes(function, position);
  if (failed(shape) || failed(wishes))
    return failure();
  TensorValue value = TensorValue::splat(type.getElementType(), *shape);
  std::mt19937_64 generator = makeGenerator(function, position);
  for (double &element : value.elements)
    element = draw(generator, type.getElementType(), *wishes);
  return value;
}

/// Bounds and steps stand in the types; the attribute gives the values alone.
LogicalResult setSizes(func::FuncOp function, DictionaryAttr given, compiler::SizeTable &sizes,
                       std::string &name) {
  for (NamedAttribute entry : given) {
    auto value = dyn_cast<IntegerAttr>(entry.getValue());
    if (!value)
      return function.emitOpError("expects check.sizes to hold integers, got ") << given;
    name += (" " + entry.getName().getValue() + "=" + llvm::Twine(value.getInt())).str();
    if (failed(sizes.set(entry.getName(), value.getInt(), 1, value.getInt(), function.getLoc())))
      return failure();
  }
  return success();
}

} // namespace

FailureOr<std::vector<Case>> makeCases(func::FuncOp function) {
  SmallVector<DictionaryAttr> choices;
  if (auto listed = function->getAttrOfType<ArrayAttr>("check.sizes"))
    for (Attribute entry : listed)
      choices.push_back(dyn_cast<DictionaryAttr>(entry));
  if (choices.empty())
    choices.push_back(DictionaryAttr::get(function.getContext()));
  std::vector<Case> cases;
  for (DictionaryAttr given : choices) {
    compiler::SizeTable sizes;
    Case next{function.getName().str(), {}};
    if (!given || failed(setSizes(function, given, sizes, next.name)))
      return function.emitOpError("expects check.sizes to be a list like [{n = 3}]");
    for (unsigned position = 0; position < function.getNumArguments(); ++position) {
      FailureOr<TensorValue> argument = makeArgument(function, position, sizes);
      if (failed(argument))
        return failure();
      next.arguments.push_back(std::move(*argument));
    }
    cases.push_back(std::move(next));
  }
  return cases;
}

TensorValue makeRandom(const TensorValue &like, uint64_t seed) {
  std::mt19937_64 generator(seed);
  TensorValue value = TensorValue::splat(like.element, like.shape);
  for (double &element : value.elements)
    element = compiler::roundTo(like.element, 2 * drawUniform(generator) - 1);
  return value;
}

} // namespace weft::check
