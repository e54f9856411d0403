// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A library in the place of libcuda.so.1, for tests on machines without a card. It does what the
// documentation of the CUDA Driver API says of the functions that Weft uses, keeps device memory
// where host code cannot reach it, runs work only when somebody waits for it, and answers errors as
// a script says. It shows what Weft does with a driver; it does not show what a card does.
#include <cstdio>
#include <cstring>
#include <type_traits>

#include "test/fake-driver/Fake.h"

using namespace fake;

#define FAKE_BEGIN(call, needsContext)                                                             \
  Fake &fake = getFake();                                                                          \
  std::lock_guard lock(fake.mutex);                                                                \
  CuResult answer = fake.begin(#call, needsContext);
/// For calls that do nothing when they fail.
#define FAKE_ENTER(call, needsContext)                                                             \
  FAKE_BEGIN(call, needsContext)                                                                   \
  if (answer != CuSuccess)                                                                         \
  return answer

namespace {

constexpr unsigned sharedWithoutOptIn = 48 << 10;

/// A handle that nobody else has.
void *makeHandle(Fake &fake) { return reinterpret_cast<void *>(++fake.handles); }

CuResult destroy(Fake &fake, CuResult answer, bool wasThere, const char *call) {
  // An error of a call that gives something back is often one of earlier work: it is gone anyway.
  if (!wasThere) {
    fake.misuse(std::string(call) + " of what is not there");
    return CuInvalidValue;
  }
  return answer;
}

void writeLog(unsigned count, const int *options, void **values, const std::string &text) {
  for (unsigned i = 0; i + 1 < count; ++i)
    if (options[i] == CuJitErrorLog && options[i + 1] == CuJitErrorLogBytes)
      std::snprintf(static_cast<char *>(values[i]), reinterpret_cast<size_t>(values[i + 1]), "%s",
                    text.c_str());
}

} // namespace

extern "C" {

CuResult cuInit(unsigned) {
  FAKE_ENTER(cuInit, false);
  return CuSuccess;
}

CuResult cuDriverGetVersion(int *version) {
  FAKE_ENTER(cuDriverGetVersion, false);
  *version = fake.script.version;
  return CuSuccess;
}

CuResult cuGetErrorName(CuResult error, const char **text) {
  static thread_local std::string name;
  FAKE_ENTER(cuGetErrorName, false);
  name = "FAKE_ERROR_" + std::to_string(error);
  *text = name.c_str();
  return CuSuccess;
}

CuResult cuGetErrorString(CuResult, const char **text) {
  FAKE_ENTER(cuGetErrorString, false);
  *text = "the words of the driver";
  return CuSuccess;
}

CuResult cuDeviceGetCount(int *count) {
  FAKE_ENTER(cuDeviceGetCount, false);
  *count = fake.script.cards;
  return CuSuccess;
}

CuResult cuDeviceGet(CuCard *card, int ordinal) {
  FAKE_ENTER(cuDeviceGet, false);
  *card = ordinal;
  return CuSuccess;
}

CuResult cuDeviceGetName(char *name, int length, CuCard) {
  FAKE_ENTER(cuDeviceGetName, false);
  std::snprintf(name, size_t(length), "fake card");
  return CuSuccess;
}

CuResult cuDeviceGetAttribute(int *value, int attribute, CuCard) {
  FAKE_ENTER(cuDeviceGetAttribute, false);
  *value = attribute == CuComputeCapabilityMajor   ? fake.script.sm / 10
           : attribute == CuComputeCapabilityMinor ? fake.script.sm % 10
           : attribute == CuMultiprocessorCount    ? 4
           : attribute == CuMaxThreadsPerBlock     ? 1024
           : attribute == CuCacheBytes             ? 1 << 16
           : attribute == CuMaxSharedBytesOptIn    ? fake.script.shared
                                                   : -1;
  return *value < 0 ? CuInvalidValue : CuSuccess;
}

CuResult cuDevicePrimaryCtxRetain(CuContext *context, CuCard) {
  FAKE_ENTER(cuDevicePrimaryCtxRetain, false);
  ++fake.contexts;
  *context = &contextTag;
  return CuSuccess;
}

CuResult cuDevicePrimaryCtxRelease_v2(CuCard) {
  FAKE_BEGIN(cuDevicePrimaryCtxRelease_v2, false);
  return destroy(fake, answer, fake.contexts-- > 0, "cuDevicePrimaryCtxRelease_v2");
}

CuResult cuCtxSetCurrent(CuContext context) {
  FAKE_ENTER(cuCtxSetCurrent, false);
  currentContext = context;
  return CuSuccess;
}

CuResult cuModuleLoadDataEx(CuModule *module, const void *image, unsigned count, int *options,
                            void **values) {
  FAKE_BEGIN(cuModuleLoadDataEx, true);
  std::string problem = "the log of the driver's compiler";
  std::unique_ptr<LoadedModule> loaded;
  if (answer == CuSuccess) {
    loaded = loadImage(static_cast<const char *>(image), fake.script.sm, problem);
    answer = loaded ? CuSuccess : CuNoBinaryForGpu;
  }
  if (answer != CuSuccess) {
    writeLog(count, options, values, problem);
    return answer;
  }
  *module = loaded.release();
  fake.modules.insert(*module);
  return CuSuccess;
}

CuResult cuModuleUnload(CuModule module) {
  FAKE_BEGIN(cuModuleUnload, true);
  if (fake.done < fake.enqueued && answer == CuSuccess)
    fake.misuse("cuModuleUnload while the stream has work");
  bool wasThere = fake.modules.erase(module) > 0;
  if (wasThere)
    delete static_cast<LoadedModule *>(module);
  return destroy(fake, answer, wasThere, "cuModuleUnload");
}

CuResult cuModuleGetFunction(CuFunction *function, CuModule module, const char *name) {
  FAKE_ENTER(cuModuleGetFunction, true);
  auto *loaded = static_cast<LoadedModule *>(module);
  if (!loaded->module->kernelInfo(name))
    return CuNotFound;
  loaded->handles.push_back(std::make_unique<FunctionHandle>(FunctionHandle{loaded, name, 0}));
  *function = loaded->handles.back().get();
  return CuSuccess;
}

CuResult cuFuncSetAttribute(CuFunction function, int attribute, int value) {
  FAKE_ENTER(cuFuncSetAttribute, true);
  if (attribute != CuMaxDynamicSharedBytes || value > fake.script.shared)
    return CuInvalidValue;
  static_cast<FunctionHandle *>(function)->sharedLimit = unsigned(value);
  return CuSuccess;
}

CuResult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, CuFunction, int threads,
                                                     size_t sharedBytes) {
  FAKE_ENTER(cuOccupancyMaxActiveBlocksPerMultiprocessor, true);
  *blocks = threads > 1024 || int(sharedBytes) > fake.script.shared ? 0 : 2;
  return CuSuccess;
}

CuResult cuMemGetInfo_v2(size_t *unused, size_t *total) {
  FAKE_ENTER(cuMemGetInfo_v2, true);
  *unused = fake.script.memory - fake.used;
  *total = fake.script.memory;
  return CuSuccess;
}

CuResult cuMemAlloc_v2(CuAddress *address, size_t bytes) {
  FAKE_ENTER(cuMemAlloc_v2, true);
  return fake.allocate(address, bytes);
}

CuResult cuMemFree_v2(CuAddress address) {
  FAKE_BEGIN(cuMemFree_v2, true);
  if (fake.done < fake.enqueued && answer == CuSuccess)
    fake.misuse("cuMemFree_v2 while the stream has work");
  auto block = fake.blocks.find(address);
  bool wasThere = block != fake.blocks.end();
  if (wasThere) {
    fake.used -= block->second.bytes;
    fake.memory.release(block->second.shadow);
    fake.blocks.erase(block);
  }
  return destroy(fake, answer, wasThere, "cuMemFree_v2");
}

CuResult cuMemHostAlloc(void **memory, size_t bytes, unsigned) {
  FAKE_ENTER(cuMemHostAlloc, true);
  *memory = new char[bytes];
  fake.pinned.emplace(static_cast<char *>(*memory), bytes);
  return CuSuccess;
}

CuResult cuMemFreeHost(void *memory) {
  FAKE_BEGIN(cuMemFreeHost, true);
  if (fake.done < fake.enqueued && answer == CuSuccess)
    fake.misuse("cuMemFreeHost while the stream has work");
  bool wasThere = fake.pinned.erase(static_cast<char *>(memory)) > 0;
  if (wasThere)
    delete[] static_cast<char *>(memory);
  return destroy(fake, answer, wasThere, "cuMemFreeHost");
}

CuResult cuMemcpyHtoDAsync_v2(CuAddress destination, const void *source, size_t bytes, CuStream) {
  FAKE_ENTER(cuMemcpyHtoDAsync_v2, true);
  char *to = fake.translate(destination, bytes, "cuMemcpyHtoDAsync_v2");
  if (!to)
    return CuInvalidValue;
  fake.enqueue([=] {
    std::memcpy(to, source, bytes);
    return CuSuccess;
  });
  return CuSuccess;
}

CuResult cuMemcpyDtoHAsync_v2(void *destination, CuAddress source, size_t bytes, CuStream) {
  FAKE_ENTER(cuMemcpyDtoHAsync_v2, true);
  char *from = fake.translate(source, bytes, "cuMemcpyDtoHAsync_v2");
  if (!from)
    return CuInvalidValue;
  fake.enqueue([=] {
    std::memcpy(destination, from, bytes);
    return CuSuccess;
  });
  return CuSuccess;
}

CuResult cuMemcpyDtoDAsync_v2(CuAddress destination, CuAddress source, size_t bytes, CuStream) {
  FAKE_ENTER(cuMemcpyDtoDAsync_v2, true);
  char *from = fake.translate(source, bytes, "cuMemcpyDtoDAsync_v2");
  char *to = fake.translate(destination, bytes, "cuMemcpyDtoDAsync_v2");
  if (!from || !to)
    return CuInvalidValue;
  if (from < to + bytes && to < from + bytes)
    fake.misuse("cuMemcpyDtoDAsync_v2 of ranges that overlap");
  fake.enqueue([=] {
    std::memcpy(to, from, bytes);
    return CuSuccess;
  });
  return CuSuccess;
}

CuResult cuMemsetD8Async(CuAddress destination, unsigned char value, size_t bytes, CuStream) {
  FAKE_ENTER(cuMemsetD8Async, true);
  char *to = fake.translate(destination, bytes, "cuMemsetD8Async");
  if (!to)
    return CuInvalidValue;
  fake.enqueue([=] {
    std::memset(to, value, bytes);
    return CuSuccess;
  });
  return CuSuccess;
}

CuResult cuStreamCreate(CuStream *stream, unsigned) {
  FAKE_ENTER(cuStreamCreate, true);
  fake.streams.insert(*stream = makeHandle(fake));
  return CuSuccess;
}

CuResult cuStreamSynchronize(CuStream) {
  FAKE_ENTER(cuStreamSynchronize, true);
  answer = fake.refuseRecording("cuStreamSynchronize", answer);
  return answer == CuSuccess ? fake.runAll() : answer;
}

CuResult cuStreamDestroy_v2(CuStream stream) {
  FAKE_BEGIN(cuStreamDestroy_v2, true);
  fake.runAll();
  return destroy(fake, answer, fake.streams.erase(stream) > 0, "cuStreamDestroy_v2");
}

CuResult cuStreamBeginCapture_v2(CuStream, int mode) {
  FAKE_ENTER(cuStreamBeginCapture_v2, true);
  if (fake.recording || mode != CuCaptureRelaxed)
    return CuInvalidValue;
  fake.recording.emplace();
  return CuSuccess;
}

/// Whatever it answers, the stream is as before.
CuResult cuStreamEndCapture(CuStream, CuGraph *graph) {
  FAKE_BEGIN(cuStreamEndCapture, true);
  *graph = nullptr;
  if (!fake.recording) {
    fake.misuse("cuStreamEndCapture of what does not record");
    return CuInvalidValue;
  }
  if (answer == CuSuccess)
    fake.graphs.emplace(*graph = makeHandle(fake), std::move(*fake.recording));
  fake.recording.reset();
  return answer;
}

CuResult cuGraphInstantiateWithFlags(CuGraphExec *exec, CuGraph graph, unsigned long long flags) {
  FAKE_ENTER(cuGraphInstantiateWithFlags, true);
  if (flags != 0 || !fake.graphs.contains(graph))
    return CuInvalidValue;
  fake.execs.emplace(*exec = makeHandle(fake), fake.graphs.at(graph));
  return CuSuccess;
}

CuResult cuGraphDestroy(CuGraph graph) {
  FAKE_BEGIN(cuGraphDestroy, true);
  return destroy(fake, answer, fake.graphs.erase(graph) > 0, "cuGraphDestroy");
}

CuResult cuGraphLaunch(CuGraphExec exec, CuStream) {
  FAKE_ENTER(cuGraphLaunch, true);
  if (!fake.execs.contains(exec) || fake.recording)
    return CuInvalidValue;
  for (const std::function<CuResult()> &work : fake.execs.at(exec))
    fake.enqueue(work);
  return CuSuccess;
}

CuResult cuGraphExecDestroy(CuGraphExec exec) {
  FAKE_BEGIN(cuGraphExecDestroy, true);
  return destroy(fake, answer, fake.execs.erase(exec) > 0, "cuGraphExecDestroy");
}

CuResult cuEventCreate(CuEvent *event, unsigned) {
  FAKE_ENTER(cuEventCreate, true);
  fake.events.emplace(*event = makeHandle(fake), 0);
  return CuSuccess;
}

CuResult cuEventRecord(CuEvent event, CuStream) {
  FAKE_ENTER(cuEventRecord, true);
  fake.events.at(event) = fake.enqueued;
  return CuSuccess;
}

CuResult cuEventSynchronize(CuEvent event) {
  FAKE_ENTER(cuEventSynchronize, true);
  answer = fake.refuseRecording("cuEventSynchronize", answer);
  return answer != CuSuccess ? answer : fake.runUntil(fake.events.at(event));
}

/// A millisecond for each thing that stands between them.
CuResult cuEventElapsedTime(float *milliseconds, CuEvent first, CuEvent second) {
  FAKE_ENTER(cuEventElapsedTime, true);
  uint64_t from = fake.events.at(first), to = fake.events.at(second);
  if (fake.done < to)
    return CuNotReady;
  *milliseconds = float(to - from);
  return CuSuccess;
}

CuResult cuEventDestroy_v2(CuEvent event) {
  FAKE_BEGIN(cuEventDestroy_v2, true);
  return destroy(fake, answer, fake.events.erase(event) > 0, "cuEventDestroy_v2");
}

CuResult cuLaunchKernel(CuFunction handle, unsigned gridX, unsigned, unsigned, unsigned blockX,
                        unsigned, unsigned, unsigned sharedBytes, CuStream, void **parameters,
                        void **) {
  FAKE_ENTER(cuLaunchKernel, true);
  auto *function = static_cast<FunctionHandle *>(handle);
  const weft::sim::KernelInfo *info = function->module->module->kernelInfo(function->name);
  if (gridX == 0 || sharedBytes > std::max(sharedWithoutOptIn, function->sharedLimit))
    return CuInvalidValue;
  std::vector<uint64_t> arguments(info->parameters);
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::memcpy(&arguments[i], parameters[i], sizeof(uint64_t));
    if (fake.isDeviceAddress(arguments[i]))
      arguments[i] = reinterpret_cast<uint64_t>(fake.translate(arguments[i], 0, "cuLaunchKernel"));
  }
  fake.enqueue([=, &fake] {
    std::string problem = runKernel(*function->module->module, function->name, gridX, blockX,
                                    sharedBytes, arguments, fake.memory);
    if (!problem.empty())
      fake.misuse("kernel " + function->name + ": " + problem);
    return problem.empty() ? CuSuccess : CuIllegalAddress;
  });
  return CuSuccess;
}

} // extern "C"

// The runtime's declarations, which the test of the Toolkit's header holds against that.
#define WEFT_CUDA_FUNCTION(name, exported, ...)                                                    \
  static_assert(std::is_same_v<decltype(&exported), CuResult (*)(__VA_ARGS__)>);
#include "runtime/device/cuda/Driver.def"
