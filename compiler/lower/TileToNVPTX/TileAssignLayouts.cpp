// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/HeldFactors.h"
#include "compiler/lower/TileToNVPTX/Layouts.h"
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "compiler/lower/TileToNVPTX/WarpGroups.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEASSIGNLAYOUTSPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

bool isTile(Value value) { return isa<RankedTensorType>(value.getType()); }
bool isVector(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && type.getRank() == 1;
}

class LayoutAssignment {
public:
  explicit LayoutAssignment(tile::KernelOp kernel)
      : kernel(kernel), context(kernel.getContext()), consumers(getConsumers(kernel)),
        threads(consumers > 0 ? consumers * gpuThreads : gpuThreads) {}

  void run() {
    copyVectorConstants();
    findProducts();
    uniteVectors();
    findAnchors();
    kernel.getBody().walk([&](Block *block) {
      for (BlockArgument argument : block->getArguments())
        assign(argument);
    });
    kernel.walk([&](Operation *op) {
      for (Value result : op->getResults())
        assign(result);
    });
    kernel.walk([&](arith::ConstantOp constant) { retype(constant); });
    kernel.walk([&](tile::ReduceOp reduce) { convertAround(reduce); });
    kernel.walk([&](tile::BroadcastOp broadcast) { convertInput(broadcast); });
  }

private:
  using Shape = SmallVector<int64_t, 2>;

  static Shape getShape(Value tile) {
    return Shape(cast<RankedTensorType>(tile.getType()).getShape());
  }

  void findProducts() {
    kernel.walk([&](tile::DotOp dot) {
      if (usesTensorCores(dot))
        tensorProducts.insert(getShape(dot.getResult()));
      else if (dot.getTransposeB())
        sparseProducts.insert(getShape(dot.getResult()));
    });
    kernel.walk([&](tile::ReduceOp reduce) {
      if (reduce.getAxis() == 1)
        ofWholeRows.insert(getShape(reduce.getInput()));
    });
    if (consumers == 0)
      findHeldFactors();
  }

  /// Sums whose rows a warp holds whole go on to the next product past the buffers, if its rows
  /// are in the same warp.
  void findHeldFactors() {
    kernel.walk([&](tile::DotOp dot) {
      Shape factor = getShape(dot.getA());
      if (tensorProducts.contains(factor) && ofWholeRows.contains(factor) &&
          !dot.getA().getDefiningOp<tile::LoadOp>() && mayBeHeldFactor(dot))
        ofWholeRows.insert(getShape(dot.getResult()));
    });
  }

  /// Each reader of a constant may want another layout.
  void copyVectorConstants() {
    SmallVector<arith::ConstantOp> constants;
    kernel.walk([&](arith::ConstantOp constant) {
      if (isVector(constant))
        constants.push_back(constant);
    });
    for (arith::ConstantOp constant : constants)
      while (!constant->use_empty() && !constant->hasOneUse())
        constant->use_begin()->set(OpBuilder(constant).clone(*constant)->getResult(0));
  }

  void unite(Value a, Value b) {
    if (isVector(a) && isVector(b))
      classes.unionSets(a.getAsOpaquePointer(), b.getAsOpaquePointer());
  }

  /// Values that are computed element by element, or carried, stay where they are.
  void uniteVectors() {
    kernel.walk([&](Operation *op) {
      if (auto loop = dyn_cast<scf::ForOp>(op)) {
        for (auto [initial, inside, yielded, after] :
             llvm::zip_equal(loop.getInitArgs(), loop.getRegionIterArgs(), loop.getYieldedValues(),
                             loop.getResults())) {
          unite(initial, inside);
          unite(initial, yielded);
          unite(initial, after);
        }
      } else if (auto branch = dyn_cast<scf::IfOp>(op)) {
        for (auto [i, result] : llvm::enumerate(branch.getResults())) {
          unite(result, branch.thenYield().getOperand(i));
          unite(result, branch.elseYield().getOperand(i));
        }
      } else if (OpTrait::hasElementwiseMappableTraits(op) ||
                 isa<tile::MathOp, tile::PhiloxOp>(op)) {
        for (Value operand : op->getOperands())
          unite(op->getResult(0), operand);
      }
    });
  }

  const void *getClass(Value value) {
    const void *pointer = value.getAsOpaquePointer();
    auto leader = classes.findLeader(pointer);
    return leader == classes.member_end() ? pointer : *leader;
  }

