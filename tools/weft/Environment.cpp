// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Environment.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "tools/weft/Config.h"
#include "tools/weft/Quote.h"
#include "tools/weft/Suggest.h"

using namespace weft;
using namespace weft::driver;

void driver::warnUnknownVariables(const std::vector<Command> &commands,
                                  const std::vector<std::string> &settings) {
  std::vector<std::string> known;
  for (const Command &command : commands)
    for (const Option &option : command.options)
      if (!isPositional(option))
        known.push_back(getVariable(option));
  for (const Field &field : getTrainingFields())
    known.push_back(toVariable(field.name));
  for (const std::string &setting : settings)
    known.push_back(toVariable(setting));
  known.push_back("WEFT_PTXAS");       // a program, of the compiler
  known.push_back("WEFT_CUDA_DRIVER"); // a library, of the device cuda
  for (char **entry = environ; *entry; ++entry) {
    std::string text = *entry, name = text.substr(0, text.find('='));
    // WEFT_TEST_... and WEFT_FAULT_... belong to the tests of Weft.
    if (!name.starts_with("WEFT_") || name.starts_with("WEFT_TEST_") ||
        name.starts_with("WEFT_FAULT_") ||
        std::find(known.begin(), known.end(), name) != known.end())
      continue;
    std::string nearest = findNearest(name, known);
    fmt::print(stderr, "weft: warning: the environment variable {} stands for no flag{}\n",
               quote(name), nearest.empty() ? "" : fmt::format(", did you mean '{}'?", nearest));
  }
}
