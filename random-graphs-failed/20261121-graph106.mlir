func.func @graph106(%x0: tensor<7x16xf64>, %x1: tensor<f64>, %x2: tensor<8x64xf64>, %x3: tensor<3x64xf64>, %x4: tensor<i32> {check.range = array<f64: 0.0, 65.0>}, %x5: tensor<65x16xf64>) -> (tensor<16xf64>, tensor<3x81xf64>, tensor<7x3xf64>) attributes {check.kernel} {
  %v0 = weft.slice %x0 axis 1 start 6 length 3 : tensor<7x16xf64> -> tensor<7x3xf64>
  %v1 = weft.iota axis 0 start -1.0 step 0.125 : tensor<3x17xf64>
  %v2 = weft.cumsum %v0 axis 1 : tensor<7x3xf64>
  %v3 = weft.concat %v1, %x3 axis 1 : (tensor<3x17xf64>, tensor<3x64xf64>) -> tensor<3x81xf64>
  %v4 = weft.slice %x3 axis 0 start 0 length 2 : tensor<3x64xf64> -> tensor<2x64xf64>
  %v5 = weft.cos %v2 : tensor<7x3xf64>
  %v6 = weft.embedding %x5, %x4 : tensor<65x16xf64>, tensor<i32> -> tensor<16xf64>
  return %v6, %v3, %v5 : tensor<16xf64>, tensor<3x81xf64>, tensor<7x3xf64>
}
