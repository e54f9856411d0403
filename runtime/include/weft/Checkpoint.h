// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checkpoints that survive a crash at any moment. A run's folder holds
//
//   step-300/  params.safetensors  optimizer.safetensors  states.safetensors  run.json
//   step-400/  ...
//   LATEST     "step-400"
//
// A save goes to `step-N.tmp-<pid>`: each file is synced, run.json comes last with size and hash of
// the others, everything is read back, the folder is renamed, then LATEST is replaced, then old
// ones are renamed away and go (at least two stay). So a folder without `.tmp` is complete, and
// states of two steps never mix. Resuming from one continues bit for bit. docs/spec/checkpoint.md
// argues why.
//
// Example:
//   Checkpoint checkpoint{model, {optimizer.updates(), seed, /*loader=*/{}, /*config=*/{}}};
//   if (Status status = saveCheckpoint("run/checkpoints", checkpoint); !status)
//     return status; // Resource; what was saved earlier is still there
//   Result<FoundCheckpoint> found = loadLatestCheckpoint("run/checkpoints");
//   if (!found)
//     return found.status();
//   model = found->checkpoint.model;
//   optimizer.setUpdates(found->checkpoint.run.step);
//
// `run` besides the step: the seed, where the data reader stands, what the run was started with.
// Threads: one process at a time saves into a folder; reading while it does is safe.
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

/// Bytes that a save takes, a little more than exactly.
uint64_t estimateBytes(const ModelState &model);

/// Fails with Resource, and says how much is missing, when the disk of `folder` has no room for so
/// many saves.
Status checkSpace(const std::string &folder, const ModelState &model, int saves = 2);

/// Saves as `folder`/step-N and removes all but the `keep` newest whole ones up to N (at least 2).
/// A failure (Resource: disk full or failed) leaves earlier checkpoints as they were; a sync that
/// failed is not tried again.
Status saveCheckpoint(const std::string &folder, const Checkpoint &checkpoint, int keep = 2);

/// Removes what saves of processes that are gone left behind: what a writer does at its start.
Status removeStaleCheckpoints(const std::string &folder);

/// Paths of the complete checkpoints of a folder up to the one that LATEST names, newest first.
/// Fails with Resource when the folder cannot be read.
Result<std::vector<std::string>> listCheckpoints(const std::string &folder);

/// Reads one checkpoint and checks its hashes; fails with File.
Result<Checkpoint> loadCheckpoint(const std::string &path);

/// Reads the checkpoint that LATEST names; when it is damaged, the newest of the others that is
/// whole, with a warning. Changes nothing. Fails with Usage when the folder has none, with File
/// when none is whole.
Result<FoundCheckpoint> loadLatestCheckpoint(const std::string &folder);

} // namespace weft

#endif
