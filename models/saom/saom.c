/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Agreements between municipalities as a stochastic actor-oriented model (Snijders 2001,
 * doi:10.1111/0081-1750.00099): in a ministep a random actor makes one agreement, drops one or
 * leaves all as it is, by multinomial logit. Evaluation: outdegree, reciprocity, transitive
 * triplets, likeness. Creation and endowment (Ripley et al., Manual for RSiena): what more counts
 * for making an agreement, and for keeping one. */
#include <math.h>

#include "sim/more.h"

typedef struct {
    int64_t actors;
    double rate, outdegree, reciprocity, transitive, likeness, creation, endowment;
} params_t;

#define WEIGHT(MEMBER, DEFAULT, DOC)                                                               \
    SIM_PARAM_ROW_REAL(params_t, MEMBER, "saom." #MEMBER, DEFAULT, -20, 20, "log odds", DOC, A,    \
                       "To be estimated from data.")
static const sim_param_t param_table[] = {
    SIM_PARAM_ROW_INT(params_t, actors, "saom.actors", 30, 2, 2000, "actors",
                      "Number of municipalities.", A, "Those of a small prefecture."),
    SIM_PARAM_ROW_REAL(params_t, rate, "saom.rate", 4, 0, 1000, "1/step",
                       "Mean number of ministeps of an actor in a step.", A, "A usual estimate."),
    WEIGHT(outdegree, -1.5, "Weight of an agreement as such."),
    WEIGHT(reciprocity, 0, "Weight of an agreement that the other has made as well."),
    WEIGHT(transitive, 0, "Weight of a transitive triplet."),
    WEIGHT(likeness, 0, "Weight of an agreement with an actor of the same type."),
    WEIGHT(creation, 0, "Weight of making an agreement."),
    WEIGHT(endowment, 0, "Weight of keeping an agreement."),
    SIM_PARAM_END};
static const char *const start_only[] = {"saom.actors", NULL};

enum { METRIC_DEGREE, METRIC_RECIPROCITY, METRIC_TRANSITIVITY, METRIC_LIKE, METRIC_COUNT };
static const sim_metric_t metrics[METRIC_COUNT + 1] = {
    [METRIC_DEGREE] = {"degree", "agreements", "Mean outdegree."},
    [METRIC_RECIPROCITY] = {"reciprocity", "share", "Share of agreements that are mutual."},
    [METRIC_TRANSITIVITY] = {"transitivity", "share", "Share of two-paths that are closed."},
    [METRIC_LIKE] = {"like", "share", "Share of agreements within a type."},
};
SIM_TABLE_ENDS(metrics, METRIC_COUNT);
static const sim_reducer_t reducers[] = {
    {"degree_final", "agreements", "Outdegree at the end.", SIM_REDUCE_FINAL, "degree", 0, 0},
    {"reciprocity_final", "share", "Mutual at the end.", SIM_REDUCE_FINAL, "reciprocity", 0, 0},
    {"transitivity_final", "share", "Closed at the end.", SIM_REDUCE_FINAL, "transitivity", 0, 0},
    {"like_final", "share", "Within a type at the end.", SIM_REDUCE_FINAL, "like", 0, 0},
    {.name = NULL},
};

enum { PURPOSE_TYPE = SIM_RNG_PURPOSE_MODEL, PURPOSE_COUNT, PURPOSE_MINISTEP };
static const char *const purposes[] = {"type", "count", "ministep", NULL};

typedef struct {
    sim_state_population_t actor;
    sim_network_arcs_t made;
    uint8_t *type;
    double *gain;
    uint32_t *mine, *theirs, *closed;
} state_t;

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, actor, params_t, actors, "Municipalities."),
    SIM_STATE_ARCS(state_t, made, actor, actor, "Agreements, from who has made it to with whom."),
    SIM_STATE_COLUMN(state_t, actor, type, "", "0 or 1."),
    SIM_STATE_SCRATCH(state_t, actor, gain, 1, "What each change is worth to who may change."),
    SIM_STATE_SCRATCH(state_t, actor, mine, 1, "1: who may change has made an agreement with it."),
    SIM_STATE_SCRATCH(state_t, actor, theirs, 1, "1: it has made one with who may change."),
    SIM_STATE_SCRATCH(state_t, actor, closed, 1, "Transitive triplets that the agreement is in."),
    SIM_STATE_END};

