// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The manifest: JSON, then its meaning, then what a run makes of it first.
#include "runtime/artifact/ManifestReader.h"
#include "test/fuzz/FuzzTarget.h"
#include "weft/ParamStore.h"

using namespace weft;

static bool isSmall(const Manifest &manifest) {
  int64_t bytes = 0;
  for (const ParamSpec &param : manifest.params)
    bytes += *countBytes(param.dtype, param.shape) > 65536 ? 1 << 20 : 65536;
  return bytes < 1 << 20 && manifest.states.size() < 16;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz::MemoryBound bound(size);
  Result<Manifest> manifest = readManifest(fuzz::asText(data, size));
  if (!manifest) {
    fuzz::requireRefusal(manifest.status());
    return 0;
  }
  for (const FunctionSpec &function : manifest->functions)
    for (const auto *specs : {&function.arguments, &function.results})
      for (const TensorSpec &spec : *specs)
        fuzz::require(!manifest->formatType(spec.dtype, spec.shape).empty(), "a type has a name");
  if (!isSmall(*manifest))
    return 0;
  if (Result<TensorMap> params = initializeParams(*manifest, 1))
    fuzz::require(bool(verifyParams(*manifest, *params)), "parameters fit their manifest");
  return 0;
}
