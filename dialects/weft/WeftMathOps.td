// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Constants, elementwise ops, contraction, reductions, norms and losses.
#ifndef WEFT_MATH_OPS_TD
#define WEFT_MATH_OPS_TD

include "dialects/weft/WeftAttrs.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Elementwise ops also take bare scalars: inside a score region (WeftAttentionOps.td) they are its vocabulary.
def Weft_Float : AnyTypeOf<[F64, F32, BF16, F16], "float">;
def Weft_Number : AnyTypeOf<[F64, F32, BF16, F16, I32], "float or i32">;
def Weft_Element : AnyTypeOf<[F64, F32, BF16, F16, I32, I1], "float, i32 or i1">;
def Weft_FloatTensor : RankedTensorOf<[F64, F32, BF16, F16], [], "tensor of floats">;
def Weft_Tensor : RankedTensorOf<[F64, F32, BF16, F16, I32, I1], [], "tensor">;
def Weft_IntTensor : RankedTensorOf<[I32], [], "tensor of i32">;
def Weft_BoolTensor : RankedTensorOf<[I1], [], "tensor of i1">;
def Weft_FloatLike : AnyTypeOf<[Weft_Float, Weft_FloatTensor], "float or tensor of floats">;
def Weft_NumberLike : AnyTypeOf<[Weft_Number, Weft_FloatTensor, Weft_IntTensor], "number or tensor of numbers">;
def Weft_BoolLike : AnyTypeOf<[I1, Weft_BoolTensor], "i1 or tensor of i1">;
def Weft_AnyLike : AnyTypeOf<[Weft_Element, Weft_Tensor], "element or tensor">;

