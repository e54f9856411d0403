// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-diagnostics --weft-select-dtype=dtype=f8

// expected-error @+1 {{'weft-select-dtype' expects dtype to be f64 or f32, got 'f8' (select-dtype.C1)}}
module @select_dtype_c1 {
}
