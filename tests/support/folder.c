/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700
#include "tests/support/folder.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

void folder_make(char folder[FOLDER_ROOM], const char *what) {
    const char *top = getenv("TMPDIR");
    int n = snprintf(folder, FOLDER_ROOM, "%s/kumiai-%s-XXXXXX", top && *top ? top : "/tmp", what);
    cr_assert(n > 0 && n < FOLDER_ROOM);
    cr_assert_not_null(mkdtemp(folder));
}

static int drop(const char *path, const struct stat *status, int type, struct FTW *ftw) {
    (void)status, (void)type, (void)ftw;
    return remove(path);
}

void folder_remove(char folder[FOLDER_ROOM]) {
    if (*folder)
        nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS);
    *folder = '\0';
}
