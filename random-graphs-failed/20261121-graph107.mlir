func.func @graph107(%x0: tensor<7x3xf32>, %x1: tensor<65x1x2xf32>) -> (tensor<10x1x3xf32>, tensor<10x1x3xf32>, tensor<7x3xf32>) attributes {check.kernel} {
  %v0 = weft.sin %x0 : tensor<7x3xf32>
  %v1 = weft.pad %x0 axis 0 start 0 : tensor<7x3xf32> -> tensor<10x3xf32>
  %v2 = weft.window %v1 axis 0 length 1 : tensor<10x3xf32> -> tensor<10x1x3xf32>
  return %v2, %v2, %v0 : tensor<10x1x3xf32>, tensor<10x1x3xf32>, tensor<7x3xf32>
}
