/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors of the mathematical library, GSL, whose own answer to them is abort(). Those that a hook
 * meets fail its run; any other ends the program with a sentence, as nobody looks for it. A lack of
 * memory is left to the caller, who gets NULL. */
#ifndef SIM_SCHEDULE_LIBRARIES_H
#define SIM_SCHEDULE_LIBRARIES_H

#include "sim/sim.h"

/* From now on; once, at the start of the program. */
void sim_schedule_libraries_begin(void);

/* The world that the calling thread works for from now on, NULL for none; returns the one before.
 */
const sim_world_t *sim_schedule_work_for(const sim_world_t *world);

#endif
