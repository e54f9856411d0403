// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which lane holds what, against tables and plain loops written from the PTX manual's pictures.
#include "SimKernel.h"
#include "compiler/sim/FloatBits.h"

#include <gtest/gtest.h>

using namespace weft::sim;

namespace {

std::string repeat(int count, const std::string &word) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += (i ? ", " : "") + word;
  return text;
}

/// Each lane stores 16 bytes of elements 8 * lane on, loads with ldmatrix and writes its registers.
std::string makeLdmatrix(int count, bool trans) {
  std::string name = "llvm.nvvm.ldmatrix.sync.aligned.m8n8.x" + std::to_string(count) +
                     (trans ? ".trans" : "") + ".b16.p3";
  std::string type = count == 1 ? "i32" : "{ " + repeat(count, "i32") + " }";
  std::string body = R"(
  %bytes = shl i32 %tid, 4
  %from = getelementptr i8, ptr addrspace(1) %in, i32 %bytes
  %to = getelementptr i8, ptr addrspace(3) @s, i32 %bytes
  %row = load <4 x i32>, ptr addrspace(1) %from, align 16
  store <4 x i32> %row, ptr addrspace(3) %to, align 16
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %base = shl i32 %tid, 2
  %m = call )" + type +
                     " @" + name + "(ptr addrspace(3) %to)\n";
  for (int i = 0; i < count; ++i) {
    std::string n = std::to_string(i), value = "%m";
    if (count > 1) {
      body += "  %v" + n + " = extractvalue " + type + " %m, " + n + "\n";
      value = "%v" + n;
    }
    body += "  %i" + n + " = add i32 %base, " + n + "\n  %p" + n +
            " = getelementptr i32, ptr addrspace(1) %out, i32 %i" + n + "\n  store i32 " + value +
            ", ptr addrspace(1) %p" + n + ", align 4\n";
  }
  return makeKernel("ptr addrspace(1) %in, ptr addrspace(1) %out", body,
                    "declare " + type + " @" + name + "(ptr addrspace(3))\n");
}

/// Element (row, column) of 8x8 matrix i has the value 64 i + 8 row + column.
TEST(Layout, Ldmatrix) {
  std::vector<uint16_t> elements(256);
  for (size_t i = 0; i < elements.size(); ++i)
    elements[i] = static_cast<uint16_t>(i);
  for (int count : {1, 2, 4})
    for (bool trans : {false, true}) {
      SimKernel kernel(makeLdmatrix(count, trans));
      uint16_t *in = kernel.upload(elements);
      uint32_t *out = kernel.upload(std::vector<uint32_t>(128));
      kernel.run("k", {{1}, {32}, {}}, {&in, &out});
      EXPECT_EQ(kernel.describe(), "");
      // Lane 0, 1, 4 and 31 by hand.
      EXPECT_EQ(out[0], trans ? 0x00080000u : 0x00010000u);
      EXPECT_EQ(out[4], trans ? 0x00180010u : 0x00030002u);
      EXPECT_EQ(out[16], trans ? 0x00090001u : 0x00090008u);
      EXPECT_EQ(out[124], trans ? 0x003F0037u : 0x003F003Eu);
      for (uint32_t lane = 0; lane < 32; ++lane)
        for (int i = 0; i < count; ++i) {
          uint32_t first = 64 * static_cast<uint32_t>(i) +
                           (trans ? 16 * (lane % 4) + lane / 4 : 8 * (lane / 4) + 2 * (lane % 4));
          EXPECT_EQ(out[4 * lane + static_cast<uint32_t>(i)], first | (first + (trans ? 8 : 1))
                                                                          << 16)
              << "x" << count << " lane " << lane;
        }
    }
}

/// A product by registers: words of A, B and C in, words of D out, `words` from each lane.
struct Product {
  const char *name, *inType, *resultType;
  int depth, left, right, result;
  /// Element as a number from a word.
  int bits;
  bool isSigned, isRightSigned;
};

