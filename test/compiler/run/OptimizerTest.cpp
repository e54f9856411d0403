// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled updates against a reference written by hand in f64, over many updates with gradients
// that change: every optimizer, with clipping off, above, below and at a norm of zero, with bounds,
// with a moving average.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "mlir/Parser/Parser.h"

#include "compiler/Compiler.h"
#include "weft/Average.h"
#include "weft/Optimizer.h"

using namespace weft;

namespace {

/// A matrix, a vector with bounds, and a scalar that no gradient reaches.
constexpr const char *graph = R"(
weft.param @W : tensor<3x4xf64> init "normal" scale 0.5
weft.param @z : tensor<5xf64> init "constant" scale 0.5 {low = 0.0 : f64, high = 1.0 : f64}
weft.param @s : tensor<f64> init "ones" scale 0.0
func.func @step(%W: tensor<3x4xf64> {weft.name = "W", weft.role = "param", weft.param = @W},
    %z: tensor<5xf64> {weft.name = "z", weft.role = "param", weft.param = @z},
    %s: tensor<f64> {weft.name = "s", weft.role = "param", weft.param = @s})
    -> (tensor<f64> {weft.name = "loss", weft.role = "output"}) {
  %a = weft.sum %W axes [0, 1] : tensor<3x4xf64> -> tensor<f64>
  %b = weft.sum %z axes [0] : tensor<5xf64> -> tensor<f64>
  %c = weft.add %a, %b : tensor<f64>
  %d = weft.add %c, %s : tensor<f64>
  return %d : tensor<f64>
}
)";

template <typename T> T take(Result<T> result) {
  if (!result)
    throw std::runtime_error(result.status().message());
  return *std::move(result);
}

