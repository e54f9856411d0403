// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/ReadSource.h"

#include <algorithm>
#include <exception>
#include <new>

#include <pthread.h>
#include <signal.h>

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBufferRef.h"

#include "compiler/SourceNames.h"

using namespace mlir;

namespace weft::compiler {
namespace {

/// Half a megabyte a level.
constexpr size_t stackBytes = size_t(256) << 20;

/// One walk over the tokens, with what is open at each.
class SourceCheck {
public:
  SourceCheck(StringRef text, const SourceLimits &limits) : text(text), limits(limits) {}

  std::optional<SourceProblem> run() {
    if (isBytecode(llvm::MemoryBufferRef(text, "")))
      return SourceProblem{1, "expects IR text, got MLIR bytecode; print it as text first"};
    if (text.size() > limits.bytes)
      return exceed(1 + text.take_front(limits.bytes).count('\n'), "text of at most {0} bytes",
                    limits.bytes, text.size(), "put large tables into files of weights");
    SourceLexer lexer(text);
    do {
      Token token = lexer.next();
      take(token);
      if (uint64_t got = level + aliasLevel; got > limits.nesting)
        return exceed(token.line, "nesting of at most {0} levels", limits.nesting, got,
                      "give inner parts functions or values of their own");
      if (uint64_t got = text.size() + extraBytes; got > limits.bytes)
        return exceed(token.line, "text of at most {0} bytes with its aliases written out",
                      limits.bytes, got, "use fewer aliases in aliases");
      if (results > limits.ops)
        return exceed(token.line, "at most {0} results", limits.ops, results,
                      "number the results of an op from 0");
      if (isArrayOfNoNumbers(token))
        return SourceProblem{token.line, "expects array<...> of integers or floats, got '" +
                                             token.text.str() + "'; use i64"};
      if (std::optional<SourceNames::Problem> use = names.take(token))
        return SourceProblem{
            token.line, llvm::formatv("expects {0}, used in line {1}, to be defined before that or "
                                      "in a region around it, got a definition in another region",
                                      use->name, use->usedLine)
                            .str()};
      if (ops > limits.ops)
        return exceed(previous.line, "at most {0} ops", limits.ops, ops,
                      "write what repeats as weft.scan");
      beforePrevious = previous;
      previous = token;
    } while (previous.kind != TokenKind::End);
    return std::nullopt;
  }

private:
  struct Alias {
    uint64_t levels, bytes;
  };
  struct Open {
    char bracket;
    uint64_t operators; ///< in a row inside of it: affine expressions nest by them
  };

  static SourceProblem exceed(uint64_t line, const char *limitText, uint64_t limit, uint64_t got,
                              StringRef mend) {
    return {line, llvm::formatv("expects {0}, got {1}; {2}", llvm::formatv(limitText, limit).str(),
                                got, mend)
                      .str()};
  }

  void take(const Token &token) {
    aliasLevel = 0;
    ops += isOpName(previous, token);
    // Inside a value an operator, a comma or a bracket stands between two operands.
    if (token.isOperand() && (previous.isOperand() || previous.kind == TokenKind::Close)) {
      closeChain();
      if (open.size() == 1)
        endAlias(token);
    }
    switch (token.kind) {
    case TokenKind::Open:
      open.push_back({token.text[0], 0});
      ++level;
      break;
    case TokenKind::Close:
      close(token.text[0]);
      break;
    case TokenKind::Operator:
      ++open.back().operators;
      ++level;
      break;
    case TokenKind::Name:
      if (previous.text.starts_with("%") && token.text[0] == '#')
        useResult(previous, token);
      else if (token.isAlias())
        useAlias(token);
      break;
    default:
      if (token.text == ",")
        closeChain();
      if (token.text == "=" && open.size() == 1 && previous.isAlias())
        beginAlias(previous);
    }
    deepest = std::max(deepest, level + aliasLevel);
  }

  /// Not exact: an op of a default dialect within a line is none, a word that begins a line is one.
  static bool isOpName(const Token &token, const Token &after) {
    if (token.kind == TokenKind::String)
      return after.text == "(";
    return token.kind == TokenKind::Word && !llvm::isDigit(token.text[0]) &&
           (token.isFirstOfLine || token.text.contains('.')) && after.text != "=";
  }

