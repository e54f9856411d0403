// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bulk copies: where each element of a tile goes, who waits for whom, and what must be found.
#include "SimKernel.h"
#include "compiler/sim/FloatBits.h"
#include "compiler/sim/TensorMap.h"

#include <functional>
#include <gtest/gtest.h>

using namespace weft::sim;
using Kind = Diagnostic::Kind;

namespace {

const Target hopper{90, true};
constexpr unsigned sharedBytes = 8192;

const std::string common = R"(
@bar = internal addrspace(3) global i64 undef, align 8
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare void @llvm.nvvm.fence.mbarrier_init.release.cluster()
declare void @llvm.nvvm.fence.proxy.async.shared_cta()
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.commit.group()
declare void @llvm.nvvm.cp.async.bulk.wait.group(i32)
declare void @llvm.nvvm.cp.async.bulk.wait.group.read(i32)
declare void @llvm.nvvm.cp.async.bulk.global.to.shared.cta(ptr addrspace(3), ptr addrspace(3), ptr addrspace(1), i32, i64, i1)
declare void @llvm.nvvm.cp.async.bulk.shared.cta.to.global(ptr addrspace(1), ptr addrspace(3), i32, i64, i1)
)";

std::string repeat(size_t count, const std::string &word) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += ", " + word;
  return text;
}

std::string list(const std::vector<int> &coordinates) {
  std::string text;
  for (int at : coordinates)
    text += ", i32 " + std::to_string(at);
  return text;
}

struct Load {
  std::string init = "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) @bar, i32 1)\n"
                     "call void @llvm.nvvm.fence.mbarrier_init.release.cluster()\n";
  std::string sync = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";
  std::string expect, copy;
  std::string wait = "%over = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta("
                     "ptr addrspace(3) @bar, i32 0)\n";
  std::string declarations = common;

  /// Thread 0 loads a tile or bytes, 64 threads copy all of @s to %out.
  std::string make() const {
    return makeKernel("ptr byval([128 x i8]) align 64 %map, ptr addrspace(1) %in, "
                      "ptr addrspace(1) %out",
                      "%isFirst = icmp eq i32 %tid, 0\n"
                      "br i1 %isFirst, label %first, label %begin\nfirst:\n" +
                          init + "br label %begin\nbegin:\n" + sync +
                          "br i1 %isFirst, label %issue, label %look\nissue:\n" + expect + copy +
                          "br label %look\nlook:\n" + wait +
                          "br i1 %over, label %loop, label %look\nloop:\n"
                          "%i = phi i32 [ %tid, %look ], [ %next, %loop ]\n"
                          "%p = getelementptr i32, ptr addrspace(3) @s, i32 %i\n"
                          "%q = getelementptr i32, ptr addrspace(1) %out, i32 %i\n"
                          "%v = load i32, ptr addrspace(3) %p, align 4\n"
                          "store i32 %v, ptr addrspace(1) %q, align 4\n"
                          "%next = add i32 %i, 64\n%more = icmp ult i32 %next, " +
                          std::to_string(sharedBytes / 4) +
                          "\nbr i1 %more, label %loop, label %end\nend:",
                      declarations, sharedBytes);
  }

  void expectBytes(uint64_t bytes) {
    expect = "%state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta("
             "ptr addrspace(3) @bar, i32 " +
             std::to_string(bytes) + ")\n";
  }

  void loadTile(const std::vector<int> &coordinates) {
    std::string name =
        "llvm.nvvm.cp.async.bulk.tensor.g2s.cta.tile." + std::to_string(coordinates.size()) + "d";
    declarations = common + "declare void @" + name + "(ptr addrspace(3), ptr addrspace(3), ptr" +
                   repeat(coordinates.size(), "i32") + ", i64, i1)\n";
    copy = "call void @" + name + "(ptr addrspace(3) @s, ptr addrspace(3) @bar, ptr %map" +
           list(coordinates) + ", i64 0, i1 false)\n";
  }
};

