// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt --tile-insert-barriers %s | FileCheck %s

#rows = #tile.layout<threads (32 on 1 step 1, 4 on 0 step 1) registers (4 on 0 step 4)>
#one = #tile.layout<threads (32 on 1 step 1, 4 alike) registers ()>
#all = #tile.layout<threads (128 alike) registers ()>

// Between a write and a read, and in front of the next round's write; not in front of the first.
// CHECK-LABEL: tile.kernel @loop
tile.kernel @loop tasks 1 writes [] {
^bb0(%task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 4 : index
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x f32 stride 33>
  %other = tile.buffer 4096 : !tile.buffer<16 x 32 x f32 stride 33>
  %x = arith.constant dense<1.0> : tensor<16x32xf32, #rows>
  // CHECK-NOT: tile.barrier
  // CHECK: tile.write %{{.*}}, %[[OTHER:.*]] :
  tile.write %x, %other : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  // CHECK: scf.for
  scf.for %i = %zero to %n step %one {
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.write
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.read
    // CHECK-NEXT: tile.read
    tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
    %y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
    %z = tile.read %other rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
  }
  // CHECK: }
  // CHECK-NEXT: tile.read
  %w = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
}

// A block that takes another task writes what others still read.
// CHECK-LABEL: tile.kernel @tasks
tile.kernel @tasks tasks 2 writes [] {
^bb0(%task: index):
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x f32 stride 33>
  %x = arith.constant dense<1.0> : tensor<16x32xf32, #rows>
  // CHECK: tile.barrier
  // CHECK-NEXT: tile.write
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  %y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
}

// An array that is read back: by the same thread where tiles are alike and stand at one place, else by another.
// CHECK-LABEL: tile.kernel @arrays
tile.kernel @arrays tasks 1 writes [0] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : f32
  %t = arith.constant dense<1.0> : tensor<16x32xf32, #rows>
  %r = arith.constant dense<1.0> : tensor<1x32xf32, #one>
  %view = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  // CHECK: tile.store
  // CHECK-NEXT: tile.load
  tile.store %t, %view[%zero, %zero] : tensor<16x32xf32, #rows>, !tile.view<2 x f32>
  %same = tile.load %view[%zero, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x32xf32, #rows>
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.load
  %moved = tile.load %view[%one, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x32xf32, #rows>
  // A row lies in the same threads wherever it stands.
  // CHECK: tile.barrier
  // CHECK-NEXT: tile.store %{{.*}} : tensor<1x32xf32
  // CHECK-NEXT: tile.load {{.*}} -> tensor<1x32xf32
  tile.store %r, %view[%one, %zero] : tensor<1x32xf32, #one>, !tile.view<2 x f32>
  %line = tile.load %view[%task, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<1x32xf32, #one>
}

// A loop in another begins one row further each time: its tiles lie between those of the round before.
// CHECK-LABEL: tile.kernel @moving
tile.kernel @moving tasks 1 writes [0] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %step = arith.constant 16 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : f32
  %view = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  scf.for %i = %zero to %n step %one {
    // CHECK: scf.for
    // CHECK-NEXT: scf.for %[[ROW:[^ ]*]] =
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.load %{{.*}}[%[[ROW]]
    scf.for %row = %i to %n step %step {
      %t = tile.load %view[%row, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x32xf32, #rows>
      tile.store %t, %view[%row, %zero] : tensor<16x32xf32, #rows>, !tile.view<2 x f32>
    }
  }
  // From one place on, they meet only themselves.
  // CHECK: tile.barrier
  // CHECK-NEXT: scf.for
  // CHECK-NEXT: scf.for
  // CHECK-NEXT: tile.load
  // CHECK-NEXT: tile.store
  tile.barrier
  scf.for %i = %zero to %n step %one {
    scf.for %row = %zero to %n step %step {
      %t = tile.load %view[%row, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<16x32xf32, #rows>
      tile.store %t, %view[%row, %zero] : tensor<16x32xf32, #rows>, !tile.view<2 x f32>
    }
  }
}

// A barrier behind the wait for copies, before anything reads them; one in front of the copies that come where others still
// read. The round after the next one's copies go elsewhere in the ring: the same barrier is enough.
// CHECK-LABEL: tile.kernel @copies
tile.kernel @copies tasks 1 writes [] {
^bb0(%x: !tile.array<bf16>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<bf16> -> !tile.view<2 x bf16>
  %b = tile.buffer 0 : !tile.buffer<16 x 16 x bf16 stride 16>
  %ring = tile.buffer 512 stages 2 : !tile.buffer<16 x 16 x bf16 stride 16>
  // CHECK: scf.for
  scf.for %i = %zero to %n step %one {
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.copy
    tile.copy %v[%i, %i], %b : !tile.view<2 x bf16>, !tile.buffer<16 x 16 x bf16 stride 16>
    // CHECK-NEXT: tile.commit
    tile.commit
    // CHECK-NEXT: tile.wait
    tile.wait 0
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.read
    %y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x bf16 stride 16> -> tensor<16x16xbf16, #rows>
  }
  // CHECK: scf.for
  scf.for %i = %zero to %n step %one {
    // CHECK-NEXT: tile.stage
    %next = tile.stage %ring[%one] : !tile.buffer<16 x 16 x bf16 stride 16>
    // CHECK-NEXT: tile.stage
    %this = tile.stage %ring[%zero] : !tile.buffer<16 x 16 x bf16 stride 16>
    // CHECK-NEXT: tile.wait
    tile.wait 0
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.copy
    tile.copy %v[%i, %i], %next : !tile.view<2 x bf16>, !tile.buffer<16 x 16 x bf16 stride 16>
    // CHECK-NEXT: tile.commit
    tile.commit
    // CHECK-NEXT: tile.read
    %y = tile.read %this rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x bf16 stride 16> -> tensor<16x16xbf16, #rows>
  }
}

// A write lies where the write of the task before lies, in the same threads: only what reads it needs order.
// CHECK-LABEL: tile.kernel @again
tile.kernel @again tasks 2 writes [] sizes [64] {
^bb0(%task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = tile.size 0
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x f32 stride 33>
  %x = arith.constant dense<1.0> : tensor<16x32xf32, #rows>
  // CHECK-NOT: tile.barrier
  // CHECK: tile.write
  tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  // CHECK-NEXT: scf.for
  scf.for %i = %zero to %n step %one {
    // CHECK-NEXT: tile.barrier
    // CHECK-NEXT: tile.read
    // CHECK-NEXT: tile.barrier
    %y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
    tile.barrier
  }
  // CHECK-NEXT: }
  // CHECK-NEXT: }
}

// A loop that goes around at least once has a barrier; one that may not, has none.
// CHECK-LABEL: tile.kernel @rounds
tile.kernel @rounds tasks 4 writes [] sizes [64] {
^bb0(%task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %step = arith.constant 16 : index
  %last = arith.constant 17 : index
  %n = tile.size 0
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x f32 stride 33>
  %x = arith.constant dense<1.0> : tensor<16x32xf32, #rows>
  %row = arith.remui %task, %two : index
  %first = arith.muli %row, %step : index
  // CHECK: tile.write
  tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  // CHECK: scf.for
  scf.for %i = %first to %last step %one {
    tile.barrier
  }
  // CHECK: }
  // CHECK-NEXT: tile.read
  %y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.write
  tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  // CHECK: scf.for
  scf.for %i = %first to %n step %one {
    tile.barrier
  }
  // CHECK: }
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  %z = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
}

// What one thread owns and others hold copies of: the owner alone loads it where the copies are of no use to anybody, else
// the copies wait for the store.
// CHECK-LABEL: tile.kernel @owned
tile.kernel @owned tasks 1 writes [0] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %fill = arith.constant 0.0 : f32
  %view = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  // CHECK: scf.for
  // CHECK-NEXT: tile.load
  // CHECK-NEXT: arith.addf
  // CHECK-NEXT: tile.store
  // CHECK-NEXT: }
  scf.for %i = %zero to %n step %one {
    %t = tile.load %view[%i, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<1x32xf32, #one>
    %sum = arith.addf %t, %t : tensor<1x32xf32, #one>
    tile.store %sum, %view[%i, %zero] : tensor<1x32xf32, #one>, !tile.view<2 x f32>
  }
  // CHECK: scf.for
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.load
  // CHECK-NEXT: tile.reduce
  // CHECK: tile.barrier
  // CHECK-NEXT: tile.store
  // CHECK-NEXT: }
  scf.for %i = %zero to %n step %one {
    %t = tile.load %view[%i, %zero] fill %fill : !tile.view<2 x f32>, f32 -> tensor<1x32xf32, #one>
    %s = tile.reduce sum %t axis 1 : tensor<1x32xf32, #one> -> tensor<1xf32, #all>
    %r = tile.broadcast %s dims [0] : tensor<1xf32, #all> -> tensor<1x32xf32, #one>
    tile.store %r, %view[%i, %zero] : tensor<1x32xf32, #one>, !tile.view<2 x f32>
  }
}

// Copies that nothing reads in between are one group with one wait; what is on its way where the last task ends may stay
// there.
// CHECK-LABEL: tile.kernel @waits
tile.kernel @waits tasks 1 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x f32 stride 20>
  %b = tile.buffer 1280 : !tile.buffer<16 x 16 x f32 stride 20>
  // CHECK: tile.copy
  // CHECK-NEXT: tile.copy
  // CHECK-NEXT: tile.commit
  // CHECK-NEXT: tile.wait 0
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.copy
  // CHECK-NEXT: tile.commit
  // CHECK-NEXT: }
  tile.copy %v[%zero, %zero], %a : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
  tile.copy %v[%n, %zero], %b : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
  %y = tile.read %a rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x f32 stride 20> -> tensor<16x16xf32, #rows>
  tile.copy %v[%n, %zero], %a : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
}

// The next task copies to the same place.
// CHECK-LABEL: tile.kernel @more_tasks
tile.kernel @more_tasks tasks 2 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x f32 stride 20>
  // CHECK: tile.commit
  // CHECK-NEXT: tile.wait 0
  tile.copy %v[%zero, %zero], %a : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
}

// Both ends move with the task, and less than what lies between them: the loop goes around at least once.
// CHECK-LABEL: tile.kernel @certain
tile.kernel @certain tasks 4 writes [] sizes [64] {
^bb0(%task: index):
  %one = arith.constant 1 : index
  %step = arith.constant 16 : index
  %reach = arith.constant 20 : index
  %end = arith.constant 64 : index
  %b = tile.buffer 0 : !tile.buffer<16 x 32 x f32 stride 33>
  %x = arith.constant dense<1.0> : tensor<16x32xf32, #rows>
  %first = arith.muli %task, %step : index
  %past = arith.addi %first, %reach : index
  %last = arith.minsi %past, %end : index
  // CHECK: tile.write
  // CHECK: scf.for
  tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  scf.for %i = %first to %last step %one {
    tile.barrier
  }
  // CHECK: }
  // CHECK-NEXT: tile.read
  %y = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
  // From a place behind the end there may be no round.
  %far = arith.addi %first, %step : index
  // CHECK: tile.barrier
  // CHECK-NEXT: tile.write
  tile.write %x, %b : tensor<16x32xf32, #rows>, !tile.buffer<16 x 32 x f32 stride 33>
  // CHECK: scf.for
  scf.for %i = %far to %last step %one {
    tile.barrier
  }
  // CHECK: }
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  %z = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 32 x f32 stride 33> -> tensor<16x32xf32, #rows>
}

// The wait behind the second copy is left out: what arrives there is touched in the next task only, behind the wait for the
// first. Where it is read before that, the wait stays.
// CHECK-LABEL: tile.kernel @next_task
tile.kernel @next_task tasks 2 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x f32 stride 20>
  %b = tile.buffer 1280 : !tile.buffer<16 x 16 x f32 stride 20>
  // CHECK: tile.wait 0
  tile.copy %v[%zero, %zero], %a : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
  // CHECK: tile.read
  %y = tile.read %a rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x f32 stride 20> -> tensor<16x16xf32, #rows>
  // CHECK: tile.commit
  // CHECK-NEXT: }
  tile.copy %v[%zero, %zero], %b : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
}
// CHECK-LABEL: tile.kernel @this_task
tile.kernel @this_task tasks 2 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %a = tile.buffer 0 : !tile.buffer<16 x 16 x f32 stride 20>
  %b = tile.buffer 1280 : !tile.buffer<16 x 16 x f32 stride 20>
  // CHECK: tile.read
  %early = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x f32 stride 20> -> tensor<16x16xf32, #rows>
  tile.copy %v[%zero, %zero], %a : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  // CHECK: tile.wait 0
  tile.wait 0
  %y = tile.read %a rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x f32 stride 20> -> tensor<16x16xf32, #rows>
  // CHECK: tile.commit
  // CHECK-NEXT: tile.wait 0
  // CHECK-NEXT: }
  tile.copy %v[%zero, %zero], %b : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
  tile.commit
  tile.wait 0
}

// A copy over a copy of the task before needs no barrier where threads divide both alike. Heads of three elements may begin
// between pieces or not: some tasks copy whole pieces, others element by element.
// CHECK-LABEL: tile.kernel @divided_alike
tile.kernel @divided_alike tasks 4 writes [] {
^bb0(%x: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %head = arith.constant 4 : index
  %n = arith.constant 64 : index
  %from = arith.muli %task, %head : index
  %v = tile.view %x offset %from sizes %n, %head strides %n, %one : !tile.array<f64> -> !tile.view<2 x f64>
  %a = tile.buffer 0 : !tile.buffer<16 x 4 x f64 stride 6>
  // CHECK-NOT: tile.barrier
  tile.copy %v[%zero, %zero], %a : !tile.view<2 x f64>, !tile.buffer<16 x 4 x f64 stride 6>
  tile.commit
  tile.wait 0
  // CHECK: tile.wait
  // CHECK-NEXT: }
}
// CHECK-LABEL: tile.kernel @divided_otherwise
tile.kernel @divided_otherwise tasks 4 writes [] {
^bb0(%x: !tile.array<f64>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %head = arith.constant 3 : index
  %n = arith.constant 64 : index
  %from = arith.muli %task, %head : index
  %v = tile.view %x offset %from sizes %n, %head strides %n, %one : !tile.array<f64> -> !tile.view<2 x f64>
  %a = tile.buffer 0 : !tile.buffer<16 x 3 x f64 stride 6>
  // CHECK: tile.barrier
  // CHECK-NEXT: tile.copy
  tile.copy %v[%zero, %zero], %a : !tile.view<2 x f64>, !tile.buffer<16 x 3 x f64 stride 6>
  tile.commit
  tile.wait 0
}

// One row, turned: thread i wrote the element that it reads, and only owners use it. Where all threads look at it, or where it
// comes from another's place, a barrier stands.
// CHECK-LABEL: tile.kernel @turned
#across = #tile.layout<threads (8 on 1 step 1, 16 alike) registers ()>
#down = #tile.layout<threads (8 on 0 step 1, 16 alike) registers ()>
tile.kernel @turned tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<1x8xf32, #across>
  %a = tile.buffer 0 : !tile.buffer<1 x 8 x f32 stride 9>
  %b = tile.buffer 64 : !tile.buffer<8 x 1 x f32 stride 1>
  // CHECK: tile.write
  // CHECK-NEXT: tile.read
  // CHECK-NEXT: tile.write
  tile.write %x, %a : tensor<1x8xf32, #across>, !tile.buffer<1 x 8 x f32 stride 9>
  %y = tile.read %a rows [0, 1, 0] columns [1, 0, 0] : !tile.buffer<1 x 8 x f32 stride 9> -> tensor<8x1xf32, #down>
  tile.write %y, %b : tensor<8x1xf32, #down>, !tile.buffer<8 x 1 x f32 stride 1>
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  %z = tile.read %a rows [0, 1, 0] columns [-1, 0, 7] : !tile.buffer<1 x 8 x f32 stride 9> -> tensor<8x1xf32, #down>
  tile.write %z, %b : tensor<8x1xf32, #down>, !tile.buffer<8 x 1 x f32 stride 1>
}
// CHECK-LABEL: tile.kernel @looked_at
tile.kernel @looked_at tasks 1 writes [] {
^bb0(%task: index):
  %x = arith.constant dense<1.0> : tensor<1x8xf32, #across>
  %a = tile.buffer 0 : !tile.buffer<1 x 8 x f32 stride 9>
  // CHECK: tile.write
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  tile.write %x, %a : tensor<1x8xf32, #across>, !tile.buffer<1 x 8 x f32 stride 9>
  %y = tile.read %a rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<1 x 8 x f32 stride 9> -> tensor<1x8xf32, #across>
  %s = tile.reduce sum %y axis 1 : tensor<1x8xf32, #across> -> tensor<1xf32, #all>
}

// What the task before has read of a ring is free behind one barrier before its first copies, not one in each round of them;
// rounds that need a barrier between them keep it.
// CHECK-LABEL: tile.kernel @ring
tile.kernel @ring tasks 4 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %a = tile.buffer 0 stages 4 : !tile.buffer<16 x 16 x f32 stride 20>
  // CHECK: tile.barrier
  // CHECK-NEXT: scf.for
  // CHECK-NEXT: tile.stage
  // CHECK-NEXT: tile.copy
  // CHECK-NEXT: tile.commit
  // CHECK-NEXT: }
  scf.for %i = %zero to %three step %one {
    %s = tile.stage %a[%i] : !tile.buffer<16 x 16 x f32 stride 20>
    tile.copy %v[%zero, %zero], %s : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
    tile.commit
  }
  tile.wait 0
  %y = tile.read %a rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x f32 stride 20> -> tensor<16x16xf32, #rows>
}

// CHECK-LABEL: tile.kernel @rounds_of_few
tile.kernel @rounds_of_few tasks 4 writes [] {
^bb0(%x: !tile.array<f32>, %task: index):
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %three = arith.constant 3 : index
  %n = arith.constant 64 : index
  %v = tile.view %x offset %zero sizes %n, %n strides %n, %one : !tile.array<f32> -> !tile.view<2 x f32>
  %b = tile.buffer 0 : !tile.buffer<16 x 16 x f32 stride 20>
  // CHECK: scf.for
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.copy
  // CHECK-NEXT: tile.commit
  // CHECK-NEXT: tile.wait 0
  // CHECK-NEXT: tile.barrier
  // CHECK-NEXT: tile.read
  scf.for %i = %zero to %three step %one {
    tile.copy %v[%zero, %zero], %b : !tile.view<2 x f32>, !tile.buffer<16 x 16 x f32 stride 20>
    tile.commit
    tile.wait 0
    %z = tile.read %b rows [1, 0, 0] columns [0, 1, 0] : !tile.buffer<16 x 16 x f32 stride 20> -> tensor<16x16xf32, #rows>
  }
}
