// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-verify-graph: what the phases graph and differentiated promise. The labels are explained in
// Passes.td.
#include "dialects/weft/transforms/Passes.h"
#include "dialects/weft/transforms/Signature.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

namespace weft::ir {
#define GEN_PASS_DEF_VERIFYGRAPHPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

constexpr StringLiteral argumentRoles[] = {"input",     "key",   "state",     "param",
                                           "optimizer", "hyper", "cotangent", "saved"};
constexpr StringLiteral resultRoles[] = {"output", "state",     "gradient",
                                         "param",  "optimizer", "saved"};

/// Sums and products of a few sizes stay inside of 64 bits.
constexpr int64_t largestSize = int64_t(1) << 48;

/// The roles of results after the states stand in any order.
int64_t getRank(ArrayRef<StringLiteral> roles, StringRef role, bool isResult) {
  int64_t rank = llvm::find(roles, role) - roles.begin();
  return isResult ? std::min<int64_t>(rank, 2) : rank;
}

/// Checks one function.
class FunctionVerifier {
public:
  explicit FunctionVerifier(func::FuncOp function) : function(function) {}

  LogicalResult verify() {
    if (failed(verifyPorts(getArguments(function), "argument", argumentRoles)) ||
        failed(verifyPorts(getResults(function), "result", resultRoles)))
      return failure();
    for (auto [i, port] : llvm::enumerate(getArguments(function)))
      if (failed(verifyArgument(i, port)))
        return failure();
    for (const Port &port : getResults(function))
      if (port.getRole() == "state" && failed(verifyNewState(port)))
        return failure();
    return verifyBody();
  }

private:
  InFlightDiagnostic fail() { return function.emitOpError("expects "); }

  LogicalResult verifyPorts(ArrayRef<Port> ports, StringRef side, ArrayRef<StringLiteral> roles) {
    llvm::StringSet<> names;
    StringRef before;
    for (auto [i, port] : llvm::enumerate(ports)) {
      StringRef name = port.getName(), role = port.getRole();
      if (name.empty() || role.empty())
        return fail() << side << " " << i << " to have weft.name and weft.role, got '" << name
                      << "' and '" << role << "' (graph.C2)";
      if (!llvm::is_contained(roles, role))
        return fail() << "the role of " << side << " '" << name << "' to be one of "
                      << llvm::join(roles, ", ") << ", got '" << role << "' (graph.C3)";
      bool isResult = side == "result";
      if (!before.empty() && getRank(roles, role, isResult) < getRank(roles, before, isResult))
        return fail() << side << "s to stand in the order of their roles, got " << role << " '"
                      << name << "' after a " << before << " (graph.C4)";
      // A saved value or a cotangent may be named after an argument or result of the forward
      // function.
      bool isOwn = isResult || role == "cotangent" || role == "saved";
      if (!names.insert(((isOwn ? role : "") + ":" + name).str()).second)
        return fail() << side << " names to be distinct, got '" << name << "' twice (graph.C5)";
      before = role;
    }
    return success();
  }

  template <typename DeclarationOp>
  DeclarationOp findDeclaration(int64_t argument, StringRef attribute) {
    auto name = function.getArgAttrOfType<FlatSymbolRefAttr>(argument, attribute);
    if (!name)
      return {};
    auto module = function->getParentOfType<ModuleOp>();
    return dyn_cast_or_null<DeclarationOp>(SymbolTable::lookupSymbolIn(module, name.getAttr()));
  }

  LogicalResult verifyArgument(int64_t i, const Port &port) {
    if (port.getRole() == "param") {
      auto declared = findDeclaration<ParamOp>(i, "weft.param");
      if (!declared || declared.getSymName() != port.getName() || declared.getType() != port.type)
        return fail() << "param '" << port.getName() << "' of type " << port.type
                      << " to name a weft.param of its name and type, got " << describe(declared)
                      << " (graph.C6)";
    }
    if (port.getRole() == "state") {
      auto declared = findDeclaration<StateOp>(i, "weft.state");
      if (!declared || declared.getType() != port.type)
        return fail() << "state '" << port.getName() << "' of type " << port.type
                      << " to name a weft.state of its type, got " << describe(declared)
                      << " (graph.C7)";
    }
    auto type = dyn_cast<RankedTensorType>(port.type);
    bool isKey = type && type.getRank() == 1 && type.getDimSize(0) == 4 &&
                 type.getElementType().isInteger(32);
    if (port.getRole() == "key" && !isKey)
      return fail() << "key '" << port.getName() << "' to be tensor<4xi32>, got " << port.type
                    << " (graph.C10)";
    if (port.getRole() == "hyper" && (!isFloatTensor(port.type) || type.getRank() != 0))
      return fail() << "hyper '" << port.getName() << "' to be a float scalar, got " << port.type
                    << " (graph.C10)";
    return success();
  }

