// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A safetensors file as the pieces it is made of, so that tensors are written from where they lie.
#ifndef RUNTIME_CHECKPOINT_SAFETENSORSPIECES_H
#define RUNTIME_CHECKPOINT_SAFETENSORSPIECES_H

#include "weft/Safetensors.h"

namespace weft {

/// One after the other they are the bytes of formatSafetensors. They refer to the tensors and to
/// `head`, which gets the bytes that no tensor has.
Result<std::vector<std::span<const std::byte>>>
layOutSafetensors(const TensorMap &tensors, const Metadata &metadata, std::string &head);

} // namespace weft

#endif
