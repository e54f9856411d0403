// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/device/cuda/Driver.h"

#include <cstdlib>
#include <dlfcn.h>
#include <vector>

#include "runtime/base/Format.h"

namespace weft::cuda {
namespace {

/// Where drivers are: the loader's own search, Debian's folder, Red Hat's, and that of Windows'
/// subsystem for Linux.
constexpr const char *usualPaths[] = {"libcuda.so.1", "/usr/lib/x86_64-linux-gnu/libcuda.so.1",
                                      "/usr/lib64/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"};

template <typename Function> bool resolve(void *library, const char *name, Function *&function) {
  function = reinterpret_cast<Function *>(::dlsym(library, name));
  return function != nullptr;
}

/// Fills all functions; the name of the first that is missing, or null.
const char *resolveAll(void *library, Driver &driver) {
#define WEFT_CUDA_FUNCTION(name, exported, ...)                                                    \
  if (!resolve(library, #exported, driver.name))                                                   \
    return #exported;
#include "runtime/device/cuda/Driver.def"
  return nullptr;
}

} // namespace

Result<Driver> Driver::load(const std::string &path) {
  std::vector<std::string> paths;
  const char *variable = std::getenv("WEFT_CUDA_DRIVER");
  if (!path.empty())
    paths = {path};
  else if (variable && *variable)
    paths = {variable};
  else
    paths.assign(std::begin(usualPaths), std::end(usualPaths));
  std::string reasons;
  for (const std::string &candidate : paths) {
    void *library = ::dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      reasons += fmt::format("\n  {}: {}", candidate, ::dlerror());
      continue;
    }
    Driver driver;
    driver.path = candidate;
    const char *missing = resolveAll(library, driver);
    if (!missing)
      return driver;
    ::dlclose(library);
    reasons += fmt::format("\n  {}: expects the function {}, got none: no driver, or older than "
                           "CUDA 11.4",
                           candidate, missing);
  }
  return makeError(ErrorCode::Device,
                   "no NVIDIA driver was found; tried{}\n  install the driver of the card, or name "
                   "its library with WEFT_CUDA_DRIVER=PATH; --device=cpu runs without a card",
                   reasons);
}

} // namespace weft::cuda
