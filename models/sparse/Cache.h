// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What generation keeps of one layer of the Sparse Transformer, and reads for one more token: of
// its pattern only what the token sees, so that a token costs what its row of the pattern costs.
//
//   near    the last l positions in a ring, or those of the same l; dense: all
//   far     strided: all positions by their remainder of l, of which the token reads its own
//           remainder's; fixed: the c summary positions of each l and no others
//
// The authors' code keeps the inputs of layers and computes keys and values of them again; here
// keys and values are kept, which are the same numbers.
#ifndef MODELS_SPARSE_CACHE_H
#define MODELS_SPARSE_CACHE_H

#include <cmath>

#include "models/sparse/Reach.h"

namespace weft::models {

class SparseCache {
public:
  /// Axes of one layer's keys and values, and the number of positions.
  struct Layer {
    Axis batch, head, key, value;
    int64_t context;
  };
  using Make = std::function<Tensor(const std::string &name, dsl::Axes axes)>;

  /// `make` gives each tensor its first value.
  SparseCache(const SparseReach &reach, int64_t layer, const Layer &sizes, const Make &make);

  /// All tensors under their names.
  template <class F> void visit(F f) const {
    for (const Store *store : {&near, &far})
      if (store->keys) {
        f(store->name + "_keys", store->keys);
        f(store->name + "_values", store->values);
      }
  }

  /// Takes in the position `i`, a whole number, with its key and value; what its query attends to.
  Tensor attend(Function &f, Tensor i, Tensor q, Tensor K, Tensor V);

private:
  using Part = SparseReach::Part;

  struct Store {
    std::string name;
    Tensor keys, values;
  };
  /// Keys and values that a token reads along one axis, and 1 for those that it sees, else 0.
  struct Read {
    Axis axis;
    Tensor keys, values, seen;
  };

  bool hasPart(Part part) const {
    for (const SparseReach::Head &head : turns)
      if (head.part == part)
        return true;
    return false;
  }
  /// A number of each head.
  template <class F> Tensor ofHeads(F number) const {
    std::vector<double> numbers;
    for (int64_t h = 0; h < sizes.head.getSize().getMaximum(); ++h)
      numbers.push_back(number(turns[size_t(h) % turns.size()]));
    return dsl::constant({sizes.head}, numbers);
  }
  static void put(Store &store, Tensor here, Tensor K, Tensor V) {
    store.keys = select(here, K, store.keys);
    store.values = select(here, V, store.values);
  }
  Read readNear(Function &f, Tensor i, Tensor K, Tensor V);
  Read readByRemainder(Function &f, Tensor i, Tensor K, Tensor V);
  Read readSummaries(Function &f, Tensor i, Tensor K, Tensor V);
  Tensor score(const Read &read, Tensor q) const {
    return select(greater(read.seen, 0.5), dot(sizes.key, q, read.keys) / std::sqrt(width()),
                  -1e30);
  }
  double width() const { return double(sizes.key.getSize().getMaximum()); }

