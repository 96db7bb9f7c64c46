/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results store: one SQLite file as described in scripts/README.md. Runs are
 * written in run order, in batches of one transaction; after a crash the file holds whole runs. */
#ifndef SIM_STORE_STORE_H
#define SIM_STORE_STORE_H

#include <signal.h>

#include "sim/base/why.h"
#include "sim/param/config.h"
#include "sim/plan/wave.h"
#include "sim/record/record.h"

typedef struct sim_store sim_store_t;

typedef enum {
    SIM_STORE_NEW,     /* SIM_ERR_EXISTS when the file is there */
    SIM_STORE_REPLACE, /* a results file that is there is replaced */
    SIM_STORE_RESUME,  /* a file that is there is continued */
    SIM_STORE_LOOK,    /* only says what RESUME would find in a file; the file stays as it is */
    SIM_STORE_MEMORY   /* no file at all: to see how large one would be */
} sim_store_open_t;

const char *sim_store_detail_name(sim_detail_t detail);

/* A digest of the draws of parameters that configurations use, and of what is drawn in which; ""
 * without draws. */
void sim_store_draws_digest(const sim_config_t *const *configs, size_t n, char digest[33]);

/* ---- sweeps ---- */

/* A row of table `factor`. NULL and NaN become NULL. */
typedef struct {
    const char *parameter, *type, *scale, *choices;
    char *levels, *arguments; /* arguments of a distribution, as settings */
    double min, max;
} sim_store_factor_t;

/* Where a point stands: its block from 1 (0: there are none), its role there, and the parameter in
 * which it differs from its neighbours. */
typedef struct {
    uint64_t block;
    const char *role, *parameter;
} sim_store_place_t;

/* What a results file tells of a design. Runs have the numbers that sim/plan/wave.h gives
 * them, and run_id is the number + 1: also in a shard. */
typedef struct {
    const char *kind, *text, *digest, *seeds;
    uint64_t points, block; /* block: points in one, 0 without */
    int64_t reps;
    uint32_t shard, shards;
    bool append; /* to be added, as another wave, to a file of other designs */
    sim_store_factor_t *factor;
    size_t n_factors;
    /* Values of a point, from 0, one per factor; and the seed of its runs. */
    void (*point)(const void *user, uint64_t point, double *value, sim_store_place_t *place);
    int64_t (*seed)(const void *user, uint64_t point);
    const void *user;
} sim_store_design_t;

/* What a file holds that is opened again. Of a sweep: of the wave that the command makes. */
typedef struct {
    uint64_t done;   /* runs of the shard, which are its first ones */
    uint64_t *retry; /* numbers in the file, from 0, of those that failed or took too long */
    uint64_t *again; /* of a sweep: their numbers in the design (sim/plan/task.h) */
    size_t n_retry;
    sim_plan_wave_t wave; /* of a sweep */
} sim_store_resumed_t;
void sim_store_resumed_free(sim_store_resumed_t *resumed);

/* What a results file is to hold. The runs are scenarios x replicates, in the order of
 * sim/plan/order.h: scenario by scenario, or in rounds, or one replicate of each; or those of a
 * design over one scenario, in the order of sim/plan/wave.h. */
typedef struct {
    const char *path;
    const sim_config_t *const *configs;
    void *const *shared; /* that the models have prepared; NULL: nothing */
    size_t n_configs;
    sim_detail_t detail;
    const char *command_line;
    const sim_store_design_t *design; /* NULL: scenarios x replicates */
    bool rounds;                      /* replicate by replicate, without end */
    bool only;                        /* replicate only_rep of each scenario, and no other */
    int64_t only_rep;
} sim_store_plan_t;

/* Creates or reopens a file, with the schema that is the union of the models' metrics, reducers and
 * tables, and writes meta, scenario, agent and design rows. A file that is continued must hold the
 * same scenarios (digest, seed, reps, detail) or design, of which it may have been begun with fewer
 * replicates, and its first runs; *resumed says what it has, and of a sweep the wave to make. What
 * the plan points to must outlive the store. `why` gets a sentence on failure. Nothing is left
 * behind when creation fails. Free *resumed in any case; *out is NULL after a look. */
int sim_store_open(const sim_store_plan_t *plan, sim_store_open_t how, sim_store_t **out,
                   sim_store_resumed_t *resumed, sim_base_why_t *why);

/* Adds to `resumed` which runs of the file failed or took too long. */
int sim_store_failed(sim_store_t *store, sim_store_resumed_t *resumed);

/* Commits what is open: bytes of the file; 0 when that fails. */
uint64_t sim_store_bytes(sim_store_t *store);

/* Runs of a results file by their status. */
typedef struct {
    uint64_t ok, failed, timeout;
    char first[640]; /* of those that are not ok: "scenario base, replicate 0: <note>"; or "" */
} sim_store_counts_t;
/* Of one that has just been written: 0, or SIM_ERR_STORE and a sentence that says so. */
int sim_store_counts_read(const char *path, sim_store_counts_t *counts, sim_base_why_t *why);

typedef struct {
    const char *path; /* of the file to write */
    bool replace;     /* one that is there */
    const char *const *shard;
    size_t n_shards;
    const char *command_line;
    const volatile sig_atomic_t *stop; /* may be NULL */
} sim_store_merge_t;

/* Joins the shards of a sweep into a new file, the same as that of an unsharded sweep. Refused with
 * a sentence: SIM_ERR_EXISTS when `path` is there and not to be replaced; SIM_ERR_CONFIG when the
 * shards are not all there, overlap, are unfinished, or are of different sweeps or builds.
 * SIM_ERR_INTERRUPTED, and no file, when *stop is set meanwhile. */
int sim_store_merge(const sim_store_merge_t *what, sim_base_why_t *why);

/* Writes one run with all its rows. Without record->run_id, run_id counts from 1 in the order of
 * the calls; with one that the file has, the run is put in the place of that failed one. Commits
 * by itself every so often (a second or a bounded number of rows). */
int sim_store_run(sim_store_t *store, const sim_record_t *record);

/* rows_digest of the run that was written last. */
const char *sim_store_rows_digest(const sim_store_t *store);

/* What is done while another program reads the file, so that nothing can be written: tell() is
 * called now and then, and the wait ends with SIM_ERR_INTERRUPTED when *stop is set. */
typedef struct {
    const volatile sig_atomic_t *stop;
    void (*tell)(void *user, const char *sentence);
    void *user;
} sim_store_wait_t;

/* From now on the store waits without limit, not for half a minute; `wait` is borrowed. */
void sim_store_wait(sim_store_t *store, const sim_store_wait_t *wait);

/* How many runs no crash can take away any more: the first ones. */
uint64_t sim_store_committed(const sim_store_t *store);

/* Commits what is open. How many runs the file takes back when that fails. */
int sim_store_flush(sim_store_t *store);
uint64_t sim_store_open_runs(const sim_store_t *store);

/* Commits what is open and closes. store may be NULL. */
int sim_store_close(sim_store_t *store, sim_base_why_t *why);

#endif
