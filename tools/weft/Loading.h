// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What eval, generate, run and inspect have in common: an artifact with its weights, from a run or
// from files.
#ifndef TOOLS_WEFT_LOADING_H
#define TOOLS_WEFT_LOADING_H

#include <optional>
#include <string>

#include "tools/weft/CommandLine.h"
#include "tools/weft/RunFolder.h"
#include "tools/weft/Session.h"

namespace weft::driver {

struct Source {
  std::string path;   ///< folder of a run, or an artifact
  std::string params; ///< safetensors; empty: those of the run, as `weights` says
  /// Of a run: "newest", "ema" (the moving average in the newest checkpoint) or "last-K" (the mean
  /// of the K newest checkpoints).
  std::string weights = "newest";
  std::string device = "cpu";
  int64_t threads = 0; ///< 0: every processor
  bool allowNative = false;
};

/// Opens a device; threads = 0 leaves their number to it.
Device openDevice(const std::string &name, int64_t threads);

struct LoadedModel {
  Session session;
  models::Vocabulary vocabulary;
  std::optional<RunFacts> facts; ///< of a run's folder
};

LoadedModel loadModel(const Source &source);

/// The options every such command has.
std::vector<Option> getSourceOptions(Source &source);
Option getDeviceOption(std::string &device);
Option getThreadsOption(int64_t &threads);
/// Of the commands that show a run: its folder, and the file that they write.
Option getRunOption(std::string &run);
Option getOutputOption(std::string &output, const std::string &help);

} // namespace weft::driver

#endif
