// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-select-dtype: one element type for every float of the module.
#include "dialects/weft/transforms/Passes.h"

namespace weft::ir {
#define GEN_PASS_DEF_SELECTDTYPEPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

/// Rewrites types and values of floats; attributes such as epsilon are numbers of their own and
/// stay f64.
class DtypeSelector {
public:
  explicit DtypeSelector(FloatType dtype) : dtype(dtype) {}

  void rewrite(ModuleOp module) {
    module.walk([&](Operation *op) { rewrite(op); });
    module.walk([](CastOp cast) {
      if (cast.getInput().getType() != cast.getType())
        return;
      cast.getResult().replaceAllUsesWith(cast.getInput());
      cast.erase();
    });
  }

private:
  Type convert(Type type) const {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      return convert(tensor);
    return isa<FloatType>(type) ? Type(dtype) : type;
  }

  RankedTensorType convert(RankedTensorType type) const {
    return type.clone(convert(type.getElementType()));
  }

  FunctionType convert(FunctionType type) const {
    auto all = [&](TypeRange types) {
      return llvm::map_to_vector(types, [&](Type each) { return convert(each); });
    };
    return FunctionType::get(type.getContext(), all(type.getInputs()), all(type.getResults()));
  }

  APFloat round(APFloat number) const {
    bool losesInfo;
    number.convert(dtype.getFloatSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
    return number;
  }

  Attribute convertValue(TypedAttr value) const {
    if (auto number = dyn_cast<FloatAttr>(value))
      return FloatAttr::get(dtype, round(number.getValue()));
    auto dense = dyn_cast<DenseFPElementsAttr>(value);
    if (!dense)
      return value;
    return dense.mapValues(dtype,
                           [&](const APFloat &number) { return round(number).bitcastToAPInt(); });
  }

  void rewrite(Operation *op) const {
    for (Value result : op->getResults())
      result.setType(convert(result.getType()));
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Value argument : block.getArguments())
          argument.setType(convert(argument.getType()));
    if (auto function = dyn_cast<func::FuncOp>(op))
      function.setType(convert(function.getFunctionType()));
    if (auto constant = dyn_cast<ConstantOp>(op)) {
      // The numbers before a rounding to f32, from the language.
      auto exact = constant->getAttrOfType<TypedAttr>("weft.exact");
      constant->setAttr(constant.getValueAttrName(),
                        convertValue(exact ? exact : constant.getValue()));
      constant->removeAttr("weft.exact");
    }
    if (auto param = dyn_cast<ParamOp>(op))
      param.setType(convert(param.getType()));
    if (auto state = dyn_cast<StateOp>(op))
      state.setType(convert(state.getType()));
  }

  FloatType dtype;
};

class SelectDtypePass : public impl::SelectDtypePassBase<SelectDtypePass> {
public:
  using SelectDtypePassBase::SelectDtypePassBase;

  void runOnOperation() override {
    FloatType type;
    if (dtype == "f32")
      type = Float32Type::get(&getContext());
    else if (dtype == "f64")
      type = Float64Type::get(&getContext());
    if (!type) {
      getOperation().emitError("'weft-select-dtype' expects dtype to be f64 or f32, got '")
          << dtype << "' (select-dtype.C1)";
      return signalPassFailure();
    }
    DtypeSelector(type).rewrite(getOperation());
  }
};

} // namespace

} // namespace weft::ir