const uint64_t sizes[] = {40, 12, 6, 4, 3};

/// Elements count up; each dimension has its own stride, larger than needed.
struct Tensor {
  explicit Tensor(SimKernel &kernel, size_t rank) : rank(rank) {
    uint64_t stride = 48 * 2;
    for (size_t i = 1; i < rank; ++i) {
      strides.push_back(stride);
      stride *= sizes[i] + 1;
    }
    std::vector<uint16_t> elements(stride);
    for (size_t i = 0; i < elements.size(); ++i)
      elements[i] = static_cast<uint16_t>(i * 7 + 1);
    data = kernel.upload(elements);
  }

  TensorMap encode(const std::vector<uint32_t> &box, Swizzle mode) const {
    return llvm::cantFail(encodeTiled(
        {TensorElement::BF16, data, llvm::ArrayRef<uint64_t>(sizes, rank), strides, box, mode}));
  }

  uint16_t get(const std::vector<int> &at) const {
    uint64_t offset = 0;
    for (size_t i = 0; i < rank; ++i) {
      if (at[i] < 0 || at[i] >= static_cast<int>(sizes[i]))
        return 0;
      offset += static_cast<uint64_t>(at[i]) * (i ? strides[i - 1] : 2);
    }
    return data[offset / 2];
  }

  size_t rank;
  std::vector<uint64_t> strides;
  uint16_t *data;
};

/// Where chunk `chunk` of 16 bytes of row `row` of a box goes, rows as wide as the swizzle.
uint64_t getChunk(uint64_t row, uint64_t chunk, Swizzle mode) {
  switch (mode) {
  case Swizzle::Bytes128:
    return row * 8 + (chunk ^ row % 8);
  case Swizzle::Bytes64:
    return row * 4 + (chunk ^ row / 2 % 4);
  case Swizzle::Bytes32:
    return row * 2 + (chunk ^ row / 4 % 2);
  case Swizzle::None:
    break;
  }
  return row * 2 + chunk;
}

TEST(Tma, EveryRankSwizzleAndEdge) {
  for (size_t rank = 1; rank <= 5; ++rank)
    for (Swizzle mode : {Swizzle::None, Swizzle::Bytes32, Swizzle::Bytes64, Swizzle::Bytes128})
      for (int shift : {0, -3, 5}) {
        uint32_t width = mode == Swizzle::Bytes128 ? 64 : mode == Swizzle::Bytes64 ? 32 : 16;
        std::vector<uint32_t> box{width, 8, 2, 3, 1};
        std::vector<int> first{shift * 8, 1 + shift, shift, 2, 1};
        box.resize(rank);
        first.resize(rank);
        Load load;
        load.loadTile(first);
        uint64_t rows = 1;
        for (size_t i = 1; i < rank; ++i)
          rows *= box[i];
        load.expectBytes(rows * width * 2);
        Options options = makeOptions();
        options.uninitialised = false;
        SimKernel kernel(load.make(), options, hopper);
        Tensor tensor(kernel, rank);
        TensorMap map = tensor.encode(box, mode);
        uint16_t *out = kernel.upload(std::vector<uint16_t>(sharedBytes / 2));
        uint16_t *in = out;
        kernel.run("k", {{1}, {64}, {}}, {&map, &in, &out});
        EXPECT_EQ(kernel.describe(), "");
        for (uint64_t row = 0; row < rows; ++row)
          for (uint64_t column = 0; column < width; ++column) {
            std::vector<int> at{first[0] + static_cast<int>(column)};
            uint64_t rest = row;
            for (size_t i = 1; i < rank; ++i) {
              at.push_back(first[i] + static_cast<int>(rest % box[i]));
              rest /= box[i];
            }
            ASSERT_EQ(out[getChunk(row, column / 8, mode) * 8 + column % 8], tensor.get(at))
                << rank << " " << row << " " << column;
          }
      }
}

