/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of a sweep. */
#ifndef SIM_EXPERIMENT_SWEEP_H
#define SIM_EXPERIMENT_SWEEP_H

#include "sim/design/sweep.h"
#include "sim/experiment/experiment.h"
#include "sim/store/store.h"

/* Reads the sweep file and its scenario (sim_design_read), and has the model prepare what all
 * points share. Free *sweep in any case. */
int sim_experiment_sweep_load(const char *file, const char *const *sets, size_t n_sets,
                              sim_base_diag_t *diag, sim_design_sweep_t *sweep);
void sim_experiment_sweep_free(sim_design_sweep_t *sweep);

/* What table `factor` and the points of a results file are filled from. Points to the sweep, which
 * must outlive it. SIM_ERR_MEMORY; free *out in any case. */
int sim_experiment_sweep_record(const sim_design_sweep_t *sweep, sim_store_design_t *out);
void sim_experiment_sweep_record_free(sim_store_design_t *out);

/* The runs of the wave that are the shard's, but the first `done` of them, after those that are
 * made again: `again` are their numbers in the design, `retry` those in the file. The records that
 * take() gets have run and point as they are numbered in the file. Of several processes rank 0
 * alone needs to know the wave. As sim_experiment_batch. */
typedef struct {
    const sim_design_sweep_t *sweep;
    const sim_plan_wave_t *wave;
    const uint64_t *again, *retry;
    size_t n_retry;
    uint64_t done;
    sim_detail_t detail;
    int threads;
    bool paranoid;
    const volatile sig_atomic_t *stop;
    int (*take)(void *user, const sim_record_t *record);
    void (*tell)(void *user, const char *sentence);
    void *user;
    /* What makes the runs; NULL: sim_experiment_batch. */
    int (*run)(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally);
} sim_experiment_sweep_batch_t;
/* How many these are, those of `done` counted. */
uint64_t sim_experiment_sweep_total(const sim_experiment_sweep_batch_t *batch);
int sim_experiment_sweep_run(const sim_experiment_sweep_batch_t *batch,
                             sim_experiment_tally_t *tally);

/* One run by its number into *record (sim_experiment_record_free), on one thread. */
int sim_experiment_sweep_one(const sim_design_sweep_t *sweep, uint64_t number, sim_detail_t detail,
                             const volatile sig_atomic_t *stop, sim_base_arena_t *arena,
                             sim_record_t *record);

#endif
