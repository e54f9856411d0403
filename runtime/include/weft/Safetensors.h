// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// safetensors files: named tensors and a few texts. Read with every check of the format (header of
// at most 100 MB, no overlap, no hole, no duplicate, no byte left over); written so that the data
// starts at a multiple of 64 and tensors whose size is a multiple of 64 come first, so most of them
// can be used in place.
//
// Example:
//   Status written = writeSafetensors("w.safetensors", model.params, {{"step", "300"}});
//   if (!written)
//     return written;
//   Result<Safetensors> file = readSafetensors("w.safetensors");
//   if (!file)
//     return file.status();
//   model.params = file->tensors; // fresh tensors, nothing of the file stays open
//
// Threads: functions without state. Failure: File where a file is wrong, Usage where there is none,
// with the tensor and the bytes; Resource where disk or memory is short, and then the old file is
// still there.
#ifndef WEFT_SAFETENSORS_H
#define WEFT_SAFETENSORS_H

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "weft/Tensor.h"

namespace weft {

using Metadata = std::map<std::string, std::string>;

struct Safetensors {
  TensorMap tensors;
  Metadata metadata; ///< the texts under `__metadata__`
};

/// Fails with File and the tensor, the bytes, what was expected and what was found.
Result<Safetensors> readSafetensors(const std::string &path);
/// `origin` stands in front of error messages in the place of a path.
Result<Safetensors> parseSafetensors(std::span<const std::byte> bytes, const std::string &origin);

/// The bytes of a file; equal tensors and texts give equal bytes.
Result<std::vector<std::byte>> formatSafetensors(const TensorMap &tensors,
                                                 const Metadata &metadata = {});
/// Writes beside `path`, syncs and renames: a crash leaves the old file or the new one.
Status writeSafetensors(const std::string &path, const TensorMap &tensors,
                        const Metadata &metadata = {});

} // namespace weft

#endif