def ConstantOp : Weft_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a constant tensor or scalar";
  let description = "Example: `%ramp = weft.constant dense<32.0> : tensor<f32>` It is not differentiable.";
  let arguments = (ins TypedAttrInterface:$value);
  let results = (outs Weft_AnyLike:$result);
  let assemblyFormat = "$value attr-dict";
  let builders = [OpBuilder<(ins "::mlir::Type":$type, "double":$splat)>];
  let extraClassDeclaration = [{
    /// The one value of a scalar or splat constant.
    std::optional<double> getSplatValue();
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def IotaOp : Weft_Op<"iota", [Pure]> {
  let summary = "each element is its index along one axis";
  let description = [{
    `result[i_0..i_n] = start + step * i_axis`. Example: `%r = weft.iota axis 0 start 1.0 step 1.0 : tensor<8xf32>`

    There is no fold. It is not differentiable.
  }];
  let arguments = (ins I64Attr:$axis, F64Attr:$start, F64Attr:$step);
  let results = (outs Weft_Tensor:$result);
  let assemblyFormat = "`axis` $axis `start` $start `step` $step attr-dict `:` type($result)";
  let hasVerifier = 1;
}

class Weft_UnaryOp<string mnemonic, string text, Type type = Weft_FloatLike>
    : Weft_Op<mnemonic, [Pure, Elementwise, SameOperandsAndResultType]> {
  let summary = text;
  let arguments = (ins type:$input);
  let results = (outs type:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
  let hasFolder = 1;
}
class Weft_BinaryOp<string mnemonic, string text, list<Trait> traits = [], Type type = Weft_NumberLike>
    : Weft_Op<mnemonic, !listconcat([Pure, Elementwise, SameOperandsAndResultType], traits)> {
  let summary = text;
  let arguments = (ins type:$lhs, type:$rhs);
  let results = (outs type:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
  let hasFolder = 1;
}

def AddOp : Weft_BinaryOp<"add", "lhs + rhs", [Commutative]>;
def SubOp : Weft_BinaryOp<"sub", "lhs - rhs">;
def MulOp : Weft_BinaryOp<"mul", "lhs * rhs", [Commutative]>;
def DivOp : Weft_BinaryOp<"div", "lhs / rhs; integers round toward zero">;
def MaximumOp : Weft_BinaryOp<"maximum", "the larger of two values; the gradient at a tie goes to lhs">;
def MinimumOp : Weft_BinaryOp<"minimum", "the smaller of two values; the gradient at a tie goes to lhs">;
def NegOp : Weft_UnaryOp<"neg", "-input", Weft_NumberLike>;
def ExpOp : Weft_UnaryOp<"exp", "e to the power of input">;
def LogOp : Weft_UnaryOp<"log", "natural logarithm">;
def SqrtOp : Weft_UnaryOp<"sqrt", "square root">;
def RsqrtOp : Weft_UnaryOp<"rsqrt", "1 / square root">;
def TanhOp : Weft_UnaryOp<"tanh", "hyperbolic tangent">;
def ErfOp : Weft_UnaryOp<"erf", "error function">;
def SigmoidOp : Weft_UnaryOp<"sigmoid", "1 / (1 + e^-input)">;
def SinOp : Weft_UnaryOp<"sin", "sine of radians; NaN beyond 2^30">;
def CosOp : Weft_UnaryOp<"cos", "cosine of radians; NaN beyond 2^30">;
def FloorOp : Weft_UnaryOp<"floor", "largest integer not above input; gradient 0">;
def ReluOp : Weft_UnaryOp<"relu", "max(input, 0); gradient 0 at 0">;
def StopGradientOp : Weft_UnaryOp<"stop_gradient", "the input, with gradient 0", Weft_AnyLike>;

def ClampOp : Weft_Op<"clamp", [Pure, Elementwise, SameOperandsAndResultType]> {
  let summary = "min(max(input, low), high)";
  let description = [{
    The gradient passes where low <= input <= high, bounds *included*: a span that is exactly at its start can grow
    (docs/spec/weft.md). Example: `%m = weft.clamp %raw low 0.0 high 1.0 : tensor<8xf32>`
  }];
  let arguments = (ins Weft_FloatLike:$input, F64Attr:$low, F64Attr:$high);
  let results = (outs Weft_FloatLike:$result);
  let assemblyFormat = "$input `low` $low `high` $high attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def CompareOp : Weft_Op<"compare", [Pure, Elementwise, SameTypeOperands,
    DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "elementwise comparison";
  let description = "Example: `%past = weft.compare lt %key, %query : tensor<8xf32> -> tensor<8xi1>` It is not differentiable.";
  let arguments = (ins Weft_ComparePredicateAttr:$predicate, Weft_NumberLike:$lhs, Weft_NumberLike:$rhs);
  let results = (outs Weft_BoolLike:$result);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
  let hasFolder = 1;
}

def SelectOp : Weft_Op<"select", [Pure, Elementwise,
    AllTypesMatch<["when_true", "when_false", "result"]>]> {
  let summary = "condition ? when_true : when_false";
  let arguments = (ins Weft_BoolLike:$condition, Weft_AnyLike:$when_true, Weft_AnyLike:$when_false);
  let results = (outs Weft_AnyLike:$result);
  let assemblyFormat = "$condition `,` $when_true `,` $when_false attr-dict `:` type($condition) `,` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def CastOp : Weft_Op<"cast", [Pure, Elementwise]> {
  let summary = "converts the element type; float to i32 rounds toward zero, i1 becomes 0 or 1";
  let arguments = (ins Weft_AnyLike:$input);
  let results = (outs Weft_AnyLike:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def DotOp : Weft_Op<"dot", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "contraction: sums the product of lhs and rhs over the contracted axes";
  let description = [{
    Result dimensions: the batch axes, then the free axes of lhs, then those of rhs, each in operand order. Factors of bf16 have
    a result of f32.
    Example: `%q = weft.dot %x, %wq batch [] x [] contract [2] x [2] : tensor<2x8x16xf32>, tensor<4x4x16xf32> -> tensor<2x8x4x4xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$lhs, Weft_FloatTensor:$rhs,
      DenseI64ArrayAttr:$lhs_batch, DenseI64ArrayAttr:$rhs_batch,
      DenseI64ArrayAttr:$lhs_contract, DenseI64ArrayAttr:$rhs_contract);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs `batch` $lhs_batch `x` $rhs_batch `contract` $lhs_contract `x` $rhs_contract
    attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
}

class Weft_ReduceOp<string mnemonic, string text, Type type>
    : Weft_Op<mnemonic, [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = text;
  let description = "The reduced axes disappear. Example: `%y = weft." # mnemonic # " %x axes [1] : tensor<2x3xf32> -> tensor<2xf32>`";
  let arguments = (ins type:$input, DenseI64ArrayAttr:$axes);
  let results = (outs type:$result);
  let assemblyFormat = "$input `axes` $axes attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}
def SumOp : Weft_ReduceOp<"sum", "sum over axes; over no element 0", Weft_FloatTensor>;
def MaxOp : Weft_ReduceOp<"max", "maximum over axes; the gradient is shared equally among ties", Weft_FloatTensor>;

def SoftmaxOp : Weft_Op<"softmax", [Pure, SameOperandsAndResultType]> {
  let summary = "exp(input - max) / sum over one axis";
  let description = "There is no fold.";
  let arguments = (ins Weft_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def LogSoftmaxOp : Weft_Op<"log_softmax", [Pure, SameOperandsAndResultType]> {
  let summary = "input - max - log(sum of exp(input - max)) over one axis";
  let description = "Its own op because the logarithm of softmax is -inf where softmax rounds to 0. There is no fold.";
  let arguments = (ins Weft_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def CumsumOp : Weft_Op<"cumsum", [Pure, SameOperandsAndResultType]> {
  let summary = "running sum along one axis; with reverse from the end";
  let description = [{
    `result[i] = input[0] + ... + input[i]`, or with `reverse` `input[i] + ... + input[n - 1]`, added one by one in that
    direction. Example: `%y = weft.cumsum %x axis 1 reverse : tensor<2x8xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$input, I64Attr:$axis, UnitAttr:$reverse);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `axis` $axis (`reverse` $reverse^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def TopKOp : Weft_Op<"top_k", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "the k largest elements of the last axis, largest first, and their indices";
  let description = [{
    Equal elements come in the order of their indices; NaN counts as larger than any number. The gradient of the values goes to
    the chosen elements. Example: `%v, %i = weft.top_k %x k 2 : tensor<4x8xf32> -> tensor<4x2xf32>, tensor<4x2xi32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$input, I64Attr:$k);
  let results = (outs Weft_FloatTensor:$values, Weft_IntTensor:$indices);
  let assemblyFormat = "$input `k` $k attr-dict `:` type($input) `->` type($values) `,` type($indices)";
}

def LayerNormOp : Weft_Op<"layer_norm", [Pure, AllTypesMatch<["input", "result"]>,
    AllTypesMatch<["scale", "shift"]>]> {
  let summary = "(input - mean) * rsqrt(variance + epsilon) * scale + shift over the last axis";
  let description = [{
    Ba et al. 2016. The variance is the biased one. `scale` and `shift` have the size of the last axis.
    Example: `%y = weft.layer_norm %x, %g, %b epsilon 1.0e-5 : tensor<2x8xf32>, tensor<8xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$input, Weft_FloatTensor:$scale, Weft_FloatTensor:$shift, F64Attr:$epsilon);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `,` $scale `,` $shift `epsilon` $epsilon attr-dict `:` type($input) `,` type($scale)";
  let hasVerifier = 1;
}

def RmsNormOp : Weft_Op<"rms_norm", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "input * rsqrt(mean of squares + epsilon) * scale over the last axis";
  let description = [{
    Zhang and Sennrich 2019. `scale` has the size of the last axis.
    Example: `%y = weft.rms_norm %x, %g epsilon 1.0e-6 : tensor<2x8xf32>, tensor<8xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$input, Weft_FloatTensor:$scale, F64Attr:$epsilon);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `,` $scale `epsilon` $epsilon attr-dict `:` type($input) `,` type($scale)";
  let hasVerifier = 1;
}

def EmbeddingOp : Weft_Op<"embedding", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "rows of a table by id";
  let description = [{
    `result[i..., :] = table[ids[i...], :]`. Ids are checked against the table when data is loaded, not here.
    Example: `%x = weft.embedding %table, %tokens : tensor<256x16xf32>, tensor<2x8xi32> -> tensor<2x8x16xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$table, Weft_IntTensor:$ids);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$table `,` $ids attr-dict `:` type($table) `,` type($ids) `->` type($result)";
}

def EmbeddingGradOp : Weft_Op<"embedding_grad", [Pure]> {
  let summary = "adds rows into a zero table by id, in index order";
  let description = [{
    The adjoint of weft.embedding: `result[v, :] = sum over i with ids[i] = v of rows[i, :]`, summed in ascending i
    (deterministic).

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$rows, Weft_IntTensor:$ids);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$rows `,` $ids attr-dict `:` type($rows) `,` type($ids) `->` type($result)";
  let hasVerifier = 1;
}

def CrossEntropyOp : Weft_Op<"cross_entropy", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "negative log likelihood of the target under softmax(logits), fused; natural logarithm";
  let description = [{
    `result[i...] = log(sum_v exp(logits[i..., v])) - logits[i..., targets[i...]]`, classes on the last axis.
    Example: `%nll = weft.cross_entropy %logits, %targets : tensor<2x8x256xf32>, tensor<2x8xi32> -> tensor<2x8xf32>`

    There is no fold.
  }];
  let arguments = (ins Weft_FloatTensor:$logits, Weft_IntTensor:$targets);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$logits `,` $targets attr-dict `:` type($logits) `,` type($targets) `->` type($result)";
}

def OneHotOp : Weft_Op<"one_hot", [Pure]> {
  let summary = "1 where the last index equals the id, else 0";
  let description = "Example: `%y = weft.one_hot %targets : tensor<2x8xi32> -> tensor<2x8x256xf32>` There is no fold. It is not differentiable.";
  let arguments = (ins Weft_IntTensor:$ids);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$ids attr-dict `:` type($ids) `->` type($result)";
  let hasVerifier = 1;
}

def DropoutOp : Weft_Op<"dropout", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "zeroes elements with probability rate and scales the rest by 1 / (1 - rate)";
  let description = [{
    The mask is a function of (key, id, element index) alone: Philox4x32-10 with key words key[0], key[1] (the seed),
    counter (index / 4, id, key[2], key[3]) (key[2..3] is the step), word index mod 4; an element is dropped where
    word * 2^-32 < rate. The gradient is the same op on the incoming gradient.
    Example: `%y = weft.dropout %x, %key rate 0.2 id 7 : tensor<2x8xf32>, tensor<4xi32>`
  }];
  let arguments = (ins Weft_FloatTensor:$input, Weft_IntTensor:$key, F64Attr:$rate, I64Attr:$id);
  let results = (outs Weft_FloatTensor:$result);
  let assemblyFormat = "$input `,` $key `rate` $rate `id` $id attr-dict `:` type($input) `,` type($key)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif
