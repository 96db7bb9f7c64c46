/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Problems in what a user handed in are collected, not printed: the whole list
 * is reported at once by the command line. */
#ifndef SIM_BASE_DIAG_H
#define SIM_BASE_DIAG_H

#include "sim/model.h"

typedef struct {
    char *file; /* NULL when the problem has no file (e.g. a --set) */
    int line;   /* from 1; 0 when unknown */
    char *text; /* one sentence */
} sim_base_problem_t;

struct sim_base_diag {
    sim_base_problem_t *problem; /* in order of discovery, no duplicates */
    size_t count;
    int truncated; /* memory ran out while collecting */
};

void sim_base_diag_init(sim_base_diag_t *diag);
void sim_base_diag_free(sim_base_diag_t *diag);

/* Adds the problems of `from`, which is empty and free afterwards. SIM_ERR_CONFIG when there were
 * any, SIM_ERR_MEMORY when some got lost, else SIM_OK. */
int sim_base_diag_take(sim_base_diag_t *diag, sim_base_diag_t *from);

/* The entry of `names` (NULL-terminated) nearest to `word` by edit distance, or
 * the shortest one that it begins, or NULL when none is near enough to be meant
 * (distance above a third of its length, at least 2). */
const char *sim_base_nearest(const char *word, const char *const *names);

/* How a sentence about a word that is not among `names` ends: "; did you mean NAME?" with the
 * nearest one, between two `quote`s, or `otherwise` when none is near. It lies in *hint. */
typedef struct {
    char text[400];
} sim_base_hint_t;
const char *sim_base_hint(sim_base_hint_t *hint, const char *word, const char *const *names,
                          const char *quote, const char *otherwise);

#endif
