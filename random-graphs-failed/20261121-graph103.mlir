func.func @graph103(%x0: tensor<1x33xf64>, %x1: tensor<17x1xf64>, %x2: tensor<17x1xf64>, %x3: tensor<16x17xf64>) -> (tensor<33x16xf64>, tensor<1x33xf64>, tensor<33x16xf64>) attributes {check.kernel} {
  %v0 = weft.dot %x0, %x1 batch [] x [] contract [0] x [1] : tensor<1x33xf64>, tensor<17x1xf64> -> tensor<33x17xf64>
  %v1 = weft.minimum %x1, %x2 : tensor<17x1xf64>
  %v2 = weft.slice %x0 axis 0 start 0 length 1 : tensor<1x33xf64> -> tensor<1x33xf64>
  %v3 = weft.reshape %x2 : tensor<17x1xf64> -> tensor<17x1x1xf64>
  %v4 = weft.dot %v0, %x3 batch [] x [] contract [1] x [1] : tensor<33x17xf64>, tensor<16x17xf64> -> tensor<33x16xf64>
  %v5 = weft.constant dense<0.23529411764705882> : tensor<33x16xf64>
  %v6 = weft.mul %v4, %v5 : tensor<33x16xf64>
  return %v6, %x0, %v6 : tensor<33x16xf64>, tensor<1x33xf64>, tensor<33x16xf64>
}
