// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who multiplies matrices: weft's own kernels, and libraries where they are installed. None is
// needed to build or to run: OpenBLAS is looked for at run time, oneDNN by CMake.
#ifndef TEST_BENCH_RIVALS_H
#define TEST_BENCH_RIVALS_H

#include <memory>
#include <string>

#include "test/bench/Product.h"
#include "test/bench/Rounds.h"

namespace weft::bench {

enum class Rival { Weft, OpenBlas, OneDnnPlain, OneDnnPacked };
std::string getName(Rival rival);

/// Name and version; why it is absent where it is not there.
struct Presence {
  bool isThere = false;
  std::string words;
};
Presence findRival(Rival rival);

/// The product by this rival with so many threads, which a process must not change afterwards:
/// libraries read it once. Null where the rival has no such form; fails where it is absent.
std::shared_ptr<LocalCandidate> makeCandidate(Rival rival, const Product &product, int threads,
                                              std::shared_ptr<const ProductData> data);

/// Of Weft's artifact for a product.
std::string getGraph(const Product &product);

} // namespace weft::bench

#endif
