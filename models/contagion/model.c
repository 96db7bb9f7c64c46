/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIS with rewiring: N agents on a simple random graph. In each step, on the old states, a
 * susceptible with k infected neighbours is infected with probability 1 - (1 - beta)^k and an
 * infected agent recovers with probability gamma; then each agent, with probability `rewire`
 * and if it has a tie, drops one of its ties at random and ties itself to a random agent that
 * is neither itself nor a neighbour. The engine's reference: answers known in limiting cases,
 * speed measured by `bench`. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "models/contagion/contagion.h"

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(contagion_params_t, agents, "contagion.agents", 100000, 2, 1e8, "agents",
                      "Number of agents.", A, "Benchmark size; the memory grows with it."),
    SIM_PARAM_ROW_REAL(contagion_params_t, mean_degree, "contagion.mean_degree", 8, 0, 10000,
                       "ties", "Mean number of ties of an agent at the start.", A,
                       "Benchmark setting."),
    SIM_PARAM_ROW_REAL_PRIOR(
        contagion_params_t, beta, "contagion.beta", 0.05, 0, 1, LOG(0.005, 0.2), "1/step",
        "Probability of infection per infected neighbour.", A, "Benchmark setting."),
    SIM_PARAM_ROW_REAL_PRIOR(contagion_params_t, gamma, "contagion.gamma", 0.1, 0, 1, BETA(2, 8),
                             "1/step", "Probability that an infected agent recovers.", A,
                             "Benchmark setting."),
    SIM_PARAM_ROW_REAL(contagion_params_t, rewire, "contagion.rewire", 0.02, 0, 1, "1/step",
                       "Probability that an agent moves one of its ties to a stranger.", A,
                       "Benchmark setting."),
    SIM_PARAM_ROW_REAL(contagion_params_t, initial_share, "contagion.initial_share", 0.01, 0, 1,
                       "share", "Share of the agents infected at the start.", A,
                       "Benchmark setting."),
    SIM_PARAM_END};

enum { METRIC_INFECTED, METRIC_SUSCEPTIBLE, METRIC_TIES, METRIC_COUNT };

static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_INFECTED] = {"infected", "agents", "Infected agents."},
    [METRIC_SUSCEPTIBLE] = {"susceptible", "agents", "Susceptible agents."},
    [METRIC_TIES] = {"ties", "ties", "Ties between agents."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);

static const sim_reducer_t reducers[] = {
    {"infected_final", "agents", "Infected agents at the end.", SIM_REDUCE_FINAL, "infected", 0, 0},
    {"infected_mean", "agents", "Infected agents, mean over the steps.", SIM_REDUCE_MEAN,
     "infected", 0, 0},
    {"infected_peak", "agents", "Largest number of infected agents.", SIM_REDUCE_MAX, "infected", 0,
     0},
    {.name = NULL},
};

static const char *const start_only[] = {"contagion.agents", "contagion.mean_degree",
                                         "contagion.initial_share", NULL};

static const char *const purposes[] = {"seed", "agent", "rewire", NULL};

static size_t count_words(const sim_world_t *world) {
    const contagion_params_t *params = world->params;
    return ((size_t)params->agents + SIM_BLOCK - 1) / SIM_BLOCK * CONTAGION_WORDS;
}

/* 0 and all degrees that a node of the graph can have. */
static size_t count_degrees(const sim_world_t *world) {
    const contagion_params_t *params = world->params;
    return (params->agents < SIM_NETWORK_MAX_DEGREE ? (size_t)params->agents
                                                    : SIM_NETWORK_MAX_DEGREE) +
           1;
}

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(contagion_state_t, agent, contagion_params_t, agents, "Nodes."),
    SIM_STATE_POPULATION_OF(contagion_state_t, word, count_words,
                            "Words of 64 bits, a bit for each agent, in whole blocks."),
    SIM_STATE_POPULATION_OF(contagion_state_t, degree, count_degrees, "Numbers of neighbours."),
    SIM_STATE_COLUMN(contagion_state_t, agent, infected, "", "0 or 1."),
    SIM_STATE_GRAPH(contagion_state_t, graph, agent, contagion_params_t, mean_degree,
                    "Who meets whom."),
    SIM_STATE_DERIVED(contagion_state_t, agent, mood, 1,
                      "Whether an agent and how many of its neighbours are infected."),
    SIM_STATE_SCRATCH(contagion_state_t, word, flips, 1, "Whose state changes."),
    SIM_STATE_SCRATCH(contagion_state_t, word, wants, 1, "Who will rewire."),
    SIM_STATE_DERIVED(contagion_state_t, degree, infection, 1,
                      "Threshold of a susceptible with k infected neighbours, 1 - (1 - beta)^k."),
    SIM_STATE_OWN(contagion_state_t, ill, "Infected agents; follows from their column."),
    SIM_STATE_OWN(contagion_state_t, threshold, "Of changing state, by mood; from parameters."),
    SIM_STATE_OWN(contagion_state_t, rewire, "Threshold of rewiring; from its parameter."),
    SIM_STATE_OWN(contagion_state_t, helpers, "Threads but the first, where they pay."),
    SIM_STATE_OWN(contagion_state_t, heard, "By helper: what moods are to be changed by."),
    SIM_STATE_OWN(contagion_state_t, plan, "Of rewiring on threads."),
    SIM_STATE_END};

