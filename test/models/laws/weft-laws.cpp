// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-laws: what must hold between calls of a compiled model, whatever its weights are. Takes the
// artifact of graphs.cpp.
//
//   weft-laws ARTIFACT [--break]
//
// One line for each case, then `N passed, M failed`. With --break the call that each law changes is
// changed in another way, which the law forbids: then every case must fail. Bitwise laws compare
// the bytes. The others are bounded by the norm of the difference over the norm: f64 1e-11, f32
// 1e-4; the full attention 1e-7 in f64 too, since the model renormalises with an epsilon of 1e-8.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>

#include "weft/Module.h"

using namespace weft;

namespace {

constexpr int64_t rows = 4, block = 8, span = 16, vocab = 11;

class Laws {
public:
  Laws(Module module, bool isBroken) : module(std::move(module)), isBroken(isBroken) {
    isDouble = this->module.manifest().dtype == "f64";
    bound = isDouble ? 1e-11 : 1e-4;
    makeParams();
  }

  void futureChangesNothing();
  void batchOrder();
  void fullAttention();
  void recomputation();
  void accumulation();
  void zeroCache();

  int passed = 0, failed = 0;

private:
  void makeParams();
  double uniform() { return double(random() >> 11) * 0x1p-53; }
  Tensor ids(Shape shape);
  /// Numbers in [low, high), of the model's type.
  Tensor numbers(Shape shape, double low, double high);
  Tensor cacheOf(int64_t batch, int64_t length) { return numbers({batch, length, 8}, -1, 1); }
  /// The results by key; ends the program if the call fails.
  TensorMap call(const std::string &name, TensorMap arguments);
  TensorMap withCaches(TensorMap arguments, const Tensor &cache) {
    arguments.insert({{"layer0.cache", cache}, {"layer1.cache", cache}});
    return arguments;
  }

  void record(const std::string &name, bool ok) {
    (ok ? passed : failed) += 1;
    std::printf("%s %s %s\n", ok ? "pass" : "FAIL", isDouble ? "f64" : "f32", name.c_str());
  }
  void close(const std::string &name, const Tensor &a, const Tensor &b, double limit) {
    double distance = compare(a, b);
    record(name + " (difference " + std::to_string(distance) + ")", distance <= limit);
  }
  static double at(const Tensor &t, int64_t i) {
    return t.dtype() == DType::F64 ? t.values<double>()[i] : double(t.values<float>()[i]);
  }
  /// The norm of a - b over the norm of b; infinite for other shapes.
  static double compare(const Tensor &a, const Tensor &b);

  Module module;
  bool isBroken, isDouble;
  double bound;
  TensorMap params;
  std::mt19937_64 random{20190519};
};

Tensor Laws::ids(Shape shape) {
  Tensor tensor = *Tensor::zeros(DType::I32, std::move(shape));
  for (int32_t &id : tensor.values<int32_t>())
    id = int32_t(uniform() * vocab);
  return tensor;
}

Tensor Laws::numbers(Shape shape, double low, double high) {
  Tensor tensor = *Tensor::zeros(isDouble ? DType::F64 : DType::F32, std::move(shape));
  for (int64_t i = 0; i < tensor.size(); ++i) {
    double value = low + (high - low) * uniform();
    if (isDouble)
      tensor.values<double>()[i] = value;
    else
      tensor.values<float>()[i] = float(value);
  }
  return tensor;
}

void Laws::makeParams() {
  for (const TensorSpec &spec : (*module.function("step")).spec().arguments) {
    if (spec.role != "param")
      continue;
    Shape shape;
    for (const DimSpec &dim : spec.shape)
      shape.push_back(dim.offset);
    bool isSpan = spec.name.ends_with(".z");
    params.insert({spec.name, numbers(shape, isSpan ? 0.2 : -0.8, isSpan ? 0.7 : 0.8)});
  }
}

TensorMap Laws::call(const std::string &name, TensorMap arguments) {
  auto function = module.function(name);
  if (function)
    for (const TensorSpec &spec : function->spec().arguments)
      if (spec.role == "param")
        arguments.insert({spec.key, params.at(spec.name)});
  auto results = function ? function->call(arguments) : Result<TensorMap>(function.status());
  if (!results) {
    std::fprintf(stderr, "weft-laws: %s: %s\n", name.c_str(), results.status().message().c_str());
    std::exit(1);
  }
  return std::move(*results);
}

double Laws::compare(const Tensor &a, const Tensor &b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype())
    return INFINITY;
  double difference = 0, norm = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    difference += (at(a, i) - at(b, i)) * (at(a, i) - at(b, i));
    norm += at(b, i) * at(b, i);
  }
  return difference == 0 ? 0 : std::sqrt(difference / norm);
}

