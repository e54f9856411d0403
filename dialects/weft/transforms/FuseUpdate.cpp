// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-fuse-update: one optimizer's update as weft ops, behind the gradient (@F.train) and alone
// (@update).
#include "dialects/weft/transforms/Passes.h"
#include "dialects/weft/transforms/Signature.h"
#include "dialects/weft/transforms/Term.h"

#include "llvm/ADT/StringMap.h"

namespace weft::ir {
#define GEN_PASS_DEF_FUSEUPDATEPASS
#include "dialects/weft/transforms/Passes.h.inc"
} // namespace weft::ir

using namespace mlir;

namespace weft::ir {

namespace {

/// What an update rule sees of one param.
struct UpdateRule {
  Term p, g;
  /// The optimizer state of this param; the rule replaces it.
  MutableArrayRef<Term> slots;
  const llvm::StringMap<Term> &hyper;
  /// The norm of all gradients together.
  Term globalNorm;
  /// Of adam and adamw: epsilon is added to the root of the squares before their bias is corrected.
  bool epsilonHat;

  /// A scalar repeated to the param's shape.
  Term spread(Term scalar) const { return broadcast(scalar, p.getType(), {}); }
  Term getHyper(StringRef name) const { return hyper.lookup(name); }
};

/// The sum of squares, a scalar.
Term sumSquares(Term a) { return sum(a * a, getOtherAxes(a.getType().getRank(), {})); }

/// `scale` if the scalar hyper "clip" is above 0, else 1.
Term ifClipping(const UpdateRule &rule, Term scale) {
  Term clip = rule.getHyper("clip");
  return select(compare(ComparePredicate::gt, clip, 0.0), scale, 1.0);
}

/// g scaled down to a global norm of at most clip (PyTorch's clip_grad_norm_, with its epsilon).
Term clipGlobally(const UpdateRule &rule) {
  Term ratio = minimum(rule.getHyper("clip") / (rule.globalNorm + 1e-6), 1.0);
  return rule.g * rule.spread(ifClipping(rule, ratio));
}

Term updateSgd(UpdateRule &rule) {
  Term &velocity = rule.slots[0];
  velocity = rule.spread(rule.getHyper("momentum")) * velocity + clipGlobally(rule);
  return rule.p - rule.spread(rule.getHyper("lr")) * velocity;
}

/// Duchi et al. 2011, clipped per tensor on the step alone: the sum takes the unclipped gradient
/// (the rule of the adaptive-span code: the step is clipped, the memory of squares is not).
Term updateAdagrad(UpdateRule &rule) {
  Term &squares = rule.slots[0], clip = rule.getHyper("clip"), norm = sqrt(sumSquares(rule.g));
  Term ratio = select(compare(ComparePredicate::gt, norm, clip), clip / (norm + 1e-10), 1.0);
  Term rate = rule.getHyper("lr") * ifClipping(rule, ratio);
  squares = squares + rule.g * rule.g;
  return rule.p - rule.spread(rate) * (rule.g / (sqrt(squares) + 1e-10));
}

/// 1 - beta^step. As -expm1(x) with expm1(x) = 2 t / (1 - t), t = tanh(x / 2): beta^step is close
/// to 1 in the first steps, where the difference would keep few digits in f32.
Term biasCorrection(Term beta, Term step) {
  Term t = tanh(step * log(beta) * 0.5);
  return t * -2.0 / (1.0 - t);
}

/// Kingma and Ba 2015, algorithm 1, epsilon 1e-8: what is taken from the param. With `epsilonHat`
/// in the order of computation at the end of its section 2, whose epsilon hat is 1e-8.
Term computeAdamStep(UpdateRule &rule) {
  Term &mean = rule.slots[0], &square = rule.slots[1], g = clipGlobally(rule);
  Term beta1 = rule.getHyper("beta1"), beta2 = rule.getHyper("beta2"), step = rule.getHyper("step");
  mean = rule.spread(beta1) * mean + rule.spread(1.0 - beta1) * g;
  square = rule.spread(beta2) * square + rule.spread(1.0 - beta2) * g * g;
  Term rate = rule.getHyper("lr") / biasCorrection(beta1, step);
  Term correction = sqrt(biasCorrection(beta2, step));
  if (rule.epsilonHat)
    return rule.spread(rate * correction) * (mean / (sqrt(square) + 1e-8));
  Term root = sqrt(square) / rule.spread(correction);
  return rule.spread(rate) * (mean / (root + 1e-8));
}

Term updateAdam(UpdateRule &rule) { return rule.p - computeAdamStep(rule); }

/// Loshchilov and Hutter 2019: the decay is no part of the gradient. Vectors (shifts, scales of
/// norms, spans) do not decay.
Term updateAdamw(UpdateRule &rule) {
  Term step = computeAdamStep(rule);
  if (rule.p.getType().getRank() < 2)
    return rule.p - step;
  Term decay = rule.getHyper("lr") * rule.getHyper("weight_decay");
  return rule.p - rule.spread(decay) * rule.p - step;
}

struct Optimizer {
  StringRef name;
  SmallVector<StringRef> hypers, slots;
  Term (*update)(UpdateRule &);
};

const Optimizer *findOptimizer(StringRef name) {
  static const Optimizer optimizers[] = {
      {"sgd", {"lr", "clip", "momentum"}, {"momentum"}, updateSgd},
      {"adagrad", {"lr", "clip"}, {"sum"}, updateAdagrad},
      {"adam", {"lr", "clip", "beta1", "beta2", "step"}, {"m", "v"}, updateAdam},
      {"adamw", {"lr", "clip", "beta1", "beta2", "step", "weight_decay"}, {"m", "v"}, updateAdamw}};
  auto found =
      llvm::find_if(optimizers, [&](const Optimizer &entry) { return entry.name == name; });
  return found == std::end(optimizers) ? nullptr : found;
}

bool isLossScale(const Port &port) {
  return port.getRole() == "hyper" && port.getName() == lossScaleName;
}

/// A param argument and its declaration.
struct TrainedParam {
  Port port;
  ParamOp declaration;
};

Term clampToDeclaration(Term p, ParamOp declaration) {
  auto bound = [&](const APFloat &number) { return splat(p, number.convertToDouble()).value; };
  if (auto low = declaration.getLow())
    p.value = MaximumOp::create(*p.builder, p, bound(*low));
  if (auto high = declaration.getHigh())
    p.value = MinimumOp::create(*p.builder, p, bound(*high));
  return p;
}

/// Adds the optimizer's arguments to a function and emits the update of all params at its end.
class Update {
public:
  /// `isScaled`: the gradients are multiplied by a loss scale, which the function is given.
  Update(const Optimizer &optimizer, bool average, bool epsilonHat, bool isScaled,
         ArrayRef<TrainedParam> params, func::FuncOp function)
      : optimizer(optimizer), average(average), epsilonHat(epsilonHat), isScaled(isScaled),
        params(params), function(function), arguments(getArguments(function)),
        builder(function.getLoc(), OpBuilder::atBlockEnd(&function.front())) {}

