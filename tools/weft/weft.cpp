// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft: the driver. Every failure ends here, as one message and an exit code (docs/spec/cli.md).
#include <iostream>
#include <new>

#include <nlohmann/json.hpp>

#include "tools/weft/Commands.h"
#include "tools/weft/Failure.h"
#include "tools/weft/Quote.h"
#include "weft/Device.h"

using namespace weft;
using namespace weft::driver;

static int report(ErrorCode code, const std::string &message, bool json) {
  std::cout << std::flush;
  std::string text = escape(message, true);
  if (json)
    std::cout << nlohmann::ordered_json{{"error", {{"code", int(code)}, {"message", text}}}}.dump()
              << std::endl;
  std::cerr << "weft: error: " << text << std::endl;
  return int(code);
}

int main(int argc, char **argv) {
  bool json = wantsJson(argc, argv);
  try {
    int code = runCommandLine(argc, argv, makeCommands());
    // What a GPU says only when its memory goes back to it.
    check(Device::takeClosingFailure());
    return code;
  } catch (const Failure &failure) {
    return report(failure.status.code(), failure.status.message(), json);
  } catch (const std::bad_alloc &) {
    return report(ErrorCode::Resource, "out of memory", json);
  } catch (const std::exception &error) {
    return report(ErrorCode::Internal, std::string("this is a bug of weft: ") + error.what(), json);
  }
}
