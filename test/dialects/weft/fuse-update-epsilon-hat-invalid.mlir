// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --verify-diagnostics --weft-fuse-update="function=step optimizer=sgd epsilon-hat"

// expected-error @+1 {{'weft-fuse-update' expects epsilon-hat only with adam or adamw, got 'sgd' (fuse-update.C5)}}
module @fuse_update_c5 {
}
