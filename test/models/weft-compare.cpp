// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-compare: two functions of a traced module must compute the same, gradients included.
//
//   weft-compare FILE A B [--tolerance=1e-12] [--rounded] [cache0=4] [z=0.25:0.5] [tokens=0:11]
//
// Everything runs in the f64 interpreter; with --rounded, B with the factors of its products
// rounded to bf16. Arguments of one name get one value: weights as their declaration says, all else
// random in [-1, 1). NAME=LOW:HIGH draws the arguments whose name ends in NAME from that range
// (whole numbers for i32); SYMBOL=VALUE gives a size symbol its value in both functions. After the
// first call the states it returned are given to a second one.
#include "compiler/interpret/WeftInterpreter.h"
#include "dialects/weft/WeftDialect.h"
#include "test/models/RandomArguments.h"
#include "test/models/TracedModule.h"

#include "mlir/Parser/Parser.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using weft::compiler::TensorValue;

namespace {

struct Request {
  std::string file, a, b;
  double tolerance = 1e-12;
  bool rounded = false;
  ArgumentRules rules;
};

bool parseArguments(int argc, char **argv, Request &request) {
  SmallVector<StringRef> names;
  for (int i = 1; i < argc; ++i) {
    StringRef text = argv[i];
    if (text == "--rounded")
      request.rounded = true;
    else if (!text.contains('='))
      names.push_back(text);
    else if (text.consume_front("--tolerance=") ? text.getAsDouble(request.tolerance)
                                                : !request.rules.parse(text))
      return false;
  }
  if (names.size() != 3)
    return false;
  request.file = names[0];
  request.a = names[1];
  request.b = names[2];
  return true;
}

/// One line a result; true if all agree.
bool compare(func::FuncOp a, func::FuncOp b, ArrayRef<TensorValue> left,
             ArrayRef<TensorValue> right, double tolerance, unsigned &cases) {
  bool ok = a.getNumResults() == b.getNumResults();
  for (unsigned i = 0; ok && i < a.getNumResults(); ++i) {
    auto role = a.getResultAttrOfType<StringAttr>(i, "weft.role");
    auto name = a.getResultAttrOfType<StringAttr>(i, "weft.name");
    for (unsigned j = 0; j < b.getNumResults(); ++j) {
      if (b.getResultAttrOfType<StringAttr>(j, "weft.role") != role ||
          b.getResultAttrOfType<StringAttr>(j, "weft.name") != name)
        continue;
      bool same = left[i].shape == right[j].shape;
      double worst = 0, largest = 0;
      for (int64_t e = 0; same && e < left[i].getCount(); ++e) {
        double x = left[i].elements[e], y = right[j].elements[e];
        worst = std::max(worst, std::abs(x - y) / std::max(1.0, std::abs(y)));
        largest = std::max(largest, std::abs(y));
        same &= !std::isnan(x);
      }
      same &= worst <= tolerance;
      ++cases;
      ok &= same;
      llvm::outs() << (same ? "ok   " : "FAIL ") << role.getValue() << " " << name.getValue() << " "
                   << weft::compiler::formatSizes(left[i].shape) << " largest "
                   << llvm::format("%.3g", largest) << " difference " << llvm::format("%.3g", worst)
                   << "\n";
    }
  }
  return ok;
}

LogicalResult run(ModuleOp module, const Request &request, bool &ok, unsigned &cases) {
  // Roundings are of f32; the interpreter computes in double precision all the same.
  const char *dtype = request.rounded ? "f32" : "f64";
  OwningOpRef<ModuleOp> other = module.clone();
  if (failed(differentiate(module, dtype, {request.a})) ||
      failed(differentiate(*other, dtype, {request.b}, request.rounded ? "bf16" : "f32")))
    return failure();
  auto a = module.lookupSymbol<func::FuncOp>(request.a + ".grad");
  auto b = other->lookupSymbol<func::FuncOp>(request.b + ".grad");
  if (!a || !b)
    return module.emitError() << "expects the functions " << request.a << " and " << request.b;
  RandomArguments values(module, request.rules);
  for (int block = 0; block < 2; ++block) {
    FailureOr<SmallVector<TensorValue>> left = values.getArguments(a),
                                        right = values.getArguments(b);
    if (failed(left) || failed(right))
      return failure();
    left = weft::compiler::WeftInterpreter::run(a, *left);
    right = weft::compiler::WeftInterpreter::run(b, *right);
    if (failed(left) || failed(right))
      return failure();
    ok &= compare(a, b, *left, *right, request.tolerance, cases);
    for (unsigned i = 0; i < b.getNumResults(); ++i)
      if (b.getResultAttrOfType<StringAttr>(i, "weft.role").getValue() == "state")
        values.set(b.getResultAttrOfType<StringAttr>(i, "weft.name").getValue(), (*right)[i]);
  }
  return success();
}

} // namespace

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  Request request;
  if (!parseArguments(argc, argv, request)) {
    llvm::errs() << "usage: weft-compare FILE A B [--tolerance=T] [--rounded] "
                    "[SYMBOL=VALUE] [NAME=LOW:HIGH]\n";
    return 2;
  }
  MLIRContext context;
  context.loadDialect<weft::ir::WeftDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(request.file, &context);
  bool ok = true;
  unsigned cases = 0;
  if (!module || failed(run(*module, request, ok, cases)))
    return 1;
  llvm::outs() << cases << " compared\n";
  return ok && cases > 0 ? 0 : 1;
}
