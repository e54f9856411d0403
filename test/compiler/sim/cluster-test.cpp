// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clusters: shared memory of other blocks, their barrier, and mbarriers of other blocks.
#include "SimKernel.h"

#include <functional>

#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};

const char *declarations = R"(
@bar = internal addrspace(3) global i64 undef, align 8
declare i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
declare i32 @llvm.nvvm.read.ptx.sreg.cluster.nctarank()
declare ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3), i32)
declare i32 @llvm.nvvm.getctarank.shared.cluster(ptr addrspace(3))
declare void @llvm.nvvm.barrier.cluster.arrive()
declare void @llvm.nvvm.barrier.cluster.wait()
declare void @llvm.nvvm.barrier.cluster.arrive.aligned()
declare void @llvm.nvvm.barrier.cluster.arrive.relaxed.aligned()
declare void @llvm.nvvm.barrier.cluster.wait.aligned()
declare void @llvm.nvvm.fence.mbarrier_init.release.cluster()
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.arrive.scope.cluster.space.cluster(ptr addrspace(7), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta(ptr addrspace(3), i32)
)";

const std::string sync = "call void @llvm.nvvm.barrier.cluster.arrive.aligned()\n"
                         "call void @llvm.nvvm.barrier.cluster.wait.aligned()\n";

/// Every block writes 64 numbers and reads those of the next block of its cluster.
std::string makeExchange(const std::string &before = sync, const std::string &after = sync,
                         const std::string &shift = "1") {
  return makeKernel("ptr addrspace(1) %out", R"(
  %first = shl i32 %block, 6
  %flat = add i32 %first, %tid
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %tid
  store i32 %flat, ptr addrspace(3) %p, align 4
)" + before + R"(
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %count = call i32 @llvm.nvvm.read.ptx.sreg.cluster.nctarank()
  %up = add i32 %rank, )" + shift + R"(
  %next = urem i32 %up, %count
  %far = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) %p, i32 %next)
  %v = load i32, ptr addrspace(7) %far, align 4
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %flat
  store i32 %v, ptr addrspace(1) %q, align 4
)" + after,
                    declarations);
}

void runAll(const std::string &text, const Options &options,
            const std::function<void(SimKernel &, const uint32_t *)> &check) {
  SimKernel kernel(text, options, hopper);
  for (Schedule schedule : allSchedules)
    for (uint64_t seed = 1; seed <= 8; ++seed) {
      uint32_t *out = kernel.upload(std::vector<uint32_t>(8 * 64));
      kernel.module->setSchedule(seed, schedule, AsyncCopies::Mixed);
      kernel.run("k", {{8}, {64}, {4}}, {&out});
      check(kernel, out);
    }
}

TEST(Cluster, ReadsTheNextBlock) {
  std::string loose = "call void @llvm.nvvm.barrier.cluster.arrive()\n"
                      "call void @llvm.nvvm.barrier.cluster.wait()\n";
  for (const std::string &barrier : {sync, loose})
    runAll(makeExchange(barrier), makeOptions(), [](SimKernel &kernel, const uint32_t *out) {
      EXPECT_EQ(kernel.describe(), "");
      for (uint32_t i = 0; i < 8 * 64; ++i)
        EXPECT_EQ(out[i], (i / 256 * 4 + (i / 64 + 1) % 4) * 64 + i % 64);
    });
}

TEST(Cluster, EveryRemovalIsFound) {
  std::string text = makeExchange();
  SimKernel whole(text, makeOptions(), hopper);
  ASSERT_EQ(whole.module->syncSites().size(), 4u);
  for (int site = 0; site < 4; ++site) {
    Options options = makeOptions();
    options.removeSync = site;
    runAll(text, options,
           [&](SimKernel &kernel, const uint32_t *) { EXPECT_NE(kernel.describe(), "") << site; });
  }
  runAll(makeExchange("", sync), makeOptions(), [](SimKernel &kernel, const uint32_t *) {
    EXPECT_TRUE(kernel.has(Kind::Race) || kernel.has(Kind::Uninitialised));
  });
  // A block that ends takes its memory along.
  runAll(makeExchange(sync, ""), makeOptions(), [](SimKernel &kernel, const uint32_t *) {
    EXPECT_TRUE(kernel.has(Kind::Race) || kernel.has(Kind::Protocol)) << kernel.describe();
  });
}

TEST(Cluster, RelaxedArrivalCarriesNothing) {
  std::string relaxed = "call void @llvm.nvvm.barrier.cluster.arrive.relaxed.aligned()\n"
                        "call void @llvm.nvvm.barrier.cluster.wait.aligned()\n";
  runAll(makeExchange(relaxed), makeOptions(),
         [](SimKernel &kernel, const uint32_t *) { EXPECT_TRUE(kernel.has(Kind::Race)); });
}

