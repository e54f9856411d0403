// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The device "sim" as a plug-in of the runtime (abi/Device.h): its code is the bitcode that NVPTX
// got, its memory that of the host. A launch fails at the first finding: a race, an access beside
// an array, a thread that never arrives. docs/guides/simulator.md lists the options.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "compiler/sim/Simulator.h"
#include "weft/abi/Artifact.h"
#include "weft/abi/Device.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace weft;

/// The exit-code classes of docs/spec/cli.md that this device uses.
enum Status { Ok = 0, Usage = 2, CorruptInput = 3, DeviceError = 4, OutOfMemory = 5 };

struct WeftDevice {
  int fail(Status status, const Twine &text) {
    error = text.str();
    return status;
  }

  sim::Options options;
  /// The GPU that is played; empty: whatever the code is for.
  std::string target;
  /// Blocks of a launch, where it has as many tasks: some take several.
  uint64_t blocks = 8;
  /// Of launches until now; each has a seed of its own.
  uint64_t launches = 0;
  std::string error;
};

struct WeftProgram {
  struct Kernel {
    std::string symbol;
    uint64_t arrays, sizes;
    sim::LaunchConfig config;
  };
  std::unique_ptr<sim::Module> module;
  std::vector<Kernel> kernels;
};

namespace {

// options

template <typename T>
bool readChoice(StringRef value, std::initializer_list<std::pair<StringLiteral, T>> choices,
                T &choice) {
  for (const auto &[name, meaning] : choices)
    if (name == value) {
      choice = meaning;
      return true;
    }
  return false;
}

/// What is wrong with one "key=value", or nothing.
std::string readOption(WeftDevice &device, StringRef option) {
  auto [key, value] = option.split('=');
  sim::Options &options = device.options;
  auto expect = [&](bool isRight, const char *values) {
    return isRight ? "" : (key + " expects " + values + ", got '" + value + "'").str();
  };
  if (key == "seed")
    return expect(!value.getAsInteger(10, options.seed), "a number");
  if (key == "blocks")
    return expect(!value.getAsInteger(10, device.blocks) && device.blocks >= 1 &&
                      device.blocks <= 65535,
                  "a number in [1, 65535]");
  if (key == "schedule")
    return expect(readChoice<sim::Schedule>(value,
                                            {{"inorder", sim::Schedule::InOrder},
                                             {"priority", sim::Schedule::Priority},
                                             {"uniform", sim::Schedule::Uniform},
                                             {"reverse", sim::Schedule::Reverse}},
                                            options.schedule),
                  "inorder, priority, uniform or reverse");
  if (key == "copies")
    return expect(readChoice<sim::AsyncCopies>(value,
                                               {{"mixed", sim::AsyncCopies::Mixed},
                                                {"eager", sim::AsyncCopies::Eager},
                                                {"late", sim::AsyncCopies::Late}},
                                               options.asyncCopies),
                  "mixed, eager or late");
  if (key == "target") {
    device.target = value.str();
    return expect(value == "sm_80" || value == "sm_90a", "sm_80 or sm_90a");
  }
  if (key == "races") {
    options.globalRaces = value == "all";
    options.races = options.uninitialised = value == "all" || value == "shared";
    return expect(value == "all" || value == "shared" || value == "none", "none, shared or all");
  }
  return ("expects seed, schedule, copies, races, blocks or target, got '" + option + "'").str();
}

std::string readOptions(WeftDevice &device, StringRef text) {
  device.options.races = device.options.uninitialised = true;
  SmallVector<StringRef> options;
  text.split(options, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef option : options)
    if (std::string problem = readOption(device, option); !problem.empty())
      return problem;
  return "";
}

// memory: that of the host

int allocate(WeftDevice *device, uint64_t bytes, void **memory) {
  constexpr uint64_t alignment = 256; // as of a GPU's own
  uint64_t rounded = (std::max<uint64_t>(bytes, 1) + alignment - 1) / alignment * alignment;
  *memory = rounded < bytes ? nullptr : std::aligned_alloc(alignment, rounded);
  return *memory ? Ok : device->fail(OutOfMemory, "cannot allocate " + Twine(bytes) + " bytes");
}

void release(WeftDevice *, void *memory) { std::free(memory); }

int copyBytes(WeftDevice *, void *destination, const void *source, uint64_t bytes) {
  if (bytes)
    std::memmove(destination, source, bytes);
  return Ok;
}

// programs

int load(WeftDevice *device, const void *code, uint64_t codeBytes, const WeftKernelInfo *kernels,
         uint64_t kernelCount, WeftProgram **loaded) {
  auto program = std::make_unique<WeftProgram>();
  StringRef bytes(static_cast<const char *>(code), codeBytes);
  auto module = sim::Module::load(MemoryBufferRef(bytes, "kernels"), {}, device->options);
  if (!module)
    return device->fail(CorruptInput, "cannot load the kernels: " + toString(module.takeError()));
  program->module = std::move(*module);
  for (const WeftKernelInfo &kernel : ArrayRef(kernels, kernelCount)) {
    if (!program->module->kernelInfo(kernel.symbol))
      return device->fail(CorruptInput,
                          "expects a kernel '" + Twine(kernel.symbol) + "' in the code, got none");
    sim::LaunchConfig config;
    config.block.x = uint32_t(kernel.threads);
    config.dynamicShared = uint32_t(kernel.sharedBytes);
    program->kernels.push_back({kernel.symbol, kernel.arrayCount, kernel.sizeCount, config});
  }
  for (const sim::Diagnostic &finding : program->module->lint())
    return device->fail(DeviceError, finding.text + " at " + finding.site);
  *loaded = program.release();
  return Ok;
}

void unload(WeftDevice *, WeftProgram *program) { delete program; }

/// What a launch may touch. Arrays that share bytes are one range.
sim::Memory makeMemory(ArrayRef<void *> arrays, const uint64_t *bytes) {
  std::vector<std::pair<const char *, const char *>> ranges;
  for (auto [array, length] : llvm::zip_equal(arrays, ArrayRef(bytes, arrays.size())))
    if (auto *begin = static_cast<const char *>(array); length > 0)
      ranges.emplace_back(begin, begin + length);
  llvm::sort(ranges);
  sim::Memory memory;
  for (size_t i = 0; i < ranges.size();) {
    auto [begin, end] = ranges[i++];
    for (; i < ranges.size() && ranges[i].first < end; ++i)
      end = std::max(end, ranges[i].second);
    memory.add(begin, size_t(end - begin));
  }
  return memory;
}

int launch(WeftDevice *device, WeftProgram *program, uint64_t number, void *const *arrays,
           const uint64_t *bytes, const int64_t *sizes, int64_t tasks) {
  if (tasks <= 0)
    return Ok;
  const WeftProgram::Kernel &kernel = program->kernels[number];
  std::vector<void *> pointers(arrays, arrays + kernel.arrays);
  std::vector<int64_t> values(sizes, sizes + kernel.sizes);
  std::vector<void *> arguments;
  for (void *&pointer : pointers)
    arguments.push_back(&pointer);
  for (int64_t &value : values)
    arguments.push_back(&value);
  sim::LaunchConfig config = kernel.config;
  config.grid.x = uint32_t(std::min<uint64_t>(uint64_t(tasks), device->blocks));
  const sim::Options &options = device->options;
  program->module->setSchedule(options.seed + device->launches++, options.schedule,
                               options.asyncCopies);
  std::vector<sim::Diagnostic> findings;
  auto stats = program->module->launch(kernel.symbol, config, arguments,
                                       makeMemory(pointers, bytes), findings);
  if (!stats)
    return device->fail(DeviceError, toString(stats.takeError()));
  if (findings.empty())
    return Ok;
  const sim::Diagnostic &first = findings.front();
  std::string more =
      findings.size() > 1 ? " (and " + std::to_string(findings.size() - 1) + " more)" : "";
  return device->fail(DeviceError, first.text + " at " + first.site + more);
}

int synchronize(WeftDevice *) { return Ok; }
const char *lastError(WeftDevice *device) { return device->error.c_str(); }
void close(WeftDevice *device) { delete device; }

/// Any code, or where a GPU was named what runs on it: its own before that of an older one.
uint64_t rate(WeftDevice *device, uint32_t, const char *target) {
  if (!StringRef(target).starts_with("sm_"))
    return 0;
  if (device->target.empty() || device->target == target)
    return 2;
  return device->target == "sm_90a" && StringRef(target) == "sm_80" ? 1 : 0;
}

const char *getTarget(WeftDevice *device) { return device->target.c_str(); }

constexpr uint32_t codeTypes[] = {WEFT_SECTION_GPU_IR, 0};

constexpr WeftDeviceApi api = {
    .version = WEFT_DEVICE_VERSION,
    .name = "sim",
    .codeTypes = codeTypes,
    .rate = rate,
    .target = getTarget,
    .hasOwnMemory = 0,
    .allocate = allocate,
    .release = release,
    .countMemory = nullptr,
    .toDevice = copyBytes,
    .toHost = copyBytes,
    .copy = copyBytes,
    .load = load,
    .unload = unload,
    .launch = launch,
    .spread = nullptr,
    .synchronize = synchronize,
    .words = nullptr,
    .graphs = nullptr,
    .clock = nullptr,
    .call = nullptr,
    .lastError = lastError,
    .finish = nullptr,
    .close = close,
};

} // namespace

extern "C" int weftDeviceOpen(const char *options, const WeftDeviceApi **deviceApi,
                              WeftDevice **device) {
  *deviceApi = &api;
  *device = new WeftDevice;
  std::string problem = readOptions(**device, options ? options : "");
  return problem.empty() ? Ok : (*device)->fail(Usage, problem);
}
