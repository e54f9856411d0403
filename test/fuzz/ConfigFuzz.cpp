// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Settings: a TOML text, a zero byte, then key=value lines. What is accepted is printed as TOML and
// read again: every value must be the same.
#include "test/fuzz/FuzzTarget.h"
#include "tools/weft/Config.h"
#include "tools/weft/Failure.h"

using namespace weft;
using namespace weft::driver;

static Config makeConfig() {
  Config config;
  config.add({.name = "width", .type = FieldType::Integer, .value = "8", .low = 1, .high = 4096});
  config.add({.name = "dropout", .type = FieldType::Float, .value = "0.1", .low = 0, .high = 1});
  config.add({.name = "tied", .type = FieldType::Boolean, .value = "true"});
  config.add({.name = "note", .type = FieldType::Text, .value = "none"});
  for (const Field &field : getTrainingFields())
    config.add(field);
  return config;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string_view input = fuzz::asText(data, size);
  std::string_view toml = fuzz::takeUntil(input, '\0');
  Config config = makeConfig();
  {
    fuzz::MemoryBound bound(size);
    try {
      config.readToml(toml, "fuzz.toml");
      std::vector<Setting> settings;
      while (!input.empty()) {
        std::string_view line = fuzz::takeUntil(input, '\n');
        std::string_view key = fuzz::takeUntil(line, '=');
        settings.push_back({std::string(key), std::string(line)});
      }
      config.apply(settings);
    } catch (const Failure &failure) {
      fuzz::requireRefusal(failure.status, ErrorCode::Usage);
      return 0;
    }
  }
  config.print(true);
  Config again = makeConfig();
  try {
    again.readToml(config.toToml(), "again.toml");
  } catch (const Failure &) {
    fuzz::require(false, "a printed config can be read");
  }
  for (const Field &field : config.all())
    if (field.type == FieldType::Integer || field.type == FieldType::Float)
      fuzz::require(again.number(field.name) == config.number(field.name), "numbers survive");
    else if (field.type == FieldType::Boolean)
      fuzz::require(again.text(field.name) == field.value, "flags survive");
  return 0;
}
