// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts of assembly that stand where there is no intrinsic, as MLIR and people write them.
#include "SimKernel.h"
#include "compiler/sim/TensorMap.h"

#include <functional>
#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};

std::string call(const std::string &text, const std::string &constraints,
                 const std::string &operands, const std::string &result = "void") {
  return "call " + result + " asm sideeffect \"" + text + "\", \"" + constraints + "\"(" +
         operands + ") convergent\n";
}

struct Texts {
  std::string init, fence, arrive, wait;
};

/// Warp 0 hands its numbers to warp 1 by a barrier that thread 0 initialises.
std::string makeHandover(const Texts &texts) {
  return makeKernel("ptr addrspace(1) %out",
                    "%isFirst = icmp eq i32 %tid, 0\n%isLow = icmp ult i32 %tid, 32\n"
                    "%slot = and i32 %tid, 31\n"
                    "%p = getelementptr i32, ptr addrspace(3) @s, i32 %slot\n"
                    "%q = getelementptr i32, ptr addrspace(1) %out, i32 %slot\n"
                    "%bar32 = ptrtoint ptr addrspace(3) @bar to i32\n" +
                        texts.init + texts.fence +
                        "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
                        "br i1 %isLow, label %low, label %high\nlow:\n"
                        "store i32 %tid, ptr addrspace(3) %p, align 4\n" +
                        texts.arrive + "br label %end\nhigh:\n" + texts.wait +
                        "%v = load i32, ptr addrspace(3) %p, align 4\n"
                        "store i32 %v, ptr addrspace(1) %q, align 4\nbr label %end\nend:",
                    "@bar = internal addrspace(3) global i64 undef, align 8\n");
}

const Texts lowered{
    call("@$2 mbarrier.init.shared.b64 [$0], $1;", "r,r,b", "i32 %bar32, i32 32, i1 %isFirst"),
    call("fence.mbarrier_init.release.cluster;", "~{memory}", ""),
    call("mbarrier.arrive.shared.b64 _, [$0];", "r", "i32 %bar32"),
    call("{\\0A\\09.reg .pred       P1;\\0A\\09LAB_WAIT:\\0A\\09"
         "mbarrier.try_wait.parity.shared.b64 P1, [$0], $1, $2;\\0A\\09@P1 bra.uni DONE;\\0A\\09"
         "bra.uni     LAB_WAIT;\\0A\\09DONE:\\0A\\09}",
         "r,r,r", "i32 %bar32, i32 0, i32 1000")};

void runHandover(const std::string &text,
                 const std::function<void(SimKernel &, uint32_t *)> &check) {
  SimKernel kernel(text, makeOptions(), hopper);
  for (Schedule schedule : allSchedules) {
    uint32_t *out = kernel.upload(std::vector<uint32_t>(32, 99));
    kernel.module->setSchedule(2, schedule, AsyncCopies::Mixed);
    kernel.run("k", {{1}, {64}, {}}, {&out});
    check(kernel, out);
  }
}

TEST(Asm, HandsOver) {
  auto isRight = [](SimKernel &kernel, uint32_t *out) {
    EXPECT_EQ(kernel.describe(), "");
    for (uint32_t i = 0; i < 32; ++i)
      EXPECT_EQ(out[i], i);
  };
  runHandover(makeHandover(lowered), isRight);
  // Written by hand: a look that gives a word, in a loop of its own, and counts as numbers.
  Texts written = lowered;
  written.init = "br i1 %isFirst, label %first, label %begin\nfirst:\n" +
                 call("mbarrier.init.shared::cta.b64 [$0], 32;", "r", "i32 %bar32") +
                 "br label %begin\nbegin:\n";
  written.fence = call("fence.proxy.async.shared::cta;", "~{memory}", "");
  written.arrive = call("mbarrier.arrive.shared::cta.b64 _, [$0], 1;", "r", "i32 %bar32");
  written.wait = "br label %look\nlook:\n%over = " +
                 call("{ .reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [$1], $2; "
                      "selp.b32 $0, 1, 0, p; }",
                      "=r,r,r", "i32 %bar32, i32 0", "i32") +
                 "%isOver = icmp ne i32 %over, 0\nbr i1 %isOver, label %read, label %look\nread:\n";
  runHandover(makeHandover(written), isRight);
}

