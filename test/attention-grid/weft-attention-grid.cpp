// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-attention-grid [--perturb=NAME] FILE...: every graph of weft-attention-grid-models, compiled
// once in f64 and once in f32, called at each of its cache lengths, forwards and backwards:
//   the interpreter on `fused` against the interpreter on `paper`, 1e-12;
//   machine code against the interpreter, f64 1e-12, f32 1e-5 and for gradients 1e-4, of the norm;
//   where no row has a key, every result of the machine code is exactly 0.
// --perturb changes one element of that argument for the machine code, so the tool must then fail.
#include <fstream>

#include "compiler/Compiler.h"
#include "compiler/interpret/WeftInterpreter.h"
#include "dialects/weft/WeftDialect.h"
#include "dialects/weft/transforms/Passes.h"
#include "test/models/RandomArguments.h"
#include "weft/Module.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using weft::compiler::TensorValue;

namespace {

/// Named tensors: arguments and results of one call.
using Named = llvm::StringMap<TensorValue>;

struct Tally {
  unsigned passed = 0, failed = 0;

  void add(bool ok, const llvm::Twine &what) {
    ++(ok ? passed : failed);
    if (!ok)
      llvm::outs() << "FAIL " << what << "\n";
  }

  void compare(const Named &actual, const Named &expected, bool isDouble, const llvm::Twine &what) {
    for (const auto &entry : expected) {
      auto found = actual.find(entry.getKey());
      if (found == actual.end() || found->second.shape != entry.second.shape) {
        add(false, what + " " + entry.getKey() + ": absent or of another shape");
        continue;
      }
      double difference = 0, norm = 0;
      for (auto [x, y] : llvm::zip(found->second.elements, entry.second.elements)) {
        difference += (x - y) * (x - y);
        norm += y * y;
      }
      // The norm of a sum of many terms that cancel is rounding itself; terms are of order 1.
      double count = std::max<double>(1, entry.second.getCount());
      double relative = std::sqrt(difference) / std::max(std::sqrt(norm), 1e-3 * std::sqrt(count));
      double limit = isDouble ? 1e-12 : entry.getKey() == "y" ? 1e-5 : 1e-4;
      add(relative <= limit, what + " " + entry.getKey() + ": difference " +
                                 std::to_string(relative * 1e12) + "e-12"); // false for NaN too
    }
  }
};

/// F.forward and F.backward, in either form.
struct Form {
  virtual ~Form() = default;
  virtual FailureOr<SmallVector<TensorValue>> call(bool forward,
                                                   ArrayRef<TensorValue> arguments) = 0;
  /// Names of arguments and results.
  virtual std::vector<std::string> getNames(bool forward, bool arguments) = 0;
  /// The results y and, for a cotangent of y, the gradients; empty when a call fails.
  Named run(const Named &arguments, const TensorValue &cotangent);
};

Named Form::run(const Named &arguments, const TensorValue &cotangent) {
  Named known = arguments, results;
  for (bool forward : {true, false}) {
    SmallVector<TensorValue> given;
    for (const std::string &name : getNames(forward, true)) {
      // The backward function's first argument is the cotangent, under the result's name.
      bool isCotangent = !forward && name == "y";
      if (!isCotangent && !known.contains(name))
        return {};
      given.push_back(isCotangent ? cotangent : known.find(name)->second);
    }
    FailureOr<SmallVector<TensorValue>> made = call(forward, given);
    if (failed(made))
      return {};
    for (auto [name, value] : llvm::zip_equal(getNames(forward, false), *made)) {
      if (forward)
        known[name] = value;
      if (!forward || name == "y")
        results[(forward ? "" : "d") + name] = value;
    }
  }
  return results;
}

struct Interpreted : Form {
  func::FuncOp functions[2];

