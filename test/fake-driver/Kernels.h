// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the kernels that the fake driver is given. It cannot run PTX or a cubin; it looks into the
// artifact that WEFT_TEST_DRIVER_CODE names for the bitcode that stands beside the same code, and
// the simulator runs that.
#ifndef TEST_FAKE_DRIVER_KERNELS_H
#define TEST_FAKE_DRIVER_KERNELS_H

#include <memory>
#include <string>
#include <vector>

#include "compiler/sim/Simulator.h"

namespace fake {

struct LoadedModule;

/// What cuModuleGetFunction gives.
struct FunctionHandle {
  LoadedModule *module = nullptr;
  std::string name;
  unsigned sharedLimit = 0; ///< bytes of dynamic shared memory, as cuFuncSetAttribute set them
};

struct LoadedModule {
  std::unique_ptr<weft::sim::Module> module;
  std::vector<std::unique_ptr<FunctionHandle>> handles;
};

/// The module of an image, or null and why in `problem`.
std::unique_ptr<LoadedModule> loadImage(const char *image, int sm, std::string &problem);

/// Runs a launch; what is wrong, or nothing.
std::string runKernel(weft::sim::Module &module, const std::string &kernel, unsigned blocks,
                      unsigned threads, unsigned shared, const std::vector<uint64_t> &arguments,
                      const weft::sim::Memory &memory);

} // namespace fake

#endif
