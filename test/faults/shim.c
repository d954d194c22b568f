/*
 * Preloaded into a process, stands between it and the C library, and lets what it writes, syncs and sends go wrong.
 *
 * FAULTS_ROOT     the folder whose files count; sockets of the internet count as well
 * FAULTS_CONTROL  a file of 64-bit numbers, mapped, so that faults can be ordered while the process runs (see `order`)
 * FAULTS_RECORD   a file to which everything that counts is appended in the order in which it happened
 *
 * A point is one write, sync, send, renaming, removal or cut of a file. Points are numbered from 1 by the countdown: the
 * order takes effect at the point at which it comes to nought.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { NOTHING, KILL, TEAR, FAIL, FULL, SHORT, SHORT_THEN_FULL, FULL_FROM_HERE };
enum what { WRITE = 1, SYNC = 2, SEND = 4, NAME = 8 };
enum { NONE = -1 };

/* The layout of the control file; test/faults/shim.ts writes and reads it. */
struct order {
  int64_t kind;
  int64_t whats;
  int64_t countdown;
  int64_t hits;
  int64_t clock_ahead_ns;
  int64_t writes, syncs, sends, names;
  int64_t hit_what;
};

static struct order nobody;
static struct order *volatile ordered = &nobody;
static char root[PATH_MAX];
static size_t root_length;
static int record = NONE;
static pthread_mutex_t one_at_a_time = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

#define NEXT(name) \
  static __typeof__(&name) next; \
  if (next == NULL) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("FAULTS_ROOT"), *control = getenv("FAULTS_CONTROL"), *log = getenv("FAULTS_RECORD");
  if (folder == NULL || control == NULL) return;
  root_length = strlen(folder);
  if (root_length >= sizeof root) abort();
  memcpy(root, folder, root_length + 1);
  int file = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDWR | O_CLOEXEC, 0);
  if (file < 0) abort();
  void *mapped = mmap(NULL, sizeof(struct order), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) abort();
  syscall(SYS_close, file);
  if (log != NULL) record = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ordered = mapped;
}

static int is_below_root(const char *path) {
  return root_length > 0 && strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/* What a descriptor is to us: a file below the root (its path is left in `path`), a socket of the internet, or nothing. */
static int role_of(int fd, char path[PATH_MAX]) {
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return NONE;
  path[length] = 0;
  if (is_below_root(path)) return WRITE;
  if (strncmp(path, "socket:", 7) != 0) return NONE;
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &size) != 0) return NONE;
  return address.ss_family == AF_INET || address.ss_family == AF_INET6 ? SEND : NONE;
}

static void die(void) {
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

/* Counts a point; gives what is to go wrong with it. */
static enum kind due(enum what what) {
  struct order *order = ordered;
  int64_t *counted = what == WRITE ? &order->writes : what == SYNC ? &order->syncs : what == SEND ? &order->sends : &order->names;
  *counted += 1;
  if (order->kind == NOTHING || (order->whats & what) == 0) return NOTHING;
  enum kind kind = (enum kind)order->kind;
  if (kind == FULL_FROM_HERE && order->countdown <= 0) return order->hits += 1, FULL;
  order->countdown -= 1;
  if (order->countdown > 0) return NOTHING;
  order->hits += 1;
  order->hit_what = what;
  if (kind == FULL_FROM_HERE) return FULL;
  order->kind = kind == SHORT_THEN_FULL ? FULL : NOTHING;
  order->countdown = kind == SHORT_THEN_FULL ? 1 : 0;
  if (kind == KILL) die();
  return kind;
}

/* One entry: what, where in the file, lengths of name and content, name, content. Lengths and place are 64-bit numbers. */
static void note(char what, const char *path, int64_t at, const struct iovec *parts, int count, int64_t length) {
  if (record == NONE) return;
  int64_t head[4] = {what, at, (int64_t)strlen(path), length};
  struct iovec all[IOV_MAX];
  if (count > IOV_MAX - 2) abort();
  all[0] = (struct iovec){head, sizeof head};
  all[1] = (struct iovec){(void *)path, strlen(path)};
  int64_t left = length;
  for (int i = 0; i < count; i++) {
    size_t take = (int64_t)parts[i].iov_len < left ? parts[i].iov_len : (size_t)left;
    all[2 + i] = (struct iovec){parts[i].iov_base, take};
    left -= (int64_t)take;
  }
  syscall(SYS_writev, record, all, 2 + count);
}

static ssize_t refuse(enum kind kind) {
  errno = kind == FAIL ? EIO : ENOSPC;
  return -1;
}

typedef ssize_t (*writer)(int fd, const struct iovec *parts, int count, off_t at);

static size_t length_of(const struct iovec *parts, int count) {
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  return length;
}

/* Any write: `at` is NONE where the file's own position counts. */
static ssize_t written(int fd, const struct iovec *parts, int count, off_t at, writer real) {
  if (ordered == &nobody) return real(fd, parts, count, at);
  char path[PATH_MAX];
  int role = role_of(fd, path);
  if (role == NONE) return real(fd, parts, count, at);
  pthread_mutex_lock(&one_at_a_time);
  enum kind kind = due((enum what)role);
  size_t length = length_of(parts, count);
  ssize_t done;
  /* What has no half is not begun. */
  if (kind == TEAR && length < 2) die();
  if (kind == FAIL || kind == FULL) {
    done = refuse(kind);
  } else if (kind == NOTHING || length < 2) {
    off_t place = at == NONE && role == WRITE ? lseek(fd, 0, SEEK_CUR) : at;
    done = real(fd, parts, count, at);
    if (done > 0) note(role == WRITE ? 'w' : 's', role == WRITE ? path : "", place, parts, count, done);
  } else {
    struct iovec half = {parts[0].iov_base, parts[0].iov_len > 1 ? parts[0].iov_len / 2 : parts[0].iov_len};
    done = real(fd, &half, 1, at);
    if (kind == TEAR) die();
  }
  int said = errno;
  pthread_mutex_unlock(&one_at_a_time);
  errno = said;
  return done;
}

static ssize_t plain(int fd, const struct iovec *parts, int count, off_t at) {
  (void)at;
  NEXT(writev);
  return next(fd, parts, count);
}

static ssize_t placed(int fd, const struct iovec *parts, int count, off_t at) {
  return syscall(SYS_pwritev, fd, parts, count, (long)at, 0L);
}

ssize_t write(int fd, const void *bytes, size_t size) {
  struct iovec one = {(void *)bytes, size};
  return written(fd, &one, 1, NONE, plain);
}

ssize_t writev(int fd, const struct iovec *parts, int count) { return written(fd, parts, count, NONE, plain); }

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at) {
  struct iovec one = {(void *)bytes, size};
  return written(fd, &one, 1, at, placed);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return pwrite64(fd, bytes, size, at); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) { return written(fd, parts, count, at, placed); }

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return written(fd, parts, count, at, placed); }

