// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/attention-grid/Forms.h"

#include "compiler/Compiler.h"
#include "compiler/interpret/WeftInterpreter.h"

using namespace mlir;

namespace weft::grid {

Named Form::run(const Named &arguments, const TensorValue &cotangent) {
  Named known = arguments, results;
  for (bool forward : {true, false}) {
    Values given;
    for (const std::string &name : getNames(forward, true)) {
      // The backward function's first argument is the cotangent, under the result's name.
      bool isCotangent = !forward && name == "y";
      if (!isCotangent && !known.contains(name))
        return {};
      given.push_back(isCotangent ? cotangent : known.find(name)->second);
    }
    FailureOr<Values> made = call(forward, given);
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

Interpreted::Interpreted(ModuleOp module, StringRef name) {
  for (bool forward : {false, true})
    functions[forward] =
        module.lookupSymbol<func::FuncOp>((name + (forward ? ".forward" : ".backward")).str());
}

FailureOr<Form::Values> Interpreted::call(bool forward, ArrayRef<TensorValue> arguments) {
  return compiler::WeftInterpreter::run(functions[forward], arguments);
}

std::vector<std::string> Interpreted::getNames(bool forward, bool arguments) {
  func::FuncOp function = functions[forward];
  std::vector<std::string> names;
  for (unsigned i = 0; i < (arguments ? function.getNumArguments() : function.getNumResults()); ++i)
    names.push_back((arguments ? function.getArgAttrOfType<StringAttr>(i, "weft.name")
                               : function.getResultAttrOfType<StringAttr>(i, "weft.name"))
                        .str());
  return names;
}

std::vector<std::string> Compiled::getNames(bool forward, bool arguments) {
  const FunctionSpec &spec = functions[forward].spec();
  std::vector<std::string> names;
  for (const TensorSpec &tensor : arguments ? spec.arguments : spec.results)
    names.push_back(tensor.name);
  return names;
}

std::optional<Compiled> Compiled::load(ModuleOp module, const std::string &dtype,
                                       const std::string &perturb) {
  auto refuse = [&](const Status &status) {
    module.emitError() << status.message();
    return std::nullopt;
  };
  OwningOpRef<ModuleOp> copy = module.clone();
  copy->lookupSymbol("paper")->erase();
  compiler::Options options;
  options.dtype = dtype;
  options.gradients = {"fused"};
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  if (failed(compiler::compile(*copy, options, out)))
    return std::nullopt;
  auto artifact = Artifact::parse(std::as_bytes(std::span(bytes)), "compiled");
  if (!artifact)
    return refuse(artifact.status());
  auto device = Device::open("cpu", "threads=2");
  if (!device)
    return refuse(device.status());
  auto loaded = Module::load(*artifact, *device);
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

template <typename T> static void copyIn(const TensorValue &value, const Tensor &tensor) {
  for (int64_t i = 0; i < value.getCount(); ++i)
    tensor.values<T>()[i] = static_cast<T>(value.elements[i]);
}

FailureOr<Form::Values> Compiled::call(bool forward, ArrayRef<TensorValue> arguments) {
  std::vector<Tensor> tensors;
  const Function &function = functions[forward];
  for (auto [given, spec] : llvm::zip_equal(arguments, function.spec().arguments)) {
    TensorValue value = given;
    if (forward && spec.name == perturb)
      value.elements.front() += 1e-2;
    auto tensor = Tensor::zeros(spec.dtype, Shape(value.shape.begin(), value.shape.end()));
    if (!tensor)
      return emitError(UnknownLoc::get(context)) << tensor.status().message();
    if (spec.dtype == DType::F64)
      copyIn<double>(value, *tensor);
    else if (spec.dtype == DType::F32)
      copyIn<float>(value, *tensor);
    else
      copyIn<int32_t>(value, *tensor);
    tensors.push_back(*tensor);
  }
  auto results = function.call(tensors);
  if (!results)
    return emitError(UnknownLoc::get(context)) << results.status().message();
  Values values;
  for (const Tensor &tensor : *results) {
    TensorValue value = TensorValue::splat(Float64Type::get(context), tensor.shape());
    for (int64_t i = 0; i < value.getCount(); ++i)
      value.elements[i] = tensor.dtype() == DType::F64   ? tensor.values<double>()[i]
                          : tensor.dtype() == DType::F32 ? tensor.values<float>()[i]
                                                         : tensor.values<int32_t>()[i];
    values.push_back(std::move(value));
  }
  return values;
}

} // namespace weft::grid
