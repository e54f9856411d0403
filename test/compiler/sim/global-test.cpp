// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Races of one block's threads in device memory; beside each stands a kernel whose barrier orders
// the same accesses.
#include "SimKernel.h"

#include <gtest/gtest.h>

using namespace weft::sim;

namespace {

const std::string barrier = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";

/// Threads store to and load from a register's worth at `written` and `read`, in the order given.
std::string makeKernelOf(const std::string &order, const std::string &between,
                         const std::string &written, const std::string &read,
                         const std::string &type = "i32") {
  std::string store = "store " + type + " 0, ptr addrspace(1) %p, align 1\n",
              load = "%v = load " + type + ", ptr addrspace(1) %q, align 1\n";
  std::string narrow =
      type == "i32" ? "%w = add i32 %v, 0\n" : "%w = zext " + type + " %v to i32\n";
  return makeKernel("ptr addrspace(1) %x, ptr addrspace(1) %out",
                    "%far = xor i32 %tid, 64\n%next = xor i32 %tid, 1\n"
                    "%p = getelementptr " +
                        type + ", ptr addrspace(1) %x, i32 " + written + "\n%q = getelementptr " +
                        type + ", ptr addrspace(1) %x, i32 " + read +
                        "\n%o = getelementptr i32, ptr addrspace(1) %out, i32 %tid\n" +
                        (order == "store load" ? store + between + load : load + between + store) +
                        narrow + "store i32 %w, ptr addrspace(1) %o, align 4",
                    "declare void @llvm.nvvm.bar.warp.sync(i32)\n");
}

/// The races that each schedule finds, one a line; empty where none finds any.
std::vector<std::string> findRaces(const std::string &text) {
  std::vector<std::string> found;
  for (Schedule schedule : allSchedules) {
    Options options = makeOptions(3, schedule);
    options.globalRaces = true;
    SimKernel kernel(text, options);
    int32_t *x = kernel.upload(std::vector<int32_t>(129));
    int32_t *out = kernel.upload(std::vector<int32_t>(128));
    kernel.run("k", {{1}, {128}, {}}, {&x, &out});
    found.push_back(kernel.describe());
  }
  return found;
}

void expectRaces(const std::string &text, const std::string &what) {
  for (const std::string &found : findRaces(text))
    EXPECT_NE(found.find("race: " + what + " in device memory"), std::string::npos) << found;
}

void expectNone(const std::string &text) {
  for (const std::string &found : findRaces(text))
    EXPECT_EQ(found, "");
}

TEST(Global, AnotherWarpReadsWhatWasWritten) {
  // Which of both comes first is up to the schedule.
  for (const char *order : {"store load", "load store"}) {
    for (const std::string &found : findRaces(makeKernelOf(order, "", "%tid", "%far"))) {
      EXPECT_NE(found.find("race: a "), std::string::npos) << found;
      EXPECT_NE(found.find("store i32 0"), std::string::npos) << found;
      EXPECT_NE(found.find("%v = load i32"), std::string::npos) << found;
    }
    expectNone(makeKernelOf(order, barrier, "%tid", "%far"));
    expectNone(makeKernelOf(order, "", "%tid", "%tid"));
  }
}

TEST(Global, LanesOfOneWarp) {
  std::string sync = "call void @llvm.nvvm.bar.warp.sync(i32 -1)\n";
  for (const char *order : {"store load", "load store"}) {
    for (const std::string &found : findRaces(makeKernelOf(order, "", "%tid", "%next")))
      EXPECT_NE(found.find("race: a "), std::string::npos) << found;
    expectNone(makeKernelOf(order, sync, "%tid", "%next"));
    // Lanes of another warp are not ordered by it.
    for (const std::string &found : findRaces(makeKernelOf(order, sync, "%tid", "%far")))
      EXPECT_NE(found.find("race: a "), std::string::npos) << found;
  }
}

TEST(Global, AllReadAndOneWrites) {
  for (const std::string &found : findRaces(makeKernelOf("load store", "", "0", "0")))
    EXPECT_NE(found.find("race: a "), std::string::npos) << found;
  expectRaces(makeKernelOf("load store", barrier, "0", "0"), "two writes");
}

TEST(Global, NeighboursAreApart) {
  // Bytes and halves of one word, each of its own thread.
  for (const char *type : {"i8", "i16"}) {
    expectNone(makeKernelOf("store load", "", "%tid", "%tid", type));
    for (const std::string &found :
         findRaces(makeKernelOf("store load", "", "%tid", "%next", type)))
      EXPECT_NE(found.find("race: a "), std::string::npos) << found;
  }
}

TEST(Global, NarrowBesideWide) {
  // A word is written, then one of its bytes by another: what was known of the word is known of it.
  auto make = [](const std::string &between) {
    return makeKernel("ptr addrspace(1) %x, ptr addrspace(1) %out",
                      "%p = getelementptr i32, ptr addrspace(1) %x, i32 %tid\n"
                      "store i32 1, ptr addrspace(1) %p, align 4\n" +
                          between +
                          "%far = xor i32 %tid, 64\n%byte = shl i32 %far, 2\n"
                          "%last = add i32 %byte, 3\n"
                          "%q = getelementptr i8, ptr addrspace(1) %x, i32 %last\n"
                          "store i8 1, ptr addrspace(1) %q, align 1");
  };
  expectRaces(make(""), "two writes");
  expectNone(make(barrier));
}

TEST(Global, TilesThatMove) {
  // Each round works one element further: it meets what another thread did in the round before.
  auto make = [](const std::string &between) {
    auto work = [](const std::string &name, const std::string &at) {
      return "%p" + name + " = getelementptr i32, ptr addrspace(1) %x, i32 " + at + "\n%v" + name +
             " = load i32, ptr addrspace(1) %p" + name + ", align 4\n%w" + name + " = add i32 %v" +
             name + ", 1\nstore i32 %w" + name + ", ptr addrspace(1) %p" + name + ", align 4\n";
    };
    return makeKernel("ptr addrspace(1) %x, ptr addrspace(1) %out",
                      "%more = add i32 %tid, 1\n" + work("0", "%tid") + between +
                          work("1", "%more"));
  };
  for (const std::string &found : findRaces(make("")))
    EXPECT_NE(found.find("race: a "), std::string::npos) << found;
  expectNone(make(barrier));
}

TEST(Global, StopsAtTheFirst) {
  Options options = makeOptions();
  options.globalRaces = options.stopAtFirst = true;
  SimKernel kernel(makeKernelOf("store load", "", "%tid", "%far"), options);
  int32_t *x = kernel.upload(std::vector<int32_t>(128));
  int32_t *out = kernel.upload(std::vector<int32_t>(128));
  LaunchStats stats = kernel.run("k", {{64}, {128}, {}}, {&x, &out});
  EXPECT_FALSE(kernel.diagnostics.empty());
  EXPECT_LT(stats.accesses, 3u * 2 * 128);
}

} // namespace