TEST(Asm, GuardsHold) {
  // Without its guard every thread initialises.
  Texts all = lowered;
  all.init = call("mbarrier.init.shared.b64 [$0], $1;", "r,r", "i32 %bar32, i32 32");
  runHandover(makeHandover(all), [](SimKernel &kernel, uint32_t *) {
    EXPECT_NE(kernel.describe().find("again, which is in use"), std::string::npos);
  });
  Texts none = lowered;
  none.init =
      call("@$2 mbarrier.init.shared.b64 [$0], $1;", "r,r,b", "i32 %bar32, i32 32, i1 false");
  runHandover(makeHandover(none), [](SimKernel &kernel, uint32_t *) {
    EXPECT_NE(kernel.describe().find("which nobody initialised"), std::string::npos);
  });
}

TEST(Asm, CanBeLeftOut) {
  SimKernel whole(makeHandover(lowered), makeOptions(), hopper);
  const std::vector<SyncSite> &sites = whole.module->syncSites();
  ASSERT_EQ(sites.size(), 4u); // fence, barrier, arrive, wait
  for (int site : {2, 3}) {
    Options options = makeOptions();
    options.removeSync = site;
    SimKernel kernel(makeHandover(lowered), options, hopper);
    uint32_t *out = kernel.upload(std::vector<uint32_t>(32));
    kernel.run("k", {{1}, {64}, {}}, {&out});
    EXPECT_TRUE(kernel.has(site == 2 ? Kind::Deadlock : Kind::Race)) << kernel.describe();
  }
}

/// A tile of 16 x 8 words comes in and goes out two columns on.
TEST(Asm, CopiesOfTiles) {
  std::string body = "%isFirst = icmp eq i32 %tid, 0\n"
                     "%s32 = ptrtoint ptr addrspace(3) @s to i32\n"
                     "%bar32 = ptrtoint ptr addrspace(3) @bar to i32\n" +
                     lowered.init + lowered.fence +
                     "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";
  body += call("@$2 mbarrier.arrive.expect_tx.shared.b64 _, [$0], $1;", "r,r,b",
               "i32 %bar32, i32 512, i1 %isFirst");
  body += call("@$5 cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes "
               "[$0], [$1, {$2,$3} ], [$4];",
               "r,l,r,r,r,b", "i32 %s32, ptr %in, i32 0, i32 1, i32 %bar32, i1 %isFirst");
  body += lowered.wait;
  body += call("@$4 cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [$0, {$2, $3} ], [$1];",
               "l,r,r,r,b", "ptr %out, i32 %s32, i32 2, i32 0, i1 %isFirst");
  body += call("cp.async.bulk.commit_group;", "", "");
  body += call("cp.async.bulk.wait_group 0;", "", "");
  size_t count = body.find("i32 32");
  body.replace(count, 6, "i32 1");
  SimKernel kernel(makeKernel("ptr byval([128 x i8]) align 64 %in, "
                              "ptr byval([128 x i8]) align 64 %out",
                              body, "@bar = internal addrspace(3) global i64 undef, align 8\n"),
                   makeOptions(), hopper);
  std::vector<uint32_t> words(16 * 9);
  for (uint32_t i = 0; i < words.size(); ++i)
    words[i] = i;
  uint32_t *from = kernel.upload(words), *to = kernel.upload(std::vector<uint32_t>(16 * 8, 7));
  const uint64_t sizes[] = {16, 9}, smaller[] = {16, 8}, strides[] = {64};
  const uint32_t box[] = {16, 8};
  TensorMap in = llvm::cantFail(encodeTiled({TensorElement::U32, from, sizes, strides, box}));
  TensorMap out = llvm::cantFail(encodeTiled({TensorElement::U32, to, smaller, strides, box}));
  kernel.run("k", {{1}, {32}, {}}, {&in, &out});
  EXPECT_EQ(kernel.describe(), "");
  for (uint32_t i = 0; i < 128; ++i)
    EXPECT_EQ(to[i], i % 16 < 2 ? 7 : i + 16 - 2) << i;
}

TEST(Asm, WhatIsOtherwiseIsRefused) {
  for (const char *text : {"mbarrier.init.shared.b64 [$0], $1, $1;", "mbarrier.init.b32 [$0], $1;",
                           "wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {$0}, $1, p, 1, 1;",
                           "fence.proxy.alias;"}) {
    std::string body =
        "%b = ptrtoint ptr addrspace(3) @s to i32\n" + call(text, "r,r", "i32 %b, i32 1");
    auto module =
        Module::load(llvm::MemoryBufferRef(makeKernel("", body), "k.ll"), hopper, makeOptions());
    ASSERT_FALSE(module);
    std::string message = llvm::toString(module.takeError());
    EXPECT_NE(message.find(std::string(text).substr(0, std::string(text).size() - 1)),
              std::string::npos)
        << message;
  }
}

} // namespace
