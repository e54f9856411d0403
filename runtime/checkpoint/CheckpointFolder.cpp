// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/checkpoint/CheckpointFolder.h"

#include <algorithm>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/File.h"
#include "runtime/base/Format.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr const char *latestName = "LATEST";

/// The step of a complete checkpoint's name, or nothing.
std::optional<uint64_t> parseStep(std::string_view name) {
  if (!name.starts_with("step-"))
    return std::nullopt;
  uint64_t step;
  auto [end, error] = std::from_chars(name.data() + 5, name.data() + name.size(), step);
  return error == std::errc() && end == name.data() + name.size() ? std::optional(step)
                                                                  : std::nullopt;
}

/// Names in a folder; a folder that is not there has none.
Result<std::vector<std::string>> listNames(const std::string &folder) {
  std::unique_ptr<DIR, int (*)(DIR *)> stream(::opendir(folder.c_str()), ::closedir);
  if (!stream && errno == ENOENT)
    return std::vector<std::string>();
  if (!stream)
    return systemError(folder, "list");
  std::vector<std::string> names;
  errno = 0;
  while (const dirent *entry = ::readdir(stream.get()))
    names.emplace_back(entry->d_name);
  if (errno != 0)
    return systemError(folder, "list");
  return names;
}

bool isThere(const std::string &path) {
  struct stat info;
  return ::lstat(path.c_str(), &info) == 0;
}

/// What cannot be removed now is a draft, which the next start removes.
void remove(const std::vector<std::string> &paths) {
  std::error_code ignored;
  for (const std::string &path : paths)
    fs::remove_all(path, ignored);
}

} // namespace

std::string CheckpointFolder::getPath(uint64_t step) const {
  return fmt::format("{}/step-{}", folder, step);
}

std::string CheckpointFolder::getDraft(uint64_t step) const {
  return fmt::format("{}.tmp-{}", getPath(step), ::getpid());
}

Status CheckpointFolder::create() const {
  if (isThere(folder))
    return {};
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return makeError(ErrorCode::Resource, "{}: cannot create: {}", folder, error.message());
  std::string above = fs::path(folder).parent_path().string();
  return syncFolder(above.empty() ? "." : above);
}

Result<std::vector<uint64_t>> CheckpointFolder::listSteps() const {
  Result<std::vector<std::string>> names = listNames(folder);
  if (!names)
    return names.status();
  std::vector<uint64_t> steps;
  for (const std::string &name : *names)
    if (std::optional<uint64_t> step = parseStep(name))
      steps.push_back(*step);
  std::sort(steps.rbegin(), steps.rend());
  return steps;
}

bool CheckpointFolder::hasLatest() const { return isThere(folder + "/" + latestName); }

std::optional<uint64_t> CheckpointFolder::readLatest() const {
  Result<std::vector<std::byte>> bytes = readFile(folder + "/" + latestName, 64);
  if (!bytes)
    return std::nullopt;
  std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
  return parseStep(text.substr(0, text.find('\n')));
}

Status CheckpointFolder::writeLatest(uint64_t step) const {
  std::string text = fmt::format("step-{}\n", step);
  std::span<const std::byte> piece = asBytes(text);
  return replaceFile(folder + "/" + latestName, {&piece, 1});
}

Status CheckpointFolder::removeStale() const {
  Result<std::vector<std::string>> names = listNames(folder);
  if (!names)
    return names.status();
  std::vector<std::string> stale;
  for (const std::string &name : *names)
    if ((name.starts_with("step-") || name.starts_with(latestName)) && isStaleDraft(name))
      stale.push_back(folder + "/" + name);
  if (stale.empty())
    return {};
  // A draft may be the old content of an exchange that is not yet on the disk: what is in place
  // must be there first.
  if (Status status = syncFolder(folder); !status)
    return status;
  remove(stale);
  return {};
}

Status CheckpointFolder::moveIntoPlace(uint64_t step) const {
  std::string path = getPath(step), draft = getDraft(step);
  if (!isThere(path))
    return renameDurably(draft, path);
  if (::renameat2(AT_FDCWD, draft.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0)
    return systemError(path, "exchange with its new content");
  return syncFolder(folder);
}

Status CheckpointFolder::dispose(uint64_t newest, int keep,
                                 const std::function<bool(const std::string &)> &isWhole) const {
  Result<std::vector<uint64_t>> steps = listSteps();
  if (!steps)
    return steps.status();
  int kept = 0;
  // The draft of the newest holds what was exchanged for it.
  std::vector<std::string> drafts = {getDraft(newest)};
  for (uint64_t step : *steps) {
    // Later steps belong to a run that was given up; the user may still want them.
    if (step > newest)
      continue;
    if (kept < std::max(keep, 2)) {
      kept += isWhole(getPath(step));
      continue;
    }
    if (::rename(getPath(step).c_str(), getDraft(step).c_str()) != 0)
      return systemError(getPath(step), "retire");
    drafts.push_back(getDraft(step));
  }
  // A name without `.tmp` is complete also after a crash: it is gone before its content is.
  if (drafts.size() > 1)
    if (Status status = syncFolder(folder); !status)
      return status;
  remove(drafts);
  return {};
}

} // namespace weft
