/* Stands between a process and its disk: lets the n-th change below a folder fail.
 *
 * Loaded before the C library (LD_PRELOAD). DRAGOMAN_FAULT_BELOW is the folder, DRAGOMAN_FAULT_AT
 * the number of the change that fails, with ENOSPC if DRAGOMAN_FAULT_FULL is set and with EIO
 * otherwise, DRAGOMAN_FAULT_COUNT a file outside of it, to which a byte is appended for each change. SQLite, the LSM and the standard library all change files
 * through these functions. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_below(const char *path) {
    const char *folder = getenv("DRAGOMAN_FAULT_BELOW");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_ours(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_below(path);
}

/* Whether this change is the one. */
static int fails(void) {
    static long changes;
    const char *at = getenv("DRAGOMAN_FAULT_AT"), *count = getenv("DRAGOMAN_FAULT_COUNT");
    long number = __atomic_add_fetch(&changes, 1, __ATOMIC_SEQ_CST);
    if (count) {
        int file = syscall(SYS_openat, AT_FDCWD, count, O_WRONLY | O_CREAT | O_APPEND, 0600);
        syscall(SYS_write, file, ".", 1);
        syscall(SYS_close, file);
    }
    if (!at || number != atol(at)) return 0;
    errno = getenv("DRAGOMAN_FAULT_FULL") ? ENOSPC : EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CHANGE(type, name, file, parameters, arguments) \
    type name parameters { return is_ours(file) && fails() ? -1 : REAL(name) arguments; }

CHANGE(ssize_t, write, f, (int f, const void *b, size_t n), (f, b, n))
CHANGE(ssize_t, pwrite, f, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
CHANGE(ssize_t, pwrite64, f, (int f, const void *b, size_t n, off64_t o), (f, b, n, o))
CHANGE(ssize_t, writev, f, (int f, const struct iovec *v, int n), (f, v, n))
CHANGE(int, fsync, f, (int f), (f))
CHANGE(int, fdatasync, f, (int f), (f))
CHANGE(int, ftruncate, f, (int f, off_t n), (f, n))
CHANGE(int, ftruncate64, f, (int f, off64_t n), (f, n))

int rename(const char *from, const char *to) {
    return (is_below(from) || is_below(to)) && fails() ? -1 : REAL(rename)(from, to);
}
