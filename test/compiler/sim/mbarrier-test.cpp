// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mbarrier: what threads hand over by it, and each way to use it wrongly.
#include "SimKernel.h"

#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};

const char *declarations = R"(
@bar = internal addrspace(3) global [4 x i64] undef, align 8
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3))
declare i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3))
declare i64 @llvm.nvvm.mbarrier.arrive.drop.shared(ptr addrspace(3))
declare i64 @llvm.nvvm.mbarrier.arrive.noComplete.shared(ptr addrspace(3), i32)
declare i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta(ptr addrspace(3), i32)
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.mbarrier.complete.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i32 @llvm.nvvm.mbarrier.pending.count(i64)
declare i1 @llvm.nvvm.mbarrier.test.wait.shared(ptr addrspace(3), i64)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.test.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
)";

struct Handover {
  std::string init = "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 32)\n";
  std::string sync = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";
  std::string arrive =
      "%state = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @bar)\n";
  std::string wait = "%over = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta("
                     "ptr addrspace(3) @bar, i32 0)\n";

  /// Warp 0 writes its lanes' numbers, warp 1 reads them.
  std::string make() const {
    return makeKernel("ptr addrspace(1) %out",
                      "%slot = and i32 %tid, 31\n"
                      "%p = getelementptr i32, ptr addrspace(3) @s, i32 %slot\n"
                      "%q = getelementptr i32, ptr addrspace(1) %out, i32 %slot\n"
                      "%isFirst = icmp eq i32 %tid, 0\n%isLow = icmp ult i32 %tid, 32\n"
                      "br i1 %isFirst, label %first, label %begin\nfirst:\n" +
                          init + "br label %begin\nbegin:\n" + sync +
                          "br i1 %isLow, label %low, label %high\nlow:\n"
                          "store i32 %tid, ptr addrspace(3) %p, align 4\n" +
                          arrive + "br label %end\nhigh:\n" + wait +
                          "br i1 %over, label %read, label %high\nread:\n"
                          "%v = load i32, ptr addrspace(3) %p, align 4\n"
                          "store i32 %v, ptr addrspace(1) %q, align 4\nbr label %end\nend:",
                      declarations);
  }
};

/// What stands in the reports of every schedule.
void expectInEverySchedule(const std::string &text, Kind kind, const std::string &words = "") {
  Options options = makeOptions();
  options.livelockYields = 20000;
  SimKernel kernel(text, options, hopper);
  for (Schedule schedule : allSchedules)
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      uint32_t *out = kernel.upload(std::vector<uint32_t>(64));
      kernel.module->setSchedule(seed, schedule, AsyncCopies::Mixed);
      kernel.run("k", {{1}, {64}, {}}, {&out});
      EXPECT_TRUE(kernel.has(kind)) << static_cast<int>(schedule) << "\n" << kernel.describe();
      EXPECT_NE(kernel.describe().find(words), std::string::npos) << kernel.describe();
    }
}

void expectRight(const std::string &text, uint32_t (*expected)(uint32_t)) {
  SimKernel kernel(text, makeOptions(), hopper);
  for (Schedule schedule : allSchedules)
    for (uint64_t seed = 1; seed <= 8; ++seed) {
      uint32_t *out = kernel.upload(std::vector<uint32_t>(64));
      kernel.module->setSchedule(seed, schedule, AsyncCopies::Mixed);
      kernel.run("k", {{1}, {64}, {}}, {&out});
      EXPECT_EQ(kernel.describe(), "");
      for (uint32_t i = 0; i < 32; ++i)
        EXPECT_EQ(out[i], expected(i));
    }
}

TEST(Mbarrier, HandsOver) {
  Handover right;
  expectRight(right.make(), [](uint32_t i) { return i; });
  Handover test = right;
  test.wait = "%over = call i1 @llvm.nvvm.mbarrier.test.wait.parity.scope.cta.space.cta("
              "ptr addrspace(3) @bar, i32 0)\n";
  expectRight(test.make(), [](uint32_t i) { return i; });
  Handover bytes = right;
  bytes.init = "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 32)\n"
               "call void @llvm.nvvm.mbarrier.expect.tx.scope.cta.space.cta("
               "ptr addrspace(3) @bar, i32 128)\n";
  bytes.arrive += "call void @llvm.nvvm.mbarrier.complete.tx.scope.cta.space.cta("
                  "ptr addrspace(3) @bar, i32 4)\n";
  expectRight(bytes.make(), [](uint32_t i) { return i; });
}