std::string makeProduct(const Product &p) {
  std::string body, arguments;
  int in = p.left + p.right + p.result;
  body = "%base = mul i32 %tid, " + std::to_string(in) + "\n";
  for (int i = 0; i < in; ++i) {
    std::string n = std::to_string(i);
    std::string type = i < p.left + p.right ? p.inType : p.resultType;
    body += "%i" + n + " = add i32 %base, " + n + "\n%p" + n +
            " = getelementptr i32, ptr addrspace(1) %in, i32 %i" + n + "\n%w" + n + " = load " +
            type + ", ptr addrspace(1) %p" + n + ", align 4\n";
    arguments += (i ? ", " : "") + type + " %w" + n;
  }
  std::string type = "{ " + repeat(p.result, p.resultType) + " }";
  std::string name = std::string("llvm.nvvm.mma.") + p.name;
  body += "%d = call " + type + " @" + name + "(" + arguments + ")\n%ob = mul i32 %tid, " +
          std::to_string(p.result) + "\n";
  for (int i = 0; i < p.result; ++i) {
    std::string n = std::to_string(i);
    body += "%v" + n + " = extractvalue " + type + " %d, " + n + "\n%oi" + n + " = add i32 %ob, " +
            n + "\n%op" + n + " = getelementptr i32, ptr addrspace(1) %out, i32 %oi" + n +
            "\nstore " + p.resultType + " %v" + n + ", ptr addrspace(1) %op" + n + ", align 4\n";
  }
  std::string types = repeat(p.left + p.right, p.inType) + ", " + repeat(p.result, p.resultType);
  return makeKernel("ptr addrspace(1) %in, ptr addrspace(1) %out", body,
                    "declare " + type + " @" + name + "(" + types + ")\n");
}

uint32_t encode(const Product &p, int value, bool isBfloat) {
  if (p.bits == 32)
    return floatToBits(static_cast<float>(value)) | 0x1FFF; // tf32 must not read these
  if (p.bits == 8)
    return static_cast<uint8_t>(value);
  return isBfloat ? floatToBfloat(static_cast<float>(value))
                  : floatToHalf(static_cast<float>(value));
}

const Product products[] = {
    {"m16n8k16.row.col.bf16", "i32", "float", 16, 4, 2, 4, 16, true, true},
    {"m16n8k8.row.col.bf16", "i32", "float", 8, 2, 1, 4, 16, true, true},
    {"m16n8k16.row.col.f32.f32", "<2 x half>", "float", 16, 4, 2, 4, 16, true, true},
    {"m16n8k8.row.col.f32.f32", "<2 x half>", "float", 8, 2, 1, 4, 16, true, true},
    {"m16n8k16.row.col.f16.f16", "<2 x half>", "<2 x half>", 16, 4, 2, 2, 16, true, true},
    {"m16n8k8.row.col.f16.f16", "<2 x half>", "<2 x half>", 8, 2, 1, 2, 16, true, true},
    {"m16n8k8.row.col.tf32", "i32", "float", 8, 4, 2, 4, 32, true, true},
    {"m16n8k4.row.col.tf32", "i32", "float", 4, 2, 1, 4, 32, true, true},
    {"m16n8k32.row.col.s8", "i32", "i32", 32, 4, 2, 4, 8, true, true},
    {"m16n8k16.row.col.s8", "i32", "i32", 16, 2, 1, 4, 8, true, true},
    {"m16n8k32.row.col.u8.s8", "i32", "i32", 32, 4, 2, 4, 8, false, true},
    {"m16n8k32.row.col.satfinite.s8.u8", "i32", "i32", 32, 4, 2, 4, 8, true, false},
};