  template <typename DeclarationOp> static std::string describe(DeclarationOp declared) {
    if (!declared)
      return "none";
    std::string text;
    llvm::raw_string_ostream(text)
        << "@" << declared.getSymName() << " : '" << declared.getType() << "'";
    return text;
  }

  /// The carried value may change its size symbols, never its rank, its element type or its bounds.
  LogicalResult verifyNewState(const Port &port) {
    for (auto [i, argument] : llvm::enumerate(getArguments(function))) {
      if (argument.getRole() != "state" || argument.getName() != port.getName())
        continue;
      auto declared = cast<RankedTensorType>(argument.type),
           given = dyn_cast<RankedTensorType>(port.type);
      bool fits = given && given.getRank() == declared.getRank() &&
                  given.getElementType() == declared.getElementType();
      for (int64_t dim = 0; fits && dim < given.getRank(); ++dim) {
        SizeAttr from = getDimSize(given, dim), to = getDimSize(declared, dim);
        fits = to.isConstant() ? from == to : from.getMaximum() <= to.getMaximum();
      }
      if (!fits)
        return fail() << "new state '" << port.getName() << "' to fit " << declared << ", got "
                      << port.type << " (graph.C8)";
      return success();
    }
    return fail() << "state result '" << port.getName()
                  << "' to carry the name of a state argument, got none of that name (graph.C8)";
  }

  LogicalResult verifyBody() {
    auto checkTypes = [&](Operation *op, TypeRange types) {
      for (Type type : types)
        if (auto tensor = dyn_cast<RankedTensorType>(type))
          for (SizeAttr size : getDimSizes(tensor))
            if (failed(verifyBound(op, size)))
              return failure();
      return success();
    };
    for (Type type : function.getArgumentTypes())
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        for (SizeAttr size : getDimSizes(tensor))
          bind(size);
    if (failed(checkTypes(function, function.getArgumentTypes())))
      return failure();
    WalkResult result = function.getBody().walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!isa<WeftDialect>(op->getDialect()) && !isa<func::ReturnOp>(op)) {
        op->emitOpError("expects a function to hold weft ops only (graph.C1)");
        return WalkResult::interrupt();
      }
      if (auto set = dyn_cast<SetSizeOp>(op))
        bind(set.getSize());
      if (auto size = dyn_cast<SizeOp>(op); size && failed(verifyBound(op, size.getSize())))
        return WalkResult::interrupt();
      if (auto attention = dyn_cast<AttentionOpInterface>(op))
        if (failed(verifyBound(op, attention.getReachMaximum())))
          return WalkResult::interrupt();
      return WalkResult(checkTypes(op, op->getResultTypes()));
    });
    return failure(result.wasInterrupted());
  }

  void bind(SizeAttr size) {
    if (!size.isConstant())
      symbols.insert({size.getSymbol(), size});
  }

  LogicalResult verifyBound(Operation *op, SizeAttr size) {
    if (size.getMaximum() < 0 || size.getMaximum() > largestSize)
      return op->emitOpError("expects every size to be a number or bounded, at most ")
             << largestSize << ", got "
             << (size.getMaximum() == ShapedType::kDynamic ? "?" : size.str()) << " (graph.C11)";
    if (size.isConstant())
      return success();
    auto known = symbols.find(size.getSymbol());
    if (known == symbols.end())
      return op->emitOpError("expects size '") << size.getSymbol().getValue()
                                               << "' to be bound by an argument type or an earlier "
                                                  "weft.set_size, got neither (graph.C9)";
    if (known->second.getBound() != size.getBound() || known->second.getStep() != size.getStep())
      return op->emitOpError("expects size '")
             << size.getSymbol().getValue() << "' to keep its bound and step, got " << size
             << " vs " << known->second << " (graph.C9)";
    return success();
  }

  func::FuncOp function;
  llvm::MapVector<StringAttr, SizeAttr> symbols;
};

class VerifyGraphPass : public impl::VerifyGraphPassBase<VerifyGraphPass> {
public:
  using VerifyGraphPassBase::VerifyGraphPassBase;

  void runOnOperation() override {
    bool failedAny = false;
    for (Operation &op : *getOperation().getBody()) {
      auto function = dyn_cast<func::FuncOp>(op);
      if (function && !function.isExternal()) {
        failedAny |= failed(FunctionVerifier(function).verify());
      } else if (!isa<ParamOp, StateOp>(op)) {
        op.emitOpError(
            "expects a module to hold weft.param, weft.state and functions with bodies only "
            "(graph.C1)");
        failedAny = true;
      }
    }
    if (failedAny)
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

} // namespace weft::ir
