// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A builder with the handful of operations the x86 lowering is written in. Index values are i64.
#ifndef COMPILER_LOWER_TILETOMACHINE_EMITTER_H
#define COMPILER_LOWER_TILETOMACHINE_EMITTER_H

#include "dialects/tile/TileDialect.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace weft::compiler {

class Emitter : public mlir::ImplicitLocOpBuilder {
public:
  using mlir::ImplicitLocOpBuilder::ImplicitLocOpBuilder;
  using Value = mlir::Value;
  using Type = mlir::Type;

  /// The code is for a GPU, which rounds to 16 bits by an instruction.
  bool isForGpu = false;
  /// x86 with AVX-512 BF16: f32 become bf16 by an instruction.
  bool hasBf16Rounding = false;

  mlir::Type getPointerType() { return mlir::LLVM::LLVMPointerType::get(getContext()); }

  Value makeI64(int64_t value);
  /// A constant of a scalar or vector type, every lane the same.
  Value makeInt(Type type, int64_t value);
  Value makeFloat(Type type, double value);
  /// Zeros for a group of elements.
  Value makeZeros(Type element, int64_t lanes);
  /// 0, 1, .., lanes-1 as i64.
  Value makeLaneNumbers(int64_t lanes);

  Value add(Value a, Value b);
  Value mul(Value a, Value b);
  /// 0 <= a < b, for scalars or vectors.
  Value isBelow(Value a, Value b);
  Value both(Value a, Value b);
  Value select(Value condition, Value yes, Value no);
  /// The constant this value is known to be.
  static std::optional<int64_t> getConstant(Value value);

  Value splat(Value scalar, int64_t lanes);
  Value shuffle(Value a, Value b, llvm::ArrayRef<int32_t> mask);
  Value extractLane(Value vector, int64_t lane);

  /// base + index elements; index may be a vector, the result then is a vector of pointers.
  Value offset(Type element, Value base, Value index);
  /// Elements as values: i1 is one byte in memory.
  Value load(Type element, Value pointer, int64_t lanes);
  /// Pairs of 16-bit elements, wherever they lie.
  Value loadPairs(Value pointer, int64_t lanes);
  Value loadScalar(Type element, Value pointer);
  void store(Value value, Value pointer);
  Value loadMasked(Type element, Value pointer, Value mask, Value fill);
  Value gather(Type element, Value pointers, Value mask, Value fill);
  void storeMasked(Value value, Value pointer, Value mask);
  void scatter(Value value, Value pointers, Value mask);

  /// for (iv = low; iv < high; iv += step): straight-line code if there is just one round.
  void loop(int64_t low, int64_t high, int64_t step, llvm::function_ref<void(Value)> body);
  /// The same, carrying values.
  llvm::SmallVector<Value>
  loop(int64_t low, int64_t high, int64_t step, llvm::ArrayRef<Value> initial,
       llvm::function_ref<llvm::SmallVector<Value>(Value, llvm::ArrayRef<Value>)> body);
  /// The same between values.
  llvm::SmallVector<Value>
  loop(Value low, Value high, int64_t step, llvm::ArrayRef<Value> initial,
       llvm::function_ref<llvm::SmallVector<Value>(Value, llvm::ArrayRef<Value>)> body);
  /// if / else with results; only the taken side when the condition is known.
  llvm::SmallVector<Value> branch(Value condition, llvm::ArrayRef<Type> types,
                                  llvm::function_ref<llvm::SmallVector<Value>()> yes,
                                  llvm::function_ref<llvm::SmallVector<Value>()> no);

private:
  Value toMemory(Value value);
  Value fromMemory(Value value, Type element);
};

/// low, low + 1, .., high - 1.
template <typename T> llvm::SmallVector<T> getNumbers(T low, T high) {
  llvm::SmallVector<T> numbers;
  for (T i = low; i < high; ++i)
    numbers.push_back(i);
  return numbers;
}

/// The type an element has in memory.
mlir::Type getMemoryType(mlir::Type element);
/// The type an element has in registers: bf16 and f16 are their bits (NarrowFloats.h).
mlir::Type getValueType(mlir::Type element);
int64_t getByteSize(mlir::Type element);
/// The scalar type, or the vector of so many of them. lanes = 0 means scalar.
mlir::Type getVectorType(mlir::Type element, int64_t lanes);

} // namespace weft::compiler

#endif
