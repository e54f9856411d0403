// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToMachine/Emitter.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft::compiler {

Type getValueType(Type element) {
  return isa<BFloat16Type, Float16Type>(element) ? IntegerType::get(element.getContext(), 16)
                                                 : element;
}

Type getMemoryType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8) : getValueType(element);
}

int64_t getByteSize(Type element) { return getMemoryType(element).getIntOrFloatBitWidth() / 8; }

Type getVectorType(Type element, int64_t lanes) {
  return lanes == 0 ? element : VectorType::get({lanes}, element);
}

Value Emitter::makeI64(int64_t value) { return makeInt(getI64Type(), value); }

Value Emitter::makeInt(Type type, int64_t value) {
  TypedAttr attr = getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(*this, attr);
}

Value Emitter::makeFloat(Type type, double value) {
  TypedAttr attr = getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(*this, attr);
}

Value Emitter::makeZeros(Type element, int64_t lanes) {
  Type type = getVectorType(getValueType(element), lanes);
  return arith::ConstantOp::create(*this, cast<TypedAttr>(getZeroAttr(type)));
}

Value Emitter::makeLaneNumbers(int64_t lanes) {
  SmallVector<int64_t> numbers = getNumbers<int64_t>(0, lanes);
  auto type = VectorType::get({lanes}, getI64Type());
  return arith::ConstantOp::create(*this, DenseElementsAttr::get(type, ArrayRef(numbers)));
}

Value Emitter::add(Value a, Value b) { return createOrFold<arith::AddIOp>(a, b); }
Value Emitter::mul(Value a, Value b) { return createOrFold<arith::MulIOp>(a, b); }
Value Emitter::both(Value a, Value b) { return createOrFold<arith::AndIOp>(a, b); }

Value Emitter::isBelow(Value a, Value b) {
  // Sizes are never negative, so one unsigned comparison sees both ends.
  return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ult, a, b);
}

Value Emitter::select(Value condition, Value yes, Value no) {
  return createOrFold<arith::SelectOp>(condition, yes, no);
}

std::optional<int64_t> Emitter::getConstant(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getSExtValue();
  return std::nullopt;
}

Value Emitter::splat(Value scalar, int64_t lanes) {
  if (lanes == 0)
    return scalar;
  Attribute constant;
  auto type = VectorType::get({lanes}, scalar.getType());
  if (matchPattern(scalar, m_Constant(&constant)))
    return arith::ConstantOp::create(*this, DenseElementsAttr::get(type, constant));
  Value empty = LLVM::PoisonOp::create(*this, type);
  Value first = LLVM::InsertElementOp::create(*this, empty, scalar, makeI64(0));
  SmallVector<int32_t> zeros(lanes, 0);
  return LLVM::ShuffleVectorOp::create(*this, first, empty, zeros);
}

Value Emitter::shuffle(Value a, Value b, ArrayRef<int32_t> mask) {
  return LLVM::ShuffleVectorOp::create(*this, a, b, mask);
}

Value Emitter::extractLane(Value vector, int64_t lane) {
  return LLVM::ExtractElementOp::create(*this, vector, makeI64(lane));
}

Value Emitter::offset(Type element, Value base, Value index) {
  // A vector of zeros, which a stride of 0 gives, still asks for a vector of pointers.
  if (!isa<VectorType>(index.getType()) && getConstant(index) == 0)
    return base;
  Type result = base.getType(); // of any address space
  if (auto vector = dyn_cast<VectorType>(index.getType()))
    result = VectorType::get(vector.getShape(), result);
  return LLVM::GEPOp::create(*this, result, getMemoryType(element), base, ValueRange{index});
}

Value Emitter::toMemory(Value value) {
  Type element = getElementTypeOrSelf(value.getType());
  if (!element.isInteger(1))
    return value;
  auto vector = dyn_cast<VectorType>(value.getType());
  Type type = getVectorType(getMemoryType(element), vector ? vector.getDimSize(0) : 0);
  return createOrFold<arith::ExtUIOp>(type, value);
}

Value Emitter::fromMemory(Value value, Type element) {
  if (!element.isInteger(1))
    return value;
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::ne, value, makeInt(value.getType(), 0));
}

