// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What tiles of attention read: keys, values, relative keys and captures, for each tile or once for
// all tiles of a task.
#include "compiler/lower/WeftToTile/AttentionTask.h"

using namespace mlir;

namespace weft::compiler {

void AttentionTask::holdKeys(unsigned of, Value key) {
  source = of;
  firstKey = key;
  heldKeys = heldValues = {};
  heldKeys = loadKeys(source, firstKey);
  heldValues = loadValues();
}

void AttentionTask::holdWindow(Value distance) {
  heldGap = gap = distance;
  if (position.base)
    heldPosition = loadPosition();
}

Value AttentionTask::loadKeys(unsigned of, Value key) {
  return k.load(sources[of].keysView, {key, k.getIndex(0)}, {cols, features});
}

Value AttentionTask::loadPosition() {
  return k.load(positionView, {getWindowStart(position.sizes[0]), k.getIndex(0)},
                {window, features});
}

Value AttentionTask::loadValues() {
  if (heldValues)
    return heldValues;
  return k.load(sources[source].valuesView, {firstKey, k.getIndex(0)}, {cols, valueFeatures});
}

Value AttentionTask::loadCapture(unsigned index, Value key) {
  const TensorView &view = captures[index];
  Value array = captureArrays[index];
  switch (spec.op.getAttentionCaptureKinds()[index]) {
  case ir::CaptureKind::scalar: {
    TensorView one = view;
    one.insertAxis(0, SizeExpr(1), SizeExpr(0));
    return k.broadcast(k.loadScalar(array, one, k.getIndex(0)), {rows, cols});
  }
  case ir::CaptureKind::per_head:
    return k.broadcast(k.loadScalar(array, view, head), {rows, cols});
  case ir::CaptureKind::by_distance:
    return shear(k.load(k.openView(array, view.reverse(0), {Value()}, {0}),
                        {getWindowStart(view.sizes[0])}, {window}));
  case ir::CaptureKind::per_head_by_distance:
    return shear(k.load(k.openView(array, view.reverse(1), {head, Value()}, {1}),
                        {getWindowStart(view.sizes[1])}, {window}));
  case ir::CaptureKind::by_query:
    return spreadRows(k.load(k.openView(array, view, {Value()}, {0}), {firstRow}, {rows}));
  case ir::CaptureKind::by_key:
    return k.broadcast(k.load(k.openView(array, view, {Value()}, {0}), {key}, {cols}), {rows, cols},
                       {1});
  }
  return {};
}

} // namespace weft::compiler
