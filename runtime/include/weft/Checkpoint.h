// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checkpoints that survive a crash at any moment. A run's folder holds
//
//   step-300/  params.safetensors  optimizer.safetensors  states.safetensors  run.json
//   step-400/  ...
//   LATEST     "step-400"
//
// A save goes to `step-N.tmp-<pid>`: each file is synced, run.json comes last with the hash of the
// others, the folder is renamed, then LATEST is replaced, then old ones go (at least two stay). So
// a folder without `.tmp` is complete, and states of two steps never mix. Resuming from one
// continues bit for bit.
#ifndef WEFT_CHECKPOINT_H
#define WEFT_CHECKPOINT_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "weft/ParamStore.h"

namespace weft {

/// What a run is besides its tensors.
struct RunRecord {
  uint64_t step = 0; ///< updates done
  uint64_t seed = 0;
  std::map<std::string, int64_t> loader;     ///< where the data reader stands
  std::map<std::string, std::string> config; ///< what the run was started with
};

struct Checkpoint {
  ModelState model;
  RunRecord run;
};

/// The newest complete checkpoint of a folder, and what was wrong with newer ones.
struct FoundCheckpoint {
  Checkpoint checkpoint;
  std::string path;
  std::vector<std::string> warnings;
};

/// Saves as `folder`/step-N and removes all but the `keep` newest up to N (at least 2). A failure
/// (Resource: disk full or failed) leaves earlier checkpoints as they were.
Status saveCheckpoint(const std::string &folder, const Checkpoint &checkpoint, int keep = 2);

/// Reads one checkpoint and checks its hashes; fails with File.
Result<Checkpoint> loadCheckpoint(const std::string &path);

/// Removes what dead processes left, then reads the checkpoint that LATEST names; when it is
/// damaged, the newest of the others that is whole, with a warning. Fails with Usage when the
/// folder has none, with File when none is whole.
Result<FoundCheckpoint> loadLatestCheckpoint(const std::string &folder);

} // namespace weft

#endif
