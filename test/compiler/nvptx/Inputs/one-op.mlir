// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel around what a test puts in the place of BODY and SHARED.
llvm.func @step.0.one(%x: !llvm.ptr<1>, %y: !llvm.ptr<1>)
    attributes {nvvm.kernel, nvvm.reqntid = array<i32: 32>, weft.shared = SHARED : i64} {
  %f = llvm.load %x : !llvm.ptr<1> -> f32
  %d = llvm.load %x : !llvm.ptr<1> -> f64
  %i = llvm.load %x : !llvm.ptr<1> -> i32
  BODY
  llvm.store %r, %y : TYPE, !llvm.ptr<1>
  llvm.return
}
exec.program @step arena 0 attributes {
    weft.arguments = [{weft.name = "x", weft.role = "input"}], weft.results = [{weft.name = "y", weft.role = "output"}]} {
  %x = exec.buffer argument at 0 : <tensor<8xf32>>
  %y = exec.buffer result at 0 : <tensor<8xf32>>
  exec.launch @step.0.one(%x, %y) tasks 1 : !exec.buffer<tensor<8xf32>>, !exec.buffer<tensor<8xf32>>
}
