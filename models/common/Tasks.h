// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts that are made, not read: tasks that show what a model keeps track of. Their rules stand in
// docs/spec/tasks.md. A task is three parts of lines of words, and for each word what the model is
// to answer there, or `_`.
#ifndef MODELS_COMMON_TASKS_H
#define MODELS_COMMON_TASKS_H

#include <string>
#include <vector>

namespace weft::models {

enum class TaskPart { Train, Valid, Test };

/// Lines of words, and as many labels in the same lines.
struct LabelledText {
  std::string text, labels;
};

/// The names of all tasks.
std::vector<std::string> listTasks();

/// The same text whenever it is asked for; `name` must be of the list.
LabelledText generateTask(const std::string &name, TaskPart part);

} // namespace weft::models

#endif
