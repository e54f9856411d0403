// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stacks and the switch between them. Only for x86-64.
#ifndef COMPILER_SIM_FIBER_H
#define COMPILER_SIM_FIBER_H

#include <cstddef>
#include <cstdint>

/// Saves the caller's registers on its stack, its stack pointer in `*from`, and goes on at `to`.
extern "C" void weftSimSwitch(void **from, void *to);

namespace weft::sim {

/// A stack from this host thread's pool. Its lowest word is a canary.
char *takeStack(size_t bytes);
void giveStack(char *stack, size_t bytes);
/// Whether the canary is as takeStack() left it.
bool isStackWhole(const char *stack);

/// The stack pointer of a fiber that will call `entry(argument)`, which never returns. `colour`
/// moves the top: fibers that all begin at the same offset would share few lines of the L1 cache.
void *prepareFiber(char *stack, size_t bytes, unsigned colour, void (*entry)(void *),
                   void *argument);

/// Shared memory of a block lies in a window of its own, aligned to its size and below 4 GiB: so
/// the low 18 bits of an address are the block's own offset and 32 bits hold an address, as on a
/// GPU.
constexpr size_t windowBytes = 256 << 10;

/// Windows in a row, one for each block of a cluster. Null where the address space has no room.
char *takeWindows(unsigned count);
void giveWindows(char *first, unsigned count);

} // namespace weft::sim

#endif
