// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The folder of a training run. Everything that eval, generate and --resume need stands in it:
//
//   run.json        model, seed, unit and fingerprint of the data, element type
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
  models::Unit unit = models::Unit::Bytes; ///< never Automatic
  uint64_t seed = 0;
  uint64_t fingerprint = 0;
};

/// The text of a run.json; fails with File. `path` is how messages call it.
RunFacts readFacts(std::string_view text, const std::string &path);

struct Metrics {
  std::string lines;
  bool isMeasured = false; ///< at the last of the steps on held-out text
  int64_t skipped = 0;     ///< steps that were taken back
};
/// Of a metrics.jsonl what belongs to steps up to `step`.
Metrics keepMetrics(std::string_view text, int64_t step);

class RunFolder {
public:
  explicit RunFolder(std::string path) : folder(std::move(path)) {}

  /// Whether a run was started here.
  bool exists() const;
  /// Fails with Usage where a run cannot begin without harm: the folder holds a run, another
  /// process is beginning one, or there is a file with the name of one of a run's that is none.
  /// What a process that is gone has left of a run that did not begin is no hindrance.
  void requireFree() const;
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
  /// Forgets the records of metrics.jsonl after `step`, which a resumed run writes again, and
  /// returns what stays.
  Metrics trimMetrics(int64_t step) const;
  /// Removes what processes that are gone left unfinished.
  void removeStale() const;

private:
  friend class NewRun;
  enum class Writer { None, Gone, Alive };
  /// Who has marked the folder. A mark of this process's number is of an earlier life, or its own.
  Writer findWriter() const;
  /// The files and folders of a run but for run.json.
  std::vector<std::string> parts() const;

  std::string folder;
};

/// A run that may not begin: makes the folder, and marks it by a draft of run.json before anything
/// else is written. Unless the run is kept, all of it is removed again, and the folder with it.
/// What was there before stays: RunFolder::requireFree has seen that it has other names.
class NewRun {
public:
  explicit NewRun(const RunFolder &folder);
  ~NewRun();
  NewRun(const NewRun &) = delete;
  NewRun &operator=(const NewRun &) = delete;
  /// Writes the facts: from now on the folder holds a run.
  void keep(const RunFacts &facts);

private:
  void removeParts() const;
  void removeMark() const;

  RunFolder folder;
  std::string mark;
  std::vector<std::string> folders; ///< that were not there; inner ones first
  bool isKept = false;
};

/// Replaces a file as a whole; fails with Resource.
void writeFile(const std::string &path, const std::string &content);

} // namespace weft::driver

#endif
