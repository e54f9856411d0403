func.func @graph215(%x0: tensor<1x7xf64>, %x1: tensor<17xi32> {check.range = array<f64: 0.0, 64.0>}, %x2: tensor<64x16xf64>, %x3: tensor<i32> {check.range = array<f64: 0.0, 7.0>}, %x4: tensor<7x16xf64>, %x5: tensor<64x16xf64>, %x6: tensor<17xf64>) -> (tensor<1x7xf64>, tensor<17xf64>, tensor<1x7xf64>) attributes {check.kernel} {
  %v0 = weft.embedding %x2, %x1 : tensor<64x16xf64>, tensor<17xi32> -> tensor<17x16xf64>
  %v1 = weft.relu %x0 : tensor<1x7xf64>
  %v2 = weft.slice %v0 axis 1 start 1 length 12 : tensor<17x16xf64> -> tensor<17x12xf64>
  %v3 = weft.mul %v1, %v1 : tensor<1x7xf64>
  %v4 = weft.constant dense<0.5> : tensor<1x7xf64>
  %v5 = weft.add %v3, %v4 : tensor<1x7xf64>
  %v6 = weft.log %v5 : tensor<1x7xf64>
  %v7 = weft.tanh %v6 : tensor<1x7xf64>
  %v8 = weft.window %x2 axis 1 length 16 : tensor<64x16xf64> -> tensor<64x1x16xf64>
  %v9 = weft.erf %x2 : tensor<64x16xf64>
  %v10 = weft.broadcast %v7 dims [2, 3] : tensor<1x7xf64> -> tensor<5x64x1x7xf64>
  %v11 = weft.max %v8 axes [1] : tensor<64x1x16xf64> -> tensor<64x16xf64>
  %v12 = weft.cumsum %x0 axis 0 : tensor<1x7xf64>
  %v13 = weft.clamp %v0 low -0.75 high 0.5 : tensor<17x16xf64>
  %v14 = weft.sum %v2 axes [1] : tensor<17x12xf64> -> tensor<17xf64>
  %v15 = weft.constant dense<0.3333333333333333> : tensor<17xf64>
  %v16 = weft.mul %v14, %v15 : tensor<17xf64>
  %v17 = weft.iota axis 0 start -1.0 step 0.125 : tensor<64xf64>
  %v18 = weft.constant dense<0.4444444444444444> : tensor<64xf64>
  %v19 = weft.mul %v17, %v18 : tensor<64xf64>
  %v20 = weft.slice %v10 axis 3 start 2 length 3 : tensor<5x64x1x7xf64> -> tensor<5x64x1x3xf64>
  %v21 = weft.embedding %x4, %x3 : tensor<7x16xf64>, tensor<i32> -> tensor<16xf64>
  %v22 = weft.sigmoid %v12 : tensor<1x7xf64>
  %v23 = weft.dot %x2, %x5 batch [0] x [0] contract [1] x [1] : tensor<64x16xf64>, tensor<64x16xf64> -> tensor<64xf64>
  %v24 = weft.constant dense<0.25> : tensor<64xf64>
  %v25 = weft.mul %v23, %v24 : tensor<64xf64>
  %v26 = weft.dot %v13, %x6 batch [] x [] contract [0] x [0] : tensor<17x16xf64>, tensor<17xf64> -> tensor<16xf64>
  %v27 = weft.constant dense<0.23529411764705882> : tensor<16xf64>
  %v28 = weft.mul %v26, %v27 : tensor<16xf64>
  %v29 = weft.cumsum %v22 axis 1 : tensor<1x7xf64>
  %v30 = weft.add %v1, %v6 : tensor<1x7xf64>
  %v31 = weft.compare eq %v30, %v22 : tensor<1x7xf64> -> tensor<1x7xi1>
  %v32 = weft.select %v31, %v22, %v30 : tensor<1x7xi1>, tensor<1x7xf64>
  return %v32, %v16, %v32 : tensor<1x7xf64>, tensor<17xf64>, tensor<1x7xf64>
}
