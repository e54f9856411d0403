// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What layers ask of their arguments where the calls that they are made of would say it in words of
// their own.
#ifndef WEFT_NN_CHECKS_H
#define WEFT_NN_CHECKS_H

#include <sstream>

#include "weft/dsl.h"

namespace weft::nn::detail {

/// A number as messages show it.
inline std::string show(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

/// Whether the elements are none. An unknown tensor, behind which a mistake is already reported,
/// counts as floats.
inline bool lacksFloats(const dsl::Tensor &x) {
  return x.dtype() == dsl::DType::i32 || x.dtype() == dsl::DType::i1;
}

inline dsl::Tensor refuseType(const dsl::Tensor &x, const std::string &call, dsl::Where where) {
  const char *type = x.dtype() == dsl::DType::i1 ? "i1" : "i32";
  return dsl::refuse(
      x, dsl::Error(where, call + " expects floats, got " + type, {}, "convert it with cast"));
}

} // namespace weft::nn::detail

#endif
