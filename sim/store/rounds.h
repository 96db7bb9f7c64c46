/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results files whose number of replicates is not known yet: written in rounds, replicate after
 * replicate of all scenarios, and at last put into the order of every other file. */
#ifndef SIM_STORE_ROUNDS_H
#define SIM_STORE_ROUNDS_H

#include "sim/base/why.h"
#include "sim/store/store.h"

/* Replicates of each of the n scenarios of a finished file; 0 for one in rounds.
 * SIM_ERR_CONFIG with a sentence when they are not all there, or differ. */
int sim_store_rounds_reps(const char *path, size_t n, int64_t *reps, sim_base_why_t *why);

/* Hands on one column of table summary, NaN for NULL and failed runs, in rounds whatever the
 * file's order; scenarios from 0. */
int sim_store_rounds_read(const char *path, const char *column,
                          void (*take)(void *user, size_t scenario, double value), void *user,
                          sim_base_why_t *why);

/* Numbers the runs anew, all or nothing, waiting as sim_store_wait says. To rounds, or back
 * into the order of a plain run of `reps` replicates, dropping what is beyond; configs are those of
 * such a run. */
int sim_store_rounds_begin(const char *path, size_t n, const sim_store_wait_t *wait,
                           sim_base_why_t *why);
int sim_store_rounds_end(const char *path, const sim_config_t *const *configs, size_t n,
                         int64_t reps, const sim_store_wait_t *wait, sim_base_why_t *why);

#endif