static int setup(sim_world_t *world) {
    state_t *state = world->state;
    for (uint32_t i = 0; i < state->actor.count; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_TYPE, i, 0);
        state->type[i] = sim_rng_chance(&draw, 0.5);
    }
    return SIM_OK;
}

/* One more for each of a list. */
static void count(uint32_t *counts, const uint32_t *who, uint32_t n) {
    for (uint32_t k = 0; k < n; k++)
        counts[who[k]]++;
}

/* How an actor stands to all others. An agreement i -> j is in a triplet for each h that i has one
 * with, as the direct leg beside i -> h -> j, or as the first of i -> j -> h. */
static void look_around(state_t *state, uint32_t i) {
    const sim_network_arcs_t *made = &state->made;
    const uint32_t *h = sim_network_arcs_heads(made, i), n = state->actor.count;
    memset(state->mine, 0, n * sizeof *state->mine);
    memset(state->theirs, 0, n * sizeof *state->theirs);
    memset(state->closed, 0, n * sizeof *state->closed);
    count(state->mine, h, sim_network_arcs_outdegree(made, i));
    count(state->theirs, sim_network_arcs_tails(made, i), sim_network_arcs_indegree(made, i));
    for (uint32_t k = 0; k < sim_network_arcs_outdegree(made, i); k++) {
        count(state->closed, sim_network_arcs_heads(made, h[k]),
              sim_network_arcs_outdegree(made, h[k]));
        count(state->closed, sim_network_arcs_tails(made, h[k]),
              sim_network_arcs_indegree(made, h[k]));
    }
}

static double gain(const state_t *state, const params_t *params, uint32_t i, uint32_t j) {
    double value = params->outdegree + params->reciprocity * state->theirs[j] +
                   params->likeness * (state->type[i] == state->type[j]);
    if (params->transitive != 0)
        value += params->transitive * state->closed[j];
    return state->mine[j] ? -value - params->endowment : value + params->creation;
}

static int change(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t n = state->actor.count;
    sim_rng_draw_t number = sim_world_draw(world, PURPOSE_COUNT, 0, 0);
    uint32_t ministeps = sim_rng_poisson(&number, params->rate * n);
    for (uint32_t k = 0; k < ministeps; k++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_MINISTEP, k, 0);
        uint32_t i = sim_rng_below(&draw, n);
        look_around(state, i);
        for (uint32_t j = 0; j < n; j++)
            state->gain[j] = j == i ? 0 : gain(state, params, i, j);
        uint32_t j = (uint32_t)sim_rng_logit(&draw, state->gain, n);
        if (j == i)
            continue; /* all stays as it is */
        int rc = state->mine[j] ? sim_network_arcs_drop(&state->made, i, j)
                                : sim_network_arcs_add(&state->made, i, j, NULL);
        if (rc)
            return rc;
    }
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"change", "Random actors make or drop an agreement, or leave all as it is.", .commit = change},
    {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    state_t *state = world->state;
    const sim_network_arcs_t *made = &state->made;
    double like = 0, paths = 0, closed = 0;
    for (uint32_t i = 0; i < state->actor.count; i++) {
        const uint32_t *j = sim_network_arcs_heads(made, i);
        look_around(state, i);
        for (uint32_t k = 0; k < sim_network_arcs_outdegree(made, i); k++) {
            const uint32_t *h = sim_network_arcs_heads(made, j[k]);
            like += state->type[i] == state->type[j[k]];
            for (uint32_t l = 0; l < sim_network_arcs_outdegree(made, j[k]); l++) {
                paths += h[l] != i;
                closed += state->mine[h[l]];
            }
        }
    }
    metric[METRIC_DEGREE] = (double)made->count / state->actor.count;
    metric[METRIC_RECIPROCITY] = sim_network_arcs_reciprocity(made);
    metric[METRIC_TRANSITIVITY] = paths > 0 ? closed / paths : (double)NAN;
    metric[METRIC_LIKE] = made->count ? like / made->count : (double)NAN;
    return SIM_OK;
}

const sim_model_t sim_model_saom = {
    .name = "saom",
    .title = "Agreements by multinomial choice",
    .doc =
        "A stochastic actor-oriented model: random actors make and drop agreements by what these "
        "are worth to them in the network.",
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
};
