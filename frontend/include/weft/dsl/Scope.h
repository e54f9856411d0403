// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scope: where weights and states get their names. A scope is passed to a layer as an ordinary
// argument.
//
//   Tensor W = w("Wq", {h, k, d}, {.init = Init::uniform, .scale = 0.1});   // weight `layer0.Wq`
//   for w = root / "layer" / 0
#ifndef WEFT_DSL_SCOPE_H
#define WEFT_DSL_SCOPE_H

#include <optional>
#include <string>

#include "weft/dsl/Tensor.h"

namespace weft::dsl {

enum class Init { zeros, ones, constant, normal, uniform };

struct WeightOptions {
  Init init = Init::normal;
  /// Value (constant), standard deviation (normal) or half width (uniform).
  double scale = 0.02;
  /// Every update ends by clamping the weight to these.
  std::optional<double> low = std::nullopt, high = std::nullopt;
};

class Scope {
public:
  Scope(detail::GraphBuilder *builder, std::string path)
      : builder(builder), path(std::move(path)) {}

  /// A sub-scope: w / "layer" / 3 is `layer3`.
  Scope operator/(const std::string &name) const;
  Scope operator/(int64_t index) const { return Scope(builder, path + std::to_string(index)); }

  /// The weight of this name; a second call with the same name means the same weight.
  Tensor operator()(const std::string &name, Axes axes, const WeightOptions &options = {},
                    Where where = Where::current()) const;

  /// A tensor carried from call to call. It starts as zeros, a bounded axis at size 0.
  Tensor state(const std::string &name, Axes axes, DType dtype = DType::f32,
               Where where = Where::current()) const;
  /// The state's value for the next call; sizes of bounded axes may change.
  void carry(const std::string &name, Tensor next, Where where = Where::current()) const;

  /// Adds a term to what training minimises; the reported loss does not contain it.
  void penalty(Tensor term, Where where = Where::current()) const;

  const std::string &getPath() const { return path; }

private:
  std::string join(const std::string &name) const;

  detail::GraphBuilder *builder;
  std::string path;
};

} // namespace weft::dsl

#endif
