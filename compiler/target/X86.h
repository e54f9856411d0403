// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LLVM functions become x86 machine code: text, an object, or a shared object ready to load.
#ifndef COMPILER_TARGET_X86_H
#define COMPILER_TARGET_X86_H

#include <string>
#include <string_view>
#include <vector>

#include "compiler/lower/TileToX86/Bf16Products.h"

#include "mlir/IR/BuiltinOps.h"

namespace weft::compiler {

/// What the code generator may use, by CPUID bits and never by the name of a CPU.
struct X86Level {
  /// "avx2", "avx512", "avx512bf16" or "amx", with "-O0" or "-O3" behind it where `optimize` is not
  /// the usual one.
  std::string name;
  /// LLVM's names of the features, as the manifest lists them.
  std::vector<std::string> features;
  /// Width of the registers dot products block for.
  int64_t vectorBits;
  Bf16Products bf16 = Bf16Products::Widened;
  /// How hard LLVM tries: 2 runs the few passes that kernels need. To compare with, 3 runs all, and
  /// 0 none but one that checks accesses to a tile's buffer (not those with a mask).
  int optimize = 2;
};

/// Levels beyond AVX-512 differ in products of bf16 alone. A program without them takes none of
/// those, so that it runs on every machine with AVX-512.
bool hasBf16Products(mlir::ModuleOp module);

/// The levels this machine can run, the best first.
std::vector<X86Level> getHostLevels();

/// The best level this machine has; failure, with a message on stderr's diagnostics, below AVX2 and
/// FMA.
mlir::FailureOr<X86Level> getHostLevel(bool hasBf16Products = false);

/// The level of a target: "cpu" is this machine's, "cpu:avx2" and the like are named; "-O0" and
/// "-O3" may follow any of them.
mlir::FailureOr<X86Level> getX86Level(std::string_view target, bool hasBf16Products = false);

/// The features of this machine's level, empty below AVX2 and FMA.
std::vector<std::string> getHostFeatures();

enum class X86Form {
  /// A shared object: the bytes of the artifact's kernel section.
  Shared,
  Object,
  Assembly,
  /// LLVM IR after optimisation.
  LLVM
};

struct X86Options {
  X86Level level;
  X86Form form = X86Form::Shared;
  /// Folder of objects made before (KernelCache.h); empty: none.
  std::string cacheFolder = {};
};

struct X86Code {
  std::string bytes;
  std::vector<std::string> features;
};

/// Compiles the llvm.func of a module; other operations of the module are ignored.
mlir::FailureOr<X86Code> compileX86(mlir::ModuleOp machineModule, const X86Options &options);

/// An object for each llvm.func of a module, in their order. Kernels call nothing, so each is
/// compiled alone: side by side, and only where the cache has none.
mlir::FailureOr<std::vector<std::string>> compileKernels(mlir::ModuleOp machineModule,
                                                         const X86Options &options);

/// Links objects into a shared object; refuses undefined symbols.
mlir::FailureOr<std::string> linkShared(mlir::Location loc, llvm::ArrayRef<std::string> objects);

} // namespace weft::compiler

#endif
