/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The twin of a world: before a step it is made anew and gets nothing but what the model has
 * registered, then it takes the step with its blocks in reverse order. Where it ends in another
 * state, the step depends on something else: memory that is not registered, file-scope state, or
 * the order of threads. Its draws are watched: taking the same random words twice fails. */
#ifndef SIM_CHECKPOINT_TWIN_H
#define SIM_CHECKPOINT_TWIN_H

#include "sim/checkpoint/image.h"
#include "sim/rng/watch.h"

/* Caller-owned; zeroed but for config and replicate before the first step. */
typedef struct {
    const sim_config_t *config;
    uint32_t replicate;
    sim_world_t world;   /* as it is after its step */
    sim_record_t record; /* a bare one: nothing of it is kept */
    sim_checkpoint_image_t image;
    double *metric;        /* its row */
    sim_rng_watch_t watch; /* of its draws: words that are taken twice */
} sim_checkpoint_twin_t;

/* Before the first step, around the observation of the world: the twin is made anew, then it is
 * compared with the world, which observe() must have left as it was, and observed itself. `metric`
 * is the world's row. Codes as below. */
int sim_checkpoint_twin_start(sim_checkpoint_twin_t *twin, sim_world_t *world);
int sim_checkpoint_twin_compare_start(sim_checkpoint_twin_t *twin, sim_world_t *world,
                                      const double *metric);

/* Takes the step that `world` is about to take. A failure of the twin is not yet one of the world,
 * whose own step may say it better: 0, or SIM_ERR_MEMORY, or SIM_ERR_VERIFY with a note in the
 * world when the state cannot be made anew. */
int sim_checkpoint_twin_step(sim_checkpoint_twin_t *twin, sim_world_t *world);

/* Whether the world, after its step, is as the twin is after its own, and `metric`, its row, too:
 * 0, or SIM_ERR_VERIFY with a note that names the first array, or metric, and row that differ. */
int sim_checkpoint_twin_compare(const sim_checkpoint_twin_t *twin, sim_world_t *world,
                                const double *metric);

void sim_checkpoint_twin_free(sim_checkpoint_twin_t *twin);

#endif
