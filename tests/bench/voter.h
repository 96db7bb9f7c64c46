/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voter model (Suchecki, Eguiluz & San Miguel 2005) on a random graph, written as the template
 * teaches: in a step as many times as there are agents, a random one takes over the opinion of a
 * random neighbour. tests/bench/plain_voter.c does the same without the engine. */
#ifndef TESTS_BENCH_VOTER_H
#define TESTS_BENCH_VOTER_H

#include <math.h>

#include "sim/sim.h"
#include "tests/bench/plain_voter.h"

typedef struct {
    int64_t agents;
    double mean_degree, initial;
} voter_params_t;

static const sim_param_t voter_param_table[] = {
    SIM_PARAM_ROW_INT(voter_params_t, agents, "voter.agents", 1000, 2, 1e8, "agents",
                      "Number of agents.", A, "A round number."),
    SIM_PARAM_ROW_REAL(voter_params_t, mean_degree, "voter.mean_degree", 8, 0, 1000, "ties",
                       "Mean number of ties of an agent.", A, "A round number."),
    SIM_PARAM_ROW_REAL(voter_params_t, initial, "voter.initial", 0.5, 0, 1, "share",
                       "Share of agents with opinion 1 at the start.", A, "Symmetry."),
    SIM_PARAM_END};

enum { VOTER_ONE, VOTER_ACTIVE, VOTER_METRICS };
static const sim_metric_t voter_metrics[VOTER_METRICS + 1] = {
    [VOTER_ONE] = {"one", "share", "Share of agents with opinion 1."},
    [VOTER_ACTIVE] = {"active", "share", "Share of ties between different opinions."},
};
SIM_TABLE_ENDS(voter_metrics, VOTER_METRICS);

static const sim_reducer_t voter_reducers[] = {
    {"one_final", "share", "Share with opinion 1 at the end.", SIM_REDUCE_FINAL, "one", 0, 0},
    {.name = NULL},
};

enum { VOTER_PURPOSE_INITIAL = SIM_RNG_PURPOSE_MODEL, VOTER_PURPOSE_UPDATE };
static const char *const voter_purposes[] = {"initial", "update", NULL};

typedef struct {
    uint8_t *opinion;
    sim_network_graph_t graph;
} voter_state_t;

static int voter_setup(sim_world_t *world) {
    const voter_params_t *params = world->params;
    voter_state_t *state = sim_base_arena_alloc(&world->arena, 1, sizeof *state);
    uint32_t n = (uint32_t)params->agents;
    if (!state)
        return SIM_ERR_MEMORY;
    state->opinion = sim_world_column(world, "voter.opinion", SIM_AGENTS_U8, n);
    int rc = sim_network_graph_init(&state->graph, &world->arena, n, params->mean_degree);
    if (!rc)
        rc = sim_network_graph_random(&state->graph, (uint64_t)llround(n * params->mean_degree / 2),
                                      world->key);
    if (rc || !state->opinion)
        return rc ? rc : SIM_ERR_MEMORY;
    for (uint32_t i = 0; i < n; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, VOTER_PURPOSE_INITIAL, i, 0);
        state->opinion[i] = sim_rng_chance(&draw, params->initial);
    }
    world->state = state;
    world->graph = &state->graph;
    return SIM_OK;
}

/* One decision, one cursor. */
static void voter_update(voter_state_t *state, const sim_rng_t *rng, uint32_t k) {
    const sim_network_graph_t *graph = &state->graph;
    sim_rng_draw_t draw = sim_rng_draw(rng, k, 0);
    uint32_t agent = sim_rng_below(&draw, graph->n), degree = graph->degree[agent];
    if (degree == 0)
        return;
    const uint32_t *row = sim_network_neighbours(graph, agent);
    state->opinion[agent] = state->opinion[row[sim_rng_below(&draw, degree)]];
}

static int voter_update_commit(sim_world_t *world) {
    voter_state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, VOTER_PURPOSE_UPDATE);
    for (uint32_t k = 0; k < state->graph.n; k++)
        voter_update(state, &rng, k);
    return SIM_OK;
}

static const sim_phase_t voter_phases[] = {
    {"update", "Agents take over opinions of neighbours.", SIM_EVERY_STEP,
     .commit = voter_update_commit},
    {.name = NULL},
};

static int voter_observe(sim_world_t *world, double *metric) {
    const voter_state_t *state = world->state;
    const sim_network_graph_t *graph = &state->graph;
    uint64_t one = 0, active = 0;
    for (uint32_t i = 0; i < graph->n; i++) {
        const uint32_t *row = sim_network_neighbours(graph, i);
        one += state->opinion[i];
        for (uint32_t k = 0; k < graph->degree[i]; k++)
            active += state->opinion[row[k]] != state->opinion[i];
    }
    metric[VOTER_ONE] = (double)one / graph->n;
    metric[VOTER_ACTIVE] = graph->ties ? (double)active / 2 / (double)graph->ties : 0;
    return SIM_OK;
}

static const sim_model_t voter_model = {
    .name = "voter",
    .title = "Voter model on a network",
    .doc = "Agents take over the opinions of random neighbours.",
    .params = voter_param_table,
    .params_size = sizeof(voter_params_t),
    .n_metrics = VOTER_METRICS,
    .metrics = voter_metrics,
    .reducers = voter_reducers,
    .purposes = voter_purposes,
    .phases = voter_phases,
    .setup = voter_setup,
    .observe = voter_observe,
};

/* A world of it, without a file: seed 1, the first replicate. */
static inline int voter_world(sim_world_t *world, sim_config_t *config, voter_params_t *params) {
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
    const voter_state_t *state = world->state;
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
