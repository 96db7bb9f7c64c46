/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws of parameters, such as a posterior sample: a CSV file whose columns are parameters, and
 * perhaps `weight`, and whose rows are draws. Replicate r of every configuration uses draw number r
 * / reps, so that configurations are compared under the same parameters, replicate by replicate.
 *
 * Without weights the n-th draw is row n, and after the last row the first again. With weights it
 * is chosen by a systematic resample: row i where the cumulated weights pass u, u = shift + the
 * van der Corput number of n, modulo 1. The first 2^m of these numbers are 2^m even steps, and a
 * longer batch goes on where a shorter one ended. The shift follows from the seed.
 *
 * What a configuration sets itself, in a file above the base of its chain or by --set, is kept: it
 * is not drawn. A chain of one file is all its own. */
#ifndef SIM_PARAM_DRAWS_H
#define SIM_PARAM_DRAWS_H

#include "sim/param/config.h"

typedef struct sim_param_draws {
    char *file;
    const struct sim_model *model;
    size_t n, n_rows; /* draws, parameters */
    const sim_param_t **row;
    double *value;  /* n * n_rows */
    double *weight; /* n; NULL: all the same */
    int *line;      /* n: in the file */
    uint64_t reps;  /* consecutive replicates that share a draw */
    char digest[33];
    bool **kept; /* of each configuration which parameters it keeps; n_kept of them */
    size_t n_kept;
} sim_param_draws_t;

/* Reads the file. Problems to diag with file and line: SIM_ERR_CONFIG; SIM_ERR_MEMORY. Free *draws
 * in any case, after the configurations that it was attached to. */
int sim_param_draws_read(const char *file, uint64_t reps, const struct sim_model *model,
                         sim_base_diag_t *diag, sim_param_draws_t *draws);
void sim_param_draws_free(sim_param_draws_t *draws);

/* Has the replicates of a configuration use the draws, all of which are tried on it first; `other`
 * are parameters that something else varies (a sweep). Problems to diag as above. */
int sim_param_draws_attach(sim_param_draws_t *draws, sim_config_t *config,
                           const sim_param_t *const *other, size_t n_other, sim_base_diag_t *diag);

/* The number of the draw, from 0, that a replicate uses. */
size_t sim_param_draws_of(const sim_config_t *config, uint64_t replicate);

/* Writes a draw into the model's params, but what the configuration keeps. */
void sim_param_draws_apply(const sim_config_t *config, size_t draw, void *params);

#endif
