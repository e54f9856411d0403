// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program of the user that says which text is interesting.
#ifndef TOOLS_WEFTREDUCE_SCRIPT_H
#define TOOLS_WEFTREDUCE_SCRIPT_H

#include <string>
#include <vector>

#include "llvm/Support/Error.h"

namespace weft::reduce {

class Script {
public:
  /// `name` is a path or, without a slash, also a program in PATH. Fails with invalid_argument.
  static llvm::Expected<Script> find(llvm::StringRef name, std::vector<std::string> arguments);

  /// Whether the program exits with 0 when it is called with the arguments and, last, a file that
  /// holds this text. A program that a signal ends says no. Fails with invalid_argument when it
  /// cannot be started, with io_error when the file cannot be written.
  llvm::Expected<bool> accepts(llvm::StringRef text) const;

  const std::string &getProgram() const { return program; }

private:
  Script(std::string program, std::vector<std::string> arguments)
      : program(std::move(program)), arguments(std::move(arguments)) {}

  std::string program;
  std::vector<std::string> arguments;
};

} // namespace weft::reduce

#endif
