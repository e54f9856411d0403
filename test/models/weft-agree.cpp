// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-agree: the functions of a traced model, compiled for this CPU and called through the
// runtime, must compute what the interpreter computes in double precision: results of
// `step.grad` (loss, new states, every gradient) and of those functions of the driver's contract
// that the module has, over two blocks, each side carrying its own states.
//
//   weft-agree FILE [--dtype=f64] [--precision=f32] [--meaning=P] [--target=cpu] [--threads=2]
//              [--scans=auto] [--perturb=NAME] [RULE...] [--case RULE...]...
//
// A RULE is NAME=LOW:HIGH or SYMBOL=VALUE (RandomArguments.h); those before the first --case hold
// for every case. --perturb changes one element of that argument on the compiled side, so the tool
// must then fail. Bounds, relative to the norm of the tensor: f64 1e-12; f32 1e-5 for outputs and
// states, 1e-4 for gradients. With --precision=bf16 or f16 factors of products are rounded on both
// sides, and a rounding of one can go the other way: 1e-3 for all. Of f16 both take a loss_scale.
// --meaning=f32 leaves the interpreter's factors as they are.
#include "compiler/Compiler.h"
#include "compiler/interpret/WeftInterpreter.h"
#include "dialects/weft/WeftDialect.h"
#include "test/models/RandomArguments.h"
#include "test/models/TracedModule.h"
#include "weft/Module.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using weft::compiler::TensorValue;

namespace {

struct Request {
  std::string file, dtype = "f64", precision = "f32", meaning, target = "cpu", threads = "2",
                    scans = "auto", perturb;
  std::vector<ArgumentRules> cases;
};

bool parseArguments(int argc, char **argv, Request &request) {
  ArgumentRules common;
  for (int i = 1; i < argc; ++i) {
    StringRef text = argv[i];
    if (text.consume_front("--dtype="))
      request.dtype = text;
    else if (text.consume_front("--precision="))
      request.precision = text;
    else if (text.consume_front("--meaning="))
      request.meaning = text;
    else if (text.consume_front("--target="))
      request.target = text;
    else if (text.consume_front("--threads="))
      request.threads = text;
    else if (text.consume_front("--scans="))
      request.scans = text;
    else if (text.consume_front("--perturb="))
      request.perturb = text;
    else if (text == "--case")
      request.cases.push_back(common);
    else if (!text.contains('='))
      request.file = text;
    else if (!(request.cases.empty() ? common : request.cases.back()).parse(text))
      return false;
  }
  if (request.meaning.empty())
    request.meaning = request.precision;
  if (request.cases.empty())
    request.cases.push_back(common);
  return !request.file.empty();
}

template <typename T> void copyElements(const TensorValue &value, const weft::Tensor &tensor) {
  std::transform(value.elements.begin(), value.elements.end(), tensor.values<T>().begin(),
                 [](double element) { return static_cast<T>(element); });
}

weft::Result<weft::Tensor> toTensor(const TensorValue &value, weft::DType dtype) {
  auto tensor = weft::Tensor::zeros(dtype, weft::Shape(value.shape.begin(), value.shape.end()));
  if (!tensor)
    return tensor;
  if (dtype == weft::DType::F64)
    copyElements<double>(value, *tensor);
  else if (dtype == weft::DType::F32)
    copyElements<float>(value, *tensor);
  else
    copyElements<int32_t>(value, *tensor);
  return tensor;
}

double getElement(const weft::Tensor &tensor, int64_t i) {
  return tensor.dtype() == weft::DType::F64 ? tensor.values<double>()[i]
                                            : double(tensor.values<float>()[i]);
}

/// Counts comparisons and failures; one line each.
struct Tally {
  bool isRounded;
  unsigned count = 0, failures = 0;

  void compare(StringRef function, const weft::TensorSpec &spec, const weft::Tensor &actual,
               const TensorValue &expected) {
    bool same = llvm::ArrayRef<int64_t>(actual.shape()) == ArrayRef<int64_t>(expected.shape);
    double difference = 0, norm = 0;
    for (int64_t i = 0; same && i < expected.getCount(); ++i) {
      double gap = getElement(actual, i) - expected.elements[i];
      difference += gap * gap;
      norm += expected.elements[i] * expected.elements[i];
    }
    double relative = difference == 0 ? 0 : std::sqrt(difference / norm);
    bool isDouble = spec.dtype == weft::DType::F64;
    double bound = isRounded ? 1e-3 : isDouble ? 1e-12 : spec.role == "gradient" ? 1e-4 : 1e-5;
    same = same && relative <= bound; // false for NaN too
    ++count;
    failures += !same;
    llvm::outs() << (same ? "ok   " : "FAIL ") << function << " " << spec.role << " " << spec.name
                 << " " << weft::compiler::formatSizes(expected.shape) << " norm "
                 << llvm::format("%.3g", std::sqrt(norm)) << " difference "
                 << llvm::format("%.3g", relative) << "\n";
  }
};

/// A function in both forms.
struct Pair {
  func::FuncOp meaning;
  weft::Function compiled;
  Request request;

