// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fake-driver/Fake.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>

namespace fake {

thread_local void *currentContext = nullptr;

Fake &getFake() {
  static Fake fake;
  return fake;
}

Script Script::read(const char *text) {
  Script script;
  std::string lines = text ? text : "";
  for (char &c : lines)
    c = c == ';' ? '\n' : c;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    std::string word, call;
    int nth = 0, code = 0;
    if (!(words >> word))
      continue;
    bool isRight = word == "fail"      ? bool(words >> call >> nth >> code)
                   : word == "version" ? bool(words >> script.version)
                   : word == "cards"   ? bool(words >> script.cards)
                   : word == "sm"      ? bool(words >> script.sm)
                   : word == "memory"  ? bool(words >> script.memory)
                   : word == "shared"  ? bool(words >> script.shared)
                   : word == "hang"    ? bool(words >> script.hangs)
                   : word == "keep"    ? bool(words >> script.keeps)
                                       : false;
    if (!isRight) {
      std::fprintf(stderr, "WEFT_TEST_DRIVER_SCRIPT: does not know '%s'\n", line.c_str());
      std::_Exit(99);
    }
    if (word == "fail")
      script.failures[{call, nth}] = code;
  }
  return script;
}

Fake::Fake() : script(Script::read(std::getenv("WEFT_TEST_DRIVER_SCRIPT"))) {
  void *region =
      ::mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED)
    std::_Exit(98);
  base = reinterpret_cast<uint64_t>(region);
  next = base + 4096;
}

Fake::~Fake() {
  for (const std::string &text : misuses)
    log("misuse: " + text);
  size_t leaks = kept + size_t(contexts) + modules.size() + streams.size() + events.size() +
                 blocks.size() + pinned.size() + graphs.size() + execs.size();
  log("leaks: " + std::to_string(leaks) + " (contexts " + std::to_string(contexts) + ", modules " +
      std::to_string(modules.size()) + ", streams " + std::to_string(streams.size()) + ", events " +
      std::to_string(events.size()) + ", graphs " + std::to_string(graphs.size() + execs.size()) +
      ", memory " + std::to_string(blocks.size()) + ", pinned memory " +
      std::to_string(pinned.size()) + ")");
}

void Fake::log(const std::string &line) {
  const char *path = std::getenv("WEFT_TEST_DRIVER_LOG");
  if (!path)
    return;
  if (FILE *file = std::fopen(path, "a")) {
    std::fprintf(file, "%s\n", line.c_str());
    std::fclose(file);
  }
}

void Fake::misuse(const std::string &text) { misuses.push_back(text); }

CuResult Fake::begin(const char *call, bool needsContext) {
  int nth = ++counts[call];
  log(call);
  while (script.hangs == call)
    ::pause();
  kept += script.keeps == call;
  if (auto failure = script.failures.find({call, nth}); failure != script.failures.end()) {
    CuResult code = failure->second;
    bool isFinal = code == 214 || code == 220 || code == 226 || code == 700 || code == 702 ||
                   (code >= 709 && code <= 719);
    if (isFinal)
      sticky = code;
    return code;
  }
  if (!needsContext)
    return CuSuccess;
  if (!currentContext || contexts == 0) {
    misuse(std::string(call) + " without a context");
    return CuInvalidContext;
  }
  return sticky;
}

char *Fake::translate(CuAddress address, uint64_t bytes, const char *call) {
  auto block = blocks.upper_bound(address);
  if (block != blocks.begin()) {
    --block;
    uint64_t offset = address - block->first;
    if (offset <= block->second.bytes && bytes <= block->second.bytes - offset)
      return block->second.shadow + offset;
  }
  misuse(std::string(call) + " beside device memory");
  return nullptr;
}

CuResult Fake::refuseRecording(const char *call, CuResult answer) {
  if (!recording || answer != CuSuccess)
    return answer;
  misuse(std::string(call) + " while the stream is recorded");
  return CuCaptureUnsupported;
}

void Fake::enqueue(std::function<CuResult()> work) {
  if (recording) {
    recording->push_back(std::move(work));
    return;
  }
  stream.push_back(std::move(work));
  ++enqueued;
}

CuResult Fake::runUntil(uint64_t place) {
  for (; done < place; ++done) {
    if (sticky == CuSuccess)
      sticky = stream.front()();
    stream.pop_front();
  }
  return sticky;
}

CuResult Fake::allocate(CuAddress *address, uint64_t bytes) {
  if (bytes == 0)
    return CuInvalidValue;
  if (used + bytes > script.memory)
    return CuOutOfMemory;
  *address = next;
  next += (bytes + 1023) / 512 * 512; // never the same twice: what is used late is found
  if (next > base + reserved)
    std::_Exit(97);
  blocks[*address] = {bytes, static_cast<char *>(memory.allocate(bytes))};
  used += bytes;
  return CuSuccess;
}

} // namespace fake
