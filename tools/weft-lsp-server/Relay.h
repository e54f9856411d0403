// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MLIR's server ends at the first message that is not one. This stands before it and lets only
// messages through.
#ifndef TOOLS_WEFTLSPSERVER_RELAY_H
#define TOOLS_WEFTLSPSERVER_RELAY_H

namespace weft::lsp {

/// Copies well-formed messages from `in` to `out` until `in` ends, then closes `out`. What is not
/// JSON, or no request, notification or answer of JSON-RPC 2.0, goes to the error stream as one
/// line.
void relay(int in, int out);

} // namespace weft::lsp

#endif
