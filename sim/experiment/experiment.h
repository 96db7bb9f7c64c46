/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replicates and batches. A batch is scenarios x replicates; runs are numbered scenario by
 * scenario, and their records are handed on in that order whatever thread finishes first. */
#ifndef SIM_EXPERIMENT_EXPERIMENT_H
#define SIM_EXPERIMENT_EXPERIMENT_H

#include <signal.h>

#include "sim/checkpoint/checkpoint.h"
#include "sim/plan/task.h"
#include "sim/schedule/world.h"
#include "sim/store/outputs.h"

/* Seconds of a replicate; set-up and steps are in its record. Sums: begin with zeros. */
typedef struct {
    double observe_s, record_s; /* measuring after each step; what is made of it at the end */
    double *phase_s;            /* one for each phase of the model; the caller's */
} sim_experiment_profile_t;

typedef struct {
    const sim_config_t *config;
    const void *shared;
    bool prepare;      /* instead of `shared`: what the model prepares for this configuration */
    uint32_t scenario; /* index in the batch */
    uint32_t replicate;
    uint64_t run_id, point_id; /* of a sweep; else 0 */
    uint64_t draw_id;          /* of the parameters, from 1; 0: none are drawn */
    sim_detail_t detail;
    int threads;                             /* for the phases inside the run */
    bool paranoid;                           /* verify after every step */
    bool digest;                             /* compute state_digest */
    const sim_checkpoint_plan_t *checkpoint; /* NULL: none */
    uint64_t number;                   /* of the run in its batch, from 1: names its checkpoint */
    const volatile sig_atomic_t *stop; /* polled between steps; may be NULL */
    /* Measures the outputs of config->outputs; NULL: one is made for this run alone. */
    sim_store_measure_t *measure;
    sim_experiment_profile_t *profile; /* NULL: no clock is read within a step */
} sim_experiment_run_t;

/* Runs one replicate on `arena` (reset first) into *record (sim_experiment_record_free).
 * A failure of the run is in record->status and note, not in the return value, which is
 * SIM_ERR_INTERRUPTED when *stop was set, SIM_ERR_IO when a checkpoint could not be written (the
 * note says why), else 0. A run that takes longer than run.timeout ends after its step, or among
 * its events, with status SIM_ERR_TIMEOUT. */
int sim_experiment_replicate(const sim_experiment_run_t *run, sim_base_arena_t *arena,
                             sim_record_t *record);
void sim_experiment_record_free(sim_record_t *record);

typedef struct {
    const sim_config_t *const *configs;
    void *const *shared; /* from sim_experiment_prepare */
    size_t n_configs;
    /* Which runs are made, and their places in the file, which the records get: the task's order is
     * that of the configurations, or the wave that of assign(). NULL: all, and no places. */
    const sim_plan_task_t *task;
    uint64_t first; /* runs to skip */
    /* When set, this says what is special about each run of configs[0]: it fills `run`, with
     * `config` as its configuration, whose params go into the params_size bytes at `params`. Both
     * are the calling thread's own and uninitialised. Without a task there are `total` runs. */
    void (*assign)(const void *user, uint64_t number, sim_experiment_run_t *run,
                   sim_config_t *config, void *params);
    const void *assign_user;
    uint64_t total;
    /* When several processes share the batch: what must be the same for all beside the settings of
     * the configurations; may be NULL. */
    const char *identity;
    sim_detail_t detail;
    int threads;
    bool paranoid;
    const sim_checkpoint_plan_t *checkpoint; /* NULL: none */
    const volatile sig_atomic_t *stop;
    /* Called in run order, never at the same time; a negative return stops the batch. */
    int (*take)(void *user, const sim_record_t *record);
    /* Called with a sentence about a process that takes no part (any more); may be NULL. */
    void (*tell)(void *user, const char *sentence);
    void *user;
} sim_experiment_batch_t;

typedef struct {
    uint64_t done, failed;
    sim_base_why_t why; /* of SIM_ERR_IO */
} sim_experiment_tally_t;

/* When parameters are drawn: has the run use the draw of its replicate. run->config, whose
 * parameters are in the caller's buffer, and run->replicate are set. Notes the draw, and that the
 * model prepares the run for it alone when prepare() reads what is drawn. */
void sim_experiment_draw(sim_experiment_run_t *run, void *params);

/* Runs the batch. 0, SIM_ERR_INTERRUPTED, SIM_ERR_IO (a checkpoint), or the code of take(). Failed
 * runs do not end it. */
int sim_experiment_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally);

/* The model's prepare/release for one configuration. prepare() gets a copy whose parameters are
 * blinded but for files and what it may read (sim_model_t.prepare_reads). */
int sim_experiment_prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared);
void sim_experiment_release(const sim_config_t *config, void *shared);
/* Whether the model's prepare() may read this parameter, so that runs with other values of it do
 * not share what it makes. */
bool sim_experiment_prepare_reads(const sim_model_t *model, const sim_param_t *row);

#endif
