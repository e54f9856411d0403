// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft-reduce/Script.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/ToolOutputFile.h"

namespace weft::reduce {

llvm::Expected<Script> Script::find(llvm::StringRef name, std::vector<std::string> arguments) {
  llvm::SmallString<128> path(name);
  if (llvm::sys::fs::is_regular_file(name))
    llvm::sys::fs::make_absolute(path);
  else if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName(name);
           found && !name.contains('/'))
    path = *found;
  else
    return llvm::createStringError(llvm::errc::invalid_argument,
                                   "--test: expects a program, got '" + name +
                                       "', which is neither a file nor in PATH");
  if (!llvm::sys::fs::can_execute(path))
    return llvm::createStringError(llvm::errc::invalid_argument,
                                   "--test: expects a program that may be executed, got '" + name +
                                       "'; chmod +x makes it one");
  return Script(path.str().str(), std::move(arguments));
}

llvm::Expected<bool> Script::accepts(llvm::StringRef text) const {
  llvm::SmallString<128> path;
  int descriptor;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("weft-reduce", "mlir", descriptor, path))
    return llvm::createStringError(llvm::errc::io_error, "expects to make a file in the folder of "
                                                         "temporary files, got: " +
                                                             error.message());
  // Removes the file, also when a signal ends us.
  llvm::ToolOutputFile file(path, descriptor);
  file.os() << text;
  file.os().close();
  if (file.os().has_error()) {
    std::string message = file.os().error().message();
    file.os().clear_error();
    return llvm::createStringError(llvm::errc::io_error,
                                   "expects to write '" + path + "', got: " + message);
  }

  std::vector<llvm::StringRef> command = {program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.push_back(path);
  const std::optional<llvm::StringRef> nowhere[] = {"", "", ""};
  std::string message;
  bool isNotStarted = false;
  int code =
      llvm::sys::ExecuteAndWait(program, command, /*Env=*/std::nullopt, nowhere,
                                /*SecondsToWait=*/0, /*MemoryLimit=*/0, &message, &isNotStarted);
  if (isNotStarted)
    return llvm::createStringError(llvm::errc::invalid_argument,
                                   "--test: expects a program, got '" + program + "': " + message +
                                       "; does its first line name its shell (#!/bin/sh)?");
  return code == 0;
}

} // namespace weft::reduce
