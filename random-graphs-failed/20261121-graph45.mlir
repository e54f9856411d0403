func.func @graph45(%x0: tensor<5x17x33xf64>, %x1: tensor<5x17x33xf64>, %x2: tensor<17xf64>, %x3: tensor<3x16xi32> {check.range = array<f64: 0.0, 16.0>}, %x4: tensor<16x7xf64>, %x5: tensor<17xi32> {check.range = array<f64: 0.0, 5.0>}, %x6: tensor<5x3xf64>, %x7: tensor<3x16x7xf64>, %x8: tensor<16x7xf64>) -> (tensor<5x17x33xf64>, tensor<5x17x33xf64>, tensor<5x33xf64>) attributes {check.kernel} {
  %v0 = weft.sub %x0, %x1 : tensor<5x17x33xf64>
  %v1 = weft.iota axis 1 start -1.0 step 0.125 : tensor<17x2xf64>
  %v2 = weft.dot %x1, %x2 batch [] x [] contract [1] x [0] : tensor<5x17x33xf64>, tensor<17xf64> -> tensor<5x33xf64>
  %v3 = weft.constant dense<0.23529411764705882> : tensor<5x33xf64>
  %v4 = weft.mul %v2, %v3 : tensor<5x33xf64>
  %v5 = weft.broadcast %x2 dims [1] : tensor<17xf64> -> tensor<16x17xf64>
  %v6 = weft.pad %x2 axis 0 start 1 : tensor<17xf64> -> tensor<19xf64>
  %v7 = weft.pad %x2 axis 0 start 3 : tensor<17xf64> -> tensor<23xf64>
  %v8 = weft.add %v0, %v0 : tensor<5x17x33xf64>
  %v9 = weft.reshape %x1 : tensor<5x17x33xf64> -> tensor<5x561xf64>
  %v10 = weft.embedding %x4, %x3 : tensor<16x7xf64>, tensor<3x16xi32> -> tensor<3x16x7xf64>
  %v11 = weft.embedding %x6, %x5 : tensor<5x3xf64>, tensor<17xi32> -> tensor<17x3xf64>
  %v12 = weft.mul %v8, %v8 : tensor<5x17x33xf64>
  %v13 = weft.constant dense<0.5> : tensor<5x17x33xf64>
  %v14 = weft.add %v12, %v13 : tensor<5x17x33xf64>
  %v15 = weft.sqrt %v14 : tensor<5x17x33xf64>
  %v16 = weft.cumsum %v4 axis 0 reverse : tensor<5x33xf64>
  %v17 = weft.constant dense<0.2> : tensor<5x33xf64>
  %v18 = weft.mul %v16, %v17 : tensor<5x33xf64>
  %v19 = weft.window %v7 axis 0 length 19 : tensor<23xf64> -> tensor<5x19xf64>
  %v20 = weft.compare le %v10, %x7 : tensor<3x16x7xf64> -> tensor<3x16x7xi1>
  %v21 = weft.select %v20, %x7, %v10 : tensor<3x16x7xi1>, tensor<3x16x7xf64>
  %v22 = weft.pad %v1 axis 0 start 0 : tensor<17x2xf64> -> tensor<18x2xf64>
  %v23 = weft.transpose %v4 permutation [0, 1] : tensor<5x33xf64> -> tensor<5x33xf64>
  %v24 = weft.slice %v0 axis 0 start 0 length 5 : tensor<5x17x33xf64> -> tensor<5x17x33xf64>
  %v25 = weft.softmax %v8 axis 1 : tensor<5x17x33xf64>
  %v26 = weft.maximum %x4, %x8 : tensor<16x7xf64>
  %v27 = weft.add %v15, %v25 : tensor<5x17x33xf64>
  return %v27, %v24, %v23 : tensor<5x17x33xf64>, tensor<5x17x33xf64>, tensor<5x33xf64>
}
