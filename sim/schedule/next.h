/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of which the agents of a phase write a copy (SIM_NEXT, sim/more.h): whoever reads the
 * column reads what was before the phase, whatever the order and the threads. The copy is scratch
 * of the model's state table. */
#ifndef SIM_SCHEDULE_NEXT_H
#define SIM_SCHEDULE_NEXT_H

#include "sim/schedule/world.h"

/* What is wrong with copy k of a phase, as the end of a sentence that begins with the phase's name;
 * NULL: nothing, or there is none. */
const char *sim_schedule_next_problem(const sim_model_t *model, const sim_phase_t *phase, size_t k);

/* Before agents act: the copies are as the columns. O(rows), no allocation. */
void sim_schedule_next_begin(const sim_world_t *world, const sim_phase_t *phase);

/* When all have acted: column and copy change places. Digests, checkpoints and the twin, which look
 * at columns, see what was written. */
void sim_schedule_next_end(sim_world_t *world, const sim_phase_t *phase);

#endif
