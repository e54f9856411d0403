// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shared objects by the system's linker. It is a child process: a linker's crash is then a message,
// and no second copy of LLVM has to be linked.
#include "compiler/target/X86.h"

#include "llvm/Support/Program.h"

#include "compiler/support/Cause.h"
#include "compiler/target/Scratch.h"

using namespace mlir;

namespace weft::compiler {

static std::string findLinker() {
  for (const char *name : {"ld.lld-22", "ld.lld", "ld"})
    if (llvm::ErrorOr<std::string> path = llvm::sys::findProgramByName(name))
      return *path;
  return std::string();
}

FailureOr<std::string> linkShared(Location loc, llvm::ArrayRef<std::string> objects) {
  std::string linker = findLinker();
  if (linker.empty())
    return emitError(loc, Cause::MissingTool)
           << "expects a linker (ld.lld-22, ld.lld or ld) in PATH, got none; "
              "on Debian and Ubuntu: apt-get install lld-22";
  ScratchDirectory scratch("weft-link");
  if (scratch.path.empty())
    return emitError(loc, Cause::Resource)
           << "expects to create a temporary directory, got an error";
  std::string output = scratch.file("kernels.so"), messages = scratch.file("messages");
  std::string list = scratch.file("inputs");
  std::string inputs;
  for (auto [number, object] : llvm::enumerate(objects)) {
    std::string input = scratch.file(std::to_string(number) + ".o");
    inputs += "\"" + input + "\"\n";
    if (!writeFile(input, object))
      return emitError(loc, Cause::Resource)
             << "expects to write " << object.size() << " bytes to " << input << ", got an error";
  }
  // In a file: a command line has a limit.
  if (!writeFile(list, inputs))
    return emitError(loc, Cause::Resource) << "expects to write to " << list << ", got an error";
  std::string response = "@" + list;
  std::vector<llvm::StringRef> arguments = {
      linker, "-shared", "--no-undefined", "--build-id=none", "--hash-style=gnu",
      "-o",   output,    response};
  std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(), llvm::StringRef(messages),
                                                llvm::StringRef(messages)};
  std::string error;
  int status = llvm::sys::ExecuteAndWait(linker, arguments, std::nullopt, redirects, 60, 0, &error);
  if (status != 0)
    return emitError(loc) << "expects " << linker << " to link the kernels, got status " << status
                          << ": " << error << readFile(messages);
  std::string bytes = readFile(output);
  if (bytes.empty())
    return emitError(loc) << "expects " << linker << " to write a shared object, got nothing";
  return bytes;
}

} // namespace weft::compiler
