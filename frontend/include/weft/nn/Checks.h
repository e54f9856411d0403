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

/// An unknown tensor, behind which a mistake is already reported, counts as floats.
inline void requireFloats(const dsl::Tensor &x, const std::string &call, dsl::Where where) {
  if (x.dtype() == dsl::DType::i32 || x.dtype() == dsl::DType::i1)
    throw dsl::Error(where,
                     call + " expects floats, got " + (x.dtype() == dsl::DType::i1 ? "i1" : "i32"),
                     {}, "convert it with cast");
}

} // namespace weft::nn::detail

#endif