  Interpreted(ModuleOp module, StringRef name) {
    for (bool forward : {false, true})
      functions[forward] =
          module.lookupSymbol<func::FuncOp>((name + (forward ? ".forward" : ".backward")).str());
  }
  FailureOr<SmallVector<TensorValue>> call(bool forward, ArrayRef<TensorValue> arguments) override {
    return weft::compiler::WeftInterpreter::run(functions[forward], arguments);
  }
  std::vector<std::string> getNames(bool forward, bool arguments) override {
    func::FuncOp function = functions[forward];
    std::vector<std::string> names;
    for (unsigned i = 0; i < (arguments ? function.getNumArguments() : function.getNumResults());
         ++i)
      names.push_back((arguments ? function.getArgAttrOfType<StringAttr>(i, "weft.name")
                                 : function.getResultAttrOfType<StringAttr>(i, "weft.name"))
                          .str());
    return names;
  }
};

struct Compiled : Form {
  std::vector<weft::Function> functions;
  MLIRContext *context;
  std::string perturb;

  static std::optional<Compiled> load(ModuleOp module, const std::string &dtype,
                                      const std::string &perturb);
  FailureOr<SmallVector<TensorValue>> call(bool forward, ArrayRef<TensorValue> arguments) override;
  std::vector<std::string> getNames(bool forward, bool arguments) override {
    std::vector<std::string> names;
    const auto &spec = functions[forward].spec();
    for (const weft::TensorSpec &tensor : arguments ? spec.arguments : spec.results)
      names.push_back(tensor.name);
    return names;
  }
};

std::optional<Compiled> Compiled::load(ModuleOp module, const std::string &dtype,
                                       const std::string &perturb) {
  auto refuse = [&](const weft::Status &status) {
    module.emitError() << status.message();
    return std::nullopt;
  };
  OwningOpRef<ModuleOp> copy = module.clone();
  copy->lookupSymbol("paper")->erase();
  weft::compiler::Options options;
  options.dtype = dtype;
  options.gradients = {"fused"};
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  if (failed(weft::compiler::compile(*copy, options, out)))
    return std::nullopt;
  auto artifact = weft::Artifact::parse(std::as_bytes(std::span(bytes)), "compiled");
  if (!artifact)
    return refuse(artifact.status());
  auto device = weft::Device::open("cpu", "threads=2");
  if (!device)
    return refuse(device.status());
  auto loaded = weft::Module::load(*artifact, *device);
  if (!loaded)
    return refuse(loaded.status());
  Compiled compiled;
  compiled.context = module.getContext();
  compiled.perturb = perturb;
  for (const char *name : {"fused.backward", "fused.forward"}) {
    auto function = loaded->function(name);
    if (!function)
      return refuse(function.status());
    compiled.functions.push_back(*function);
  }
  return compiled;
}

template <typename T> void copyIn(const TensorValue &value, const weft::Tensor &tensor) {
  for (int64_t i = 0; i < value.getCount(); ++i)
    tensor.values<T>()[i] = static_cast<T>(value.elements[i]);
}

FailureOr<SmallVector<TensorValue>> Compiled::call(bool forward, ArrayRef<TensorValue> arguments) {
  std::vector<weft::Tensor> tensors;
  const weft::Function &function = functions[forward];
  for (auto [given, spec] : llvm::zip_equal(arguments, function.spec().arguments)) {
    TensorValue value = given;
    if (forward && spec.name == perturb)
      value.elements.front() += 1e-2;
    auto tensor =
        weft::Tensor::zeros(spec.dtype, weft::Shape(value.shape.begin(), value.shape.end()));
    if (!tensor)
      return emitError(UnknownLoc::get(context)) << tensor.status().message();
    if (spec.dtype == weft::DType::F64)
      copyIn<double>(value, *tensor);
    else if (spec.dtype == weft::DType::F32)
      copyIn<float>(value, *tensor);
    else
      copyIn<int32_t>(value, *tensor);
    tensors.push_back(*tensor);
  }
  auto results = function.call(tensors);
  if (!results)
    return emitError(UnknownLoc::get(context)) << results.status().message();
  SmallVector<TensorValue> values;
  for (const weft::Tensor &tensor : *results) {
    TensorValue value = TensorValue::splat(Float64Type::get(context), tensor.shape());
    for (int64_t i = 0; i < value.getCount(); ++i)
      value.elements[i] = tensor.dtype() == weft::DType::F64   ? tensor.values<double>()[i]
                          : tensor.dtype() == weft::DType::F32 ? tensor.values<float>()[i]
                                                               : tensor.values<int32_t>()[i];
    values.push_back(std::move(value));
  }
  return values;
}

/// Numbers that f32 holds, so that all forms start from the same.
FailureOr<Named> drawArguments(ModuleOp module, func::FuncOp function, int64_t cache) {
  ArgumentRules rules;
  rules.sizes["cache"] = cache;
  rules.ranges["z"] = {0, 1};
  RandomArguments random(module, rules);
  FailureOr<SmallVector<TensorValue>> values = random.getArguments(function);
  if (failed(values))
    return failure();
  Named named;
  for (unsigned i = 0; i < values->size(); ++i) {
    TensorValue &value = (*values)[i];
    for (double &element : value.elements)
      element = static_cast<float>(element);
    named[function.getArgAttrOfType<StringAttr>(i, "weft.name").getValue()] = value;
  }
  return named;
}

TensorValue makeCotangent(ModuleOp module, const Named &arguments, func::FuncOp forward) {
  TensorValue query = arguments.find("q")->second;
  auto type = cast<RankedTensorType>(forward.getResultTypes()[0]);
  TensorValue value = TensorValue::splat(query.element, type.getShape());
  for (int64_t i = 0; i < value.getCount(); ++i)
    value.elements[i] = static_cast<float>(std::sin(1.7 * double(i) + 0.3));
  return value;
}

LogicalResult runFile(const std::string &path, const std::string &perturb, MLIRContext &context,
                      Tally &tally) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  SmallVector<StringRef> words;
  StringRef(line).split(words, ' ');
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(path, &context);
  if (!module || words.size() < 3 || words[1] != "cache")
    return emitError(UnknownLoc::get(&context)) << "expects a graph of the grid in " << path;
  auto inDouble = Compiled::load(*module, "f64", perturb),
       inSingle = Compiled::load(*module, "f32", perturb);
  if (!inDouble || !inSingle)
    return failure();
  weft::ir::DifferentiatePassOptions options;
  options.functions = {"fused", "paper"};
  PassManager passes(&context);
  passes.addPass(weft::ir::createSelectDtypePass({"f64"}));
  passes.addPass(weft::ir::createDifferentiatePass(options));
  if (failed(passes.run(*module)))
    return failure();
  Interpreted fused(*module, "fused"), paper(*module, "paper");

