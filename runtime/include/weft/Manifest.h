// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an artifact says about itself: parameters, states, functions and their tensors
// (docs/spec/artifact.md).
//
// Example:
//   const Manifest &manifest = module.manifest();
//   for (const ParamSpec &param : manifest.params)
//     std::printf("%s: %s\n", param.name.c_str(), formatType(param.dtype, param.shape).c_str());
//   if (const FunctionSpec *step = manifest.findFunction("step.train"))
//     for (const TensorSpec &argument : step->arguments)
//       if (argument.role == "hyper")
//         std::printf("set %s\n", argument.key.c_str());
//
// Plain data, checked when the artifact was read: names are unique within their list, every symbol
// index is one of `symbols`, every `target` exists. It belongs to the Artifact or Module it was
// taken from and lives as long as that; it never changes, so any thread may read it.
#ifndef WEFT_MANIFEST_H
#define WEFT_MANIFEST_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "weft/Tensor.h"

namespace weft {

/// A run-time size: at most `bound`; a multiple of `step`, or the bound itself.
struct SymbolSpec {
  std::string name;
  int64_t bound = 0;
  int64_t step = 1;
};

/// A dimension: `offset`, plus the value of a symbol unless `symbol` is -1.
struct DimSpec {
  int64_t symbol = -1;
  int64_t offset = 0;
  bool operator==(const DimSpec &) const = default;
};

/// How a parameter starts: "zeros", "ones", "constant" (scale is the value), "normal" (scale is the
/// deviation) or "uniform" (over [-scale, scale)).
struct InitSpec {
  std::string kind = "zeros";
  double scale = 0;
};

struct ParamSpec {
  std::string name;
  DType dtype = DType::F32;
  Shape shape;
  InitSpec init;
  std::optional<double> low, high; ///< bounds that the update keeps it in
};

struct StateSpec {
  std::string name; ///< with its function in front: "step.layer0.cache"
  DType dtype = DType::F32;
  std::vector<DimSpec> shape;
};

/// One argument or result of a function.
struct TensorSpec {
  std::string name;
  std::string
      role; ///< input, key, state, param, optimizer, hyper, cotangent, saved, output, gradient
  /// How it is called in a TensorMap: its name; "role.name" where two arguments, or two results,
  /// share a name.
  std::string key;
  std::string target; ///< the parameter or state behind it; empty for other roles
  DType dtype = DType::F32;
  std::vector<DimSpec> shape;
  /// Of a result: the number of the argument whose memory it may take over
  /// (Function::callInPlace); -1: none.
  int64_t takes = -1;
};

struct FunctionSpec {
  std::string name;
  std::vector<TensorSpec> arguments;
  std::vector<TensorSpec> results;
  /// What launches multiply and add, by their number in the program: products of sizes, to be
  /// summed. Launches that have no products of matrices are not there.
  std::map<int64_t, std::vector<std::vector<DimSpec>>> flops;
  /// Of each scan, in the order of the program: which form it has, and why.
  std::vector<std::string> scans;
};

/// What a launch of a GPU's kernel has to give, and what ptxas said that it takes (-1: it was not
/// asked).
struct GpuKernelSpec {
  std::string entry; ///< its name in the code
  int64_t threads = 0;
  int64_t sharedBytes = 0; ///< dynamic shared memory
  int64_t registers = -1, spilledBytes = -1;
  std::string products = {}; ///< what computes those of 16 bits, in words; empty without any
};

struct Manifest {
  std::string model;
  std::string producer;
  std::string targetKind; ///< "cpu", or the name of a GPU: "sm_80"
  std::vector<std::string> targetFeatures;
  std::string ptxVersion;                ///< of a GPU, "7.0": the least that its kernels need
  std::vector<GpuKernelSpec> gpuKernels; ///< of a GPU, by position as `kernels`
  std::string dtype;
  std::string precision = "f32"; ///< what factors of matrix products are rounded to
  std::vector<SymbolSpec> symbols;
  std::vector<std::string> kernels;
  /// The line of the model that each kernel was made for, "Model.h:108"; empty where there is none,
  /// or for all in an artifact of an older version.
  std::vector<std::string> places;
  std::vector<ParamSpec> params;
  std::vector<StateSpec> states;
  std::vector<FunctionSpec> functions;
  std::map<std::string, std::string> config;

  /// The function of this name, or null.
  const FunctionSpec *findFunction(const std::string &name) const;
  const ParamSpec *findParam(const std::string &name) const;
  const StateSpec *findState(const std::string &name) const;
  /// "4x(cache0 + 8)xf32", the way errors and `weft inspect` show a shape.
  std::string formatType(DType dtype, const std::vector<DimSpec> &shape) const;
};

} // namespace weft

#endif
