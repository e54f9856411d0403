// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The names in a folder of checkpoints and the order in which they change
// (docs/spec/checkpoint.md). What a checkpoint holds is Checkpoint.cpp's task.
#ifndef RUNTIME_CHECKPOINT_CHECKPOINTFOLDER_H
#define RUNTIME_CHECKPOINT_CHECKPOINTFOLDER_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "weft/Status.h"

namespace weft {

class CheckpointFolder {
public:
  explicit CheckpointFolder(std::string path) : folder(std::move(path)) {}

  const std::string &path() const { return folder; }
  std::string getPath(uint64_t step) const;
  /// Where this process writes the save of a step.
  std::string getDraft(uint64_t step) const;

  /// Makes the folder, and its name in the folder above durable.
  Status create() const;
  /// Steps of the complete checkpoints, newest first; none where there is no folder.
  Result<std::vector<uint64_t>> listSteps() const;
  /// The step LATEST names, unless it names none.
  std::optional<uint64_t> readLatest() const;
  Status writeLatest(uint64_t step) const;
  bool hasLatest() const;

  /// Removes the drafts of processes that are gone, and of this process's number from an earlier
  /// life.
  Status removeStale() const;
  /// Puts a finished draft in place. A checkpoint of the same step is exchanged for it in one
  /// stroke; the draft's name then holds the old content, for dispose().
  Status moveIntoPlace(uint64_t step) const;
  /// Takes all but the `keep` newest whole ones up to `newest` away, and this process's drafts.
  Status dispose(uint64_t newest, int keep,
                 const std::function<bool(const std::string &)> &isWhole) const;

private:
  std::string folder;
};

} // namespace weft

#endif
