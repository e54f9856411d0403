func.func @graph283(%x0: tensor<33x33xf64>, %x1: tensor<33x33xf64>, %x2: tensor<2xi32> {check.range = array<f64: 0.0, 8.0>}, %x3: tensor<8x16xf64>, %x4: tensor<33x33xf64>, %x5: tensor<36xf64>) -> (tensor<3x11x33xf64>, tensor<33x33xf64>, tensor<33xf64>) attributes {check.kernel} {
  %v0 = weft.sub %x0, %x1 : tensor<33x33xf64>
  %v1 = weft.mul %x1, %x1 : tensor<33x33xf64>
  %v2 = weft.constant dense<0.5> : tensor<33x33xf64>
  %v3 = weft.add %v1, %v2 : tensor<33x33xf64>
  %v4 = weft.rsqrt %v3 : tensor<33x33xf64>
  %v5 = weft.embedding %x3, %x2 : tensor<8x16xf64>, tensor<2xi32> -> tensor<2x16xf64>
  %v6 = weft.mul %v0, %x4 : tensor<33x33xf64>
  %v7 = weft.pad %x1 axis 1 start 0 : tensor<33x33xf64> -> tensor<33x36xf64>
  %v8 = weft.dot %v7, %x5 batch [] x [] contract [1] x [0] : tensor<33x36xf64>, tensor<36xf64> -> tensor<33xf64>
  %v9 = weft.constant dense<0.1111111111111111> : tensor<33xf64>
  %v10 = weft.mul %v8, %v9 : tensor<33xf64>
  %v11 = weft.compare gt %v0, %x4 : tensor<33x33xf64> -> tensor<33x33xi1>
  %v12 = weft.select %v11, %x4, %v0 : tensor<33x33xi1>, tensor<33x33xf64>
  %v13 = weft.cumsum %x4 axis 1 : tensor<33x33xf64>
  %v14 = weft.constant dense<0.12121212121212122> : tensor<33x33xf64>
  %v15 = weft.mul %v13, %v14 : tensor<33x33xf64>
  %v16 = weft.reshape %x0 : tensor<33x33xf64> -> tensor<3x11x33xf64>
  return %v16, %v4, %v10 : tensor<3x11x33xf64>, tensor<33x33xf64>, tensor<33xf64>
}
