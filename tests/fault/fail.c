/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LD_PRELOAD: lets a call of the C library fail. Nothing fails without FAULT_AT, nor once the
 * program's own exit is over, when a build that measures coverage writes its counters. And no
 * allocation of libconfig, which does not look at what it gets (the program tries beforehand
 * whether as much as it can take is there). */
/* clang-format off */
/*
 *     FAULT_CALL=NAME    which one: alloc (malloc, calloc, realloc and the aligned ones), or open,
 *                        write, pwrite, sync, rename, link, unlink, mmap, close, read, pread; or
 *                        sqlite: the program's calls of that library
 *     FAULT_AT=N         the N-th such call fails, from 1
 *     FAULT_FOREVER=1    and every one after it
 *     FAULT_ERROR=NUMBER with this errno (alloc: always ENOMEM)
 *     FAULT_SHORT=1      instead, a read or write moves half of its bytes
 *     FAULT_KILL=1       instead, the program is killed before the call
 *     FAULT_SHOW=1       prints where the call that fails came from
 *     FAULT_RECORD=FILE  writes a line for each call: its kind, its number among those of its kind,
 *                        a digest of the functions of the program that it came from (of alloc
 *                        and sqlite)
 */
/* clang-format on */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum {
    ALLOC,
    OPEN,
    WRITE,
    PWRITE,
    SYNC,
    RENAME,
    LINK,
    UNLINK,
    MMAP,
    CLOSE,
    READ,
    PREAD,
    SQLITE,
    KINDS
};
static const char *const names[KINDS] = {"alloc",  "open",  "write",  "pwrite", "sync",
                                         "rename", "link",  "unlink", "mmap",   "close",
                                         "read",   "pread", "sqlite"};

static long calls[KINDS], fail_at;
static int fail_kind = -1, fail_error = EIO, record = -1;
static bool armed, forever, halved, killed, shown;
static __thread bool inside; /* of this library's own doing */

/* The C library's own, under the names by which they can be called without dlsym() and its memory.
 */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("FAULT_AT"), *call = getenv("FAULT_CALL");
    const char *error = getenv("FAULT_ERROR"), *file = getenv("FAULT_RECORD");
    void *warm[4];
    inside = true;
    fail_at = at ? atol(at) : 0;
    fail_error = error ? atoi(error) : EIO;
    forever = getenv("FAULT_FOREVER") != NULL;
    shown = getenv("FAULT_SHOW") != NULL;
    halved = getenv("FAULT_SHORT") != NULL;
    killed = getenv("FAULT_KILL") != NULL;
    for (int k = 0; call && k < KINDS; k++)
        if (strcmp(call, names[k]) == 0)
            fail_kind = k;
    if (file) {
        record = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND, 0666);
        (void)backtrace(warm, 4); /* loads what it needs */
    }
    inside = false;
}

/* A digest of the last four functions of the program itself that led here. */
static uint64_t place(void) {
    enum { DEEP = 40, KEPT = 4 };
    void *frame[DEEP];
    uint64_t digest = 1469598103934665603U;
    int kept = 0;
    for (int k = 0, n = backtrace(frame, DEEP); k < n && kept < KEPT; k++) {
        Dl_info object;
        if (dladdr(frame[k], &object) && !strstr(object.dli_fname, ".so")) {
            digest = (digest ^ (uintptr_t)frame[k]) * 1099511628211U;
            kept++;
        }
    }
    return digest;
}

static void tell(int kind, long number) {
    char line[80];
    inside = true;
    bool placed = kind == ALLOC || kind == SQLITE;
    int length = snprintf(line, sizeof line, "%s %ld %016llx\n", names[kind], number,
                          (unsigned long long)(placed ? place() : 0));
    (void)!syscall(SYS_write, record, line, (size_t)length);
    inside = false;
}

static void show(void) {
    void *frame[30];
    inside = true;
    backtrace_symbols_fd(frame, backtrace(frame, 30), STDERR_FILENO);
    inside = false;
}

/* Whether this call is one that fails. */
static bool due(int kind) {
    if (!armed || inside)
        return false;
    long number = __atomic_add_fetch(&calls[kind], 1, __ATOMIC_RELAXED);
    if (record >= 0)
        tell(kind, number);
    bool fails =
        kind == fail_kind && fail_at > 0 && (number == fail_at || (forever && number > fail_at));
    if (fails && shown)
        show();
    if (fails && killed)
        (void)raise(SIGKILL);
    return fails;
}

