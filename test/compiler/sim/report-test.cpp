// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each kind of mistake is reported with its kind, block and thread, and the process lives on.
// Beside each stands the same kernel without the mistake, of which nothing is reported.
#include "Workloads.h"

#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Diagnostic *find(const SimKernel &kernel, Kind kind) {
  for (const Diagnostic &diagnostic : kernel.diagnostics)
    if (diagnostic.kind == kind)
      return &diagnostic;
  return nullptr;
}

/// Thread `tid` of block `block` loads or stores element 32 block + tid + shift.
std::string makeGlobal(bool isStore, int shift) {
  return makeKernel(
      "ptr addrspace(1) %x, ptr addrspace(1) %out",
      "%first = shl i32 %block, 5\n%flat = add i32 %first, %tid\n%at = add i32 %flat, " +
          std::to_string(shift) + R"(
  %p = getelementptr i32, ptr addrspace(1) %x, i32 %at
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %flat
)" +
          (isStore ? "store i32 7, ptr addrspace(1) %p, align 4"
                   : "%v = load i32, ptr addrspace(1) %p, align 4\n"
                     "store i32 %v, ptr addrspace(1) %q, align 4"));
}

TEST(Report, GlobalOutOfBounds) {
  for (bool isStore : {false, true}) {
    SimKernel kernel(makeGlobal(isStore, 1));
    int32_t *x = kernel.upload(std::vector<int32_t>(64, 3));
    int32_t *out = kernel.upload(std::vector<int32_t>(64, 5));
    kernel.run("k", {{2}, {32}, {}}, {&x, &out});
    ASSERT_EQ(kernel.diagnostics.size(), 1u) << kernel.describe();
    const Diagnostic &diagnostic = kernel.diagnostics[0];
    EXPECT_EQ(diagnostic.kind, Kind::OutOfBounds);
    EXPECT_EQ(diagnostic.block.x, 1u);
    EXPECT_EQ(diagnostic.thread, 31u);
    EXPECT_NE(diagnostic.text.find("byte 256 of a range of 256"), std::string::npos);
    EXPECT_NE(diagnostic.site.find(isStore ? "k: store i32 7" : "k: %v = load"), std::string::npos)
        << diagnostic.site;
    // A load that must not happen gives zero, a store that must not happen does nothing.
    EXPECT_EQ(out[63], isStore ? 5 : 0);
    SimKernel right(makeGlobal(isStore, 0));
    x = right.upload(std::vector<int32_t>(64));
    out = right.upload(std::vector<int32_t>(64));
    right.run("k", {{2}, {32}, {}}, {&x, &out});
    EXPECT_EQ(right.describe(), "");
  }
}

TEST(Report, ReleasedMemory) {
  SimKernel kernel(makeGlobal(false, 0));
  int32_t *x = kernel.upload(std::vector<int32_t>(32)),
          *out = kernel.upload(std::vector<int32_t>(32));
  kernel.memory.release(x);
  kernel.run("k", {{1}, {32}, {}}, {&x, &out});
  EXPECT_TRUE(find(kernel, Kind::OutOfBounds));
}

std::string makeShared(int shift, const std::string &align = "4") {
  return makeKernel("",
                    "%bytes = shl i32 %tid, 2\n%at = add i32 %bytes, " + std::to_string(shift) +
                        "\n%p = getelementptr i8, ptr addrspace(3) @s, i32 %at\n"
                        "store i32 7, ptr addrspace(3) %p, align " +
                        align,
                    "", 128);
}

TEST(Report, SharedOverrun) {
  SimKernel kernel(makeShared(4));
  kernel.run("k", {{1}, {32}, {}}, {});
  const Diagnostic *found = find(kernel, Kind::OutOfBounds);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->thread, 31u);
  EXPECT_NE(found->text.find("shared+128"), std::string::npos) << found->text;
  SimKernel before(makeShared(-4));
  before.run("k", {{1}, {32}, {}}, {});
  ASSERT_TRUE(find(before, Kind::OutOfBounds));
  EXPECT_EQ(find(before, Kind::OutOfBounds)->thread, 0u);
  SimKernel right(makeShared(0));
  right.run("k", {{1}, {32}, {}}, {});
  EXPECT_EQ(right.describe(), "");
}

TEST(Report, Misaligned) {
  SimKernel kernel(makeShared(0, "8"));
  kernel.run("k", {{1}, {2}, {}}, {});
  ASSERT_TRUE(find(kernel, Kind::Misaligned));
  EXPECT_EQ(find(kernel, Kind::Misaligned)->thread, 1u);
}

