// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The side of the language that knows MLIR: nodes behind tensors, and the builder that places ops.
#ifndef FRONTEND_LIB_GRAPHBUILDER_H
#define FRONTEND_LIB_GRAPHBUILDER_H

#include <map>
#include <set>

#include "dialects/weft/WeftDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "weft/dsl/Graph.h"

namespace weft::dsl::detail {

/// What a Tensor points to. `value` is null for an unknown tensor (a mistake was reported) and for
/// a *free* one: a number or an index along an axis that has not met a graph yet.
struct Node {
  GraphBuilder *builder = nullptr;
  std::weak_ptr<void> life; // of the builder
  mlir::Value value;
  Axes axes;
  DType dtype = DType::f32;
  Where where;
  std::string made; // the call that made it, as messages show it
  std::string name; // of inputs, states and weights
  std::string scope;
  int function = -1;
  int64_t block = -1; // where the value lives; its block may be gone, so this is not a pointer
  int64_t serial = 0;
  bool isWeight = false;
  double start = 0, step = 0; // of a free tensor
  std::vector<double> table;  // of a free tensor that is no ramp
  bool isTable = false;

  bool isFree() const { return builder == nullptr; }
  bool isUnknown() const { return builder != nullptr && !value; }
  bool isGone() const { return builder != nullptr && life.expired(); }
  /// "`q`", or "the result of dot" where the source line gives no name.
  std::string describe() const;
  /// The note that tells where it was made, with its axes.
  Error::Note note() const;
};

const Axis *findAxis(const Axes &axes, const std::string &name);
int64_t indexOf(const Axes &axes, const Axis &axis);
std::string formatAxes(const Axes &axes);
std::string formatNumber(double value);
const char *formatDType(DType dtype);
/// Names go into symbols, files of weights and arguments of commands; throws Error.
void checkName(const std::string &name, const char *what, Where where);
/// The last part of a path, as messages and locations show it.
std::string baseName(const std::string &path);

/// The limits of docs/spec/dsl.md.
inline constexpr int64_t largestRank = 8, largestSize = int64_t(1) << 40,
                         largestBytes = int64_t(1) << 48, mostCalls = 1000000;

/// Everything known about the function that is being traced.
struct FunctionState {
  mlir::func::FuncOp op;
  std::string name;
  int index = 0;
  Where last;              // the newest call
  bool called = false;     // or else `last` is the line that asked for the function
  bool whole = false;      // traced to its end without a mistake
  bool isMistaken = false; // even if its mistake was another function's before
  struct Argument {
    std::string role, name, symbol; // symbol: of the weft.param or weft.state declaration
    std::shared_ptr<Node> node;
  };
  /// In the order of the signature: inputs, key, states, params.
  std::vector<Argument> arguments;
  struct Result {
    std::string role, name;
    mlir::Value value;
    Where where;
    Axes axes;
    DType dtype;
  };
  std::vector<Result> outputs, states;
  std::set<std::string> broken; // states whose declaration or next value is a mistake
  std::vector<Tensor> penalties;
  int64_t nextDropout = 0;
  struct Scope {
    mlir::Block *block;
    int64_t id;
  };
  /// The function's block and the bodies around the insertion point.
  std::vector<Scope> blocks;
  /// The call that each body belongs to, also those that are traced: "scan" or "recompute".
  std::map<int64_t, std::string> bodies;
  bool isInScan() const {
    for (const Scope &scope : blocks)
      if (auto body = bodies.find(scope.id); body != bodies.end() && body->second == "scan")
        return true;
    return false;
  }
  /// Symbols of sizes that have a value, and those used so far with the line of the first use.
  std::set<std::string> bound;
  std::map<std::string, Where> used;
};

class GraphBuilder {
public:
  GraphBuilder(const std::string &model, const std::map<std::string, std::string> &config,
               Where where);

  void trace(const std::string &name, const std::function<void(Function &)> &body, Where where);
  int write(std::ostream &out, std::ostream &err);

  /// Notes the line of a call; throws Error outside of a function.
  void enter(Where where);
  /// Keeps a mistake; stops the trace at the 20th.
  void report(const Error &error);
  struct TooManyErrors {};
  void require(const std::string &function, const std::string &output, int64_t rank);

  // Declarations (Graph.cpp).
  Tensor declareInput(const std::string &name, DType dtype, const Axes &axes, Where where);
  Tensor declareState(const std::string &name, const Axes &axes, DType dtype, Where where);
  Tensor declareWeight(const std::string &name, const Axes &axes, const WeightOptions &options,
                       Where where);
  void carry(const std::string &name, const Tensor &next, Where where);
  /// The next value could not be traced: that the state is not carried is not a second mistake.
  void carryUnknown(const std::string &name);
  void output(const std::string &name, const Tensor &value, Where where);
  Size declareSymbol(const std::string &name, int64_t bound, int64_t step, Where where);
  void setSize(const Size &size, const Tensor &value, Where where);
  /// The call's randomness, an argument from the first use on.
  mlir::Value getKey(Where where);
  int64_t takeDropoutId() { return function->nextDropout++; }