  /// The block must have no terminator yet. `loss` is null where there is none. Fills the results
  /// below.
  void emit(Value loss, ValueRange paramValues, ValueRange scaled) {
    SmallVector<SmallVector<Term>> slots = addSlots();
    llvm::StringMap<Term> hyper = addHypers();
    SmallVector<Value> gradients(scaled);
    if (isScaled) {
      Term inverse = 1.0 / hyper.lookup(lossScaleName);
      for (Value &gradient : gradients) {
        Term g{&builder, gradient};
        gradient = g * broadcast(inverse, g.getType(), {});
      }
    }
    Term total;
    for (Value gradient : gradients) {
      Term squares = convert(sumSquares({&builder, gradient}), getScalarType().getElementType());
      total = total.value ? total + squares : squares;
    }
    Term norm = sqrt(total);
    outputs.push_back(norm);
    outputPorts.push_back(makePort(norm.getType(), "grad_norm", "output"));
    Term finite = isFinite(norm, loss);
    for (auto [i, param] : llvm::enumerate(params)) {
      SmallVector<Term> before = slots[i];
      UpdateRule rule{
          {&builder, paramValues[i]}, {&builder, gradients[i]}, slots[i], hyper, norm, epsilonHat};
      Term updated = optimizer.update(rule);
      rule.p = clampToDeclaration(updated, param.declaration);
      newParams.push_back(rule.p);
      paramPorts.push_back(makePort(param.port.type, param.port.getName(), "param"));
      if (average) {
        Term decay = rule.getHyper("ema"), &mean = rule.slots.back();
        mean = rule.spread(decay) * mean + rule.spread(1.0 - decay) * rule.p;
      }
      // Values, not steps of zero: 0 * NaN is NaN.
      Term guard = broadcast(finite, getBoolType(rule.p.getType()), {});
      newParams.back() = select(guard, rule.p, paramValues[i]);
      for (auto [slot, old] : llvm::zip_equal(rule.slots, before))
        slot = select(guard, slot, old);
    }
    for (ArrayRef<Term> ofParam : slots)
      llvm::append_range(newSlots, ofParam);
  }

