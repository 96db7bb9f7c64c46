/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Team assembly (Guimera, Uzzi, Spiro & Amaral 2005, doi:10.1126/science.1106340) with the rules of
 * NetLogo's model: at each step a team is put together of newcomers and incumbents, all its members
 * are tied, and those who were in no team for long leave with their ties. */
#include "sim/more.h"

enum { MOST = 64 /* members of a team */ };

typedef struct {
    int64_t size, max_downtime;
    double p, q;
} params_t;

static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, size, "team.size", 4, 2, MOST, "agents", "Members of a team.", B,
                      "NetLogo's default."),
    SIM_PARAM_ROW_INT(params_t, max_downtime, "team.max_downtime", 40, 1, 1e6, "steps",
                      "Steps without a team after which an agent leaves.", B, "NetLogo's default."),
    SIM_PARAM_ROW_REAL(params_t, p, "team.p", 0.4, 0, 1, "share",
                       "Probability that a member is an incumbent.", B, "NetLogo's default."),
    SIM_PARAM_ROW_REAL(params_t, q, "team.q", 0.65, 0, 1, "share",
                       "Probability that an incumbent has worked with a member before.", B,
                       "NetLogo's default."),
    SIM_PARAM_END};
static const char *const start_only[] = {"team.size", NULL};

enum { METRIC_AGENTS, METRIC_TIES, METRIC_GIANT, METRIC_COUNT };
static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_AGENTS] = {"agents", "agents", "Agents that have not left."},
    [METRIC_TIES] = {"ties", "ties", "Pairs who have worked together."},
    [METRIC_GIANT] = {"giant", "share", "Share of the agents in the largest component."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {
    {"agents_final", "agents", "Agents at the end.", SIM_REDUCE_FINAL, "agents", 0, 0},
    {"ties_final", "ties", "Ties at the end.", SIM_REDUCE_FINAL, "ties", 0, 0},
    {"giant_final", "share", "Largest component at the end.", SIM_REDUCE_FINAL, "giant", 0, 0},
    {.name = NULL},
};

enum { IDLE = 1, BUSY };
enum { ONCE, REPEATED, NO_WORD = SIM_NETWORK_NO_WORD };
static const char *const kinds[] = {"collaboration", NULL}, *const no_words[] = {NULL},
                         *const stages[] = {"once", "repeated", NULL},
                         *const causes[] = {"retirement", NULL};
static const sim_network_names_t names = {.undirected = true};
static const sim_network_labels_t labels = {.kinds = kinds,
                                            .modes = no_words,
                                            .topics = no_words,
                                            .stages = stages,
                                            .causes = causes,
                                            .names = &names};

enum { PURPOSE_MEMBER = SIM_RNG_PURPOSE_MODEL };
static const char *const purposes[] = {"member", NULL};

typedef struct {
    sim_state_population_t agent;
    int32_t *last;
    uint8_t *here;
    uint32_t *candidate;
    uint32_t ever; /* agents who have come: numbers are for life */
    sim_network_ties_t ties;
    sim_network_snapshot_t snapshot;
} state_t;

/* Nobody but newcomers, at every step and in the set-up. */
static size_t count_most(const sim_world_t *world) {
    return (size_t)((const params_t *)world->params)->size * ((size_t)world->clock.steps + 1);
}

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION_OF(state_t, agent, count_most, "All who can come."),
    SIM_STATE_COLUMN(state_t, agent, last, "step", "Of the last team."),
    SIM_STATE_COLUMN(state_t, agent, here, "", "0: has left or not come; 1: idle; 2: in a team."),
    SIM_STATE_VALUE(state_t, ever, "agents", "Those who have come."),
    SIM_STATE_SCRATCH(state_t, agent, candidate, 1, "Who may be the next member."),
    SIM_STATE_TIE_TABLE(state_t, ties, NULL, "Who has worked with whom."),
    SIM_STATE_OWN(state_t, snapshot, "The ties as they are measured."),
    SIM_STATE_END};

/* Whether an agent has worked with one of the team; the lower number of a pair is the first. */
static bool is_near(const state_t *state, const uint32_t *team, uint32_t size, uint32_t agent) {
    for (uint32_t k = 0; k < size; k++)
        if (sim_network_tie_find(&state->ties, 0, team[k], agent) != SIM_NETWORK_NONE ||
            sim_network_tie_find(&state->ties, 0, agent, team[k]) != SIM_NETWORK_NONE)
            return true;
    return false;
}

