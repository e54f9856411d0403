// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What cannot be written into an artifact. The program as it stands can be; each run breaks one law of it.
// RUN: weft compile %s --from=machine -q -o %t.weft

// RUN: sed 's/, weft.symbols = .*] }/ }/' %s > %t-c1.mlir
// RUN: not weft compile %t-c1.mlir --from=machine -q -o %t.weft 2>&1 | FileCheck %s --check-prefix=C1
// C1: error: expects size 'n' to be listed in the module attribute weft.symbols (artifact.C1)

// RUN: sed 's/n(8 by 2)/n(100000000000000 by 2)/g' %s > %t-c2.mlir
// RUN: not weft compile %t-c2.mlir --from=machine -q -o %t.weft 2>&1 | FileCheck %s --check-prefix=C2
// C2: error: 'exec.buffer' op expects at most 281474976710656 bytes (artifact.C2)

// RUN: sed 's/dense<0.5>/sparse<[[0]], [0.5]>/' %s > %t-c3.mlir
// RUN: not weft compile %t-c3.mlir --from=machine -q -o %t.weft 2>&1 | FileCheck %s --check-prefix=C3
// C3: error: 'exec.buffer' op expects a dense constant, got sparse<{{.*}}> : tensor<4xf32> (artifact.C3)

// RUN: sed 's/dense<0.5>/dense_resource<missing>/' %s > %t-lost.mlir
// RUN: not weft compile %t-lost.mlir --from=machine -q -o %t.weft 2>&1 | FileCheck %s --check-prefix=LOST
// LOST: error: 'exec.buffer' op expects the bytes of its constant to be in the file (artifact.C3)

// RUN: sed 's/, weft.role = "output"//' %s > %t-c4.mlir
// RUN: not weft compile %t-c4.mlir --from=machine -q -o %t.weft 2>&1 | FileCheck %s --check-prefix=C4
// C4: error: 'exec.buffer' op expects its description to have weft.name and weft.role, got {weft.name = "y"} (artifact.C4)

module attributes { weft.model = "copies", weft.config = {}, weft.target = "cpu", weft.symbols = [#weft.size<n(8 by 2)>] } {
  // Its kernels are what tells the phase machine.
  llvm.func @nothing(%arrays: !llvm.ptr, %sizes: !llvm.ptr, %task: i64) {
    llvm.return
  }
  exec.program @step arena 0 attributes {
      weft.arguments = [{weft.name = "x", weft.role = "input"}],
      weft.results = [{weft.name = "y", weft.role = "output"}, {weft.name = "half", weft.role = "output"}]} {
    %x = exec.buffer argument at 0 : <tensor<?xf32, #weft.bounded<[n(8 by 2)]>>>
    %y = exec.buffer result at 0 : <tensor<?xf32, #weft.bounded<[n(8 by 2)]>>>
    %half = exec.buffer result at 0 : <tensor<4xf32>>
    %constant = exec.buffer constant at 0 = dense<0.5> : tensor<4xf32> : <tensor<4xf32>>
    exec.copy %x to %y : <tensor<?xf32, #weft.bounded<[n(8 by 2)]>>> to <tensor<?xf32, #weft.bounded<[n(8 by 2)]>>>
    exec.copy %constant to %half : <tensor<4xf32>> to <tensor<4xf32>>
  }
}