TEST(Report, UninitialisedShared) {
  std::string body = R"(
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %tid
  %v = load i32, ptr addrspace(3) %p, align 4
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %v, ptr addrspace(1) %q, align 4)";
  SimKernel kernel(makeKernel("ptr addrspace(1) %out", body));
  int32_t *out = kernel.upload(std::vector<int32_t>(32));
  kernel.run("k", {{1}, {32}, {}}, {&out});
  EXPECT_TRUE(find(kernel, Kind::Uninitialised)) << kernel.describe();
  EXPECT_EQ(out[3], -1) << "shared memory begins as 0xFF";
  SimKernel right(
      makeKernel("ptr addrspace(1) %out", "%w = getelementptr i32, ptr addrspace(3) @s, i32 %tid\n"
                                          "store i32 %tid, ptr addrspace(3) %w, align 4" +
                                              body));
  out = right.upload(std::vector<int32_t>(32));
  right.run("k", {{1}, {32}, {}}, {&out});
  EXPECT_EQ(right.describe(), "");
}

const std::string barrier = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";

TEST(Report, Deadlock) {
  SimKernel kernel(makeKernel("", R"(
  %isLow = icmp ult i32 %tid, 16
  br i1 %isLow, label %low, label %high
low:
  %v = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %tid, i32 1, i32 31)
  br label %end
high:
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br label %end
end:)",
                              "declare i32 @llvm.nvvm.shfl.sync.bfly.i32(i32, i32, i32, i32)"));
  kernel.run("k", {{1}, {256}, {}}, {});
  const Diagnostic *found = find(kernel, Kind::Deadlock);
  ASSERT_TRUE(found) << kernel.describe();
  EXPECT_EQ(found->text, "deadlock: 240 threads in barrier.cta.sync.aligned.all; 16 threads in "
                         "shfl.sync.bfly.i32");
}

std::string makeSpin(const std::string &wanted) {
  return makeKernel("ptr addrspace(1) %flag", R"(
  %isFirst = icmp eq i32 %tid, 0
  br i1 %isFirst, label %set, label %spin
set:
  store atomic i32 1, ptr addrspace(1) %flag syncscope("device") release, align 4
  br label %end
spin:
  %v = load atomic i32, ptr addrspace(1) %flag syncscope("device") acquire, align 4
  %isSet = icmp eq i32 %v, )" + wanted +
                                                  R"(
  br i1 %isSet, label %end, label %spin
end:)");
}

TEST(Report, Livelock) {
  Options options = makeOptions();
  options.livelockYields = 10000;
  SimKernel kernel(makeSpin("2"), options);
  int32_t *flag = kernel.upload(std::vector<int32_t>(1));
  kernel.run("k", {{1}, {64}, {}}, {&flag});
  EXPECT_TRUE(find(kernel, Kind::Livelock)) << kernel.describe();
  SimKernel right(makeSpin("1"), options);
  for (Schedule schedule : allSchedules) {
    flag = right.upload(std::vector<int32_t>(1));
    right.module->setSchedule(3, schedule, AsyncCopies::Mixed);
    right.run("k", {{1}, {64}, {}}, {&flag});
    EXPECT_EQ(right.describe(), "");
  }
}

/// Thread 0 sets a flag that others wait for with plain loads.
TEST(Report, SpinOnPlainLoads) {
  auto make = [](const std::string &barrier, const std::string &set) {
    return makeKernel("ptr addrspace(1) %flag", barrier + R"(
  %isFirst = icmp eq i32 %tid, 0
  br i1 %isFirst, label %first, label %spin
first:
)" + set + R"(
  br label %end
spin:
  %v = load i32, ptr addrspace(1) %flag, align 4
  %p = getelementptr i32, ptr addrspace(1) %flag, i32 1
  %w = load i32, ptr addrspace(1) %p, align 4
  %both = or i32 %v, %w
  %isSet = icmp ne i32 %both, 0
  br i1 %isSet, label %end, label %spin
end:)");
  };
  Options options = makeOptions();
  options.livelockYields = 100000;
  std::string barrier = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";
  // With fibers and as a plain loop.
  for (const std::string &text : {make(barrier, ""), make("", "")}) {
    SimKernel kernel(text, options);
    for (Schedule schedule : allSchedules) {
      int32_t *flag = kernel.upload(std::vector<int32_t>(2));
      kernel.module->setSchedule(3, schedule, AsyncCopies::Mixed);
      kernel.run("k", {{1}, {64}, {}}, {&flag});
      EXPECT_TRUE(kernel.has(Kind::Livelock)) << kernel.describe();
      EXPECT_NE(kernel.describe().find("make it volatile or atomic"), std::string::npos);
    }
  }
  // Where somebody writes in the end, waiting is no livelock.
  SimKernel right(make(barrier, "store i32 1, ptr addrspace(1) %flag, align 4\n"), options);
  for (Schedule schedule : allSchedules) {
    int32_t *flag = right.upload(std::vector<int32_t>(2));
    right.module->setSchedule(3, schedule, AsyncCopies::Mixed);
    right.run("k", {{1}, {64}, {}}, {&flag});
    EXPECT_EQ(right.describe(), "");
  }
}

