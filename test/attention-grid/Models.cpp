// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-attention-grid-models FOLDER [--full]: one graph for each cell of the grid, with two
// functions of the same inputs: `fused` calls attend, `paper` writes softmax, weights and
// renormalisation out over windows of keys. The first line of a file says which lengths of the
// cache to call it with, at which of them (`e`) every row is without keys, how many rows are past
// the newest key, and which inputs carry the batch.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "weft/nn/Layers.h"

using namespace weft::dsl;

namespace {

constexpr int64_t tile = 32; // rows and keys of a tile of the cpu schedule
constexpr int64_t bound = 257;

enum class Kind { causal, local, fixed, far, span };
constexpr Kind kinds[] = {Kind::causal, Kind::local, Kind::fixed, Kind::far, Kind::span};
constexpr const char *kindNames[] = {"causal", "local", "fixed", "far", "span"};

/// One cell.
struct Cell {
  Kind kind;
  int64_t queries;
  int64_t share;   ///< keys and values: 0 own, 1 shared by heads, 2 shared by the batch, 3 both
  int64_t sources; ///< 0, 1 persistent, 2 also a state shared by heads
  int64_t bias;    ///< 0 none, 1 by distance, 2 by head and T5 bucket
  bool position;
  double dropout;

  int64_t batch() const { return queries > 2 * tile ? 1 : 2; }
  int64_t first() const {
    return kind == Kind::fixed || kind == Kind::span ? 1 : kind == Kind::far ? 40 : 0;
  }
  bool isMasked() const { return kind != Kind::fixed && kind != Kind::span; }
  int64_t distances() const {
    switch (kind) {
    case Kind::causal:
      return bound + queries;
    case Kind::local:
      return tile;
    case Kind::far:
      return 5;
    default:
      return tile + 1;
    }
  }
  std::string name() const {
    return std::string(kindNames[int(kind)]) + "-q" + std::to_string(queries) + "-s" +
           std::to_string(share) + "-k" + std::to_string(sources) + "-b" + std::to_string(bias) +
           (position ? "-p" : "") + (dropout > 0 ? "-d" : "");
  }
};

/// Everything both functions take, under the same names.
struct Inputs {
  Axis b, t, s, h, k, e, r, n, m, bucket;
  Tensor q, K, V, position, z, bias;
  std::vector<KeySource> sources;

