/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boltzmann wealth (Dragulescu & Yakovenko 2000, doi:10.1007/s100510070114), as in the introductory
 * tutorial of Mesa, without space: at each step all agents act once, in random order, and who has a
 * coin gives one to another agent at random. Wealth becomes nearly exponential. */
#include "sim/model.h"

typedef struct {
    int64_t agents, money;
} params_t;

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, agents, "boltzmann.agents", 1000, 2, 1e8, "agents",
                      "Number of agents.", A, "A round number."),
    SIM_PARAM_ROW_INT(params_t, money, "boltzmann.money", 1, 0, 20, "coins",
                      "Coins of each agent at the start.", B, "Mesa's tutorial."),
    SIM_PARAM_END};
static const char *const start_only[] = {"boltzmann.agents", "boltzmann.money", NULL};

enum { METRIC_GINI, METRIC_BROKE, METRIC_RICHEST, METRIC_COUNT };
static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_GINI] = {"gini", "", "Gini coefficient of wealth."},
    [METRIC_BROKE] = {"broke", "share", "Share of agents without a coin."},
    [METRIC_RICHEST] = {"richest", "coins", "Coins of the richest agent."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {
    {"gini_final", "", "Gini coefficient at the end.", SIM_REDUCE_FINAL, "gini", 0, 0},
    {"broke_final", "share", "Without a coin at the end.", SIM_REDUCE_FINAL, "broke", 0, 0},
    {.name = NULL},
};

enum { PURPOSE_WHOM = SIM_RNG_PURPOSE_MODEL };
static const char *const purposes[] = {"whom", NULL};

typedef struct {
    sim_state_population_t agent, level;
    uint32_t *wealth, *holders;
} state_t;

/* Nobody can have more than all coins. */
static size_t count_levels(const sim_world_t *world) {
    const params_t *params = world->params;
    return (size_t)(params->agents * params->money) + 1;
}

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Those who give and get."),
    SIM_STATE_POPULATION_OF(state_t, level, count_levels, "Amounts that an agent can have."),
    SIM_STATE_COLUMN(state_t, agent, wealth, "coins", "What an agent has."),
    SIM_STATE_SCRATCH(state_t, level, holders, 1, "How many agents have so much."), SIM_STATE_END};

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    for (uint32_t i = 0; i < state->agent.count; i++)
        state->wealth[i] = (uint32_t)params->money;
    return SIM_OK;
}

static size_t count_agents(const sim_world_t *world) {
    return ((const state_t *)world->state)->agent.count;
}

static int give(sim_world_t *world, uint32_t agent) {
    state_t *state = world->state;
    sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_WHOM, agent, 0);
    if (state->wealth[agent] == 0)
        return SIM_OK;
    uint32_t other = sim_rng_below(&draw, state->agent.count - 1);
    state->wealth[agent]--;
    state->wealth[other + (other >= agent)]++;
    return SIM_OK;
}

static const sim_phase_t phases[] = {{"give", "Who has a coin gives one to another agent.",
                                      .items = count_agents, .ask = give,
                                      .order = SIM_ORDER_RANDOM},
                                     {.name = NULL}};

/* The Gini coefficient from the numbers of holders: Lorenz' curve, level by level. */
static int observe(sim_world_t *world, double *metric) {
    state_t *state = world->state;
    double n = state->agent.count, cumulative = 0, lorenz = 0;
    uint32_t richest = 0;
    memset(state->holders, 0, state->level.count * sizeof *state->holders);
    for (uint32_t i = 0; i < state->agent.count; i++) {
        uint32_t wealth = state->wealth[i];
        state->holders[wealth]++;
        richest = wealth > richest ? wealth : richest;
    }
    for (uint32_t wealth = 0; wealth <= richest; wealth++) {
        double k = state->holders[wealth];
        lorenz += k * cumulative + wealth * k * (k + 1) / 2;
        cumulative += wealth * k;
    }
    metric[METRIC_GINI] = cumulative > 0 ? (n + 1 - 2 * lorenz / cumulative) / n : 0;
    metric[METRIC_BROKE] = state->holders[0] / n;
    metric[METRIC_RICHEST] = richest;
    return SIM_OK;
}

/* No coin is made or lost. */
static int verify(const sim_world_t *world) {
    const state_t *state = world->state;
    uint64_t total = 0;
    for (uint32_t i = 0; i < state->agent.count; i++)
        total += state->wealth[i];
    return total == state->level.count - 1
               ? SIM_OK
               : sim_world_fail(world, SIM_ERR_VERIFY, "there are %llu coins, not %u",
                                (unsigned long long)total, state->level.count - 1);
}

const sim_model_t sim_model_boltzmann = {
    .name = "boltzmann",
    .title = "Boltzmann wealth",
    .doc = "Agents give coins to each other at random, and wealth becomes nearly exponential.",
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
    .observe = observe,
    .verify = verify,
};
