/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voter model on a random graph, with node update (Suchecki, Eguiluz & San Miguel 2005,
 * doi:10.1103/PhysRevE.72.036132): in a step as many times as there are agents, a random one takes
 * over the opinion of a random neighbour. A run ends with consensus. */
#include <math.h>

#include "sim/model.h"

typedef struct {
    int64_t agents;
    double mean_degree, initial;
} params_t;

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, agents, "voter.agents", 1000, 2, 1e8, "agents", "Number of agents.",
                      A, "A round number."),
    SIM_PARAM_ROW_REAL(params_t, mean_degree, "voter.mean_degree", 8, 0, 1000, "ties",
                       "Mean number of ties of an agent.", B,
                       "Vazquez & Eguiluz (2008), figure 3."),
    SIM_PARAM_ROW_REAL(params_t, initial, "voter.initial", 0.5, 0, 1, "share",
                       "Probability that an agent has opinion 1 at the start.", A, "Symmetry."),
    SIM_PARAM_END};
static const char *const start_only[] = {"voter.agents", "voter.mean_degree", "voter.initial",
                                         NULL};

enum { METRIC_ONE, METRIC_ACTIVE, METRIC_COUNT };
static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_ONE] = {"one", "share", "Share of agents with opinion 1."},
    [METRIC_ACTIVE] = {"active", "share", "Share of ties between different opinions."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {
    {"one_final", "share", "With opinion 1 at the end.", SIM_REDUCE_FINAL, "one", 0, 0},
    {"active_final", "share", "Active ties at the end.", SIM_REDUCE_FINAL, "active", 0, 0},
    {.name = NULL},
};

enum { PURPOSE_INITIAL = SIM_RNG_PURPOSE_MODEL, PURPOSE_UPDATE };
static const char *const purposes[] = {"initial", "update", NULL};

typedef struct {
    sim_state_population_t agent;
    uint8_t *opinion;
    uint8_t consensus; /* no tie is active any more */
    sim_network_graph_t graph;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Voters."),
    SIM_STATE_COLUMN(state_t, agent, opinion, "", "0 or 1."),
    SIM_STATE_VALUE(state_t, consensus, "", "1: no tie is active any more."),
    SIM_STATE_GRAPH(state_t, graph, agent, params_t, mean_degree, "Who hears whom."),
    SIM_STATE_END};

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t n = state->agent.count;
    int rc = sim_network_graph_random(&state->graph, (uint64_t)llround(n * params->mean_degree / 2),
                                      world->key);
    for (uint32_t i = 0; i < n; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_INITIAL, i, 0);
        state->opinion[i] = sim_rng_chance(&draw, params->initial);
    }
    return rc;
}

static void update(state_t *state, const sim_rng_t *rng, uint32_t k) {
    const sim_network_graph_t *graph = &state->graph;
    sim_rng_draw_t draw = sim_rng_draw(rng, k, 0);
    uint32_t agent = sim_rng_below(&draw, graph->n), degree = graph->degree[agent];
    if (degree == 0)
        return;
    const uint32_t *row = sim_network_neighbours(graph, agent);
    state->opinion[agent] = state->opinion[row[sim_rng_below(&draw, degree)]];
}

static int update_commit(sim_world_t *world) {
    state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, PURPOSE_UPDATE);
    for (uint32_t k = 0; k < state->agent.count; k++)
        update(state, &rng, k);
    return SIM_OK;
}

static const sim_phase_t phases[] = {{"update",
                                      "Random agents take over the opinions of random neighbours.",
                                      .commit = update_commit},
                                     {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    state_t *state = world->state;
    const sim_network_graph_t *graph = &state->graph;
    uint64_t one = 0, active = 0;
    for (uint32_t i = 0; i < graph->n; i++) {
        const uint32_t *row = sim_network_neighbours(graph, i);
        one += state->opinion[i];
        for (uint32_t k = 0; k < graph->degree[i]; k++)
            active += state->opinion[row[k]] != state->opinion[i];
    }
    metric[METRIC_ONE] = (double)one / graph->n;
    metric[METRIC_ACTIVE] = graph->ties ? (double)active / 2 / (double)graph->ties : 0;
    state->consensus = active == 0 && world->clock.step > 0; /* before it, nothing changes */
    return SIM_OK;
}

static bool done(const sim_world_t *world) {
    return ((const state_t *)world->state)->consensus;
}

const sim_model_t sim_model_voter = {
    .name = "voter",
    .title = "Voter model on a random graph",
    .doc = "Random agents take over the opinions of random neighbours until all agree.",
    .params = param_table,
    .params_size = sizeof(params_t),
    .state = state_table,
    .state_size = sizeof(state_t),
    .n_metrics = METRIC_COUNT,
    .metrics = metrics,
    .reducers = reducers,
    .purposes = purposes,
    .phases = phases,
    .start_only = start_only,
    .setup = setup,
    .done = done,
    .observe = observe,
};
