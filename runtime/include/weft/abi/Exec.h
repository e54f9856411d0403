/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* C structs and enums of the exec section, expanded from Exec.def. Plain C, no dependencies.
 *
 * Section layout: WeftExecHeader, then the tables in the order of Exec.def, each a packed array. */
#ifndef WEFT_ABI_EXEC_H
#define WEFT_ABI_EXEC_H

#include <stdint.h>

#define WEFT_EXEC_MAGIC 0x3243455845544657ull /* "WFTEXEC2" */
#define WEFT_EXEC_MAX_LOOPS 16                /* inside of each other */

typedef enum WeftDType {
  WEFT_F32 = 1,
  WEFT_F64 = 2,
  WEFT_BF16 = 3,
  WEFT_F16 = 4,
  WEFT_I32 = 5,
  WEFT_I1 = 6, /* one byte an element, 0 or 1 */
} WeftDType;

typedef enum WeftOpcode {
#define WEFT_EXEC_OPCODE(Name, value, sentence) WEFT_OP_##Name = value,
#include "weft/abi/Exec.def"
} WeftOpcode;

typedef enum WeftBufferKind {
#define WEFT_EXEC_BUFFER_KIND(Name, value, sentence) WEFT_BUFFER_##Name = value,
#include "weft/abi/Exec.def"
} WeftBufferKind;

#define WEFT_EXEC_RECORD(Name, table, sentence) typedef struct WeftExec##Name {
#define WEFT_EXEC_FIELD(Name, type, field, sentence) type field;
#define WEFT_EXEC_END(Name)                                                                        \
  }                                                                                                \
  WeftExec##Name;
#include "weft/abi/Exec.def"

/* Number of records of each table. */
typedef struct WeftExecHeader {
  uint64_t magic;
#define WEFT_EXEC_RECORD(Name, table, sentence) uint64_t table##Count;
#include "weft/abi/Exec.def"
} WeftExecHeader;

#endif
