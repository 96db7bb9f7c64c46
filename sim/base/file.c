/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/error.h"

int sim_base_sync(const char *path) {
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return SIM_ERR_IO;
    bool good = fsync(file) == 0 ||
                (errno == EINVAL && fstat(file, &status) == 0 && S_ISDIR(status.st_mode));
    int reason = errno;
    close(file);
    errno = reason;
    return good ? 0 : SIM_ERR_IO;
}

char *sim_base_folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return !slash          ? strdup(".")
           : slash == path ? strdup("/")
                           : strndup(path, (size_t)(slash - path));
}

int sim_base_sync_folder_of(const char *path) {
    char *folder = sim_base_folder_of(path);
    int rc = folder ? sim_base_sync(folder) : SIM_ERR_MEMORY;
    int reason = errno;
    free(folder);
    errno = reason;
    return rc;
}

static bool same_inode(const char *a, const char *b) {
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

/* What is not there yet will be the same file under the same name in the same folder. */
static bool same_place(const char *a, const char *b) {
    const char *const path[] = {a, b};
    const char *name[2];
    char *folder[2];
    for (int i = 0; i < 2; i++) {
        const char *slash = strrchr(path[i], '/');
        name[i] = slash ? slash + 1 : path[i];
        folder[i] = strndup(path[i], (size_t)(name[i] - path[i]));
    }
    bool same = folder[0] && folder[1] && strcmp(name[0], name[1]) == 0 &&
                same_inode(*folder[0] ? folder[0] : ".", *folder[1] ? folder[1] : ".");
    free(folder[0]);
    free(folder[1]);
    return same;
}

bool sim_base_same_file(const char *a, const char *b) {
    return same_inode(a, b) || same_place(a, b);
}

bool sim_base_is_device(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

bool sim_base_is_journal(const char *path) {
    static const char *const suffix[] = {"-journal", "-wal", "-shm"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof suffix / sizeof suffix[0]; i++) {
        size_t n = strlen(suffix[i]);
        if (length > n && strcmp(path + length - n, suffix[i]) == 0)
            return true;
    }
    return false;
}

bool sim_base_is_database(const char *path) {
    static const char magic[16] = "SQLite format 3"; /* with its NUL */
    char head[sizeof magic];
    struct stat status;
    if (stat(path, &status) || !S_ISREG(status.st_mode))
        return false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool found = file >= 0 && read(file, head, sizeof head) == (ssize_t)sizeof head &&
                 !memcmp(head, magic, 16);
    if (file >= 0)
        close(file);
    return found;
}