/// Tokens from position `cut` on change no logits before it, bit for bit, and do change later ones.
void Laws::futureChangesNothing() {
  Tensor cache = cacheOf(rows, block), tokens = ids({rows, block});
  Tensor before = call("logits", withCaches({{"tokens", tokens}}, cache)).at("logits");
  for (int64_t cut = 1; cut < block; ++cut) {
    Tensor other = *tokens.clone();
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t t = cut - isBroken; t < block; ++t) {
        int32_t &id = other.values<int32_t>()[row * block + t];
        id = (id + 1) % vocab;
      }
    Tensor after = call("logits", withCaches({{"tokens", other}}, cache)).at("logits");
    bool pastSame = true, laterDiffers = false;
    int64_t bytes = vocab * getByteWidth(before.dtype());
    for (int64_t place = 0; place < rows * block; ++place) {
      bool same = !std::memcmp(before.data() + place * bytes, after.data() + place * bytes, bytes);
      (place % block < cut ? pastSame : laterDiffers) =
          place % block < cut ? pastSame && same : laterDiffers || !same;
    }
    record("tokens from " + std::to_string(cut) + " on change nothing before",
           pastSame && laterDiffers);
  }
}

/// Streams in another order give the same results in that order, bit for bit.
void Laws::batchOrder() {
  auto turn = [&](const Tensor &tensor, int64_t by) {
    Tensor turned = *tensor.clone();
    int64_t bytes = tensor.byteCount() / rows;
    for (int64_t row = 0; row < rows; ++row)
      std::memcpy(turned.data() + (row + by) % rows * bytes, tensor.data() + row * bytes, bytes);
    return turned;
  };
  Tensor cache = cacheOf(rows, block), tokens = ids({rows, block});
  TensorMap before = call("logits", withCaches({{"tokens", tokens}}, cache));
  for (int64_t by = 1; by < rows; ++by) {
    TensorMap after = call("logits", withCaches({{"tokens", turn(tokens, by)}}, turn(cache, by)));
    for (const auto &[key, tensor] : before) {
      Tensor expected = turn(tensor, by - isBroken);
      bool same = !std::memcmp(expected.data(), after.at(key).data(), expected.byteCount());
      record("streams turned by " + std::to_string(by) + ": " + key, same);
    }
  }
}

/// A span of z = 1 covers all S distances with weight 1.
void Laws::fullAttention() {
  TensorMap learned = params;
  for (auto &[name, tensor] : params)
    if (name.ends_with(".z"))
      tensor = numbers(tensor.shape(), isBroken ? 0.1 : 1, isBroken ? 0.1 : 1);
  for (int i = 0; i < 3; ++i) {
    Tensor tokens = ids({rows, block});
    Tensor full = call("full", {{"tokens", tokens}}).at("logits");
    Tensor saturated =
        call("logits", withCaches({{"tokens", tokens}}, cacheOf(rows, 0))).at("logits");
    close("whole spans are full attention", saturated, full, isDouble ? 1e-7 : bound);
  }
  params = learned;
}

