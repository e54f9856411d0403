/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The plain-C face of libWeftCompiler.so. The driver loads it with dlopen only when it must
 * compile, so that running a trained model never maps LLVM. Nothing else is exported. */
#ifndef COMPILER_COMPILERAPI_H
#define COMPILER_COMPILERAPI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_COMPILER_API_VERSION 1u

/* What a message is; `text` is UTF-8, zero-terminated, one line, without a newline at the end. */
typedef enum WeftMessageKind {
  WEFT_MESSAGE_ERROR = 1,    /* "file:line: error: what is wrong" */
  WEFT_MESSAGE_WARNING = 2,  /* "file:line: warning: ..." */
  WEFT_MESSAGE_NOTE = 3,     /* "file:line: note: ...", belongs to the message before it */
  WEFT_MESSAGE_PROGRESS = 4, /* "3/8 fused": phase 3 of 8 begins */
} WeftMessageKind;

/* Receives the result; called once, or not at all when the compilation fails. */
typedef void (*WeftOutput)(void *context, const void *bytes, uint64_t length);

/* Receives messages in order, on a thread of the compiler for which the calling one waits. */
typedef void (*WeftDiagnostic)(void *context, int kind, const char *text);

/* Compiles IR text. Reentrant: keeps no state between calls.
 *
 * optionsJson: an object with any of the fields of compiler/Options.h, for example
 *   {"target":"cpu","from":"graph","until":"artifact","dtype":"f64","gradients":["step"],
 *    "train":"step","optimizer":"adam","emit":"artifact"}
 * The IR text may start at any phase; "from" says which. Text of more than 64 MiB, 512 levels or
 * 1000000 ops is an error.
 *
 * Returns an exit-code class: 0; 1 the IR is wrong; 2 the options are wrong; 4 the target is not
 * available; 5 out of memory or disk; 70 a bug of the compiler. */
typedef int (*WeftCompileFunction)(const char *irText, uint64_t length, const char *optionsJson,
                                   WeftOutput output, WeftDiagnostic diagnostic, void *context);

int weftCompile(const char *irText, uint64_t length, const char *optionsJson, WeftOutput output,
                WeftDiagnostic diagnostic, void *context);

/* What the bytes of an artifact depend on besides the input: a JSON object of names and versions.
 */
const char *weftCompilerVersions(void);

/* WEFT_COMPILER_API_VERSION of the library; the driver refuses another one. */
uint32_t weftCompilerApiVersion(void);

#ifdef __cplusplus
}
#endif

#endif
