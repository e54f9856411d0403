// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A loaded artifact: functions that can be called with named tensors.
//
// Example:
//   Result<Module> module = Module::load("model.weft", device);
//   Result<Function> eval = module ? module->function("eval") : Result<Function>(module.status());
//   if (!eval)
//     return eval.status();
//   std::printf("%s", eval->signature().c_str()); // names, roles and types of its tensors
//   TensorMap arguments = {{"tokens", tokens}, {"targets", targets}};
//   bindArguments(eval->spec(), model, arguments); // parameters and states (ParamStore.h)
//   Result<TensorMap> results = eval->call(arguments);
//
// Ownership. Module and Function are handles; a Function keeps its Module, a Module its Device.
// Arguments are read in place and not kept; results are fresh tensors at their actual sizes
// (callInPlace: or lie where an argument did). The
// memory of results that nobody holds any more is used again by later calls of the same Function,
// so keep the Function in a loop.
//
// Threads. Calls from several threads are safe, also of one Function; they take turns on a device.
//
// Failure. A call that fails has no effect: Model for missing, unknown or misshapen arguments (all
// of them are listed), Resource for a lack of memory, Device or Numeric from the device. Loading
// checks the whole file before anything in it is used; its kernels are machine code all the same,
// so load only files you trust.
#ifndef WEFT_MODULE_H
#define WEFT_MODULE_H

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "weft/Artifact.h"
#include "weft/Device.h"
#include "weft/Tensor.h"

namespace weft {

struct CallOptions {
  /// Element type of the float results, on devices that run graphs; empty: the function's own.
  std::optional<DType> floatType;
};

/// One launch of a kernel, or one call of a function as a whole.
struct CallRecord {
  const std::string &name;  ///< of the kernel or the function
  const std::string &place; ///< line of the model behind a kernel; empty for a function
  bool isKernel = false;
  int64_t tasks = 0; ///< block programs of a launch
  double flops = 0; ///< of its products of matrices, at the sizes it ran with (FunctionSpec::flops)
  double bytes = 0; ///< of all its arrays, each counted once
  std::chrono::steady_clock::time_point begin, end;
  /// What it took: by the clock of the device where it has one, which does not count the host's
  /// part, else from begin to end.
  double seconds = 0;
};

/// Hears of launches and calls when they have ended, on the thread that called. It must not call
/// the module.
using CallObserver = std::function<void(const CallRecord &)>;

class Function {
public:
  const FunctionSpec &spec() const;
  /// "step(tokens: input 2x8xi32, ...) -> (loss: output f32, ...)", one tensor a line.
  std::string signature() const;

  /// Calls with the arguments of these keys (TensorSpec::key); a missing, unknown or misshapen one
  /// is a Model failure that lists what is expected. Names of `arguments` that the function does
  /// not have are errors too.
  Result<TensorMap> call(const TensorMap &arguments, const CallOptions &options = {}) const;
  /// The same by position.
  Result<std::vector<Tensor>> call(std::span<const Tensor> arguments,
                                   const CallOptions &options = {}) const;
  /// The same, but a result takes over the memory of the argument that its spec names
  /// (TensorSpec::takes) where `arguments` holds the only handle on it: what an update needs to
  /// work in place. `arguments` keeps its handles, those on the new values too. A failure leaves
  /// the values as they were, but for those that the call had begun to write: they are lost, which
  /// fetch() and every call with them say.
  Result<TensorMap> callInPlace(TensorMap &arguments, const CallOptions &options = {}) const;

private:
  friend class Module;
  struct State;
  Result<std::vector<Tensor>> callWith(std::span<const Tensor> arguments,
                                       const CallOptions &options, bool mayTake) const;
  Result<std::vector<Tensor>> order(const TensorMap &arguments) const;
  std::shared_ptr<State> state;
};

class Module {
public:
  /// Reads, checks and loads an artifact for `device`. Code of another CPU fails with Device and
  /// names what is missing. The kernels of an artifact are machine code: load only files you trust.
  static Result<Module> load(const std::string &path, const Device &device);
  static Result<Module> load(const Artifact &artifact, const Device &device);
  /// Whether the artifact holds what the device loads: code of its kind, or the graph.
  static bool canLoad(const Artifact &artifact, const Device &device);

  /// Every later call of this module's functions tells `observer`, for profiles; an empty one ends
  /// that. On devices that run graphs only calls are told. Not during a call.
  void observe(CallObserver observer);

  const Artifact &artifact() const;
  const Manifest &manifest() const { return artifact().manifest(); }
  const Device &device() const;
  /// The function of this name; fails with Usage and lists the names there are.
  Result<Function> function(const std::string &name) const;
  bool hasFunction(const std::string &name) const {
    return manifest().findFunction(name) != nullptr;
  }
  Result<TensorMap> call(const std::string &name, const TensorMap &arguments) const;

private:
  friend class Function;
  struct State;
  std::shared_ptr<State> state;
};

} // namespace weft

#endif
