// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/exec/LaunchWork.h"

#include <algorithm>
#include <cmath>

namespace weft {
namespace {

double evaluate(int64_t symbol, int64_t offset, std::span<const int64_t> sizes) {
  return double(offset) + (symbol < 0 ? 0 : double(sizes[symbol]));
}

double countFlops(const ExecProgram &program, const Manifest &manifest,
                  const WeftExecFunction &function, const WeftExecOp &launch,
                  std::span<const int64_t> sizes) {
  auto isLaunch = [](const WeftExecOp &op) { return op.opcode == WEFT_OP_Launch; };
  int64_t number = std::count_if(&program.ops[function.firstOp], &launch, isLaunch);
  const FunctionSpec &spec = manifest.functions[&function - program.functions.data()];
  auto found = spec.flops.find(number);
  if (found == spec.flops.end())
    return 0;
  double sum = 0;
  for (const std::vector<DimSpec> &factors : found->second) {
    double product = 1;
    for (const DimSpec &factor : factors)
      product *= evaluate(factor.symbol, factor.offset, sizes);
    sum += product;
  }
  return sum;
}

} // namespace

LaunchWork countWork(const ExecProgram &program, const Manifest &manifest,
                     const WeftExecFunction &function, const WeftExecOp &launch,
                     std::span<const int64_t> sizes) {
  LaunchWork work{countFlops(program, manifest, function, launch, sizes), 0};
  for (const WeftExecArg &arg : program.argsOf(launch)) {
    const WeftExecBuffer &buffer = program.buffersOf(function)[arg.buffer];
    auto bytes = double(getByteWidth(DType(buffer.dtype)));
    for (const WeftExecDim &dim : program.dimsOf(buffer))
      bytes *= evaluate(dim.symbol, dim.offset, sizes);
    // A window is as wide as a step of its loop.
    work.bytes += arg.loop < 0 ? bytes : std::abs(double(arg.loopStride));
  }
  return work;
}

} // namespace weft
