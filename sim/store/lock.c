/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "sim/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/error.h"

enum { TRIES = 4, NAP_NS = 10000000 };

typedef struct {
    const char *path;
    sim_store_use_t use;
    sim_store_lock_t *lock;
    sim_base_why_t *why;
} asked_t;

/* ---- locks of one byte ---- */

static int set(int descriptor, int command, short type, off_t at) {
    struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    return fcntl(descriptor, command, &range);
}

/* The kind of lock that somebody else has on the byte, or F_UNLCK. */
static short other(int descriptor, off_t at) {
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1};
    if (fcntl(descriptor, F_GETLK, &range))
        return F_UNLCK;
    return range.l_type;
}

/* A lock of the descriptor, which no other descriptor of this process can drop. Kernels that have
 * none of these say EINVAL. */
static int take(int descriptor, short type) {
#ifdef F_OFD_SETLK
    int rc = set(descriptor, F_OFD_SETLK, type, 0);
    if (rc == 0 || errno != EINVAL)
        return rc;
#endif
    return flock(descriptor, (type == F_RDLCK ? LOCK_SH : LOCK_EX) | LOCK_NB);
}

/* ---- sentences ---- */

static int folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (int)(slash - path) + (slash == path) : 0;
}

static int no_locks(const asked_t *a, int error) {
    const char *temporary = getenv("TMPDIR");
    const char *slash = strrchr(a->path, '/');
    const char *cure = a->use == SIM_STORE_READS ? "copy the file to a local disk and read it there"
                       : access(a->path, F_OK) == 0
                           ? "copy the file to a local disk, go on there and copy it back"
                           : "write to a local disk and copy the file afterwards";
    int length = folder_length(a->path);
    return sim_base_why_fail(
        a->why, SIM_ERR_CONFIG,
        "results file %s: the file system of folder %.*s does not support locks, or they are "
        "switched off (%s); %s (for example %s/%s), or mount the folder with locks",
        a->path, length ? length : 1, length ? a->path : ".", strerror(error), cure,
        temporary && *temporary ? temporary : "/tmp", slash ? slash + 1 : a->path);
}

static int refuse(const asked_t *a, short has) {
    if (a->use == SIM_STORE_READS)
        sim_base_why_set(a->why, "results file %s is being written; wait until that is done",
                         a->path);
    else if (has == F_RDLCK)
        sim_base_why_set(a->why, "another command is reading the results file %s", a->path);
    else
        sim_base_why_set(a->why, "another run is writing the results file %s", a->path);
    return SIM_ERR_CONFIG;
}

void sim_store_long_name(const char *path, sim_base_why_t *why) {
    sim_base_why_set(
        why,
        "results file %s: the name is too long, since files of longer names lie beside it "
        "(R.db.lock, .R.db.1234.partial); choose a shorter one",
        path);
}

static int cannot_open(const asked_t *a, int error) {
    const char *what = access(a->path, F_OK) == 0 ? "written" : "created";
    if (error == ENAMETOOLONG)
        sim_store_long_name(a->path, a->why);
    else
        sim_base_why_set(a->why, "results file %s cannot be %s: %s: %s", a->path, what,
                         a->lock->name, strerror(error));
    return SIM_ERR_IO;
}

/* ---- the lock file ---- */

/* Of all names of one file the same. */
static char *lock_name(const char *path) {
    static const char suffix[] = ".lock";
    char *real = realpath(path, NULL);
    const char *from = real ? real : path;
    size_t size = strlen(from) + sizeof suffix;
    char *name = malloc(size);
    if (name)
        snprintf(name, size, "%s%s", from, suffix);
    free(real);
    return name;
}