  // Building.
  mlir::OpBuilder builder;
  FunctionState *function = nullptr;

  mlir::Location location(Where where, const std::string &scope = "");
  ir::SizeAttr sizeAttr(const Size &size);
  mlir::RankedTensorType type(const Axes &axes, DType dtype);
  mlir::Type elementType(DType dtype);
  /// The tensor of a value that was just made from `operands`.
  Tensor wrap(mlir::Value value, Axes axes, DType dtype, Where where, std::string made,
              std::initializer_list<const Node *> operands);
  Tensor unknown(Where where, const Axes &axes = {});
  /// A free tensor becomes a value of this element type; any other is itself, after a check that it
  /// may be used here.
  Tensor place(const Tensor &tensor, DType dtype, Where where);
  /// Transposed and repeated so that its axes are `target`, which must hold them all.
  mlir::Value align(const Node &node, const Axes &target, mlir::Location loc);
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> permutation, mlir::Location loc);
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<ir::SizeAttr> sizes, mlir::Location loc);

  /// Distinct names, sizes that are known here and not too large; throws Error.
  void checkAxes(const Axes &axes, const std::string &what, Where where);
  void checkSize(const Size &size, const std::string &what, Where where);
  /// What leaves the function must not live in a body.
  void requireOutside(const std::string &call, Where where);
  /// The block of the function, or a body of this call.
  void pushBlock(mlir::Block *block, const std::string &call = "") {
    function->blocks.push_back({block, ++lastBlock});
    if (!call.empty())
      function->bodies[lastBlock] = call;
  }

private:
  mlir::Value placeFree(const Node &node, DType dtype, Where where);
  /// A constant with the axes of `node`; what rounding to `dtype` loses stays in its weft.exact.
  mlir::Value placeNumbers(const Node &node, llvm::ArrayRef<double> numbers, DType dtype,
                           Where where);
  FunctionState::Argument &insertArgument(const std::string &role, const std::string &name,
                                          const std::string &symbol, const Axes &axes, DType dtype,
                                          Where where);
  FunctionState::Argument *findArgument(const std::string &role, const std::string &name);
  void finishFunction();
  void checkSizesBound();
  /// A symbol of the module that a weight, a state or a function is about to take; throws Error.
  void takeSymbol(const std::string &symbol, const std::string &what, Where where);

  std::shared_ptr<void> life = std::make_shared<int>();
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  struct Weight {
    mlir::Operation *op;
    Axes axes;
    WeightOptions options;
    Where where;
  };
  std::map<std::string, Weight> weights;
  struct Symbol {
    std::string what;
    Where where;
  };
  std::map<std::string, Symbol> taken;                        // symbols of the module
  std::map<std::string, std::pair<int64_t, int64_t>> symbols; // size -> bound, step
  std::vector<std::unique_ptr<FunctionState>> functions;
  std::vector<Error> errors;
  std::set<std::pair<std::string, unsigned>> reported; // a layer traced n times reports once
  int64_t serial = 0, lastBlock = 0, calls = 0;
};

/// Replaces every outside value used in the body by a new argument; returns the outside values in
/// order of use.
llvm::SmallVector<mlir::Value> captureOutside(mlir::Region &body);

/// The builder of the first operand that has one; throws Error if all are free.
GraphBuilder &builderOf(llvm::ArrayRef<const Tensor *> operands, Where where);

/// Runs the body of a call: unknown in, unknown out; a mistake is reported and gives an unknown
/// tensor.
template <class Body>
Tensor guarded(llvm::ArrayRef<const Tensor *> operands, Where where, Body body) {
  GraphBuilder &graph = builderOf(operands, where);
  try {
    graph.enter(where);
    for (const Tensor *operand : operands)
      if (operand->getNode() && operand->getNode()->isUnknown())
        return graph.unknown(where);
    return body(graph);
  } catch (const Error &error) {
    graph.report(error);
    return graph.unknown(where);
  }
}

/// Throws unless `a` and `b` agree on the sizes of the axes they share.
void checkShared(const Node &a, const Node &b, Where where);
/// Throws unless the elements are of this kind.
void requireFloats(const Node &x, const std::string &call, Where where);
void requireIndices(const Node &x, const std::string &call, Where where);
/// Throws unless both have one element type.
void requireSameType(const Node &a, const Node &b, const std::string &call, Where where);
/// The axis of `x` of this name and size; throws Error.
const Axis &requireAxis(const Node &x, const Axis &axis, const std::string &call, Where where);

} // namespace weft::dsl::detail

#endif
