/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks of a world: those that its state table declares, in its order, or what a setup()
 * without a table hangs in. Saving, digests, checks and the twin walk this list. */
#ifndef SIM_SCHEDULE_NETWORKS_H
#define SIM_SCHEDULE_NETWORKS_H

#include "sim/network/cells.h"
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

/* Rows of a population that have come, and one that has gone: the networks of its rows follow.
 * SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_schedule_networks_grow(sim_world_t *world, const sim_state_population_t *population,
                               uint32_t rows);
void sim_schedule_networks_remove(sim_world_t *world, const sim_state_population_t *population,
                                  uint32_t at);

/* An array of a network under its name in digests and checkpoints. What lies in rows has no data of
 * its own, but cells. */
typedef struct {
    sim_state_array_t array;
    sim_network_cells_t cells;
    bool fixed; /* always as many cells */
} sim_schedule_network_array_t;

/* Array i of network->n_arrays, in the order in which they are saved; good until a change. */
sim_schedule_network_array_t
sim_schedule_network_array(const sim_world_t *world, const sim_world_network_t *network, size_t i);

enum { SIM_SCHEDULE_OF_GRAPH = 2 }; /* arrays */
/* Of arcs: these arrays, then one for each of their columns. */
enum {
    SIM_SCHEDULE_OUT,
    SIM_SCHEDULE_HEADS,
    SIM_SCHEDULE_IN,
    SIM_SCHEDULE_TAILS,
    SIM_SCHEDULE_OF_ARCS
};

#endif
