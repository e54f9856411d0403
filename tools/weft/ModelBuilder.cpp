// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/ModelBuilder.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <unistd.h>
#include <xxhash.h>

#include "tools/weft/Child.h"
#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;
namespace fs = std::filesystem;

std::string driver::getCacheFolder() {
  const char *cache = std::getenv("XDG_CACHE_HOME");
  const char *home = std::getenv("HOME");
  if (cache && *cache)
    return std::string(cache) + "/weft";
  if (home && *home)
    return std::string(home) + "/.cache/weft";
  return fs::temp_directory_path().string() + "/weft-cache-" + std::to_string(getuid());
}

/// A part of the compiler that is missing: the user's file is not to blame.
static void requireParts(const std::string &compiler) {
  for (const char *part : {"as", "ld"}) {
    std::string path = runChild({compiler, fmt::format("-print-prog-name={}", part)}).output;
    path = path.substr(0, path.find('\n'));
    // A path where the compiler looks itself, else a name that is searched in PATH.
    if (path.empty() || runChild({path, "--version"}).exitCode != 127)
      continue;
    fail(ErrorCode::Device,
         "the C++ compiler '{}' finds no {} `{}`; on Debian: apt-get install binutils", compiler,
         part == std::string_view("ld") ? "linker" : "assembler", part);
  }
}

/// Runs the C++ compiler; its messages are the user's to read.
static std::string runCompiler(std::vector<std::string> arguments, const std::string &path) {
  const char *chosen = std::getenv("CXX");
  std::string compiler = chosen && *chosen ? chosen : "c++";
  std::vector<std::string> command = {compiler, "-std=c++20", "-I" + findPrefix() + "/include"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ChildResult result = runChild(command);
  std::cerr << result.errors << std::flush;
  if (result.exitCode == 127)
    fail(ErrorCode::Device, "cannot run the C++ compiler '{}'; on Debian: apt-get install g++",
         compiler);
  if (result.exitCode != 0) {
    requireParts(compiler);
    fail(ErrorCode::Model, "{} does not compile", path);
  }
  return std::move(result.output);
}

std::string driver::buildModel(const std::string &path) {
  // The preprocessed text covers every header, so a change in any of them builds a new program.
  std::string text = runCompiler({"-E", path}, path);
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(text.data(), text.size()));
  std::string key;
  for (unsigned char byte : hash.digest)
    key += fmt::format("{:02x}", byte);

  std::string folder = getCacheFolder() + "/models/" + key;
  std::string program = folder + "/" + fs::path(path).stem().string();
  std::error_code error;
  if (fs::exists(program, error))
    return program;
  fs::create_directories(folder, error);
  if (error)
    fail(ErrorCode::Resource, "{}: cannot create: {}", folder, error.message());
  // Two runs may build the same model at once: each makes its own file, the last rename wins.
  std::string draft = fmt::format("{}.{}", program, getpid());
  std::string library = findPrefix() + "/lib";
  runCompiler({path, "-o", draft, "-L" + library, "-lWeftFrontend", "-Wl,-rpath," + library}, path);
  fs::rename(draft, program, error);
  if (error)
    fail(ErrorCode::Resource, "{}: cannot write: {}", program, error.message());
  return program;
}
