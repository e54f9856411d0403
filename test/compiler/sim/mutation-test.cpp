// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every barrier, wait and commit of the kernels is needed: without it, a race is reported in
// every schedule. This tests the simulator and shows how to test a kernel.
#include "Workloads.h"

#include <gtest/gtest.h>

using namespace weft::sim;

namespace {

struct Removal {
  const char *file;
  Workload run;
  int site;
  const char *text;
};

const Removal removals[] = {
    {"reduce.ll", runReduce, 0, "barrier before the partial sums are read"},
    {"reduce.ll", runReduce, 1, "barrier before they are written again"},
    {"matmul.ll", runMatmul, 0, "commit of the first chunk"},
    {"matmul.ll", runMatmul, 1, "commit of the next chunk"},
    {"matmul.ll", runMatmul, 2, "wait for the chunk"},
    {"matmul.ll", runMatmul, 3, "barrier behind the wait"},
    {"matmul.ll", runMatmul, 4, "barrier before the buffer is filled again"},
};

TEST(Mutation, EveryRemovalIsFoundInEverySchedule) {
  for (const Removal &removal : removals) {
    Options options = makeOptions();
    options.removeSync = removal.site;
    SimKernel kernel(readInput(removal.file), options);
    for (Schedule schedule : allSchedules)
      for (AsyncCopies copies : allCopies) {
        kernel.module->setSchedule(1, schedule, copies);
        removal.run(kernel);
        bool isReported = false;
        for (const Diagnostic &diagnostic : kernel.diagnostics)
          isReported |= diagnostic.kind == Diagnostic::Kind::Race;
        EXPECT_TRUE(isReported) << removal.file << ": " << removal.text << ", schedule "
                                << static_cast<int>(schedule);
      }
  }
}

} // namespace
