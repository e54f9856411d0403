// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The CPU: device memory is host memory, code is an ELF shared object.
#include "runtime/device/cpu/CpuDevice.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <memory>
#include <sched.h>
#include <unistd.h>

#include "runtime/base/File.h"
#include "runtime/base/Format.h"
#include "runtime/base/Memory.h"
#include "runtime/device/cpu/ThreadPool.h"
#include "weft/abi/Artifact.h"
#include "weft/abi/Kernel.h"

struct WeftDevice {
  explicit WeftDevice(int threads) : pool(threads) {}
  weft::ThreadPool pool;
  std::string lastError;
};

struct WeftProgram {
  void *library = nullptr;
  std::vector<WeftKernel> kernels;

  WeftProgram() = default;
  WeftProgram(const WeftProgram &) = delete;
  WeftProgram &operator=(const WeftProgram &) = delete;
  ~WeftProgram() {
    if (library)
      ::dlclose(library);
  }
};

namespace weft {
namespace {

constexpr int maxThreads = 1024;

int report(WeftDevice *device, const Status &status) {
  device->lastError = status.message();
  return int(status.code());
}

/// A file with the code for as long as dlopen reads it.
class TemporaryFile {
public:
  static Result<std::unique_ptr<TemporaryFile>> create(std::span<const std::byte> content) {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    std::string path = ((error ? std::filesystem::path("/tmp") : folder) / "weft-XXXXXX").string();
    int descriptor = ::mkstemp(path.data());
    if (descriptor < 0)
      return makeError(ErrorCode::Resource, "cannot create {}: {}", path, std::strerror(errno));
    std::unique_ptr<TemporaryFile> file(new TemporaryFile(path));
    for (size_t done = 0; done < content.size();) {
      ssize_t count = ::write(descriptor, content.data() + done, content.size() - done);
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0) {
        Status status =
            makeError(ErrorCode::Resource, "cannot write {}: {}", path, std::strerror(errno));
        ::close(descriptor);
        return status;
      }
      done += size_t(count);
    }
    ::close(descriptor);
    return file;
  }
  ~TemporaryFile() { ::unlink(path.c_str()); }

  const std::string path;

private:
  explicit TemporaryFile(std::string path) : path(std::move(path)) {}
};

Result<std::unique_ptr<WeftProgram>> loadProgram(std::span<const std::byte> code,
                                                 std::span<const WeftKernelInfo> kernels) {
  Result<std::unique_ptr<TemporaryFile>> file = TemporaryFile::create(code);
  if (!file)
    return file.status();
  auto program = std::make_unique<WeftProgram>();
  program->library = ::dlopen((*file)->path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!program->library)
    return makeError(ErrorCode::Device, "cannot load the kernels: {}", ::dlerror());
  for (const WeftKernelInfo &kernel : kernels) {
    void *symbol = ::dlsym(program->library, kernel.symbol);
    if (!symbol)
      return fileError("code section expects the kernel `{}`, got a library without it",
                       kernel.symbol);
    program->kernels.push_back(reinterpret_cast<WeftKernel>(symbol));
  }
  return program;
}

struct Launch {
  WeftKernel kernel;
  void *const *arrays;
  const int64_t *sizes;
};

void runTask(const void *context, int64_t task) {
  const Launch &launch = *static_cast<const Launch *>(context);
  launch.kernel(launch.arrays, launch.sizes, task);
}

int allocate(WeftDevice *device, uint64_t bytes, void **memory) {
  *memory = allocateMemory(bytes);
  return *memory
             ? 0
             : report(device, makeError(ErrorCode::Resource, "out of memory for {} bytes", bytes));
}

void release(WeftDevice *, void *memory) { std::free(memory); }

int copy(WeftDevice *, void *destination, const void *source, uint64_t bytes) {
  // Windows of one buffer may overlap.
  if (bytes)
    std::memmove(destination, source, bytes);
  return 0;
}

int load(WeftDevice *device, const void *code, uint64_t codeBytes, const WeftKernelInfo *kernels,
         uint64_t kernelCount, WeftProgram **program) {
  Result<std::unique_ptr<WeftProgram>> loaded =
      loadProgram({static_cast<const std::byte *>(code), codeBytes}, {kernels, kernelCount});
  if (!loaded)
    return report(device, loaded.status());
  *program = loaded->release();
  return 0;
}

void unload(WeftDevice *, WeftProgram *program) { delete program; }

int launch(WeftDevice *device, WeftProgram *program, uint64_t kernel, void *const *arrays,
           const uint64_t *, const int64_t *sizes, int64_t tasks) {
  Launch launch{program->kernels[kernel], arrays, sizes};
  device->pool.run(runTask, &launch, tasks);
  return 0;
}

int spread(WeftDevice *device, void (*turn)(void *, int64_t), void *context, int64_t turns) {
  struct Turns {
    void (*turn)(void *, int64_t);
    void *context;
  } all{turn, context};
  auto runTurn = [](const void *context, int64_t i) {
    const Turns &all = *static_cast<const Turns *>(context);
    all.turn(all.context, i);
  };
  device->pool.run(runTurn, &all, turns);
  return 0;
}

int synchronize(WeftDevice *) { return 0; }
const char *getLastError(WeftDevice *device) { return device->lastError.c_str(); }
void closeDevice(WeftDevice *device) { delete device; }

int countUsableProcessors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0)
    return CPU_COUNT(&set);
  return int(std::max(1u, std::thread::hardware_concurrency()));
}

