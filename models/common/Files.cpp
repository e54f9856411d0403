// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/Files.h"

#include <algorithm>
#include <filesystem>

using namespace weft;

bool models::isFolder(const std::string &path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

Result<std::vector<std::string>> models::listFiles(const std::string &folder,
                                                   const std::vector<std::string> &endings) {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::string name = it->path().filename().string();
    if (std::any_of(endings.begin(), endings.end(),
                    [&](const std::string &ending) { return name.ends_with(ending); }))
      paths.push_back(it->path().string());
  }
  if (error)
    return Status(ErrorCode::File, folder + ": cannot list: " + error.message());
  if (paths.empty()) {
    std::string list;
    for (const std::string &ending : endings)
      list += (list.empty() ? "" : " or ") + ending;
    return Status(ErrorCode::File,
                  folder + ": expects files that end in " + list + ", got none in this folder");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

uint64_t models::fingerprint(uint64_t start, std::string_view text) {
  for (int shift = 0; shift < 64; shift += 8)
    start = (start ^ (text.size() >> shift & 255)) * 0x100000001b3u;
  for (char byte : text)
    start = (start ^ uint8_t(byte)) * 0x100000001b3u;
  return start;
}
