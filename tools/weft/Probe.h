// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How fast this machine multiplies and adds right now: a loop of independent f32 FMAs on registers,
// in inline assembly, since a compiler spills or folds what is written in C++. A kernel's speed
// means something only beside the probe's of the same milliseconds: neighbours of a virtual machine
// halve both.
#ifndef TOOLS_WEFT_PROBE_H
#define TOOLS_WEFT_PROBE_H

#include <cstdint>
#include <memory>
#include <string>

namespace weft::driver {

/// Bytes a second that this many threads copy together, read and written, between buffers too large
/// for any cache.
double measureCopySpeed(int threads);

/// Time of the calling thread where what else the machine does is to be left out; that of the wall
/// where several threads work on one thing.
enum class Clock { Thread, Wall };
double getSeconds(Clock clock);

/// What a probe multiplies: f32, or bf16 with sums in f32 by the fastest instruction there is, in
/// the tile registers of AMX or of pairs in vectors; f32's where there is none.
enum class Factors { F32, Bf16 };

class Probe {
public:
  /// Of as many threads at once, each on a processor of its own if there are that many.
  explicit Probe(int threads, Factors factors = Factors::F32);
  ~Probe();
  Probe(const Probe &) = delete;
  Probe &operator=(const Probe &) = delete;

  /// Flops a second of all threads together, from about this many seconds of work.
  double measure(double seconds);
  int threads() const { return count; }
  Clock clock() const { return count == 1 ? Clock::Thread : Clock::Wall; }
  /// "avx512" or "avx2", the vectors it uses, or nothing where the processor has no FMA; of bf16
  /// also "avx512bf16" and "amx".
  static std::string getVectors(Factors factors = Factors::F32);

private:
  struct Helpers;
  int count;
  double guess; ///< flops a second of one thread, to choose the number of iterations
  std::unique_ptr<Helpers> helpers;
};

} // namespace weft::driver

#endif
