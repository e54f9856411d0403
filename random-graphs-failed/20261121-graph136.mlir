func.func @graph136(%x0: tensor<2x16xf64>, %x1: tensor<3x7xf64>, %x2: tensor<5x16xf64>, %x3: tensor<3x16xf64>, %x4: tensor<65x16xf64>, %x5: tensor<65x20xf64>) -> (tensor<65x20xf64>, tensor<2x4x4xf64>, tensor<3x16xf64>) attributes {check.kernel} {
  %v0 = weft.concat %x0, %x2 axis 0 : (tensor<2x16xf64>, tensor<5x16xf64>) -> tensor<7x16xf64>
  %v1 = weft.concat %v0, %x3 axis 0 : (tensor<7x16xf64>, tensor<3x16xf64>) -> tensor<10x16xf64>
  %v2 = weft.slice %x0 axis 0 start 0 length 2 : tensor<2x16xf64> -> tensor<2x16xf64>
  %v3 = weft.concat %x0, %x4 axis 0 : (tensor<2x16xf64>, tensor<65x16xf64>) -> tensor<67x16xf64>
  %v4 = weft.slice %v2 axis 1 start 8 length 5 : tensor<2x16xf64> -> tensor<2x5xf64>
  %v5 = weft.pad %x4 axis 1 start 2 : tensor<65x16xf64> -> tensor<65x20xf64>
  %v6 = weft.reshape %v2 : tensor<2x16xf64> -> tensor<2x4x4xf64>
  %v7 = weft.transpose %x4 permutation [0, 1] : tensor<65x16xf64> -> tensor<65x16xf64>
  %v8 = weft.slice %x3 axis 1 start 1 length 13 : tensor<3x16xf64> -> tensor<3x13xf64>
  %v9 = weft.concat %x3, %x2 axis 0 : (tensor<3x16xf64>, tensor<5x16xf64>) -> tensor<8x16xf64>
  %v10 = weft.sum %v3 axes [1] : tensor<67x16xf64> -> tensor<67xf64>
  %v11 = weft.constant dense<0.25> : tensor<67xf64>
  %v12 = weft.mul %v10, %v11 : tensor<67xf64>
  %v13 = weft.sub %v5, %x5 : tensor<65x20xf64>
  return %v13, %v6, %x3 : tensor<65x20xf64>, tensor<2x4x4xf64>, tensor<3x16xf64>
}
