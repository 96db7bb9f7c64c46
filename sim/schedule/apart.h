/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether those who act at the same time write what is their own: a number that changes for two of
 * them is shared, and a write may be lost between threads, whatever the order of one thread. */
#ifndef SIM_SCHEDULE_APART_H
#define SIM_SCHEDULE_APART_H

#include "sim/schedule/world.h"

typedef struct sim_schedule_apart sim_schedule_apart_t;

/* The state as it is now; NULL when out of memory. */
sim_schedule_apart_t *sim_schedule_apart_begin(const sim_world_t *world);

/* What has changed since was written for some of those who act; SIM_ERR_ARGUMENT and a note where
 * others have changed it before. O(state). */
int sim_schedule_apart_look(sim_schedule_apart_t *apart, sim_world_t *world);

void sim_schedule_apart_end(sim_schedule_apart_t *apart); /* NULL is allowed */

#endif
