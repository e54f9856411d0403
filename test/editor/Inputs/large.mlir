// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 60 ops, two of which are the planted bug of still-wrong.
func.func @other(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = weft.tanh %x : tensor<4x8xf32>
  %1 = weft.relu %0 : tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

func.func @large(%x: tensor<4x8xf32>, %y: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %v0 = weft.floor %x : tensor<4x8xf32>
  %v1 = weft.floor %y : tensor<4x8xf32>
  %v2 = weft.add %x, %v1 : tensor<4x8xf32>
  %v3 = weft.relu %y : tensor<4x8xf32>
  %v4 = weft.maximum %v2, %v2 : tensor<4x8xf32>
  %v5 = weft.relu %v0 : tensor<4x8xf32>
  %v6 = weft.maximum %v5, %v0 : tensor<4x8xf32>
  %v7 = weft.add %v2, %v5 : tensor<4x8xf32>
  %v8 = weft.tanh %v4 : tensor<4x8xf32>
  %v9 = weft.sqrt %v8 : tensor<4x8xf32>
  %v10 = weft.maximum %v7, %v9 : tensor<4x8xf32>
  %v11 = weft.maximum %v6, %v7 : tensor<4x8xf32>
  %v12 = weft.relu %v9 : tensor<4x8xf32>
  %v13 = weft.sqrt %v12 : tensor<4x8xf32>
  %v14 = weft.maximum %v12, %v11 : tensor<4x8xf32>
  %v15 = weft.maximum %v13, %v10 : tensor<4x8xf32>
  %v16 = weft.add %v12, %v14 : tensor<4x8xf32>
  %v17 = weft.mul %v16, %v13 : tensor<4x8xf32>
  %v18 = weft.add %v17, %v17 : tensor<4x8xf32>
  %v19 = weft.floor %v15 : tensor<4x8xf32>
  %v20 = weft.tanh %v17 : tensor<4x8xf32>
  %v21 = weft.maximum %v15, %v17 : tensor<4x8xf32>
  %v22 = weft.maximum %v17, %v16 : tensor<4x8xf32>
  %v23 = weft.sqrt %v17 : tensor<4x8xf32>
  %v24 = weft.floor %v18 : tensor<4x8xf32>
  %v25 = weft.exp %v24 : tensor<4x8xf32>
  %v26 = weft.floor %v22 : tensor<4x8xf32>
  %v27 = weft.sub %v25, %v22 : tensor<4x8xf32>
  %v28 = weft.sub %v22, %v22 : tensor<4x8xf32>
  %v29 = weft.floor %v23 : tensor<4x8xf32>
  %v30 = weft.maximum %v26, %v28 : tensor<4x8xf32>
  %v31 = weft.log %v25 : tensor<4x8xf32>
  %v32 = weft.tanh %v28 : tensor<4x8xf32>
  %v33 = weft.relu %v30 : tensor<4x8xf32>
  %v34 = weft.floor %v31 : tensor<4x8xf32>
  %v35 = weft.add %v33, %v33 : tensor<4x8xf32>
  %v36 = weft.relu %v32 : tensor<4x8xf32>
  %v37 = weft.neg %v35 : tensor<4x8xf32>
  %v38 = weft.neg %v32 : tensor<4x8xf32>
  %v39 = weft.sub %v33, %v36 : tensor<4x8xf32>
  %v40 = weft.mul %v34, %v39 : tensor<4x8xf32>
  %v41 = weft.maximum %v37, %v40 : tensor<4x8xf32>
  %v42 = weft.sub %v41, %v39 : tensor<4x8xf32>
  %v43 = weft.tanh %v42 : tensor<4x8xf32>
  %v44 = weft.neg %v40 : tensor<4x8xf32>
  %v45 = weft.sub %v43, %v43 : tensor<4x8xf32>
  %v46 = weft.neg %v41 : tensor<4x8xf32>
  %v47 = weft.neg %v45 : tensor<4x8xf32>
  %v48 = weft.sqrt %v42 : tensor<4x8xf32>
  %v49 = weft.add %v47, %v48 : tensor<4x8xf32>
  %v50 = weft.sub %v48, %v45 : tensor<4x8xf32>
  %v51 = weft.sub %v46, %v47 : tensor<4x8xf32>
  %v52 = weft.sqrt %v51 : tensor<4x8xf32>
  %v53 = weft.add %v51, %v49 : tensor<4x8xf32>
  return %v53, %v52 : tensor<4x8xf32>, tensor<4x8xf32>
}