Value Emitter::load(Type element, Value pointer, int64_t lanes) {
  Type type = getVectorType(getMemoryType(element), lanes);
  return fromMemory(LLVM::LoadOp::create(*this, type, pointer, getByteSize(element)), element);
}

Value Emitter::loadPairs(Value pointer, int64_t lanes) {
  return LLVM::LoadOp::create(*this, getVectorType(getI32Type(), lanes), pointer, 2);
}

Value Emitter::loadScalar(Type element, Value pointer) { return load(element, pointer, 0); }

void Emitter::store(Value value, Value pointer) {
  int64_t bytes = getByteSize(getElementTypeOrSelf(value.getType()));
  LLVM::StoreOp::create(*this, toMemory(value), pointer, bytes);
}

Value Emitter::loadMasked(Type element, Value pointer, Value mask, Value fill) {
  Value lanes = toMemory(fill);
  return fromMemory(LLVM::MaskedLoadOp::create(*this, lanes.getType(), pointer, mask, lanes,
                                               static_cast<uint32_t>(getByteSize(element))),
                    element);
}

Value Emitter::gather(Type element, Value pointers, Value mask, Value fill) {
  Value lanes = toMemory(fill);
  return fromMemory(LLVM::masked_gather::create(*this, lanes.getType(), pointers, mask, lanes,
                                                static_cast<uint32_t>(getByteSize(element))),
                    element);
}

void Emitter::storeMasked(Value value, Value pointer, Value mask) {
  uint32_t bytes = getByteSize(getElementTypeOrSelf(value.getType()));
  LLVM::MaskedStoreOp::create(*this, toMemory(value), pointer, mask, bytes);
}

void Emitter::scatter(Value value, Value pointers, Value mask) {
  uint32_t bytes = getByteSize(getElementTypeOrSelf(value.getType()));
  LLVM::masked_scatter::create(*this, toMemory(value), pointers, mask, bytes);
}

void Emitter::loop(int64_t low, int64_t high, int64_t step, function_ref<void(Value)> body) {
  loop(low, high, step, {}, [&](Value iv, ArrayRef<Value>) {
    body(iv);
    return SmallVector<Value>();
  });
}

SmallVector<Value> Emitter::loop(int64_t low, int64_t high, int64_t step, ArrayRef<Value> initial,
                                 function_ref<SmallVector<Value>(Value, ArrayRef<Value>)> body) {
  return loop(makeI64(low), makeI64(high), step, initial, body);
}

SmallVector<Value> Emitter::loop(Value low, Value high, int64_t step, ArrayRef<Value> initial,
                                 function_ref<SmallVector<Value>(Value, ArrayRef<Value>)> body) {
  std::optional<int64_t> first = getConstant(low), last = getConstant(high);
  if (first && last && *first >= *last)
    return SmallVector<Value>(initial);
  if (first && last && *last - *first <= step)
    return body(low, initial);
  auto loop = scf::ForOp::create(*this, low, high, makeI64(step), initial);
  OpBuilder::InsertionGuard guard(*this);
  Block *block = loop.getBody();
  if (initial.empty())
    block->getTerminator()->erase();
  setInsertionPointToEnd(block);
  SmallVector<Value> carried(loop.getRegionIterArgs());
  scf::YieldOp::create(*this, body(loop.getInductionVar(), carried));
  return SmallVector<Value>(loop.getResults());
}

SmallVector<Value> Emitter::branch(Value condition, ArrayRef<Type> types,
                                   function_ref<SmallVector<Value>()> yes,
                                   function_ref<SmallVector<Value>()> no) {
  if (std::optional<int64_t> known = getConstant(condition))
    return *known ? yes() : no();
  auto ifOp = scf::IfOp::create(*this, types, condition, /*addThenBlock=*/true,
                                /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(*this);
  for (auto [block, body] : {std::pair(ifOp.thenBlock(), yes), std::pair(ifOp.elseBlock(), no)}) {
    block->clear();
    setInsertionPointToEnd(block);
    scf::YieldOp::create(*this, body());
  }
  return SmallVector<Value>(ifOp.getResults());
}

} // namespace weft::compiler
