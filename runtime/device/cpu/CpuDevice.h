// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef RUNTIME_DEVICE_CPU_CPUDEVICE_H
#define RUNTIME_DEVICE_CPU_CPUDEVICE_H

#include <string>

#include "weft/Status.h"
#include "weft/abi/Device.h"

namespace weft {

/// Opens the CPU behind the plain-C interface. Options: "threads=N".
Result<WeftDevice *> openCpuDevice(const std::string &options);

/// The interface of every device that openCpuDevice returns.
const WeftDeviceApi &getCpuDeviceApi();

} // namespace weft

#endif
