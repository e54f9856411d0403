// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The source of vector-to-gpu.ll, which says how it was made.
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>
#transposed = affine_map<(d0, d1) -> (d1, d0)>
module attributes {gpu.container_module} {
gpu.module @contract {
  func.func @fill(%from: memref<16x16xf16>, %to: memref<16x16xf16, #gpu.address_space<workgroup>>) {
    %two = arith.constant 2 : index
    %sixteen = arith.constant 16 : index
    %tid = gpu.thread_id x
    %row = arith.remui %tid, %sixteen : index
    %half = arith.divui %tid, %sixteen : index
    scf.for %i = %half to %sixteen step %two {
      %v = memref.load %from[%row, %i] : memref<16x16xf16>
      memref.store %v, %to[%row, %i] : memref<16x16xf16, #gpu.address_space<workgroup>>
    }
    return
  }
  gpu.func @contract(%a: memref<16x16xf16>, %b: memref<16x16xf16>, %c: memref<16x16xf16>, %d: memref<16x16xf16>)
      workgroup(%as: memref<16x16xf16, #gpu.address_space<workgroup>>, %bs: memref<16x16xf16, #gpu.address_space<workgroup>>, %cs: memref<16x16xf16, #gpu.address_space<workgroup>>) kernel {
    %zero = arith.constant 0 : index
    %eight = arith.constant 8 : index
    %f0 = arith.constant 0.0 : f16
    func.call @fill(%a, %as) : (memref<16x16xf16>, memref<16x16xf16, #gpu.address_space<workgroup>>) -> ()
    func.call @fill(%b, %bs) : (memref<16x16xf16>, memref<16x16xf16, #gpu.address_space<workgroup>>) -> ()
    func.call @fill(%c, %cs) : (memref<16x16xf16>, memref<16x16xf16, #gpu.address_space<workgroup>>) -> ()
    gpu.barrier
    %A = vector.transfer_read %as[%zero, %zero], %f0 {in_bounds = [true, true]} : memref<16x16xf16, #gpu.address_space<workgroup>>, vector<16x16xf16>
    %B = vector.transfer_read %bs[%zero, %zero], %f0 {permutation_map = #transposed, in_bounds = [true, true]} : memref<16x16xf16, #gpu.address_space<workgroup>>, vector<16x16xf16>
    %B0 = vector.extract_strided_slice %B {offsets = [0, 0], sizes = [8, 16], strides = [1, 1]} : vector<16x16xf16> to vector<8x16xf16>
    %B1 = vector.extract_strided_slice %B {offsets = [8, 0], sizes = [8, 16], strides = [1, 1]} : vector<16x16xf16> to vector<8x16xf16>
    %C0 = vector.transfer_read %cs[%zero, %zero], %f0 {in_bounds = [true, true]} : memref<16x16xf16, #gpu.address_space<workgroup>>, vector<16x8xf16>
    %C1 = vector.transfer_read %cs[%zero, %eight], %f0 {in_bounds = [true, true]} : memref<16x16xf16, #gpu.address_space<workgroup>>, vector<16x8xf16>
    %D0 = vector.contract {indexing_maps = [#left, #right, #result], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %A, %B0, %C0 : vector<16x16xf16>, vector<8x16xf16> into vector<16x8xf16>
    %D1 = vector.contract {indexing_maps = [#left, #right, #result], iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>} %A, %B1, %C1 : vector<16x16xf16>, vector<8x16xf16> into vector<16x8xf16>
    vector.transfer_write %D0, %d[%zero, %zero] {in_bounds = [true, true]} : vector<16x8xf16>, memref<16x16xf16>
    vector.transfer_write %D1, %d[%zero, %eight] {in_bounds = [true, true]} : vector<16x8xf16>, memref<16x16xf16>
    gpu.return
  }
}
}
