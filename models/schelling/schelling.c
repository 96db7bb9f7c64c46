/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schelling's segregation (1971, doi:10.1080/0022250X.1971.9989794) on a torus, with the rules of
 * Mesa's example: agents of whose neighbours (Moore, radius 1) too few were like them at the end of
 * the last step move to a random empty cell, then all look again. One without neighbours moves. */
#include <math.h>

#include "sim/model.h"

typedef struct {
    int64_t width, height;
    double density, minority, homophily;
} params_t;

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, width, "schelling.width", 20, 3, 10000, "cells",
                      "Width of the torus.", B, "Mesa's example."),
    SIM_PARAM_ROW_INT(params_t, height, "schelling.height", 20, 3, 10000, "cells",
                      "Height of the torus.", B, "Mesa's example."),
    SIM_PARAM_ROW_REAL(params_t, density, "schelling.density", 0.8, 0, 0.99, "share",
                       "Share of cells that are taken.", B, "Mesa's example."),
    SIM_PARAM_ROW_REAL(params_t, minority, "schelling.minority", 0.5, 0, 1, "share",
                       "Probability that an agent is of the second type.", B, "Mesa's example."),
    SIM_PARAM_ROW_REAL(params_t, homophily, "schelling.homophily", 0.4, 0, 1, "share",
                       "Share of like neighbours with which an agent stays.", B, "Mesa's example."),
    SIM_PARAM_END};
static const char *const start_only[] = {"schelling.width", "schelling.height", "schelling.density",
                                         "schelling.minority", NULL};

enum { METRIC_HAPPY, METRIC_LIKE, METRIC_MOVED, METRIC_COUNT };
static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_HAPPY] = {"happy", "share", "Share of agents that will stay."},
    [METRIC_LIKE] = {"like", "share", "Share of like neighbours, mean of agents that have any."},
    [METRIC_MOVED] = {"moved", "agents/step", "Agents that moved."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {
    {"happy_final", "share", "Agents that stay, at the end.", SIM_REDUCE_FINAL, "happy", 0, 0},
    {"like_final", "share", "Like neighbours at the end.", SIM_REDUCE_FINAL, "like", 0, 0},
    {.name = NULL},
};

enum { PURPOSE_PLACE = SIM_RNG_PURPOSE_MODEL, PURPOSE_TYPE, PURPOSE_GOAL };
static const char *const purposes[] = {"place", "type", "goal", NULL};

enum { EMPTY, FIRST, SECOND };

typedef struct {
    sim_state_population_t cell, agent;
    uint8_t *taken;
    uint32_t *place; /* of agent i for i < agent.count; behind them the empty cells */
    uint8_t *happy;
    double *like;
    uint32_t moved;
} state_t;

static size_t count_cells(const sim_world_t *world) {
    const params_t *params = world->params;
    return (size_t)(params->width * params->height);
}
static size_t count_agents(const sim_world_t *world) {
    return (size_t)llround(((const params_t *)world->params)->density * (double)count_cells(world));
}

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION_OF(state_t, cell, count_cells, "Cells of the torus."),
    SIM_STATE_POPULATION_OF(state_t, agent, count_agents, "Inhabitants."),
    SIM_STATE_COLUMN(state_t, cell, taken, "", "0: empty; else the type of the agent there."),
    SIM_STATE_COLUMN(state_t, cell, place, "cell", "Of each agent, then the empty cells."),
    SIM_STATE_COLUMN(state_t, agent, happy, "", "1: stays."),
    SIM_STATE_COLUMN(state_t, agent, like, "share", "Like neighbours; -1: no neighbours."),
    SIM_STATE_VALUE(state_t, moved, "agents", "Those who moved in this step."),
    SIM_STATE_END};

static int look(sim_world_t *world, uint32_t agent) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t width = (uint32_t)params->width, height = (uint32_t)params->height, like = 0, all = 0;
    uint32_t x = state->place[agent] % width, y = state->place[agent] / width;
    uint8_t own = state->taken[state->place[agent]];
    for (uint32_t k = 0; k < 9; k++) {
        uint32_t column = (x + k % 3 + width - 1) % width, row = (y + k / 3 + height - 1) % height;
        uint8_t other = state->taken[row * width + column];
        like += k != 4 && other == own; /* 4 is the agent itself */
        all += k != 4 && other != EMPTY;
    }
    state->like[agent] = all ? (double)like / all : -1;
    state->happy[agent] = (all ? state->like[agent] : 0) >= params->homophily;
    return SIM_OK;
}

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    sim_rng_t order = sim_world_rng(world, PURPOSE_PLACE);
    for (uint32_t c = 0; c < state->cell.count; c++)
        state->place[c] = c;
    sim_rng_shuffle(&order, 0, state->place, state->cell.count);
    for (uint32_t i = 0; i < state->agent.count; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_TYPE, i, 0);
        state->taken[state->place[i]] = sim_rng_chance(&draw, params->minority) ? SECOND : FIRST;
    }
    for (uint32_t i = 0; i < state->agent.count; i++)
        (void)look(world, i);
    return SIM_OK;
}

static int begin(sim_world_t *world) {
    ((state_t *)world->state)->moved = 0;
    return SIM_OK;
}

static int move(sim_world_t *world, uint32_t agent) {
    state_t *state = world->state;
    uint32_t empty = state->cell.count - state->agent.count, from = state->place[agent];
    sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_GOAL, agent, 0);
    if (state->happy[agent] || empty == 0)
        return SIM_OK;
    uint32_t *goal = &state->place[state->agent.count + sim_rng_below(&draw, empty)];
    state->taken[*goal] = state->taken[from];
    state->taken[from] = EMPTY;
    state->place[agent] = *goal;
    *goal = from;
    state->moved++;
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"begin", "Nobody has moved yet.", .commit = begin},
    {"move", "Those who are not happy move to a random empty cell.", .items = count_agents,
     .ask = move, .order = SIM_ORDER_RANDOM},
    {"look", "All look at their neighbours.", .items = count_agents, .each = look},
    {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    double with = 0;
    for (uint32_t i = 0; i < state->agent.count; i++) {
        metric[METRIC_HAPPY] += state->happy[i];
        metric[METRIC_LIKE] += state->like[i] >= 0 ? state->like[i] : 0;
        with += state->like[i] >= 0;
    }
    metric[METRIC_HAPPY] /= state->agent.count;
    metric[METRIC_LIKE] /= with;
    metric[METRIC_MOVED] = state->moved;
    return SIM_OK;
}

/* All are where they like it, or cannot move. */
static bool done(const sim_world_t *world) {
    return ((const state_t *)world->state)->moved == 0;
}

static int verify(const sim_world_t *world) {
    const state_t *state = world->state;
    for (uint32_t k = 0; k < state->cell.count; k++)
        if ((state->taken[state->place[k]] != EMPTY) != (k < state->agent.count))
            return sim_world_fail(world, SIM_ERR_VERIFY, "cell %u is listed wrongly",
                                  state->place[k]);
    return SIM_OK;
}

const sim_model_t sim_model_schelling = {
    .name = "schelling",
    .title = "Schelling's segregation",
    .doc = "Agents move where too few neighbours are like them, and types separate.",
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
    .verify = verify,
};
