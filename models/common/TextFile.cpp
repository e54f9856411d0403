// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "models/common/TextFile.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace weft;
using namespace weft::models;

static constexpr uint64_t sampleCount = 64, sampleBytes = 4096;

namespace {
struct Descriptor {
  explicit Descriptor(const std::string &path)
      : number(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }
  int number;
};
} // namespace

static Status systemError(const std::string &path) {
  return Status(ErrorCode::File, path + ": " + std::strerror(errno));
}

static int64_t getModified(const struct stat &info) {
  return int64_t(info.st_mtim.tv_sec) * 1000000000 + info.st_mtim.tv_nsec;
}

/// Fills `bytes` from an offset; what is missing is a file that was cut.
static Status readAt(int file, const std::string &path, char *bytes, uint64_t size,
                     uint64_t offset) {
  while (size > 0) {
    ssize_t count = ::pread(file, bytes, size, off_t(offset));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError(path);
    if (count == 0)
      return Status(ErrorCode::File, path + ": the file was cut to " + std::to_string(offset) +
                                         " bytes while it was read");
    bytes += count;
    size -= uint64_t(count);
    offset += uint64_t(count);
  }
  return {};
}

static uint64_t hash(uint64_t start, const char *bytes, uint64_t size) {
  for (uint64_t i = 0; i < size; ++i)
    start = (start ^ uint8_t(bytes[i])) * 0x100000001b3u;
  return start;
}

/// FNV-1a over blocks spread evenly, the first and the last among them.
static Result<uint64_t> hashSamples(int file, const std::string &path, uint64_t size) {
  uint64_t result = 0xcbf29ce484222325u;
  std::string block(sampleBytes, 0);
  for (uint64_t i = 0; i < sampleCount; ++i) {
    uint64_t length = std::min(sampleBytes, size);
    uint64_t offset = (size - length) / (sampleCount - 1) * i;
    if (i == sampleCount - 1)
      offset = size - length;
    if (Status status = readAt(file, path, block.data(), length, offset); !status)
      return status;
    result = hash(result, block.data(), length);
  }
  return result;
}

static Result<std::string> readPipe(int file, const std::string &path) {
  std::string text;
  char buffer[65536];
  while (true) {
    ssize_t count = ::read(file, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError(path);
    if (count == 0)
      return text;
    text.append(buffer, size_t(count));
  }
}

Result<std::string> models::readText(const std::string &path, TextFile *facts) {
  Descriptor file(path);
  struct stat before, after;
  if (file.number < 0 || ::fstat(file.number, &before) != 0)
    return systemError(path);
  if (S_ISDIR(before.st_mode))
    return Status(ErrorCode::File, path + ": expects a file, got a folder");
  std::string text;
  if (S_ISREG(before.st_mode)) {
    text.resize(size_t(before.st_size));
    if (Status status = readAt(file.number, path, text.data(), text.size(), 0); !status)
      return status;
    if (::fstat(file.number, &after) != 0)
      return systemError(path);
    if (after.st_size != before.st_size || getModified(after) != getModified(before))
      return Status(ErrorCode::File, path + ": the file changed while it was read");
  } else {
    Result<std::string> piped = readPipe(file.number, path);
    if (!piped)
      return piped;
    text = *std::move(piped);
  }
  if (text.empty())
    return Status(ErrorCode::File, path + ": expects text, got an empty file");
  if (!facts || !S_ISREG(before.st_mode))
    return text;
  Result<uint64_t> samples = hashSamples(file.number, path, text.size());
  if (!samples)
    return samples.status();
  *facts = {path, text.size(), before.st_ino, getModified(before), *samples};
  return text;
}

Status models::verifyUnchanged(const TextFile &facts) {
  if (facts.path.empty())
    return {};
  struct stat info;
  if (::stat(facts.path.c_str(), &info) != 0)
    return Status(ErrorCode::File, facts.path + ": the text is gone: " + std::strerror(errno));
  if (uint64_t(info.st_size) != facts.size)
    return Status(ErrorCode::File, facts.path + ": the text changed: expects " +
                                       std::to_string(facts.size) + " bytes, got " +
                                       std::to_string(info.st_size));
  if (info.st_ino == facts.inode && getModified(info) == facts.modified)
    return {};
  Descriptor file(facts.path);
  if (file.number < 0)
    return systemError(facts.path);
  Result<uint64_t> samples = hashSamples(file.number, facts.path, facts.size);
  if (!samples)
    return samples.status();
  if (*samples != facts.sampleHash)
    return Status(ErrorCode::File, facts.path + ": the text changed: same size, other content");
  return {};
}
