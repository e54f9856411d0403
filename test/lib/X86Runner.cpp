// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Compiler.h"
#include "compiler/Pipeline.h"
#include "compiler/emit/ArtifactWriter.h"
#include "compiler/interpret/TensorBytes.h"
#include "compiler/lower/PlanMemory/PlanMemory.h"
#include "compiler/lower/WeftToTile/WeftToTile.h"
#include "compiler/target/X86.h"
#include "dialects/weft/WeftDialect.h"
#include "test/lib/CheckMode.h"
#include "test/lib/TileEmulation.h"
#include "weft/Module.h"

#include "mlir/IR/Builders.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace weft::check {

/// A copy with this function alone, its arguments and results named as a model's are.
static OwningOpRef<ModuleOp> makeModel(ModuleOp module, func::FuncOp function) {
  OwningOpRef<ModuleOp> model = module.clone();
  for (func::FuncOp other : llvm::to_vector(model->getOps<func::FuncOp>()))
    if (other.getName() != function.getName())
      other.erase();
  Builder builder(module.getContext());
  (*model)->setAttr("weft.model", builder.getStringAttr("kernels"));
  auto only = model->lookupSymbol<func::FuncOp>(function.getName());
  for (unsigned i = 0; i < only.getNumArguments(); ++i) {
    only.setArgAttr(i, "weft.name", builder.getStringAttr("x" + Twine(i)));
    only.setArgAttr(i, "weft.role", builder.getStringAttr("input"));
  }
  for (unsigned i = 0; i < only.getNumResults(); ++i) {
    only.setResultAttr(i, "weft.name", builder.getStringAttr("y" + Twine(i)));
    only.setResultAttr(i, "weft.role", builder.getStringAttr("output"));
  }
  return model;
}

static FailureOr<SmallVector<TensorValue>> call(const Function &compiled, func::FuncOp function,
                                                ArrayRef<TensorValue> arguments) {
  std::vector<Tensor> tensors;
  for (auto [value, spec] : llvm::zip_equal(arguments, compiled.spec().arguments)) {
    auto tensor = Tensor::zeros(spec.dtype, Shape(value.shape.begin(), value.shape.end()));
    if (!tensor)
      return function.emitError() << tensor.status().message();
    compiler::writeElements(uint64_t(spec.dtype), value.elements, tensor->data());
    tensors.push_back(*tensor);
  }
  auto results = compiled.call(tensors);
  if (!results)
    return function.emitError() << results.status().message();
  if (std::string fault = takeTileFault(); !fault.empty())
    return function.emitError() << fault;
  SmallVector<TensorValue> values;
  for (auto [tensor, type] : llvm::zip_equal(*results, function.getResultTypes())) {
    TensorValue value =
        TensorValue::splat(cast<RankedTensorType>(type).getElementType(), tensor.shape());
    value.elements = compiler::readElements(uint64_t(tensor.dtype()), tensor.data(), tensor.size());
    values.push_back(std::move(value));
  }
  return values;
}

static FailureOr<KernelRunner> load(func::FuncOp function, StringRef bytes);

FailureOr<KernelRunner> makeX86Runner(ModuleOp module, func::FuncOp function) {
  OwningOpRef<ModuleOp> model = makeModel(module, function);
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  if (failed(compiler::compile(*model, {}, out)))
    return failure();
  return load(function, bytes);
}

/// The phase kernels without the passes that a variant leaves out.
static LogicalResult lowerKernels(ModuleOp model, const Variant &variant) {
  PassManager passes(model.getContext());
  compiler::WeftToTilePassOptions options;
  options.fuse = variant.together;
  passes.addPass(compiler::createWeftToTilePass(options));
  if (variant.canonicalize)
    passes.addPass(createCanonicalizerPass());
  if (variant.cse)
    passes.addPass(createCSEPass());
  if (variant.elide)
    passes.addPass(compiler::createElideKernelsPass());
  compiler::addVerifier(passes, compiler::Phase::Kernels);
  return passes.run(model);
}

/// The artifact of lowered kernels for AMX, as this processor can run them.
static LogicalResult writeEmulated(ModuleOp model, llvm::raw_ostream &out) {
  emulateTiles(model);
  FailureOr<compiler::X86Level> level = compiler::getX86Level("cpu:avx512bf16");
  FailureOr<compiler::X86Code> code = compiler::compileX86(model, {*level});
  if (failed(code))
    return failure();
  compiler::ArtifactWriter writer;
  if (failed(writer.add(model, {std::move(code->bytes), std::move(code->features)})))
    return failure();
  writer.write(model, out);
  return success();
}

FailureOr<KernelRunner> makeVariantRunner(ModuleOp module, func::FuncOp function,
                                          const Variant &variant) {
  OwningOpRef<ModuleOp> model = makeModel(module, function);
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  auto run = [&](compiler::Phase from, compiler::Phase until, llvm::raw_ostream &to) {
    compiler::Options options;
    options.target = variant.target.str();
    options.from = from;
    options.until = until;
    return compiler::compile(*model, options, to);
  };
  using compiler::Phase;
  if (failed(run(Phase::Graph, variant.fuse ? Phase::Fused : Phase::Differentiated, llvm::nulls())))
    return failure();
  if (variant.planted)
    model->walk([](ir::SubOp op) {
      Value first = op->getOperand(0);
      op->setOperand(0, op->getOperand(1));
      op->setOperand(1, first);
    });
  Phase last = variant.emulated ? Phase::Machine : Phase::Artifact;
  if (failed(run(Phase::Fused, Phase::Scheduled, llvm::nulls())) ||
      failed(lowerKernels(*model, variant)) ||
      failed(run(Phase::Kernels, last, variant.emulated ? llvm::nulls() : out)) ||
      (variant.emulated && failed(writeEmulated(*model, out))))
    return failure();
  return load(function, bytes);
}

FailureOr<KernelRunner> load(func::FuncOp function, StringRef bytes) {
  auto artifact = Artifact::parse(std::as_bytes(std::span(bytes.data(), bytes.size())), "compiled");
  if (!artifact)
    return function.emitError() << artifact.status().message();
  auto device = Device::open("cpu", "threads=2");
  if (!device)
    return function.emitError() << device.status().message();
  auto loaded = Module::load(*artifact, *device);
  if (!loaded)
    return function.emitError() << loaded.status().message();
  auto compiled = loaded->function(function.getName().str());
  if (!compiled)
    return function.emitError() << compiled.status().message();
  return KernelRunner([compiled = *compiled, function](ArrayRef<TensorValue> arguments) {
    return call(compiled, function, arguments);
  });
}

} // namespace weft::check
