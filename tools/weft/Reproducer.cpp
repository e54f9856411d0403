// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Reproducer.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/weft/ModelBuilder.h"

using namespace weft;
using namespace weft::driver;

/// As one word of a shell.
static std::string quoteWord(const std::string &text) {
  std::string word = "'";
  for (char letter : text)
    word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return word + "'";
}

static std::string joinList(const nlohmann::json &list) {
  std::string text;
  for (const auto &item : list)
    text += (text.empty() ? "" : ",") + item.get<std::string>();
  return text;
}

/// The command line that gives the compiler these options again.
static std::string makeReplay(const nlohmann::json &options) {
  std::string text =
      "#!/bin/sh\n"
      "# replay.sh [OUTPUT]: compiles input.mlir as it was compiled; $WEFT names the weft to use.\n"
      "here=$(dirname \"$0\")\n"
      "exec \"${WEFT:-weft}\" compile \"$here/input.mlir\" -q -o \"${1:--}\"";
  for (const char *key :
       {"from", "until", "target", "dtype", "precision", "scans", "emit", "optimizer"})
    if (options.contains(key))
      text += fmt::format(" \\\n  --{}={}", key, quoteWord(options[key].get<std::string>()));
  if (options.value("average", false))
    text += " \\\n  --average";
  if (options.value("epsilonHat", false))
    text += " \\\n  --epsilon-hat";
  if (options.contains("gradients") && !options["gradients"].empty())
    text += fmt::format(" \\\n  --gradients={}", quoteWord(joinList(options["gradients"])));
  if (options.contains("sizes")) {
    std::string sizes;
    for (const auto &[name, value] : options["sizes"].items())
      sizes += fmt::format("{}{}={}", sizes.empty() ? "" : ",", name, value.get<int64_t>());
    text += fmt::format(" \\\n  --sizes={}", quoteWord(sizes));
  }
  // Text without locations is told by this name, and the name is in the artifact's locations.
  text += fmt::format(" \\\n  --source-name={}", quoteWord(options.value("source", "<input>")));
  return text + "\n";
}

Reproducer::Reproducer(const std::string &folder, const std::string &ir,
                       const nlohmann::json &options, const std::string &versions)
    : folder(folder) {
  for (size_t slash = folder.find('/', 1); slash != std::string::npos;
       slash = folder.find('/', slash + 1))
    folders.push_back(folder.substr(0, slash));
  folders.push_back(folder);
  auto replace = nlohmann::json::error_handler_t::replace;
  files = {{folder + "/input.mlir", ir},
           {folder + "/options.json", options.dump(2, ' ', false, replace) + "\n"},
           {folder + "/versions.json", versions},
           {folder + "/replay.sh", makeReplay(options)}};
}

bool Reproducer::write() const noexcept {
  for (const std::string &path : folders)
    mkdir(path.c_str(), 0777); // one that is missing afterwards fails below
  for (const auto &[path, content] : files) {
    bool isScript = path.size() > 3 && path.compare(path.size() - 3, 3, ".sh") == 0;
    int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isScript ? 0777 : 0666);
    if (file < 0)
      return false;
    size_t done = 0;
    while (done < content.size()) {
      ssize_t count = ::write(file, content.data() + done, content.size() - done);
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0) {
        int error = errno;
        close(file);
        errno = error;
        return false;
      }
      done += size_t(count);
    }
    if (close(file) != 0)
      return false;
  }
  return true;
}

std::string driver::chooseCrashFolder() {
  for (int number = 1;; ++number) {
    std::string folder = fmt::format("{}/crashes/{}-{}", getCacheFolder(), getpid(), number);
    if (std::error_code error; !std::filesystem::exists(folder, error))
      return folder;
  }
}

namespace {

constexpr std::array crashSignals = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
// A handler has no other way to its data.
const Reproducer *guarded = nullptr;
std::array<struct sigaction, crashSignals.size()> previous;
/// The handler of a stack overflow needs a stack of its own.
alignas(16) std::array<char, 65536> handlerStack;

void say(const char *text) noexcept {
  for (size_t rest = std::strlen(text); rest > 0;) {
    ssize_t count = write(STDERR_FILENO, text, rest);
    if (count <= 0)
      return;
    text += count;
    rest -= size_t(count);
  }
}

void handleCrash(int number) noexcept {
  say("\nweft: error: this is a bug of weft: the compiler crashed (");
  say(number == SIGSEGV   ? "SIGSEGV"
      : number == SIGABRT ? "SIGABRT"
      : number == SIGBUS  ? "SIGBUS"
      : number == SIGILL  ? "SIGILL"
                          : "SIGFPE");
  if (guarded && guarded->write()) {
    say("); a reproducer is in ");
    say(guarded->path().c_str());
    say("\n");
  } else {
    say("); the reproducer could not be written\n");
  }
  _exit(70);
}

} // namespace

CrashGuard::CrashGuard(const Reproducer &reproducer) {
  guarded = &reproducer;
  stack_t stack{};
  stack.ss_sp = handlerStack.data();
  stack.ss_size = handlerStack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = handleCrash;
  action.sa_flags = int(SA_ONSTACK | SA_RESETHAND);
  for (size_t i = 0; i < crashSignals.size(); ++i)
    sigaction(crashSignals[i], &action, &previous[i]);
}

CrashGuard::~CrashGuard() {
  for (size_t i = 0; i < crashSignals.size(); ++i)
    sigaction(crashSignals[i], &previous[i], nullptr);
  guarded = nullptr;
}
