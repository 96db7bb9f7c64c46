/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep: one scenario, a design over its parameters, replicates. Its runs are numbered replicate
 * by replicate (all points once, then all points again, ...), so that a sweep that is cut short is
 * balanced over its points, and so that further replicates go on where the last ended. Run number
 * n, from 0, is replicate n / points of point n % points. Shard i of N does the runs with n % N = i
 * - 1. */
#ifndef SIM_EXPERIMENT_SWEEP_H
#define SIM_EXPERIMENT_SWEEP_H

#include "sim/experiment/design.h"
#include "sim/experiment/experiment.h"

typedef struct {
    char *file, *table;   /* the table of its points, NULL without */
    sim_config_t *config; /* the scenario, its run.reps those of the sweep; owned */
    void *shared;         /* what the model has prepared, once for all points; owned */
    sim_experiment_design_t design;
    bool prepare_each;      /* a factor is read by the model's prepare(): no run shares it */
    bool independent;       /* every point has a seed of its own */
    uint32_t shard, shards; /* 1, 1 after loading; the caller may change them */
    bool append;            /* to a file of other designs; false after loading, likewise */
    char *text;        /* the design as settings; not the replicates, not the rows of a table */
    char note[320];    /* about a column of a table that is left out, or about constraints that few
                          draws meet; else "" */
    char digest[33];   /* of the text and of the values of all points */
    uint64_t identity; /* a word of the digest: what seeds of points' own are mixed from */
} sim_experiment_sweep_t;

/* Whether the file reads as a sweep: it has the setting `sweep`. */
bool sim_experiment_is_sweep(const char *file);

/* Reads the sweep file and its scenario, with `sets` laid over the scenario. All problems go to
 * diag, those of points that the model refuses included: SIM_ERR_CONFIG. SIM_ERR_MEMORY. Free
 * *sweep in any case. */
int sim_experiment_sweep_load(const char *file, const char *const *sets, size_t n_sets,
                              sim_base_diag_t *diag, sim_experiment_sweep_t *sweep);
void sim_experiment_sweep_free(sim_experiment_sweep_t *sweep);

/* Runs of the shard when the design is the first wave of its file, and the number of its j-th one,
 * from 0. */
uint64_t sim_experiment_sweep_runs(const sim_experiment_sweep_t *sweep);
static inline uint64_t sim_experiment_sweep_number(const sim_experiment_sweep_t *sweep,
                                                   uint64_t j) {
    return sweep->shard - 1 + j * sweep->shards;
}

/* The seed of the runs of a point: the scenario's, or one below 2^53 that is mixed from it, the
 * design and the point's place there, so that no other design in the same file has it. */
int64_t sim_experiment_sweep_seed(const sim_experiment_sweep_t *sweep, uint64_t point);

/* What table `factor` and the points of a results file are filled from. Points to the sweep, which
 * must outlive it. SIM_ERR_MEMORY; free *out in any case. */
int sim_experiment_sweep_record(const sim_experiment_sweep_t *sweep, sim_record_design_t *out);
void sim_experiment_sweep_record_free(sim_record_design_t *out);

/* The runs of the wave that are the shard's, but the first `done` of them, after those that are
 * made again: `again` are their numbers in the design, `retry` those in the file. The records that
 * take() gets have run and point as they are numbered in the file. Of several processes rank 0
 * alone needs to know the wave. As sim_experiment_batch. */
typedef struct {
    const sim_experiment_sweep_t *sweep;
    const sim_record_wave_t *wave;
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
int sim_experiment_sweep_one(const sim_experiment_sweep_t *sweep, uint64_t number,
                             sim_detail_t detail, const volatile sig_atomic_t *stop,
                             sim_base_arena_t *arena, sim_record_t *record);

#endif
