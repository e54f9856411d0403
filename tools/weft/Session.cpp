// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Session.h"

#include "tools/weft/Failure.h"
#include "weft/Random.h"

using namespace weft;
using namespace weft::driver;

std::vector<double> driver::getNumbers(const Tensor &tensor) {
  std::vector<double> numbers;
  check(tensor.fetch());
  for (float value : tensor.constValues<float>())
    numbers.push_back(double(value));
  for (double value : tensor.constValues<double>())
    numbers.push_back(value);
  return numbers;
}

void Session::clearStates(const std::string &function) {
  TensorMap zeros = take(zeroStates(module.manifest()));
  for (const TensorSpec &argument : take(module.function(function)).spec().arguments)
    if (argument.role == "state")
      model.states.insert_or_assign(argument.target, zeros.at(argument.target));
}

void Session::dropStates(const std::string &function) {
  for (const TensorSpec &argument : take(module.function(function)).spec().arguments)
    if (argument.role == "state")
      model.states.erase(argument.target);
}

TensorMap Session::call(const std::string &function, TensorMap inputs, uint64_t seed,
                        uint64_t step) {
  Function compiled = take(module.function(function));
  for (const TensorSpec &argument : compiled.spec().arguments)
    if (argument.role == "key")
      inputs.insert_or_assign(argument.key, take(makeKey(seed, step)));
  bindArguments(compiled.spec(), model, inputs);
  TensorMap results = take(compiled.call(inputs));
  keepResults(compiled.spec(), results, model);
  return results;
}

std::pair<int64_t, int64_t> Session::getBlock(const std::string &function) const {
  Function compiled = take(module.function(function));
  for (const TensorSpec &argument : compiled.spec().arguments)
    if (argument.name == "tokens" && argument.dtype == DType::I32 && argument.shape.size() == 2) {
      auto getLargest = [&](const DimSpec &dim) {
        bool isConstant = dim.symbol < 0;
        return dim.offset + (isConstant ? 0 : module.manifest().symbols[size_t(dim.symbol)].bound);
      };
      return std::pair(getLargest(argument.shape[0]), getLargest(argument.shape[1]));
    }
  fail(ErrorCode::Model, "function {} expects an i32 input 'tokens' with the axes batch and time",
       function);
}
