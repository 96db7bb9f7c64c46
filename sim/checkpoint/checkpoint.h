/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints of the runs of a batch: files in a folder beside the results file, one a run, in
 * which the newest replaces the one before; and, for policies that part from one shared past, one
 * a replicate of the trunk. A run that goes on from one ends in the bits of one never stopped. */
#ifndef SIM_CHECKPOINT_CHECKPOINT_H
#define SIM_CHECKPOINT_CHECKPOINT_H

#include "sim/base/why.h"
#include "sim/record/record.h"

typedef struct {
    const char *folder; /* made when the first file is written */
    double every;       /* years between two checkpoints of a run, rounded up to steps; 0: none */
    /* The scenario whose runs leave their state at the first step that begins at or after
     * fork_year; runs of other scenarios begin there. NULL: no fork. */
    const sim_config_t *trunk;
    double fork_year;
} sim_checkpoint_plan_t;

/* One run of a batch. */
typedef struct {
    const sim_checkpoint_plan_t *plan;
    const sim_config_t *config;
    uint64_t number; /* in the batch, from 1 */
    uint32_t replicate;
    sim_detail_t detail;
} sim_checkpoint_run_t;

/* Brings a world that was just made to the run's checkpoint, else to the shared past, else leaves
 * it at its start. A past that is missing or not fit costs time, no result. SIM_ERR_CONFIG (the
 * run's own file is refused), SIM_ERR_IO, SIM_ERR_MEMORY or SIM_ERR_VERIFY with a note. */
int sim_checkpoint_resume(const sim_checkpoint_run_t *run, sim_world_t *world);

/* Called before each step: writes what is due, or (stopping) the run's checkpoint before it is
 * left. SIM_ERR_IO with a note, SIM_ERR_MEMORY. */
int sim_checkpoint_before_step(const sim_checkpoint_run_t *run, sim_world_t *world, bool stopping);

/* Whether the run's own file, if there is one, may be resumed from: else SIM_ERR_CONFIG, SIM_ERR_IO
 * or SIM_ERR_MEMORY with a sentence in why. */
int sim_checkpoint_inspect(const sim_checkpoint_run_t *run, sim_base_why_t *why);

/* Removes the file of a run that is in the results; all files and the folder, which stays when
 * there is anything else in it. */
void sim_checkpoint_remove(const sim_checkpoint_plan_t *plan, uint64_t number);
void sim_checkpoint_clear(const sim_checkpoint_plan_t *plan);

#endif
