/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running one phase of a world: its blocks, serially or on threads, then its commit. */
#ifndef SIM_SCHEDULE_PHASES_H
#define SIM_SCHEDULE_PHASES_H

#include "sim/schedule/world.h"

/* One phase at the world's step, whether or not it is due. 0 or the lowest code of its blocks
 * (then nothing is committed), which does not depend on the number of threads. */
int sim_schedule_phase(sim_world_t *world, const sim_phase_t *phase);

/* Where a thread is in a model, for what is said when that brings the program down; no result knows
 * it. `hook` is NULL outside of them; `name` is that of a phase, or "". */
typedef struct {
    const char *hook, *name, *model;
    int32_t step;
} sim_schedule_place_t;
extern _Thread_local sim_schedule_place_t sim_schedule_place;
void sim_schedule_enter(const sim_world_t *world, const char *hook, const char *name);

/* What a hook has done, which is over, judged by its code, its note and what the ties and the graph
 * say of their use: 0, or a negative code with a note that names the hook and the model. */
int sim_schedule_outcome(sim_world_t *world, const char *hook, const char *name, int rc);

/* All phases that are due at the world's step, in order. */
int sim_schedule_phases(sim_world_t *world);

#endif
