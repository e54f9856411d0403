// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tasks' lines, worked out again from their words alone.
#include "models/common/Tasks.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

using namespace weft::models;
using Words = std::vector<std::string>;

static std::vector<Words> split(const std::string &text) {
  std::vector<Words> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    lines.emplace_back();
    for (std::string word; words >> word;)
      lines.back().push_back(word);
  }
  return lines;
}

/// The lines of a task's part whose labels are not those that `answer` finds from the words.
static int countWrong(const LabelledText &text, const std::function<Words(const Words &)> &answer) {
  std::vector<Words> lines = split(text.text), labels = split(text.labels);
  EXPECT_EQ(lines.size(), labels.size());
  int wrong = 0;
  for (size_t i = 0; i < lines.size(); ++i)
    wrong += answer(lines[i]) != labels[i];
  return wrong;
}

/// The values that a program prints; an empty list where it is not a program.
static Words runProgram(const Words &program) {
  std::map<std::string, int> values;
  Words labels(program.size(), "_");
  int statements = 0;
  auto valueOf = [&](const std::string &word) {
    return isdigit(word[0]) ? std::stoi(word) : values.at(word);
  };
  for (size_t i = 0; program[i] != "END"; ++statements) {
    bool runs = true;
    if (program[i] == "if") {
      int left = values.at(program[i + 1]), right = valueOf(program[i + 3]);
      runs = program[i + 2] == "<" ? left < right : left > right;
      if (program[i + 4] != ":" || program[i + 1] == program[i + 3])
        return {};
      i += 5;
      if (program[i] == "if" || program[i] == "print")
        return {};
    }
    if (program[i] == "print") {
      labels[i + 2] = std::to_string(values.at(program[i + 1]));
      i += 3;
    } else if (program[i + 1] == "=") {
      if (values.contains(program[i]))
        return {};
      if (runs)
        values[program[i]] = std::stoi(program[i + 2]);
      i += 4;
    } else {
      int next = values.at(program[i]) + (program[i + 1] == "++" ? 1 : -1);
      if (next < 1 || next > 10)
        return {};
      if (runs)
        values[program[i]] = next;
      i += 3;
    }
    if (program[i - 1] != ";")
      return {};
  }
  return statements == 100 ? labels : Words();
}

TEST(Tasks, AlgorithmicProgramsPrintTheirValues) {
  for (const char *name : {"algorithmic-3", "algorithmic-5"}) {
    LabelledText text = generateTask(name, TaskPart::Valid);
    EXPECT_EQ(split(text.text).size(), 1000u);
    EXPECT_EQ(countWrong(text, runProgram), 0) << name;
    // A wrong label is found.
    size_t digit = text.labels.find_first_of("123456789");
    text.labels[digit] = text.labels[digit] == '1' ? '2' : '1';
    EXPECT_EQ(countWrong(text, runProgram), 1) << name;
  }
}

TEST(Tasks, WalksEndWhereTheirActionsLead) {
  auto answer = [](const Words &actions) {
    Words cells;
    int x = 0, y = 0;
    // Headings in the order of right turns: along x, along y, back along x, back along y.
    std::array<std::pair<int, int>, 4> steps = {{{1, 0}, {0, 1}, {-1, 0}, {0, -1}}};
    for (const std::string &action : actions) {
      if (action == "right")
        std::rotate(steps.begin(), steps.begin() + 1, steps.end());
      else if (action == "left")
        std::rotate(steps.begin(), steps.end() - 1, steps.end());
      else {
        x = std::clamp(x + steps[0].first, 0, 7);
        y = std::clamp(y + steps[0].second, 0, 7);
      }
      cells.push_back("c" + std::to_string(x) + std::to_string(y));
    }
    return actions.size() == 100 ? cells : Words();
  };
  EXPECT_EQ(countWrong(generateTask("random-walk", TaskPart::Train), answer), 0);
}

TEST(Tasks, DigitsComeBack) {
  for (std::string name : {"copy", "reverse"})
    for (auto [part, length] : {std::pair(TaskPart::Valid, 40), std::pair(TaskPart::Test, 400)}) {
      auto answer = [&](const Words &words) {
        Words labels(size_t(length), "_"), digits(words.begin(), words.begin() + length);
        if (name == "reverse")
          std::reverse(digits.begin(), digits.end());
        labels.insert(labels.end(), digits.begin(), digits.end());
        labels.push_back("_");
        bool isWritten = std::equal(digits.begin(), digits.end(), words.begin() + length + 1);
        return isWritten && words[size_t(length)] == ":" ? labels : Words();
      };
      EXPECT_EQ(countWrong(generateTask(name, part), answer), 0) << name;
    }
}

TEST(Tasks, RunsAreEquallyLong) {
  for (auto [name, longest] : {std::pair("counting-50", 50), std::pair("counting-1000", 1000)}) {
    int64_t seen = 0;
    auto answer = [&](const Words &words) {
      int64_t length = int64_t(words.size() - 1) / 2;
      seen = std::max(seen, length);
      Words runs(size_t(length), "A"), labels(size_t(length), "_");
      runs.insert(runs.end(), size_t(length), "B");
      runs.push_back("END");
      labels.insert(labels.end(), size_t(length - 1), "B");
      labels.push_back("END");
      labels.push_back("_");
      return runs == words ? labels : Words();
    };
    EXPECT_EQ(countWrong(generateTask(name, TaskPart::Train), answer), 0) << name;
    EXPECT_LE(seen, longest);
    EXPECT_GT(seen, longest * 9 / 10);
  }
}

TEST(Tasks, PartsDiffer) {
  std::vector<std::string> names = listTasks();
  EXPECT_EQ(names.size(), 7u);
  for (const std::string &name : names) {
    std::string valid = generateTask(name, TaskPart::Valid).text;
    EXPECT_EQ(valid, generateTask(name, TaskPart::Valid).text);
    EXPECT_NE(valid, generateTask(name, TaskPart::Test).text);
  }
}