ssize_t send(int fd, const void *bytes, size_t size, int flags) {
  NEXT(send);
  struct iovec one = {(void *)bytes, size};
  return flags == 0 ? written(fd, &one, 1, NONE, plain) : next(fd, bytes, size, flags);
}

static int synced(int fd, int (*real)(int)) {
  char path[PATH_MAX];
  if (ordered == &nobody || role_of(fd, path) != WRITE) return real(fd);
  pthread_mutex_lock(&one_at_a_time);
  enum kind kind = due(SYNC);
  int done;
  if (kind == NOTHING) {
    done = real(fd);
    if (done == 0) note('f', path, 0, NULL, 0, 0);
  } else {
    if (kind == TEAR) die();
    done = (int)refuse(kind);
  }
  int said = errno;
  pthread_mutex_unlock(&one_at_a_time);
  errno = said;
  return done;
}

int fsync(int fd) {
  NEXT(fsync);
  return synced(fd, next);
}

int fdatasync(int fd) {
  NEXT(fdatasync);
  return synced(fd, next);
}

/* Renaming, linking, removing and cutting: `path` is what they are about, `other` the second name. */
#define NAMED(letter, path, at, other, call) \
  do { \
    if (ordered == &nobody || !is_below_root(path)) return call; \
    pthread_mutex_lock(&one_at_a_time); \
    enum kind kind = due(NAME); \
    int done; \
    if (kind == TEAR) die(); \
    if (kind == FAIL || kind == FULL) done = (int)refuse(kind); \
    else { \
      done = call; \
      struct iovec second = {(void *)(other), strlen(other)}; \
      if (done == 0) note(letter, path, at, &second, 1, (int64_t)second.iov_len); \
    } \
    int said = errno; \
    pthread_mutex_unlock(&one_at_a_time); \
    errno = said; \
    return done; \
  } while (0)

int rename(const char *from, const char *to) {
  NEXT(rename);
  NAMED('r', to, 0, from, next(from, to));
}

int link(const char *from, const char *to) {
  NEXT(link);
  NAMED('l', to, 0, from, next(from, to));
}

int unlink(const char *path) {
  NEXT(unlink);
  NAMED('u', path, 0, "", next(path));
}

int ftruncate64(int fd, off64_t length) {
  NEXT(ftruncate64);
  char path[PATH_MAX];
  if (ordered == &nobody || role_of(fd, path) != WRITE) return next(fd, length);
  NAMED('t', path, length, "", next(fd, length));
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* The clock of the day, ahead or behind by as much as is ordered; clocks that only go forward are left alone. */
int clock_gettime(clockid_t clock, struct timespec *time) {
  NEXT(clock_gettime);
  int done = next(clock, time);
  int64_t ahead = ordered->clock_ahead_ns;
  if (done != 0 || ahead == 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return done;
  int64_t all = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + ahead;
  time->tv_sec = all / 1000000000;
  time->tv_nsec = all % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *into) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (into != NULL) *into = now.tv_sec;
  return now.tv_sec;
}
