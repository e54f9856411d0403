func.func @graph83(%x0: tensor<8x3x17xf64>, %x1: tensor<33x5x5xf64>, %x2: tensor<5x65x7xf64>, %x3: tensor<17xf64>, %x4: tensor<17xf64>) -> (tensor<36x5x5x2xf64>, tensor<8x3x17xf64>, tensor<36x5x7xf64>) attributes {check.kernel} {
  %v0 = weft.pad %x1 axis 0 start 3 : tensor<33x5x5xf64> -> tensor<36x5x5xf64>
  %v1 = weft.pad %v0 axis 2 start 0 : tensor<36x5x5xf64> -> tensor<36x5x7xf64>
  %v2 = weft.erf %x1 : tensor<33x5x5xf64>
  %v3 = weft.layer_norm %x0, %x3, %x4 epsilon 1.0e-2 : tensor<8x3x17xf64>, tensor<17xf64>
  %v4 = weft.transpose %v1 permutation [1, 2, 0] : tensor<36x5x7xf64> -> tensor<5x7x36xf64>
  %v5 = weft.sin %v0 : tensor<36x5x5xf64>
  %v6 = weft.iota axis 0 start -1.0 step 0.125 : tensor<33xf64>
  %v7 = weft.softmax %x2 axis 2 : tensor<5x65x7xf64>
  %v8 = weft.broadcast %v0 dims [0, 1, 2] : tensor<36x5x5xf64> -> tensor<36x5x5x2xf64>
  return %v8, %x0, %v1 : tensor<36x5x5x2xf64>, tensor<8x3x17xf64>, tensor<36x5x7xf64>
}
