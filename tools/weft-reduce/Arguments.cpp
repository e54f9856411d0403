// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft-reduce/Arguments.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace cl = llvm::cl;

namespace weft::reduce {

static constexpr const char *overview = "makes IR small on which something goes wrong\n";

static constexpr const char *conventions = R"(
SCRIPT ARG... FILE is called for each candidate. It exits with 0 where FILE is interesting: still shows what you look
for. llvm-reduce and C-Vise read 0 like this; mlir-reduce and git bisect read it the other way round. A candidate
passes the verifier before the script sees it. OUTPUT always holds the smallest interesting text so far.

  weft-reduce graph.mlir --test=./still-wrong -o small.mlir
  weft-reduce graph.mlir --test=grep --test-arg=-q --test-arg=weft.softmax -o small.mlir
)";

/// What is wrong about the values, or nothing.
static std::string check(const Arguments &arguments) {
  if (arguments.maxTests == 0)
    return "--max-tests: expects at least 1, got 0";
  if (arguments.input != "-" && !llvm::sys::fs::is_regular_file(arguments.input))
    return "expects a file of IR, got '" + arguments.input + "', which is none";
  llvm::StringRef folder = llvm::sys::path::parent_path(arguments.output);
  // It is renamed into place: that must not replace a device.
  bool isOther =
      llvm::sys::fs::exists(arguments.output) && !llvm::sys::fs::is_regular_file(arguments.output);
  if (arguments.output == "-" || isOther ||
      (!folder.empty() && !llvm::sys::fs::is_directory(folder)))
    return "-o: expects a file in a folder that is there, got '" + arguments.output + "'";
  return "";
}

llvm::Expected<Arguments> parseArguments(int argc, char **argv) {
  cl::OptionCategory category("weft-reduce options");
  cl::opt<std::string> input(cl::Positional, cl::Required, cl::desc("INPUT.mlir"),
                             cl::cat(category));
  cl::opt<std::string> test("test", cl::Required, cl::value_desc("SCRIPT"), cl::cat(category),
                            cl::desc("Exits with 0 for an interesting file"));
  cl::list<std::string> testArguments("test-arg", cl::value_desc("ARG"), cl::cat(category),
                                      cl::desc("Stands before the file; may be given again"));
  cl::opt<std::string> output("o", cl::Required, cl::value_desc("OUTPUT.mlir"), cl::cat(category),
                              cl::desc("Where the smallest interesting text goes"));
  cl::opt<uint64_t> maxTests("max-tests", cl::value_desc("N"), cl::init(10000), cl::cat(category),
                             cl::desc("Ends after so many calls of SCRIPT (10000)"));
  cl::opt<bool> json("json", cl::cat(category),
                     cl::desc("Prints the outcome, or an error, as one JSON object"));
  cl::opt<bool> quiet("q", cl::cat(category), cl::desc("Prints no progress"));
  cl::extrahelp help(conventions);
  cl::HideUnrelatedOptions(category);

  std::string message;
  llvm::raw_string_ostream errors(message);
  Arguments arguments;
  if (cl::ParseCommandLineOptions(argc, argv, overview, &errors)) {
    arguments = {.input = input,
                 .test = test,
                 .output = output,
                 .testArguments = {testArguments.begin(), testArguments.end()},
                 .maxTests = maxTests,
                 .json = json,
                 .quiet = quiet};
    message = check(arguments);
  }
  if (!message.empty())
    return llvm::createStringError(llvm::errc::invalid_argument, llvm::StringRef(message).trim());
  return arguments;
}

} // namespace weft::reduce
