// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/lib/Check.h"

#include "test/lib/CheckDialect.cpp.inc"

#define GET_OP_CLASSES
#include "test/lib/Check.cpp.inc"

void weft::check::CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "test/lib/Check.cpp.inc"
      >();
}