Result<int> parseThreads(std::string_view text, const char *origin) {
  int threads = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size() || threads < 1 ||
      threads > maxThreads)
    return makeError(ErrorCode::Usage, "{} expects a number in [1, {}], got `{}`", origin,
                     maxThreads, text);
  return threads;
}

Result<int> chooseThreads(std::string_view options) {
  Result<int> threads = std::min(countUsableProcessors(), maxThreads);
  if (const char *variable = std::getenv("WEFT_THREADS"); variable && *variable)
    threads = parseThreads(variable, "WEFT_THREADS");
  while (threads && !options.empty()) {
    std::string_view option = options.substr(0, options.find(','));
    options.remove_prefix(std::min(options.size(), option.size() + 1));
    if (!option.starts_with("threads="))
      return makeError(ErrorCode::Usage, "device cpu expects the option threads=N, got `{}`",
                       option);
    threads = parseThreads(option.substr(8), "threads");
  }
  return threads;
}

} // namespace

Result<WeftDevice *> openCpuDevice(const std::string &options) {
  Result<int> threads = chooseThreads(options);
  if (!threads)
    return threads.status();
  try {
    return new WeftDevice(*threads);
  } catch (const std::exception &failure) {
    return makeError(ErrorCode::Resource, "cannot start {} threads: {}", *threads, failure.what());
  }
}

const WeftDeviceApi &getCpuDeviceApi() {
  static constexpr uint32_t codeTypes[] = {WEFT_SECTION_CPU_CODE, 0};
  static const WeftDeviceApi api = {
      .version = WEFT_DEVICE_VERSION,
      .name = "cpu",
      .codeTypes = codeTypes,
      .rate = nullptr,
      .target = nullptr,
      .hasOwnMemory = 0,
      .allocate = allocate,
      .release = release,
      .countMemory = nullptr,
      .toDevice = copy,
      .toHost = copy,
      .copy = copy,
      .load = load,
      .unload = unload,
      .launch = launch,
      .spread = spread,
      .synchronize = synchronize,
      .words = nullptr,
      .graphs = nullptr,
      .clock = nullptr,
      .call = nullptr,
      .lastError = getLastError,
      .finish = nullptr,
      .close = closeDevice,
  };
  return api;
}

} // namespace weft
