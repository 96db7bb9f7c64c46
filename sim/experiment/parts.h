/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the experiment room. */
#ifndef SIM_EXPERIMENT_PARTS_H
#define SIM_EXPERIMENT_PARTS_H

#include <stdatomic.h>

#include "sim/experiment/design.h"
#include "sim/experiment/experiment.h"

/* sim_experiment_replicate that also stops (SIM_ERR_INTERRUPTED) when *halt is set, which the
 * batch does when another of its runs ends it. halt may be NULL. */
int sim_experiment_replicate_until(const sim_experiment_run_t *run, const atomic_int *halt,
                                   sim_base_arena_t *arena, sim_record_t *record);

/* Fill design->cell. 0, SIM_ERR_MEMORY, or SIM_ERR_LIMIT with a sentence. */
int sim_experiment_lhs_draw(sim_experiment_design_t *design);
int sim_experiment_sobol_draw(sim_experiment_design_t *design, char *why, size_t why_size);

/* The factor that moved to make this point of a trajectory; -1 for its first point. */
int sim_experiment_morris_moved(const sim_experiment_design_t *design, uint64_t point);

#endif
