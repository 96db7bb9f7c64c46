/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model voter, whose functions are those of this file here, beside tests/bench/plain_voter.c,
 * which does the same without the engine. */
#ifndef TESTS_BENCH_VOTER_H
#define TESTS_BENCH_VOTER_H

#include "sim/schedule/world.h"
#include "tests/bench/plain_voter.h"

#define sim_model_voter voter_model /* the program has one of that name */
#include "models/voter/voter.c"
#undef sim_model_voter

/* A world of it, without a file: seed 1, the first replicate. */
static inline int voter_world(sim_world_t *world, sim_config_t *config, params_t *params) {
    *config = (sim_config_t){.model = &voter_model, .params = params};
    config->run.seed = 1;
    config->run.steps = INT32_MAX;
    config->run.steps_per_year = 1;
    *world = (sim_world_t){0};
    return sim_world_init(world, config, NULL, 0, 1);
}

/* The same network and opinions as plain arrays, to be freed; first and neighbour NULL: no memory.
 */
static inline plain_voter_t voter_as_plain(const sim_world_t *world) {
    const state_t *state = world->state;
    const sim_network_graph_t *graph = &state->graph;
    plain_voter_t plain = plain_voter(graph->n, 2 * graph->ties, world->key);
    for (uint32_t i = 0, at = 0; plain.neighbour && i < graph->n; i++) {
        const uint32_t *row = sim_network_neighbours(graph, i);
        plain.first[i] = at;
        for (uint32_t k = 0; k < graph->degree[i]; k++)
            plain.neighbour[at++] = row[k];
        plain.first[i + 1] = at;
        plain.opinion[i] = state->opinion[i];
    }
    return plain;
}

#endif
