// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/base/File.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/Format.h"

namespace weft {
namespace {

/// Closes with the scope; close() is called by hand where its result matters.
struct Descriptor {
  int number = -1;
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }
};

Status writeAll(int file, std::span<const std::byte> bytes, const std::string &path) {
  while (!bytes.empty()) {
    ssize_t written = ::write(file, bytes.data(), std::min<size_t>(bytes.size(), size_t(1) << 30));
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return systemError(path, "write");
    bytes = bytes.subspan(size_t(written));
  }
  return {};
}

/// Tensors of a few bytes go together: each call is a place where a disk may fail.
constexpr size_t writeTogether = size_t(1) << 20;

Status writePieces(int file, std::span<const std::span<const std::byte>> pieces,
                   const std::string &path) {
  std::vector<std::byte> together;
  Status status;
  auto flush = [&] {
    if (status)
      status = writeAll(file, together, path);
    together.clear();
  };
  for (size_t i = 0; i < pieces.size() && status; ++i) {
    bool isAlone = together.empty() && i + 1 == pieces.size();
    if (isAlone || pieces[i].size() >= writeTogether) {
      flush();
      if (status)
        status = writeAll(file, pieces[i], path);
      continue;
    }
    if (together.size() + pieces[i].size() > writeTogether)
      flush();
    together.insert(together.end(), pieces[i].begin(), pieces[i].end());
  }
  flush();
  return status;
}

/// Opens a regular file to be read; its size.
Result<uint64_t> openRegular(const std::string &path, Descriptor &file) {
  file.number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (file.number < 0 || ::fstat(file.number, &info) != 0)
    return systemError(path, "open");
  if (!S_ISREG(info.st_mode))
    return makeError(ErrorCode::Usage, "{}: expected a regular file", path);
  return uint64_t(info.st_size);
}

/// Fills all of `bytes`, which are `done` bytes behind the beginning of a file of `size`.
Status readAll(int file, std::span<std::byte> bytes, uint64_t done, uint64_t size,
               const std::string &path) {
  while (!bytes.empty()) {
    ssize_t count = ::read(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError(path, "read");
    if (count == 0)
      return fileError("{}: file became shorter while it was read: expected {} bytes, got {}", path,
                       size, done);
    done += uint64_t(count);
    bytes = bytes.subspan(size_t(count));
  }
  return {};
}

std::string getFolder(const std::string &path) {
  std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

} // namespace

Status systemError(const std::string &path, const char *action) {
  int error = errno;
  bool isNamedWrongly = error == ENOENT || error == EACCES || error == EPERM || error == ENOTDIR ||
                        error == EISDIR || error == ENAMETOOLONG || error == ELOOP ||
                        error == EROFS;
  return makeError(isNamedWrongly ? ErrorCode::Usage : ErrorCode::Resource, "{}: cannot {}: {}",
                   path, action, std::strerror(error));
}

Result<std::vector<std::byte>> readFile(const std::string &path, uint64_t limit) {
  Descriptor file;
  Result<uint64_t> size = openRegular(path, file);
  if (!size)
    return size.status();
  if (*size > limit)
    return fileError("{}: expected a file of at most {} bytes, got {}", path, limit, *size);
  std::vector<std::byte> bytes;
  try {
    bytes.resize(size_t(*size));
  } catch (const std::bad_alloc &) {
    return outOfMemory("{}: out of memory for {} bytes", path, *size);
  }
  if (Status status = readAll(file.number, bytes, 0, *size, path); !status)
    return status;
  return bytes;
}

Status readPieces(const std::string &path,
                  const std::function<void(std::span<const std::byte>)> &take) {
  Descriptor file;
  Result<uint64_t> size = openRegular(path, file);
  if (!size)
    return size.status();
  std::vector<std::byte> buffer(std::min<uint64_t>(*size, uint64_t(1) << 20));
  for (uint64_t done = 0; done < *size; done += buffer.size()) {
    buffer.resize(std::min<uint64_t>(buffer.size(), *size - done));
    if (Status status = readAll(file.number, buffer, done, *size, path); !status)
      return status;
    take(buffer);
  }
  return {};
}

Status writeNewFile(const std::string &path, std::span<const std::span<const std::byte>> pieces) {
  Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  if (file.number < 0)
    return systemError(path, "create");
  if (Status status = writePieces(file.number, pieces, path); !status)
    return status;
  // A failed sync may have dropped the pages: trying again would report success for lost data.
  if (::fsync(file.number) != 0)
    return systemError(path, "sync");
  // Whoever checks the file by reading it shall read the disk; advice may go unheard.
  ::posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED);
  int number = std::exchange(file.number, -1);
  if (::close(number) != 0)
    return systemError(path, "close");
  return {};
}

Status replaceFile(const std::string &path, std::span<const std::span<const std::byte>> pieces) {
  std::string beside = fmt::format("{}.tmp-{}", path, ::getpid());
  Status status = writeNewFile(beside, pieces);
  if (status)
    status = renameDurably(beside, path);
  if (!status)
    ::unlink(beside.c_str());
  return status;
}

bool isStaleDraft(const std::string &name) {
  constexpr std::string_view mark = ".tmp-";
  size_t place = name.find(mark);
  if (place == std::string::npos)
    return false;
  long process = 0;
  const char *end = name.data() + name.size();
  auto [last, error] = std::from_chars(name.data() + place + mark.size(), end, process);
  if (error != std::errc() || last != end || process <= 0)
    return false;
  return process == ::getpid() || (::kill(pid_t(process), 0) != 0 && errno == ESRCH);
}

Status syncFolder(const std::string &path) {
  Descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.number < 0 || ::fsync(folder.number) != 0)
    return systemError(path, "sync folder");
  return {};
}

Status renameDurably(const std::string &from, const std::string &to) {
  if (::rename(from.c_str(), to.c_str()) != 0)
    return systemError(to, "rename into place");
  return syncFolder(getFolder(to));
}

} // namespace weft
