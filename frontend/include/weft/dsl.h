// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The language in which models are written. One include, no MLIR type, compiles in about a second.
//
//   Axis          a name and a size; tensors are functions of named axes, so nothing is ever
//   transposed by hand Tensor        a handle to a value of the graph; axes() lists its axes Scope
//   where weights and states get their names; calling it declares a weight, `/` enters a sub-scope
//   Function      one entry point of the model: inputs, states, outputs
//   Graph         the functions of one model
//
// Functions take the axis they act on first: dot(d, a, b), softmax(r, s). Example:
//
//   Tensor h = relu(dot(d, w("W1", {f, d}), x) + w("b1", {f}));
#ifndef WEFT_DSL_H
#define WEFT_DSL_H

#include "weft/dsl/Attention.h"
#include "weft/dsl/Axis.h"
#include "weft/dsl/Control.h"
#include "weft/dsl/Graph.h"
#include "weft/dsl/Model.h"
#include "weft/dsl/Ops.h"
#include "weft/dsl/Pattern.h"
#include "weft/dsl/Scope.h"
#include "weft/dsl/Tensor.h"

#endif
