/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model of two populations that count from 0 each: servers who fill jobs, as spells and as arcs.
 * At step s job j is filled by server (j + s) % servers, and the odd jobs one step of two. */
#include "sim/more.h"

typedef struct {
    int64_t jobs, servers;
} params_t;

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, jobs, "jobs.jobs", 4, 1, 100, "jobs", "How many.", A, "Few."),
    SIM_PARAM_ROW_INT(params_t, servers, "jobs.servers", 3, 2, 100, "servers", "How many.", A,
                      "Few."),
    SIM_PARAM_END};
static const char *const start_only[] = {"jobs.jobs", "jobs.servers", NULL};

static const sim_metric_t metrics[] = {{"filled", "jobs", "Jobs that are filled."},
                                       {NULL, NULL, NULL}};
static const sim_reducer_t reducers[] = {
    {"filled_final", "jobs", "Filled at the end.", SIM_REDUCE_FINAL, "filled", 0, 0},
    {.name = NULL}};
static const char *const purposes[] = {NULL};
static const char *const kinds[] = {"fills", NULL}, *const causes[] = {"moved", NULL};
static const sim_network_names_t names = {.table = "fills",
                                          .id = "fill_id",
                                          .from = "server_id",
                                          .from_doc = "server, from 0",
                                          .to = "job_id",
                                          .to_doc = "job, from 0",
                                          .two_modes = true};
static const sim_network_labels_t labels = {.kinds = kinds, .causes = causes, .names = &names};

typedef struct {
    sim_state_population_t job, server;
    sim_network_arcs_t holds;
    double *hours;
    uint32_t *held;
    sim_network_ties_t ties;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, job, params_t, jobs, "What is filled."),
    SIM_STATE_POPULATION(state_t, server, params_t, servers, "Who fills."),
    SIM_STATE_ARCS(state_t, holds, server, job, "Who has which job."),
    SIM_STATE_ARC_COLUMN(state_t, holds, hours, "hours", "Of the job."),
    SIM_STATE_COLUMN(state_t, server, held, "", "Jobs so far."),
    SIM_STATE_TIE_TABLE(state_t, ties, NULL, "Who had which job, and when."),
    SIM_STATE_END};

static void leave(state_t *state, int32_t step) {
    for (uint32_t k = state->ties.n_live[0]; k-- > 0;) {
        uint32_t id = state->ties.live[0][k];
        (void)sim_network_arcs_drop(&state->holds, state->ties.from[id], state->ties.to[id]);
        sim_network_tie_end(&state->ties, id, step, 0);
    }
}

static int fill(sim_world_t *world) {
    state_t *state = world->state;
    const int32_t step = world->clock.step;
    int rc = 0;
    leave(state, step);
    for (uint32_t job = 0; job < state->job.count && !rc; job++) {
        uint32_t place = 0, server = (job + (uint32_t)step) % state->server.count;
        const sim_network_birth_t birth = {.from = server,
                                           .to = job,
                                           .onset = step,
                                           .mode = SIM_NETWORK_NO_WORD,
                                           .topic = SIM_NETWORK_NO_WORD,
                                           .stage = SIM_NETWORK_NO_WORD};
        if (job % 2 && step % 2)
            continue;
        rc = sim_network_tie_add(&state->ties, &birth, NULL);
        if (!rc && !(rc = sim_network_arcs_add(&state->holds, server, job, &place)))
            state->hours[place] = 10 * job + 0.5;
        state->held[server]++;
    }
    return rc;
}

static const sim_phase_t phases[] = {{"fill", "Servers move on.", .commit = fill}, {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    metric[0] = ((const state_t *)world->state)->holds.count;
    return SIM_OK;
}

const sim_model_t sim_model_jobs = {
    .name = "jobs",
    .title = "Servers and jobs",
    .doc = "Servers fill jobs in turn.",
    .params = param_table,
    .params_size = sizeof(params_t),
    .state = state_table,
    .state_size = sizeof(state_t),
    .n_metrics = 1,
    .metrics = metrics,
    .reducers = reducers,
    .purposes = purposes,
    .phases = phases,
    .labels = &labels,
    .start_only = start_only,
    .observe = observe,
};
