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

/// Where functions run, as the options of a command say it.
struct DeviceChoice {
  std::string name = "cpu";
  std::string options; ///< of the device, "seed=3,races=all"
  int64_t threads = 0; ///< of cpu; 0: every processor
};

struct Source {
  std::string path;   ///< folder of a run, or an artifact
  std::string params; ///< safetensors; empty: those of the run, as `weights` says
  /// Of a run: "newest", "ema" (the moving average in the newest checkpoint) or "last-K" (the mean
  /// of the K newest checkpoints).
  std::string weights = "newest";
  DeviceChoice device;
  bool allowNative = false;
};

/// Opens the device; `threads` are those of the choice.
Device openDevice(const DeviceChoice &choice);

/// The artifact as the device can run it. Code needs the user's trust; where there is none for this
/// device the graph is compiled again.
Artifact fitTo(const Artifact &artifact, const Device &device, bool allowNative);

struct LoadedModel {
  Session session;
  models::Vocabulary vocabulary;
  std::optional<RunFacts> facts; ///< of a run's folder
};

LoadedModel loadModel(const Source &source);

/// The options every such command has.
std::vector<Option> getSourceOptions(Source &source);
/// --device, --device-options and --threads.
std::vector<Option> getDeviceOptions(DeviceChoice &choice);
Option getThreadsOption(int64_t &threads);
/// Of the commands that show a run: its folder, and the file that they write.
Option getRunOption(std::string &run);
Option getOutputOption(std::string &output, const std::string &help);

} // namespace weft::driver

#endif
