/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running one phase of a world: its blocks, serially or on threads, then its commit. */
#ifndef SIM_SCHEDULE_PHASES_H
#define SIM_SCHEDULE_PHASES_H

#include "sim/schedule/world.h"

/* One phase at the world's step, whether or not it is due. 0 or the lowest code of its blocks
 * (then nothing is committed), which does not depend on the number of threads. */
int sim_schedule_phase(sim_world_t *world, const sim_phase_t *phase);

/* What a hook has done, judged by its code, its note and what the ties and the graph say of their
 * use: 0, or a negative code with a note that names the hook and the model. */
int sim_schedule_outcome(sim_world_t *world, const char *hook, const char *name, int rc);

/* All phases that are due at the world's step, in order. */
int sim_schedule_phases(sim_world_t *world);

#endif
