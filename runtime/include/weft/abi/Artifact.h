/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The .weft container: what the compiler writes and the runtime reads. Plain C, no dependencies.
 *
 *   [ArtifactHeader 64 bytes][Section table][blobs, each aligned to 4096, in table order]
 *
 * All integers little-endian. The hash covers every byte after the header; nothing in the file is
 * followed before it has been checked, and every offset is checked again with overflow-free
 * arithmetic. An unknown section marked required refuses the file; an unknown optional one is
 * skipped. A change of any layout here, in Exec.def or in Kernel.h raises WEFT_ARTIFACT_VERSION. */
#ifndef WEFT_ABI_ARTIFACT_H
#define WEFT_ABI_ARTIFACT_H

#include <stdint.h>

/* 8 bytes; line ends and EOF catch text-mode damage */
#define WEFT_ARTIFACT_MAGIC "WEFT\r\n\x1a\n"
#define WEFT_ARTIFACT_VERSION 2u
#define WEFT_ARTIFACT_ALIGNMENT 4096u
#define WEFT_ARTIFACT_MAX_SECTIONS 256u

typedef struct WeftArtifactHeader {
  char magic[8];
  uint32_t version;
  uint32_t sectionCount;
  uint64_t tableOffset; /* always 64 in version 2 */
  uint64_t fileSize;
  uint8_t hash[16];     /* XXH3-128 of bytes [64, fileSize), canonical (big-endian) form */
  uint8_t reserved[16]; /* zero */
} WeftArtifactHeader;

typedef enum WeftSectionType {
  WEFT_SECTION_MANIFEST = 1,  /* JSON, docs/spec/artifact.md */
  WEFT_SECTION_EXEC = 2,      /* exec program, Exec.h */
  WEFT_SECTION_CPU_CODE = 3,  /* ELF shared object with one symbol per kernel, Kernel.h */
  WEFT_SECTION_CONSTANTS = 4, /* raw bytes of constant buffers */
  WEFT_SECTION_IR_TEXT = 5,   /* graph-phase IR as text; name = phase */
  WEFT_SECTION_PARAMS = 6,    /* an embedded safetensors file, optional */
  WEFT_SECTION_LICENCE = 7,   /* text */
  WEFT_SECTION_PTX = 8,     /* kernels of a GPU as PTX text, one entry per kernel; name = target */
  WEFT_SECTION_CUBIN = 9,   /* the same as machine code, an ELF file of ptxas */
  WEFT_SECTION_GPU_IR = 10, /* the same as LLVM bitcode, for the simulator */
} WeftSectionType;

typedef enum WeftSectionFlags {
  WEFT_SECTION_REQUIRED = 1u,
  WEFT_SECTION_ZSTD = 2u, /* storedLength bytes of zstd expand to exactly rawLength */
} WeftSectionFlags;

typedef struct WeftSection {
  uint32_t type;  /* WeftSectionType */
  uint32_t flags; /* WeftSectionFlags */
  uint64_t offset;
  uint64_t storedLength;
  uint64_t rawLength;
  char name[32]; /* zero-terminated; target for code ("cpu", "sm_80"), phase for IR text */
} WeftSection;

#ifdef __cplusplus
static_assert(sizeof(WeftArtifactHeader) == 64, "header layout is fixed");
static_assert(sizeof(WeftSection) == 64, "section layout is fixed");
#endif

#endif
