// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The folder of a training run. Everything that eval, generate and --resume need stands in it:
//
//   run.json        model, seed, unit and fingerprint of the text, element type
//   config.toml     every field's value, its origin as a comment
//   model.weft      the compiled model
//   vocabulary.txt  the words, one a line; only when tokens are words
//   metrics.jsonl   one object a step
//   checkpoints/    weights, optimizer, states and place (weft/Checkpoint.h)
//   diagnostic/     the same before a step that left the finite numbers
#ifndef TOOLS_WEFT_RUNFOLDER_H
#define TOOLS_WEFT_RUNFOLDER_H

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/Data.h"

namespace weft::driver {

/// run.json.
struct RunFacts {
  std::string model;
  std::string data, valid;
  bool words = false;
  uint64_t seed = 0;
  uint64_t fingerprint = 0;
};

/// The text of a run.json; fails with File. `path` is how messages call it.
RunFacts readFacts(std::string_view text, const std::string &path);

struct Metrics {
  std::string lines;
  bool isMeasured = false; ///< at the last of the steps on held-out text
};
/// Of a metrics.jsonl what belongs to steps up to `step`.
Metrics keepMetrics(std::string_view text, int64_t step);

class RunFolder {
public:
  explicit RunFolder(std::string path) : folder(std::move(path)) {}

  /// Whether a run was started here.
  bool exists() const;
  /// Fails with Resource where the folder could not be made, or nothing be written into it.
  void requireWritable() const;
  /// Makes the folder; fails with Resource.
  void create() const;

  const std::string &path() const { return folder; }
  std::string artifact() const { return folder + "/model.weft"; }
  std::string config() const { return folder + "/config.toml"; }
  std::string metrics() const { return folder + "/metrics.jsonl"; }
  std::string vocabulary() const { return folder + "/vocabulary.txt"; }
  std::string checkpoints() const { return folder + "/checkpoints"; }
  /// Where the state goes that a run stopped at because its numbers left the finite ones.
  std::string diagnostic() const { return folder + "/diagnostic"; }
  /// False also where the first checkpoint was cut short.
  bool hasCheckpoint() const;

  void writeFacts(const RunFacts &facts) const;
  RunFacts readFacts() const;
  void writeVocabulary(const models::Vocabulary &vocabulary) const;
  models::Vocabulary readVocabulary(const RunFacts &facts) const;
  /// Forgets the records of metrics.jsonl after `step`, which a resumed run writes again. Whether
  /// there is a measurement of that step.
  bool trimMetrics(int64_t step) const;
  /// Removes what processes that are gone left unfinished.
  void removeStale() const;

private:
  std::string folder;
};

/// A run that may not begin: unless it is kept, what it has made in its folder is removed, and the
/// folder with it. What was there before stays, but for what the run has written over.
class NewRun {
public:
  explicit NewRun(const RunFolder &folder);
  ~NewRun();
  NewRun(const NewRun &) = delete;
  NewRun &operator=(const NewRun &) = delete;
  void keep() { parts.clear(), folders.clear(); }

private:
  RunFolder folder;
  std::vector<std::string> parts, folders; ///< that were not there; inner folders first
};

/// Replaces a file as a whole; fails with Resource.
void writeFile(const std::string &path, const std::string &content);

} // namespace weft::driver

#endif
