/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* vasprintf */
#include "sim/base/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/list.h"

enum { LONGEST_WORD = 255 };

void sim_base_diag_init(sim_base_diag_t *diag) {
    *diag = (sim_base_diag_t){0};
}

void sim_base_diag_free(sim_base_diag_t *diag) {
    for (size_t i = 0; i < diag->count; i++) {
        free(diag->problem[i].file);
        free(diag->problem[i].text);
    }
    free(diag->problem);
    sim_base_diag_init(diag);
}

static bool same_file(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_known(const sim_base_diag_t *diag, const char *file, int line, const char *text) {
    for (size_t i = 0; i < diag->count; i++) {
        const sim_base_problem_t *problem = &diag->problem[i];
        if (problem->line == line && same_file(problem->file, file) &&
            strcmp(problem->text, text) == 0)
            return true;
    }
    return false;
}

int sim_base_diag_add(sim_base_diag_t *diag, const char *file, int line, const char *format, ...) {
    char *owned_file = NULL, *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text = NULL;
        goto truncated;
    }
    if (is_known(diag, file, line, text)) {
        free(text);
        return SIM_ERR_CONFIG;
    }
    owned_file = file ? strdup(file) : NULL;
    sim_base_problem_t *grown = sim_base_grow(diag->problem, diag->count, sizeof *grown);
    diag->problem = grown ? grown : diag->problem;
    if ((file && !owned_file) || !grown)
        goto truncated;
    diag->problem[diag->count++] = (sim_base_problem_t){owned_file, line, text};
    return SIM_ERR_CONFIG;
truncated:
    free(text);
    free(owned_file);
    diag->truncated = 1;
    return SIM_ERR_CONFIG;
}

int sim_base_diag_take(sim_base_diag_t *diag, sim_base_diag_t *from) {
    bool lost = from->truncated;
    for (size_t i = 0; i < from->count; i++) {
        const sim_base_problem_t *problem = &from->problem[i];
        (void)sim_base_diag_add(diag, problem->file, problem->line, "%s", problem->text);
    }
    int code = lost ? SIM_ERR_MEMORY : from->count ? SIM_ERR_CONFIG : SIM_OK;
    diag->truncated = diag->truncated || lost;
    sim_base_diag_free(from);
    return code;
}

/* Levenshtein's distance by rows; words too long to be a slip of the finger are far. */
static size_t edit_distance(const char *a, const char *b) {
    size_t row[LONGEST_WORD + 1];
    size_t columns = strlen(b);
    if (columns > LONGEST_WORD)
        return SIZE_MAX;
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < columns; j++) {
            size_t above = row[j + 1];
            size_t best = diagonal + (a[i] != b[j]);
            best = above + 1 < best ? above + 1 : best;
            best = row[j] + 1 < best ? row[j] + 1 : best;
            diagonal = above;
            row[j + 1] = best;
        }
    }
    return row[columns];
}

/* The shortest name that a word of some length begins, or NULL. */
static const char *begins_with(const char *word, const char *const *names) {
    enum { SOME = 4 };
    size_t length = strlen(word);
    const char *shortest = NULL;
    for (size_t i = 0; names[i] && length >= SOME; i++)
        if (strncmp(word, names[i], length) == 0 &&
            (!shortest || strlen(names[i]) < strlen(shortest)))
            shortest = names[i];
    return shortest;
}

const char *sim_base_nearest(const char *word, const char *const *names) {
    size_t limit = strlen(word) / 3 > 2 ? strlen(word) / 3 : 2;
    const char *nearest = NULL;
    size_t best = limit + 1;
    for (size_t i = 0; names[i]; i++) {
        size_t distance = edit_distance(word, names[i]);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest ? nearest : begins_with(word, names);
}

const char *sim_base_hint(sim_base_hint_t *hint, const char *word, const char *const *names,
                          const char *quote, const char *otherwise) {
    const char *nearest = sim_base_nearest(word, names);
    if (!nearest)
        return otherwise;
    snprintf(hint->text, sizeof hint->text, "; did you mean %s%s%s?", quote, nearest, quote);
    return hint->text;
}
