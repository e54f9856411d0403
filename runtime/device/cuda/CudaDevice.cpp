// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/CudaDevice.h"

#include <charconv>
#include <cstring>
#include <mutex>
#include <new>
#include <type_traits>

#include "runtime/base/Format.h"
#include "runtime/device/cuda/CudaClock.h"
#include "runtime/device/cuda/CudaGraph.h"
#include "runtime/device/cuda/CudaProgram.h"
#include "runtime/device/cuda/CudaStaging.h"
#include "runtime/device/cuda/CudaWords.h"
#include "weft/abi/Artifact.h"

namespace weft {
namespace cuda {
namespace {

/// What WeftDevice points to. All calls take turns: the stream has one order. A thread that records
/// keeps its turn from the first call to the last.
struct CudaDevice {
  CudaContext context;
  CudaMemory memory{context};
  CudaStaging staging{context};
  CudaWords words{context};
  CudaClock clock{context};
  std::unique_ptr<CudaGraph> recording;
  std::string target;
  std::recursive_mutex mutex;
};

CudaDevice &getDevice(WeftDevice *device) { return *reinterpret_cast<CudaDevice *>(device); }

/// Of the calling thread, so that two threads of one device do not exchange their errors.
/// A device that a variable of the program holds is closed when the strings of a thread are gone.
struct ErrorText {
  char text[16384];
};
static_assert(std::is_trivially_destructible_v<ErrorText>);
thread_local ErrorText lastError;

int report(const Status &status) noexcept {
  size_t length = std::min(status.message().size(), sizeof lastError.text - 1);
  std::memcpy(lastError.text, status.message().data(), length);
  lastError.text[length] = 0;
  return int(status.code());
}

/// Runs the body of a call with the card's context as that of this thread.
template <typename Body> int enter(WeftDevice *handle, Body body) noexcept {
  CudaDevice &device = getDevice(handle);
  try {
    std::lock_guard lock(device.mutex);
    Status status = device.context.enter();
    return report(status ? body(device) : status);
  } catch (const std::bad_alloc &) {
    return report(outOfMemory("out of memory of the host"));
  }
}

int allocate(WeftDevice *handle, uint64_t bytes, void **memory) {
  return enter(handle, [&](CudaDevice &device) { return device.memory.allocate(bytes, memory); });
}

/// Where a call has nobody to tell, its failure is kept for the next that has.
template <typename Body> void giveBack(WeftDevice *handle, Body body) noexcept {
  CudaDevice &device = getDevice(handle);
  std::lock_guard lock(device.mutex);
  device.context.attempt([&] { return device.context.makeCurrent(); });
  // Whatever the driver says, it is asked to take back all that it gave.
  device.context.attempt([&] {
    body(device);
    return Status();
  });
}

void release(WeftDevice *handle, void *memory) {
  giveBack(handle, [&](CudaDevice &device) { device.memory.release(memory); });
}

int countMemory(WeftDevice *handle, uint64_t *unused, uint64_t *total) {
  return enter(handle, [&](CudaDevice &device) { return device.memory.count(*unused, *total); });
}

int toDevice(WeftDevice *handle, void *destination, const void *source, uint64_t bytes) {
  return enter(handle, [&](CudaDevice &device) {
    return device.staging.toDevice(destination, source, bytes);
  });
}

int toHost(WeftDevice *handle, void *destination, const void *source, uint64_t bytes) {
  return enter(handle, [&](CudaDevice &device) {
    return device.staging.toHost(destination, source, bytes);
  });
}

int noteWord(WeftDevice *handle, const void *source, uint32_t *slot) {
  return enter(handle, [&](CudaDevice &device) { return device.words.note(source, *slot); });
}

int readWords(WeftDevice *handle, const uint32_t *slots, uint64_t count, int32_t *values) {
  if (!values) {
    giveBack(handle, [&](CudaDevice &device) {
      device.context.attempt([&] { return device.words.read({slots, count}, nullptr); });
    });
    return 0;
  }
  return enter(handle, [&](CudaDevice &device) {
    return device.words.read({slots, count}, values);
  });
}

Status copyOnCard(const CudaContext &context, CuAddress to, CuAddress from, uint64_t bytes) {
  return WEFT_CUDA_CALL(context.driver, memcpyDtoDAsync, to, from, bytes, context.stream);
}

int copy(WeftDevice *handle, void *destination, const void *source, uint64_t bytes) {
  return enter(handle, [&](CudaDevice &device) {
    auto to = reinterpret_cast<CuAddress>(destination), from = reinterpret_cast<CuAddress>(source);
    if (bytes == 0 || to == from)
      return Status();
    if (to >= from + bytes || from >= to + bytes)
      return copyOnCard(device.context, to, from, bytes);
    // The driver leaves open what overlapping ranges give: through memory between.
    void *between = nullptr;
    CudaGraph *graph = device.recording.get();
    if (Status status =
            graph ? graph->allocate(bytes, &between) : device.memory.allocate(bytes, &between);
        !status)
      return status;
    auto middle = reinterpret_cast<CuAddress>(between);
    Status status = copyOnCard(device.context, middle, from, bytes);
    if (status)
      status = copyOnCard(device.context, to, middle, bytes);
    if (!graph)
      device.memory.release(between);
    return status;
  });
}

int load(WeftDevice *handle, const void *code, uint64_t codeBytes, const WeftKernelInfo *kernels,
         uint64_t kernelCount, WeftProgram **program) {
  return enter(handle, [&](CudaDevice &device) {
    Result<std::unique_ptr<CudaProgram>> loaded = CudaProgram::load(
        device.context, {static_cast<const std::byte *>(code), codeBytes}, {kernels, kernelCount});
    if (loaded)
      *program = reinterpret_cast<WeftProgram *>(loaded->release());
    return loaded.status();
  });
}

void unload(WeftDevice *handle, WeftProgram *program) {
  giveBack(handle, [&](CudaDevice &) { delete reinterpret_cast<CudaProgram *>(program); });
}

int launch(WeftDevice *handle, WeftProgram *program, uint64_t kernel, void *const *arrays,
           const uint64_t *, const int64_t *sizes, int64_t tasks) {
  return enter(handle, [&](CudaDevice &) {
    return reinterpret_cast<CudaProgram *>(program)->launch(kernel, arrays, sizes, tasks);
  });
}

int synchronize(WeftDevice *handle) {
  return enter(handle, [](CudaDevice &device) { return device.context.wait(); });
}

int beginGraph(WeftDevice *handle, int *records) {
  return enter(handle, [&](CudaDevice &device) {
    *records = !device.context.options.waits;
    if (!*records)
      return Status();
    auto graph = std::make_unique<CudaGraph>(device.context, device.memory);
    Status status = graph->begin();
    *records = bool(status);
    if (!status)
      return status;
    device.recording = std::move(graph);
    device.mutex.lock();
    return Status();
  });
}

int endGraph(WeftDevice *handle, WeftGraph **graph) noexcept {
  // Ends whatever trouble there is: nothing runs on a stream that records.
  CudaDevice &device = getDevice(handle);
  int code = 0;
  try {
    std::unique_ptr<CudaGraph> recorded = std::move(device.recording);
    Status status = recorded->end(graph != nullptr);
    if (status && graph)
      *graph = reinterpret_cast<WeftGraph *>(recorded.release());
    code = report(status);
  } catch (const std::bad_alloc &) {
    code = report(outOfMemory("out of memory of the host"));
  }
  device.mutex.unlock();
  return code;
}

int runGraph(WeftDevice *handle, WeftGraph *graph) {
  return enter(handle, [&](CudaDevice &) { return reinterpret_cast<CudaGraph *>(graph)->run(); });
}

void releaseGraph(WeftDevice *handle, WeftGraph *graph) {
  giveBack(handle, [&](CudaDevice &) { delete reinterpret_cast<CudaGraph *>(graph); });
}

int setMark(WeftDevice *handle, uint32_t mark) {
  return enter(handle, [&](CudaDevice &device) { return device.clock.mark(mark); });
}

int measureMarks(WeftDevice *handle, uint32_t first, uint32_t second, double *seconds) {
  return enter(handle,
               [&](CudaDevice &device) { return device.clock.measure(first, second, *seconds); });
}

/// "sm_90a" is code for that card alone; else a target runs on later cards, as PTX on all of them,
/// as machine code on those of its generation.
uint64_t rate(WeftDevice *handle, uint32_t codeType, const char *target) {
  std::string_view text = target;
  int sm = 0;
  if (!text.starts_with("sm_"))
    return 0;
  const char *end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data() + 3, end, sm);
  bool isForOne = stop != end && *stop == 'a' && stop + 1 == end;
  if (error != std::errc() || (stop != end && !isForOne))
    return 0;
  int card = getDevice(handle).context.sm;
  bool isRight = isForOne ? sm == card : sm <= card;
  if (codeType == WEFT_SECTION_CUBIN && isRight && sm / 10 == card / 10)
    return 10000 + uint64_t(sm) * 2 + isForOne;
  return codeType == WEFT_SECTION_PTX && isRight ? uint64_t(sm) * 2 + isForOne : 0;
}

const char *getTarget(WeftDevice *handle) { return getDevice(handle).target.c_str(); }

const char *getLastError(WeftDevice *) { return lastError.text; }

int finish(WeftDevice *handle) {
  CudaDevice &device = getDevice(handle);
  giveBack(handle, [](CudaDevice &device) {
    device.context.attempt([&] { return device.context.wait(); });
    device.clock.close();
    device.words.close();
    device.staging.close();
    device.memory.close();
    device.context.close();
  });
  return report(device.context.takeTrouble());
}

void closeDevice(WeftDevice *handle) { delete &getDevice(handle); }

} // namespace
} // namespace cuda