  /// The operators in a row in the innermost bracket end here.
  void closeChain() {
    level -= open.back().operators;
    open.back().operators = 0;
  }

  /// `<` and `>` may compare, with their `=` apart: the one ends with the bracket around it, the
  /// other ends nothing.
  void close(char bracket) {
    char partner = bracket == ')' ? '(' : bracket == ']' ? '[' : bracket == '}' ? '{' : '<';
    bool isOpen =
        bracket == '>'
            ? open.back().bracket == '<'
            : llvm::any_of(open, [&](const Open &outer) { return outer.bracket == partner; });
    for (char last = 0; isOpen && last != partner; --level) {
      closeChain();
      last = open.pop_back_val().bracket;
    }
  }

  /// MLIR's parser asks what follows for the width of its elements: no other type has one.
  bool isArrayOfNoNumbers(const Token &token) const {
    return beforePrevious.text == "array" && previous.text == "<" &&
           (token.text == "index" || token.isAlias());
  }

  /// `%value#number`: MLIR's parser makes room for as many results as the number says, before it
  /// knows of any.
  void useResult(const Token &value, const Token &number) {
    uint64_t count = 0;
    if (number.text.drop_front().getAsInteger(10, count) || count > UINT32_MAX)
      return; // no number to MLIR either
    uint64_t &known = resultsOf[value.text];
    results += std::max(known, count + 1) - known;
    known = std::max(known, count + 1);
  }

  void beginAlias(const Token &name) {
    defined = name.text;
    extraBefore = extraBytes;
    deepest = 0;
  }

  /// The value of the alias, if this was one, ends before the token.
  void endAlias(const Token &token) {
    if (defined.empty())
      return;
    uint64_t length = token.text.begin() - defined.begin();
    aliases[defined] = {deepest, length + extraBytes - extraBefore};
    defined = {};
  }

  void useAlias(const Token &name) {
    auto found = aliases.find(name.text);
    if (found == aliases.end())
      return;
    aliasLevel = found->second.levels;
    extraBytes += found->second.bytes;
  }

  StringRef text;
  const SourceLimits &limits;
  Token previous, beforePrevious;
  SourceNames names;
  uint64_t level = 0; ///< open brackets and their operators
  SmallVector<Open> open = {{0, 0}};
  uint64_t ops = 0, results = 0;
  llvm::StringMap<uint64_t> resultsOf;
  llvm::StringMap<Alias> aliases;
  uint64_t aliasLevel = 0; ///< what the alias at this token nests
  uint64_t extraBytes = 0; ///< by which the text would grow with all aliases written out
  StringRef defined;       ///< the alias whose value this is
  uint64_t extraBefore = 0, deepest = 0;
};

} // namespace

std::optional<SourceProblem> checkSource(StringRef text, const SourceLimits &limits) {
  return SourceCheck(text, limits).run();
}

OwningOpRef<ModuleOp> readSource(StringRef text, MLIRContext *context, StringRef name) {
  if (std::optional<SourceProblem> problem = checkSource(text)) {
    emitError(FileLineColLoc::get(context, name, unsigned(problem->line), 1), problem->text);
    return nullptr;
  }
  return parseSourceString<ModuleOp>(text, ParserConfig(context), name);
}

void runWithLargeStack(llvm::function_ref<void()> run) {
  // A handler of stack overflows needs the stack that the caller has set up for it.
  stack_t signalStack{};
  sigaltstack(nullptr, &signalStack);
  std::exception_ptr failure;
  auto work = [&] {
    if (!(signalStack.ss_flags & SS_DISABLE))
      sigaltstack(&signalStack, nullptr);
    try {
      run();
    } catch (...) {
      failure = std::current_exception();
    }
  };
  // A thread of LLVM's ends the process where there is no room for the stack.
  auto start = [](void *body) -> void * {
    (*static_cast<decltype(work) *>(body))();
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackBytes);
  bool started = pthread_create(&thread, &attributes, start, &work) == 0;
  pthread_attr_destroy(&attributes);
  if (!started)
    throw std::bad_alloc();
  pthread_join(thread, nullptr);
  if (failure)
    std::rethrow_exception(failure);
}

} // namespace weft::compiler
