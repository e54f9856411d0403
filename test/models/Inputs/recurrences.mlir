// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One recurrence twice: a memory, a carried state, a sum over the batch, a value that no sequence has a part in, and products over batch and time.
func.func @sliced(%h: tensor<6x4xf64> {weft.name = "h", weft.role = "input"}, %xs: tensor<5x6x4xf64> {weft.name = "xs", weft.role = "input"}, %m: tensor<8x6x4xf64> {weft.name = "m", weft.role = "input"}, %w: tensor<4x4xf64> {weft.name = "w", weft.role = "input"}, %v: tensor<3xf64> {weft.name = "v", weft.role = "input"}) -> (tensor<f64> {weft.name = "loss", weft.role = "output"}, tensor<6x4xf64> {weft.name = "last", weft.role = "output"}, tensor<5x6x4xf64> {weft.name = "all", weft.role = "output"}, tensor<5x3xf64> {weft.name = "mix", weft.role = "output"}, tensor<8x6x4xf64> {weft.name = "written", weft.role = "output"}, tensor<4x4xf64> {weft.name = "product", weft.role = "output"}, tensor<4xf64> {weft.name = "column", weft.role = "output"}) {
  %zero = weft.constant dense<0.0> : tensor<4xf64>
  %last, %total, %all, %mix, %written = weft.scan carry(%h, %zero) over(%xs) memory(%m) : (tensor<8x6x4xf64>) -> tensor<8x6x4xf64> with(%w, %v : tensor<4x4xf64>, tensor<3xf64>) {
  ^bb0(%state: tensor<6x4xf64>, %sum: tensor<4xf64>, %x: tensor<6x4xf64>, %past: tensor<3x6x4xf64>, %weight: tensor<4x4xf64>, %shares: tensor<3xf64>):
    %parts = weft.softmax %shares axis 0 : tensor<3xf64>
    %seen = weft.dot %parts, %past batch [] x [] contract [0] x [0] : tensor<3xf64>, tensor<3x6x4xf64> -> tensor<6x4xf64>
    %turned = weft.dot %seen, %weight batch [] x [] contract [1] x [1] : tensor<6x4xf64>, tensor<4x4xf64> -> tensor<6x4xf64>
    %moved = weft.add %turned, %x : tensor<6x4xf64>
    %half = weft.constant dense<0.5> : tensor<6x4xf64>
    %kept = weft.mul %state, %half : tensor<6x4xf64>
    %both = weft.add %moved, %kept : tensor<6x4xf64>
    %next = weft.tanh %both : tensor<6x4xf64>
    %part = weft.sum %next axes [0] : tensor<6x4xf64> -> tensor<4xf64>
    %more = weft.add %sum, %part : tensor<4xf64>
    weft.yield %next, %more, %moved, %parts, %next : tensor<6x4xf64>, tensor<4xf64>, tensor<6x4xf64>, tensor<3xf64>, tensor<6x4xf64>
  } : (tensor<6x4xf64>, tensor<4xf64>) -> (tensor<6x4xf64>, tensor<4xf64>), (tensor<5x6x4xf64>) -> (tensor<5x6x4xf64>, tensor<5x3xf64>)
  %product = weft.dot %all, %xs batch [] x [] contract [0, 1] x [0, 1] : tensor<5x6x4xf64>, tensor<5x6x4xf64> -> tensor<4x4xf64>
  %column = weft.sum %all axes [0, 1] : tensor<5x6x4xf64> -> tensor<4xf64>
  %total_rows = weft.broadcast %total dims [1] : tensor<4xf64> -> tensor<6x4xf64>
  %square = weft.mul %last, %total_rows : tensor<6x4xf64>
  %loss = weft.sum %square axes [0, 1] : tensor<6x4xf64> -> tensor<f64>
  return %loss, %last, %all, %mix, %written, %product, %column : tensor<f64>, tensor<6x4xf64>, tensor<5x6x4xf64>, tensor<5x3xf64>, tensor<8x6x4xf64>, tensor<4x4xf64>, tensor<4xf64>
}
func.func @looped(%h: tensor<6x4xf64> {weft.name = "h", weft.role = "input"}, %xs: tensor<5x6x4xf64> {weft.name = "xs", weft.role = "input"}, %m: tensor<8x6x4xf64> {weft.name = "m", weft.role = "input"}, %w: tensor<4x4xf64> {weft.name = "w", weft.role = "input"}, %v: tensor<3xf64> {weft.name = "v", weft.role = "input"}) -> (tensor<f64> {weft.name = "loss", weft.role = "output"}, tensor<6x4xf64> {weft.name = "last", weft.role = "output"}, tensor<5x6x4xf64> {weft.name = "all", weft.role = "output"}, tensor<5x3xf64> {weft.name = "mix", weft.role = "output"}, tensor<8x6x4xf64> {weft.name = "written", weft.role = "output"}, tensor<4x4xf64> {weft.name = "product", weft.role = "output"}, tensor<4xf64> {weft.name = "column", weft.role = "output"}) {
  %zero = weft.constant dense<0.0> : tensor<4xf64>
  %last, %total, %all, %mix, %written = weft.scan carry(%h, %zero) over(%xs) memory(%m) : (tensor<8x6x4xf64>) -> tensor<8x6x4xf64> with(%w, %v : tensor<4x4xf64>, tensor<3xf64>) attributes {weft.form = "counted: by hand"} {
  ^bb0(%state: tensor<6x4xf64>, %sum: tensor<4xf64>, %x: tensor<6x4xf64>, %past: tensor<3x6x4xf64>, %weight: tensor<4x4xf64>, %shares: tensor<3xf64>):
    %parts = weft.softmax %shares axis 0 : tensor<3xf64>
    %seen = weft.dot %parts, %past batch [] x [] contract [0] x [0] : tensor<3xf64>, tensor<3x6x4xf64> -> tensor<6x4xf64>
    %turned = weft.dot %seen, %weight batch [] x [] contract [1] x [1] : tensor<6x4xf64>, tensor<4x4xf64> -> tensor<6x4xf64>
    %moved = weft.add %turned, %x : tensor<6x4xf64>
    %half = weft.constant dense<0.5> : tensor<6x4xf64>
    %kept = weft.mul %state, %half : tensor<6x4xf64>
    %both = weft.add %moved, %kept : tensor<6x4xf64>
    %next = weft.tanh %both : tensor<6x4xf64>
    %part = weft.sum %next axes [0] : tensor<6x4xf64> -> tensor<4xf64>
    %more = weft.add %sum, %part : tensor<4xf64>
    weft.yield %next, %more, %moved, %parts, %next : tensor<6x4xf64>, tensor<4xf64>, tensor<6x4xf64>, tensor<3xf64>, tensor<6x4xf64>
  } : (tensor<6x4xf64>, tensor<4xf64>) -> (tensor<6x4xf64>, tensor<4xf64>), (tensor<5x6x4xf64>) -> (tensor<5x6x4xf64>, tensor<5x3xf64>)
  %product = weft.dot %all, %xs batch [] x [] contract [0, 1] x [0, 1] : tensor<5x6x4xf64>, tensor<5x6x4xf64> -> tensor<4x4xf64>
  %column = weft.sum %all axes [0, 1] : tensor<5x6x4xf64> -> tensor<4xf64>
  %total_rows = weft.broadcast %total dims [1] : tensor<4xf64> -> tensor<6x4xf64>
  %square = weft.mul %last, %total_rows : tensor<6x4xf64>
  %loss = weft.sum %square axes [0, 1] : tensor<6x4xf64> -> tensor<f64>
  return %loss, %last, %all, %mix, %written, %product, %column : tensor<f64>, tensor<6x4xf64>, tensor<5x6x4xf64>, tensor<5x3xf64>, tensor<8x6x4xf64>, tensor<4x4xf64>, tensor<4xf64>
}
