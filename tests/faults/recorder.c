/* Records what a process does to files below RECORD_UNDER: opens, writes, truncations, syncs, renames, removals, in order.
   Loaded by LD_PRELOAD; the log (RECORD_TO) is what tests/faults/replay.py cuts and replays.
   A record: op (1 byte), file number (4), offset (8), length (4), then `length` bytes; native little endian. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536
static int number_of[FDS]; /* file number by descriptor, 0: not ours */
static int next_number = 1, log_fd = -1;
static char under[4096];
static size_t under_len;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static void begin(void) {
    if (log_fd != -1) return;
    const char *to = getenv("RECORD_TO"), *below = getenv("RECORD_UNDER");
    if (!to || !below) { log_fd = -2; return; }
    strncpy(under, below, sizeof under - 1);
    under_len = strlen(under);
    log_fd = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(char op, int number, uint64_t offset, const void *bytes, uint32_t length) {
    begin();
    if (log_fd < 0) return;
    char head[17];
    head[0] = op;
    memcpy(head + 1, &number, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 4);
    struct iovec parts[2] = {{head, 17}, {(void *)bytes, length}};
    syscall(SYS_writev, log_fd, parts, length ? 2 : 1);
}

static int is_ours(const char *path) { begin(); return log_fd >= 0 && strncmp(path, under, under_len) == 0; }
static int number(int fd) { return fd >= 0 && fd < FDS ? number_of[fd] : 0; }

static int opened(int fd, const char *path, int flags, int existed) {
    if (fd >= 0 && fd < FDS) {
        number_of[fd] = 0;
        char full[4096];
        const char *name = path;
        if (path[0] != '/') { name = realpath(path, full); if (!name) name = path; }
        size_t length = strlen(name);
        if (is_ours(name) && !(length > 4 && strcmp(name + length - 4, "-shm") == 0)) {
            pthread_mutex_lock(&lock);
            number_of[fd] = next_number++;
            put(existed ? ((flags & O_TRUNC) ? 'Z' : 'O') : 'C', number_of[fd], 0, name, length);
            pthread_mutex_unlock(&lock);
        }
    }
    return fd;
}

static int there(const char *path) { struct stat s; return stat(path, &s) == 0; }

#define OPEN(name, AT, PASS)                                                      \
    int name AT {                                                                 \
        mode_t mode = 0;                                                          \
        if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); } \
        int existed = there(path);                                                \
        REAL(name);                                                               \
        return opened(real PASS, path, flags, existed);                           \
    }
OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode))
OPEN(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode))

#define RECORDED(fd, offset, bytes, length, DO)                                   \
    if (!number(fd)) return DO;                                                   \
    pthread_mutex_lock(&lock);                                                    \
    off_t where = (offset);                                                       \
    ssize_t done = DO;                                                            \
    if (done > 0) put('W', number(fd), where, bytes, done);                       \
    pthread_mutex_unlock(&lock);                                                  \
    return done;

static off_t position(int fd) {
    if (fcntl(fd, F_GETFL) & O_APPEND) { struct stat s; fstat(fd, &s); return s.st_size; }
    return lseek(fd, 0, SEEK_CUR);
}
ssize_t write(int fd, const void *b, size_t n) { REAL(write); RECORDED(fd, position(fd), b, n, real(fd, b, n)) }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { REAL(pwrite); RECORDED(fd, o, b, n, real(fd, b, n, o)) }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { REAL(pwrite64); RECORDED(fd, o, b, n, real(fd, b, n, o)) }

/* Copies inside the kernel cannot be seen: refuse them, and the caller falls back to write. */
ssize_t sendfile64(int out, int in, off64_t *offset, size_t count) {
    REAL(sendfile64);
    if (number(out)) { errno = EINVAL; return -1; }
    return real(out, in, offset, count);
}
ssize_t sendfile(int out, int in, off_t *offset, size_t count) { return sendfile64(out, in, (off64_t *)offset, count); }
ssize_t copy_file_range(int in, off64_t *oi, int out, off64_t *oo, size_t n, unsigned flags) {
    REAL(copy_file_range);
    if (number(out)) { errno = EXDEV; return -1; }
    return real(in, oi, out, oo, n, flags);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    if (!number(fd)) return real(fd, parts, count);
    ssize_t total = 0;
    for (int i = 0; i < count; i++) {
        ssize_t one = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (one < 0) return total ? total : one;
        total += one;
    }
    return total;
}

#define SYNC(name)                                                                \
    int name(int fd) {                                                            \
        REAL(name);                                                               \
        int done = real(fd);                                                      \
        if (number(fd) && done == 0) { pthread_mutex_lock(&lock); put('S', number(fd), 0, 0, 0); pthread_mutex_unlock(&lock); } \
        return done;                                                              \
    }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(name, TYPE)                                                      \
    int name(int fd, TYPE length) {                                               \
        REAL(name);                                                               \
        int done = real(fd, length);                                              \
        if (number(fd) && done == 0) { pthread_mutex_lock(&lock); put('T', number(fd), length, 0, 0); pthread_mutex_unlock(&lock); } \
        return done;                                                              \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

static void moved(const char *from, const char *to) {
    char both[8192];
    size_t a = strlen(from), b = strlen(to);
    if (!is_ours(from) && !is_ours(to)) return;
    memcpy(both, from, a);
    both[a] = 0;
    memcpy(both + a + 1, to, b);
    pthread_mutex_lock(&lock);
    put('R', 0, 0, both, a + 1 + b);
    pthread_mutex_unlock(&lock);
}
int rename(const char *from, const char *to) { REAL(rename); int done = real(from, to); if (done == 0) moved(from, to); return done; }
int renameat(int f, const char *from, int t, const char *to) { REAL(renameat); int done = real(f, from, t, to); if (done == 0) moved(from, to); return done; }

static void gone(const char *path) {
    if (!is_ours(path)) return;
    pthread_mutex_lock(&lock);
    put('U', 0, 0, path, strlen(path));
    pthread_mutex_unlock(&lock);
}
int unlink(const char *path) { REAL(unlink); int done = real(path); if (done == 0) gone(path); return done; }
int unlinkat(int at, const char *path, int flags) { REAL(unlinkat); int done = real(at, path, flags); if (done == 0 && !(flags & AT_REMOVEDIR)) gone(path); return done; }
int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    int done = real(path, mode);
    if (done == 0 && is_ours(path)) { pthread_mutex_lock(&lock); put('M', 0, 0, path, strlen(path)); pthread_mutex_unlock(&lock); }
    return done;
}
int close(int fd) { REAL(close); if (fd >= 0 && fd < FDS) number_of[fd] = 0; return real(fd); }