/// A block with caches is a block whose past is run again without gradient: loss and every
/// gradient.
void Laws::recomputation() {
  Tensor past = ids({rows, block}), tokens = ids({rows, block}), targets = ids({rows, block});
  TensorMap carried =
      call("step", withCaches({{"tokens", past}, {"targets", targets}}, cacheOf(rows, 0)));
  TensorMap arguments = {{"tokens", tokens}, {"targets", targets}};
  for (const char *key : {"layer0.cache", "layer1.cache"})
    arguments.insert({key, isBroken ? cacheOf(rows, block) : carried.at(key)});
  TensorMap cached = call("step.grad", arguments);
  TensorMap again =
      call("recomputed.grad", {{"past", past}, {"tokens", tokens}, {"targets", targets}});
  close("caches are the past run again: loss", cached.at("objective"), again.at("loss"), bound);
  for (const auto &[name, tensor] : params)
    close("caches are the past run again: gradient of " + name, cached.at(name), again.at(name),
          bound);
}

/// The gradient of a batch is the mean of its halves' gradients.
void Laws::accumulation() {
  Tensor tokens = ids({rows, block}), targets = ids({rows, block}), cache = cacheOf(rows, block);
  auto part = [&](const Tensor &tensor, int64_t half) {
    Shape shape = tensor.shape();
    shape[0] = rows / 2;
    Tensor result = *Tensor::zeros(tensor.dtype(), shape);
    int64_t bytes = tensor.byteCount() / 2;
    std::memcpy(result.data(), tensor.data() + (isBroken ? 0 : half) * bytes, bytes);
    return result;
  };
  auto callHalf = [&](int64_t half) {
    return call("half.grad",
                withCaches({{"tokens", part(tokens, half)}, {"targets", part(targets, half)}},
                           part(cache, half)));
  };
  TensorMap whole =
      call("step.grad", withCaches({{"tokens", tokens}, {"targets", targets}}, cache));
  TensorMap first = callHalf(0), second = callHalf(1);
  for (const auto &[name, tensor] : params) {
    Tensor mean = *first.at(name).clone();
    for (int64_t i = 0; i < mean.size(); ++i) {
      double value = (at(first.at(name), i) + at(second.at(name), i)) / 2;
      if (isDouble)
        mean.values<double>()[i] = value;
      else
        mean.values<float>()[i] = float(value);
    }
    close("two halves are the batch: gradient of " + name, mean, whole.at(name), bound);
  }
}

/// Before the start keys count as zeros, so a cache padded with zeros changes nothing.
void Laws::zeroCache() {
  Tensor tokens = ids({rows, block});
  Tensor without = call("logits", withCaches({{"tokens", tokens}}, cacheOf(rows, 0))).at("logits");
  for (int64_t length : {block, span}) {
    Tensor zeros = numbers({rows, length, 8}, isBroken, isBroken);
    Tensor padded = call("logits", withCaches({{"tokens", tokens}}, zeros)).at("logits");
    close("padded by " + std::to_string(length) + " zeros", padded, without, bound);
  }
}

} // namespace

int main(int argc, char **argv) {
  bool isBroken = argc == 3 && std::string(argv[2]) == "--break";
  if (argc != 2 && !isBroken) {
    std::fprintf(stderr, "usage: weft-laws ARTIFACT [--break]\n");
    return 2;
  }
  auto device = Device::open("cpu", "threads=2");
  auto module = device ? Module::load(argv[1], *device) : Result<Module>(device.status());
  if (!module) {
    std::fprintf(stderr, "weft-laws: %s\n", module.status().message().c_str());
    return 1;
  }
  Laws laws(*module, isBroken);
  laws.futureChangesNothing();
  laws.batchOrder();
  laws.fullAttention();
  laws.recomputation();
  laws.accumulation();
  laws.zeroCache();
  std::printf("%d passed, %d failed\n", laws.passed, laws.failed);
  return laws.failed == 0 ? 0 : 1;
}