static int failed(void) {
    errno = fail_error;
    return -1;
}

/* `from`: the place that calls. */
static bool no_memory(void *from) {
    Dl_info object;
    if (!armed || inside || (fail_kind != ALLOC && record < 0))
        return false;
    if (dladdr(from, &object) && strstr(object.dli_fname, "libconfig."))
        return false;
    bool fails = due(ALLOC);
    if (fails)
        errno = ENOMEM;
    return fails;
}
#define NO_MEMORY() no_memory(__builtin_return_address(0))

static void *real(const char *name) {
    bool was = inside;
    inside = true;
    void *found = dlsym(RTLD_NEXT, name);
    inside = was;
    return found;
}

/* ---- from the first line of main() to the exit ---- */

typedef int main_t(int, char **, char **);
typedef void end_t(void);
static main_t *program;

static void end(void) {
    armed = false;
}

static int armed_main(int argc, char **argv, char **env) {
    armed = atexit(end) == 0; /* here: what is registered last is called first */
    return program(argc, argv, env);
}

int __libc_start_main(main_t *begins, int argc, char **argv, end_t *init, end_t *fini,
                      end_t *loader, void *stack);
int __libc_start_main(main_t *begins, int argc, char **argv, end_t *init, end_t *fini,
                      end_t *loader, void *stack) {
    typedef int start_t(main_t *, int, char **, end_t *, end_t *, end_t *, void *);
    program = begins;
    return ((start_t *)real("__libc_start_main"))(armed_main, argc, argv, init, fini, loader,
                                                  stack);
}

/* ---- memory ---- */

void *malloc(size_t size) {
    return NO_MEMORY() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    return NO_MEMORY() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) {
    return size && NO_MEMORY() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || (bytes && NO_MEMORY())) {
        errno = ENOMEM;
        return NULL;
    }
    return __libc_realloc(old, bytes);
}

void *memalign(size_t alignment, size_t size) {
    return NO_MEMORY() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return NO_MEMORY() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *made = NO_MEMORY() ? NULL : __libc_memalign(alignment, size);
    if (!made)
        return ENOMEM;
    *out = made;
    return 0;
}

/* Here, so that it is known who calls; libconfig uses the name with lines. */
#define COPIES(name)                                                                               \
    char *name(const char *text) {                                                                 \
        size_t size = strlen(text) + 1;                                                            \
        char *copy = NO_MEMORY() ? NULL : __libc_malloc(size);                                     \
        return copy ? memcpy(copy, text, size) : NULL;                                             \
    }
char *__strdup(const char *text);
COPIES(strdup)
COPIES(__strdup)

/* ---- files ---- */

#define OPENS(name)                                                                                \
    int name(const char *path, int flags, ...) {                                                   \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;                  \
        va_end(more);                                                                              \
        return due(OPEN) ? failed() : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);       \
    }
OPENS(open)
OPENS(open64)

