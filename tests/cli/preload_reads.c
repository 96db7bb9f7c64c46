/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LD_PRELOAD: the READ_FAILS-th read of a results file (*.db) fails. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef ssize_t pread_t(int descriptor, void *buffer, size_t size, off_t at);

static int count;

static int is_results(int descriptor) {
    char link[64], path[4096] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 3 && strncmp(path + length - 3, ".db", 3) == 0;
}

static ssize_t pass_on(const char *name, int descriptor, void *buffer, size_t size, off_t at) {
    pread_t *real = (pread_t *)dlsym(RTLD_NEXT, name);
    const char *which = getenv("READ_FAILS");
    if (which && is_results(descriptor) && __sync_add_and_fetch(&count, 1) == atoi(which)) {
        errno = EIO;
        return -1;
    }
    return real(descriptor, buffer, size, at);
}

ssize_t pread(int descriptor, void *buffer, size_t size, off_t at) {
    return pass_on("pread", descriptor, buffer, size, at);
}

ssize_t pread64(int descriptor, void *buffer, size_t size, off_t at) {
    return pass_on("pread64", descriptor, buffer, size, at);
}
