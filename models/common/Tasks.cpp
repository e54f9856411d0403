// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Tasks.h"

#include <array>
#include <functional>
#include <optional>
#include <utility>

#include "models/common/Draws.h"

using namespace weft;
using namespace weft::models;

namespace {

/// One line as it grows.
struct Line {
  std::string text, labels;

  void add(const std::string &word, const std::string &label = "_") {
    text += (text.empty() ? "" : " ") + word;
    labels += (labels.empty() ? "" : " ") + label;
  }
};

/// Programs over few variables, as the paper's code makes them: a statement is drawn again until it
/// is a valid one.
class Algorithm {
public:
  static constexpr int least = 1, most = 10, statements = 100;
  using State = std::array<std::optional<int>, 5>;

  Algorithm(int variables, Draws &draws, Line &line)
      : variables(variables), draws(draws), line(line) {}

  void addProgram() {
    State state;
    for (int i = 0; i < statements; ++i)
      addStatement(state, false);
    line.add("END");
  }

private:
  static std::string nameOf(int variable) { return std::string(1, "xyzpr"[variable]); }

  std::vector<int> list(const State &state, bool isSet) const {
    std::vector<int> result;
    for (int i = 0; i < variables; ++i)
      if (state[size_t(i)].has_value() == isSet)
        result.push_back(i);
    return result;
  }

  void addStatement(State &state, bool nested) {
    while (true) {
      int kind = draws.below(5); // = ++ -- if print
      std::vector<int> choice = list(state, /*isSet=*/kind != 0);
      if (choice.empty() || (nested && kind >= 3))
        continue;
      if (kind == 3 && addCondition(state, choice))
        return;
      if (kind == 3)
        continue;
      int variable = draws.pick(choice);
      std::optional<int> &value = state[size_t(variable)];
      if ((kind == 1 && *value == most) || (kind == 2 && *value == least))
        continue;
      if (kind == 4) {
        line.add("print");
        line.add(nameOf(variable));
        line.add(";", std::to_string(*value));
        return;
      }
      line.add(nameOf(variable));
      if (kind == 0) {
        value = least + draws.below(most - least + 1);
        line.add("=");
        line.add(std::to_string(*value));
      } else {
        *value += kind == 1 ? 1 : -1;
        line.add(kind == 1 ? "++" : "--");
      }
      line.add(";");
      return;
    }
  }

  /// `if v < c : statement`; what stands behind a condition that does not hold changes nothing.
  bool addCondition(State &state, std::vector<int> choice) {
    bool isVariable = draws.isHeads();
    if (isVariable && choice.size() < 2)
      return false;
    int variable = draws.pick(choice);
    std::erase(choice, variable);
    int other = isVariable ? draws.pick(choice) : 0;
    int bound = isVariable ? *state[size_t(other)] : least + draws.below(most - least + 1);
    bool isLess = draws.isHeads();
    int value = *state[size_t(variable)];
    line.add("if");
    line.add(nameOf(variable));
    line.add(isLess ? "<" : ">");
    line.add(isVariable ? nameOf(other) : std::to_string(bound));
    line.add(":");
    State copy = state;
    addStatement((isLess ? value < bound : value > bound) ? state : copy, true);
    return true;
  }

  int variables;
  Draws &draws;
  Line &line;
};

/// 100 actions on a grid of 8 x 8 cells from its corner; the label is where each one ends.
void addWalk(Draws &draws, Line &line) {
  constexpr int side = 8, actions = 100;
  constexpr int stepX[] = {1, 0, -1, 0}, stepY[] = {0, 1, 0, -1};
  int x = 0, y = 0, heading = 0;
  for (int i = 0; i < actions; ++i) {
    int action = draws.below(3);
    if (action == 0) {
      int nextX = x + stepX[heading], nextY = y + stepY[heading];
      bool isInside = nextX >= 0 && nextX < side && nextY >= 0 && nextY < side;
      x = isInside ? nextX : x;
      y = isInside ? nextY : y;
    } else {
      heading = (heading + (action == 1 ? 3 : 1)) % 4;
    }
    const char *names[] = {"forward", "left", "right"};
    line.add(names[action], "c" + std::to_string(x) + std::to_string(y));
  }
}

/// Digits, a colon, and the digits again: at each word from the colon on, the next one is asked
/// for.
void addDigits(Draws &draws, Line &line, int length, bool reverse) {
  std::vector<std::string> digits;
  for (int i = 0; i < length; ++i) {
    digits.push_back(std::to_string(draws.below(10)));
    line.add(digits.back());
  }
  if (reverse)
    digits = {digits.rbegin(), digits.rend()};
  line.add(":", digits.front());
  for (size_t i = 0; i < digits.size(); ++i)
    line.add(digits[i], i + 1 < digits.size() ? digits[i + 1] : "_");
}

/// A run of A, and one of B that is as long: at every B, whether another one follows.
void addRuns(Draws &draws, Line &line, int longest) {
  int length = 1 + draws.below(longest);
  for (int i = 0; i < length; ++i)
    line.add("A");
  for (int i = 1; i <= length; ++i)
    line.add("B", i < length ? "B" : "END");
  line.add("END");
}

struct Task {
  const char *name;
  int lines[3]; ///< of train, valid and test
  std::function<void(Draws &, Line &, TaskPart)> add;
};

const std::vector<Task> &getTasks() {
  auto algorithm = [](int variables) {
    return
        [=](Draws &draws, Line &line, TaskPart) { Algorithm(variables, draws, line).addProgram(); };
  };
  auto digits = [](bool reverse) {
    return [=](Draws &draws, Line &line, TaskPart part) {
      addDigits(draws, line, part == TaskPart::Test ? 400 : 40, reverse);
    };
  };
  auto runs = [](int longest) {
    return [=](Draws &draws, Line &line, TaskPart) { addRuns(draws, line, longest); };
  };
  auto walk = [](Draws &draws, Line &line, TaskPart) { addWalk(draws, line); };
  static const std::vector<Task> tasks = {{"algorithmic-3", {10000, 1000, 1000}, algorithm(3)},
                                          {"algorithmic-5", {10000, 1000, 1000}, algorithm(5)},
                                          {"random-walk", {10000, 1000, 1000}, walk},
                                          {"copy", {10000, 1000, 1000}, digits(false)},
                                          {"reverse", {10000, 1000, 1000}, digits(true)},
                                          {"counting-50", {10000, 1000, 1000}, runs(50)},
                                          {"counting-1000", {2000, 200, 200}, runs(1000)}};
  return tasks;
}

} // namespace

std::vector<std::string> models::listTasks() {
  std::vector<std::string> names;
  for (const Task &task : getTasks())
    names.push_back(task.name);
  return names;
}

LabelledText models::generateTask(const std::string &name, TaskPart part) {
  LabelledText result;
  for (const Task &task : getTasks()) {
    if (task.name != name)
      continue;
    for (int i = 0; i < task.lines[int(part)]; ++i) {
      Draws draws(part, uint32_t(i));
      Line line;
      task.add(draws, line, part);
      result.text += line.text + "\n";
      result.labels += line.labels + "\n";
    }
  }
  return result;
}