TEST(Mbarrier, LooksOnceAtATime) {
  // One thread waits for its own later arrival: a wait may not block for good.
  Handover alone;
  alone.init =
      "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 1)\n"
      "%early = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta("
      "ptr addrspace(3) @bar, i32 0)\n"
      "%e = zext i1 %early to i32\n"
      "%n = call i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta("
      "ptr addrspace(3) @bar, i32 1)\n"
      "%late = call i1 @llvm.nvvm.mbarrier.test.wait.shared(ptr addrspace(3) @bar, i64 %n)\n"
      "%l = zext i1 %late to i32\n%l2 = shl i32 %l, 1\n%both = or i32 %e, %l2\n"
      "store i32 %both, ptr addrspace(1) %out, align 4\n";
  alone.arrive = "";
  alone.wait = "%over = icmp eq i32 0, 1\nbr label %end\nunused:\n";
  expectRight(alone.make(), [](uint32_t i) { return i ? 0u : 2u; });
}

TEST(Mbarrier, CountsWhatIsPending) {
  Handover count;
  count.init = "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 7)\n"
               "%a = call i64 @llvm.nvvm.mbarrier.arrive.noComplete.shared(ptr addrspace(3) @bar, "
               "i32 4)\n"
               "%b = call i64 @llvm.nvvm.mbarrier.arrive.drop.shared(ptr addrspace(3) @bar)\n"
               "%c = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @bar)\n"
               "%d = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @bar)\n"
               "%e = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @bar)\n"
               "%n = call i32 @llvm.nvvm.mbarrier.pending.count(i64 %e)\n"
               "store i32 %n, ptr addrspace(1) %out, align 4\n"
               "call void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3) @bar)\n";
  count.arrive = "";
  count.wait = "%over = icmp eq i32 0, 1\nbr label %end\nunused:\n";
  // Seven arrivals end the first phase; of the second, which needs six, this is the first.
  expectRight(count.make(), [](uint32_t i) { return i ? 0u : 6u; });
}

/// Warp 0 copies words with cp.async and arrives when they have landed.
TEST(Mbarrier, ArrivesBehindCopies) {
  Handover right;
  right.arrive = "%from = getelementptr i32, ptr addrspace(1) %out, i32 %tid\n"
                 "%in = getelementptr i32, ptr addrspace(1) %from, i32 32\n"
                 "call void @llvm.nvvm.cp.async.ca.shared.global.4(ptr addrspace(3) %p, "
                 "ptr addrspace(1) %in)\n"
                 "call void @llvm.nvvm.cp.async.mbarrier.arrive.noinc.shared(ptr addrspace(3) "
                 "@bar)\n";
  std::string more = "declare void @llvm.nvvm.cp.async.ca.shared.global.4(ptr addrspace(3), "
                     "ptr addrspace(1))\n"
                     "declare void @llvm.nvvm.cp.async.mbarrier.arrive.noinc.shared("
                     "ptr addrspace(3))\n"
                     "declare void @llvm.nvvm.cp.async.mbarrier.arrive.shared(ptr addrspace(3))\n";
  Handover counted = right, plain = right;
  size_t noinc = counted.arrive.find(".noinc");
  counted.arrive.erase(noinc, 6);
  counted.arrive += "%state = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @bar)\n";
  // A plain arrival does not wait for the copy.
  plain.arrive = plain.arrive.substr(0, plain.arrive.find("call void @llvm.nvvm.cp.async.mb")) +
                 "%state = call i64 @llvm.nvvm.mbarrier.arrive.shared(ptr addrspace(3) @bar)\n";
  for (const Handover &handover : {right, counted, plain}) {
    std::string text = handover.make() + more;
    SimKernel kernel(text, makeOptions(), hopper);
    for (Schedule schedule : allSchedules)
      for (AsyncCopies copies : allCopies) {
        std::vector<uint32_t> words(64);
        for (uint32_t i = 0; i < 64; ++i)
          words[i] = i * i;
        uint32_t *out = kernel.upload(words);
        kernel.module->setSchedule(3, schedule, copies);
        kernel.run("k", {{1}, {64}, {}}, {&out});
        if (handover.arrive != plain.arrive) {
          EXPECT_EQ(kernel.describe(), "");
          EXPECT_EQ(out[9], 41u * 41u);
        } else {
          EXPECT_TRUE(kernel.has(Kind::Race)) << kernel.describe();
        }
      }
  }
}

