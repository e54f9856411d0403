// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/DType.h"

#include <array>

#include "weft/abi/Exec.h"

namespace weft {
namespace {

struct DTypeInfo {
  DType dtype;
  std::string_view name;
  int64_t byteWidth;
  bool isFloat;
};

constexpr std::array<DTypeInfo, 6> infos = {{
    {DType::F32, "f32", 4, true},
    {DType::F64, "f64", 8, true},
    {DType::BF16, "bf16", 2, true},
    {DType::F16, "f16", 2, true},
    {DType::I32, "i32", 4, false},
    {DType::I1, "i1", 1, false},
}};
static_assert(uint64_t(DType::F32) == WEFT_F32 && uint64_t(DType::I1) == WEFT_I1);

const DTypeInfo &getInfo(DType dtype) { return infos[uint64_t(dtype) - 1]; }

} // namespace

int64_t getByteWidth(DType dtype) { return getInfo(dtype).byteWidth; }
std::string_view getName(DType dtype) { return getInfo(dtype).name; }
bool isFloat(DType dtype) { return getInfo(dtype).isFloat; }

std::optional<DType> findDType(std::string_view name) {
  for (const DTypeInfo &info : infos)
    if (info.name == name)
      return info.dtype;
  return std::nullopt;
}

std::optional<DType> findDType(uint64_t number) {
  if (number < 1 || number > infos.size())
    return std::nullopt;
  return DType(number);
}

} // namespace weft