TEST(Cluster, WrongUseIsFound) {
  auto expect = [](const std::string &text, Kind kind, const std::string &words) {
    runAll(text, makeOptions(), [&](SimKernel &kernel, const uint32_t *) {
      EXPECT_TRUE(kernel.has(kind)) << kernel.describe();
      EXPECT_NE(kernel.describe().find(words), std::string::npos) << kernel.describe();
    });
  };
  expect(makeExchange("call void @llvm.nvvm.barrier.cluster.wait.aligned()\n"), Kind::Protocol,
         "where it has not arrived");
  expect(makeExchange("call void @llvm.nvvm.barrier.cluster.arrive.aligned()\n" + sync),
         Kind::Protocol, "again without a wait");
  expect(makeExchange("%isOdd = trunc i32 %block to i1\nbr i1 %isOdd, label %odd, label %even\n"
                      "odd:\n" +
                      sync + "br label %even\neven:\n"),
         Kind::Race, "nothing orders");
  std::string wrong = makeExchange();
  wrong.replace(wrong.find("i32 %next)"), 10, "i32 4)");
  expect(wrong, Kind::Protocol, "asks for block 4 of a cluster of 4");
  std::string outside = makeExchange();
  outside.replace(outside.find("@s, i32 %tid"), 12, "@s, i32 999");
  expect(outside, Kind::OutOfBounds, "shared memory");
}

/// All blocks add to a word of block 0 and arrive at its barrier.
std::string makeGather(const std::string &fence, const std::string &barrier) {
  return makeKernel("ptr addrspace(1) %out", R"(
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %isFirst = icmp eq i32 %tid, 0
  br i1 %isFirst, label %first, label %begin
first:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 256)
)" + fence + R"(
  br label %begin
begin:
)" + barrier + R"(
  %at = shl i32 %rank, 6
  %index = add i32 %at, %tid
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %index
  %far = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) %p, i32 0)
  %farBar = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @bar, i32 0)
  store i32 %index, ptr addrspace(7) %far, align 4
  call void @llvm.nvvm.mbarrier.arrive.scope.cluster.space.cluster(ptr addrspace(7) %farBar, i32 1)
  %isZero = icmp eq i32 %rank, 0
  br i1 %isZero, label %wait, label %end
wait:
  %over = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta(ptr addrspace(3) @bar, i32 0)
  br i1 %over, label %read, label %wait
read:
  %mirror = sub i32 255, %tid
  %from = getelementptr i32, ptr addrspace(3) @s, i32 %mirror
  %v = load i32, ptr addrspace(3) %from, align 4
  %first4 = shl i32 %block, 6
  %flat = add i32 %first4, %tid
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %flat
  store i32 %v, ptr addrspace(1) %q, align 4
  br label %end
end:)",
                    declarations);
}

TEST(Cluster, ArrivesAtBarriersOfOtherBlocks) {
  std::string fence = "call void @llvm.nvvm.fence.mbarrier_init.release.cluster()\n";
  std::string relaxed = "call void @llvm.nvvm.barrier.cluster.arrive.relaxed.aligned()\n"
                        "call void @llvm.nvvm.barrier.cluster.wait.aligned()\n";
  for (const std::string &text : {makeGather(fence, relaxed), makeGather("", sync)})
    runAll(text, makeOptions(), [](SimKernel &kernel, const uint32_t *out) {
      EXPECT_EQ(kernel.describe(), "");
      for (uint32_t i = 0; i < 64; ++i) {
        EXPECT_EQ(out[i], 255 - i);
        EXPECT_EQ(out[256 + i], 255 - i);
      }
    });
  runAll(makeGather("", relaxed), makeOptions(), [](SimKernel &kernel, const uint32_t *) {
    EXPECT_TRUE(kernel.has(Kind::Race)) << "no fence behind the init";
  });
  std::string block = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";
  runAll(makeGather(fence, block), makeOptions(), [](SimKernel &kernel, const uint32_t *) {
    EXPECT_TRUE(kernel.has(Kind::Race) || kernel.has(Kind::Protocol)) << "a barrier too small";
  });
}

/// Each block sends 256 bytes into the upper half of @s of the other, whose barrier counts them.
std::string makeSend(const std::string &fence, const std::string &wait, const std::string &end) {
  return makeKernel("ptr addrspace(1) %out", R"(
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %other = xor i32 %rank, 1
  %isFirst = icmp eq i32 %tid, 0
  %first4 = shl i32 %block, 6
  %flat = add i32 %first4, %tid
  br i1 %isFirst, label %first, label %begin
first:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  br label %begin
begin:
)" + sync + R"(
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %tid
  store i32 %flat, ptr addrspace(3) %p, align 4
)" + fence + R"(
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  br i1 %isFirst, label %send, label %look
send:
  %state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @bar, i32 256)
  %high = getelementptr i8, ptr addrspace(3) @s, i32 512
  %far = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) %high, i32 %other)
  %farBar7 = call ptr addrspace(7) @llvm.nvvm.mapa.shared.cluster(ptr addrspace(3) @bar, i32 %other)
  %farBits = ptrtoint ptr addrspace(7) %farBar7 to i64
  %farBar = inttoptr i64 %farBits to ptr addrspace(3)
  call void @llvm.nvvm.cp.async.bulk.shared.cta.to.cluster(ptr addrspace(7) %far, ptr addrspace(3) %farBar, ptr addrspace(3) @s, i32 256)
  br label %look