TEST(Mbarrier, MissingPartsAreFound) {
  Handover noArrive, noWait, noInit, noSync;
  noArrive.arrive = "";
  expectInEverySchedule(noArrive.make(), Kind::Deadlock,
                        "32 threads in mbarrier.try.wait.parity.scope.cta.space.cta for parity 0 "
                        "of shared+1024, which has finished 0 phases and lacks 32 arrivals");
  noWait.wait = "%over = icmp eq i32 0, 0\n";
  expectInEverySchedule(noWait.make(), Kind::Race);
  noInit.init = "";
  expectInEverySchedule(noInit.make(), Kind::Protocol, "which nobody initialised");
  noSync.sync = "";
  SimKernel kernel(noSync.make(), makeOptions(), hopper);
  for (Schedule schedule : allSchedules) {
    uint32_t *out = kernel.upload(std::vector<uint32_t>(64));
    kernel.module->setSchedule(1, schedule, AsyncCopies::Mixed);
    kernel.run("k", {{1}, {64}, {}}, {&out});
    EXPECT_TRUE(kernel.has(Kind::Race) || kernel.has(Kind::Protocol)) << kernel.describe();
  }
}

TEST(Mbarrier, WrongNumbersAreFound) {
  Handover parity, more, fewer, bytes, many;
  parity.wait = "%over = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta("
                "ptr addrspace(3) @bar, i32 1)\n";
  SimKernel kernel(parity.make(), makeOptions(), hopper);
  for (Schedule schedule : allSchedules) {
    uint32_t *out = kernel.upload(std::vector<uint32_t>(64));
    kernel.module->setSchedule(1, schedule, AsyncCopies::Mixed);
    kernel.run("k", {{1}, {64}, {}}, {&out});
    // Too early it is over at once, too late never.
    EXPECT_TRUE(kernel.has(Kind::Race) || kernel.has(Kind::Deadlock)) << kernel.describe();
  }
  more.init = "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 33)\n";
  expectInEverySchedule(more.make(), Kind::Deadlock, "lacks 1 arrivals");
  fewer.init = "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 31)\n";
  expectInEverySchedule(fewer.make(), Kind::Race);
  many.arrive += "%more = call i64 @llvm.nvvm.mbarrier.arrive.scope.cta.space.cta("
                 "ptr addrspace(3) @bar, i32 32)\n";
  expectInEverySchedule(many.make(), Kind::Protocol, "arrives 32 times");
  bytes.arrive = "%state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta("
                 "ptr addrspace(3) @bar, i32 16)\n";
  expectInEverySchedule(bytes.make(), Kind::Deadlock, "and 512 bytes");
}

TEST(Mbarrier, WrongUseIsFound) {
  Handover overwritten, twice, ended, everybody;
  overwritten.init += "store i64 5, ptr addrspace(3) @bar, align 8\n";
  expectInEverySchedule(overwritten.make(), Kind::Protocol, "was overwritten");
  twice.init += twice.init;
  expectInEverySchedule(twice.make(), Kind::Protocol, "again, which is in use");
  ended.init += "call void @llvm.nvvm.mbarrier.inval.shared(ptr addrspace(3) @bar)\n";
  expectInEverySchedule(ended.make(), Kind::Protocol, "which nobody initialised");
  everybody.init = "";
  everybody.sync = Handover().init + Handover().sync;
  expectInEverySchedule(everybody.make(), Kind::Protocol, "again, which is in use");
}

TEST(Mbarrier, EveryRemovalIsFound) {
  std::string text = Handover().make();
  SimKernel whole(text, makeOptions(), hopper);
  ASSERT_EQ(whole.module->syncSites().size(), 3u); // barrier, arrive, wait
  for (int site = 0; site < 3; ++site) {
    Options options = makeOptions();
    options.removeSync = site;
    SimKernel kernel(text, options, hopper);
    for (Schedule schedule : allSchedules) {
      uint32_t *out = kernel.upload(std::vector<uint32_t>(64));
      kernel.module->setSchedule(1, schedule, AsyncCopies::Mixed);
      kernel.run("k", {{1}, {64}, {}}, {&out});
      EXPECT_NE(kernel.describe(), "") << site;
    }
  }
}

} // namespace
