/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The smallest complete model, and the template of every new one (scripts/new_model).
 *
 * Agents walk on the line: at each step each agent goes one place to the right with
 * probability `right`, else one to the left. After t steps an agent's place has mean
 * t(2p - 1) and variance 4tp(1 - p), which the tests hold it to.
 *
 * Read from top to bottom: parameters, metrics, state, one phase, hooks, descriptor. */
#include "sim/model.h"

/* ---- parameters: a struct for the steps, a table for everybody else ---- */

typedef struct {
    int64_t agents;
    double right;
} params_t;

/* One row per parameter. From it come the loading and checking of files, --set, the manual. */
static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, agents, "none.agents", 1000, 1, 1e8, "agents", "Number of agents.",
                      A, "A round number."),
    SIM_PARAM_ROW_REAL(params_t, right, "none.right", 0.5, 0, 1, "share",
                       "Probability that an agent goes to the right at a step.", A,
                       "The symmetric walk."),
    SIM_PARAM_END};

/* Those that are read at the start alone; `interventions` of a scenario may change all others in
 * time. */
static const char *const start_only[] = {"none.agents", NULL};
SIM_TABLE_ENDS(start_only, 1); /* the compiler finds a list whose end was forgotten */

/* ---- metrics: one number each, after every step ---- */

enum { METRIC_PLACE_MEAN, METRIC_COUNT };

static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_PLACE_MEAN] = {"place_mean", "places", "Mean place of the agents."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);

/* Which statistic of each metric goes into `summary`: here its value at the end of the run. */
static const sim_reducer_t reducers[] = {
    {"place_mean_final", "places", "Mean place of the agents at the end.", SIM_REDUCE_FINAL,
     "place_mean", 0, 0},
    {.name = NULL},
};
SIM_TABLE_ENDS(reducers, 1);

/* ---- randomness: each decision has a purpose of its own, and one cursor ---- */

enum { PURPOSE_WALK = SIM_RNG_PURPOSE_MODEL, PURPOSES_END };
static const char *const purposes[] = {"walk", NULL};
SIM_TABLE_ENDS(purposes, PURPOSES_END - SIM_RNG_PURPOSE_MODEL);

/* ---- state: a struct for the hooks, a table for the engine, which allocates and saves it ---- */

typedef struct {
    sim_state_population_t agent;
    int32_t *place;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Those who walk."),
    SIM_STATE_COLUMN(state_t, agent, place, "places", "Where an agent stands on the line."),
    SIM_STATE_END};

/* ---- the phase `walk` ---- */

static size_t count_agents(const sim_world_t *world) {
    return ((const state_t *)world->state)->agent.count;
}

/* One decision, one cursor: what else it needed (how far, say) it would ask of the same cursor,
 * which hands out the next number. A second cursor would give the first number again. */
static bool goes(const sim_rng_t *rng, uint32_t agent, double probability) {
    sim_rng_draw_t draw = sim_rng_draw(rng, agent, 0);
    return sim_rng_chance(&draw, probability);
}

/* Runs on any thread, for the agents [first, last): it may write their rows and no others.
 * The draw depends on the agent and the step, so the threads cannot be seen in it. */
static int walk_decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    const params_t *params = world->params;
    state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, PURPOSE_WALK);
    (void)block; /* the number of the block, for phases that keep proposals by block */
    for (size_t i = first; i < last; i++)
        state->place[i] += goes(&rng, (uint32_t)i, params->right) ? 1 : -1;
    return SIM_OK;
}

/* A phase in which agents touch each other decides on the old state and has a commit as well;
 * models/contagion shows one. */
static const sim_phase_t phases[] = {
    {"walk", "Each agent goes one place to the right or to the left.", SIM_EVERY_STEP, count_agents,
     .decide = walk_decide},
    {.name = NULL},
};
SIM_TABLE_ENDS(phases, 1);

/* ---- what is looked at ---- */

static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    int64_t sum = 0;
    for (size_t i = 0; i < state->agent.count; i++)
        sum += state->place[i];
    metric[METRIC_PLACE_MEAN] = (double)sum / (double)state->agent.count;
    return SIM_OK;
}

/* What must hold after any step, whatever the draws: after t steps a place is of t's parity
 * and at most t away. Tests and --paranoid call it. */
static int verify(const sim_world_t *world) {
    const state_t *state = world->state;
    int32_t step = world->clock.step;
    for (size_t i = 0; i < state->agent.count; i++) {
        int32_t place = state->place[i];
        if (place > step || place < -step || (place - step) % 2 != 0)
            return sim_world_fail(world, SIM_ERR_VERIFY, "agent %zu is at place %d after %d steps",
                                  i, place, step);
    }
    return SIM_OK;
}

const sim_model_t sim_model_none = {
    .name = "none",
    .title = "A walk on the line",
    .doc = "Agents walk on the line without meeting: at each step each goes one place to the "
           "right with probability none.right, else one to the left.",
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
    .observe = observe,
    .verify = verify,
};
