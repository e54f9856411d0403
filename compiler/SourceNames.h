// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the %names of IR text are used and defined. MLIR's parser lets a use wait for a definition
// in another region and reports that only once all of both is read. Where parsing fails before, the
// regions of an op are destroyed last to first, and the first ones write to values that are gone.
// So such a name is refused here.
#ifndef COMPILER_SOURCENAMES_H
#define COMPILER_SOURCENAMES_H

#include <optional>
#include <utility>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"

#include "compiler/SourceLexer.h"

namespace weft::compiler {

/// Takes the tokens of a text one after the other. What it calls a definition: names before a `=`,
/// a bracketed list before `=` or `in`, and arguments with their type behind `^block` or `@symbol`.
class SourceNames {
public:
  struct Problem {
    llvm::StringRef name;
    uint64_t usedLine;
  };

  /// The name that this token shows to be defined in a region that its first use is not in.
  std::optional<Problem> take(const Token &token) {
    // A count of results, `%name:2`, is part of the name.
    bool isCount = previous.text == ":" && token.kind == TokenKind::Word &&
                   llvm::isDigit(token.text[0]) && !pending.empty();
    bool isArgument = isAfterColon && !isCount && lists.back().takesArguments;
    isAfterColon = false;
    if (token.kind == TokenKind::Name && token.text[0] == '%') {
      startsLine |= pending.empty() && token.isFirstOfLine;
      pending.push_back({token.text, token.line});
    } else if (token.text == "=" || token.text == "in") {
      // Within a line, only the last is assigned to; `(%a, %b) = ` takes the list.
      size_t first =
          startsLine || previous.text == ")" ? 0 : std::max<size_t>(pending.size(), 1) - 1;
      useFirst(first);
      definePending();
    } else if (isArgument) {
      definePending();
    } else if (token.text == ":" && !pending.empty()) {
      isAfterColon = true;
    } else if (!isCount && !continuesList(token)) {
      useFirst(pending.size());
    }
    followBrackets(token);
    previous = token;
    return std::exchange(problem, std::nullopt);
  }

private:
  struct Use {
    llvm::StringRef name;
    uint64_t line;
  };
  struct Name {
    bool isDefined = false;
    uint64_t used = 0, usedLine = 0; ///< when it was first used without being defined; 0: not
  };
  struct Scope {
    uint64_t opened;
    llvm::SmallVector<llvm::StringMapEntry<Name> *> defined;
  };
  struct List {
    bool takesArguments;
  };

  static bool continuesList(const Token &token) {
    return token.text == "," || token.text == ")" ||
           (token.kind == TokenKind::Name && token.text[0] == '#');
  }

  void followBrackets(const Token &token) {
    if (token.text == "(") {
      lists.push_back({previous.kind == TokenKind::Name &&
                       (previous.text[0] == '^' || previous.text[0] == '@')});
    } else if (token.text == ")" && lists.size() > 1) {
      lists.pop_back();
    } else if (token.text == "{") {
      scopes.push_back({++clock, {}});
    } else if (token.text == "}" && scopes.size() > 1) {
      for (llvm::StringMapEntry<Name> *entry : scopes.back().defined)
        entry->second.isDefined = false;
      scopes.pop_back();
    }
  }

  void useFirst(size_t count) {
    for (const Use &use : llvm::ArrayRef(pending).take_front(count)) {
      Name &name = names[use.name];
      if (!name.isDefined && name.used == 0) {
        name.used = ++clock;
        name.usedLine = use.line;
      }
    }
    pending.erase(pending.begin(), pending.begin() + long(count));
    startsLine &= !pending.empty();
  }

  void definePending() {
    for (const Use &use : pending) {
      llvm::StringMapEntry<Name> &entry = *names.try_emplace(use.name).first;
      Name &name = entry.second;
      if (name.isDefined)
        continue; // MLIR refuses it, or a region that knows no outer names begins anew
      // Used before the innermost region was opened: outside of it.
      if (name.used != 0 && name.used < scopes.back().opened && !problem)
        problem = {use.name, name.usedLine};
      name = {.isDefined = true};
      scopes.back().defined.push_back(&entry);
    }
    pending.clear();
    startsLine = false;
  }

  llvm::StringMap<Name> names;
  llvm::SmallVector<Scope> scopes = {{0, {}}};
  llvm::SmallVector<List> lists = {{false}}; ///< open round brackets
  uint64_t clock = 0;                        ///< counts uses and regions
  llvm::SmallVector<Use> pending;            ///< names that the next tokens tell the part of
  bool startsLine = false;                   ///< the first of them
  bool isAfterColon = false;
  Token previous;
  std::optional<Problem> problem;
};

} // namespace weft::compiler

#endif
