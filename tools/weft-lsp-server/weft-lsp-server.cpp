// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-lsp-server: the language server of MLIR with the dialects of Weft, on the standard input and
// output.
#include <csignal>
#include <functional>
#include <optional>

#include <pthread.h>
#include <unistd.h>

#include "compiler/Compiler.h"
#include "tools/weft-lsp-server/Relay.h"

#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

namespace {

void *call(void *body) {
  (*static_cast<std::function<void()> *>(body))();
  return nullptr;
}

/// Parsers call themselves for what is nested, and an editor sends whatever stands in the file: on
/// a usual stack, 20000 brackets end the server. The memory is taken only when it is touched.
std::optional<pthread_t> startOnLargeStack(std::function<void()> &body) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t(1) << 30);
  bool started = pthread_create(&thread, &attributes, call, &body) == 0;
  pthread_attr_destroy(&attributes);
  return started ? std::optional(thread) : std::nullopt;
}

} // namespace

int main(int argc, char **argv) {
  int input = dup(STDIN_FILENO), ends[2];
  if (input < 0 || pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0) {
    perror("weft-lsp-server: cannot open a pipe");
    return 5;
  }
  close(ends[0]);
  std::signal(SIGPIPE, SIG_IGN);
  bool failed = true;
  std::function<void()> relay = [&] { weft::lsp::relay(input, ends[1]); };
  std::function<void()> serve = [&] {
    mlir::DialectRegistry registry;
    weft::compiler::registerAll(registry);
    failed = mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
  };
  std::optional<pthread_t> relaying = startOnLargeStack(relay), serving = startOnLargeStack(serve);
  if (!relaying || !serving) {
    perror("weft-lsp-server: cannot start a thread");
    return 5;
  }
  pthread_join(*serving, nullptr);
  // The server is done; what the editor still sends interests nobody.
  _exit(failed);
}
