// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/artifact/ManifestReader.h"

#include <algorithm>
#include <array>
#include <set>

#include "runtime/base/Format.h"
#include "runtime/base/Json.h"

namespace weft {
namespace {

constexpr std::array<std::string_view, 10> roles = {"input",     "key",     "state",     "param",
                                                    "optimizer", "hyper",   "cotangent", "saved",
                                                    "output",    "gradient"};
constexpr std::array<std::string_view, 5> initKinds = {"zeros", "ones", "constant", "normal",
                                                       "uniform"};

/// Reads the parts of one manifest; symbols are known before shapes are read.
class ManifestReader {
public:
  Status read(const Json &root) {
    JsonReader reader(root, "");
    if (int64_t format = reader.readInteger("format", 0, INT64_MAX); reader.status() && format != 1)
      return fileError("manifest expects format 1, got {}: use the version of weft that wrote it",
                       format);
    manifest.model = reader.readString("model");
    manifest.producer = reader.readString("producer");
    manifest.dtype = reader.readString("dtype");
    if (reader.has("precision"))
      manifest.precision = reader.readString("precision");
    JsonReader target(reader.readObject("target"), "target");
    if (reader.status()) {
      manifest.targetKind = target.readString("kind");
      manifest.targetFeatures = readTexts(target, "features");
      if (target.status() && isGpu())
        readGpu(target);
    }
    readAll(reader, "symbols", [&](JsonReader &item) { readSymbol(item); });
    manifest.kernels = readTexts(reader, "kernels");
    if (reader.has("places"))
      manifest.places = readTexts(reader, "places");
    manifest.places.resize(manifest.kernels.size());
    if (isGpu() && target.status() && manifest.gpuKernels.size() != manifest.kernels.size())
      target.fail("kernels", fmt::format("{} kernels, as the manifest", manifest.kernels.size()),
                  nullptr);
    readAll(reader, "params", [&](JsonReader &item) { readParam(item); });
    readAll(reader, "states", [&](JsonReader &item) { readState(item); });
    readAll(reader, "functions", [&](JsonReader &item) { readFunction(item); });
    const Json &config = reader.readObject("config");
    JsonReader values(config, "config");
    for (const auto &item : config.items())
      manifest.config[item.key()] = values.readString(item.key().c_str());
    for (const Status &status : {reader.status(), target.status(), values.status(), failure})
      if (!status)
        return status;
    return {};
  }

  Manifest manifest;

private:
  /// Calls `readItem` with a reader for each object of an array; the first failure of any is kept.
  template <typename ReadItem>
  void readAll(JsonReader &parent, const char *key, ReadItem readItem) {
    const Json &items = parent.readArray(key);
    std::string prefix = parent.path().empty() ? key : parent.path() + "." + key;
    for (size_t i = 0; i < items.size() && failure; ++i) {
      JsonReader item(items[i], fmt::format("{}[{}]", prefix, i));
      if (item.status())
        readItem(item);
      if (failure)
        failure = item.status();
    }
  }

  std::vector<std::string> readTexts(JsonReader &parent, const char *key) {
    std::vector<std::string> texts;
    for (const Json &item : parent.readArray(key)) {
      if (!item.is_string()) {
        parent.fail(key, "texts", &item);
        break;
      }
      texts.push_back(item.get<std::string>());
    }
    return texts;
  }

  /// Names with their positions: what refers to one is found without a search, however many there
  /// are.
  using Names = std::map<std::string, size_t>;

  std::string readName(JsonReader &item, Names &taken) {
    std::string name = item.readString("name");
    if (item.status() && (name.empty() || !taken.emplace(name, taken.size()).second))
      item.fail("name", "a name that is not empty and not taken", nullptr);
    return name;
  }

  DType readDType(JsonReader &item) {
    std::string name = item.readString("dtype");
    std::optional<DType> dtype = findDType(name);
    if (item.status() && !dtype)
      item.fail("dtype", "one of f32, f64, bf16, f16, i32, i1", nullptr);
    return dtype.value_or(DType::F32);
  }

  void readSymbol(JsonReader &item) {
    SymbolSpec symbol;
    symbol.name = readName(item, symbolNames);
    symbol.bound = item.readInteger("bound", 0, maxDimension);
    symbol.step = item.readInteger("step", 1, maxDimension);
    manifest.symbols.push_back(symbol);
  }

  bool isGpu() const { return manifest.targetKind.starts_with("sm_"); }

