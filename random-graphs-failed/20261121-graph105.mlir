func.func @graph105(%x0: tensor<2xf32>, %x1: tensor<16x2xf32>, %x2: tensor<65xi32> {check.range = array<f64: 0.0, 65.0>}, %x3: tensor<65x16xf32>, %x4: tensor<16x17x2xf32>, %x5: tensor<16x2xf32>) -> (tensor<16x2xf32>, tensor<16x17x2xf32>, tensor<f32>) attributes {check.kernel} {
  %v0 = weft.dot %x0, %x1 batch [] x [] contract [0] x [1] : tensor<2xf32>, tensor<16x2xf32> -> tensor<16xf32>
  %v1 = weft.reshape %v0 : tensor<16xf32> -> tensor<4x4xf32>
  %v2 = weft.max %v0 axes [0] : tensor<16xf32> -> tensor<f32>
  %v3 = weft.embedding %x3, %x2 : tensor<65x16xf32>, tensor<65xi32> -> tensor<65x16xf32>
  %v4 = weft.dot %x1, %x4 batch [0] x [0] contract [1] x [2] : tensor<16x2xf32>, tensor<16x17x2xf32> -> tensor<16x17xf32>
  %v5 = weft.sum %v3 axes [0] : tensor<65x16xf32> -> tensor<16xf32>
  %v6 = weft.constant dense<0.06153846153846154> : tensor<16xf32>
  %v7 = weft.mul %v5, %v6 : tensor<16xf32>
  %v8 = weft.mul %v0, %v0 : tensor<16xf32>
  %v9 = weft.constant dense<0.5> : tensor<16xf32>
  %v10 = weft.add %v8, %v9 : tensor<16xf32>
  %v11 = weft.log %v10 : tensor<16xf32>
  %v12 = weft.add %x1, %x5 : tensor<16x2xf32>
  return %v12, %x4, %v2 : tensor<16x2xf32>, tensor<16x17x2xf32>, tensor<f32>
}