/// A long loop over a table is no livelock, however little is allowed.
TEST(Report, LongLoopsAreNoSpins) {
  std::string text = makeKernel("ptr addrspace(1) %x, ptr addrspace(1) %out", R"(
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %sum = phi i32 [ 0, %entry ], [ %more, %loop ]
  %at = and i32 %i, 127
  %p = getelementptr i32, ptr addrspace(1) %x, i32 %at
  %v = load i32, ptr addrspace(1) %p, align 4
  %more = add i32 %sum, %v
  %next = add i32 %i, 1
  %again = icmp ult i32 %next, 300000
  br i1 %again, label %loop, label %end
end:
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %tid
  store i32 %more, ptr addrspace(1) %q, align 4)");
  Options options = makeOptions();
  options.livelockYields = 1000;
  SimKernel kernel(text, options);
  int32_t *x = kernel.upload(std::vector<int32_t>(128, 1));
  int32_t *out = kernel.upload(std::vector<int32_t>(32));
  kernel.run("k", {{1}, {32}, {}}, {&x, &out});
  EXPECT_EQ(kernel.describe(), "");
  EXPECT_EQ(out[5], 300000);
}

TEST(Report, DivergentShuffle) {
  // Lanes 16 to 31 read lanes that are not in the mask.
  SimKernel kernel(makeKernel("", R"(
  %isHigh = icmp ugt i32 %tid, 15
  br i1 %isHigh, label %high, label %end
high:
  %v = call i32 @llvm.nvvm.shfl.sync.idx.i32(i32 -65536, i32 %tid, i32 3, i32 31)
  br label %end
end:)",
                              "declare i32 @llvm.nvvm.shfl.sync.idx.i32(i32, i32, i32, i32)"));
  kernel.run("k", {{1}, {32}, {}}, {});
  const Diagnostic *found = find(kernel, Kind::Divergence);
  ASSERT_TRUE(found) << kernel.describe();
  EXPECT_GE(found->thread, 16u);
  EXPECT_NE(found->text.find("reads lane 3"), std::string::npos);
}

TEST(Report, LaneOutsideItsMask) {
  SimKernel kernel(makeKernel(
      "", "%v = call i32 @llvm.nvvm.shfl.sync.idx.i32(i32 65535, i32 %tid, i32 3, i32 31)",
      "declare i32 @llvm.nvvm.shfl.sync.idx.i32(i32, i32, i32, i32)"));
  kernel.run("k", {{1}, {32}, {}}, {});
  ASSERT_TRUE(find(kernel, Kind::Divergence));
  EXPECT_NE(kernel.describe().find("is not in its own mask"), std::string::npos);
}

TEST(Report, AlignedBarrierInBothBranches) {
  SimKernel kernel(makeKernel("", "%low = icmp ult i32 %tid, 16\n"
                                  "br i1 %low, label %a, label %b\na:\n" +
                                      barrier + "br label %end\nb:\n" + barrier +
                                      "br label %end\nend:"));
  kernel.run("k", {{1}, {32}, {}}, {});
  EXPECT_TRUE(find(kernel, Kind::Divergence)) << kernel.describe();
}

TEST(Report, Trap) {
  SimKernel kernel(makeKernel("", "call void @llvm.trap()", "declare void @llvm.trap()"));
  kernel.run("k", {{1}, {32}, {}}, {});
  EXPECT_TRUE(find(kernel, Kind::Protocol));
}

TEST(Report, RaceNamesBothLines) {
  Options options = makeOptions();
  options.removeSync = 0;
  SimKernel kernel(readInput("reduce.ll"), options);
  for (Schedule schedule : allSchedules) {
    kernel.module->setSchedule(1, schedule, AsyncCopies::Mixed);
    runReduce(kernel);
    const Diagnostic *race = find(kernel, Kind::Race);
    ASSERT_TRUE(race);
    EXPECT_NE(race->text.find("reduce.cu:13"), std::string::npos) << race->text;
    EXPECT_NE(race->text.find("reduce.cu:15"), std::string::npos) << race->text;
  }
}

