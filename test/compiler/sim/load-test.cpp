// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What loading and launching refuse, and what the lint sees.
#include "SimKernel.h"

#include <gtest/gtest.h>

using namespace weft::sim;

namespace {

std::string getError(const std::string &text, const Options &options = makeOptions()) {
  auto module = Module::load(llvm::MemoryBufferRef(text, "kernel.ll"), {}, options);
  return module ? "" : llvm::toString(module.takeError());
}

std::string getLaunchError(SimKernel &kernel, const LaunchConfig &config,
                           std::vector<void *> arguments) {
  try {
    kernel.run("k", config, std::move(arguments));
  } catch (const std::exception &error) {
    return error.what();
  }
  return "";
}

TEST(Load, UnknownIntrinsicIsNamed) {
  std::string text = makeKernel("", "call void @llvm.nvvm.fence.proxy.alias()",
                                "declare void @llvm.nvvm.fence.proxy.alias()");
  EXPECT_NE(getError(text).find("llvm.nvvm.fence.proxy.alias"), std::string::npos);
}

TEST(Load, UnknownAssemblyIsQuoted) {
  EXPECT_NE(getError(makeKernel("", R"(call void asm sideeffect "mystery.op;", ""())"))
                .find("`mystery.op`"),
            std::string::npos);
}

TEST(Load, UnknownFunctionIsNamed) {
  EXPECT_NE(getError(makeKernel("", "call void @elsewhere()", "declare void @elsewhere()"))
                .find("the function elsewhere"),
            std::string::npos);
}

TEST(Load, TextThatDoesNotParse) { EXPECT_NE(getError("nonsense"), ""); }

TEST(Launch, RefusesWhatTheDriverRefuses) {
  SimKernel kernel(
      makeKernel("i32 %x", "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)"));
  int x = 0;
  EXPECT_NE(getLaunchError(kernel, {{1}, {2048}, {}}, {&x}), "");
  EXPECT_NE(getLaunchError(kernel, {{1}, {32}, {}}, {}), "");
  EXPECT_NE(getLaunchError(kernel, {{1}, {32}, {2}}, {&x}), "");
  LaunchConfig large{{1}, {32}, {}, 163 << 10};
  EXPECT_NE(getLaunchError(kernel, large, {&x}), "");
  LaunchConfig many{{1000}, {1024}, {}, 0, true};
  EXPECT_NE(getLaunchError(kernel, many, {&x}), "");
  EXPECT_EQ(getLaunchError(kernel, {{1}, {32}, {}}, {&x}), "");
}

TEST(Launch, RequiredBlockSize) {
  SimKernel kernel(readInput("reduce.ll"));
  float *x = nullptr;
  int tiles = 0;
  EXPECT_THROW(kernel.run("reduce", {{1}, {128}, {}}, {&x, &x, &tiles}), std::exception);
  const KernelInfo *info = kernel.module->kernelInfo("reduce");
  EXPECT_EQ(info->required.x, 256u);
  EXPECT_EQ(info->staticShared, 32u);
  EXPECT_EQ(info->parameters, 3u);
}

TEST(Lint, SeesWhatCanBeSeen) {
  SimKernel kernel(makeKernel("ptr addrspace(1) %x", R"(
  %old = atomicrmw add ptr addrspace(1) %x, i32 1 syncscope("device") acq_rel, align 4
  call void asm sideeffect "bar.arrive $0, $1;", "r,r"(i32 1, i32 64))"));
  std::string all;
  for (const Diagnostic &diagnostic : kernel.module->lint())
    all += diagnostic.text + "\n";
  EXPECT_NE(all.find("nvvm.reqntid"), std::string::npos);
  EXPECT_NE(all.find("drops the ordering"), std::string::npos);
  EXPECT_NE(all.find("not marked convergent"), std::string::npos);
  SimKernel clean(readInput("matmul.ll"));
  EXPECT_TRUE(clean.module->lint().empty());
}

std::string lintOf(const std::string &text, const Target &target = {}) {
  SimKernel kernel(text, makeOptions(), target);
  std::string all;
  for (const Diagnostic &diagnostic : kernel.module->lint())
    all += diagnostic.text + "\n";
  return all;
}

TEST(Lint, SharedMemory) {
  std::string store = "store i32 1, ptr addrspace(3) @t, align 4";
  auto make = [&](const std::string &global) { return makeKernel("", store, global + "\n"); };
  std::string internal = make("@t = internal addrspace(3) global [0 x i32] undef, align 16");
  EXPECT_NE(lintOf(internal).find("that is not external"), std::string::npos);
  std::string external = make("@t = external addrspace(3) global [0 x i32], align 16");
  EXPECT_EQ(lintOf(external).find("that is not external"), std::string::npos);
  std::string large = make("@t = internal addrspace(3) global [50000 x i32] undef, align 16");
  EXPECT_NE(lintOf(large).find("static shared memory of 201024 bytes"), std::string::npos);
  EXPECT_EQ(lintOf(large, {90, true}).find("static shared memory"), std::string::npos);
}

TEST(Lint, WhatTheTargetLacks) {
  std::string cluster = makeKernel("",
                                   "call void @llvm.nvvm.barrier.cluster.arrive()\n"
                                   "call void @llvm.nvvm.barrier.cluster.wait()",
                                   "declare void @llvm.nvvm.barrier.cluster.arrive()\n"
                                   "declare void @llvm.nvvm.barrier.cluster.wait()");
  EXPECT_NE(lintOf(cluster).find("barrier.cluster.wait needs sm_90; the target is sm_80"),
            std::string::npos);
  EXPECT_EQ(lintOf(cluster, {90, false}).find("needs"), std::string::npos);
  std::string specific = makeKernel("", "call void @llvm.nvvm.wgmma.fence.sync.aligned()",
                                    "declare void @llvm.nvvm.wgmma.fence.sync.aligned()");
  EXPECT_NE(lintOf(specific, {90, false}).find("needs sm_90a"), std::string::npos);
  EXPECT_NE(lintOf(specific, {100, true}).find("needs sm_90a"), std::string::npos);
  EXPECT_EQ(lintOf(specific, {90, true}).find("needs"), std::string::npos);
}

TEST(SyncSites, AreListedInOrder) {
  SimKernel kernel(readInput("matmul.ll"));
  const std::vector<SyncSite> &sites = kernel.module->syncSites();
  ASSERT_EQ(sites.size(), 5u);
  EXPECT_NE(sites[0].text.find("commit"), std::string::npos);
  EXPECT_NE(sites[2].text.find("wait"), std::string::npos);
  EXPECT_NE(sites[4].text.find("barrier"), std::string::npos);
}

} // namespace
