// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/Probe.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

#include <sys/syscall.h>
#include <unistd.h>

namespace weft::driver {
namespace {

// clang-format off
#define FMA12(op, at, a, b) \
  op " " a "," b "," at "0\n" op " " a "," b "," at "1\n" op " " a "," b "," at "2\n" \
  op " " a "," b "," at "3\n" op " " a "," b "," at "4\n" op " " a "," b "," at "5\n" \
  op " " a "," b "," at "6\n" op " " a "," b "," at "7\n" op " " a "," b "," at "8\n" \
  op " " a "," b "," at "9\n" op " " a "," b "," at "10\n" op " " a "," b "," at "11\n"
#define ZERO12(op, at) \
  op " " at "0," at "0," at "0\n" op " " at "1," at "1," at "1\n" op " " at "2," at "2," at "2\n" \
  op " " at "3," at "3," at "3\n" op " " at "4," at "4," at "4\n" op " " at "5," at "5," at "5\n" \
  op " " at "6," at "6," at "6\n" op " " at "7," at "7," at "7\n" op " " at "8," at "8," at "8\n" \
  op " " at "9," at "9," at "9\n" op " " at "10," at "10," at "10\n" op " " at "11," at "11," at "11\n"
#define TOUCHED "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13"
// clang-format on

constexpr int64_t flopsOfAvx512 = 24 * 16 * 2, flopsOfAvx2 = 24 * 8 * 2;

/// Twelve chains: enough for two units of latency four, few enough for the registers of AVX2.
__attribute__((target("avx512f"))) void runAvx512(int64_t iterations) {
  asm volatile(ZERO12("vpxord", "%%zmm") "vpxord %%zmm12,%%zmm12,%%zmm12\n"
                                         "vpxord %%zmm13,%%zmm13,%%zmm13\n"
                                         "1:\n" FMA12("vfmadd231ps", "%%zmm", "%%zmm12", "%%zmm13")
                                             FMA12("vfmadd231ps", "%%zmm", "%%zmm12",
                                                   "%%zmm13") "dec %0\n"
                                                              "jnz 1b\n"
                                                              "vzeroupper\n"
               : "+r"(iterations)
               :
               : TOUCHED);
}

__attribute__((target("avx2,fma"))) void runAvx2(int64_t iterations) {
  asm volatile(ZERO12("vpxor", "%%ymm") "vpxor %%ymm12,%%ymm12,%%ymm12\n"
                                        "vpxor %%ymm13,%%ymm13,%%ymm13\n"
                                        "1:\n" FMA12("vfmadd231ps", "%%ymm", "%%ymm12", "%%ymm13")
                                            FMA12("vfmadd231ps", "%%ymm", "%%ymm12",
                                                  "%%ymm13") "dec %0\n"
                                                             "jnz 1b\n"
                                                             "vzeroupper\n"
               : "+r"(iterations)
               :
               : TOUCHED);
}

__attribute__((target("avx512f"))) void runPairs(int64_t iterations) {
  asm volatile(
      ZERO12("vpxord", "%%zmm") "vpxord %%zmm12,%%zmm12,%%zmm12\n"
                                "vpxord %%zmm13,%%zmm13,%%zmm13\n"
                                "1:\n" FMA12("vdpbf16ps", "%%zmm", "%%zmm12", "%%zmm13")
                                    FMA12("vdpbf16ps", "%%zmm", "%%zmm12", "%%zmm13") "dec %0\n"
                                                                                      "jnz 1b\n"
                                                                                      "vzeroupper\n"
      : "+r"(iterations)
      :
      : TOUCHED);
}

constexpr int64_t flopsOfTiles = 6 * 16 * 16 * 32 * 2;

/// Six chains of whole registers.
void runTiles(int64_t iterations) {
  alignas(64) uint8_t configuration[64] = {1};
  for (int i = 0; i < 8; ++i) {
    configuration[16 + 2 * i] = 64;
    configuration[48 + i] = 16;
  }
  asm volatile("ldtilecfg (%1)\n"
               "tilezero %%tmm0\n tilezero %%tmm1\n tilezero %%tmm2\n tilezero %%tmm3\n"
               "tilezero %%tmm4\n tilezero %%tmm5\n tilezero %%tmm6\n tilezero %%tmm7\n"
               "1:\n"
               "tdpbf16ps %%tmm7,%%tmm6,%%tmm0\n tdpbf16ps %%tmm7,%%tmm6,%%tmm1\n"
               "tdpbf16ps %%tmm7,%%tmm6,%%tmm2\n tdpbf16ps %%tmm7,%%tmm6,%%tmm3\n"
               "tdpbf16ps %%tmm7,%%tmm6,%%tmm4\n tdpbf16ps %%tmm7,%%tmm6,%%tmm5\n"
               "dec %0\n"
               "jnz 1b\n"
               "tilerelease\n"
               : "+r"(iterations)
               : "r"(configuration)
               : "cc", "memory");
}

bool requestTiles() {
  constexpr long archRequestPermission = 0x1023, tileData = 18;
  return __builtin_cpu_supports("amx-bf16") &&
         ::syscall(SYS_arch_prctl, archRequestPermission, tileData) == 0;
}

struct Kernel {
  const char *name;
  void (*run)(int64_t iterations);
  int64_t flops; ///< of one iteration
};

Kernel chooseKernel(Factors factors) {
  if (factors == Factors::Bf16 && requestTiles())
    return {"amx", runTiles, flopsOfTiles};
  if (factors == Factors::Bf16 && __builtin_cpu_supports("avx512bf16"))
    return {"avx512bf16", runPairs, 2 * flopsOfAvx512};
  if (__builtin_cpu_supports("avx512f"))
    return {"avx512", runAvx512, flopsOfAvx512};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {"avx2", runAvx2, flopsOfAvx2};
  return {"", nullptr, 0};
}

} // namespace

double getSeconds(Clock clock) {
  timespec now{};
  clock_gettime(clock == Clock::Thread ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

/// They sleep between measurements: a spinning one would take the processor from who is measured.
struct Probe::Helpers {
  Helpers(int count, Factors factors) : kernel(chooseKernel(factors)) {
    for (int i = 0; i < count; ++i)
      threads.emplace_back([this] { work(); });
  }
  ~Helpers() {
    iterations.store(0);
    start();
    for (std::thread &thread : threads)
      thread.join();
  }
  void start() {
    ready.store(0);
    running.store(int(threads.size()));
    turn.fetch_add(1);
    turn.notify_all();
  }
  void work() {
    for (uint32_t seen = 0;;) {
      turn.wait(seen);
      seen = turn.load();
      int64_t wanted = iterations.load();
      if (wanted == 0)
        return;
      ready.fetch_add(1);
      while (!isOpen.load()) {
      }
      kernel.run(wanted);
      running.fetch_sub(1);
    }
  }

  const Kernel kernel;
  std::atomic<uint32_t> turn{0};
  std::atomic<int> ready{0}, running{0};
  std::atomic<bool> isOpen{false};
  std::atomic<int64_t> iterations{0};
  std::vector<std::thread> threads;
};

std::string Probe::getVectors(Factors factors) { return chooseKernel(factors).name; }

Probe::Probe(int threads, Factors factors)
    : count(threads), guess(5e10), helpers(std::make_unique<Helpers>(threads - 1, factors)) {
  const Kernel &kernel = helpers->kernel;
  for (int i = 0; i < 3 && kernel.run; ++i) {
    auto iterations = int64_t(1e-3 * guess / double(kernel.flops));
    double begin = getSeconds(Clock::Thread);
    kernel.run(iterations);
    guess = double(iterations * kernel.flops) / (getSeconds(Clock::Thread) - begin);
  }
}

Probe::~Probe() = default;

double Probe::measure(double seconds) {
  const Kernel &kernel = helpers->kernel;
  if (!kernel.run)
    return 0;
  int64_t iterations = std::max(int64_t(1), int64_t(seconds * guess / double(kernel.flops)));
  helpers->iterations.store(iterations);
  if (count > 1) {
    helpers->isOpen.store(false);
    helpers->start();
    while (helpers->ready.load() < count - 1) {
    }
  }
  double begin = getSeconds(clock());
  helpers->isOpen.store(true);
  kernel.run(iterations);
  while (helpers->running.load() > 0 && count > 1) {
  }
  double taken = getSeconds(clock()) - begin;
  return double(count) * double(iterations) * double(kernel.flops) / std::max(taken, 1e-9);
}

double measureCopySpeed(int threads) {
  constexpr size_t size = size_t(64) << 20;
  std::vector<std::vector<char>> from(size_t(threads), std::vector<char>(size, 1)), to = from;
  double best = 0;
  for (int repetition = 0; repetition < 3; ++repetition) {
    double begin = getSeconds(Clock::Wall);
    std::vector<std::thread> others;
    for (size_t i = 1; i < size_t(threads); ++i)
      others.emplace_back([&, i] { std::memcpy(to[i].data(), from[i].data(), size); });
    std::memcpy(to[0].data(), from[0].data(), size);
    for (std::thread &thread : others)
      thread.join();
    best = std::max(best, 2.0 * double(size) * threads / (getSeconds(Clock::Wall) - begin));
  }
  return best;
}

} // namespace weft::driver
