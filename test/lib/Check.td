// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The test-only dialect: comparisons inside interpreted functions. weft-check gives them their meaning.
#ifndef CHECK_TD
#define CHECK_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributes.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::weft::check";
  let summary = "expectations written inside a test";
}

class Check_Op<string mnemonic> : Op<Check_Dialect, mnemonic>;
def Check_Value : RankedTensorOf<[F64, F32, BF16, F16, I32, I1], [], "tensor">;

def CloseOp : Check_Op<"close"> {
  let summary = "every element is within tolerance * max(1, |expected|); equal infinities and NaNs are close";
  let description = [{
    Shapes are compared at run time, so a bounded value may be expected as a static one.
    Example: `check.close %y, %expected tolerance 1.0e-12 : tensor<2xf64>, tensor<2xf64>`
  }];
  let arguments = (ins Check_Value:$actual, Check_Value:$expected, F64Attr:$tolerance);
  let assemblyFormat = "$actual `,` $expected `tolerance` $tolerance attr-dict `:` type($actual) `,` type($expected)";
}

def EqualOp : Check_Op<"equal"> {
  let summary = "every element is the same number; NaN equals NaN";
  let description = "Example: `check.equal %n, %expected : tensor<i32>, tensor<i32>`";
  let arguments = (ins Check_Value:$actual, Check_Value:$expected);
  let assemblyFormat = "$actual `,` $expected attr-dict `:` type($actual) `,` type($expected)";
}

#endif
