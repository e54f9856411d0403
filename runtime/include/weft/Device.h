// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device: where functions run. "cpu" and "cuda" are built in; any other name is a plug-in, a
// shared library lib/libWeft<Name>Device.so beside the folder of the executable (abi/Device.h).
//
// Example:
//   Result<Device> device = Device::open("cpu", "threads=2");
//   if (!device)
//     return device.status();
//   Result<Module> module = Module::load("model.weft", *device);
//
// Options of cpu: threads=N (default: WEFT_THREADS, else the number of usable processors). The
// number changes no bit of any result.
//
// Options of cuda: card=N, the number of the card; driver=PATH, the driver's library in the place
// of libcuda.so.1 (default: WEFT_CUDA_DRIVER); sync=1, wait for each kernel, so that an error names
// it; poison=1, fill fresh memory with NaN.
//
// Ownership: a Device is a handle; the device is closed, and its threads end, with its last handle,
// that of a Module or of a tensor in its memory included. Threads: a device may be shared; calls on
// it take turns. Failure: Usage on a bad option or name, Device when there is no such device.
#ifndef WEFT_DEVICE_H
#define WEFT_DEVICE_H

#include <memory>
#include <string>

#include "weft/Status.h"
#include "weft/abi/Device.h"

namespace weft {

class Device {
public:
  /// Fails with Usage on a bad option and with Device when there is no such device.
  static Result<Device> open(const std::string &name, const std::string &options = "");

  /// "cpu", "interpreter", ...
  std::string name() const;
  /// Whether it runs whole functions of the graph itself instead of exec programs.
  bool runsGraphs() const { return api().call != nullptr; }

  const WeftDeviceApi &api() const;
  WeftDevice *handle() const;
  /// Turns a return value of the plain-C interface into a Status with the device's own words.
  Status check(int code) const;
  /// How well it runs code of this type (WeftSectionType) for this target; 0: not at all.
  uint64_t rate(uint32_t codeType, const std::string &target) const;
  /// The target of the GPU that is there, "sm_90"; empty on a device that is none.
  std::string target() const;

  /// What failed while devices were closed since the last call of this: giving memory back has
  /// nobody else to tell, and a GPU may report then what went wrong before.
  static Status takeClosingFailure();

private:
  struct State;
  std::shared_ptr<State> state;
};

} // namespace weft

#endif
