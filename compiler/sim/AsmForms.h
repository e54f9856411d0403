// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The few inline assembly texts that stand where there is no intrinsic.
#ifndef COMPILER_SIM_ASMFORMS_H
#define COMPILER_SIM_ASMFORMS_H

#include <optional>
#include <string>
#include <vector>

#include "llvm/IR/InlineAsm.h"

namespace weft::sim {

/// What a text does.
struct AsmForm {
  enum class Kind {
    /// No effect in the simulator.
    Nothing,
    /// Results are the operands tied to them.
    Identity,
    /// The operation `name` on these operands of the call.
    Op,
    /// operands[0] points to what operands[1] is added to, with an ordering.
    AtomicAdd,
  };
  Kind kind = Kind::Nothing;
  std::string name;
  std::vector<unsigned> operands;
};

/// The text with single spaces.
std::string normaliseAsm(llvm::StringRef text);
/// Nothing for a text that is not known.
std::optional<AsmForm> parseAsm(const llvm::InlineAsm &text);

} // namespace weft::sim

#endif