#define FOPENS(name)                                                                               \
    FILE *name(const char *path, const char *how) {                                                \
        if (due(OPEN))                                                                             \
            return failed(), NULL;                                                                 \
        return ((FILE * (*)(const char *, const char *)) real(#name))(path, how);                  \
    }
FOPENS(fopen)
FOPENS(fopen64)

/* A stream is closed in any case, as by the system; what it still held may be lost. */
int fclose(FILE *stream) {
    bool fails = fileno(stream) >= 0 && due(CLOSE);
    int rc = ((int (*)(FILE *))real("fclose"))(stream);
    if (!fails)
        return rc;
    errno = fail_error;
    return EOF;
}

int fflush(FILE *stream) {
    if (due(WRITE))
        return failed(), EOF;
    return ((int (*)(FILE *))real("fflush"))(stream);
}

int close(int file) {
    bool fails = due(CLOSE);
    int rc = (int)syscall(SYS_close, file);
    return fails ? failed() : rc;
}

#define MOVES(name, kind, call, type)                                                              \
    ssize_t name(int file, type bytes, size_t size) {                                              \
        bool now = due(kind);                                                                      \
        if (now && !halved)                                                                        \
            return failed();                                                                       \
        return (ssize_t)syscall(call, file, bytes, now ? size / 2 : size);                         \
    }
MOVES(read, READ, SYS_read, void *)
MOVES(write, WRITE, SYS_write, const void *)

#define MOVES_AT(name, kind, call, type)                                                           \
    ssize_t name(int file, type bytes, size_t size, off_t at) {                                    \
        bool now = due(kind);                                                                      \
        if (now && !halved)                                                                        \
            return failed();                                                                       \
        return (ssize_t)syscall(call, file, bytes, now ? size / 2 : size, at);                     \
    }
MOVES_AT(pread, PREAD, SYS_pread64, void *)
MOVES_AT(pread64, PREAD, SYS_pread64, void *)
MOVES_AT(pwrite, PWRITE, SYS_pwrite64, const void *)
MOVES_AT(pwrite64, PWRITE, SYS_pwrite64, const void *)

int fsync(int file) {
    return due(SYNC) ? failed() : (int)syscall(SYS_fsync, file);
}

int fdatasync(int file) {
    return due(SYNC) ? failed() : (int)syscall(SYS_fdatasync, file);
}

int rename(const char *from, const char *to) {
    return due(RENAME) ? failed() : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int link(const char *from, const char *to) {
    return due(LINK) ? failed() : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlink(const char *path) {
    return due(UNLINK) ? failed() : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

#define MAPS(name)                                                                                 \
    void *name(void *at, size_t size, int protection, int flags, int file, off_t offset) {         \
        if (due(MMAP))                                                                             \
            return failed(), MAP_FAILED;                                                           \
        return (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);               \
    }
MAPS(mmap)
MAPS(mmap64)

/* ---- libraries ---- */

/* Not what SQLite calls of itself. */
static bool library_fails(int kind, void *from) {
    Dl_info object;
    if (fail_kind != kind && record < 0)
        return false;
    if (dladdr(from, &object) && strstr(object.dli_fname, "libsqlite3."))
        return false;
    return due(kind);
}
#define FAILS(kind) library_fails(kind, __builtin_return_address(0))

typedef void free_t(void *);
typedef int row_t(void *, int, char **, char **);
enum { SQLITE_IOERR = 10 };

#define REAL(name, types, arguments) ((int(*) types)real(name)) arguments

int sqlite3_open_v2(const char *path, void **db, int flags, const char *vfs) {
    *db = NULL;
    return FAILS(SQLITE) ? SQLITE_IOERR
                         : REAL("sqlite3_open_v2", (const char *, void **, int, const char *),
                                (path, db, flags, vfs));
}

int sqlite3_prepare_v2(void *db, const char *sql, int size, void **made, const char **tail) {
    *made = NULL;
    return FAILS(SQLITE)
               ? SQLITE_IOERR
               : REAL("sqlite3_prepare_v2", (void *, const char *, int, void **, const char **),
                      (db, sql, size, made, tail));
}

int sqlite3_exec(void *db, const char *sql, row_t *row, void *user, char **why) {
    return FAILS(SQLITE) ? SQLITE_IOERR
                         : REAL("sqlite3_exec", (void *, const char *, row_t *, void *, char **),
                                (db, sql, row, user, why));
}

static void *stopped; /* the statement whose step failed: its reset tells the same */

int sqlite3_step(void *s) {
    if (!FAILS(SQLITE))
        return REAL("sqlite3_step", (void *), (s));
    stopped = s;
    return SQLITE_IOERR;
}

/* How a reset or the end of a statement went. */
static int ended(const void *s, int rc, bool fails) {
    bool again = s && s == stopped;
    if (again)
        stopped = NULL;
    return again || fails ? SQLITE_IOERR : rc;
}

int sqlite3_reset(void *s) {
    int rc = REAL("sqlite3_reset", (void *), (s));
    return ended(s, rc, FAILS(SQLITE));
}

int sqlite3_finalize(void *s) {
    int rc = REAL("sqlite3_finalize", (void *), (s));
    return ended(s, rc, s && FAILS(SQLITE));
}

int sqlite3_bind_text(void *s, int i, const char *text, int size, free_t *done) {
    return FAILS(SQLITE) ? SQLITE_IOERR
                         : REAL("sqlite3_bind_text", (void *, int, const char *, int, free_t *),
                                (s, i, text, size, done));
}

#define BINDS(name, type)                                                                          \
    int name(void *s, int i, type value) {                                                         \
        return FAILS(SQLITE) ? SQLITE_IOERR : REAL(#name, (void *, int, type), (s, i, value));     \
    }
BINDS(sqlite3_bind_int, int)
BINDS(sqlite3_bind_int64, long long)
BINDS(sqlite3_bind_double, double)
BINDS(sqlite3_bind_value, const void *)

int sqlite3_bind_null(void *s, int i) {
    return FAILS(SQLITE) ? SQLITE_IOERR : REAL("sqlite3_bind_null", (void *, int), (s, i));
}