  /// The argument `early` is the loss scale, where it stands before arguments of earlier roles.
  void moveScale(unsigned early) {
    BlockArgument old = function.getArgument(early);
    for (auto [i, port] : llvm::enumerate(arguments))
      if (i != early && isLossScale(port))
        old.replaceAllUsesWith(function.getArgument(i));
    function.front().eraseArgument(early);
    arguments.erase(arguments.begin() + early);
  }

  /// Returns outputs, states, then updated params and optimizer state.
  void finish(ArrayRef<Value> stateValues, ArrayRef<Port> statePorts) {
    for (ArrayRef<Value> part : {stateValues, ArrayRef(newParams), ArrayRef(newSlots)})
      llvm::append_range(outputs, part);
    for (ArrayRef<Port> part : {statePorts, ArrayRef(paramPorts), ArrayRef(slotPorts)})
      llvm::append_range(outputPorts, part);
    setReturned(function, outputs);
    setSignature(function, arguments, outputPorts);
    eraseDeadOps(function.front());
  }

  SmallVector<Value> outputs;
  SmallVector<Port> outputPorts;

private:
  Term addArgument(const Port &port) {
    arguments.push_back(port);
    return {&builder, function.front().addArgument(port.type, function.getLoc())};
  }

  /// Whether the step counts: an update in place cannot be taken back.
  Term isFinite(Term norm, Value loss) {
    double infinity = std::numeric_limits<double>::infinity();
    if (!loss || cast<RankedTensorType>(loss.getType()).getRank() != 0)
      return compare(ComparePredicate::lt, norm, infinity);
    Term given{&builder, loss};
    Term isBelow = compare(ComparePredicate::lt, given, infinity);
    Term isAbove = compare(ComparePredicate::gt, given, -infinity);
    // NaN is neither. The norm where the loss is finite, else infinite.
    Term bounded = select(isBelow, norm, infinity);
    return compare(ComparePredicate::lt, select(isAbove, bounded, infinity), infinity);
  }

  static RankedTensorType getBoolType(RankedTensorType type) {
    return type.clone(IntegerType::get(type.getContext(), 1));
  }

  RankedTensorType getScalarType() {
    return RankedTensorType::get({}, getElementOrSelf(params.front().port.type));
  }

  SmallVector<SmallVector<Term>> addSlots() {
    SmallVector<SmallVector<Term>> slots;
    for (const TrainedParam &param : params) {
      SmallVector<Term> &ofParam = slots.emplace_back();
      SmallVector<StringRef> names(optimizer.slots);
      if (average)
        names.push_back("ema");
      for (StringRef slot : names) {
        std::string name = (param.port.getName() + "." + slot).str();
        slotPorts.push_back(makePort(param.port.type, name, "optimizer"));
        ofParam.push_back(addArgument(slotPorts.back()));
      }
    }
    return slots;
  }

  llvm::StringMap<Term> addHypers() {
    llvm::StringMap<Term> hyper;
    for (StringRef name : optimizer.hypers)
      hyper[name] = addArgument(makePort(getScalarType(), name, "hyper"));
    if (average)
      hyper["ema"] = addArgument(makePort(getScalarType(), "ema", "hyper"));
    if (isScaled)
      hyper[lossScaleName] = addArgument(makePort(getScalarType(), lossScaleName, "hyper"));
    return hyper;
  }

  const Optimizer &optimizer;
  bool average, epsilonHat, isScaled;
  ArrayRef<TrainedParam> params;
  func::FuncOp function;
  SmallVector<Port> arguments;
  ImplicitLocOpBuilder builder;
  SmallVector<Value> newParams, newSlots;
  SmallVector<Port> paramPorts, slotPorts;
};

class FuseUpdatePass : public impl::FuseUpdatePassBase<FuseUpdatePass> {
public:
  using FuseUpdatePassBase::FuseUpdatePassBase;

  void runOnOperation() override {
    if (failed(run()))
      signalPassFailure();
  }

private:
  InFlightDiagnostic fail() { return getOperation().emitError("'weft-fuse-update' expects "); }

