// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/CompilerLibrary.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <vector>

#include <dlfcn.h>
#include <nlohmann/json.hpp>

#include "compiler/CompilerApi.h"
#include "tools/weft/ArtifactCache.h"
#include "tools/weft/Failure.h"
#include "tools/weft/ModelBuilder.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Reproducer.h"
#include "tools/weft/RunFolder.h"

using namespace weft;
using namespace weft::driver;

std::string driver::findPrefix() {
  std::error_code error;
  std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    fail(ErrorCode::Internal, "cannot find the folder of this program: {}", error.message());
  return self.parent_path().parent_path().string();
}

namespace {

struct Library {
  WeftCompileFunction compile = nullptr;
  const char *(*versions)() = nullptr;
};

/// Never closed: LLVM does not expect to be unloaded. Global, so that the device interpreter and
/// the compiler have one copy of the variables by whose addresses MLIR tells types apart.
Library loadCompiler() {
  std::string path = findPrefix() + "/lib/libWeftCompiler.so";
  void *handle = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!handle)
    fail(ErrorCode::Device, "cannot load the compiler: {}", dlerror());
  auto version = reinterpret_cast<uint32_t (*)()>(dlsym(handle, "weftCompilerApiVersion"));
  Library library;
  library.compile = reinterpret_cast<WeftCompileFunction>(dlsym(handle, "weftCompile"));
  library.versions = reinterpret_cast<const char *(*)()>(dlsym(handle, "weftCompilerVersions"));
  if (!version || !library.compile || !library.versions || version() != WEFT_COMPILER_API_VERSION)
    fail(ErrorCode::Device, "{}: expects a compiler with interface version {}, got {}", path,
         WEFT_COMPILER_API_VERSION, version ? fmt::format("{}", version()) : "none");
  return library;
}

struct Sink {
  using Clock = std::chrono::steady_clock;

  std::string output;
  const CompileProgress &progress;
  bool hasSpoken = false; ///< of the model, not of its progress
  std::vector<std::pair<std::string, Clock::time_point>> begins = {{"parse", Clock::now()}};

  static void take(void *context, const void *bytes, uint64_t length) {
    static_cast<Sink *>(context)->output.append(static_cast<const char *>(bytes), length);
  }
  static void report(void *context, int kind, const char *text) {
    auto *self = static_cast<Sink *>(context);
    if (kind != WEFT_MESSAGE_PROGRESS) {
      std::cerr << text << '\n';
      self->hasSpoken = true;
      return;
    }
    self->begins.emplace_back(text, Clock::now());
    if (self->progress)
      self->progress(text);
  }

  /// Seconds of each stage, in order.
  nlohmann::ordered_json getTimes() const {
    nlohmann::ordered_json stages = nlohmann::ordered_json::array();
    for (size_t i = 0; i < begins.size(); ++i) {
      Clock::time_point end = i + 1 < begins.size() ? begins[i + 1].second : Clock::now();
      stages.push_back(
          {{"stage", begins[i].first},
           {"seconds", std::chrono::duration<double>(end - begins[i].second).count()}});
    }
    return {
        {"stages", stages},
        {"seconds", std::chrono::duration<double>(Clock::now() - begins.front().second).count()}};
  }
};

} // namespace

/// options.json, versions.json, input.mlir and replay.sh stand there before the compiler begins.
static void beginDump(const Reproducer &dump) {
  if (!dump.write())
    fail(ErrorCode::Resource, "{}: cannot write: {}", dump.path(), std::strerror(errno));
}

static std::string compile(const std::string &ir, const nlohmann::json &options, Sink &sink) {
  static Library library = loadCompiler();
  std::string dumpTo = options.value("dumpTo", "");
  if (!dumpTo.empty())
    beginDump(Reproducer(dumpTo, ir, options, library.versions()));
  Reproducer reproducer(chooseCrashFolder(), ir, options, library.versions());
  nlohmann::json request = options;
  // Who asks for a dump wants to see a compilation.
  if (dumpTo.empty())
    request["kernelCache"] = getCacheFolder() + "/kernels";
  // A path may hold bytes that are no UTF-8.
  std::string text = toText(request);
  int code = 0;
  {
    CrashGuard guard(reproducer);
    code = library.compile(ir.data(), ir.size(), text.c_str(), Sink::take, Sink::report, &sink);
  }
  if (code == int(ErrorCode::Internal))
    fail(ErrorCode::Internal, "compilation failed by a bug of weft; {} {}",
         reproducer.write() ? "a reproducer is in" : "no reproducer could be written to",
         reproducer.path());
  if (code != 0)
    fail(ErrorCode(code), "compilation failed");
  if (!dumpTo.empty())
    writeFile(dumpTo + "/timing.json", sink.getTimes().dump(2) + "\n");
  return std::move(sink.output);
}

std::string driver::compileText(const std::string &ir, const nlohmann::json &options,
                                const CompileProgress &progress) {
  Sink sink{{}, progress};
  return compile(ir, options, sink);
}

std::string driver::compileOnce(const std::string &ir, const nlohmann::json &options,
                                const CompileProgress &progress) {
  Sink sink{{}, progress};
  // Who asks for a dump wants to see a compilation.
  if (!options.value("dumpTo", "").empty())
    return compile(ir, options, sink);
  ArtifactCache cache(getCacheFolder() + "/artifacts");
  std::string key = ArtifactCache::getKey(ir, toText(options));
  if (std::optional<std::string> artifact = cache.find(key))
    return std::move(*artifact);
  std::string artifact = compile(ir, options, sink);
  if (!sink.hasSpoken)
    cache.keep(key, artifact);
  return artifact;
}
