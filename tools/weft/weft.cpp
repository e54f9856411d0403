// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft: the driver. Every failure ends here, as one line and an exit code (docs/spec/cli.md).
#include <iostream>
#include <new>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

static int report(ErrorCode code, const std::string &message) {
  std::cout << std::flush;
  std::cerr << "weft: error: " << message << std::endl;
  return int(code);
}

int main(int argc, char **argv) {
  try {
    return runCommandLine(argc, argv,
                          {makeTrainCommand(), makeEvalCommand(), makeGenerateCommand(),
                           makeCompileCommand(), makeRunCommand(), makeInspectCommand()});
  } catch (const Failure &failure) {
    return report(failure.status.code(), failure.status.message());
  } catch (const std::bad_alloc &) {
    return report(ErrorCode::Resource, "out of memory");
  } catch (const std::exception &error) {
    return report(ErrorCode::Internal, std::string("this is a bug of weft: ") + error.what());
  }
}
