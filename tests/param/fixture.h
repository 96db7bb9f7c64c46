/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the param room share: a folder of its own per test, files in it, loading,
 * and questions about problems. */
#ifndef TESTS_PARAM_FIXTURE_H
#define TESTS_PARAM_FIXTURE_H

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"
#include "sim/param/table.h"

typedef struct {
    char dir[64];
    sim_base_diag_t diag;
    sim_config_t *config;
} fixture_t;

static fixture_t fx;

static inline void fixture_begin(void) {
    snprintf(fx.dir, sizeof fx.dir, "/tmp/kumiai-param-XXXXXX");
    cr_assert(mkdtemp(fx.dir) == fx.dir);
    sim_base_diag_init(&fx.diag);
    fx.config = NULL;
}

static inline void fixture_end(void) {
    char command[128];
    sim_param_config_destroy(fx.config);
    sim_base_diag_free(&fx.diag);
    snprintf(command, sizeof command, "rm -rf '%s'", fx.dir);
    cr_assert(system(command) == 0);
}

/* dir/name; the last eight stay valid. */
static inline const char *path_of(const char *name) {
    static char path[8][256];
    static int next;
    next = (next + 1) % 8;
    snprintf(path[next], sizeof path[next], "%s/%s", fx.dir, name);
    return path[next];
}

static inline const char *write_bytes(const char *name, const char *bytes, size_t size) {
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    cr_assert(file != NULL);
    cr_assert(fwrite(bytes, 1, size, file) == size);
    cr_assert(fclose(file) == 0);
    return path;
}

static inline const char *write_text(const char *name, const char *text) {
    return write_bytes(name, text, strlen(text));
}

/* Forgets the last configuration and its problems. */
static inline void again(void) {
    sim_param_config_destroy(fx.config);
    fx.config = NULL;
    sim_base_diag_free(&fx.diag);
    sim_base_diag_init(&fx.diag);
}

static inline int load(const char *path, const char *const *sets) {
    again();
    return sim_param_config_load(path, sets, &fx.diag, &fx.config);
}

static inline int parse(const char *text, const char *const *sets) {
    again();
    return sim_param_config_parse(text, "test.cfg", fx.dir, sets, &fx.diag, &fx.config);
}

static inline const char *all_problems(void) {
    static char text[8192];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < fx.diag.count && used < sizeof text; i++) {
        const sim_base_problem_t *p = &fx.diag.problem[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s:%d: %s\n",
                                 p->file ? p->file : "-", p->line, p->text);
    }
    return text;
}

/* A problem in a file whose name ends in `file` (NULL: in no file) and `line`, with `words`. */
static inline bool has_problem(const char *file, int line, const char *words) {
    for (size_t i = 0; i < fx.diag.count; i++) {
        const sim_base_problem_t *p = &fx.diag.problem[i];
        size_t own = p->file ? strlen(p->file) : 0, asked = file ? strlen(file) : 0;
        bool same = !file || !p->file ? !file && !p->file
                                      : own >= asked && strcmp(p->file + own - asked, file) == 0;
        if (same && p->line == line && strstr(p->text, words))
            return true;
    }
    return false;
}

static inline const char *shown(const char *file) {
    return file ? file : "-";
}

#define ASSERT_GOOD(code) cr_assert((code) == 0, "%s", all_problems())
#define ASSERT_PROBLEM(file, line, words)                                                          \
    cr_assert(has_problem(file, line, words), "expected %s:%d: ...%s... in\n%s", shown(file),      \
              line, words, all_problems())

/* Loading must fail as a configuration error with one problem. */
#define ASSERT_REFUSED(code, file, line, words)                                                    \
    do {                                                                                           \
        cr_assert((code) == SIM_ERR_CONFIG);                                                       \
        cr_assert(fx.config == NULL);                                                              \
        cr_assert(fx.diag.count == 1, "%s", all_problems());                                       \
        ASSERT_PROBLEM(file, line, words);                                                         \
    } while (0)

/* A number of the group of model `none` or `contagion`, by name, as text. */
static inline const char *value_of(const sim_param_t *table, const void *params, const char *name) {
    static char buffer[64];
    for (const sim_param_t *row = table; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return sim_param_format(row, params, buffer, sizeof buffer);
    return "no such parameter";
}

#endif
