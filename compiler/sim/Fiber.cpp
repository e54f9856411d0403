// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/sim/Fiber.h"

#include <map>
#include <mutex>
#include <sys/mman.h>
#include <vector>

#if !defined(__x86_64__)
#error "the simulator switches fibers on x86-64 only"
#endif

// The last jump goes through a register: `ret` would let the processor predict the caller of
// before, which is always wrong here and costs four times as much.
__asm__(R"(
.text
.globl weftSimSwitch
.type weftSimSwitch,@function
weftSimSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  popq %rcx
  jmp *%rcx
.size weftSimSwitch,.-weftSimSwitch
.type weftSimStart,@function
weftSimStart:
  movq %r12, %rdi
  xorl %ebp, %ebp
  callq *%r13
  ud2
.size weftSimStart,.-weftSimStart
)");
extern "C" void weftSimStart();

namespace weft::sim {

static constexpr uint64_t canary = 0x5EEDF1BE25AFE57A;

static std::map<size_t, std::vector<char *>> &getStacks() {
  static thread_local std::map<size_t, std::vector<char *>> stacks;
  return stacks;
}

char *takeStack(size_t bytes) {
  std::vector<char *> &stacks = getStacks()[bytes];
  if (stacks.empty()) {
    constexpr size_t count = 64;
    void *memory = mmap(nullptr, count * bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      return nullptr;
    for (size_t i = 0; i < count; ++i)
      stacks.push_back(static_cast<char *>(memory) + i * bytes);
  }
  char *stack = stacks.back();
  stacks.pop_back();
  *reinterpret_cast<uint64_t *>(stack) = canary;
  return stack;
}

void giveStack(char *stack, size_t bytes) { getStacks()[bytes].push_back(stack); }

bool isStackWhole(const char *stack) {
  return *reinterpret_cast<const uint64_t *>(stack) == canary;
}

void *prepareFiber(char *stack, size_t bytes, unsigned colour, void (*entry)(void *),
                   void *argument) {
  auto *top = reinterpret_cast<uint64_t *>(stack + bytes - (colour * 5 % 128) * 64);
  // What the switch pops, last first; two words keep the stack aligned at the call.
  for (uint64_t word : {uint64_t{0}, uint64_t{0}, reinterpret_cast<uint64_t>(weftSimStart),
                        uint64_t{0}, uint64_t{0}, reinterpret_cast<uint64_t>(argument),
                        reinterpret_cast<uint64_t>(entry), uint64_t{0}, uint64_t{0}})
    *--top = word;
  return top;
}

static std::mutex windowLock;
static std::map<unsigned, std::vector<char *>> freeWindows;
static uintptr_t nextWindow = 0x20000000;
static constexpr uintptr_t windowEnd = 0x7F000000;

char *takeWindows(unsigned count) {
  std::lock_guard<std::mutex> guard(windowLock);
  std::vector<char *> &free = freeWindows[count];
  if (!free.empty()) {
    char *first = free.back();
    free.pop_back();
    return first;
  }
  // Other mappings of the process may lie there: step over them.
  while (nextWindow + count * windowBytes <= windowEnd) {
    void *memory =
        mmap(reinterpret_cast<void *>(nextWindow), count * windowBytes, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    nextWindow += memory == MAP_FAILED ? windowBytes : count * windowBytes;
    if (memory != MAP_FAILED)
      return static_cast<char *>(memory);
  }
  return nullptr;
}

void giveWindows(char *first, unsigned count) {
  std::lock_guard<std::mutex> guard(windowLock);
  freeWindows[count].push_back(first);
}

} // namespace weft::sim
