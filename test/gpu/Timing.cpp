// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/gpu/Timing.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "test/gpu/Arguments.h"

namespace weft::gpu {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr size_t mostSets = 64;

double getSeconds(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double getQuantile(std::vector<double> &values, double part) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[size_t(part * double(values.size() - 1) + 0.5)];
}

Json summarise(std::vector<double> values) {
  return {{"median", getQuantile(values, 0.5)},
          {"q1", getQuantile(values, 0.25)},
          {"q3", getQuantile(values, 0.75)}};
}

struct KernelTimes {
  int64_t launches = 0;
  std::vector<double> seconds; ///< of all launches of one call
};

} // namespace

Json measure(const TimingOptions &options, const Device &device) {
  Clock::time_point begin = Clock::now();
  Module module = take(Module::load(options.artifact, device));
  double loading = getSeconds(begin);
  Function function = take(module.function(options.function));

  std::vector<TensorMap> sets;
  uint64_t bytes = 0;
  do {
    sets.push_back(
        drawArguments(module, function.spec(), options.inputs, options.seed + sets.size()));
    for (const auto &[name, tensor] : sets.back())
      bytes += uint64_t(tensor.byteCount());
  } while (bytes < options.rotatedBytes && sets.size() < mostSets);
  size_t next = 0;
  auto call = [&] {
    TensorMap &arguments = sets[next++ % sets.size()];
    take(options.isInPlace ? function.callInPlace(arguments) : function.call(arguments));
  };

  // Launches of a set are recorded when it comes again; then nothing is new to anybody.
  for (int64_t i = 0; i < options.warmup + 2 * int64_t(sets.size()); ++i)
    call();
  std::vector<double> calls;
  for (int64_t i = 0; i < options.repetitions; ++i) {
    Clock::time_point start = Clock::now();
    call();
    calls.push_back(getSeconds(start));
  }

  std::map<std::string, KernelTimes> kernels;
  std::map<std::string, KernelTimes> current;
  module.observe([&](const CallRecord &record) {
    if (!record.isKernel)
      return;
    KernelTimes &times = current[record.name];
    ++times.launches;
    times.seconds.resize(1);
    times.seconds[0] += record.seconds;
  });
  std::vector<double> onDevice;
  for (int64_t i = 0; i < options.repetitions; ++i) {
    current.clear();
    call();
    double sum = 0;
    for (const auto &[name, times] : current) {
      sum += times.seconds[0];
      kernels[name].launches = times.launches;
      kernels[name].seconds.push_back(times.seconds[0]);
    }
    onDevice.push_back(sum);
  }
  module.observe({});

  Json result = {{"load_s", loading},
                 {"sets", sets.size()},
                 {"device_s", summarise(onDevice)},
                 {"call_s", summarise(calls)},
                 {"kernels", Json::array()}};
  for (auto &[name, times] : kernels)
    result["kernels"].push_back({{"name", name},
                                 {"launches", times.launches},
                                 {"seconds", getQuantile(times.seconds, 0.5)}});
  return result;
}

} // namespace weft::gpu
