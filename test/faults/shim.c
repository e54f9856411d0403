/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* LD_PRELOAD library that counts, records and breaks the file calls of a program below one folder.
 *
 * WEFT_FAULT_ROOT: calls on paths below it, and on descriptors opened there, are counted from 1.
 *
 * WEFT_FAULT_LOG: file that receives one line a call: number, name, arguments, result.
 *
 * WEFT_FAULT_AT: number of the call to break. WEFT_FAULT_PERSIST, when set: later calls, too.
 *
 * WEFT_FAULT_ACTION: how. kill: the process dies instead of the call. tear: it dies after half of a
 * write. short: half of a write is done. pause: the call waits ten seconds, through signals.
 * ENOSPC, EIO, EDQUOT, EINTR: the call fails with that.
 *
 * WEFT_FAULT_FREE: bytes that a question for free space is told. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { maxFiles = 1024 };

static const char *root;
static char paths[maxFiles][PATH_MAX]; /* of descriptors below the root */
static int logFile = -1;
static long breakAt;
static int persist, isKill, isTear, isShort, isPause, failure;
static atomic_long count;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }
#define REAL(name) ((__typeof__(&name))real(#name))

__attribute__((constructor)) static void start(void) {
  const char *action = getenv("WEFT_FAULT_ACTION"), *at = getenv("WEFT_FAULT_AT");
  const char *log = getenv("WEFT_FAULT_LOG");
  root = getenv("WEFT_FAULT_ROOT");
  breakAt = at ? atol(at) : 0;
  persist = getenv("WEFT_FAULT_PERSIST") != NULL;
  if (log)
    logFile =
        (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (!action)
    return;
  isKill = strcmp(action, "kill") == 0;
  isTear = strcmp(action, "tear") == 0;
  isShort = strcmp(action, "short") == 0;
  isPause = strcmp(action, "pause") == 0;
  failure = strcmp(action, "ENOSPC") == 0   ? ENOSPC
            : strcmp(action, "EIO") == 0    ? EIO
            : strcmp(action, "EDQUOT") == 0 ? EDQUOT
            : strcmp(action, "EINTR") == 0  ? EINTR
                                            : 0;
}

static void emit(const char *text, size_t size) {
  if (logFile >= 0 && syscall(SYS_write, logFile, text, size) < 0)
    abort();
}

__attribute__((format(printf, 1, 2))) static void record(const char *format, ...) {
  char line[3 * PATH_MAX];
  int saved = errno;
  va_list arguments;
  va_start(arguments, format);
  int size = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  emit(line, (size_t)size);
  errno = saved;
}

/* A line of the test itself: what the program has promised by now. */
void weftFaultMark(const char *text) { record("0\tmark\t%s\n", text); }

static void recordData(long number, int file, const char *data, ssize_t size) {
  static const char digits[] = "0123456789abcdef";
  if (logFile < 0)
    return;
  int saved = errno;
  char *hex = malloc(2 * (size_t)(size > 0 ? size : 0) + 1);
  for (ssize_t i = 0; i < size; ++i) {
    hex[2 * i] = digits[(unsigned char)data[i] >> 4];
    hex[2 * i + 1] = digits[data[i] & 15];
  }
  record("%ld\twrite\t%d\t", number, file);
  emit(hex, 2 * (size_t)(size > 0 ? size : 0));
  record("\t%zd\n", size);
  free(hex);
  errno = saved;
}

static int isBelow(const char *path) {
  return root && path && strncmp(path, root, strlen(root)) == 0;
}

static int isOurs(int file) { return file >= 0 && file < maxFiles && paths[file][0] != 0; }

/* The whole path of a name relative to a descriptor. */
static const char *join(int folder, const char *path, char *buffer) {
  if (path[0] == '/' || !isOurs(folder))
    return path;
  if (snprintf(buffer, PATH_MAX, "%s/%s", paths[folder], path) >= PATH_MAX)
    abort();
  return buffer;
}

static void remember(int file, const char *path) {
  if (file >= 0 && file < maxFiles)
    snprintf(paths[file], PATH_MAX, "%s", path);
}

/* Counts a call; true when it shall fail, with errno set. Does not return when the process shall
 * die. */
static int breaks(long *number) {
  *number = atomic_fetch_add(&count, 1) + 1;
  if (breakAt == 0 || *number < breakAt || (*number > breakAt && !persist))
    return 0;
  if (isKill)
    syscall(SYS_kill, getpid(), SIGKILL);
  struct timespec left = {10, 0};
  while (isPause && nanosleep(&left, &left) != 0)
    ;
  errno = failure;
  return failure != 0;
}

static int isBrokenHere(long number) { return breakAt != 0 && number == breakAt; }

static int openBelow(int folder, const char *path, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char *whole = join(folder, path, buffer);
  if (!isBelow(whole))
    return (int)syscall(SYS_openat, folder, path, flags, mode);
  long number;
  int file = breaks(&number) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
  remember(file, whole);
  record("%ld\topen\t%s\t%d\t%d\n", number, whole, flags, file);
  return file;
}

#define OPEN_MODE                                                                                  \
  mode_t mode = 0;                                                                                 \
  if (flags & (O_CREAT | O_TMPFILE)) {                                                             \
    va_list arguments;                                                                             \
    va_start(arguments, flags);                                                                    \
    mode = (mode_t)va_arg(arguments, int);                                                         \
    va_end(arguments);                                                                             \
  }
int open(const char *path, int flags, ...) {
  OPEN_MODE return openBelow(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  OPEN_MODE return openBelow(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  OPEN_MODE return openBelow(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  OPEN_MODE return openBelow(folder, path, flags, mode);
}

DIR *opendir(const char *path) {
  if (!isBelow(path))
    return REAL(opendir)(path);
  long number;
  DIR *stream = breaks(&number) ? NULL : REAL(opendir)(path);
  record("%ld\tlist\t%s\t%d\n", number, path, stream ? 0 : -1);
  return stream;
}

ssize_t write(int file, const void *data, size_t size) {
  if (!isOurs(file))
    return syscall(SYS_write, file, data, size);
  long number;
  if (breaks(&number)) {
    recordData(number, file, data, -1);
    return -1;
  }
  int half = isBrokenHere(number) && (isShort || isTear) && size > 1;
  ssize_t done = syscall(SYS_write, file, data, half ? size / 2 : size);
  recordData(number, file, data, done);
  if (isBrokenHere(number) && isTear)
    syscall(SYS_kill, getpid(), SIGKILL);
  return done;
}

ssize_t read(int file, void *data, size_t size) {
  if (!isOurs(file))
    return syscall(SYS_read, file, data, size);
  long number;
  ssize_t done = breaks(&number) ? -1 : syscall(SYS_read, file, data, size);
  record("%ld\tread\t%d\t%zd\n", number, file, done);
  return done;
}

int close(int file) {
  if (!isOurs(file))
    return (int)syscall(SYS_close, file);
  long number;
  int fails = breaks(&number), saved = errno;
  paths[file][0] = 0;
  int result = (int)syscall(SYS_close, file); /* also a close that fails frees the number */
  errno = fails ? saved : errno;
  record("%ld\tclose\t%d\t%d\n", number, file, fails ? -1 : result);
  return fails ? -1 : result;
}

static int syncFile(int file, long call) {
  if (!isOurs(file))
    return (int)syscall(call, file);
  long number;
  int result = breaks(&number) ? -1 : (int)syscall(call, file);
  record("%ld\tsync\t%d\t%d\n", number, file, result);
  return result;
}
int fsync(int file) { return syncFile(file, SYS_fsync); }
int fdatasync(int file) { return syncFile(file, SYS_fdatasync); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
  char first[PATH_MAX], second[PATH_MAX];
  const char *source = join(from, old, first), *target = join(to, new, second);
  if (!isBelow(source) && !isBelow(target))
    return (int)syscall(SYS_renameat2, from, old, to, new, flags);
  long number;
  int result = breaks(&number) ? -1 : (int)syscall(SYS_renameat2, from, old, to, new, flags);
  const char *name = flags == 2 /* RENAME_EXCHANGE */ ? "exchange" : "rename";
  record("%ld\t%s\t%s\t%s\t%d\n", number, name, source, target, result);
  return result;
}
int renameat(int from, const char *old, int to, const char *new) {
  return renameat2(from, old, to, new, 0);
}
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }

int unlinkat(int folder, const char *path, int flags) {
  char buffer[PATH_MAX];
  const char *whole = join(folder, path, buffer);
  if (!isBelow(whole))
    return (int)syscall(SYS_unlinkat, folder, path, flags);
  long number;
  int result = breaks(&number) ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
  record("%ld\tunlink\t%s\t%d\n", number, whole, result);
  return result;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
  int result = unlink(path);
  return result != 0 && errno == EISDIR ? rmdir(path) : result;
}

int mkdirat(int folder, const char *path, mode_t mode) {
  char buffer[PATH_MAX];
  const char *whole = join(folder, path, buffer);
  if (!isBelow(whole))
    return (int)syscall(SYS_mkdirat, folder, path, mode);
  long number;
  int result = breaks(&number) ? -1 : (int)syscall(SYS_mkdirat, folder, path, mode);
  record("%ld\tmkdir\t%s\t%d\n", number, whole, result);
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int statvfs(const char *path, struct statvfs *info) {
  const char *free = getenv("WEFT_FAULT_FREE");
  int result = REAL(statvfs)(path, info);
  if (result == 0 && free && isBelow(path))
    info->f_bavail = strtoul(free, NULL, 10) / info->f_frsize;
  return result;
}
