// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-gpu-check card|compare|time: what the script of the GPU bundle runs (test/gpu/run-bundle).
// Prints one JSON value. Exit code: 0; 1 where a comparison failed; else that of the failure.
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "runtime/device/cuda/CudaContext.h"
#include "test/gpu/Arguments.h"
#include "test/gpu/Comparison.h"
#include "test/gpu/Timing.h"

using namespace weft;
using namespace weft::gpu;
using Json = nlohmann::json;

namespace {

constexpr const char *usage =
    "usage: weft-gpu-check card [device-options=OPTIONS]\n"
    "       weft-gpu-check compare artifact=FILE oracle=FILE cases=FILE [seed=N] [plant=1]\n"
    "       weft-gpu-check time artifact=FILE function=NAME [inputs=FILE] [seed=N] [warmup=N]\n"
    "                      [repetitions=N] [rotate=BYTES] [in-place=1]\n"
    "each of the last two with [device=cuda|sim|cpu] [device-options=OPTIONS]\n";

class Words {
public:
  Words(int count, char **words) {
    for (int i = 0; i < count; ++i) {
      std::string word = words[i];
      size_t place = word.find('=');
      if (place == std::string::npos)
        throw std::invalid_argument("expects KEY=VALUE, got " + word);
      values[word.substr(0, place)] = word.substr(place + 1);
    }
  }
  std::string take(const std::string &key, const std::string &otherwise) {
    auto node = values.extract(key);
    return node ? node.mapped() : otherwise;
  }
  std::string require(const std::string &key) {
    auto node = values.extract(key);
    if (!node)
      throw std::invalid_argument("expects " + key + "=VALUE, got none");
    return node.mapped();
  }
  uint64_t number(const std::string &key, uint64_t otherwise) {
    std::string text = take(key, std::to_string(otherwise));
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
      throw std::invalid_argument(key + " expects a number, got " + text);
    return std::stoull(text);
  }
  void finish() const {
    if (!values.empty())
      throw std::invalid_argument("does not know " + values.begin()->first);
  }

private:
  std::map<std::string, std::string> values;
};

Json readJson(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    throw std::invalid_argument(path + " cannot be read");
  return Json::parse(file);
}

int printCard(Words &words) {
  std::string options = words.take("device-options", "");
  words.finish();
  cuda::CudaContext card;
  check(card.open(take(cuda::CudaOptions::parse(options))));
  std::printf("%s\n", Json{{"name", card.cardName},
                           {"sm", card.sm},
                           {"driver", card.driverVersion},
                           {"processors", card.processors},
                           {"cache_bytes", card.cacheBytes}}
                          .dump()
                          .c_str());
  return 0;
}

Device open(Words &words) {
  std::string name = words.take("device", "cuda");
  return gpu::take(Device::open(name, words.take("device-options", "")));
}

int runCompare(Words &words) {
  ComparisonOptions options;
  options.artifact = words.require("artifact");
  options.oracle = words.require("oracle");
  options.seed = words.number("seed", 1);
  options.isPlanted = words.number("plant", 0) != 0;
  Json cases = readJson(words.require("cases"));
  Device device = open(words);
  words.finish();
  Json records = compare(options, device, cases);
  std::printf("%s\n", records.dump().c_str());
  for (const Json &record : records)
    if (!record.at("ok").get<bool>())
      return 1;
  return 0;
}

int runTime(Words &words) {
  TimingOptions options;
  options.artifact = words.require("artifact");
  options.function = words.require("function");
  if (std::string inputs = words.take("inputs", ""); !inputs.empty())
    options.inputs = readJson(inputs);
  options.seed = words.number("seed", 1);
  options.warmup = int64_t(words.number("warmup", 3));
  options.repetitions = int64_t(words.number("repetitions", 20));
  options.rotatedBytes = words.number("rotate", 0);
  options.isInPlace = words.number("in-place", 0) != 0;
  Device device = open(words);
  words.finish();
  std::printf("%s\n", measure(options, device).dump().c_str());
  return 0;
}

} // namespace

int main(int count, char **arguments) {
  int status = 0;
  try {
    std::string command = count > 1 ? arguments[1] : "";
    Words words(std::max(count - 2, 0), arguments + std::min(count, 2));
    if (command != "card" && command != "compare" && command != "time")
      throw std::invalid_argument("expects card, compare or time, got " +
                                  (command.empty() ? "nothing" : command));
    status = command == "card"      ? printCard(words)
             : command == "compare" ? runCompare(words)
                                    : runTime(words);
  } catch (const Failure &failure) {
    std::fprintf(stderr, "weft-gpu-check: error: %s\n", failure.what());
    status = failure.code;
  } catch (const std::invalid_argument &mistake) {
    std::fprintf(stderr, "weft-gpu-check: error: %s\n%s", mistake.what(), usage);
    status = 2;
  } catch (const std::exception &failure) {
    std::fprintf(stderr, "weft-gpu-check: error: %s\n", failure.what());
    status = 1;
  }
  if (Status closing = Device::takeClosingFailure(); !closing && status == 0) {
    std::fprintf(stderr, "weft-gpu-check: error: %s\n", closing.message().c_str());
    status = int(closing.code());
  }
  return status;
}