  Inputs(Function &f, const Cell &c)
      : b("batch", c.batch()), t("time", c.queries),
        s("seen", f.symbol("cache", bound) + c.queries), h("head", 2), k("key", 4), e("value", 3),
        r("distance", c.distances()), n("persistent", tile + 1), m("state", 3),
        bucket("bucket", 8) {
    q = f.input("q", DType::f32, {b, t, h, k});
    auto shared = [&](Axes own) {
      Axes axes;
      if (c.share < 2)
        axes.push_back(b);
      if (c.share % 2 == 0)
        axes.push_back(h);
      axes.insert(axes.end(), own.begin(), own.end());
      return axes;
    };
    K = f.input("K", DType::f32, shared({s, k}));
    V = f.input("V", DType::f32, shared({s, e}));
    if (c.position)
      position = f.input("position", DType::f32, {r, k});
    if (c.kind == Kind::span)
      z = f.input("z", DType::f32, {h});
    if (c.bias == 1)
      bias = f.input("bias", DType::f32, {r});
    if (c.bias == 2) {
      std::vector<double> ids;
      // From 0 on, whatever the first distance: with one bucket for all distances the gradient of
      // the table would be 0, since softmax does not see a shift, and the comparison one of
      // rounding.
      for (int64_t i = 0; i < c.distances(); ++i)
        ids.push_back(double(weft::nn::t5Bucket(i, 8, 24)));
      bias = gather(bucket, f.input("table", DType::f32, {bucket, h}), constant({r}, ids));
    }
    if (c.sources > 0)
      sources.push_back(
          {n, f.input("nK", DType::f32, {h, n, k}), f.input("nV", DType::f32, {h, n, e})});
    if (c.sources > 1)
      sources.push_back(
          {m, f.input("mK", DType::f32, {b, m, k}), f.input("mV", DType::f32, {b, m, e})});
  }
};

void fused(Function &f, const Cell &c) {
  Inputs in(f, c);
  AttendAxes axes{.query = in.t, .keys = in.s, .over = in.k};
  AttendOptions options{
      .position = in.position, .dropout = c.dropout, .bias = in.bias, .sources = in.sources};
  auto attendTo = [&](auto reach) { return attend(axes, in.q, in.K, in.V, reach, options); };
  f.output("y", c.kind == Kind::causal ? attendTo(causal())
                : c.kind == Kind::span
                    ? attendTo(softSpan(in.z, {.ramp = 5, .max = c.distances()}))
                    : attendTo(slidingWindow(c.distances(), c.first(), !c.isMasked())));
}

/// Query i at offset o of its window meets distance first + R - 1 - o.
void paper(Function &f, const Cell &c) {
  Inputs in(f, c);
  int64_t R = c.distances(), M = c.queries, all = bound + M + R;
  Axis A("all", all), near("near", M + R - 1), o("offset", R);
  auto windows = [&](Tensor x) {
    return window(near, in.t, o,
                  slice(A, near, all - c.first() - (M + R - 1), padFront(in.s, A, x)));
  };
  Tensor flip = select(equal(f.index(o, R - 1, -1), index(in.r)), 1, 0);
  double root = std::sqrt(4.0), epsilon = c.kind == Kind::span ? 1e-8 : 0;

  Tensor K = windows(in.K);
  Tensor score = dot(in.k, in.q, K) / root;
  if (c.position)
    score = score + dot(in.k, in.q, dot(in.r, flip, in.position)) / root;
  if (in.bias)
    score = score + dot(in.r, flip, in.bias);
  Tensor present = greater(windows(f.index(in.s, 1, 0)), c.isMasked() ? 0.5 : -1.0);
  std::vector<Tensor> scores, weights;
  Tensor most = max(o, select(present, score, -1e30));
  for (const KeySource &source : in.sources) {
    scores.push_back(dot(in.k, in.q, source.keys) / root);
    most = maximum(most, max(source.axis, scores.back()));
  }
  most = stopGradient(most);
  Tensor e = select(present, exp(select(present, score, most) - most), 0), weighted = e;
  if (c.kind == Kind::span)
    weighted = e * clamp((f.index(o, 1 - c.first() - R + 1, 1) + in.z * R) / 5 + 1, 0, 1);
  Tensor Z = sum(o, e), U = sum(o, weighted);
  for (size_t i = 0; i < scores.size(); ++i) {
    weights.push_back(exp(scores[i] - most));
    Z = Z + sum(in.sources[i].axis, weights.back());
    U = U + sum(in.sources[i].axis, weights.back());
  }
  Tensor denominator = U + Z * epsilon;
  denominator = select(equal(denominator, 0), 1, denominator);
  Tensor a = weighted / denominator;
  // Column d - d_min of dropout's counter, then the sources' keys.
  int64_t columns = R;
  for (const KeySource &source : in.sources)
    columns += source.axis.getSize().getOffset();
  auto filled = [&](const Axes &axes, double value) {
    Tensor x = f.index(axes.front(), value, 0);
    for (const Axis &axis : axes)
      x = x * index(axis, 1, 0);
    return x;
  };
  Tensor kept;
  Axis column("column", columns);
  if (c.dropout > 0) {
    kept = dropout(c.dropout, filled({in.b, in.h, in.t, column}, 1));
    a = a * dot(in.r, flip, slice(column, in.r, 0, kept));
  }
  Tensor y = filled({in.b, in.h, in.t, in.e}, 0) + dot(o, a, windows(in.V));
  int64_t start = R;
  for (size_t i = 0; i < scores.size(); ++i) {
    const KeySource &source = in.sources[i];
    Tensor own = weights[i] / denominator;
    if (kept)
      own = own * slice(column, source.axis, start, kept);
    y = y + dot(source.axis, own, source.values);
    start += source.axis.getSize().getOffset();
  }
  f.output("y", y);
}

/// Lengths 1, tile - 1, tile, tile + 1 and 257 of keys and of queries; one key more than queries
/// too.
std::vector<int64_t> cacheLengths(int64_t queries) {
  std::vector<int64_t> caches = {0, 1};
  for (int64_t keys : {tile - 1, tile, tile + 1, bound})
    if (keys - queries > 1)
      caches.push_back(keys - queries);
  return caches;
}

/// True where no row of a call has a key.
bool isEmpty(const Cell &c, int64_t cache) {
  return c.isMasked() && c.sources == 0 && cache + c.queries <= c.first();
}

/// Rows that the newest key must not change.
int64_t countPastRows(const Cell &c) { return c.first() > 0 ? c.queries : c.queries - 1; }

/// Inputs with the batch in front, where its order must not matter; none with dropout, whose masks
/// count it.
std::string listBatched(const Cell &c) {
  if (c.batch() == 1 || c.dropout > 0)
    return "";
  return std::string(" q") + (c.share < 2 ? " K V" : "") + (c.sources > 1 ? " mK mV" : "");
}

/// At each length y and a gradient for each float input, in three comparisons; zeros and laws
/// twice.
int64_t countChecks(const Cell &c) {
  int64_t laws = (countPastRows(c) > 0 ? 2 : 0) + (listBatched(c).empty() ? 0 : 2);
  int64_t tensors = 4 + c.position + (c.kind == Kind::span) + (c.bias > 0) + 2 * c.sources,
          count = 0;
  for (int64_t cache : cacheLengths(c.queries))
    count += 3 * tensors + laws + (isEmpty(c, cache) ? 2 : 0);
  return count;
}

bool write(const std::filesystem::path &folder, const Cell &c) {
  Graph g("grid-" + c.name());
  g.function("fused", [&](Function &f) { fused(f, c); });
  g.function("paper", [&](Function &f) { paper(f, c); });
  std::ofstream out(folder / (c.name() + ".mlir"));
  out << "// cache";
  for (int64_t cache : cacheLengths(c.queries))
    out << " " << cache << (isEmpty(c, cache) ? "e" : "");
  out << " past " << countPastRows(c) << " batch" << listBatched(c) << "\n";
  return g.write(out, std::cerr) == 0 && out.good();
}

} // namespace

