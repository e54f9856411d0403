func.func @graph104(%x0: tensor<17x65xf32>, %x1: tensor<f32>, %x2: tensor<1x16x7x1xf32>) -> (tensor<7x16x1x1xf32>, tensor<7x16x1x1xf32>, tensor<17x65xf32>) attributes {check.kernel} {
  %v0 = weft.transpose %x2 permutation [2, 1, 3, 0] : tensor<1x16x7x1xf32> -> tensor<7x16x1x1xf32>
  %v1 = weft.cumsum %v0 axis 0 : tensor<7x16x1x1xf32>
  %v2 = weft.slice %v1 axis 3 start 0 length 1 : tensor<7x16x1x1xf32> -> tensor<7x16x1x1xf32>
  return %v2, %v2, %x0 : tensor<7x16x1x1xf32>, tensor<7x16x1x1xf32>, tensor<17x65xf32>
}
