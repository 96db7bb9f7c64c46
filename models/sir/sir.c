/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIR in continuous time on a random graph: rates of infection along ties and of recovery, events
 * in the order of their times (Kiss, Miller & Simon 2017, Mathematics of Epidemics on Networks,
 * doi:10.1007/978-3-319-50806-1, appendix A). A year of the clock is a unit of time. Nobody is
 * infected twice, so draws belong to persons and pairs and not to steps: how often the model is
 * looked at changes nothing. */
#include <math.h>

#include "sim/model.h"

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

enum { INFECTION, RECOVERY }; /* kinds of events */

typedef struct {
    sim_state_population_t agent;
    uint8_t *status;
    double *soonest; /* infection that is foreseen for an agent; INFINITY: none */
    sim_state_queue_t queue;
    sim_network_graph_t graph;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, agent, params_t, agents, "Persons."),
    SIM_STATE_COLUMN(state_t, agent, status, "", "0 susceptible, 1 infected, 2 recovered."),
    SIM_STATE_COLUMN(state_t, agent, soonest, "year", "Of an infection; infinite: none."),
    SIM_STATE_QUEUE(state_t, queue, "year", "Infections and recoveries to come."),
    SIM_STATE_GRAPH(state_t, graph, agent, params_t, mean_degree, "Who meets whom."),
    SIM_STATE_END};

static double waits(const sim_world_t *world, uint32_t purpose, uint32_t a, uint32_t b) {
    sim_rng_t rng = sim_world_rng_once(world, purpose);
    sim_rng_draw_t draw = sim_rng_draw(&rng, a, b);
    return sim_rng_exponential(&draw);
}

static int infect(sim_world_t *world, uint32_t agent, double now) {
    const params_t *params = world->params;
    state_t *state = world->state;
    const uint32_t *row = sim_network_neighbours(&state->graph, agent);
    double recovery = now + waits(world, PURPOSE_RECOVERY, agent, 0) / params->gamma;
    sim_state_event_t event = {recovery, 0, RECOVERY, agent};
    int rc = sim_world_schedule(world, &state->queue, event);
    state->status[agent] = INFECTED;
    for (uint32_t k = 0; k < state->graph.degree[agent] && rc == SIM_OK; k++) {
        if (state->status[row[k]] != SUSCEPTIBLE)
            continue;
        double when = now + waits(world, PURPOSE_INFECTION, agent, row[k]) / params->beta;
        if (when >= recovery || when >= state->soonest[row[k]])
            continue;
        state->soonest[row[k]] = when;
        event = (sim_state_event_t){when, 0, INFECTION, row[k]};
        rc = sim_world_schedule(world, &state->queue, event);
    }
    return rc;
}

static int setup(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t n = state->agent.count;
    int rc = sim_network_graph_random(&state->graph, (uint64_t)llround(n * params->mean_degree / 2),
                                      world->key);
    for (uint32_t i = 0; i < n; i++)
        state->soonest[i] = INFINITY;
    for (uint32_t i = 0; i < n && rc == SIM_OK; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_INITIAL, i, 0);
        if (sim_rng_chance(&draw, params->initial))
            rc = infect(world, i, sim_schedule_time(&world->clock, 0));
    }
    return rc;
}

/* An infection that an earlier one has overtaken finds nobody susceptible. */
static int happen(sim_world_t *world, const sim_state_event_t *event) {
    state_t *state = world->state;
    if (event->kind == INFECTION && state->status[event->subject] == SUSCEPTIBLE)
        return infect(world, event->subject, event->time);
    if (event->kind == RECOVERY)
        state->status[event->subject] = RECOVERED;
    return SIM_OK;
}

static const sim_phase_t phases[] = {{"happen",
                                      "All events of the step, in the order of their times.",
                                      .event = happen, .queue = offsetof(state_t, queue)},
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
    return ((const state_t *)world->state)->queue.events.count == 0;
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
};
