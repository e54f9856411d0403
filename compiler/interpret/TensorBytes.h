// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensors as bytes in the element types of the ABI.
#ifndef COMPILER_INTERPRET_TENSORBYTES_H
#define COMPILER_INTERPRET_TENSORBYTES_H

#include "compiler/interpret/TensorValue.h"
#include "weft/abi/Exec.h"

namespace weft::compiler {

/// Bytes of one element; 0 for a number that is no WeftDType.
uint64_t getElementBytes(uint64_t dtype);
/// Reads `count` elements of a known dtype.
std::vector<double> readElements(uint64_t dtype, const void *data, int64_t count);
/// Writes elements in a known dtype, rounded to it.
void writeElements(uint64_t dtype, llvm::ArrayRef<double> elements, void *data);

} // namespace weft::compiler

#endif