/// Runs in every schedule and with copies at every time.
void runLoads(const std::string &text, const Options &options,
              const std::function<void(SimKernel &, const uint16_t *, const Tensor &)> &check) {
  SimKernel kernel(text, options, hopper);
  Tensor tensor(kernel, 2);
  TensorMap map = tensor.encode({32, 128}, Swizzle::Bytes64);
  for (Schedule schedule : allSchedules)
    for (AsyncCopies copies : allCopies)
      for (uint64_t seed = 1; seed <= 3; ++seed) {
        uint16_t *out = kernel.upload(std::vector<uint16_t>(sharedBytes / 2));
        uint16_t *in = tensor.data;
        kernel.module->setSchedule(seed, schedule, copies);
        kernel.run("k", {{1}, {64}, {}}, {&map, &in, &out});
        check(kernel, out, tensor);
      }
}

Load makeRight() {
  Load load;
  load.loadTile({0, 0});
  load.expectBytes(sharedBytes);
  return load;
}

TEST(Tma, RightInEverySchedule) {
  runLoads(makeRight().make(), makeOptions(),
           [](SimKernel &kernel, const uint16_t *out, const Tensor &tensor) {
             EXPECT_EQ(kernel.describe(), "");
             EXPECT_EQ(out[0], tensor.get({0, 0}));
             EXPECT_EQ(out[32 * 3], tensor.get({8, 3}));
           });
}

void expectFound(const Load &load, const std::function<bool(SimKernel &)> &isFound) {
  Options options = makeOptions();
  options.livelockYields = 20000;
  runLoads(load.make(), options, [&](SimKernel &kernel, const uint16_t *, const Tensor &) {
    EXPECT_TRUE(isFound(kernel)) << kernel.describe();
  });
}

TEST(Tma, EveryRemovalIsFound) {
  std::string text = makeRight().make();
  SimKernel whole(text, makeOptions(), hopper);
  // The fence, the barrier, the arrival with bytes, the wait.
  ASSERT_EQ(whole.module->syncSites().size(), 4u);
  for (int site = 0; site < 4; ++site) {
    Options options = makeOptions();
    options.removeSync = site;
    options.livelockYields = 20000;
    runLoads(text, options, [&](SimKernel &kernel, const uint16_t *, const Tensor &) {
      EXPECT_NE(kernel.describe(), "") << whole.module->syncSites()[site].text;
    });
  }
}

TEST(Tma, WrongBytesAreFound) {
  Load more = makeRight(), fewer = makeRight();
  more.expectBytes(sharedBytes + 16);
  expectFound(more, [](SimKernel &kernel) {
    return kernel.has(Kind::Deadlock) && kernel.describe().find("16 bytes") != std::string::npos;
  });
  // Two copies, of which one was announced.
  fewer.copy += fewer.copy;
  expectFound(fewer, [](SimKernel &kernel) { return !kernel.describe().empty(); });
}

TEST(Tma, WritesWithoutFenceAreFound) {
  // Thread 0 clears the buffer; the copy comes behind that only with a fence.
  Load cleared = makeRight(), fenced = makeRight();
  cleared.init += "store i32 0, ptr addrspace(3) @s, align 4\n";
  expectFound(cleared, [](SimKernel &kernel) { return kernel.has(Kind::Race); });
  fenced.init = cleared.init + "call void @llvm.nvvm.fence.proxy.async.shared_cta()\n";
  expectFound(fenced, [](SimKernel &kernel) { return kernel.describe().empty(); });
}

