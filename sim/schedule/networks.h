/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks of a world: those that its state table declares, in its order, or what a setup()
 * without a table hangs in. Saving, digests, checks and the twin walk this list. */
#ifndef SIM_SCHEDULE_NETWORKS_H
#define SIM_SCHEDULE_NETWORKS_H

#include "sim/schedule/world.h"

/* Makes the networks of the state table, before setup(). 0, SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_schedule_networks_make(sim_world_t *world);

/* After setup(): lists what it hung in, and lets the networks know that they are known. */
int sim_schedule_networks_seal(sim_world_t *world);

/* The step that ties are changed in; SIM_NETWORK_NO_STEP between steps. */
void sim_schedule_networks_now(sim_world_t *world, int32_t step);

/* Misuse of a network since it was made, or what new ties are called and dated: rc, or a negative
 * code with a note. */
int sim_schedule_networks_check(sim_world_t *world, int rc);

/* Their own invariants. 0, or SIM_ERR_VERIFY with a note. */
int sim_schedule_networks_verify(sim_world_t *world);

/* The arrays of ties with the names that they have in digests and checkpoints. */
void sim_schedule_ties_arrays(const sim_world_network_t *network,
                              sim_state_array_t array[SIM_NETWORK_TIES_COLUMNS]);

#endif