Module compileUpdate(const std::string &optimizer, bool average, bool epsilonHat = false) {
  mlir::DialectRegistry registry;
  compiler::registerAll(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(graph, &context);
  compiler::Options options;
  options.train = "step";
  options.optimizer = optimizer;
  options.average = average;
  options.epsilonHat = epsilonHat;
  std::string bytes;
  llvm::raw_string_ostream out(bytes);
  if (!module || failed(compiler::compile(*module, options, out)))
    throw std::runtime_error("does not compile");
  return take(Module::load(take(Artifact::parse(std::as_bytes(std::span(bytes)), "update")),
                           take(Device::open("cpu", "threads=2"))));
}

using Values = std::vector<double>;

/// One parameter and all it could carry.
struct Reference {
  std::string name;
  int rank = 0;
  Values p, g, a, b, ema; ///< a: momentum, sum or m; b: v
  bool isBounded = false;
};

using Hypers = std::map<std::string, double>;

double getNorm(const Values &g) {
  double sum = 0;
  for (double x : g)
    sum += x * x;
  return std::sqrt(sum);
}

/// Update number n by the formulas of the papers, one element at a time.
void updateByHand(const std::string &optimizer, bool epsilonHat, std::vector<Reference> &params,
                  const Hypers &h, double lr, double n) {
  double all = 0;
  for (const Reference &r : params)
    all += getNorm(r.g) * getNorm(r.g);
  double clip = h.at("clip");
  double global = clip > 0 ? std::min(1.0, clip / (std::sqrt(all) + 1e-6)) : 1;
  for (Reference &r : params) {
    double norm = getNorm(r.g);
    double perTensor = clip > 0 && norm > clip ? clip / (norm + 1e-10) : 1;
    for (size_t i = 0; i < r.p.size(); ++i) {
      double &p = r.p[i], g = r.g[i];
      if (optimizer == "sgd") {
        r.a[i] = h.at("momentum") * r.a[i] + global * g;
        p -= lr * r.a[i];
      } else if (optimizer == "adagrad") {
        r.a[i] += g * g; // unclipped
        p -= lr * perTensor * g / (std::sqrt(r.a[i]) + 1e-10);
      } else {
        double b1 = h.at("beta1"), b2 = h.at("beta2"), c = global * g;
        double decay = optimizer == "adamw" && r.rank >= 2 ? lr * h.at("weight_decay") * p : 0;
        r.a[i] = b1 * r.a[i] + (1 - b1) * c;
        r.b[i] = b2 * r.b[i] + (1 - b2) * c * c;
        double mean = r.a[i] / (1 - std::pow(b1, n)), square = r.b[i] / (1 - std::pow(b2, n));
        double change = lr * mean / (std::sqrt(square) + 1e-8);
        if (epsilonHat)
          change = lr * std::sqrt(1 - std::pow(b2, n)) * mean / (std::sqrt(r.b[i]) + 1e-8);
        p -= decay + change;
      }
      if (r.isBounded)
        p = std::clamp(p, 0.0, 1.0);
      r.ema[i] = h.at("ema") * r.ema[i] + (1 - h.at("ema")) * p;
    }
  }
}

Values read(const Tensor &tensor) {
  return {tensor.values<double>().begin(), tensor.values<double>().end()};
}

double compare(const Tensor &tensor, const Values &expected) {
  double worst = tensor.size() == int64_t(expected.size()) ? 0 : INFINITY;
  for (size_t i = 0; i < expected.size(); ++i) {
    double difference = std::abs(tensor.values<double>()[i] - expected[i]);
    worst = std::max(worst, difference / std::max(1.0, std::abs(expected[i])));
    if (std::isnan(difference))
      return INFINITY;
  }
  return worst;
}

struct Case {
  std::string optimizer;
  Hypers hypers;
  double size = 1; ///< of the gradients
  Schedule schedule = {.rate = 0.05, .warmup = 3};
  double wrong = 0; ///< what the reference's beta1, or else lr, is off by: must be noticed
  bool epsilonHat = false;
};

void PrintTo(const Case &c, std::ostream *out) {
  *out << c.optimizer << (c.epsilonHat ? " epsilon hat" : "");
  for (const auto &[name, value] : c.hypers)
    *out << " " << name << "=" << value;
}

/// The largest difference of anything over the updates.
double measure(const Case &c, int updates) {
  bool average = c.hypers.contains("ema");
  Module module = compileUpdate(c.optimizer, average, c.epsilonHat);
  Hypers hypers = {{"clip", 0},      {"momentum", 0},     {"beta1", 0.9},
                   {"beta2", 0.999}, {"weight_decay", 0}, {"ema", 0}};
  for (const auto &[name, value] : c.hypers)
    hypers[name] = value;
  Optimizer optimizer(take(module.function("update")), c.schedule, hypers);
  ModelState model = take(initializeModel(module.manifest(), "update", 3));
  std::vector<Reference> references;
  for (const auto &[name, param] : model.params) {
    Values zeros(size_t(param.size()), 0.0);
    references.push_back(
        {name, int(param.rank()), read(param), zeros, zeros, zeros, read(param), name == "z"});
  }
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  double worst = 0;
  for (int n = 1; n <= updates; ++n) {
    TensorMap gradients;
    for (Reference &r : references) {
      for (double &x : r.g)
        x = r.name == "s" ? 0 : c.size * normal(random);
      gradients[r.name + ".gradient"] =
          take(Tensor::of<double>(model.params.at(r.name).shape(), std::span<const double>(r.g)));
    }
    double rate = optimizer.rate() + c.wrong;
    TensorMap outputs = take(optimizer.update(gradients, model));
    updateByHand(c.optimizer, c.epsilonHat, references, hypers, rate, n);
    double all = 0;
    for (const Reference &r : references) {
      all += getNorm(r.g) * getNorm(r.g);
      worst = std::max(worst, compare(model.params.at(r.name), r.p));
      for (const char *slot : {"momentum", "sum", "m"})
        if (model.optimizer.contains(r.name + "." + slot))
          worst = std::max(worst, compare(model.optimizer.at(r.name + "." + slot), r.a));
      if (model.optimizer.contains(r.name + ".v"))
        worst = std::max(worst, compare(model.optimizer.at(r.name + ".v"), r.b));
      if (average)
        worst = std::max(worst, compare(model.optimizer.at(r.name + ".ema"), r.ema));
    }
    worst = std::max(worst, std::abs(outputs.at("grad_norm").item() - std::sqrt(all)));
  }
  return worst;
}

class OptimizerTest : public testing::TestWithParam<Case> {};

TEST_P(OptimizerTest, IsThePapersOver25Updates) { EXPECT_LE(measure(GetParam(), 25), 1e-12); }

INSTANTIATE_TEST_SUITE_P(
    Cases, OptimizerTest,
    testing::Values(
        Case{"sgd", {}}, Case{"sgd", {{"clip", 0.5}}}, Case{"sgd", {{"clip", 1000}}},
        Case{"sgd", {{"momentum", 0.9}}},
        Case{"sgd", {{"momentum", 0.9}, {"clip", 0.5}, {"ema", 0.9}}},
        Case{"sgd", {{"momentum", 0.9}, {"clip", 0.5}}, 0}, Case{"adagrad", {}},
        Case{"adagrad", {{"clip", 0.03}}}, Case{"adagrad", {{"clip", 1000}}},
        Case{"adagrad", {{"clip", 2}, {"ema", 0.999}}}, // above the norm of one, below the other
        Case{"adagrad", {{"clip", 0.03}}, 0}, Case{"adagrad", {{"clip", 0.03}}, 1e-6},
        Case{"adam", {}}, Case{"adam", {{"clip", 1}, {"beta1", 0.5}, {"beta2", 0.99}}},
        Case{"adam", {{"clip", 1}}, 0}, Case{"adam", {{"beta1", 0}, {"beta2", 0.5}}},
        Case{"adam", {}, 100}, Case{"adamw", {{"weight_decay", 0.1}}},
        Case{"adamw", {{"clip", 1}, {"ema", 0.99}}},
        Case{"adamw",
             {{"weight_decay", 0.1}, {"clip", 0.1}},
             1,
             {.kind = Schedule::Kind::Cosine, .rate = 0.1, .warmup = 5, .total = 20, .floor = 0.1}},
        Case{"adamw",
             {{"weight_decay", 0.01}},
             1,
             {.kind = Schedule::Kind::InverseSqrt, .rate = 0.1, .warmup = 5}},
        // gradients of the size of epsilon, where the two differ
        Case{"adam", {}, 1e-8},
        Case{.optimizer = "adam", .hypers = {}, .size = 1e-8, .epsilonHat = true},
        Case{.optimizer = "adam", .hypers = {{"clip", 1}}, .epsilonHat = true},
        Case{.optimizer = "adamw",
             .hypers = {{"weight_decay", 0.1}},
             .size = 1e-8,
             .epsilonHat = true}));

/// What an update of each optimizer makes of one gradient, which is `value` everywhere: in place,
/// and where a copy of the model must stay.
void compareInPlace(const std::string &name, double value) {
  Module module = compileUpdate(name, /*average=*/true);
  Hypers hypers = {{"clip", 0.5},    {"momentum", 0.9},       {"beta1", 0.9},
                   {"beta2", 0.999}, {"weight_decay", 0.125}, {"ema", 0.75}};
  Optimizer optimizer(take(module.function("update")), {.rate = 0.05}, hypers), other = optimizer;
  EXPECT_TRUE(optimizer.worksInPlace());
  ModelState model = take(initializeModel(module.manifest(), "update", 3));
  ModelState copy = model;
  TensorMap gradients;
  for (const auto &[param, tensor] : model.params) {
    Values elements(size_t(tensor.size()), value);
    gradients[param + ".gradient"] =
        take(Tensor::of<double>(tensor.shape(), std::span<const double>(elements)));
  }
  take(other.update(gradients, copy)); // `model` holds what it starts from
  ModelState start;
  for (auto [from, to] :
       {std::pair(&model.params, &start.params), std::pair(&model.optimizer, &start.optimizer)})
    for (auto &[key, tensor] : *from) {
      (*to)[key] = take(tensor.clone());
      tensor = take(tensor.clone());
    }
  std::map<std::string, const std::byte *> places;
  for (const auto &[key, tensor] : model.params)
    places[key] = tensor.data();
  take(optimizer.update(gradients, model));
  for (const auto &[key, tensor] : model.params) {
    EXPECT_EQ(tensor.data(), places.at(key)) << key;
    EXPECT_EQ(read(tensor), read(copy.params.at(key))) << key;
    EXPECT_EQ(read(tensor) == read(start.params.at(key)), !std::isfinite(value * value)) << key;
  }
  for (const auto &[key, tensor] : model.optimizer) {
    EXPECT_EQ(read(tensor), read(copy.optimizer.at(key))) << key;
    EXPECT_EQ(read(tensor) == read(start.optimizer.at(key)), !std::isfinite(value * value)) << key;
  }
}

TEST(OptimizerInPlace, IsTheUpdateIntoNewTensorsBitForBit) {
  for (const char *name : {"sgd", "adagrad", "adam", "adamw"})
    compareInPlace(name, 0.25);
}

TEST(OptimizerInPlace, LeavesEverythingWhereTheNormIsNotFinite) {
  for (const char *name : {"sgd", "adagrad", "adam", "adamw"})
    for (double value : {double(NAN), double(INFINITY), 1e200}) // whose square is infinite, too
      compareInPlace(name, value);
}

TEST(OptimizerReference, NoticesARateThatIsOff) {
  EXPECT_GT(measure({"adamw", {}, 1, {.rate = 0.05}, 1e-9}, 25), 1e-12);
  EXPECT_GT(measure({"adagrad", {{"clip", 0.03}}, 1, {.rate = 0.05}, 1e-9}, 25), 1e-12);
}

TEST(OptimizerReference, AModelBeginsWithZeroSlotsAndAveragesAtItsParameters) {
  Module module = compileUpdate("adamw", /*average=*/true);
  ModelState model = take(initializeModel(module.manifest(), "update", 3));
  TensorMap params = take(initializeParams(module.manifest(), 3));
  ASSERT_EQ(model.params.size(), 3u);
  for (const auto &[name, param] : params)
    EXPECT_EQ(read(model.params.at(name)), read(param)) << name;
  EXPECT_EQ(model.optimizer.size(), 9u); // m, v and ema of each
  for (const auto &[name, slot] : model.optimizer) {
    Values expected(size_t(slot.size()), 0.0);
    if (name.ends_with(".ema"))
      expected = read(params.at(name.substr(0, name.size() - 4)));
    EXPECT_EQ(read(slot), expected) << name;
  }
  EXPECT_EQ(initializeModel(module.manifest(), "none", 3).status().code(), ErrorCode::Usage);
}

TEST(OptimizerReference, TheBoundsAreReached) {
  Module module = compileUpdate("sgd", false);
  Optimizer optimizer(take(module.function("update")), Schedule{.rate = 1},
                      {{"clip", 0}, {"momentum", 0}});
  ModelState model;
  model.params = take(initializeParams(module.manifest(), 3));
  model.optimizer = take(zeroOptimizer(optimizer.function().spec()));
  TensorMap gradients;
  for (const auto &[name, param] : model.params)
    gradients[name + ".gradient"] = take(Tensor::zeros(DType::F64, param.shape()));
  std::ranges::copy(Values{9, -9, 0, 0.25, -0.25}, gradients["z.gradient"].values<double>().data());
  take(optimizer.update(gradients, model));
  EXPECT_EQ(read(model.params.at("z")), (Values{0, 1, 0.5, 0.25, 0.75}));
}

} // namespace