TEST(Tma, WrongPlacesAreFound) {
  Load misaligned = makeRight();
  std::string to = "ptr addrspace(3) @s, ptr addrspace(3) @bar";
  misaligned.copy.replace(misaligned.copy.find(to), to.size(),
                          "ptr addrspace(3) getelementptr (i8, ptr addrspace(3) @s, i32 16), "
                          "ptr addrspace(3) @bar");
  expectFound(misaligned, [](SimKernel &kernel) {
    return kernel.has(Kind::OutOfBounds) || kernel.has(Kind::Misaligned);
  });
  Load noMap = makeRight();
  noMap.copy.replace(noMap.copy.find("ptr %map"), 8, "ptr %other");
  noMap.copy = "%other = addrspacecast ptr addrspace(1) %in to ptr\n" + noMap.copy;
  expectFound(noMap, [](SimKernel &kernel) {
    return kernel.describe().find("address of a tensor map") != std::string::npos;
  });
}

TEST(Tma, PlainBytes) {
  Load load;
  load.expectBytes(sharedBytes);
  load.copy = "call void @llvm.nvvm.cp.async.bulk.global.to.shared.cta(ptr addrspace(3) @s, "
              "ptr addrspace(3) @bar, ptr addrspace(1) %in, i32 8192, i64 0, i1 false)\n";
  SimKernel kernel(load.make(), makeOptions(), hopper);
  std::vector<uint16_t> bytes(sharedBytes / 2);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint16_t>(i * 3);
  TensorMap map{};
  uint16_t *in = kernel.upload(bytes), *out = kernel.upload(std::vector<uint16_t>(bytes.size()));
  kernel.run("k", {{1}, {64}, {}}, {&map, &in, &out});
  EXPECT_EQ(kernel.describe(), "");
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), out));
  // Memory that ends before the copy does.
  std::vector<uint16_t> half(sharedBytes / 4);
  in = kernel.upload(half);
  kernel.run("k", {{1}, {64}, {}}, {&map, &in, &out});
  EXPECT_TRUE(kernel.has(Kind::OutOfBounds)) << kernel.describe();
}

TEST(TensorMap, RefusesWhatTheDriverRefuses) {
  alignas(16) static char memory[64];
  uint64_t two[] = {64, 8}, stride[] = {128}, odd[] = {24};
  uint32_t box[] = {32, 8}, wide[] = {64, 8}, small[] = {4, 8}, large[] = {64, 257};
  auto isRefused = [](const TensorShape &shape) {
    auto map = encodeTiled(shape);
    bool failed = !map;
    llvm::consumeError(map.takeError());
    return failed;
  };
  using E = TensorElement;
  EXPECT_FALSE(isRefused({E::BF16, memory, two, stride, box, Swizzle::Bytes64}));
  EXPECT_TRUE(isRefused({E::BF16, memory, two, stride, wide, Swizzle::Bytes64}));
  EXPECT_TRUE(isRefused({E::BF16, memory, two, odd, box}));
  EXPECT_TRUE(isRefused({E::BF16, memory + 8, two, stride, box}));
  EXPECT_TRUE(isRefused({E::BF16, memory, two, stride, small}));
  EXPECT_TRUE(isRefused({E::BF16, memory, two, stride, large}));
  EXPECT_TRUE(isRefused({E::BF16, memory, two, {}, box}));
}

/// Each of 64 threads writes 16 bytes of @s, thread 0 sends them and writes again.
struct Store {
  std::string fence = "call void @llvm.nvvm.fence.proxy.async.shared_cta()\n";
  std::string sync = "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n";
  std::string copy = "call void @llvm.nvvm.cp.async.bulk.tensor.s2g.tile.2d(ptr addrspace(3) @s, "
                     "ptr %map, i32 4, i32 -1, i64 0, i1 false)\n";
  std::string commit = "call void @llvm.nvvm.cp.async.bulk.commit.group()\n";
  std::string wait = "call void @llvm.nvvm.cp.async.bulk.wait.group.read(i32 0)\n";

