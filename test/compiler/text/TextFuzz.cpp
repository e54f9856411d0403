// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-text-fuzz [--full] [--runs=N] [--seed=N]: changes the IR texts of the tests by chance and
// takes each through limits, parser, verifier, printer, parser again, and the phases of the
// compiler up to machine code's. Child processes do it: one that crashes, fails an assertion or
// takes over 10 s or 4 GiB for a text is a finding; its text is kept and shown. Also a finding:
// what was printed cannot be read again. 100000 texts, always the same; a million others with
// --full. A planted crash is looked for first.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include "compiler/Compiler.h"
#include "compiler/ReadSource.h"
#include "dialects/exec/ExecDialect.h"
#include "dialects/tile/TileDialect.h"
#include "test/compiler/text/TextMutator.h"

using namespace mlir;
using namespace weft;
using namespace weft::compiler;
namespace fs = std::filesystem;

namespace {

constexpr size_t maxSeed = 8192;
constexpr unsigned secondsPerText = 10;
constexpr rlim_t bytesPerChild = rlim_t(4) << 30;
constexpr long textsPerChild = 1000;

/// What a child and its parent both see.
struct Shared {
  long done, valid, compiled;
  bool isUnreadable; ///< what was printed
  size_t length;
  char text[8 * maxSeed];
};

/// The parts of every .mlir file below the folder, without comments.
std::vector<std::string> readSeeds(const std::string &folder) {
  std::vector<std::string> seeds;
  for (const fs::directory_entry &entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".mlir")
      continue;
    std::ifstream file(entry.path());
    std::string text;
    auto take = [&] {
      if (!text.empty() && text.size() <= maxSeed)
        seeds.push_back(text);
      text.clear();
    };
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("// -----"))
        take();
      else if (size_t begin = line.find_first_not_of(' ');
               begin != line.npos && !line.substr(begin).starts_with("//"))
        text += line + "\n";
    }
    take();
  }
  std::sort(seeds.begin(), seeds.end());
  return seeds;
}

std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

/// The phase whose form the module has.
Phase findPhase(ModuleOp module) {
  if (!module.getOps<exec::ProgramOp>().empty())
    return Phase::Exec;
  return module.getOps<tile::KernelOp>().empty() ? Phase::Graph : Phase::Kernels;
}

void check(MLIRContext &context, const std::string &text, Shared &shared) {
  OwningOpRef<ModuleOp> module = readSource(text, &context, "fuzz");
  if (!module)
    return;
  ++shared.valid;
  shared.isUnreadable = !readSource(print(*module), &context, "printed");
  Options options;
  options.target = "cpu:avx2";
  options.from = findPhase(*module);
  options.until = Phase::Machine;
  if (options.from == Phase::Graph)
    for (auto function : module->getOps<func::FuncOp>())
      options.gradients.push_back(function.getSymName().str());
  std::string output;
  llvm::raw_string_ostream stream(output);
  shared.compiled += succeeded(compile(*module, options, stream));
}

/// A child's work: texts of its seed until `count` are done or one is a finding. Text number
/// `planted` ends it.
[[noreturn]] void work(const std::vector<std::string> &seeds, uint64_t seed, long count,
                       long planted, Shared &shared) {
  rlimit memory{bytesPerChild, bytesPerChild};
  setrlimit(RLIMIT_AS, &memory);
  runWithLargeStack([&] {
    TextMutator mutator(seeds, seed);
    DialectRegistry registry;
    registerAll(registry);
    std::unique_ptr<MLIRContext> context;
    for (long i = 0; i < count && !shared.isUnreadable; ++i) {
      // What is unique in a context stays in it.
      if (i % 200 == 0) {
        context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
        context->getDiagEngine().registerHandler([](Diagnostic &) { return success(); });
      }
      std::string text = mutator.make();
      text.resize(std::min(text.size(), sizeof shared.text));
      shared.length = text.copy(shared.text, sizeof shared.text);
      itimerval limit{{}, {secondsPerText, 0}};
      setitimer(ITIMER_PROF, &limit, nullptr);
      if (i == planted)
        std::abort();
      check(*context, text, shared);
      shared.done += !shared.isUnreadable;
    }
  });
  std::_Exit(shared.isUnreadable);
}

struct Totals {
  long done = 0, valid = 0, compiled = 0, findings = 0;
};

void keepFinding(const Shared &shared, uint64_t seed, int state) {
  fs::path path =
      fs::temp_directory_path() / ("weft-text-finding-" + std::to_string(seed) + ".mlir");
  std::ofstream(path, std::ios::binary).write(shared.text, long(shared.length));
  std::string what = shared.isUnreadable  ? "what was printed cannot be read"
                     : WIFSIGNALED(state) ? strsignal(WTERMSIG(state))
                                          : "exit " + std::to_string(WEXITSTATUS(state));
  std::printf("finding: %s; the text is %s:\n%.*s\n", what.c_str(), path.c_str(),
              int(std::min<size_t>(shared.length, 1500)), shared.text);
}

Totals run(const std::vector<std::string> &seeds, uint64_t seed, long runs, long planted) {
  struct Child {
    Shared *shared;
    pid_t process;
    uint64_t seed;
  };
  Totals totals;
  std::vector<Child> children(std::max(1u, std::thread::hardware_concurrency()));
  long left = runs;
  auto start = [&](Child &child) {
    long count = std::min(textsPerChild, left);
    child.process = 0;
    if (count <= 0 || totals.findings >= 20)
      return;
    left -= count;
    *child.shared = {};
    child.seed = seed++;
    std::fflush(stdout);
    child.process = fork();
    if (child.process == 0)
      work(seeds, child.seed, count, planted, *child.shared);
  };
  for (Child &child : children) {
    child.shared = static_cast<Shared *>(
        mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    start(child);
  }
  int state = 0;
  for (pid_t ended = wait(&state); ended > 0; ended = wait(&state))
    for (Child &child : children) {
      if (child.process != ended)
        continue;
      totals.done += child.shared->done;
      totals.valid += child.shared->valid;
      totals.compiled += child.shared->compiled;
      if (state != 0) {
        ++totals.findings;
        if (planted < 0)
          keepFinding(*child.shared, child.seed, state);
      }
      start(child);
    }
  return totals;
}

} // namespace

int main(int argc, char **argv) {
  long runs = 100000;
  uint64_t seed = 1;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--full") {
      runs = 1000000;
      seed = std::random_device()();
    } else if (argument.starts_with("--runs="))
      runs = std::atol(argv[i] + 7);
    else if (argument.starts_with("--seed="))
      seed = std::strtoull(argv[i] + 7, nullptr, 10);
    else {
      std::fprintf(stderr, "weft-text-fuzz: expects --full, --runs=N or --seed=N, got '%s'\n",
                   argv[i]);
      return 2;
    }
  }
  std::vector<std::string> seeds = readSeeds(WEFT_TEST_FOLDER);
  if (run(seeds, seed, 1, 0).findings != 1) {
    std::printf("a planted crash is not found\n0 passed, 1 failed\n");
    return 1;
  }
  std::printf("seed %llu, %zu texts\n", static_cast<unsigned long long>(seed), seeds.size());
  Totals totals = run(seeds, seed, runs, -1);
  std::printf("%ld texts, %ld of them valid, %ld compiled\n", totals.done, totals.valid,
              totals.compiled);
  std::printf("%ld passed, %ld failed\n", totals.done, totals.findings);
  return totals.findings != 0 || totals.compiled == 0;
}
