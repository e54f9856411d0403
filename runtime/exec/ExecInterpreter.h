// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the functions of a verified exec program on a device that launches kernels.
#ifndef RUNTIME_EXEC_EXECINTERPRETER_H
#define RUNTIME_EXEC_EXECINTERPRETER_H

#include "runtime/exec/ExecProgram.h"
#include "runtime/exec/GraphCache.h"
#include "weft/Device.h"
#include "weft/Module.h"

namespace weft {

class Residence;

/// What the launch being made is given.
struct LaunchArguments {
  std::vector<void *> arrays;
  std::vector<uint64_t> arrayBytes; ///< from each of them to the end of its buffer
  std::vector<int64_t> kernelSizes;
};

/// Memory that one call needs and the next one of the same function uses again.
struct ExecContext {
  /// An iteration of a parallel loop.
  struct Turn {
    LaunchArguments arguments;
    Status status;
  };

  Tensor arena;
  std::vector<std::byte *> bases; ///< first byte of each buffer
  std::vector<int64_t> extents;   ///< bytes that are there
  LaunchArguments arguments;
  std::vector<Turn> turns;                ///< as many as the longest parallel loop has
  const CallObserver *observer = nullptr; ///< hears of every launch; null: nobody does
  GraphCache graphs;                      ///< on devices that record
};

class ExecInterpreter {
public:
  ExecInterpreter(const ExecProgram &program, const Manifest &manifest, const Device &device,
                  WeftProgram *code)
      : program(program), manifest(manifest), device(device), code(code) {}

  /// Arguments are read in place; results have room for their bounds, and may lie where an argument
  /// does that they take (TensorSpec::takes). `sizes` comes in with the
  /// symbols of the arguments and goes out with those that the function set.
  Status run(size_t function, std::span<const Tensor> arguments, std::span<const Tensor> results,
             std::vector<int64_t> &sizes, ExecContext &context) const;

private:
  Status bind(size_t function, std::span<const Tensor> arguments, std::span<const Tensor> results,
              Residence &residence, ExecContext &context) const;

  const ExecProgram &program;
  const Manifest &manifest;
  const Device &device;
  WeftProgram *code;
};

} // namespace weft

#endif