look:
)" + wait + R"(
  br i1 %over, label %read, label %look
read:
  %from = getelementptr i8, ptr addrspace(3) %p, i32 512
  %v = load i32, ptr addrspace(3) %from, align 4
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %flat
  store i32 %v, ptr addrspace(1) %q, align 4
)" + end,
                    std::string(declarations) + R"(
declare void @llvm.nvvm.fence.proxy.async.shared_cta()
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.shared.cta.to.cluster(ptr addrspace(7), ptr addrspace(3), ptr addrspace(3), i32)
)");
}

TEST(Cluster, SendsBytes) {
  std::string fence = "call void @llvm.nvvm.fence.proxy.async.shared_cta()\n";
  std::string wait = "%over = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta("
                     "ptr addrspace(3) @bar, i32 0)\n";
  auto run = [](const std::string &text, bool isRight) {
    SimKernel kernel(text, makeOptions(), hopper);
    for (Schedule schedule : allSchedules)
      for (AsyncCopies copies : allCopies) {
        uint32_t *out = kernel.upload(std::vector<uint32_t>(4 * 64));
        kernel.module->setSchedule(5, schedule, copies);
        kernel.run("k", {{4}, {64}, {2}}, {&out});
        EXPECT_EQ(kernel.describe().empty(), isRight) << kernel.describe();
        for (uint32_t i = 0; i < 4 * 64 && isRight; ++i)
          EXPECT_EQ(out[i], i ^ 64);
      }
  };
  run(makeSend(fence, wait, sync), true);
  run(makeSend("", wait, sync), false);
  run(makeSend(fence, "%over = icmp eq i32 0, 0\n", sync), false);
}

/// Block 0 of each cluster loads for both; who waits for its own barrier may leave.
TEST(Cluster, MulticastOfBytes) {
  auto make = [](const std::string &mask, const std::string &wait) {
    return makeKernel("ptr addrspace(1) %out, ptr addrspace(1) %in",
                      R"(
  %rank = call i32 @llvm.nvvm.read.ptx.sreg.cluster.ctarank()
  %isFirst = icmp eq i32 %tid, 0
  %isZero = icmp eq i32 %rank, 0
  %isLoader = and i1 %isFirst, %isZero
  br i1 %isFirst, label %first, label %begin
first:
  call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 1)
  call void @llvm.nvvm.fence.mbarrier_init.release.cluster()
  %state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3) @bar, i32 256)
  br label %begin
begin:
)" + sync + R"(
  br i1 %isLoader, label %load, label %look
load:
  %to = addrspacecast ptr addrspace(3) @s to ptr addrspace(7)
  call void @llvm.nvvm.cp.async.bulk.global.to.shared.cluster(ptr addrspace(7) %to, ptr addrspace(3) @bar, ptr addrspace(1) %in, i32 256, i16 )" +
                          mask + R"(, i64 0, i1 true, i1 false)
  br label %look
look:
)" + wait + R"(
  br i1 %over, label %read, label %look
read:
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %tid
  %v = load i32, ptr addrspace(3) %p, align 4
  %first4 = shl i32 %block, 6
  %flat = add i32 %first4, %tid
  %q = getelementptr i32, ptr addrspace(1) %out, i32 %flat
  store i32 %v, ptr addrspace(1) %q, align 4)",
                      std::string(declarations) + R"(
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.global.to.shared.cluster(ptr addrspace(7), ptr addrspace(3), ptr addrspace(1), i32, i16, i64, i1, i1)
)");
  };
  std::string wait = "%over = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cluster.space.cta("
                     "ptr addrspace(3) @bar, i32 0)\n";
  auto run = [](const std::string &text, const std::string &words) {
    SimKernel kernel(text, makeOptions(), hopper);
    for (Schedule schedule : allSchedules)
      for (AsyncCopies copies : allCopies) {
        std::vector<uint32_t> in(64);
        for (uint32_t i = 0; i < 64; ++i)
          in[i] = i * 5;
        uint32_t *from = kernel.upload(in), *out = kernel.upload(std::vector<uint32_t>(4 * 64));
        kernel.module->setSchedule(5, schedule, copies);
        kernel.run("k", {{4}, {64}, {2}}, {&out, &from});
        if (words.empty()) {
          EXPECT_EQ(kernel.describe(), "");
          for (uint32_t i = 0; i < 4 * 64; ++i)
            EXPECT_EQ(out[i], i % 64 * 5);
        }
        EXPECT_NE(kernel.describe().find(words), std::string::npos) << kernel.describe();
      }
  };
  run(make("3", wait), "");
  run(make("1", wait), "deadlock");
  run(make("7", wait), "blocks that the cluster does not have");
  run(make("3", "%over = icmp eq i32 0, 0\n"), "race");
}

} // namespace
