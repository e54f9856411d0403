// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Parts.h"

#include <filesystem>
#include <optional>

#include "models/common/Files.h"
#include "models/common/Tasks.h"

using namespace weft;
using namespace weft::models;

static bool exists(const std::string &path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

/// The name of a task, where a path is one.
static std::optional<std::string> findTask(const std::string &path) {
  constexpr std::string_view prefix = "task:";
  if (!path.starts_with(prefix))
    return std::nullopt;
  std::string name = path.substr(prefix.size());
  for (const std::string &task : listTasks())
    if (task == name)
      return name;
  return std::nullopt;
}

static TextPart makePart(const std::string &task, TaskPart part, const char *name) {
  LabelledText made = generateTask(task, part);
  return {std::move(made.text), std::move(made.labels), task + " " + name};
}

/// A text, and the labels beside it.
static Result<TextPart> readPart(const std::string &path, std::vector<TextFile> &files) {
  TextPart part{{}, {}, path};
  std::vector<std::pair<std::string *, std::string>> reads = {{&part.text, path}};
  if (exists(path + ".labels"))
    reads.emplace_back(&part.labels, path + ".labels");
  for (auto &[content, file] : reads) {
    Result<std::string> text = readText(file, &files.emplace_back());
    if (!text)
      return text.status();
    *content = *std::move(text);
  }
  return part;
}

Result<Parts> models::readParts(const std::string &path, const std::string &valid) {
  Parts parts;
  if (std::optional<std::string> task = findTask(path)) {
    parts.train = makePart(*task, TaskPart::Train, "train");
    parts.valid = makePart(*task, TaskPart::Valid, "valid");
    parts.test = makePart(*task, TaskPart::Test, "test");
    parts.isWords = true;
    return parts;
  }
  parts.isWords = isFolder(path);
  std::string trainPath = parts.isWords ? path + "/train.txt" : path;
  std::string validPath = !valid.empty() ? valid : parts.isWords ? path + "/valid.txt" : path;
  std::vector<std::pair<TextPart *, std::string>> reads = {{&parts.train, trainPath}};
  if (validPath != trainPath)
    reads.emplace_back(&parts.valid, validPath);
  if (parts.isWords && exists(path + "/test.txt"))
    reads.emplace_back(&parts.test, path + "/test.txt");
  for (auto &[part, file] : reads) {
    Result<TextPart> content = readPart(file, parts.files);
    if (!content)
      return content.status();
    *part = *std::move(content);
  }
  if (validPath != trainPath)
    return parts;
  // The labels of a part of a text would have to be cut at the same word.
  if (!parts.train.labels.empty())
    return Status(ErrorCode::File, path + ".labels: expects a held-out text of its own, got none; "
                                          "--valid names one, as valid.txt of a folder does");
  size_t kept = parts.train.text.size() - parts.train.text.size() / 20;
  parts.valid = {parts.train.text.substr(kept), {}, path};
  parts.train.text.resize(kept);
  return parts;
}

Result<std::vector<TextPart>> models::readHeldOutParts(const std::string &path) {
  if (std::optional<std::string> task = findTask(path))
    return std::vector{makePart(*task, TaskPart::Valid, "valid"),
                       makePart(*task, TaskPart::Test, "test")};
  std::vector<std::string> paths = {path};
  if (isFolder(path)) {
    paths.clear();
    for (const char *part : {"/valid.txt", "/test.txt"})
      if (exists(path + part))
        paths.push_back(path + part);
    if (paths.empty())
      return Status(ErrorCode::File, path + ": expects valid.txt or test.txt in the folder");
  }
  std::vector<TextPart> parts;
  std::vector<TextFile> files;
  for (const std::string &file : paths) {
    Result<TextPart> part = readPart(file, files);
    if (!part)
      return part.status();
    parts.push_back(*std::move(part));
  }
  return parts;
}
