/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the experiment room. */
#ifndef SIM_EXPERIMENT_PARTS_H
#define SIM_EXPERIMENT_PARTS_H

#include <stdatomic.h>

#include "sim/experiment/experiment.h"

/* sim_experiment_replicate that also stops (SIM_ERR_INTERRUPTED) when *halt is set, which the
 * batch does when another of its runs ends it. halt may be NULL. */
int sim_experiment_replicate_until(const sim_experiment_run_t *run, const atomic_int *halt,
                                   sim_base_arena_t *arena, sim_record_t *record);

#endif
