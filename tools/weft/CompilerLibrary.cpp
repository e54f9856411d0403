// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/CompilerLibrary.h"

#include <filesystem>
#include <iostream>

#include <dlfcn.h>
#include <nlohmann/json.hpp>

#include "compiler/CompilerApi.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

std::string driver::findPrefix() {
  std::error_code error;
  std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    fail(ErrorCode::Internal, "cannot find the folder of this program: {}", error.message());
  return self.parent_path().parent_path().string();
}

/// Never closed: LLVM does not expect to be unloaded. Global, so that the device interpreter and
/// the compiler have one copy of the variables by whose addresses MLIR tells types apart.
static WeftCompileFunction loadCompiler() {
  std::string path = findPrefix() + "/lib/libWeftCompiler.so";
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!library)
    fail(ErrorCode::Device, "cannot load the compiler: {}", dlerror());
  auto version = reinterpret_cast<uint32_t (*)()>(dlsym(library, "weftCompilerApiVersion"));
  auto compile = reinterpret_cast<WeftCompileFunction>(dlsym(library, "weftCompile"));
  if (!version || !compile || version() != WEFT_COMPILER_API_VERSION)
    fail(ErrorCode::Device, "{}: expects a compiler with interface version {}, got {}", path,
         WEFT_COMPILER_API_VERSION, version ? fmt::format("{}", version()) : "none");
  return compile;
}

namespace {
struct Sink {
  std::string output;
  const CompileProgress &progress;

  static void take(void *context, const void *bytes, uint64_t length) {
    static_cast<Sink *>(context)->output.append(static_cast<const char *>(bytes), length);
  }
  static void report(void *context, int kind, const char *text) {
    auto *self = static_cast<Sink *>(context);
    if (kind != WEFT_MESSAGE_PROGRESS)
      std::cerr << text << '\n';
    else if (self->progress)
      self->progress(text);
  }
};
} // namespace

std::string driver::compileText(const std::string &ir, const nlohmann::json &options,
                                const CompileProgress &progress) {
  static WeftCompileFunction compile = loadCompiler();
  Sink sink{{}, progress};
  // A path may hold bytes that are no UTF-8.
  std::string text = options.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  int code = compile(ir.data(), ir.size(), text.c_str(), Sink::take, Sink::report, &sink);
  if (code != 0)
    fail(ErrorCode(code), "compilation failed");
  return std::move(sink.output);
}
