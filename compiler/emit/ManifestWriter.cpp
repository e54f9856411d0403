// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/emit/ManifestWriter.h"

#include <nlohmann/json.hpp>

#include "llvm/Support/Path.h"

#include "compiler/emit/Notice.h"
#include "compiler/lower/PlanMemory/PlanMemory.h"
#include "compiler/support/Flops.h"
#include "compiler/support/Loops.h"

using namespace mlir;

namespace weft::compiler {

namespace {

using Json = nlohmann::ordered_json; // keys in the order of the specification

std::string formatElement(Type element) {
  std::string text;
  llvm::raw_string_ostream(text) << element;
  return text;
}

/// "Model.h:108", the innermost line of the model that an operation stands for; empty without one.
std::string formatPlace(Operation *op) {
  std::string place;
  if (op)
    op->getLoc()->walk([&](Location inner) {
      auto file = dyn_cast<FileLineColLoc>(inner);
      if (!file)
        return WalkResult::advance();
      // The base name: an artifact's bytes do not depend on the folder.
      place = llvm::sys::path::filename(file.getFilename().getValue()).str() + ":" +
              std::to_string(file.getLine());
      return WalkResult::interrupt();
    });
  return place;
}

class ManifestWriter {
public:
  ManifestWriter(ModuleOp module, const ExecIndex &index) : module(module), index(index) {}

  FailureOr<Json> build(const ManifestTarget &target);

private:
  Json describeTarget(const ManifestTarget &target);
  Json describeParam(ir::ParamOp op);
  Json describeState(ir::StateOp op);
  Json describeFunction(exec::ProgramOp program);
  Json describeTensor(exec::BufferOp buffer, DictionaryAttr attributes);
  Json describeSizes(Location loc, ArrayRef<ir::SizeAttr> sizes);
  Json describeFlops(exec::ProgramOp program);
  void addType(Json &json, Location loc, RankedTensorType type);
  std::string getDtype();

