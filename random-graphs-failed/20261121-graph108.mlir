func.func @graph108(%x0: tensor<8x7xf64>, %x1: tensor<17x1xf64>, %x2: tensor<8x5xf64>, %x3: tensor<5xf64>, %x4: tensor<8x12xf64>, %x5: tensor<1x8xf64>) -> (tensor<8x7xf64>, tensor<8x12xf64>, tensor<17x1xf64>) attributes {check.kernel} {
  %v0 = weft.slice %x1 axis 1 start 0 length 1 : tensor<17x1xf64> -> tensor<17x1xf64>
  %v1 = weft.sigmoid %x0 : tensor<8x7xf64>
  %v2 = weft.slice %v1 axis 0 start 0 length 8 : tensor<8x7xf64> -> tensor<8x7xf64>
  %v3 = weft.mul %v2, %v2 : tensor<8x7xf64>
  %v4 = weft.constant dense<0.5> : tensor<8x7xf64>
  %v5 = weft.add %v3, %v4 : tensor<8x7xf64>
  %v6 = weft.sqrt %v5 : tensor<8x7xf64>
  %v7 = weft.mul %v0, %v0 : tensor<17x1xf64>
  %v8 = weft.constant dense<0.5> : tensor<17x1xf64>
  %v9 = weft.add %v7, %v8 : tensor<17x1xf64>
  %v10 = weft.sqrt %v9 : tensor<17x1xf64>
  %v11 = weft.compare lt %x1, %x1 : tensor<17x1xf64> -> tensor<17x1xi1>
  %v12 = weft.select %v11, %x1, %x1 : tensor<17x1xi1>, tensor<17x1xf64>
  %v13 = weft.window %v12 axis 1 length 1 : tensor<17x1xf64> -> tensor<17x1x1xf64>
  %v14 = weft.concat %v6, %x2 axis 1 : (tensor<8x7xf64>, tensor<8x5xf64>) -> tensor<8x12xf64>
  %v15 = weft.rms_norm %x2, %x3 epsilon 1.0e-2 : tensor<8x5xf64>, tensor<5xf64>
  %v16 = weft.softmax %x2 axis 0 : tensor<8x5xf64>
  %v17 = weft.window %v13 axis 2 length 1 : tensor<17x1x1xf64> -> tensor<17x1x1x1xf64>
  %v18 = weft.compare lt %v14, %x4 : tensor<8x12xf64> -> tensor<8x12xi1>
  %v19 = weft.select %v18, %x4, %v14 : tensor<8x12xi1>, tensor<8x12xf64>
  %v20 = weft.pad %x4 axis 0 start 2 : tensor<8x12xf64> -> tensor<11x12xf64>
  %v21 = weft.minimum %v10, %v10 : tensor<17x1xf64>
  %v22 = weft.dot %v19, %x5 batch [] x [] contract [0] x [1] : tensor<8x12xf64>, tensor<1x8xf64> -> tensor<12x1xf64>
  %v23 = weft.constant dense<0.4082482904638631> : tensor<12x1xf64>
  %v24 = weft.mul %v22, %v23 : tensor<12x1xf64>
  %v25 = weft.slice %x2 axis 1 start 0 length 1 : tensor<8x5xf64> -> tensor<8x1xf64>
  %v26 = weft.cumsum %v17 axis 2 reverse : tensor<17x1x1x1xf64>
  %v27 = weft.neg %v6 : tensor<8x7xf64>
  %v28 = weft.floor %v1 : tensor<8x7xf64>
  return %v28, %x4, %x1 : tensor<8x7xf64>, tensor<8x12xf64>, tensor<17x1xf64>
}