/* Incumbents outside of the team; with `near` those who have worked with one of it. */
static uint32_t list_candidates(state_t *state, const uint32_t *team, uint32_t size, bool near) {
    uint32_t n = 0;
    for (uint32_t agent = 0; agent < state->ever; agent++)
        if (state->here[agent] == IDLE && (!near || is_near(state, team, size, agent)))
            state->candidate[n++] = agent;
    return n;
}

static int tie(sim_world_t *world, uint32_t a, uint32_t b) {
    state_t *state = world->state;
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    uint32_t id = sim_network_tie_find(&state->ties, 0, low, high);
    const sim_network_birth_t birth = {0,    NO_WORD,           NO_WORD, ONCE, low,
                                       high, world->clock.step, 0,       false};
    if (id == SIM_NETWORK_NONE)
        return sim_network_tie_add(&state->ties, &birth, NULL);
    sim_network_tie_stage(&state->ties, id, REPEATED, world->clock.step);
    return SIM_OK;
}

/* Ties all members, who have then worked. */
static int work(sim_world_t *world, const uint32_t *team, uint32_t size) {
    state_t *state = world->state;
    int rc = SIM_OK;
    for (uint32_t i = 0; i < size; i++) {
        for (uint32_t j = 0; j < i && rc == SIM_OK; j++)
            rc = tie(world, team[i], team[j]);
        state->here[team[i]] = IDLE;
        state->last[team[i]] = world->clock.step;
    }
    return rc;
}

static int setup(sim_world_t *world) {
    state_t *state = world->state;
    uint32_t team[MOST], size = (uint32_t)((const params_t *)world->params)->size;
    int rc = sim_network_snapshot_init(&state->snapshot, &world->arena, state->agent.count);
    for (uint32_t k = 0; k < size; k++)
        team[k] = state->ever++;
    return rc ? rc : work(world, team, size);
}

static int assemble(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t team[MOST], size = (uint32_t)params->size;
    for (uint32_t k = 0; k < size; k++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_MEMBER, k, 0);
        bool incumbent = sim_rng_chance(&draw, params->p), near = sim_rng_chance(&draw, params->q);
        uint32_t n = incumbent && near ? list_candidates(state, team, k, true) : 0;
        if (incumbent && n == 0)
            n = list_candidates(state, team, k, false);
        team[k] = n ? state->candidate[sim_rng_below(&draw, n)] : state->ever++;
        state->here[team[k]] = BUSY;
    }
    return work(world, team, size);
}

static int retire(sim_world_t *world) {
    state_t *state = world->state;
    sim_network_ties_t *ties = &state->ties;
    int64_t most = ((const params_t *)world->params)->max_downtime;
    for (uint32_t i = 0; i < state->ever; i++)
        state->here[i] = state->here[i] && world->clock.step - state->last[i] <= most;
    for (uint32_t k = ties->n_live[0]; k-- > 0;) {
        uint32_t id = ties->live[0][k];
        if (!state->here[ties->from[id]] || !state->here[ties->to[id]])
            sim_network_tie_end(ties, id, world->clock.step, 0);
    }
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"assemble", "A team is put together and works.", .commit = assemble},
    {"retire", "Those long without a team leave.", .commit = retire},
    {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    state_t *state = world->state;
    sim_network_measures_t measures;
    int rc = sim_network_snapshot_ties(&state->snapshot, &state->ties, 0);
    sim_network_measure(&state->snapshot, &measures);
    for (uint32_t i = 0; i < state->ever; i++)
        metric[METRIC_AGENTS] += state->here[i];
    metric[METRIC_TIES] = state->ties.n_live[0];
    metric[METRIC_GIANT] = measures.giant / metric[METRIC_AGENTS];
    return rc;
}

const sim_model_t sim_model_team = {
    .name = "team",
    .title = "Team assembly",
    .doc = "Teams of newcomers and incumbents make a network of collaboration.",
    .params = param_table,
    .params_size = sizeof(params_t),
    .state = state_table,
    .state_size = sizeof(state_t),
    .n_metrics = METRIC_COUNT,
    .metrics = metrics,
    .reducers = reducers,
    .labels = &labels,
    .purposes = purposes,
    .phases = phases,
    .start_only = start_only,
    .setup = setup,
    .observe = observe,
};
