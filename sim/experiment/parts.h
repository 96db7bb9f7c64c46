/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the rooms experiment and team. */
#ifndef SIM_EXPERIMENT_PARTS_H
#define SIM_EXPERIMENT_PARTS_H

#include <stdatomic.h>

#include "sim/experiment/experiment.h"
#include "sim/experiment/queue.h"

/* sim_experiment_replicate that also stops (SIM_ERR_INTERRUPTED) when *halt is set, which the
 * batch does when another of its runs ends it. halt may be NULL. */
int sim_experiment_replicate_until(const sim_experiment_run_t *run, const atomic_int *halt,
                                   sim_base_arena_t *arena, sim_record_t *record);

/* What the model prepares for one run alone; the first problem goes into the record's note. */
int sim_experiment_prepare_own(const sim_config_t *config, sim_record_t *record, void **shared);

/* ---- batches ---- */

/* What a thread owns and uses for one run after the other. */
typedef struct {
    sim_base_arena_t arena;
    sim_config_t config;
    void *params;                  /* of `config`, where the batch assigns; NULL without memory */
    sim_store_measure_t **measure; /* of each scenario, made when it is needed; NULL: nothing is
                                       measured, or no memory */
    size_t n_measures;
} sim_experiment_worker_t;
void sim_experiment_worker_init(sim_experiment_worker_t *worker,
                                const sim_experiment_batch_t *batch);
void sim_experiment_worker_free(sim_experiment_worker_t *worker);

/* The number of the batch's run-th one. */
uint64_t sim_experiment_number(const sim_experiment_batch_t *batch, uint64_t run);

/* The run of a number into *record; as sim_experiment_replicate_until, or SIM_ERR_MEMORY. */
int sim_experiment_work(const sim_experiment_batch_t *batch, uint64_t number, int threads,
                        const atomic_int *halt, sim_experiment_worker_t *worker,
                        sim_record_t *record);

/* One thread's work: runs of the queue until the batch is over. */
void sim_experiment_compute(sim_experiment_queue_t *queue);

/* The batch by way of run_all(), which gives its runs out and takes their records in until the
 * queue is over. `processes` share it. As sim_experiment_batch. */
int sim_experiment_batch_by(const sim_experiment_batch_t *batch, int processes,
                            void (*run_all)(sim_experiment_queue_t *queue, int threads),
                            sim_experiment_tally_t *tally);

#endif