  /// The bounds are those of the largest GPU; a device has its own.
  void readGpu(JsonReader &target) {
    manifest.ptxVersion = target.readString("ptx");
    readAll(target, "kernels", [&](JsonReader &item) {
      GpuKernelSpec kernel;
      kernel.entry = item.readString("entry");
      if (item.status() && (kernel.entry.empty() || !entries.emplace(kernel.entry, 0).second))
        item.fail("entry", "a name that is not empty and not taken", nullptr);
      kernel.threads = item.readInteger("threads", 1, 1024);
      kernel.sharedBytes = item.readInteger("shared", 0, 227 << 10);
      if (item.has("registers"))
        kernel.registers = item.readInteger("registers", 0, 255);
      if (item.has("spilled"))
        kernel.spilledBytes = item.readInteger("spilled", 0, INT64_MAX);
      if (item.has("products"))
        kernel.products = item.readString("products");
      manifest.gpuKernels.push_back(std::move(kernel));
    });
  }

  /// `key` is where the size stands, for errors.
  DimSpec readDim(JsonReader &item, const Json &value, const std::string &key = "shape") {
    if (value.is_number_unsigned() && value.get<uint64_t>() <= uint64_t(maxDimension))
      return {-1, value.get<int64_t>()};
    if (!value.is_object()) {
      item.fail(key, "sizes in [0, 2^40] or a symbol and an offset", &value);
      return {};
    }
    JsonReader dim(value, item.path() + "." + key);
    std::string name = dim.readString("symbol");
    int64_t offset = dim.readInteger("offset", -maxDimension, maxDimension);
    auto found = symbolNames.find(name);
    if (!dim.status() || found == symbolNames.end()) {
      item.fail(key, "a symbol of the manifest and an offset", &value);
      return {};
    }
    return {int64_t(found->second), offset};
  }

  /// {"launch": number, "products": [[sizes], ...]}
  void readFlops(JsonReader &item, FunctionSpec &function) {
    int64_t launch = item.readInteger("launch", 0, INT64_MAX);
    std::vector<std::vector<DimSpec>> &products = function.flops[launch];
    for (const Json &product : item.readArray("products")) {
      if (!product.is_array())
        item.fail("products", "arrays of sizes", &product);
      products.emplace_back();
      for (const Json &size : item.status() ? product : Json::array())
        if (item.status())
          products.back().push_back(readDim(item, size, "products"));
    }
  }

  std::vector<DimSpec> readShape(JsonReader &item) {
    std::vector<DimSpec> shape;
    for (const Json &value : item.readArray("shape"))
      if (item.status())
        shape.push_back(readDim(item, value));
    if (item.status() && int64_t(shape.size()) > maxRank)
      item.fail("shape", "at most 8 sizes", nullptr);
    return shape;
  }

  void readParam(JsonReader &item) {
    ParamSpec param;
    param.name = readName(item, paramNames);
    param.dtype = readDType(item);
    for (const DimSpec &dim : readShape(item)) {
      if (dim.symbol >= 0)
        item.fail("shape", "constant sizes", nullptr);
      param.shape.push_back(dim.offset);
    }
    JsonReader init(item.readObject("init"), item.path() + ".init");
    if (item.status()) {
      param.init.kind = init.readString("kind");
      param.init.scale = init.has("scale") ? init.readNumber("scale") : 0;
      if (std::find(initKinds.begin(), initKinds.end(), param.init.kind) == initKinds.end())
        item.fail("init.kind", "zeros, ones, constant, normal or uniform", nullptr);
    }
    if (item.has("low"))
      param.low = item.readNumber("low");
    if (item.has("high"))
      param.high = item.readNumber("high");
    if (Result<int64_t> bytes = countBytes(param.dtype, param.shape); item.status() && !bytes)
      item.fail("shape", "a tensor of at most 2^48 bytes", nullptr);
    manifest.params.push_back(std::move(param));
  }

  void readState(JsonReader &item) {
    StateSpec state;
    state.name = readName(item, stateNames);
    state.dtype = readDType(item);
    state.shape = readShape(item);
    manifest.states.push_back(std::move(state));
  }

  void readFunction(JsonReader &item) {
    FunctionSpec function;
    function.name = readName(item, functionNames);
    readAll(item, "arguments",
            [&](JsonReader &tensor) { function.arguments.push_back(readTensor(tensor)); });
    readAll(item, "results",
            [&](JsonReader &tensor) { function.results.push_back(readTensor(tensor)); });
    if (item.has("flops"))
      readAll(item, "flops", [&](JsonReader &entry) { readFlops(entry, function); });
    if (item.has("scans"))
      function.scans = readTexts(item, "scans");
    checkTaken(item, function);
    setKeys(function.arguments);
    setKeys(function.results);
    for (const std::vector<TensorSpec> *specs : {&function.arguments, &function.results}) {
      std::set<std::string> keys;
      for (const TensorSpec &spec : *specs)
        if (!keys.insert(spec.key).second)
          item.fail("arguments or results", "unique names within a role; twice: " + spec.key,
                    nullptr);
    }
    manifest.functions.push_back(std::move(function));
  }