/// Each thread passes its number to the next by shared memory, with `sync` between.
std::string makePass(const std::string &sync, const std::string &declarations = "") {
  return makeKernel("",
                    "%p = getelementptr i32, ptr addrspace(3) @s, i32 %tid\n"
                    "store i32 %tid, ptr addrspace(3) %p, align 4\n" +
                        sync + R"(
  %other = xor i32 %tid, 1
  %q = getelementptr i32, ptr addrspace(3) @s, i32 %other
  %v = load i32, ptr addrspace(3) %q, align 4)",
                    declarations);
}

TEST(Report, LanesOfOneWarpRace) {
  Options options = makeOptions();
  options.uninitialised = false;
  const char *declare = "declare i32 @llvm.nvvm.shfl.sync.bfly.i32(i32, i32, i32, i32)\n"
                        "declare void @llvm.nvvm.bar.warp.sync(i32)";
  SimKernel kernel(makePass(""), options);
  kernel.run("k", {{1}, {32}, {}}, {});
  EXPECT_TRUE(find(kernel, Kind::Race)) << kernel.describe();
  // A shuffle brings lanes together but does not order memory.
  SimKernel shuffle(
      makePass("%z = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 0, i32 1, i32 31)",
               declare),
      options);
  shuffle.run("k", {{1}, {32}, {}}, {});
  EXPECT_TRUE(find(shuffle, Kind::Race)) << shuffle.describe();
  SimKernel right(makePass("call void @llvm.nvvm.bar.warp.sync(i32 -1)", declare), options);
  right.run("k", {{1}, {32}, {}}, {});
  EXPECT_EQ(right.describe(), "");
}

/// Half of the block hands over to the other half: arrive and wait on barrier 1.
TEST(Report, ProducerAndConsumer) {
  auto make = [](const std::string &arrive, const std::string &wait) {
    return makeKernel("",
                      "%isLow = icmp ult i32 %tid, 32\n%slot = and i32 %tid, 31\n"
                      "%p = getelementptr i32, ptr addrspace(3) @s, i32 %slot\n"
                      "br i1 %isLow, label %low, label %high\nlow:\n"
                      "store i32 %tid, ptr addrspace(3) %p, align 4\n" +
                          arrive + "br label %end\nhigh:\n" + wait +
                          "%v = load i32, ptr addrspace(3) %p, align 4\nbr label %end\nend:",
                      "declare void @llvm.nvvm.barrier.cta.arrive.aligned.count(i32, i32)\n"
                      "declare void @llvm.nvvm.barrier.cta.sync.aligned.count(i32, i32)");
  };
  std::string arrive = "call void @llvm.nvvm.barrier.cta.arrive.aligned.count(i32 1, i32 64)\n";
  std::string wait = "call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 1, i32 64)\n";
  SimKernel right(make(arrive, wait)), neither(make("", "")), late(make("", wait));
  for (Schedule schedule : allSchedules) {
    for (SimKernel *kernel : {&right, &neither, &late}) {
      kernel->module->setSchedule(1, schedule, AsyncCopies::Mixed);
      kernel->run("k", {{1}, {64}, {}}, {});
    }
    EXPECT_EQ(right.describe(), "");
    EXPECT_TRUE(find(neither, Kind::Race) || find(neither, Kind::Uninitialised));
    EXPECT_TRUE(find(late, Kind::Deadlock)) << late.describe();
  }
}

TEST(Report, BlocksRaceInDeviceMemory) {
  auto make = [](const std::string &index) {
    return makeKernel("ptr addrspace(1) %x",
                      "%p = getelementptr i32, ptr addrspace(1) %x, i32 " + index +
                          "\nstore i32 %block, ptr addrspace(1) %p, align 4");
  };
  Options options = makeOptions();
  options.globalRaces = true;
  SimKernel kernel(make("0"), options);
  int32_t *x = kernel.upload(std::vector<int32_t>(4));
  kernel.run("k", {{4}, {1}, {}}, {&x});
  EXPECT_TRUE(find(kernel, Kind::Race)) << kernel.describe();
  SimKernel right(make("%block"), options);
  x = right.upload(std::vector<int32_t>(4));
  right.run("k", {{4}, {1}, {}}, {&x});
  EXPECT_EQ(right.describe(), "");
}

} // namespace
