// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-diagnostics --weft-select-precision=precision=f8

// expected-error @+1 {{'weft-select-precision' expects precision to be f32, bf16 or f16, got 'f8' (select-precision.C1)}}
module @select_precision_c1 {
}
