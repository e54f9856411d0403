// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Graph 1243 of seed 20261121 of test/random/random-graphs: 24 ops.
func.func @graph1243(%x0: tensor<64x7x5x1xf64>, %x1: tensor<64x8x5x1xf64>, %x2: tensor<1xf64>, %x3: tensor<7x1xf64>) -> (tensor<3x5xf64>, tensor<5x1x8x64xf64>, tensor<1xf64>) attributes {check.kernel} {
  %v0 = weft.pad %x0 axis 1 start 0 : tensor<64x7x5x1xf64> -> tensor<64x8x5x1xf64>
  %v1 = weft.sub %v0, %x1 : tensor<64x8x5x1xf64>
  %v2 = weft.rms_norm %v0, %x2 epsilon 1.0e-2 : tensor<64x8x5x1xf64>, tensor<1xf64>
  %v3 = weft.transpose %v1 permutation [2, 3, 1, 0] : tensor<64x8x5x1xf64> -> tensor<5x1x8x64xf64>
  %v4 = weft.compare eq %v1, %v2 : tensor<64x8x5x1xf64> -> tensor<64x8x5x1xi1>
  %v5 = weft.select %v4, %v2, %v1 : tensor<64x8x5x1xi1>, tensor<64x8x5x1xf64>
  %v6 = weft.cos %v3 : tensor<5x1x8x64xf64>
  %v7 = weft.neg %v5 : tensor<64x8x5x1xf64>
  %v8 = weft.sin %x2 : tensor<1xf64>
  %v9 = weft.maximum %v3, %v6 : tensor<5x1x8x64xf64>
  %v10 = weft.minimum %v2, %v5 : tensor<64x8x5x1xf64>
  %v11 = weft.transpose %v10 permutation [3, 0, 2, 1] : tensor<64x8x5x1xf64> -> tensor<1x64x5x8xf64>
  %v12 = weft.mul %v3, %v3 : tensor<5x1x8x64xf64>
  %v13 = weft.constant dense<0.5> : tensor<5x1x8x64xf64>
  %v14 = weft.add %v12, %v13 : tensor<5x1x8x64xf64>
  %v15 = weft.log %v14 : tensor<5x1x8x64xf64>
  %v16 = weft.maximum %v1, %v10 : tensor<64x8x5x1xf64>
  %v17 = weft.transpose %v0 permutation [1, 2, 3, 0] : tensor<64x8x5x1xf64> -> tensor<8x5x1x64xf64>
  %v18 = weft.clamp %v9 low -3.0 high 3.0 : tensor<5x1x8x64xf64>
  %v19 = weft.exp %v18 : tensor<5x1x8x64xf64>
  %v20 = weft.constant dense<0.19914827347145578> : tensor<5x1x8x64xf64>
  %v21 = weft.mul %v19, %v20 : tensor<5x1x8x64xf64>
  %v22 = weft.transpose %v9 permutation [2, 3, 0, 1] : tensor<5x1x8x64xf64> -> tensor<8x64x5x1xf64>
  %v23 = weft.iota axis 0 start -1.0 step 0.125 : tensor<3x5xf64>
  return %v23, %v21, %v8 : tensor<3x5xf64>, tensor<5x1x8x64xf64>, tensor<1xf64>
}
