/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LD_PRELOAD: file systems as clusters have them. LOCKS_FAIL=ERRNO: no lock can be had.
 * LOCKS_FAIL=nfs: flock() is a lock of the whole file that meets those of fcntl(), as NFS clients
 * have it since Linux 2.6.12. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

typedef int fcntl_t(int descriptor, int command, ...);

static int fail(void) {
    const char *how = getenv("LOCKS_FAIL");
    return how ? atoi(how) : 0; /* 0 of "nfs" */
}

static int pass_on(const char *name, int descriptor, int command, void *argument) {
    fcntl_t *real = (fcntl_t *)dlsym(RTLD_NEXT, name);
    int locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK ||
                command == F_OFD_SETLK || command == F_OFD_GETLK;
    if (!locks || !fail())
        return real(descriptor, command, argument);
    errno = fail();
    return -1;
}

#define REPLACE(name)                                                                              \
    int name(int descriptor, int command, ...) {                                                   \
        va_list arguments;                                                                         \
        va_start(arguments, command);                                                              \
        void *argument = va_arg(arguments, void *);                                                \
        va_end(arguments);                                                                         \
        return pass_on(#name, descriptor, command, argument);                                      \
    }
REPLACE(fcntl)
REPLACE(fcntl64)

int flock(int descriptor, int how) {
    struct flock whole = {.l_whence = SEEK_SET};
    whole.l_type = how & LOCK_UN ? F_UNLCK : how & LOCK_SH ? F_RDLCK : F_WRLCK;
    if (fail()) {
        errno = fail();
        return -1;
    }
    int rc = fcntl(descriptor, how & LOCK_NB ? F_OFD_SETLK : F_OFD_SETLKW, &whole);
    if (rc && errno == EACCES)
        errno = EWOULDBLOCK;
    return rc;
}
