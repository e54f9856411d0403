func.func @graph175(%x0: tensor<64xf32>, %x1: tensor<7xf32>, %x2: tensor<16x17xf32>, %x3: tensor<2x17xf32>) -> (tensor<28x37xf32>, tensor<16x2xf32>, tensor<7xf32>) attributes {check.kernel} {
  %v0 = weft.max %x0 axes [0] : tensor<64xf32> -> tensor<f32>
  %v1 = weft.dot %x2, %x3 batch [] x [] contract [1] x [1] : tensor<16x17xf32>, tensor<2x17xf32> -> tensor<16x2xf32>
  %v2 = weft.constant dense<0.23529411764705882> : tensor<16x2xf32>
  %v3 = weft.mul %v1, %v2 : tensor<16x2xf32>
  %v4 = weft.log_softmax %x3 axis 0 : tensor<2x17xf32>
  %v5 = weft.max %x0 axes [0] : tensor<64xf32> -> tensor<f32>
  %v6 = weft.slice %x1 axis 0 start 4 length 1 : tensor<7xf32> -> tensor<1xf32>
  %v7 = weft.window %x0 axis 0 length 37 : tensor<64xf32> -> tensor<28x37xf32>
  return %v7, %v3, %x1 : tensor<28x37xf32>, tensor<16x2xf32>, tensor<7xf32>
}