/* Its last owner may have removed it since it was opened. */
static bool is_named(int descriptor, const char *name) {
    struct stat ours, named;
    return fstat(descriptor, &ours) == 0 && stat(name, &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* Something of the user's that has this name by chance stays. */
static void remove_file(int descriptor, const char *name) {
    struct stat status;
    if (fstat(descriptor, &status) == 0 && status.st_size == 0 && is_named(descriptor, name))
        (void)unlink(name);
}

static bool is_denied(int error) {
    return error == EACCES || error == EPERM || error == EROFS;
}

static int open_file(const asked_t *a) {
    int descriptor = open(a->lock->name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0 && is_denied(errno) && a->use == SIM_STORE_READS)
        descriptor = open(a->lock->name, O_RDONLY | O_CLOEXEC);
    return descriptor;
}

/* SQLite takes locks of the process, so these must work too: on a byte that is this process's own.
 */
static int check_locks(const asked_t *a, int descriptor, short type) {
    off_t at = 1 + (off_t)getpid();
    if (set(descriptor, F_SETLK, type, at) == 0 || errno == EAGAIN || errno == ESTALE)
        return 0;
    int error = errno;
    return error == EACCES && other(descriptor, at) != F_UNLCK ? 0 : no_locks(a, error);
}

/* 0 and *again when somebody has it who may be about to leave. */
static int try_once(const asked_t *a, bool *again, short *has) {
    short type = a->use == SIM_STORE_READS ? F_RDLCK : F_WRLCK;
    int descriptor = open_file(a);
    if (descriptor < 0)
        return cannot_open(a, errno);
    int rc = check_locks(a, descriptor, type);
    *again = false;
    if (rc == 0 && take(descriptor, type)) {
        int error = errno;
        *has = other(descriptor, 0);
        *again = error == EAGAIN || (error == EACCES && *has != F_UNLCK) ||
                 error == ESTALE; /* removed by its last owner on another machine */
        rc = *again ? 0 : no_locks(a, error);
    } else if (rc == 0) {
        *again = !is_named(descriptor, a->lock->name);
    }
    if (rc == 0 && !*again) {
        a->lock->descriptor = descriptor;
        return 0;
    }
    if (rc) /* where nobody can have it */
        remove_file(descriptor, a->lock->name);
    close(descriptor);
    return rc;
}

/* Without a lock file the database itself shows whether there are locks. It is not open yet: to
 * close it drops the locks of SQLite. */
// NOLINTNEXTLINE(readability-non-const-parameter): what is in `asked` is written to
int sim_store_locks_work(const char *path, sim_base_why_t *why) {
    const asked_t a = {path, SIM_STORE_READS, NULL, why};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int rc = descriptor < 0 ? 0 : check_locks(&a, descriptor, F_RDLCK);
    if (descriptor >= 0)
        close(descriptor);
    return rc;
}

int sim_store_lock(const char *path, sim_store_use_t use, sim_store_lock_t *lock,
                   sim_base_why_t *why) {
    const asked_t a = {path, use, lock, why};
    const struct timespec nap = {0, NAP_NS};
    bool again = true;
    short has = F_WRLCK;
    int rc = 0;
    *lock = (sim_store_lock_t){.descriptor = -1, .name = lock_name(path)};
    if (!lock->name)
        return sim_base_why_fail(why, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    for (int i = 0; rc == 0 && again && i < TRIES; i++) {
        if (i > 0)
            nanosleep(&nap, NULL);
        rc = try_once(&a, &again, &has);
    }
    if (rc == SIM_ERR_IO && use == SIM_STORE_READS)
        rc = sim_store_locks_work(path, why);
    else if (rc == 0 && again)
        rc = refuse(&a, has);
    if (rc)
        sim_store_unlock(lock);
    return rc;
}

void sim_store_unlock(sim_store_lock_t *lock) {
    int descriptor = lock->descriptor;
    if (descriptor >= 0 && take(descriptor, F_WRLCK) == 0)
        remove_file(descriptor, lock->name);
    if (descriptor >= 0)
        close(descriptor);
    free(lock->name);
    *lock = SIM_STORE_UNLOCKED;
}
