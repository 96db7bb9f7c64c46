/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIR in continuous time on a random graph: rates of infection along ties and of recovery, events
 * in the order of their times (Kiss, Miller & Simon 2017, Mathematics of Epidemics on Networks,
 * doi:10.1007/978-3-319-50806-1, appendix A.1.2). A year of the clock is a unit of time. Nobody is
 * infected twice, so draws belong to persons and pairs and not to steps: how often the model is
 * looked at changes nothing. */
#include <math.h>

#include "sim/sim.h"

typedef struct {
    int64_t agents;
    double mean_degree, beta, gamma, initial;
} params_t;

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, agents, "sir.agents", 10000, 2, 1e8, "agents", "Number of agents.",
                      A, "A round number."),
    SIM_PARAM_ROW_REAL(params_t, mean_degree, "sir.mean_degree", 8, 0, 1000, "ties",
                       "Mean number of ties of an agent.", A, "A round number."),
    SIM_PARAM_ROW_REAL(params_t, beta, "sir.beta", 0.1, 0, 1000, "1/year",
                       "Rate of infection along a tie.", A, "Twice what an epidemic needs."),
    SIM_PARAM_ROW_REAL(params_t, gamma, "sir.gamma", 0.3, 1e-9, 1000, "1/year", "Rate of recovery.",
                       A, "A quarter of contacts infect."),
    SIM_PARAM_ROW_REAL(params_t, initial, "sir.initial", 0.01, 0, 1, "share",
                       "Probability of being infected at the start.", A, "A small share."),
    SIM_PARAM_END};
static const char *const start_only[] = {"sir.agents", "sir.mean_degree", "sir.initial", NULL};

