// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/bench/FirstStep.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/weft/CompilerLibrary.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Probe.h"

namespace weft::bench {

FirstStep measureFirstStep(const std::string &folder, const std::vector<std::string> &settings,
                           int threads) {
  std::filesystem::remove_all(folder + "/run");
  std::vector<std::string> command = {driver::findPrefix() + "/bin/weft",
                                      "train",
                                      "adaptive-span",
                                      "--data",
                                      folder + "/text",
                                      "--out",
                                      folder + "/run",
                                      "--steps=3",
                                      "--json",
                                      fmt::format("--threads={}", threads),
                                      "valid_every=1000",
                                      "valid_blocks=1"};
  command.insert(command.end(), settings.begin(), settings.end());
  std::vector<char *> arguments;
  for (std::string &argument : command)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe(ends) != 0)
    driver::fail(ErrorCode::Resource, "cannot start weft train");
  double begin = driver::getSeconds(driver::Clock::Wall);
  pid_t process = ::fork();
  if (process == 0) {
    ::setenv("XDG_CACHE_HOME", (folder + "/cache").c_str(), 1);
    ::dup2(ends[1], 1);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  FirstStep result;
  std::string text;
  char buffer[4096];
  for (ssize_t count; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, size_t(count));
    if (result.seconds == 0 && text.find("\"loss\"") != std::string::npos)
      result.seconds = driver::getSeconds(driver::Clock::Wall) - begin;
  }
  ::close(ends[0]);
  rusage used{};
  int code = 0;
  ::wait4(process, &code, 0, &used);
  if (code != 0 || result.seconds == 0)
    driver::fail(ErrorCode::Device, "weft train ended early: {}", text);
  result.peakBytes = int64_t(used.ru_maxrss) * 1024;
  return result;
}

} // namespace weft::bench
