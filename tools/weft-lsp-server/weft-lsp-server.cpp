// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-lsp-server: the language server of MLIR with the dialects of Weft, on the standard input and
// output.
#include <pthread.h>

#include "compiler/Compiler.h"

#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

namespace {

struct Session {
  int argc;
  char **argv;
  bool failed = true;
};

void *serve(void *argument) {
  auto *session = static_cast<Session *>(argument);
  mlir::DialectRegistry registry;
  weft::compiler::registerAll(registry);
  session->failed = mlir::failed(mlir::MlirLspServerMain(session->argc, session->argv, registry));
  return nullptr;
}

} // namespace

int main(int argc, char **argv) {
  // The parser calls itself for what is nested, and an editor sends whatever stands in the file: on
  // a usual stack, 20000 brackets end the server. The memory is taken only when it is touched.
  Session session{argc, argv};
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t(1) << 30);
  if (pthread_create(&thread, &attributes, serve, &session) == 0)
    pthread_join(thread, nullptr);
  else
    serve(&session);
  pthread_attr_destroy(&attributes);
  return session.failed;
}
