// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A folder that lives as long as a test.
#ifndef TEST_TOOLS_TESTFOLDER_H
#define TEST_TOOLS_TESTFOLDER_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace weft::test {

class TestFolder {
public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-test-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TestFolder() { std::filesystem::remove_all(path); }

  /// Writes a file and returns its path.
  std::string write(const std::string &name, const std::string &content) const {
    std::ofstream(path + "/" + name, std::ios::binary) << content;
    return path + "/" + name;
  }

  std::string path;
};

} // namespace weft::test

#endif