  for (StringRef word : ArrayRef(words).drop_front(2)) {
    bool isEmpty = word.consume_back("e");
    int64_t cache = 0;
    word.getAsInteger(10, cache);
    auto arguments = drawArguments(*module, module->lookupSymbol<func::FuncOp>("fused"), cache);
    if (failed(arguments))
      return failure();
    TensorValue cotangent = makeCotangent(*module, *arguments, fused.functions[1]);
    Named meaning = fused.run(*arguments, cotangent);
    std::string what = llvm::sys::path::stem(path).str() + " cache " + word.str();
    tally.compare(paper.run(*arguments, cotangent), meaning, true, what + " paper");
    for (auto [compiled, name] : {std::pair(&*inDouble, "f64"), std::pair(&*inSingle, "f32")}) {
      Named actual = compiled->run(*arguments, cotangent);
      tally.compare(actual, meaning, compiled == &*inDouble, what + " " + name);
      if (!isEmpty)
        continue;
      bool isZero = !actual.empty();
      for (const auto &entry : actual)
        isZero &= llvm::all_of(entry.second.elements, [](double x) { return x == 0; });
      tally.add(isZero, what + " " + name + ": expects 0 where no row has a key");
    }
  }
  return success();
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  DialectRegistry registry;
  weft::compiler::registerAll(registry);
  std::string perturb;
  Tally tally;
  for (int i = 1; i < argc; ++i) {
    StringRef argument = argv[i];
    if (argument.consume_front("--perturb=")) {
      perturb = argument;
      continue;
    }
    MLIRContext context(registry);
    if (failed(runFile(argument.str(), perturb, context, tally)))
      tally.add(false, argument + " runs");
  }
  llvm::outs() << tally.passed << " passed, " << tally.failed << " failed\n";
  return tally.failed == 0 && tally.passed > 0 ? 0 : 1;
}
