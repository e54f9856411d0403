// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A profile in the format of Chrome's trace viewer and of Perfetto: calls of functions and, below
// them, launches of kernels with the line of the model that each was made for.
#ifndef TOOLS_WEFT_TRACEFILE_H
#define TOOLS_WEFT_TRACEFILE_H

#include <chrono>
#include <cstdio>
#include <string>

#include "weft/Module.h"

namespace weft::driver {

class TraceFile {
public:
  /// Writes to `path` as the records come, so a run that is killed leaves a file that the viewers
  /// read. Fails with Resource.
  explicit TraceFile(const std::string &path);
  ~TraceFile();
  TraceFile(const TraceFile &) = delete;
  TraceFile &operator=(const TraceFile &) = delete;

  /// Takes the records of this module from now on; must outlive its calls.
  void listen(Module &module);
  /// Ends the file. Fails with Resource when something could not be written.
  void finish();

private:
  void write(const CallRecord &record);

  std::string path;
  std::FILE *file;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  long records = 0;
};

} // namespace weft::driver

#endif
