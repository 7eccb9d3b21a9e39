/* Faults at the system calls that write below one folder. Preloaded (LD_PRELOAD) into a Python of the tests.

   formgen_arm(root, kind, number, error) counts from then on every call that writes below root; at the call with this
   number it does what kind says:
     'N' nothing: only count            'E' fail with error, once, undone
     'F' fail with error from here on (calls that take no room, unlink and the like, still work if error is ENOSPC)
     'S' write half and say so          'K' kill the process before the call
     'T' write half, then kill          'A' do the call, then kill
   formgen_count() tells how many calls there were; formgen_log(path) writes each as a line "name path[ -> path]". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char root[PATH_MAX];
static size_t root_length;
static char kind = 0;
static long number, count;
static int error;
static int log_file = -1;

void formgen_arm(const char *folder, char what, long at, int with) {
    strncpy(root, folder, sizeof root - 1);
    root_length = strlen(root);
    number = at;
    error = with;
    count = 0;
    kind = what;
}
long formgen_count(void) { return count; }
void formgen_log(const char *path) {
    log_file = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_APPEND, 0600);
}

static int below(const char *path) { return kind && path && strncmp(path, root, root_length) == 0; }

static const char *name_of(int file, char *room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, room, PATH_MAX - 1);
    if (length < 0) return NULL;
    room[length] = 0;
    return room;
}

enum { GO, FAIL, HALF, HALF_KILL, GO_KILL };

static int judge(const char *call, const char *path, const char *other, int takes_room) {
    if (log_file >= 0) {
        char line[3 * PATH_MAX];
        int length = snprintf(line, sizeof line, "%s %s%s%s\n", call, path, other ? " -> " : "", other ? other : "");
        syscall(SYS_write, log_file, line, (size_t)length);
    }
    ++count;
    if (kind == 'F' && count >= number && (takes_room || error != ENOSPC)) { errno = error; return FAIL; }
    if (count != number) return GO;
    switch (kind) {
        case 'E': errno = error; return FAIL;
        case 'S': return HALF;
        case 'K': syscall(SYS_kill, getpid(), SIGKILL); return GO;
        case 'T': return HALF_KILL;
        case 'A': return GO_KILL;
    }
    return GO;
}
static void finish(int verdict) {
    if (verdict == GO_KILL || verdict == HALF_KILL) syscall(SYS_kill, getpid(), SIGKILL);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define DONE(type, expression, verdict) do { type result = (expression); finish(verdict); return result; } while (0)

#define OPENS(symbol) \
int symbol(const char *path, int flags, ...) { \
    mode_t mode = 0; \
    if (flags & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    REAL(int, #symbol, const char *, int, ...); \
    if (!below(path) || !(flags & (O_CREAT | O_TRUNC)) \
        || ((flags & O_CREAT) && !(flags & (O_TRUNC | O_EXCL)) && access(path, F_OK) == 0)) return real(path, flags, mode); \
    int verdict = judge("create", path, NULL, 1); \
    if (verdict == FAIL) return -1; \
    DONE(int, real(path, flags, mode), verdict); \
}
OPENS(open)
OPENS(open64)

#define OPENS_AT(symbol) \
int symbol(int folder, const char *path, int flags, ...) { \
    mode_t mode = 0; \
    if (flags & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    REAL(int, #symbol, int, const char *, int, ...); \
    if (!below(path) || !(flags & (O_CREAT | O_TRUNC))) return real(folder, path, flags, mode); \
    int verdict = judge("create", path, NULL, 1); \
    if (verdict == FAIL) return -1; \
    DONE(int, real(folder, path, flags, mode), verdict); \
}
OPENS_AT(openat)
OPENS_AT(openat64)

#define BY_FILE(call) \
    char room[PATH_MAX]; \
    const char *path = kind ? name_of(file, room) : NULL; \
    int verdict = below(path) ? judge(call, path, NULL, 1) : GO; \
    if (verdict == FAIL) return -1;

ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    BY_FILE("write")
    if (verdict == HALF || verdict == HALF_KILL) size = size > 1 ? size / 2 : size;
    DONE(ssize_t, real(file, data, size), verdict);
}
#define WRITES_AT(symbol, offset_type) \
ssize_t symbol(int file, const void *data, size_t size, offset_type at) { \
    REAL(ssize_t, #symbol, int, const void *, size_t, offset_type); \
    BY_FILE("write") \
    if (verdict == HALF || verdict == HALF_KILL) size = size > 1 ? size / 2 : size; \
    DONE(ssize_t, real(file, data, size, at), verdict); \
}
WRITES_AT(pwrite, off_t)
WRITES_AT(pwrite64, off64_t)
ssize_t writev(int file, const struct iovec *parts, int many) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    BY_FILE("write")
    DONE(ssize_t, real(file, parts, many), verdict);
}
#define SENDS(symbol, offset_type) \
ssize_t symbol(int file, int from, offset_type *at, size_t size) { \
    REAL(ssize_t, #symbol, int, int, offset_type *, size_t); \
    BY_FILE("write") \
    if (verdict == HALF || verdict == HALF_KILL) size = size > 2 ? 1 : size; \
    DONE(ssize_t, real(file, from, at, size), verdict); \
}
SENDS(sendfile, off_t)
SENDS(sendfile64, off64_t)
ssize_t copy_file_range(int from, off64_t *at, int file, off64_t *to, size_t size, unsigned flags) {
    REAL(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned);
    BY_FILE("write")
    if (verdict == HALF || verdict == HALF_KILL) size = size > 2 ? 1 : size;
    DONE(ssize_t, real(from, at, file, to, size, flags), verdict);
}

#define ON_FILE(symbol, call) \
int symbol(int file) { REAL(int, #symbol, int); BY_FILE(call) DONE(int, real(file), verdict); }
ON_FILE(fsync, "sync")
ON_FILE(fdatasync, "sync")
int ftruncate(int file, off_t size) { REAL(int, "ftruncate", int, off_t); BY_FILE("truncate") DONE(int, real(file, size), verdict); }
int ftruncate64(int file, off64_t size) { REAL(int, "ftruncate64", int, off64_t); BY_FILE("truncate") DONE(int, real(file, size), verdict); }
int fchmod(int file, mode_t mode) { REAL(int, "fchmod", int, mode_t); BY_FILE("chmod") DONE(int, real(file, mode), verdict); }

#define BY_PATH(call, other, takes_room) \
    int verdict = below(path) ? judge(call, path, other, takes_room) : GO; \
    if (verdict == FAIL) return -1;

int unlink(const char *path) { REAL(int, "unlink", const char *); BY_PATH("unlink", NULL, 0) DONE(int, real(path), verdict); }
int rmdir(const char *path) { REAL(int, "rmdir", const char *); BY_PATH("rmdir", NULL, 0) DONE(int, real(path), verdict); }
int mkdir(const char *path, mode_t mode) { REAL(int, "mkdir", const char *, mode_t); if (below(path) && access(path, F_OK) == 0) return real(path, mode); BY_PATH("mkdir", NULL, 1) DONE(int, real(path, mode), verdict); }
int chmod(const char *path, mode_t mode) { REAL(int, "chmod", const char *, mode_t); BY_PATH("chmod", NULL, 0) DONE(int, real(path, mode), verdict); }
int rename(const char *path, const char *to) { REAL(int, "rename", const char *, const char *); BY_PATH("rename", to, 0) DONE(int, real(path, to), verdict); }
int link(const char *path, const char *to) { REAL(int, "link", const char *, const char *); BY_PATH("link", to, 1) DONE(int, real(path, to), verdict); }
int unlinkat(int folder, const char *path, int flags) { REAL(int, "unlinkat", int, const char *, int); BY_PATH("unlink", NULL, 0) DONE(int, real(folder, path, flags), verdict); }
int fchmodat(int folder, const char *path, mode_t mode, int flags) { REAL(int, "fchmodat", int, const char *, mode_t, int); BY_PATH("chmod", NULL, 0) DONE(int, real(folder, path, mode, flags), verdict); }
