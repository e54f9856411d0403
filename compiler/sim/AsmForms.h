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
  /// An operand of the call, or a number of the text.
  struct Operand {
    int64_t value;
    bool isNumber;
    Operand(int64_t value, bool isNumber = false) : value(value), isNumber(isNumber) {}
  };
  Kind kind = Kind::Nothing;
  std::string name;
  std::vector<Operand> operands;
  /// Nothing happens where it is zero.
  std::optional<Operand> guard;
};

/// The text with single spaces.
std::string normaliseAsm(llvm::StringRef text);
/// Nothing for a text that is not known.
std::optional<AsmForm> parseAsm(const llvm::InlineAsm &text);
/// The texts of sm_90, normalised.
std::optional<AsmForm> parseAsyncAsm(llvm::StringRef line, unsigned outputs);

} // namespace weft::sim

#endif
