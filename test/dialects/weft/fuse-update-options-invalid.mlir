// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-diagnostics --weft-fuse-update="function=step optimizer=sgdd"

// expected-error @+1 {{'weft-fuse-update' expects optimizer to be sgd, adagrad, adam or adamw, got 'sgdd' (fuse-update.C2)}}
module @fuse_update_c2 {
}