  /// One case over two blocks.
  LogicalResult compare(ModuleOp module, const ArgumentRules &rules, Tally &tally);

private:
  FailureOr<std::vector<weft::Tensor>> call(ArrayRef<TensorValue> arguments,
                                            const weft::TensorMap &carried);
};

FailureOr<std::vector<weft::Tensor>> Pair::call(ArrayRef<TensorValue> arguments,
                                                const weft::TensorMap &carried) {
  std::vector<weft::Tensor> tensors;
  for (auto [value, spec] : llvm::zip_equal(arguments, compiled.spec().arguments)) {
    TensorValue start = value;
    if (spec.name == request.perturb)
      start.elements.front() += 1e-2;
    auto known = carried.find(spec.name);
    auto tensor = known == carried.end() ? toTensor(start, spec.dtype)
                                         : weft::Result<weft::Tensor>(known->second);
    if (!tensor)
      return meaning.emitError() << tensor.status().message();
    tensors.push_back(*tensor);
  }
  auto results = compiled.call(tensors);
  if (!results)
    return meaning.emitError() << results.status().message();
  return std::move(*results);
}

LogicalResult Pair::compare(ModuleOp module, const ArgumentRules &rules, Tally &tally) {
  RandomArguments values(module, rules);
  weft::TensorMap carried;
  for (int block = 0; block < 2; ++block) {
    FailureOr<SmallVector<TensorValue>> arguments = values.getArguments(meaning);
    if (failed(arguments))
      return failure();
    if (arguments->size() != compiled.spec().arguments.size())
      return meaning.emitError() << "expects the arguments of the artifact";
    auto actual = call(*arguments, carried);
    auto expected = weft::compiler::WeftInterpreter::run(meaning, *arguments);
    if (failed(actual) || failed(expected))
      return failure();
    if (actual->size() != expected->size())
      return meaning.emitError() << "expects the results of the artifact";
    for (auto [spec, tensor, value] : llvm::zip(compiled.spec().results, *actual, *expected)) {
      tally.compare(meaning.getName(), spec, tensor, value);
      if (spec.role != "state")
        continue;
      values.set(spec.name, value);
      carried.insert_or_assign(spec.name, tensor);
    }
  }
  return success();
}

/// The artifact of a copy of the module, loaded for this CPU.
FailureOr<weft::Module> load(ModuleOp module, const Request &request) {
  OwningOpRef<ModuleOp> copy = module.clone();
  weft::compiler::Options options;
  options.dtype = request.dtype;
  options.precision = request.precision;
  options.target = request.target;
  options.scans = request.scans;
  options.gradients = {"step"};
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  if (failed(weft::compiler::compile(*copy, options, out)))
    return failure();
  auto artifact = weft::Artifact::parse(std::as_bytes(std::span(bytes)), "compiled");
  if (!artifact)
    return module.emitError() << artifact.status().message();
  auto device = weft::Device::open("cpu", "threads=" + request.threads);
  if (!device)
    return module.emitError() << device.status().message();
  auto loaded = weft::Module::load(*artifact, *device);
  if (!loaded)
    return module.emitError() << loaded.status().message();
  return std::move(*loaded);
}

LogicalResult run(ModuleOp module, const Request &request, Tally &tally) {
  FailureOr<weft::Module> compiled = load(module, request);
  if (failed(compiled))
    return failure();
  if (failed(differentiate(module, request.dtype, {"step"}, request.meaning,
                           request.precision == "f16")))
    return failure();
  for (std::string name :
       {"step.grad", "eval", "generate", "encode", "decode", "act", "play", "judge"}) {
    auto meaning = module.lookupSymbol<func::FuncOp>(name);
    if (!meaning && name != "step.grad")
      continue;
    auto function = compiled->function(name);
    if (!meaning || !function)
      return module.emitError() << "expects a function " << name;
    for (const ArgumentRules &rules : request.cases)
      if (failed(Pair{meaning, *function, request}.compare(module, rules, tally)))
        return failure();
  }
  return success();
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Request request;
  if (!parseArguments(argc, argv, request)) {
    llvm::errs() << "usage: weft-agree FILE [--dtype=f64|f32] [--precision=f32|bf16|f16] "
                    "[--meaning=f32|bf16|f16] [--target=T] [--threads=N] [--scans=FORM] "
                    "[--perturb=NAME] [RULE...] "
                    "[--case RULE...]...\n";
    return 2;
  }
  DialectRegistry registry;
  weft::compiler::registerAll(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(request.file, &context);
  Tally tally{request.precision != "f32"};
  if (!module || failed(run(*module, request, tally)))
    return 2;
  llvm::outs() << tally.count << " compared, " << tally.failures << " differ\n";
  return tally.failures == 0 && tally.count > 0 ? 0 : 1;
}
