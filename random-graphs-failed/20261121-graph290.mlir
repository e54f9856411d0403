func.func @graph290(%x0: tensor<16x2x3x1xf64>, %x1: tensor<7xf64>, %x2: tensor<17x17xf64>, %x3: tensor<1xf64>, %x4: tensor<5xf64>, %x5: tensor<1x1x2xf64>) -> (tensor<33x8x7xf64>, tensor<16x3x1xf64>, tensor<f64>) attributes {check.kernel} {
  %v0 = weft.window %x0 axis 2 length 1 : tensor<16x2x3x1xf64> -> tensor<16x2x3x1x1xf64>
  %v1 = weft.max %x0 axes [1] : tensor<16x2x3x1xf64> -> tensor<16x3x1xf64>
  %v2 = weft.slice %x1 axis 0 start 1 length 5 : tensor<7xf64> -> tensor<5xf64>
  %v3 = weft.iota axis 1 start -1.0 step 0.125 : tensor<16x3xf64>
  %v4 = weft.rms_norm %v1, %x3 epsilon 1.0e-2 : tensor<16x3x1xf64>, tensor<1xf64>
  %v5 = weft.sub %v1, %v4 : tensor<16x3x1xf64>
  %v6 = weft.pad %x0 axis 3 start 3 : tensor<16x2x3x1xf64> -> tensor<16x2x3x6xf64>
  %v7 = weft.pad %x1 axis 0 start 2 : tensor<7xf64> -> tensor<10xf64>
  %v8 = weft.dot %v2, %x4 batch [] x [] contract [0] x [0] : tensor<5xf64>, tensor<5xf64> -> tensor<f64>
  %v9 = weft.dot %x0, %x5 batch [3] x [0] contract [1] x [2] : tensor<16x2x3x1xf64>, tensor<1x1x2xf64> -> tensor<1x16x3x1xf64>
  %v10 = weft.floor %x5 : tensor<1x1x2xf64>
  %v11 = weft.mul %v5, %v5 : tensor<16x3x1xf64>
  %v12 = weft.constant dense<0.5> : tensor<16x3x1xf64>
  %v13 = weft.add %v11, %v12 : tensor<16x3x1xf64>
  %v14 = weft.div %v5, %v13 : tensor<16x3x1xf64>
  %v15 = weft.mul %v5, %v14 : tensor<16x3x1xf64>
  %v16 = weft.constant dense<0.2222222222222222> : tensor<16x3x1xf64>
  %v17 = weft.mul %v15, %v16 : tensor<16x3x1xf64>
  %v18 = weft.broadcast %x1 dims [2] : tensor<7xf64> -> tensor<33x8x7xf64>
  return %v18, %v1, %v8 : tensor<33x8x7xf64>, tensor<16x3x1xf64>, tensor<f64>
}