  LogicalResult run() {
    ModuleOp module = getOperation();
    const Optimizer *chosen = findOptimizer(optimizer);
    if (!chosen)
      return fail() << "optimizer to be sgd, adagrad, adam or adamw, got '" << optimizer
                    << "' (fuse-update.C2)";
    if (epsilonHat && !llvm::is_contained(chosen->hypers, "beta2"))
      return fail() << "epsilon-hat only with adam or adamw, got '" << optimizer
                    << "' (fuse-update.C5)";
    auto grad = module.lookupSymbol<func::FuncOp>(function + ".grad");
    if (!grad)
      return fail()
             << "function to have an output loss or objective and to be differentiated, got no @"
             << function << ".grad (fuse-update.C1)";
    for (const std::string &name : {function + ".train", std::string("update")})
      if (module.lookupSymbol(name))
        return fail() << "to build @" << name << ", got a module that has one (fuse-update.C4)";
    FailureOr<SmallVector<TrainedParam>> params = findParams(grad);
    if (failed(params))
      return failure();
    bool isScaled = llvm::any_of(getArguments(grad), isLossScale);
    func::FuncOp train = buildTrain(*chosen, *params, grad, isScaled);
    buildUpdate(*chosen, *params, train, isScaled);
    return success();
  }

  FailureOr<SmallVector<TrainedParam>> findParams(func::FuncOp grad) {
    SmallVector<TrainedParam> params;
    for (auto [i, port] : llvm::enumerate(getArguments(grad))) {
      if (port.getRole() != "param")
        continue;
      auto name = grad.getArgAttrOfType<FlatSymbolRefAttr>(i, "weft.param");
      auto declaration = name ? getOperation().lookupSymbol<ParamOp>(name.getAttr()) : ParamOp();
      if (!declaration)
        return fail() << "param '" << port.getName() << "' of @" << grad.getName()
                      << " to name a weft.param, got " << (name ? name.getValue() : "none")
                      << " (fuse-update.C3)";
      params.push_back({port, declaration});
    }
    if (params.empty())
      return fail() << "@" << grad.getName()
                    << " to have at least one param, got 0 (fuse-update.C3)";
    return params;
  }

  /// The forward and backward pass of `grad`, then the update.
  func::FuncOp buildTrain(const Optimizer &chosen, ArrayRef<TrainedParam> params, func::FuncOp grad,
                          bool isScaled) {
    auto train = cast<func::FuncOp>(grad->clone());
    train.setName(function + ".train");
    grad->getBlock()->getOperations().insertAfter(grad->getIterator(), train);

    Value loss;
    SmallVector<Value> outputs, states, paramValues, gradients(params.size());
    SmallVector<Port> outputPorts, statePorts;
    Operation *terminator = train.front().getTerminator();
    for (auto [port, value] : llvm::zip(getResults(train), terminator->getOperands())) {
      if (port.getRole() == "gradient") {
        auto isThis = [&](const TrainedParam &param) {
          return param.port.getName() == port.getName();
        };
        auto found = llvm::find_if(params, isThis);
        if (found != params.end())
          gradients[found - params.begin()] = value;
      } else {
        if (port.getRole() == "output" && port.getName() == "loss")
          loss = value;
        (port.getRole() == "state" ? states : outputs).push_back(value);
        (port.getRole() == "state" ? statePorts : outputPorts).push_back(port);
      }
    }
    for (auto [i, port] : llvm::enumerate(getArguments(train)))
      if (port.getRole() == "param")
        paramValues.push_back(train.getArgument(i));
    terminator->erase();

    Update update(chosen, average, epsilonHat, isScaled, params, train);
    update.outputs = outputs;
    update.outputPorts = outputPorts;
    update.emit(loss, paramValues, gradients);
    if (isScaled)
      update.moveScale(grad.getNumArguments() - 1);
    update.finish(states, statePorts);
    return train;
  }

  /// The update alone.
  void buildUpdate(const Optimizer &chosen, ArrayRef<TrainedParam> params, Operation *before,
                   bool isScaled) {
    SmallVector<Port> arguments;
    for (const TrainedParam &param : params)
      arguments.push_back(
          makePort(param.port.type, (param.port.getName() + ".gradient").str(), "input"));
    for (const TrainedParam &param : params)
      arguments.push_back(param.port);
    func::FuncOp alone = createFunction(before, "update", arguments, {});
    SmallVector<Value> values(alone.getArguments());
    Update update(chosen, average, epsilonHat, isScaled, params, alone);
    update.emit(/*loss=*/{}, ArrayRef(values).drop_front(params.size()),
                ArrayRef(values).take_front(params.size()));
    update.finish({}, {});
  }
};

} // namespace

} // namespace weft::ir
