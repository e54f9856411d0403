// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the instructions do is written after their description in the Intel 64 and IA-32
// Architectures Software Developer's Manual, volume 2: also the order of the sums, and what faults.
#include "test/lib/TileEmulation.h"

#include <cmath>
#include <cstring>

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace weft::check {
namespace {

constexpr int maxTiles = 8, maxRows = 16, maxBytes = 64;

struct Tile {
  int rows = 0, bytes = 0; ///< as configured
  uint8_t data[maxRows][maxBytes] = {};
};

/// The registers of a thread.
struct Registers {
  bool isConfigured = false;
  Tile tiles[maxTiles];
};

thread_local Registers registers;
std::string fault; // tests run kernels on one thread at a time, or look only whether there is any

bool expect(bool condition, const std::string &what) {
  if (!condition && fault.empty())
    fault = what;
  return condition;
}

Tile *find(int8_t number, const char *instruction) {
  std::string who = std::string(instruction) + " of tmm" + std::to_string(number);
  bool isKnown = expect(registers.isConfigured, who + " without a configuration") &&
                 expect(number >= 0 && number < maxTiles, who + ", which does not exist");
  if (!isKnown)
    return nullptr;
  Tile &tile = registers.tiles[number];
  bool isUsable = expect(tile.rows > 0 && tile.bytes > 0, who + ", which has no rows or columns");
  return isUsable ? &tile : nullptr;
}

template <typename T> T read(const uint8_t *line, int index) {
  T value;
  std::memcpy(&value, line + index * sizeof(T), sizeof(T));
  return value;
}

/// Numbers below the normal ones are zeros, for factors and for sums.
float flush(float value) {
  return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value) : value;
}

float readBf16(const uint8_t *line, int index) {
  uint32_t bits = uint32_t(read<uint16_t>(line, index)) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return flush(value);
}

float multiplyAdd(float left, float right, float sum) {
  return flush(std::fma(left, right, flush(sum)));
}

} // namespace

namespace tile {

void ldtilecfg(const void *configuration) {
  uint8_t bytes[64];
  std::memcpy(bytes, configuration, sizeof(bytes));
  registers = Registers();
  if (bytes[0] == 0)
    return;
  bool isKnown = expect(bytes[0] == 1, "ldtilecfg: palette " + std::to_string(bytes[0]));
  for (int i = 1; i < 64; ++i) {
    bool isReserved = i < 16 || (i >= 32 && i < 48) || i >= 56;
    isKnown &= !isReserved || expect(bytes[i] == 0, "ldtilecfg: byte " + std::to_string(i));
  }
  for (int number = 0; number < maxTiles; ++number) {
    Tile &tile = registers.tiles[number];
    tile.bytes = read<uint16_t>(bytes + 16, number);
    tile.rows = bytes[48 + number];
    isKnown &= expect(tile.bytes <= maxBytes && tile.rows <= maxRows &&
                          (tile.bytes == 0) == (tile.rows == 0),
                      "ldtilecfg: shape of tmm" + std::to_string(number));
  }
  registers.isConfigured = isKnown;
}

void tilezero(int8_t number) {
  if (Tile *tile = find(number, "tilezero"))
    std::memset(tile->data, 0, sizeof(tile->data));
}

void tileloadd(int8_t number, const void *memory, int64_t stride) {
  Tile *tile = find(number, "tileloadd");
  if (!tile)
    return;
  std::memset(tile->data, 0, sizeof(tile->data));
  for (int row = 0; row < tile->rows; ++row)
    std::memcpy(tile->data[row], static_cast<const char *>(memory) + row * stride, tile->bytes);
}

void tilestored(int8_t number, void *memory, int64_t stride) {
  if (Tile *tile = find(number, "tilestored"))
    for (int row = 0; row < tile->rows; ++row)
      std::memcpy(static_cast<char *>(memory) + row * stride, tile->data[row], tile->bytes);
}

void tdpbf16ps(int8_t sum, int8_t left, int8_t right) {
  Tile *c = find(sum, "tdpbf16ps"), *a = find(left, "tdpbf16ps"), *b = find(right, "tdpbf16ps");
  bool isLegal =
      c && a && b &&
      expect(sum != left && sum != right && left != right, "tdpbf16ps: one register twice") &&
      expect(c->rows == a->rows && c->bytes == b->bytes && a->bytes == 4 * b->rows &&
                 c->bytes % 4 == 0,
             "tdpbf16ps: shapes do not agree");
  if (!isLegal)
    return;
  for (int row = 0; row < c->rows; ++row) {
    float sums[2 * maxRows] = {};
    for (int pair = 0; pair < a->bytes / 4; ++pair)
      for (int column = 0; column < c->bytes / 4; ++column)
        for (int half = 0; half < 2; ++half)
          sums[2 * column + half] =
              multiplyAdd(readBf16(a->data[row], 2 * pair + half),
                          readBf16(b->data[pair], 2 * column + half), sums[2 * column + half]);
    for (int column = 0; column < c->bytes / 4; ++column) {
      float total = flush(sums[2 * column] + sums[2 * column + 1]);
      total = flush(flush(read<float>(c->data[row], column)) + total);
      std::memcpy(c->data[row] + 4 * column, &total, sizeof(total));
    }
  }
}

void tilerelease() { registers = Registers(); }

} // namespace tile

std::string takeTileFault() { return std::exchange(fault, std::string()); }

void emulateTiles(ModuleOp module) {
  auto findFunction = [](StringRef name) {
    return llvm::StringSwitch<void *>(name)
        .Case("llvm.x86.ldtilecfg", reinterpret_cast<void *>(tile::ldtilecfg))
        .Case("llvm.x86.tilezero", reinterpret_cast<void *>(tile::tilezero))
        .Case("llvm.x86.tileloadd64", reinterpret_cast<void *>(tile::tileloadd))
        .Case("llvm.x86.tdpbf16ps", reinterpret_cast<void *>(tile::tdpbf16ps))
        .Case("llvm.x86.tilestored64", reinterpret_cast<void *>(tile::tilestored))
        .Case("llvm.x86.tilerelease", reinterpret_cast<void *>(tile::tilerelease))
        .Default(nullptr);
  };
  module.walk([&](LLVM::CallIntrinsicOp op) {
    void *function = findFunction(op.getIntrin());
    if (!function)
      return;
    ImplicitLocOpBuilder b(op.getLoc(), op);
    Value address = LLVM::ConstantOp::create(
        b, b.getI64Type(), b.getI64IntegerAttr(reinterpret_cast<int64_t>(function)));
    SmallVector<Value> arguments = {
        LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()), address)};
    llvm::append_range(arguments, op.getArgs());
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                            llvm::to_vector(op.getArgs().getTypes()));
    LLVM::CallOp::create(b, type, arguments);
    op.erase();
  });
}

} // namespace weft::check