enum { METRIC_SUSCEPTIBLE, METRIC_INFECTED, METRIC_RECOVERED, METRIC_COUNT };
static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_SUSCEPTIBLE] = {"susceptible", "share", "Share of agents never infected."},
    [METRIC_INFECTED] = {"infected", "share", "Share of agents infected."},
    [METRIC_RECOVERED] = {"recovered", "share", "Share of agents recovered."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {
    {"recovered_final", "share", "Recovered at the end.", SIM_REDUCE_FINAL, "recovered", 0, 0},
    {"infected_peak", "share", "Largest share infected.", SIM_REDUCE_MAX, "infected", 0, 0},
    {.name = NULL},
};

enum { PURPOSE_INITIAL = SIM_RNG_PURPOSE_MODEL, PURPOSE_RECOVERY, PURPOSE_INFECTION };
static const char *const purposes[] = {"initial", "recovery", "infection", NULL};

enum { SUSCEPTIBLE, INFECTED, RECOVERED }; /* in the order of the metrics */

typedef struct {
    sim_state_population_t agent;
    uint8_t *status;
    double *next;          /* when something happens to an agent; INFINITY: nothing is foreseen */
    uint32_t *heap, *spot; /* the agents, a heap by `next`, and where each of them is there */
    sim_network_graph_t graph;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Persons."),
    SIM_STATE_COLUMN(state_t, agent, status, "", "0 susceptible, 1 infected, 2 recovered."),
    SIM_STATE_COLUMN(state_t, agent, next, "year", "Of the next event; infinite: none."),
    SIM_STATE_COLUMN(state_t, agent, heap, "agent", "The agents, a heap by `next`."),
    SIM_STATE_COLUMN(state_t, agent, spot, "", "Where an agent is in the heap."),
    SIM_STATE_END};

/* ---- the queue: an agent has one next event ---- */

static bool before(const state_t *state, uint32_t a, uint32_t b) {
    return state->next[a] < state->next[b] || (state->next[a] == state->next[b] && a < b);
}

static void put(state_t *state, uint32_t spot, uint32_t agent) {
    state->heap[spot] = agent;
    state->spot[agent] = spot;
}

static void schedule(state_t *state, uint32_t agent, double when) {
    uint32_t spot = state->spot[agent], child = 0;
    state->next[agent] = when;
    for (; spot && before(state, agent, state->heap[(spot - 1) / 2]); spot = (spot - 1) / 2)
        put(state, spot, state->heap[(spot - 1) / 2]);
    for (; (child = 2 * spot + 1) < state->agent.count; spot = child) {
        if (child + 1 < state->agent.count &&
            before(state, state->heap[child + 1], state->heap[child]))
            child++;
        if (before(state, agent, state->heap[child]))
            break;
        put(state, spot, state->heap[child]);
    }
    put(state, spot, agent);
}

/* ---- events ---- */

static double waits(const sim_world_t *world, uint32_t purpose, uint32_t a, uint32_t b) {
    sim_rng_t rng = sim_rng_at(world->key, purpose, 0);
    sim_rng_draw_t draw = sim_rng_draw(&rng, a, b);
    return sim_rng_exponential(&draw);
}

static void infect(sim_world_t *world, uint32_t agent, double now) {
    const params_t *params = world->params;
    state_t *state = world->state;
    const uint32_t *row = sim_network_neighbours(&state->graph, agent);
    double recovery = now + waits(world, PURPOSE_RECOVERY, agent, 0) / params->gamma;
    state->status[agent] = INFECTED;
    schedule(state, agent, recovery);
    for (uint32_t k = 0; k < state->graph.degree[agent]; k++) {
        if (state->status[row[k]] != SUSCEPTIBLE)
            continue;
        double when = now + waits(world, PURPOSE_INFECTION, agent, row[k]) / params->beta;
        if (when < recovery && when < state->next[row[k]])
            schedule(state, row[k], when);
    }
}

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t n = state->agent.count;
    int rc = sim_network_graph_init(&state->graph, &world->arena, n, params->mean_degree);
    if (rc == SIM_OK)
        rc = sim_network_graph_random(&state->graph, (uint64_t)llround(n * params->mean_degree / 2),
                                      world->key);
    world->graph = &state->graph;
    for (uint32_t i = 0; i < n; i++) {
        state->next[i] = INFINITY;
        put(state, i, i);
    }
    for (uint32_t i = 0; i < n && rc == SIM_OK; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_INITIAL, i, 0);
        if (sim_rng_chance(&draw, params->initial))
            infect(world, i, sim_schedule_time(&world->clock, 0));
    }
    return rc;
}

static int happen(sim_world_t *world) {
    state_t *state = world->state;
    double end = sim_schedule_time(&world->clock, world->clock.step + 1);
    while (state->next[state->heap[0]] < end) {
        uint32_t agent = state->heap[0];
        if (state->status[agent] == SUSCEPTIBLE) {
            infect(world, agent, state->next[agent]);
        } else {
            state->status[agent] = RECOVERED;
            schedule(state, agent, INFINITY);
        }
    }
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"happen", "All events of the step, in the order of their times.", .commit = happen},
    {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    for (uint32_t i = 0; i < state->agent.count; i++)
        metric[state->status[i]]++;
    for (int m = 0; m < METRIC_COUNT; m++)
        metric[m] /= state->agent.count;
    return SIM_OK;
}

static bool done(const sim_world_t *world) {
    const state_t *state = world->state;
    return isinf(state->next[state->heap[0]]);
}

/* A heap, and nobody who is infected without a recovery to come. */
static int verify(const sim_world_t *world) {
    const state_t *state = world->state;
    for (uint32_t i = 0; i < state->agent.count; i++) {
        uint32_t agent = state->heap[i];
        if (state->spot[agent] != i || (i && before(state, agent, state->heap[(i - 1) / 2])) ||
            (state->status[agent] == INFECTED && isinf(state->next[agent])))
            return sim_world_fail(world, SIM_ERR_VERIFY, "agent %u is wrong in the queue", agent);
    }
    return SIM_OK;
}

const sim_model_t sim_model_sir = {
    .name = "sir",
    .title = "SIR in continuous time",
    .doc = "An epidemic on a random graph, event by event.",
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