/// The tables of the PTX manual, "Matrix Fragments for mma.m16n8k*", written out as its formulas
/// there: groupID = lane / 4, threadID_in_group = lane % 4, element i of a lane.
void getLeft(const Product &p, int lane, int i, int &row, int &column) {
  int group = lane >> 2, in = lane % 4;
  if (p.bits == 16) {
    row = p.depth == 16 ? ((i < 2 || (i >= 4 && i < 6)) ? group : group + 8)
                        : (i < 2 ? group : group + 8);
    column = in * 2 + (i & 1) + (i >= 4 ? 8 : 0);
  } else if (p.bits == 32) {
    row = i == 0 || i == 2 ? group : group + 8;
    column = i < 2 ? in : in + 4;
  } else {
    row = p.depth == 32 ? ((i < 4 || (i >= 8 && i < 12)) ? group : group + 8)
                        : (i < 4 ? group : group + 8);
    column = in * 4 + (i & 3) + (i >= 8 ? 16 : 0);
  }
}

void getRight(const Product &p, int lane, int i, int &row, int &column) {
  int group = lane >> 2, in = lane % 4;
  column = group;
  if (p.bits == 16)
    row = in * 2 + (i & 1) + (i >= 2 ? 8 : 0);
  else if (p.bits == 32)
    row = i == 0 ? in : in + 4;
  else
    row = in * 4 + (i & 3) + (i >= 4 ? 16 : 0);
}

TEST(Layout, Products) {
  for (const Product &p : products) {
    SCOPED_TRACE(p.name);
    bool isBfloat = std::string(p.name).ends_with("bf16");
    bool isHalfResult = std::string(p.resultType) == "<2 x half>", isWord = p.bits == 8;
    int packed = 32 / p.bits, in = p.left + p.right + p.result;
    auto a = [&](int m, int k) { return (m * 3 + k * 5) % 7 - (p.isSigned ? 3 : 0); };
    auto b = [&](int k, int n) { return (k * 2 + n * 3) % 5 - (p.isRightSigned ? 2 : 0); };
    auto c = [&](int m, int n) { return (m + 2 * n) % 11 - 5; };
    std::vector<uint32_t> words(32 * static_cast<size_t>(in));
    auto word = [&](int lane, int i) -> uint32_t & {
      return words[static_cast<size_t>(lane * in + i)];
    };
    auto place = [&](int i, int lane, int &row, int &column) {
      row = lane / 4 + (i < 2 ? 0 : 8);
      column = lane % 4 * 2 + (i & 1);
    };
    for (int lane = 0; lane < 32; ++lane) {
      int row, column;
      for (int i = 0; i < p.left * packed; ++i) {
        getLeft(p, lane, i, row, column);
        word(lane, i / packed) |= encode(p, a(row, column), isBfloat) << p.bits % 32 * (i % packed);
      }
      for (int i = 0; i < p.right * packed; ++i) {
        getRight(p, lane, i, row, column);
        word(lane, p.left + i / packed) |= encode(p, b(row, column), isBfloat)
                                           << p.bits % 32 * (i % packed);
      }
      for (int i = 0; i < 4; ++i) {
        place(i, lane, row, column);
        int value = c(row, column), start = p.left + p.right;
        if (isHalfResult)
          word(lane, start + i / 2) |= uint32_t{floatToHalf(static_cast<float>(value))}
                                       << 16 * (i % 2);
        else
          word(lane, start + i) =
              isWord ? static_cast<uint32_t>(value) : floatToBits(static_cast<float>(value));
      }
    }
    SimKernel kernel(makeProduct(p));
    uint32_t *pin = kernel.upload(words);
    uint32_t *out = kernel.upload(std::vector<uint32_t>(32 * static_cast<size_t>(p.result)));
    kernel.run("k", {{1}, {32}, {}}, {&pin, &out});
    EXPECT_EQ(kernel.describe(), "");
    for (int lane = 0; lane < 32; ++lane)
      for (int i = 0; i < 4; ++i) {
        int row, column;
        place(i, lane, row, column);
        int expected = c(row, column);
        for (int k = 0; k < p.depth; ++k)
          expected += a(row, k) * b(k, column);
        uint32_t got = out[isHalfResult ? 2 * lane + i / 2 : 4 * lane + i];
        float value = isHalfResult ? halfToFloat(static_cast<uint16_t>(got >> 16 * (i % 2)))
                      : isWord     ? static_cast<float>(static_cast<int32_t>(got))
                                   : bitsToFloat(got);
        EXPECT_EQ(value, static_cast<float>(expected)) << "lane " << lane << " element " << i;
      }
  }
}

