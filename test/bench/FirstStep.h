// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a user waits for after `weft train`, and what it takes in memory.
#ifndef TEST_BENCH_FIRSTSTEP_H
#define TEST_BENCH_FIRSTSTEP_H

#include <string>
#include <vector>

namespace weft::bench {

struct FirstStep {
  double seconds = 0;    ///< from the start of the process to the line of its first step
  int64_t peakBytes = 0; ///< largest resident memory of the whole process, compiler included
};

/// `weft train adaptive-span` for three steps. FOLDER/text is the text; the kernel cache is
/// FOLDER/cache, so the first call finds none and the second one a full one.
FirstStep measureFirstStep(const std::string &folder, const std::vector<std::string> &settings,
                           int threads);

} // namespace weft::bench

#endif
