// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/NonFinite.h"

#include <algorithm>
#include <cmath>

#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

template <typename T> static bool isFinite(const Tensor &tensor) {
  check(tensor.fetch());
  std::span<const T> values = tensor.constValues<T>();
  return std::all_of(values.begin(), values.end(), [](T value) { return std::isfinite(value); });
}

std::string driver::findNonFinite(const ModelState &model) {
  for (auto [map, what] :
       {std::pair(&model.params, "parameter"), std::pair(&model.optimizer, "optimizer state")})
    for (const auto &[name, tensor] : *map)
      if (!isFinite<float>(tensor) || !isFinite<double>(tensor))
        return fmt::format("{} `{}`", what, name);
  return "";
}

Device driver::openTraceDevice() { return take(Device::open("interpreter", "round=1,finite=1")); }

std::string driver::traceNonFinite(const std::function<void()> &update) {
  try {
    update();
  } catch (const Failure &failure) {
    // Without the names of file, function and device, which say nothing here.
    constexpr std::string_view mark = "interpreter: ";
    std::string text = failure.status.message();
    size_t place = text.find(mark);
    return place == std::string::npos ? text : text.substr(place + mark.size());
  }
  return "op by op, every value is finite: the kernels compute in another order, and the step lies "
         "at the edge of its type";
}
