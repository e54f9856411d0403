// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Safetensors. First byte 0: the rest is the file. 1: the rest is the header's text, a line end and
// the data; the length in front is set right, so that text can grow. What is accepted is written
// and read again: it must be the same.
#include <cstring>

#include "test/fuzz/FuzzTarget.h"
#include "weft/Safetensors.h"

using namespace weft;

static void requireEqual(const Safetensors &a, const Safetensors &b) {
  fuzz::require(a.metadata == b.metadata && a.tensors.size() == b.tensors.size(),
                "names and metadata survive");
  for (const auto &[name, tensor] : a.tensors) {
    auto found = b.tensors.find(name);
    fuzz::require(found != b.tensors.end() && found->second.shape() == tensor.shape() &&
                      found->second.dtype() == tensor.dtype(),
                  "types survive");
    fuzz::require(tensor.byteCount() == 0 || std::memcmp(tensor.data(), found->second.data(),
                                                         size_t(tensor.byteCount())) == 0,
                  "values survive");
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return -1;
  std::string_view input = fuzz::asText(data + 1, size - 1);
  std::string file(input);
  if (data[0] == 1) {
    std::string_view header = fuzz::takeUntil(input, '\n');
    uint64_t length = header.size();
    file.assign(reinterpret_cast<const char *>(&length), sizeof length);
    file.append(header).append(input);
  }
  fuzz::MemoryBound bound(file.size());
  auto parse = [](std::string_view bytes) {
    return parseSafetensors(std::as_bytes(std::span(bytes)), "fuzz.safetensors");
  };
  Result<Safetensors> read = parse(file);
  if (!read) {
    fuzz::requireRefusal(read.status());
    return 0;
  }
  Result<std::vector<std::byte>> written = formatSafetensors(read->tensors, read->metadata);
  fuzz::require(bool(written), "what was read can be written");
  Result<Safetensors> again = parseSafetensors(*written, "again.safetensors");
  fuzz::require(bool(again), "what was written can be read");
  requireEqual(*read, *again);
  return 0;
}
