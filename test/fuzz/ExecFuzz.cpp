// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The exec section: read, verified, and then run on a device without kernels. What the verifier
// lets pass the interpreter runs unchecked, so the sanitizer watches both. First byte: 64-byte
// lines of constants.
#include <algorithm>

#include "runtime/artifact/ExecPrinter.h"
#include "runtime/artifact/ExecReader.h"
#include "runtime/exec/ExecInterpreter.h"
#include "runtime/exec/SizeBinder.h"
#include "test/fuzz/FuzzTarget.h"

using namespace weft;

namespace {

const Device &getDevice() {
  static const Result<Device> device = Device::open("fuzz");
  fuzz::require(bool(device), "the device of the fuzz targets is there");
  return *device;
}

TensorSpec describe(const ExecProgram &program, const WeftExecBuffer &buffer, size_t index) {
  TensorSpec spec;
  spec.name = spec.key = "t" + std::to_string(index);
  spec.role = "input";
  spec.dtype = DType(buffer.dtype);
  for (const WeftExecDim &dim : program.dimsOf(buffer))
    spec.shape.push_back({dim.symbol, dim.offset});
  return spec;
}

/// The manifest that belongs to a verified program.
Manifest describe(const ExecProgram &program) {
  Manifest manifest;
  for (const WeftExecSymbol &symbol : program.symbols)
    manifest.symbols.push_back(
        {"s" + std::to_string(manifest.symbols.size()), symbol.bound, symbol.step});
  for (size_t i = 0; i < program.kernels.size(); ++i)
    manifest.kernels.push_back("k" + std::to_string(i));
  for (const WeftExecFunction &function : program.functions) {
    FunctionSpec spec;
    spec.name = "f" + std::to_string(manifest.functions.size());
    std::span<const WeftExecBuffer> buffers = program.buffersOf(function);
    for (size_t i = 0; i < function.argumentCount; ++i)
      spec.arguments.push_back(describe(program, buffers[i], i));
    for (size_t i = 0; i < function.resultCount; ++i)
      spec.results.push_back(describe(program, buffers[function.argumentCount + i], i));
    manifest.functions.push_back(std::move(spec));
  }
  return manifest;
}

/// Whether a run takes little time and memory: that a program is long is not a fault of it.
bool isSmall(const ExecProgram &program, const WeftExecFunction &function) {
  uint64_t bytes = function.arenaBytes, trips = 1;
  for (const WeftExecBuffer &buffer : program.buffersOf(function))
    bytes += std::min<uint64_t>(buffer.boundBytes, 1 << 20);
  for (uint64_t i = 0; i < function.opCount && trips <= 4096; ++i) {
    const WeftExecOp &op = program.ops[function.firstOp + i];
    if (op.opcode != WEFT_OP_For)
      continue;
    const WeftExecDim &dim = program.dims[op.b];
    int64_t most = dim.offset + (dim.symbol < 0 ? 0 : program.symbols[dim.symbol].bound);
    trips *= uint64_t(std::clamp<int64_t>(most, 1, 5000));
  }
  return bytes < 1 << 20 && trips <= 4096 && function.opCount < 256;
}

void run(const ExecProgram &program, const Manifest &manifest, size_t index) {
  const FunctionSpec &spec = manifest.functions[index];
  std::vector<Tensor> arguments, results;
  for (const TensorSpec &argument : spec.arguments)
    if (Result<Tensor> tensor = Tensor::zeros(argument.dtype, getBoundShape(manifest, argument)))
      arguments.push_back(*tensor);
  for (const TensorSpec &result : spec.results)
    if (Result<Tensor> tensor = Tensor::zeros(result.dtype, getBoundShape(manifest, result)))
      results.push_back(*tensor);
  fuzz::require(arguments.size() == spec.arguments.size() && results.size() == spec.results.size(),
                "tensors of a verified program can be made");
  Result<std::vector<int64_t>> sizes = bindSizes(manifest, spec, arguments, false);
  if (!sizes)
    return;
  ExecContext context;
  ExecInterpreter interpreter(program, manifest, getDevice(), nullptr);
  Status status = interpreter.run(index, arguments, results, *sizes, context);
  fuzz::require(status || !status.message().empty(), "a failure says what is wrong");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return -1;
  fuzz::MemoryBound bound(size);
  Result<ExecProgram> program = readExecProgram(fuzz::asBytes(data + 1, size - 1));
  if (!program) {
    fuzz::requireRefusal(program.status());
    return 0;
  }
  program->constants = *Tensor::zeros(DType::I1, {int64_t(data[0]) * 64});
  if (Status status = verifyExecProgram(*program); !status) {
    fuzz::requireRefusal(status);
    return 0;
  }
  Manifest manifest = describe(*program);
  fuzz::require(bool(verifyExecMatchesManifest(*program, manifest)),
                "a program fits the manifest made of it");
  printExec(*program, manifest, "");
  for (size_t i = 0; i < program->functions.size() && i < 8; ++i)
    if (isSmall(*program, program->functions[i]))
      run(*program, manifest, i);
  return 0;
}
