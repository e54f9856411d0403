// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "weft/Device.h"

#include <dlfcn.h>
#include <filesystem>
#include <mutex>
#include <utility>

#include "runtime/base/Format.h"
#include "runtime/device/cpu/CpuDevice.h"
#include "runtime/device/cuda/CudaDevice.h"

namespace weft {
namespace {

struct Closing {
  std::mutex mutex;
  Status failure;
};

/// Never destroyed: a device that a variable of the program holds is closed after those of this
/// file.
Closing &getClosing() {
  static Closing *closing = new Closing;
  return *closing;
}

void keepClosingFailure(Status status) noexcept {
  Closing &closing = getClosing();
  std::lock_guard lock(closing.mutex);
  if (closing.failure)
    closing.failure = std::move(status);
}

} // namespace

Status Device::takeClosingFailure() {
  Closing &closing = getClosing();
  std::lock_guard lock(closing.mutex);
  return std::exchange(closing.failure, Status());
}

struct Device::State {
  const WeftDeviceApi *api = nullptr;
  WeftDevice *device = nullptr;
  void *library = nullptr;

  Status describeFailure(int code) const noexcept {
    try {
      return makeError(ErrorCode(code), "device `{}`: {}", api->name, api->lastError(device));
    } catch (const std::bad_alloc &) {
      return Status(ErrorCode(code), "a device");
    }
  }

  ~State() {
    if (device) {
      int code = api->finish ? api->finish(device) : 0;
      if (code != 0)
        keepClosingFailure(describeFailure(code));
      api->close(device);
    }
    if (library)
      ::dlclose(library);
  }
};

namespace {

/// lib/libWeft<Name>Device.so beside the folder of the executable; names are plain so that none
/// leaves that folder.
Result<std::string> findPlugin(const std::string &name) {
  for (char c : name)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
      return makeError(ErrorCode::Usage, "a device name expects small letters and digits, got `{}`",
                       name);
  if (name.empty())
    return makeError(ErrorCode::Usage,
                     "a device name expects small letters and digits, got nothing");
  std::string stem = name;
  stem[0] = char(std::toupper(stem[0]));
  std::error_code error;
  std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    return makeError(ErrorCode::Device, "cannot find the folder of this program: {}",
                     error.message());
  return (executable.parent_path().parent_path() / "lib" / fmt::format("libWeft{}Device.so", stem))
      .string();
}

} // namespace

Result<Device> Device::open(const std::string &name, const std::string &options) {
  Device device;
  device.state = std::make_shared<State>();
  if (name == "cpu") {
    Result<WeftDevice *> cpu = openCpuDevice(options);
    if (!cpu)
      return cpu.status();
    device.state->api = &getCpuDeviceApi();
    device.state->device = *cpu;
    return device;
  }
  if (name == "cuda") {
    Result<WeftDevice *> cuda = openCudaDevice(options);
    if (!cuda)
      return cuda.status().within("device `cuda`");
    device.state->api = &getCudaDeviceApi();
    device.state->device = *cuda;
    return device;
  }
  Result<std::string> path = findPlugin(name);
  if (!path)
    return path.status();
  // Global: a plug-in and the compiler, both built on MLIR, may share a process, and MLIR tells
  // types apart by the address of a variable that each of them has a copy of.
  device.state->library = ::dlopen(path->c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!device.state->library)
    return makeError(ErrorCode::Device, "there is no device `{}`: {}", name, ::dlerror());
  auto open = reinterpret_cast<WeftDeviceOpen>(::dlsym(device.state->library, "weftDeviceOpen"));
  if (!open)
    return makeError(ErrorCode::Device, "{} expects the function weftDeviceOpen, got none", *path);
  int code = open(options.c_str(), &device.state->api, &device.state->device);
  const WeftDeviceApi *api = device.state->api;
  if (api && api->version != WEFT_DEVICE_VERSION) {
    device.state->device = nullptr; // not closed: who knows where its table has the function
    return makeError(ErrorCode::Device, "{} expects device version {}, got {}; build it anew",
                     *path, WEFT_DEVICE_VERSION, api->version);
  }
  if (code != 0)
    return device.handle() ? device.check(code)
                           : makeError(ErrorCode(code),
                                       "device `{}` did not open with options `{}`", name, options);
  return device;
}

std::string Device::name() const { return api().name; }
const WeftDeviceApi &Device::api() const { return *state->api; }
WeftDevice *Device::handle() const { return state->device; }

uint64_t Device::rate(uint32_t codeType, const std::string &target) const {
  return api().rate ? api().rate(handle(), codeType, target.c_str()) : 1;
}

std::string Device::target() const { return api().target ? api().target(handle()) : ""; }

Status Device::check(int code) const {
  if (code == 0)
    return {};
  const char *words = api().lastError(handle());
  return makeError(ErrorCode(code), "device `{}`: {}", name(),
                   words && *words ? words : "failed without a reason");
}

} // namespace weft