static const sim_phase_t phases[] = {
    {"infect", "Infection and recovery of all agents, on the states of the step before.",
     SIM_EVERY_STEP, contagion_count, contagion_infect_decide, .commit = contagion_infect_commit},
    {"rewire", "Some agents move one of their ties to a stranger, in the order of their numbers.",
     SIM_EVERY_STEP, .commit = contagion_rewire_commit},
    {.name = NULL},
};

uint64_t contagion_ties(const contagion_params_t *params) {
    return (uint64_t)llround((double)params->agents * params->mean_degree / 2.0);
}

static int check(const sim_config_t *config, sim_base_diag_t *diag) {
    const contagion_params_t *params = sim_param_struct(config);
    uint64_t n = (uint64_t)params->agents, pairs = n * (n - 1) / 2, ties = contagion_ties(params);
    int line = 0;
    if (ties <= pairs)
        return SIM_OK;
    const char *file = sim_param_origin(config, "contagion.mean_degree", &line);
    return sim_base_diag_add(diag, line > 0 ? file : NULL, line,
                             "contagion.mean_degree = %g asks for %" PRIu64
                             " ties, but contagion.agents = %" PRIu64 " allows at most %" PRIu64
                             " (mean_degree %" PRIu64 ")",
                             params->mean_degree, ties, n, pairs, n - 1);
}

static int observe(sim_world_t *world, double *metric) {
    const contagion_state_t *state = world->state;
    uint32_t infected = state->ill;
    metric[METRIC_INFECTED] = (double)infected;
    metric[METRIC_SUSCEPTIBLE] = (double)(state->agent.count - infected);
    metric[METRIC_TIES] = (double)state->graph.ties;
    return SIM_OK;
}

/* Moods and the number of infected are kept up to date step by step; here they are counted. */
static int verify_mood(const sim_world_t *world, uint32_t agent) {
    const contagion_state_t *state = world->state;
    const uint32_t *row = sim_network_neighbours(&state->graph, agent);
    uint32_t count = 0;
    for (uint32_t k = 0; k < state->graph.degree[agent]; k++)
        count += state->infected[row[k]];
    if (state->mood[agent] ==
        (uint8_t)(count * CONTAGION_NEIGHBOUR + state->infected[agent] * CONTAGION_ILL))
        return SIM_OK;
    return sim_world_fail(world, SIM_ERR_VERIFY,
                          "agent %u has state %u and %u infected neighbours, but its mood is %u",
                          agent, state->infected[agent], count, state->mood[agent]);
}

static int verify_infected(const sim_world_t *world) {
    const contagion_state_t *state = world->state;
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->agent.count; i++)
        count += state->infected[i];
    return count == state->ill
               ? SIM_OK
               : sim_world_fail(world, SIM_ERR_VERIFY, "%u agents are infected, but %u are counted",
                                count, state->ill);
}

/* Rewiring moves ties, it neither makes nor loses any. The engine checks the graph itself. */
static int verify(const sim_world_t *world) {
    const contagion_state_t *state = world->state;
    int rc = state->graph.ties == contagion_ties(world->params) ? verify_infected(world)
                                                                : SIM_ERR_VERIFY;
    for (uint32_t i = 0; i < state->agent.count && !rc; i++)
        rc = state->infected[i] > 1 ? SIM_ERR_VERIFY : verify_mood(world, i);
    return rc;
}

const sim_model_t sim_model_contagion = {
    .name = "contagion",
    .title = "Contagion (SIS) on a network that rewires",
    .doc = "N agents on a simple random graph. In each step, on the old states, a susceptible "
           "with k infected neighbours is infected with probability 1 - (1 - beta)^k and an "
           "infected agent recovers with probability gamma; then each agent, with probability "
           "rewire and if it has a tie, moves one of its ties to a random stranger. The "
           "engine's reference: known answers, and the yardstick of speed.",
    .params = param_table,
    .params_size = sizeof(contagion_params_t),
    .state = state_table,
    .state_size = sizeof(contagion_state_t),
    .n_metrics = METRIC_COUNT,
    .metrics = metrics,
    .reducers = reducers,
    .purposes = purposes,
    .phases = phases,
    .start_only = start_only,
    .check = check,
    .setup = contagion_setup,
    .changed = contagion_changed,
    .observe = observe,
    .verify = verify,
};
