// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fuzz/FuzzTarget.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sanitizer/allocator_interface.h>
#include <xxhash.h>

namespace weft::fuzz {
namespace {

constexpr int64_t freeBytes = int64_t(64) << 20;

// One thread runs a target.
bool isCounting = false;
int64_t live = 0, limit = 0;

void onMalloc(const volatile void *, size_t size) {
  if (!isCounting)
    return;
  live += int64_t(size);
  if (live <= limit)
    return;
  isCounting = false;
  std::fprintf(stderr, "ERROR: %lld bytes are held at once, expects at most %lld\n",
               static_cast<long long>(live), static_cast<long long>(limit));
  std::abort();
}

void onFree(const volatile void *memory) {
  if (isCounting && memory)
    live -= int64_t(__sanitizer_get_allocated_size(memory));
}

bool installHooks() {
  require(__sanitizer_install_malloc_and_free_hooks(onMalloc, onFree) != 0,
          "memory cannot be counted");
  return true;
}

} // namespace

MemoryBound::MemoryBound(size_t inputBytes) {
  static const bool areInstalled = installHooks();
  live = 0;
  limit = 4 * int64_t(inputBytes) + freeBytes;
  isCounting = areInstalled;
}
MemoryBound::~MemoryBound() { isCounting = false; }

void require(bool holds, const char *message) {
  if (holds)
    return;
  std::fprintf(stderr, "ERROR: does not hold: %s\n", message);
  std::abort();
}

void requireRefusal(const Status &status, ErrorCode code) {
  require(status.code() == code || status.code() == ErrorCode::Resource,
          "a refusal has the code of its class");
  require(!status.message().empty(), "a refusal says what is wrong");
}

std::string_view takeUntil(std::string_view &text, char mark) {
  std::string_view front = text.substr(0, text.find(mark));
  text.remove_prefix(std::min(front.size() + 1, text.size()));
  return front;
}

std::string computeHash(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return fmt::format("{:02x}", fmt::join(canonical.digest, canonical.digest + 16, ""));
}

} // namespace weft::fuzz