  /// A class lies as its first reduction leaves it, else as its first broadcast takes it.
  void findAnchors() {
    kernel.walk([&](tile::ReduceOp reduce) {
      if (isVector(reduce.getResult()))
        anchors.try_emplace(getClass(reduce.getResult()),
                            getReduced(reduce).slice(reduce.getAxis()));
    });
    kernel.walk([&](tile::BroadcastOp broadcast) {
      if (isVector(broadcast.getInput()) && !isVector(broadcast.getResult()))
        anchors.try_emplace(getClass(broadcast.getInput()),
                            getMatrixLayout(getShape(broadcast.getResult()))
                                .slice(1 - broadcast.getDims().front()));
    });
  }

  tile::LayoutAttr getMatrixLayout(const Shape &shape) {
    if (tensorProducts.contains(shape))
      return consumers > 0 || hasGroupProducts(kernel)
                 ? getGroupLayout(context, shape)
                 : getAccumulatorLayout(context, shape, ofWholeRows.contains(shape));
    // Neighbouring threads read neighbouring rows of a transposed factor: in different banks.
    if (sparseProducts.contains(shape))
      return getRowLayout(context, shape, 1, 16);
    return getPlainLayout(shape);
  }

  /// Of what nothing asks for another layout.
  tile::LayoutAttr getPlainLayout(const Shape &shape) {
    return getRowLayout(context, shape, getRowRun(shape, threads), 128, threads);
  }

  /// The layout in which an operand is reduced: the axis within a warp.
  tile::LayoutAttr getReduced(tile::ReduceOp reduce) {
    Shape shape = getShape(reduce.getInput());
    tile::LayoutAttr layout = shape.size() == 2 ? getMatrixLayout(shape) : getPlainLayout(shape);
    if (layout.isWithinWarp(reduce.getAxis()))
      return layout;
    bool isAcross = int64_t(reduce.getAxis()) == int64_t(shape.size()) - 1;
    return isAcross ? getRowLayout(context, shape, getRowRun(shape), 32)
                    : getColumnLayout(context, shape);
  }

  tile::LayoutAttr getAssigned(Value value) {
    Shape shape = getShape(value);
    if (shape.size() == 2)
      return getMatrixLayout(shape);
    if (auto anchor = anchors.find(getClass(value)); shape.size() == 1 && anchor != anchors.end())
      return anchor->second;
    return getPlainLayout(shape);
  }

  void assign(Value value) {
    if (isTile(value))
      value.setType(withLayout(value.getType(), getAssigned(value)));
  }

  static void retype(arith::ConstantOp constant) {
    if (auto splat = dyn_cast<SplatElementsAttr>(constant.getValue())) // a scalar is none
      constant.setValueAttr(splat.resizeSplat(cast<ShapedType>(constant.getType())));
  }

  static Value convert(OpBuilder &builder, Value value, tile::LayoutAttr layout) {
    if (getLayout(value.getType()) == layout)
      return value;
    return tile::ConvertOp::create(builder, value.getLoc(), withLayout(value.getType(), layout),
                                   value);
  }

  void convertAround(tile::ReduceOp reduce) {
    OpBuilder builder(reduce);
    tile::LayoutAttr layout = getReduced(reduce), wanted = getLayout(reduce.getType());
    reduce.getInputMutable().set(convert(builder, reduce.getInput(), layout));
    tile::LayoutAttr left = layout.slice(reduce.getAxis());
    if (left == wanted)
      return;
    reduce.getResult().setType(withLayout(reduce.getType(), left));
    builder.setInsertionPointAfter(reduce);
    Value converted = convert(builder, reduce.getResult(), wanted);
    reduce.getResult().replaceAllUsesExcept(converted, converted.getDefiningOp());
  }

  void convertInput(tile::BroadcastOp broadcast) {
    if (!isVector(broadcast.getInput()))
      return;
    tile::LayoutAttr layout = getLayout(broadcast.getType());
    if (!isVector(broadcast.getResult()))
      layout = layout.slice(1 - broadcast.getDims().front());
    OpBuilder builder(broadcast);
    broadcast.getInputMutable().set(convert(builder, broadcast.getInput(), layout));
  }

  tile::KernelOp kernel;
  MLIRContext *context;
  int64_t consumers, threads;
  std::set<Shape> tensorProducts;
  std::set<Shape> sparseProducts; ///< of which a thread holds no columns side by side
  std::set<Shape> ofWholeRows;    ///< which are reduced, or of which a row is the next product's
  llvm::EquivalenceClasses<const void *> classes;
  llvm::DenseMap<const void *, tile::LayoutAttr> anchors;
};

struct TileAssignLayoutsPass : impl::TileAssignLayoutsPassBase<TileAssignLayoutsPass> {
  using Base::Base;

  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<tile::KernelOp>()) {
      if (failed(checkConstants(kernel)))
        return signalPassFailure();
      if (warpGroups) {
        chooseConsumers(kernel);
        chooseGroupProducts(kernel);
      }
      LayoutAssignment(kernel).run();
    }
  }
};

} // namespace

} // namespace weft::compiler
