// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NVIDIA's driver, found at run time: neither its headers nor its library are needed to build.
#ifndef RUNTIME_DEVICE_CUDA_DRIVER_H
#define RUNTIME_DEVICE_CUDA_DRIVER_H

#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/device/cuda/DriverTypes.h"
#include "weft/Status.h"

namespace weft::cuda {

/// The driver's functions. The library stays loaded until the process ends: it has threads and exit
/// handlers of its own.
struct Driver {
#define WEFT_CUDA_FUNCTION(name, exported, ...) CuResult (*name)(__VA_ARGS__) = nullptr;
#include "runtime/device/cuda/Driver.def"
  std::string path; ///< as it was given to dlopen

  /// `path` alone; where it is empty WEFT_CUDA_DRIVER, else the places where a driver is installed.
  /// Fails with Device, every path that was tried and why it was not it.
  static Result<Driver> load(const std::string &path);

  /// What a call that did not return success means: the call, the driver's name of the error, its
  /// words, and what to do. Resource for a lack of memory, else Device.
  Status describe(const char *call, CuResult result) const;
};

/// Calls a function of the driver: a Status that names it.
#define WEFT_CUDA_CALL(driver, name, ...)                                                          \
  ((driver).describe(::weft::cuda::callNames.name, (driver).name(__VA_ARGS__)))

/// The exported name of each function, for messages.
struct CallNames {
#define WEFT_CUDA_FUNCTION(name, exported, ...) const char *name = #exported;
#include "runtime/device/cuda/Driver.def"
};
inline constexpr CallNames callNames;

} // namespace weft::cuda

#endif
