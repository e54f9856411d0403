func.func @graph129(%x0: tensor<7xf64>, %x1: tensor<8x7x5x5xf64>, %x2: tensor<5x16x16xf64>, %x3: tensor<5x16x16xf64>, %x4: tensor<17x5xf64>) -> (tensor<8x7x6x5xf64>, tensor<5x16x16xf64>, tensor<5x16x16xf64>) attributes {check.kernel} {
  %v0 = weft.slice %x2 axis 0 start 1 length 4 : tensor<5x16x16xf64> -> tensor<4x16x16xf64>
  %v1 = weft.pad %x1 axis 2 start 1 : tensor<8x7x5x5xf64> -> tensor<8x7x6x5xf64>
  %v2 = weft.compare eq %x2, %x3 : tensor<5x16x16xf64> -> tensor<5x16x16xi1>
  %v3 = weft.select %v2, %x3, %x2 : tensor<5x16x16xi1>, tensor<5x16x16xf64>
  %v4 = weft.cumsum %v0 axis 2 : tensor<4x16x16xf64>
  %v5 = weft.constant dense<0.25> : tensor<4x16x16xf64>
  %v6 = weft.mul %v4, %v5 : tensor<4x16x16xf64>
  %v7 = weft.sin %x3 : tensor<5x16x16xf64>
  %v8 = weft.window %x0 axis 0 length 1 : tensor<7xf64> -> tensor<7x1xf64>
  %v9 = weft.iota axis 1 start -1.0 step 0.125 : tensor<7x1xf64>
  %v10 = weft.floor %v7 : tensor<5x16x16xf64>
  %v11 = weft.clamp %x4 low -3.0 high 3.0 : tensor<17x5xf64>
  %v12 = weft.exp %v11 : tensor<17x5xf64>
  %v13 = weft.constant dense<0.19914827347145578> : tensor<17x5xf64>
  %v14 = weft.mul %v12, %v13 : tensor<17x5xf64>
  %v15 = weft.cumsum %v1 axis 1 reverse : tensor<8x7x6x5xf64>
  return %v15, %v10, %x3 : tensor<8x7x6x5xf64>, tensor<5x16x16xf64>, tensor<5x16x16xf64>
}
