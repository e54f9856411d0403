// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Philox4x32-10: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
// section 3.3.
#include "compiler/lower/TileToMachine/Philox.h"

using namespace mlir;

namespace weft::compiler {

Value emitPhilox(Emitter &b, ArrayRef<Value> operands) {
  Value index = operands[0];
  Type type = index.getType();
  auto vector = dyn_cast<VectorType>(type);
  int64_t lanes = vector ? vector.getDimSize(0) : 0;
  Value counter[4] = {arith::ShRUIOp::create(b, index, b.makeInt(type, 2)),
                      b.splat(operands[5], lanes), b.splat(operands[3], lanes),
                      b.splat(operands[4], lanes)};
  Value key0 = operands[1], key1 = operands[2];
  // The counter's word and the key's increments of each round.
  Value factor0 = b.makeInt(type, static_cast<int32_t>(0xD2511F53));
  Value factor1 = b.makeInt(type, static_cast<int32_t>(0xCD9E8D57));
  Value weyl0 = b.makeInt(b.getI32Type(), static_cast<int32_t>(0x9E3779B9));
  Value weyl1 = b.makeInt(b.getI32Type(), static_cast<int32_t>(0xBB67AE85));
  auto exclusive = [&](Value x, Value y) -> Value { return arith::XOrIOp::create(b, x, y); };
  for (int round = 0; round < 10; ++round) {
    auto product0 = arith::MulUIExtendedOp::create(b, factor0, counter[0]);
    auto product1 = arith::MulUIExtendedOp::create(b, factor1, counter[2]);
    counter[0] = exclusive(exclusive(product1.getHigh(), counter[1]), b.splat(key0, lanes));
    counter[2] = exclusive(exclusive(product0.getHigh(), counter[3]), b.splat(key1, lanes));
    counter[1] = product1.getLow();
    counter[3] = product0.getLow();
    key0 = b.add(key0, weyl0);
    key1 = b.add(key1, weyl1);
  }
  Value word = arith::AndIOp::create(b, index, b.makeInt(type, 3));
  Value result = counter[0];
  for (int64_t i = 1; i < 4; ++i) {
    Value isWord = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, word, b.makeInt(type, i));
    result = b.select(isWord, counter[i], result);
  }
  return result;
}

} // namespace weft::compiler
