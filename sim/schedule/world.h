/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine has behind the pointers of a world (sim/model.h). */
#ifndef SIM_SCHEDULE_WORLD_H
#define SIM_SCHEDULE_WORLD_H

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/error.h"
#include "sim/network/arcs.h"
#include "sim/network/graph.h"
#include "sim/network/ties.h"
#include "sim/param/config.h"
#include "sim/rng/math.h"
#include "sim/rng/rng.h"
#include "sim/run.h"
#include "sim/schedule/hooks.h"
#include "sim/state/arrays.h"

static inline bool sim_schedule_year_begins(const sim_schedule_clock_t *clock) {
    return clock->step % clock->steps_per_year == 0;
}

/* What a phase's decide() was found to cost, alone. */
typedef struct sim_schedule_cost {
    double item_s;
    uint32_t turn;
} sim_schedule_cost_t;

/* What may end a run within a step: now() is 0 or the code that it ends with. */
typedef struct sim_world_ends sim_world_ends_t;
struct sim_world_ends {
    int (*now)(const sim_world_ends_t *own);
};

/* A network of a world: spells, a graph or arcs; one of them, the others are NULL. */
typedef struct sim_world_network {
    const char *name;
    const sim_state_row_t *row; /* of the state table; NULL: setup() has hung it in */
    sim_network_ties_t *ties;
    sim_network_graph_t *graph;
    sim_network_arcs_t *arcs;
    const sim_state_row_t **column; /* of arcs, arcs->out.n_beside of them */
    const char **array;             /* names of its arrays in digests and checkpoints, n_arrays */
    size_t n_arrays;
    uint32_t seen; /* spells that have been checked */
} sim_world_network_t;

#endif