  std::string make() const {
    return makeKernel("ptr byval([128 x i8]) align 64 %map, ptr addrspace(1) %out",
                      R"(
  %isFirst = icmp eq i32 %tid, 0
  %at = shl i32 %tid, 4
  %p = getelementptr i8, ptr addrspace(3) @s, i32 %at
  %f = sitofp i32 %tid to float
  %v0 = insertelement <4 x float> poison, float %f, i32 0
  %v = shufflevector <4 x float> %v0, <4 x float> poison, <4 x i32> zeroinitializer
  store <4 x float> %v, ptr addrspace(3) %p, align 16
)" + fence + sync + "br i1 %isFirst, label %issue, label %end\nissue:\n" +
                          copy + commit + wait + R"(
  store i32 0, ptr addrspace(3) getelementptr (i8, ptr addrspace(3) @s, i32 64), align 4
  br label %end
end:)",
                      common + "declare void @llvm.nvvm.cp.async.bulk.tensor.s2g.tile.2d("
                               "ptr addrspace(3), ptr, i32, i32, i64, i1)\n"
                               "declare void @llvm.nvvm.cp.async.bulk.tensor.reduce.add.tile.2d("
                               "ptr addrspace(3), ptr, i32, i32, i64, i1)\n");
  }
};

void runStores(const Store &store, int removed,
               const std::function<void(SimKernel &, const float *)> &check) {
  Options options = makeOptions();
  options.removeSync = removed;
  SimKernel kernel(store.make(), options, hopper);
  for (Schedule schedule : allSchedules)
    for (AsyncCopies copies : allCopies)
      for (uint64_t seed = 1; seed <= 3; ++seed) {
        float *out = kernel.upload(std::vector<float>(16 * 16, 100));
        const uint64_t size[] = {16, 16}, stride[] = {64};
        const uint32_t box[] = {16, 16};
        TensorMap map = llvm::cantFail(encodeTiled({TensorElement::F32, out, size, stride, box}));
        kernel.module->setSchedule(seed, schedule, copies);
        kernel.run("k", {{1}, {64}, {}}, {&map, &out});
        check(kernel, out);
      }
}

/// The box lies 4 to the right and 1 above: what is outside is not written.
float getStored(int row, int column, float start) {
  return column < 4 || row == 15 ? start : static_cast<float>((row + 1) * 4 + (column - 4) / 4);
}

TEST(Tma, Stores) {
  runStores({}, -1, [](SimKernel &kernel, const float *out) {
    EXPECT_EQ(kernel.describe(), "");
    for (int i = 0; i < 256; ++i)
      ASSERT_EQ(out[i], getStored(i / 16, i % 16, 100)) << i;
  });
  Store add;
  add.copy.replace(add.copy.find("s2g"), 3, "reduce.add");
  runStores(add, -1, [](SimKernel &kernel, const float *out) {
    EXPECT_EQ(kernel.describe(), "");
    for (int i = 0; i < 256; ++i)
      ASSERT_EQ(out[i], 100 + getStored(i / 16, i % 16, 0)) << i;
  });
  Store bytes;
  bytes.copy = "call void @llvm.nvvm.cp.async.bulk.shared.cta.to.global(ptr addrspace(1) %out, "
               "ptr addrspace(3) @s, i32 1024, i64 0, i1 false)\n";
  bytes.wait = "call void @llvm.nvvm.cp.async.bulk.wait.group(i32 0)\n";
  runStores(bytes, -1, [](SimKernel &kernel, const float *out) {
    EXPECT_EQ(kernel.describe(), "");
    for (int i = 0; i < 256; ++i)
      ASSERT_EQ(out[i], static_cast<float>(i / 4));
  });
}

TEST(Tma, EveryRemovalAroundAStoreIsFound) {
  // The fence, the barrier, the commit, the wait.
  for (int site = 0; site < 4; ++site)
    runStores({}, site, [&](SimKernel &kernel, const float *) {
      EXPECT_TRUE(kernel.has(Kind::Race)) << site << kernel.describe();
    });
  Store late;
  late.wait = "";
  runStores(late, -1, [&](SimKernel &kernel, const float *) {
    EXPECT_TRUE(kernel.has(Kind::Protocol)) << "ends without a wait";
  });
}

} // namespace
