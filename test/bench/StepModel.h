// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training steps of the adaptive-span model as `weft train` makes them, from one state: weights as
// they begin, caches that are full, spans as a case wants them.
#ifndef TEST_BENCH_STEPMODEL_H
#define TEST_BENCH_STEPMODEL_H

#include <optional>
#include <string>
#include <vector>

#include "test/bench/Rounds.h"
#include "tools/weft/Updater.h"

namespace weft::bench {

/// A row of the table.
struct StepCase {
  std::string name;
  std::vector<std::string> settings; ///< key=value of the model
  /// Learned spans in positions: of the first head of these layers, and of all others. Empty: as
  /// span_init says.
  std::vector<int64_t> longLayers = {};
  int64_t longSpan = 0, otherSpan = 0;

  driver::Config configure() const;
};

class StepModel : public Candidate {
public:
  /// Of the artifact FOLDER/model.weft.
  StepModel(const StepCase &row, const std::string &folder, int threads);

  double run(int64_t calls) override;
  /// The comparison is the reference's to make.
  double getError() override { return 0; }
  /// Puts what the reference starts from, and what it must compute, into the folder.
  void write();

private:
  void setSpans(const StepCase &row);

  Clock clock;
  std::string folder;
  driver::Config config;
  driver::Session session;
  driver::Updater updater;
  TensorMap blocks;
};

} // namespace weft::bench

#endif
