// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the fuzz targets share: a bound on memory, and what must hold of every answer. A target is
// one LLVMFuzzerTestOneInput; its inputs are reviewed files in corpus/<target>.
#ifndef TEST_FUZZ_FUZZTARGET_H
#define TEST_FUZZ_FUZZTARGET_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weft/Status.h"

namespace weft::fuzz {

/// While it lives, what is allocated and not yet released may take at most 4 x inputBytes + 64 MiB;
/// more ends the process with a message, which the fuzzer counts as a finding.
class MemoryBound {
public:
  explicit MemoryBound(size_t inputBytes);
  ~MemoryBound();
};

/// Ends the process with the message unless `holds`.
void require(bool holds, const char *message);

/// A refusal has the code of its class, or Resource, and says something in one line.
void requireRefusal(const Status &status, ErrorCode code = ErrorCode::File);

inline std::string_view asText(const uint8_t *data, size_t size) {
  return {reinterpret_cast<const char *>(data), size};
}
inline std::span<const std::byte> asBytes(const uint8_t *data, size_t size) {
  return {reinterpret_cast<const std::byte *>(data), size};
}

/// Takes the text before the first `mark` off the front; all of it when there is none.
std::string_view takeUntil(std::string_view &text, char mark);

/// XXH3-128 as the files of Weft print it.
std::string computeHash(std::string_view bytes);

} // namespace weft::fuzz

#endif
