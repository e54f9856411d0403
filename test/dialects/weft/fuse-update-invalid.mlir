// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s --split-input-file --verify-diagnostics --weft-fuse-update="function=step optimizer=adagrad"

// expected-error @+1 {{'weft-fuse-update' expects function to have an output loss or objective and to be differentiated, got no @step.grad (fuse-update.C1)}}
module @fuse_update_c1 {
}

// -----

// expected-error @+1 {{'weft-fuse-update' expects param 'w' of @step.grad to name a weft.param, got v (fuse-update.C3)}}
module @fuse_update_c3 {
  func.func @step.grad(%w: tensor<3xf32> {weft.name = "w", weft.role = "param", weft.param = @v})
      -> (tensor<3xf32> {weft.name = "w", weft.role = "gradient"}) {
    return %w : tensor<3xf32>
  }
}

// -----

// expected-error @+1 {{'weft-fuse-update' expects @step.grad to have at least one param, got 0 (fuse-update.C3)}}
module @fuse_update_c3_none {
  func.func @step.grad() {
    return
  }
}

// -----

// expected-error @+1 {{'weft-fuse-update' expects to build @update, got a module that has one (fuse-update.C4)}}
module @fuse_update_c4 {
  func.func @step.grad() {
    return
  }
  func.func @update() {
    return
  }
}