Result<WeftDevice *> openCudaDevice(const std::string &text) try {
  Result<cuda::CudaOptions> options = cuda::CudaOptions::parse(text);
  if (!options)
    return options.status();
  auto device = std::make_unique<cuda::CudaDevice>();
  if (Status status = device->context.open(*options); !status)
    return status;
  device->target = fmt::format("sm_{}", device->context.sm);
  return reinterpret_cast<WeftDevice *>(device.release());
} catch (const std::bad_alloc &) {
  return makeError(ErrorCode::Resource, "out of memory of the host");
}

const WeftDeviceApi &getCudaDeviceApi() {
  static constexpr uint32_t codeTypes[] = {WEFT_SECTION_CUBIN, WEFT_SECTION_PTX, 0};
  static constexpr WeftWordApi words = {.note = cuda::noteWord, .read = cuda::readWords};
  static constexpr WeftGraphApi graphs = {.begin = cuda::beginGraph,
                                          .end = cuda::endGraph,
                                          .run = cuda::runGraph,
                                          .release = cuda::releaseGraph};
  static constexpr WeftClockApi clock = {.mark = cuda::setMark, .measure = cuda::measureMarks};
  static const WeftDeviceApi api = {
      .version = WEFT_DEVICE_VERSION,
      .name = "cuda",
      .codeTypes = codeTypes,
      .rate = cuda::rate,
      .target = cuda::getTarget,
      .hasOwnMemory = 1,
      .allocate = cuda::allocate,
      .release = cuda::release,
      .countMemory = cuda::countMemory,
      .toDevice = cuda::toDevice,
      .toHost = cuda::toHost,
      .copy = cuda::copy,
      .load = cuda::load,
      .unload = cuda::unload,
      .launch = cuda::launch,
      .spread = nullptr,
      .synchronize = cuda::synchronize,
      .words = &words,
      .graphs = &graphs,
      .clock = &clock,
      .call = nullptr,
      .lastError = cuda::getLastError,
      .finish = cuda::finish,
      .close = cuda::closeDevice,
  };
  return api;
}

} // namespace weft
