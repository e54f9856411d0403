// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Out of memory while files are read: the n-th allocation fails, for n = 1, 2, 3 ... until the call
// succeeds; once that allocation only, once every later one too. Each failure is a Status with
// Resource, nothing is thrown and nothing is lost.
// TSan brings its own operator new.
#ifndef WEFT_TSAN
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <new>

#include "test/runtime/TestModels.h"
#include "weft/Checkpoint.h"
#include "weft/Safetensors.h"

namespace {

// One thread runs these tests.
enum class Failing { Never, Once, FromThere };
Failing failing = Failing::Never;
long untilFailure = 0, live = 0;

bool failsNow() {
  if (failing == Failing::Never || --untilFailure > 0)
    return false;
  if (failing == Failing::Once)
    failing = Failing::Never;
  return true;
}

void *allocate(size_t size, size_t alignment) {
  if (failsNow())
    return nullptr;
  ++live;
  return alignment > alignof(std::max_align_t)
             ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
             : std::malloc(size ? size : 1);
}

void *allocateOrThrow(size_t size, size_t alignment = 0) {
  if (void *memory = allocate(size, alignment))
    return memory;
  throw std::bad_alloc();
}

void release(void *memory) {
  live -= memory != nullptr;
  std::free(memory);
}

} // namespace

void *operator new(size_t size) { return allocateOrThrow(size); }
void *operator new[](size_t size) { return allocateOrThrow(size); }
void *operator new(size_t size, std::align_val_t alignment) {
  return allocateOrThrow(size, size_t(alignment));
}
void *operator new(size_t size, const std::nothrow_t &) noexcept { return allocate(size, 0); }
void *operator new[](size_t size, const std::nothrow_t &) noexcept { return allocate(size, 0); }
void operator delete(void *memory) noexcept { release(memory); }
void operator delete[](void *memory) noexcept { release(memory); }
void operator delete(void *memory, size_t) noexcept { release(memory); }
void operator delete[](void *memory, size_t) noexcept { release(memory); }
void operator delete(void *memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void *memory, size_t, std::align_val_t) noexcept { release(memory); }
void operator delete(void *memory, const std::nothrow_t &) noexcept { release(memory); }
void operator delete[](void *memory, const std::nothrow_t &) noexcept { release(memory); }

// The linker leads the runtime's calls here (--wrap): the memory of tensors.
extern "C" int __real_posix_memalign(void **memory, size_t alignment, size_t size);
extern "C" int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
  return failsNow() ? ENOMEM : __real_posix_memalign(memory, alignment, size);
}

namespace weft::test {
namespace {

/// Calls until no allocation fails; how often one did.
long failEach(Failing mode, const std::function<Status()> &call) {
  EXPECT_TRUE(call()) << "first without failures, so that what is made once is there";
  for (long n = 1; n < 100000; ++n) {
    long before = live;
    untilFailure = n;
    failing = mode;
    bool isOk = false;
    ErrorCode code = ErrorCode::Ok;
    bool hasWords = false;
    {
      Status status = call();
      failing = Failing::Never;
      isOk = bool(status);
      code = status.code();
      hasWords = !status.message().empty();
    }
    EXPECT_EQ(live, before) << "allocation " << n;
    if (isOk && untilFailure > 0)
      return n - 1;
    if (isOk) // it could do without that memory
      continue;
    EXPECT_EQ(code, ErrorCode::Resource) << "allocation " << n;
    EXPECT_TRUE(hasWords) << "allocation " << n;
    if (::testing::Test::HasFailure())
      return n;
  }
  ADD_FAILURE() << "the call never succeeds";
  return 0;
}

void failBoth(const char *what, const std::function<Status()> &call) {
  long once = failEach(Failing::Once, call), persistent = failEach(Failing::FromThere, call);
  EXPECT_GT(once, 20);
  EXPECT_EQ(once, persistent);
  std::printf("%s: each of %ld allocations failed\n", what, once);
}

TEST(Allocation, EachFailsWhileAnArtifactIsRead) {
  ArtifactBuilder builder = makeBounded();
  builder.code = "no code";
  builder.addConstant({1, 2, 3, 4});
  builder.graph = "module {}";
  std::vector<std::byte> bytes = builder.build();
  failBoth("artifact", [&] { return Artifact::parse(bytes, "test.weft").status(); });
}

TEST(Allocation, EachFailsWhileSafetensorsAreRead) {
  std::vector<std::byte> bytes = take(
      formatSafetensors({{"W", floats({2}, {1, 2})}, {"V", floats({1}, {3})}}, {{"format", "pt"}}));
  failBoth("safetensors", [&] { return parseSafetensors(bytes, "t.st").status(); });
}

TEST(Allocation, EachFailsWhileACheckpointIsRead) {
  TemporaryFolder folder;
  Checkpoint checkpoint;
  checkpoint.model.params["W"] = floats({4}, {1, 2, 3, 4});
  checkpoint.run = {3, 1, {{"position", 64}}, {{"width", "4"}}};
  ASSERT_TRUE(saveCheckpoint(folder.path(), checkpoint));
  std::string path = folder / "step-3";
  failBoth("checkpoint", [&] { return loadCheckpoint(path).status(); });
}

/// The card's words for its refusal need memory; nothing is thrown, and the next call tells.
TEST(Allocation, EachFailsWhileACardTakesMemoryBack) {
  Device device = take(Device::open("cuda", "driver=" WEFT_TEST_STUB_DRIVER));
  const WeftDeviceApi &api = device.api();
  int failures = 0;
  for (untilFailure = 0; failures < 100; ++failures) {
    void *memory = nullptr;
    ASSERT_EQ(api.allocate(device.handle(), uint64_t(2) << 20, &memory), 0);
    failing = Failing::Once;
    untilFailure = failures + 1;
    EXPECT_NO_THROW(api.release(device.handle(), memory));
    bool reached = failing == Failing::Never;
    failing = Failing::Never;
    EXPECT_NE(api.synchronize(device.handle()), 0);
    std::string words = api.lastError(device.handle());
    EXPECT_NE(words.find(reached ? "out of memory" : "cuMemFree_v2 answered"), std::string::npos)
        << words;
    if (!reached)
      break;
  }
  EXPECT_GT(failures, 0);
  EXPECT_LT(failures, 100);
}

} // namespace
} // namespace weft::test

#endif
