// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/weft/transforms/Signature.h"

#include "dialects/weft/WeftDialect.h"

using namespace mlir;

namespace weft::ir {

StringRef Port::getString(StringRef attribute) const {
  auto text = attributes ? attributes.getAs<StringAttr>(attribute) : StringAttr();
  return text ? text.getValue() : StringRef();
}

Port makePort(Type type, StringRef name, StringRef role) {
  Builder builder(type.getContext());
  return {type, builder.getDictionaryAttr(
                    {builder.getNamedAttr("weft.name", builder.getStringAttr(name)),
                     builder.getNamedAttr("weft.role", builder.getStringAttr(role))})};
}

SmallVector<Port> getArguments(func::FuncOp function) {
  SmallVector<Port> ports;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    ports.push_back({type, function.getArgAttrDict(i)});
  return ports;
}

SmallVector<Port> getResults(func::FuncOp function) {
  SmallVector<Port> ports;
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    ports.push_back({type, function.getResultAttrDict(i)});
  return ports;
}

void setSignature(func::FuncOp function, ArrayRef<Port> arguments, ArrayRef<Port> results) {
  auto types = [](ArrayRef<Port> ports) {
    return llvm::map_to_vector(ports, [](const Port &port) { return port.type; });
  };
  auto attributes = [&](ArrayRef<Port> ports) {
    return llvm::map_to_vector(ports, [&](const Port &port) {
      return port.attributes ? port.attributes : DictionaryAttr::get(function.getContext());
    });
  };
  function.setType(FunctionType::get(function.getContext(), types(arguments), types(results)));
  function.setAllArgAttrs(ArrayRef<DictionaryAttr>(attributes(arguments)));
  function.setAllResultAttrs(ArrayRef<DictionaryAttr>(attributes(results)));
}

func::FuncOp createFunction(Operation *before, StringRef name, ArrayRef<Port> arguments,
                            ArrayRef<Port> results) {
  OpBuilder builder(before->getContext());
  builder.setInsertionPointAfter(before);
  auto function =
      func::FuncOp::create(builder, before->getLoc(), name, builder.getFunctionType({}, {}));
  setSignature(function, arguments, results);
  function.addEntryBlock();
  return function;
}

void setReturned(func::FuncOp function, ValueRange values) {
  Block &block = function.front();
  if (!block.empty() && isa<func::ReturnOp>(block.back()))
    block.back().erase();
  OpBuilder builder = OpBuilder::atBlockEnd(&block);
  func::ReturnOp::create(builder, function.getLoc(), values);
}

bool isFloatTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<FloatType>(tensor.getElementType());
}

void eraseDeadOps(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

} // namespace weft::ir
