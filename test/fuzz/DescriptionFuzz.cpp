// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a model program answers to --describe. The fields that are accepted make a config, whose
// TOML must be readable.
#include "test/fuzz/FuzzTarget.h"
#include "tools/weft/Failure.h"
#include "tools/weft/ModelDescription.h"

using namespace weft;
using namespace weft::driver;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ModelDescription description;
  {
    fuzz::MemoryBound bound(size);
    try {
      description = readDescription(fuzz::asText(data, size), "model");
    } catch (const Failure &failure) {
      fuzz::requireRefusal(failure.status, ErrorCode::Model);
      return 0;
    }
  }
  Config config, again;
  for (const Field &field : description.fields) {
    config.add(field);
    again.add(field);
  }
  config.print(true);
  config.modelArguments();
  try {
    again.readToml(config.toToml(), "again.toml");
  } catch (const Failure &failure) {
    fuzz::require(false, "the defaults of a model can be written to a config");
  }
  return 0;
}
