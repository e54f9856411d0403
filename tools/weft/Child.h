// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs another program to its end. Code of the user lives in such a child: its crash is a message,
// not ours.
#ifndef TOOLS_WEFT_CHILD_H
#define TOOLS_WEFT_CHILD_H

#include <string>
#include <vector>

namespace weft::driver {

struct ChildResult {
  int exitCode = 0; ///< 127 when there is no such program, 128 + signal when a signal ended it
  std::string output;
  std::string errors;
};

/// arguments[0] is the program, looked up in PATH. Fails with Resource when it cannot start for
/// another reason than that it is not there, and with Model when it writes more than 128 MiB.
ChildResult runChild(const std::vector<std::string> &arguments);

} // namespace weft::driver

#endif