int main(int argc, char **argv) {
  bool full = argc > 2 && std::string(argv[2]) == "--full";
  if (argc < 2 || argc > 3 || (argc == 3 && !full)) {
    std::cerr << "usage: weft-attention-grid-models FOLDER [--full]\n";
    return 2;
  }
  // A step that has no factor in common with the choices visits all of them over the grid.
  int64_t choices = 4 * 3 * 3 * 2 * 2, perPlace = full ? 24 : 3, next = 0, cells = 0, calls = 0,
          checks = 0;
  for (Kind kind : kinds)
    for (int64_t queries : {int64_t(1), tile - 1, tile, tile + 1, bound})
      for (int64_t i = 0; i < perPlace; ++i) {
        next = (next + 55) % choices;
        Cell c{kind,
               queries,
               next % 4,
               next / 4 % 3,
               next / 12 % 3,
               next / 36 % 2 == 1,
               next / 72 % 2 ? 0.25 : 0.0};
        if (kind == Kind::causal && queries == bound)
          c.dropout = 0; // the paper form would look for each of its columns at 514 places
        if (!write(argv[1], c))
          return 1;
        ++cells;
        calls += int64_t(cacheLengths(queries).size());
        checks += countChecks(c);
      }
  std::cout << cells << " cells, " << calls << " lengths, " << checks << " checks\n";
  return 0;
}
