// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/AttentionGradKernel.h"

using namespace mlir;

namespace weft::compiler {

void AttentionGradKernel::declare() {
  declareInputs();
  gradients.declare();
}

void AttentionGradKernel::declareInputs() {
  task.declare();
  statistics = lowering.getStoredView(given.statistics);
  attended = lowering.getStoredView(given.attended);
  resultGrad = lowering.getStoredView(given.resultGrad);
  statisticsArray = k.addInput(statistics.base);
  attendedArray = k.addInput(attended.base);
  resultGradArray = k.addInput(resultGrad.base);
}

void AttentionGradKernel::openViews() {
  Values place = {task.batch, task.head, Value(), Value()};
  attendedView = k.openView(attendedArray, attended, place, {2, 3});
  resultGradView = k.openView(resultGradArray, resultGrad, place, {2, 3});
  statisticsViews.clear();
  for (int64_t i = 0; i < 3; ++i) {
    place[3] = k.getIndex(i);
    statisticsViews.push_back(k.openView(statisticsArray, statistics, place, {2}));
  }
}

Value AttentionGradKernel::sumAxis(Value tile, int64_t axis) {
  int64_t size = cast<RankedTensorType>(tile.getType()).getDimSize(1 - axis);
  return tile::ReduceOp::create(k, k.getTileType({size}, task.element), tile::Reduction::sum, tile,
                                axis);
}

Value AttentionGradKernel::whenPresent(Value tile) {
  return arith::SelectOp::create(k, task.present, tile, task.zeros({task.rows, task.cols}));
}

/// 1 / x, and 0 for 0.
Value AttentionGradKernel::invert(Value perRow) {
  Value none = task.zeros({task.rows}), one = k.getConstant(perRow.getType(), 1);
  Value isZero = arith::CmpFOp::create(k, arith::CmpFPredicate::OEQ, perRow, none);
  Value inverse = arith::DivFOp::create(k, one, arith::SelectOp::create(k, isZero, one, perRow));
  return arith::SelectOp::create(k, isZero, none, inverse);
}

void AttentionGradKernel::enterRows(Value row) {
  task.enterRows(row);
  Value zero = k.getIndex(0);
  resultGradTile = k.load(resultGradView, {row, zero}, {task.rows, task.valueFeatures});
  maximum = k.load(statisticsViews[0], {row}, {task.rows});
  Value u = k.load(statisticsViews[1], {row}, {task.rows}),
        z = k.load(statisticsViews[2], {row}, {task.rows});
  epsilon = k.getConstant(u.getType(), task.spec.epsilon);
  inverseN = invert(add(u, mul(epsilon, z)));
  inverseZ = invert(z);
  inverseRatio = mul(z, inverseN);
  Value attendedTile = k.load(attendedView, {row, zero}, {task.rows, task.valueFeatures});
  Value exact = resultGradTile;
  if (exact.getType() != attendedTile.getType())
    exact = arith::ExtFOp::create(k, attendedTile.getType(), exact);
  mean = sumAxis(mul(exact, attendedTile), 1);
}

AttentionGradKernel::Values AttentionGradKernel::reverseRegion(Value e, Value a, Value g) {
  Value centered = sub(g, task.spreadRows(mean));
  Value p = mul(e, task.spreadRows(inverseZ));
  Value correction = mul(epsilon, mul(mean, inverseRatio));
  Value ds = whenPresent(sub(mul(a, centered), mul(task.spreadRows(correction), p)));
  Value dm = whenPresent(mul(mul(p, centered), task.spreadRows(inverseRatio)));
  Values arguments = task.region().reverse(ds, dm);
  for (Value &gradient : arguments)
    if (gradient)
      gradient = whenPresent(gradient); // 0 times an infinite derivative of an absent element
  return arguments;
}

void AttentionGradKernel::giveTile(unsigned source, Value firstKey) {
  task.computeTile(source, firstKey);
  Value e = task.getExponential(maximum);
  Value a = mul(whenPresent(mul(task.region().getWeight(), e)), task.spreadRows(inverseN));
  Value g = dot(resultGradTile, task.loadValues(), task.zeros({task.rows, task.cols}),
                /*transposeB=*/true);
  Value multiplier = task.getDropoutMultiplier();
  if (multiplier)
    g = mul(g, multiplier);
  takeValues(task.toFactor(multiplier ? mul(a, multiplier) : a));

  Values arguments = reverseRegion(e, a, g);
  if (arguments[0])
    takeContent(task.toFactor(arguments[0]));
  bool isBand = source == 0;
  if (isBand && gradients.hasPosition() && arguments[1]) {
    Value relative = task.toFactor(arguments[1]);
    takeRelative(task.readsSlots() ? relative : task.unshear(relative));
  }
  unsigned first = isBand ? AttentionSource::bandArguments : AttentionSource::furtherArguments;
  for (unsigned i = 0; i < kinds.size(); ++i)
    if (Value gradient = arguments[first + i])
      takeCapture(i, gradient);
}

void AttentionGradKernel::giveTilesOfRows() {
  for (unsigned source = 0; source < task.sources.size(); ++source) {
    TileRange range = task.getKeyTiles(source);
    sums = k.loop(range.from, range.to, range.step, sums,
                  [&](Value tile, ValueRange carried) -> Values {
                    sums = llvm::to_vector(carried);
                    giveTile(source, task.enterKeys(source, tile));
                    return sums;
                  });
  }
}

} // namespace weft::compiler
