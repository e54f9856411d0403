func.func @graph109(%x0: tensor<f64>, %x1: tensor<8xf64>, %x2: tensor<f64>, %x3: tensor<16x5xf64>, %x4: tensor<16x17xf64>, %x5: tensor<2x5xf64>, %x6: tensor<8xf64>, %x7: tensor<64xi32> {check.range = array<f64: 0.0, 1.0>}, %x8: tensor<1x8xf64>, %x9: tensor<i32> {check.range = array<f64: 0.0, 8.0>}, %x10: tensor<8x64xf64>, %x11: tensor<33x22xf64>) -> (tensor<24xf64>, tensor<8xf64>, tensor<16x5xf64>) attributes {check.kernel} {
  %v0 = weft.sin %x2 : tensor<f64>
  %v1 = weft.transpose %x3 permutation [0, 1] : tensor<16x5xf64> -> tensor<16x5xf64>
  %v2 = weft.concat %x3, %x4 axis 1 : (tensor<16x5xf64>, tensor<16x17xf64>) -> tensor<16x22xf64>
  %v3 = weft.add %v0, %v0 : tensor<f64>
  %v4 = weft.window %x4 axis 1 length 1 : tensor<16x17xf64> -> tensor<16x17x1xf64>
  %v5 = weft.concat %v1, %x5 axis 0 : (tensor<16x5xf64>, tensor<2x5xf64>) -> tensor<18x5xf64>
  %v6 = weft.compare ge %x1, %x6 : tensor<8xf64> -> tensor<8xi1>
  %v7 = weft.select %v6, %x6, %x1 : tensor<8xi1>, tensor<8xf64>
  %v8 = weft.embedding %x8, %x7 : tensor<1x8xf64>, tensor<64xi32> -> tensor<64x8xf64>
  %v9 = weft.window %v7 axis 0 length 5 : tensor<8xf64> -> tensor<4x5xf64>
  %v10 = weft.window %v5 axis 0 length 15 : tensor<18x5xf64> -> tensor<4x15x5xf64>
  %v11 = weft.embedding %x10, %x9 : tensor<8x64xf64>, tensor<i32> -> tensor<64xf64>
  %v12 = weft.mul %x6, %x6 : tensor<8xf64>
  %v13 = weft.constant dense<0.5> : tensor<8xf64>
  %v14 = weft.add %v12, %v13 : tensor<8xf64>
  %v15 = weft.sqrt %v14 : tensor<8xf64>
  %v16 = weft.sum %v10 axes [0, 2] : tensor<4x15x5xf64> -> tensor<15xf64>
  %v17 = weft.constant dense<0.2> : tensor<15xf64>
  %v18 = weft.mul %v16, %v17 : tensor<15xf64>
  %v19 = weft.slice %v1 axis 1 start 2 length 3 : tensor<16x5xf64> -> tensor<16x3xf64>
  %v20 = weft.pad %v5 axis 1 start 3 : tensor<18x5xf64> -> tensor<18x11xf64>
  %v21 = weft.max %v4 axes [0, 1, 2] : tensor<16x17x1xf64> -> tensor<f64>
  %v22 = weft.sum %x6 axes [0] : tensor<8xf64> -> tensor<f64>
  %v23 = weft.concat %v2, %x11 axis 0 : (tensor<16x22xf64>, tensor<33x22xf64>) -> tensor<49x22xf64>
  %v24 = weft.slice %v11 axis 0 start 2 length 38 : tensor<64xf64> -> tensor<38xf64>
  %v25 = weft.slice %v11 axis 0 start 16 length 24 : tensor<64xf64> -> tensor<24xf64>
  return %v25, %v15, %x3 : tensor<24xf64>, tensor<8xf64>, tensor<16x5xf64>
}
