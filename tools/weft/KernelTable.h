// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each kernel of a function has to do, and how near it comes to what the machine can do.
#ifndef TOOLS_WEFT_KERNELTABLE_H
#define TOOLS_WEFT_KERNELTABLE_H

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "weft/Module.h"

namespace weft::driver {

/// Speeds that a roof is made of.
struct Roof {
  double flops = 0; ///< a second, of f32 multiply-adds on registers
  double bytes = 0; ///< a second, copied between large buffers
};

class KernelTable {
public:
  /// All launches of one kernel, together.
  struct Row {
    std::string kernel, place;
    double launches = 0, seconds = 0, flops = 0, bytes = 0;

    /// "dot" of "step.12.dot".
    std::string getOp() const { return kernel.substr(kernel.rfind('.') + 1); }
    /// The time that the roof allows, as a part of the time it took.
    double getPartOfRoof(const Roof &roof) const;
    /// The least time that the roof allows, in seconds.
    double getLeastTime(const Roof &roof) const;
  };

  /// What the launches of one call have to do, with every size at its bound; nothing is run.
  static KernelTable plan(const Artifact &artifact, const std::string &function);

  /// A record of a kernel or a function.
  void add(const CallRecord &record);
  /// Makes sums over `calls` calls those of one.
  void divide(double calls);

  /// By time, or by FLOPs where nothing was run.
  std::vector<Row> getRows() const;
  double getSeconds() const { return seconds; } ///< of the calls as a whole

private:
  std::map<std::string, Row> rows;
  double seconds = 0;
};

/// Columns that need a time are left out where nothing was run; with a roof there stands the least
/// time that it allows.
void printKernels(const KernelTable &table, const Roof &roof);
nlohmann::ordered_json toJson(const KernelTable &table, const Roof &roof);

} // namespace weft::driver

#endif
