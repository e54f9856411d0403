// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The small files of a run's folder: run.json, a zero byte, metrics.jsonl.
#include "test/fuzz/FuzzTarget.h"
#include "tools/weft/Failure.h"
#include "tools/weft/RunFolder.h"

using namespace weft;
using namespace weft::driver;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view metrics = fuzz::asText(data, size);
  std::string_view facts = fuzz::takeUntil(metrics, '\0');
  fuzz::MemoryBound bound(size);
  try {
    readFacts(facts, "run.json");
  } catch (const Failure &failure) {
    fuzz::requireRefusal(failure.status);
  }
  std::string kept = keepMetrics(metrics, 100).lines;
  fuzz::require(kept.size() <= metrics.size() + 1 && keepMetrics(kept, 100).lines == kept,
                "what was kept is kept again");
  return 0;
}