  /// A result takes over the memory of one argument, which is of its role and type, of constant
  /// sizes, and has no other taker.
  static void checkTaken(JsonReader &item, const FunctionSpec &function) {
    std::set<int64_t> taken;
    for (const TensorSpec &result : function.results) {
      if (result.takes < 0)
        continue;
      const TensorSpec *argument = result.takes < int64_t(function.arguments.size())
                                       ? &function.arguments[result.takes]
                                       : nullptr;
      bool isConstant = std::all_of(result.shape.begin(), result.shape.end(),
                                    [](const DimSpec &dim) { return dim.symbol < 0; });
      if (!argument || !isConstant || !taken.insert(result.takes).second ||
          argument->role != result.role || argument->dtype != result.dtype ||
          argument->shape != result.shape)
        item.fail("results",
                  "takes to name an argument of the same role and type and of constant sizes, once",
                  nullptr);
    }
  }

  TensorSpec readTensor(JsonReader &item) {
    TensorSpec tensor;
    tensor.name = item.readString("name");
    tensor.role = item.readString("role");
    if (item.status() && std::find(roles.begin(), roles.end(), tensor.role) == roles.end())
      item.fail("role", "a known role", nullptr);
    tensor.dtype = readDType(item);
    tensor.shape = readShape(item);
    if (item.has("takes"))
      tensor.takes = item.readInteger("takes", 0, INT64_MAX);
    if (item.has("param")) {
      tensor.target = item.readString("param");
      auto found = paramNames.find(tensor.target);
      const ParamSpec *param =
          found == paramNames.end() ? nullptr : &manifest.params[found->second];
      bool isEqual =
          param && param->dtype == tensor.dtype && param->shape.size() == tensor.shape.size();
      for (size_t i = 0; isEqual && i < tensor.shape.size(); ++i)
        isEqual = tensor.shape[i] == DimSpec{-1, param->shape[i]};
      if (!isEqual)
        item.fail("param", "a parameter of the same type", nullptr);
    } else if (item.has("state")) {
      tensor.target = item.readString("state");
      // A new state may have other size symbols than the one it replaces: spans move.
      auto found = stateNames.find(tensor.target);
      const StateSpec *state =
          found == stateNames.end() ? nullptr : &manifest.states[found->second];
      if (!state || state->dtype != tensor.dtype || state->shape.size() != tensor.shape.size())
        item.fail("state", "a state of the same element type and rank", nullptr);
    }
    return tensor;
  }

  static void setKeys(std::vector<TensorSpec> &specs) {
    std::map<std::string, int> count;
    for (const TensorSpec &spec : specs)
      ++count[spec.name];
    for (TensorSpec &spec : specs)
      spec.key = count[spec.name] == 1 ? spec.name : spec.role + "." + spec.name;
  }

  Names symbolNames, paramNames, stateNames, functionNames, entries;
  Status failure;
};

template <typename Spec>
const Spec *findByName(const std::vector<Spec> &specs, const std::string &name) {
  for (const Spec &spec : specs)
    if (spec.name == name)
      return &spec;
  return nullptr;
}

} // namespace

Result<Manifest> readManifest(std::string_view text) {
  Result<JsonTree> json = parseJson(text);
  if (!json)
    return json.status();
  ManifestReader reader;
  if (Status status = reader.read(json->value); !status)
    return status;
  return std::move(reader.manifest);
}

const FunctionSpec *Manifest::findFunction(const std::string &name) const {
  return findByName(functions, name);
}
const ParamSpec *Manifest::findParam(const std::string &name) const {
  return findByName(params, name);
}
const StateSpec *Manifest::findState(const std::string &name) const {
  return findByName(states, name);
}

std::string Manifest::formatType(DType dtype, const std::vector<DimSpec> &shape) const {
  std::string text;
  for (const DimSpec &dim : shape) {
    if (dim.symbol < 0)
      text += fmt::format("{}x", dim.offset);
    else if (dim.offset == 0)
      text += symbols[dim.symbol].name + "x";
    else
      text += fmt::format("({} {} {})x", symbols[dim.symbol].name, dim.offset < 0 ? "-" : "+",
                          std::abs(dim.offset));
  }
  return text + std::string(getName(dtype));
}

} // namespace weft
