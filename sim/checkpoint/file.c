/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An image on the disk: there whole or not at all. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/checkpoint/image.h"

enum { PATH = 8192 }; /* as in checkpoint.c */

static int failed(const char *path, const char *what, sim_base_why_t *why) {
    return sim_base_why_fail(why, SIM_ERR_IO, "checkpoint %s cannot be %s: %s", path, what,
                             strerror(errno));
}

static bool write_all(int file, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        ssize_t done = write(file, bytes, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

static bool write_file(const char *path, const sim_checkpoint_image_t *image, bool durable) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    bool good = write_all(file, image->bytes, image->size) && (!durable || fsync(file) == 0);
    int reason = errno;
    good = close(file) == 0 && good;
    errno = good ? 0 : reason;
    return good;
}

int sim_checkpoint_file_write(const char *path, const sim_checkpoint_image_t *image, bool durable,
                              sim_base_why_t *why) {
    char partial[PATH];
    int length = snprintf(partial, sizeof partial, "%s.partial", path);
    if (length < 0 || (size_t)length >= sizeof partial) {
        errno = ENAMETOOLONG;
        return failed(path, "written", why);
    }
    bool good = write_file(partial, image, durable) && rename(partial, path) == 0;
    if (good)
        return durable && sim_base_sync_folder_of(path) ? failed(path, "flushed", why) : SIM_OK;
    int rc = failed(path, "written", why);
    (void)unlink(partial);
    return rc;
}

static int read_all(int file, sim_checkpoint_image_t *image) {
    size_t done = 0;
    while (done < image->size) {
        ssize_t got = read(file, image->bytes + done, image->size - done);
        if (got < 0 && errno != EINTR)
            return -1;
        if (got == 0)
            break;
        done += got > 0 ? (size_t)got : 0;
    }
    image->size = done;
    return 0;
}

int sim_checkpoint_file_read(const char *path, sim_checkpoint_image_t *image, bool *found,
                             sim_base_why_t *why) {
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = SIM_OK;
    *found = file >= 0;
    if (file < 0)
        return errno == ENOENT || errno == ENOTDIR ? SIM_OK : failed(path, "read", why);
    if (fstat(file, &status) || (!S_ISREG(status.st_mode) && (errno = EINVAL))) {
        rc = failed(path, "read", why);
        goto out;
    }
    size_t size = (size_t)status.st_size;
    if (size + 1 > image->capacity) {
        unsigned char *larger = realloc(image->bytes, size + 1);
        if (!larger) {
            rc = SIM_ERR_MEMORY;
            goto out;
        }
        image->bytes = larger;
        image->capacity = size + 1;
    }
    image->size = size;
    if (read_all(file, image))
        rc = failed(path, "read", why);
out:
    close(file);
    return rc;
}