  SparseReach reach;
  Layer sizes;
  std::vector<SparseReach::Head> turns;
  bool isDense, isStrided;
  int64_t stride, rows; ///< l, or all positions of dense; how many l there are
  Axis nearAxis, remainderAxis, turnAxis, summaryAxis;
  Store near{"near", {}, {}}, far{"far", {}, {}};
};

inline SparseCache::SparseCache(const SparseReach &reach, int64_t layer, const Layer &sizes,
                                const Make &make)
    : reach(reach), sizes(sizes), turns(reach.turns(layer)), isDense(reach.attention == "dense"),
      isStrided(reach.attention == "strided"), stride(isDense ? sizes.context : reach.stride),
      rows((sizes.context + stride - 1) / stride), nearAxis("near", stride),
      remainderAxis("remainder", stride), turnAxis("turn", rows),
      summaryAxis("summary", rows * reach.columns) {
  const auto &[b, h, k, e, context] = sizes;
  if (isDense || hasPart(Part::first) || hasPart(Part::both)) {
    near.keys = make("near_keys", {b, h, nearAxis, k});
    near.values = make("near_values", {b, h, nearAxis, e});
  }
  if (isDense || !(hasPart(Part::second) || hasPart(Part::both)))
    return;
  // What a token reads lies together.
  dsl::Axes places =
      isStrided ? dsl::Axes{remainderAxis, b, h, turnAxis} : dsl::Axes{b, h, summaryAxis};
  dsl::Axes keys = places, values = places;
  keys.push_back(k);
  values.push_back(e);
  far.keys = make("far_keys", keys);
  far.values = make("far_values", values);
}

/// The ring of strided attention holds the last l positions, in any order; that of the others
/// begins anew with each l, and what is left of the last one is not seen.
inline SparseCache::Read SparseCache::readNear(Function &f, Tensor i, Tensor K, Tensor V) {
  Tensor slot = f.index(nearAxis), here = remainder(i, stride);
  put(near, equal(slot, here), K, V);
  Tensor seen = select(lessEqual(slot, isStrided ? i : here), 1, 0);
  if (!isDense)
    seen = seen * ofHeads([](const auto &head) { return head.part != Part::second; });
  return {nearAxis, near.keys, near.values, seen};
}

inline SparseCache::Read SparseCache::readByRemainder(Function &f, Tensor i, Tensor K, Tensor V) {
  Tensor turn = f.index(turnAxis), own = quotient(i, stride), rest = remainder(i, stride);
  Tensor here = select(equal(f.index(remainderAxis), rest), select(equal(turn, own), 1, 0), 0);
  put(far, greater(here, 0.5), K, V);
  // Where a head sees both parts, the position itself is near.
  Tensor seen = hasPart(Part::both)
                    ? select(less(turn, own), 1, 0)
                    : select(lessEqual(turn, own), 1, 0) *
                          ofHeads([](const auto &head) { return head.part != Part::first; });
  Tensor row = cast(DType::i32, rest);
  return {turnAxis, gather(remainderAxis, far.keys, row), gather(remainderAxis, far.values, row),
          seen};
}

inline SparseCache::Read SparseCache::readSummaries(Function &f, Tensor i, Tensor K, Tensor V) {
  Tensor place = f.index(summaryAxis), row = quotient(place, reach.columns);
  Tensor first =
      ofHeads([&](const auto &head) { return double(stride - (head.group + 1) * reach.columns); });
  Tensor position = row * double(stride) + remainder(place, reach.columns) + first;
  put(far, equal(position, i), K, V);
  // Where a head sees both parts, its own l is near.
  Tensor seen = hasPart(Part::both)
                    ? select(less(row, quotient(i, stride)), 1, 0)
                    : select(lessEqual(position, i), 1, 0) *
                          ofHeads([](const auto &head) { return head.part != Part::first; });
  return {summaryAxis, far.keys, far.values, seen};
}

inline Tensor SparseCache::attend(Function &f, Tensor i, Tensor q, Tensor K, Tensor V) {
  std::vector<Read> reads;
  if (near.keys)
    reads.push_back(readNear(f, i, K, V));
  if (far.keys)
    reads.push_back(isStrided ? readByRemainder(f, i, K, V) : readSummaries(f, i, K, V));
  int64_t count = 0;
  std::vector<Tensor> scores;
  for (const Read &read : reads) {
    scores.push_back(score(read, q));
    count += read.axis.getSize().getMaximum();
  }
  // Under one softmax; who sees nobody gets 0.
  if (reads.size() == 1)
    return dot(reads[0].axis, softmax(reads[0].axis, scores[0]) * reads[0].seen, reads[0].values);
  Axis reached("reached", count);
  Tensor all = softmax(reached, concat(reached, scores)), y;
  int64_t start = 0;
  for (const Read &read : reads) {
    Tensor a = slice(reached, read.axis, start, all) * read.seen;
    Tensor part = dot(read.axis, a, read.values);
    y = y ? y + part : part;
    start += read.axis.getSize().getMaximum();
  }
  return y;
}

} // namespace weft::models

#endif