TEST(Copies, FillWithZeros) {
  for (AsyncCopies copies : allCopies) {
    SimKernel kernel(makeKernel("ptr addrspace(1) %in, ptr addrspace(1) %out", R"(
  %bytes = shl i32 %tid, 4
  %from = getelementptr i8, ptr addrspace(1) %in, i32 %bytes
  %to = getelementptr i8, ptr addrspace(3) @s, i32 %bytes
  %few = and i32 %tid, 15
  call void @llvm.nvvm.cp.async.cg.shared.global.16.s(ptr addrspace(3) %to, ptr addrspace(1) %from, i32 %few)
  call void @llvm.nvvm.cp.async.wait.all()
  %row = load <4 x i32>, ptr addrspace(3) %to, align 16
  %result = getelementptr i8, ptr addrspace(1) %out, i32 %bytes
  store <4 x i32> %row, ptr addrspace(1) %result, align 16)",
                                R"(
declare void @llvm.nvvm.cp.async.cg.shared.global.16.s(ptr addrspace(3), ptr addrspace(1), i32)
declare void @llvm.nvvm.cp.async.wait.all())"),
                     makeOptions(1, Schedule::Priority, copies));
    std::vector<uint8_t> bytes(512);
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<uint8_t>(i % 255 + 1);
    uint8_t *in = kernel.upload(bytes), *out = kernel.upload(std::vector<uint8_t>(512));
    kernel.run("k", {{1}, {32}, {}}, {&in, &out});
    EXPECT_EQ(kernel.describe(), "");
    for (size_t i = 0; i < bytes.size(); ++i)
      EXPECT_EQ(out[i], i % 16 < i / 16 % 16 ? bytes[i] : 0) << i;
  }
}

/// What ldmatrix loads, stmatrix stores again, transposed or not.
TEST(Layout, Stmatrix) {
  for (bool trans : {false, true}) {
    std::string name = "llvm.nvvm.stmatrix.sync.aligned.m8n8.x4";
    name += trans ? ".trans.b16.p3" : ".b16.p3";
    std::string body = R"(
  %row = shl i32 %tid, 4
  %p = getelementptr i8, ptr addrspace(3) @s, i32 %row
  %base = shl i32 %tid, 2
  %low = shl i32 %tid, 1
  %high = or i32 %low, 1
  %up = shl i32 %high, 16
  %pair = or i32 %low, %up
)";
    for (int i = 0; i < 4; ++i) {
      std::string n = std::to_string(i), add = std::to_string(i * 64 * 65537);
      body += "%v" + n + " = add i32 %pair, " + add + "\n";
    }
    body += "call void @" + name + "(ptr addrspace(3) %p, i32 %v0, i32 %v1, i32 %v2, i32 %v3)\n" +
            R"(
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %w = load <4 x i32>, ptr addrspace(3) %p, align 16
  %q = getelementptr i8, ptr addrspace(1) %out, i32 %row
  store <4 x i32> %w, ptr addrspace(1) %q, align 16)";
    SimKernel kernel(
        makeKernel("ptr addrspace(1) %out", body,
                   "declare void @" + name + "(ptr addrspace(3), i32, i32, i32, i32)\n"));
    uint16_t *out = kernel.upload(std::vector<uint16_t>(256));
    kernel.run("k", {{1}, {32}, {}}, {&out});
    EXPECT_EQ(kernel.describe(), "");
    // Lane l holds elements 2 (l % 4) and the next of row l / 4: numbers 8 row + column.
    for (unsigned i = 0; i < 4; ++i)
      for (unsigned row = 0; row < 8; ++row)
        for (unsigned column = 0; column < 8; ++column)
          EXPECT_EQ(out[64 * i + 8 * row + column],
                    64 * i + (trans ? 8 * column + row : 8 * row + column));
  }
}

} // namespace
