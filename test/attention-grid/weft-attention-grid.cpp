// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-attention-grid [--perturb=NAME] FILE...: every graph of weft-attention-grid-models, compiled
// once in f64 and once in f32, called at each of its cache lengths, forwards and backwards:
//   the interpreter on `fused` against the interpreter on `paper`, 1e-12;
//   machine code against the interpreter, f64 1e-12, f32 1e-5 and for gradients 1e-4, of the norm;
//   where no row has a key, every result of the machine code is exactly 0;
//   bit for bit: the newest key changes no row before it, the order of the batch only the order of
//   results.
// --perturb changes one element of that argument for the machine code, so the tool must then fail.
#include <fstream>

#include "compiler/Compiler.h"
#include "dialects/weft/WeftDialect.h"
#include "dialects/weft/transforms/Passes.h"
#include "test/attention-grid/Forms.h"
#include "test/models/RandomArguments.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace weft::grid;

namespace {

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

/// What the first line of a file says.
struct Header {
  SmallVector<std::pair<int64_t, bool>> caches; ///< with `true` where no row has a key
  int64_t pastRows = 0;
  std::vector<std::string> batched;

  static std::optional<Header> parse(StringRef line);
};

std::optional<Header> Header::parse(StringRef line) {
  SmallVector<StringRef> words;
  line.split(words, ' ');
  Header header;
  if (words.size() < 3 || words[0] != "//" || words[1] != "cache")
    return std::nullopt;
  size_t i = 2;
  for (; i < words.size() && words[i] != "past"; ++i) {
    bool isEmpty = words[i].consume_back("e");
    int64_t cache = 0;
    if (words[i].getAsInteger(10, cache))
      return std::nullopt;
    header.caches.push_back({cache, isEmpty});
  }
  if (i + 2 >= words.size() || words[i + 1].getAsInteger(10, header.pastRows) ||
      words[i + 2] != "batch")
    return std::nullopt;
  for (StringRef name : ArrayRef(words).drop_front(i + 3))
    header.batched.push_back(name.str());
  return header;
}

bool isSame(ArrayRef<double> a, ArrayRef<double> b) { return a == b; }

/// y is [batch, heads, queries, features]: the first rows of each head.
bool isSameInPast(const TensorValue &a, const TensorValue &b, int64_t rows) {
  int64_t width = a.shape[3], all = a.shape[2] * width;
  for (int64_t at = 0; at < a.getCount(); at += all)
    if (!isSame(ArrayRef(a.elements).slice(at, rows * width),
                ArrayRef(b.elements).slice(at, rows * width)))
      return false;
  return true;
}

/// The last key of K and V moved; their second-last axis is the keys'.
Named moveNewestKey(const Named &arguments) {
  Named moved = arguments;
  for (StringRef name : {"K", "V"}) {
    TensorValue &value = moved[name];
    int64_t width = value.shape.back(), all = value.shape[value.shape.size() - 2] * width;
    for (int64_t at = all; at <= value.getCount(); at += all)
      for (int64_t f = 1; f <= width; ++f)
        value.elements[at - f] += 1;
  }
  return moved;
}

void swapBatch(TensorValue &value) {
  std::rotate(value.elements.begin(), value.elements.begin() + value.getCount() / 2,
              value.elements.end());
}

/// True if other batch entries in front give the same results, other entries in front.
bool isEquivariant(Compiled &compiled, const Header &header, const Named &arguments,
                   const TensorValue &cotangent, const Named &actual) {
  Named swapped = arguments;
  TensorValue swappedCotangent = cotangent;
  for (const std::string &name : header.batched)
    swapBatch(swapped[name]);
  swapBatch(swappedCotangent);
  Named results = compiled.run(swapped, swappedCotangent);
  std::vector<std::string> names = {"y"};
  for (const std::string &name : header.batched)
    names.push_back("d" + name);
  for (const std::string &name : names) {
    if (!results.contains(name) || !actual.contains(name))
      return false;
    swapBatch(results[name]);
    if (!isSame(results[name].elements, actual.find(name)->second.elements))
      return false;
  }
  return true;
}

void checkLaws(Compiled &compiled, const Header &header, const Named &arguments,
               const TensorValue &cotangent, const Named &actual, Tally &tally,
               const llvm::Twine &what) {
  if (header.pastRows > 0) {
    Named moved = compiled.run(moveNewestKey(arguments), cotangent);
    bool same = moved.contains("y") && actual.contains("y") &&
                isSameInPast(moved["y"], actual.find("y")->second, header.pastRows);
    tally.add(same, what + ": expects rows before the newest key to keep their bits");
  }
  if (!header.batched.empty())
    tally.add(isEquivariant(compiled, header, arguments, cotangent, actual),
              what + ": expects the order of the batch to change nothing but the order");
}

LogicalResult runFile(const std::string &path, const std::string &perturb, MLIRContext &context,
                      Tally &tally) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::optional<Header> header = Header::parse(line);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(path, &context);
  if (!module || !header)
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

  for (auto [cache, isEmpty] : header->caches) {
    auto arguments = drawArguments(*module, module->lookupSymbol<func::FuncOp>("fused"), cache);
    if (failed(arguments))
      return failure();
    TensorValue cotangent = makeCotangent(*module, *arguments, fused.getForward());
    Named meaning = fused.run(*arguments, cotangent);
    std::string what = llvm::sys::path::stem(path).str() + " cache " + std::to_string(cache);
    tally.compare(paper.run(*arguments, cotangent), meaning, true, what + " paper");
    for (auto [compiled, name] : {std::pair(&*inDouble, "f64"), std::pair(&*inSingle, "f32")}) {
      Named actual = compiled->run(*arguments, cotangent);
      tally.compare(actual, meaning, compiled == &*inDouble, what + " " + name);
      checkLaws(*compiled, *header, *arguments, cotangent, actual, tally, what + " " + name);
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
