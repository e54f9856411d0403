// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything a compilation depends on besides the graph: one struct, every field with its default.
#ifndef COMPILER_OPTIONS_H
#define COMPILER_OPTIONS_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "compiler/Phases.h"

namespace weft::compiler {

struct Options {
  /// Target of the kernels: "cpu" (this machine's features), "cpu:avx2" and the like,
  /// or a GPU, "sm_80"; of an artifact one of each kind, "cpu,sm_80".
  std::string target = "cpu";
  /// The phase the input text is in.
  Phase from = Phase::Graph;
  /// Stop after this phase and print its IR; Artifact writes the container.
  Phase until = Phase::Artifact;
  /// What to write: "artifact" (at phase artifact; IR text before it), "ir", or of the machine code
  /// "llvm", "asm" or "obj" on a CPU, "nvvm", "ptx" or "cubin" on a GPU; "memory" is the report of
  /// the memory plan.
  std::string emit = "artifact";
  /// Element type of the whole graph: "f32" or "f64"; empty keeps what the graph says.
  std::string dtype;
  /// "bf16", "f16": the factors of matrix products are rounded, their sums and all else stay f32;
  /// "f32": nothing is rounded.
  std::string precision = "f32";
  /// Functions that get `<name>.forward`, `<name>.backward` and `<name>.grad`.
  std::vector<std::string> gradients;
  /// Function whose gradients feed a compiled update, and the optimizer: "sgd", "adagrad", "adam",
  /// "adamw"; empty: none.
  std::string train;
  std::string optimizer;
  /// Whether the update keeps a moving average of every parameter.
  bool average = false;
  /// The form of a scan over many sequences: "auto", by the cost model; "counted", a loop whose
  /// kernels all threads share; "persistent", where it is possible: a worker runs all steps for a
  /// slice of the batch. On a CPU.
  std::string scans = "auto";
  /// Of adam and adamw: whether the epsilon stands beside the root of the squares before their bias
  /// is corrected.
  bool epsilonHat = false;
  /// Values of size symbols at which the memory report counts bytes besides the bounds.
  std::map<std::string, int64_t> sizes;
  /// Folder of kernels compiled before; empty: every kernel is compiled.
  std::string kernelCache;
  /// Directory that receives one file a phase; empty: none.
  std::string dumpTo;
  /// Run the verifier after every pass.
  bool verifyEach = true;
};

} // namespace weft::compiler

#endif