  ModuleOp module;
  const ExecIndex &index;
  bool wrong = false;
};

/// The element type of the model: that of its weights, else of its first float tensor.
std::string ManifestWriter::getDtype() {
  for (auto param : module.getOps<ir::ParamOp>())
    return formatElement(ir::getElementOrSelf(param.getType()));
  for (exec::ProgramOp program : index.programs)
    for (auto buffer : program.getBody().front().getOps<exec::BufferOp>())
      if (Type element = buffer.getType().getTensor().getElementType(); isa<FloatType>(element))
        return formatElement(element);
  return "f32";
}

Json ManifestWriter::describeSizes(Location loc, ArrayRef<ir::SizeAttr> sizes) {
  Json json = Json::array();
  for (ir::SizeAttr size : sizes) {
    if (size.isConstant())
      json.push_back(size.getOffset());
    else
      json.push_back({{"symbol", size.getSymbol().str()}, {"offset", size.getOffset()}});
    wrong |= failed(index.findSymbol(loc, size.getSymbol()));
  }
  return json;
}

/// Of the launches that have products, by their number in the program.
Json ManifestWriter::describeFlops(exec::ProgramOp program) {
  Json json = Json::array();
  int64_t number = 0;
  program.walk([&](exec::LaunchOp launch) {
    auto flops = launch->getAttrOfType<ArrayAttr>(flopsAttrName);
    Json products = Json::array();
    for (Attribute product : flops ? flops.getValue() : ArrayRef<Attribute>()) {
      SmallVector<ir::SizeAttr> sizes;
      for (Attribute size : cast<ArrayAttr>(product))
        sizes.push_back(cast<ir::SizeAttr>(size));
      products.push_back(describeSizes(launch.getLoc(), sizes));
    }
    if (!products.empty())
      json.push_back({{"launch", number}, {"products", std::move(products)}});
    ++number;
  });
  return json;
}

void ManifestWriter::addType(Json &json, Location loc, RankedTensorType type) {
  json["dtype"] = formatElement(type.getElementType());
  json["shape"] = describeSizes(loc, ir::getDimSizes(type));
}

Json ManifestWriter::describeParam(ir::ParamOp op) {
  Json json = {{"name", op.getSymName().str()}};
  addType(json, op.getLoc(), cast<RankedTensorType>(op.getType()));
  json["init"] = {{"kind", op.getInit().str()}, {"scale", op.getScale().convertToDouble()}};
  if (op.getLow())
    json["low"] = op.getLow()->convertToDouble();
  if (op.getHigh())
    json["high"] = op.getHigh()->convertToDouble();
  return json;
}

Json ManifestWriter::describeState(ir::StateOp op) {
  Json json = {{"name", op.getSymName().str()}};
  addType(json, op.getLoc(), cast<RankedTensorType>(op.getType()));
  return json;
}

Json ManifestWriter::describeTensor(exec::BufferOp buffer, DictionaryAttr attributes) {
  Json json;
  auto name = attributes.getAs<StringAttr>("weft.name");
  auto role = attributes.getAs<StringAttr>("weft.role");
  if (!name || !role) {
    buffer.emitOpError("expects its description to have weft.name and weft.role, got ")
        << attributes << " (artifact.C4)";
    wrong = true;
    return json;
  }
  json["name"] = name.str();
  json["role"] = role.str();
  for (const char *kind : {"param", "state"})
    if (auto symbol = attributes.getAs<FlatSymbolRefAttr>(std::string("weft.") + kind))
      json[kind] = symbol.getValue().str();
  if (auto argument = attributes.getAs<IntegerAttr>(takesAttrName))
    json["takes"] = argument.getInt();
  addType(json, buffer.getLoc(), buffer.getType().getTensor());
  return json;
}

Json ManifestWriter::describeFunction(exec::ProgramOp program) {
  Json arguments = Json::array(), results = Json::array();
  auto argumentAttrs = program->getAttrOfType<ArrayAttr>(argumentsAttrName);
  auto resultAttrs = program->getAttrOfType<ArrayAttr>(resultsAttrName);
  for (auto buffer : program.getBody().front().getOps<exec::BufferOp>()) {
    if (buffer.getKind() == exec::BufferKind::argument)
      arguments.push_back(
          describeTensor(buffer, cast<DictionaryAttr>(argumentAttrs[arguments.size()])));
    if (buffer.getKind() == exec::BufferKind::result)
      results.push_back(describeTensor(buffer, cast<DictionaryAttr>(resultAttrs[results.size()])));
  }
  Json scans = Json::array();
  program.walk<WalkOrder::PreOrder>([&](exec::ForOp loop) {
    if (auto form = loop->getAttrOfType<StringAttr>(loopFormAttrName))
      scans.push_back(form.str());
  });
  Json json = {{"name", program.getSymName().str()},
               {"arguments", std::move(arguments)},
               {"results", std::move(results)},
               {"flops", describeFlops(program)}};
  if (!scans.empty())
    json["scans"] = std::move(scans);
  return json;
}

Json ManifestWriter::describeTarget(const ManifestTarget &target) {
  Json json = {{"kind", target.kind}, {"features", target.features}};
  if (target.ptxVersion.empty())
    return json;
  json["ptx"] = target.ptxVersion;
  json["kernels"] = Json::array();
  for (StringAttr name : index.kernels) {
    auto found = llvm::find_if(
        target.kernels, [&](const GpuKernel &kernel) { return kernel.name == name.getValue(); });
    if (found == target.kernels.end()) {
      module.emitError("internal: a kernel without machine code: ") << name;
      wrong = true;
      continue;
    }
    Json kernel = {
        {"entry", found->entry}, {"threads", found->threads}, {"shared", found->sharedBytes}};
    if (found->registers)
      kernel["registers"] = *found->registers;
    if (found->spilledBytes)
      kernel["spilled"] = *found->spilledBytes;
    if (!found->products.empty())
      kernel["products"] = found->products;
    json["kernels"].push_back(std::move(kernel));
  }
  return json;
}

FailureOr<Json> ManifestWriter::build(const ManifestTarget &target) {
  Json json = {{"format", 1}};
  auto model = module->getAttrOfType<StringAttr>("weft.model");
  json["model"] = model ? model.str() : "model";
  json["producer"] = "weft " WEFT_VERSION;
  json["target"] = describeTarget(target);
  json["dtype"] = getDtype();
  if (auto precision = module->getAttrOfType<StringAttr>("weft.precision"))
    json["precision"] = precision.str();
  for (const char *table : {"symbols", "kernels", "places", "params", "states", "functions"})
    json[table] = Json::array();
  for (ir::SizeAttr size : index.symbols)
    json["symbols"].push_back(
        {{"name", size.getSymbol().str()}, {"bound", size.getBound()}, {"step", size.getStep()}});
  for (StringAttr kernel : index.kernels)
    json["kernels"].push_back(kernel.str());
  for (StringAttr kernel : index.kernels)
    json["places"].push_back(formatPlace(module.lookupSymbol(kernel)));
  for (auto param : module.getOps<ir::ParamOp>())
    json["params"].push_back(describeParam(param));
  for (auto state : module.getOps<ir::StateOp>())
    json["states"].push_back(describeState(state));
  for (exec::ProgramOp program : index.programs)
    json["functions"].push_back(describeFunction(program));
  json["config"] = Json::object();
  if (auto config = module->getAttrOfType<DictionaryAttr>("weft.config"))
    for (NamedAttribute entry : config)
      if (auto text = dyn_cast<StringAttr>(entry.getValue()))
        json["config"][entry.getName().str()] = text.str();
  if (wrong)
    return failure();
  return json;
}

} // namespace

FailureOr<std::string> buildManifest(ModuleOp module, const ExecIndex &index,
                                     const ManifestTarget &target) {
  FailureOr<Json> json = ManifestWriter(module, index).build(target);
  if (failed(json))
    return failure();
  return json->dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace weft::compiler
