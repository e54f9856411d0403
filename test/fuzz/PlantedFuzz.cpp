// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The negative control: a reader of length-prefixed records that forgets one check. The runner
// fails when the fuzzer does not find it.
#include <cstddef>
#include <cstdint>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size) {
  if (size < 4 || data[0] != 'W' || data[1] != 'F')
    return 0;
  std::vector<uint8_t> record(data + 3, data + size);
  unsigned sum = 0;
  for (std::size_t i = 0; i < data[2]; ++i) // may be more than there are
    sum += record.data()[i];
  return sum == 1 ? -1 : 0;
}
