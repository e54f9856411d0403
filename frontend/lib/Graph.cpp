// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions and their declarations: arguments, results, weights, states, sizes.
#include <iostream>

#include "frontend/lib/GraphBuilder.h"
#include "frontend/lib/LastCall.h"
#include "mlir/IR/Verifier.h"
#include "weft/dsl/Model.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace weft::dsl {

Graph::Graph(const std::string &model, const std::map<std::string, std::string> &config,
             Where where)
    : builder(std::make_unique<detail::GraphBuilder>(model, config, where)) {}
Graph::~Graph() = default;
void Graph::function(const std::string &name, const std::function<void(Function &)> &body,
                     Where where) {
  builder->trace(name, body, where);
}
void Graph::require(const std::string &function, const std::string &output, int64_t rank) {
  builder->require(function, output, rank);
}
int Graph::write(std::ostream &out, std::ostream &err) { return builder->write(out, err); }

namespace detail {

void GraphBuilder::takeSymbol(const std::string &symbol, const std::string &what, Where where) {
  auto [known, isNew] = taken.insert({symbol, {what, where}});
  if (!isNew)
    throw Error(where,
                what + " expects a name of its own, got `" + symbol + "`, which is the name of " +
                    known->second.what,
                {{known->second.where, known->second.what + " is declared here"}},
                "give one of the two another name");
}

void GraphBuilder::trace(const std::string &name, const std::function<void(Function &)> &body,
                         Where where) {
  auto keep = [&](const Error &error) {
    try {
      report(error);
    } catch (TooManyErrors) {
    }
  };
  if (function)
    return keep(Error(where,
                      "function `" + name + "` is traced inside function `" + function->name + "`",
                      {}, "functions stand side by side; share code through C++ functions"));
  try {
    checkName(name, "function", where);
    takeSymbol(name, "function `" + name + "`", where);
  } catch (const Error &error) {
    return keep(error);
  }
  functions.push_back(std::make_unique<FunctionState>());
  function = functions.back().get();
  function->name = name;
  function->index = functions.size() - 1;
  function->last = where;
  builder.setInsertionPointToEnd(module->getBody());
  function->op = func::FuncOp::create(builder, UnknownLoc::get(&context), name,
                                      builder.getFunctionType({}, {}));
  pushBlock(function->op.addEntryBlock());
  builder.setInsertionPointToStart(function->blocks.front().block);
  Function handle(this);
  llvm::scope_exit leave([&] {
    function = nullptr;
    *lastCall().function = 0;
  });
  lastCall().file = nullptr;
  std::strncpy(lastCall().function, name.c_str(), sizeof(lastCall().function) - 1);
  try {
    body(handle);
    finishFunction();
    function->whole = !function->isMistaken;
  } catch (const Error &error) {
    keep(error);
  } catch (const UsageError &) {
    throw;
  } catch (const std::exception &error) {
    keep(Error(function->last,
               "function `" + name + "` ended with an exception" +
                   (function->called ? " after this call: " : " before its first call: ") +
                   error.what(),
               {}, "the model's own code threw it before its next call of the language"));
  } catch (TooManyErrors) {
  }
}

void GraphBuilder::require(const std::string &name, const std::string &output, int64_t rank) {
  for (const std::unique_ptr<FunctionState> &state : functions) {
    if (state->name != name || !state->whole)
      continue;
    const FunctionState::Result *found = nullptr;
    std::string names;
    for (const FunctionState::Result &result : state->outputs) {
      names += (names.empty() ? "`" : ", `") + result.name + "`";
      if (result.name == output)
        found = &result;
    }
    if (!found)
      return report(Error(state->last,
                          "function `" + name + "` expects an output `" + output + "`, got " +
                              (names.empty() ? "none" : names) + " at its end",
                          {}, "end it with f.output(\"" + output + "\", ...)"));
    if (int64_t(found->axes.size()) != rank ||
        (found->dtype != DType::f32 && found->dtype != DType::f64))
      report(Error(
          found->where,
          "output `" + output + "` of `" + name + "` expects " +
              (rank ? std::to_string(rank) + " axes" : "a scalar") + " of floats, got " +
              formatAxes(found->axes) + " of " + formatDType(found->dtype),
          {}, rank ? "its axes are the batch and the vocabulary" : "take the mean over its axes"));
  }
}

/// A symbol must have a value where it is used: from a state of that size or from setSize.
void GraphBuilder::checkSizesBound() {
  for (const auto &[symbol, where] : function->used)
    if (!function->bound.count(symbol))
      report(Error(
          where, "size `" + symbol.substr(function->name.size() + 1) + "` is used but has no value",
          {}, "give it one with setSize, or give a state or an input an axis of that size"));
}

void GraphBuilder::finishFunction() {
  for (const FunctionState::Argument &argument : function->arguments)
    if (argument.role == "state" && !function->broken.count(argument.name) &&
        llvm::none_of(function->states, [&](const FunctionState::Result &result) {
          return result.name == argument.name;
        }))
      report(Error(argument.node->where,
                   "state `" + argument.name + "` of `" + function->name + "` is never carried", {},
                   "end the function with carry(\"" + argument.name + "\", next)"));
  // A symbol whose value is a mistake has no value either; that is not a second mistake.
  if (!function->isMistaken)
    checkSizesBound();
  SmallVector<Type> inputs, results;
  SmallVector<Value> values;
  SmallVector<Attribute> argumentAttrs, resultAttrs;
  for (const FunctionState::Argument &argument : function->arguments) {
    inputs.push_back(argument.node->value.getType());
    SmallVector<NamedAttribute> attrs{
        builder.getNamedAttr("weft.name", builder.getStringAttr(argument.name)),
        builder.getNamedAttr("weft.role", builder.getStringAttr(argument.role))};
    if (!argument.symbol.empty())
      attrs.push_back(builder.getNamedAttr("weft." + argument.role,
                                           FlatSymbolRefAttr::get(&context, argument.symbol)));
    argumentAttrs.push_back(builder.getDictionaryAttr(attrs));
  }
  // The new states come in the order of the state arguments, whatever the order of the carry calls.
  std::vector<FunctionState::Result> ordered = function->outputs;
  for (const FunctionState::Argument &argument : function->arguments)
    for (const FunctionState::Result &state : function->states)
      if (argument.role == "state" && state.name == argument.name)
        ordered.push_back(state);
  for (const FunctionState::Result &result : ordered) {
    results.push_back(result.value.getType());
    values.push_back(result.value);
    resultAttrs.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("weft.name", builder.getStringAttr(result.name)),
         builder.getNamedAttr("weft.role", builder.getStringAttr(result.role))}));
  }
  func::ReturnOp::create(builder, UnknownLoc::get(&context), values);
  function->op.setFunctionType(builder.getFunctionType(inputs, results));
  function->op.setAllArgAttrs(argumentAttrs);
  function->op.setAllResultAttrs(resultAttrs);
}

int GraphBuilder::write(std::ostream &out, std::ostream &err) {
  for (const Error &error : errors)
    err << error.str();
  if (!errors.empty()) {
    err << errors.size() << (errors.size() == 1 ? " error" : " errors")
        << (errors.size() == 20 ? ", stopped there" : "") << "\n";
    return 1;
  }
  if (failed(verify(*module))) {
    err << "error: the traced graph does not verify; this is a bug in Weft, please report it with "
           "the model\n";
    return 70;
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os, OpPrintingFlags().enableDebugInfo(true, /*prettyForm=*/false));
  out << text << "\n";
  return out.good() ? 0 : 5;
}

} // namespace detail
} // namespace weft::dsl
