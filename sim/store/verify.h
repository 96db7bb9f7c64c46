/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checking a results file against its digests of itself, and what of it can be run again. */
#ifndef SIM_STORE_VERIFY_H
#define SIM_STORE_VERIFY_H

#include <signal.h>

#include "sim/base/why.h"
#include "sim/store/digests.h"
#include "sim/store/store.h"

/* Reads all rows of the file once. Everything that differs or cannot be read is told in a sentence;
 * 0 also then, found->problems counts. SIM_ERR_CONFIG: it is no results file, or is being written;
 * SIM_ERR_STORE, SIM_ERR_MEMORY, SIM_ERR_INTERRUPTED; `why` says why. */
int sim_store_verify(const char *path, void (*tell)(void *user, const char *sentence), void *user,
                     const volatile sig_atomic_t *stop, sim_store_verified_t *found,
                     sim_base_why_t *why);

/* A run as a results file has it. */
typedef struct {
    int64_t run_id, rep, seed;
    size_t scenario;   /* index */
    uint64_t point_id; /* 0: none */
    uint64_t draw_id;  /* of its parameters; 0: none are drawn */
    char state_digest[SIM_STORE_DIGEST], rows_digest[SIM_STORE_DIGEST];
    struct {
        char *parameter;
        double number;
    } * value; /* of its point and its draw */
    size_t n_values;
} sim_store_stored_run_t;

/* What is needed to make runs again. */
typedef struct {
    struct {
        char *name, *config;
    } * scenario;
    size_t n_scenarios;
    sim_detail_t detail;
    sim_store_stored_run_t *run; /* the sample, in run order */
    size_t n_runs;
} sim_store_stored_t;

/* Up to `sample` of the ok runs, spread evenly. SIM_ERR_CONFIG with a sentence when the file was
 * made by another program. Free *out in any case. */
int sim_store_stored_read(const char *path, uint64_t sample, sim_store_stored_t *out,
                          sim_base_why_t *why);
void sim_store_stored_free(sim_store_stored_t *stored);

#endif
