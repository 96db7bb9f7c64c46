/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "tests/support/past.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/folder.h"

static char folder[FOLDER_ROOM], *words;
static const char *const names[COOP_N_RECORDS] = {"ties", "projects", "histories"};

static void write_one(FILE *set, int which, const char *head, const char *rows) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s.csv", folder, names[which]);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    cr_assert_gt(fprintf(out, "%s%s", head, rows), 0);
    cr_assert_eq(fclose(out), 0);
    fprintf(set, "record.%s=%s ", names[which], path);
}

const char *past_write(const past_t *past, const char *settings) {
    static const char *const head[] = {PAST_TIES, PAST_PROJECTS, PAST_HISTORIES};
    const char *const rows[] = {past->ties, past->projects, past->histories};
    size_t size;
    past_end();
    folder_make(folder, "past");
    FILE *set = open_memstream(&words, &size);
    cr_assert_not_null(set);
    for (int k = 0; k < COOP_N_RECORDS; k++)
        if (rows[k] && *rows[k])
            write_one(set, k, head[k], rows[k]);
    fputs(settings, set);
    cr_assert_eq(fclose(set), 0);
    return words;
}

void past_end(void) {
    folder_remove(folder);
    free(words);
    words = NULL;
}
