/* Preloaded: lets the nth call of a kind fail that touches a folder; other calls go through.
 *
 * A program arms it by `faults_arm` and asks by `faults_calls` how many calls of a kind there were.
 * Kinds:
 * 'e' any call ends with EIO, 'n' a call that needs room ends with ENOSPC, 's' a write takes half of
 * its bytes, 'f' an fsync or fdatasync ends with EIO, 'b' every writing call from the nth on ends
 * with EIO.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READS = 1, WRITES = 2, ROOM = 4, SYNCS = 8, BYTES = 16 };

static const char kinds[] = "ensfb";
static atomic_long counted[sizeof kinds];
static atomic_int kind;
static long nth;
static char folder[PATH_MAX];

void faults_arm(int what, long number, const char *where)
{
    snprintf(folder, sizeof folder, "%s/", where);
    nth = number;
    for (size_t one = 0; one < sizeof kinds; one++)
        counted[one] = 0;
    kind = what;
}

void faults_disarm(void) { kind = 0; }

long faults_calls(int what) { return counted[strchr(kinds, what) - kinds]; }

static int inside(const char *path) { return strncmp(path, folder, strlen(folder)) == 0; }

static int holds(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0)
        return 0;
    path[size] = 0;
    return inside(path) || (size == (ssize_t)strlen(folder) - 1 && !strncmp(path, folder, size));
}

static int counts(int what, int traits)
{
    switch (what) {
    case 'e': return 1;
    case 'n': return (traits & ROOM) != 0;
    case 's': return (traits & BYTES) != 0;
    case 'f': return (traits & SYNCS) != 0;
    default: return (traits & (WRITES | SYNCS)) != 0;
    }
}

/* Returns the error a call of these traits ends with, 0 when it goes through, -1 for half of it. */
static int verdict(int traits)
{
    int fails = 0;
    for (const char *one = kinds; *one; one++) {
        if (!counts(*one, traits))
            continue;
        long now = atomic_fetch_add(&counted[one - kinds], 1) + 1;
        if (*one == kind && nth && (now == nth || (now > nth && *one == 'b')))
            fails = *one == 's' ? -1 : *one == 'n' ? ENOSPC : EIO;
    }
    return fails;
}

static int of_handle(int fd, int traits) { return kind && holds(fd) ? verdict(traits) : 0; }
static int of_path(const char *path, int traits)
{
    return kind && path && inside(path) ? verdict(traits) : 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define END_IF(error)                                                                              \
    do {                                                                                           \
        int found = (error);                                                                       \
        if (found > 0) {                                                                           \
            errno = found;                                                                         \
            return -1;                                                                             \
        }                                                                                          \
    } while (0)

ssize_t write(int fd, const void *data, size_t size)
{
    int error = of_handle(fd, WRITES | ROOM | BYTES);
    END_IF(error);
    return REAL(write)(fd, data, error && size > 1 ? size / 2 : size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    int error = of_handle(fd, WRITES | ROOM | BYTES);
    END_IF(error);
    return REAL(pwrite64)(fd, data, error && size > 1 ? size / 2 : size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t read(int fd, void *data, size_t size)
{
    END_IF(of_handle(fd, READS));
    return REAL(read)(fd, data, size);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t at)
{
    END_IF(of_handle(fd, READS));
    return REAL(pread64)(fd, data, size, at);
}

ssize_t pread(int fd, void *data, size_t size, off_t at) { return pread64(fd, data, size, at); }

int fsync(int fd)
{
    END_IF(of_handle(fd, SYNCS));
    return REAL(fsync)(fd);
}

int fdatasync(int fd)
{
    END_IF(of_handle(fd, SYNCS));
    return REAL(fdatasync)(fd);
}

int ftruncate64(int fd, off64_t size)
{
    END_IF(of_handle(fd, WRITES));
    return REAL(ftruncate64)(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int rename(const char *from, const char *to)
{
    END_IF(of_path(from, WRITES | ROOM));
    return REAL(rename)(from, to);
}

int unlink(const char *path)
{
    END_IF(of_path(path, WRITES));
    return REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode)
{
    END_IF(of_path(path, WRITES | ROOM));
    return REAL(mkdir)(path, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    END_IF(of_path(path, flags & O_CREAT ? WRITES | ROOM : READS));
    return REAL(open64)(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open64(path, flags, mode);
}
