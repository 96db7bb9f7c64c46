/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Agreements between municipalities as a stochastic actor-oriented model (Snijders 2001,
 * doi:10.1111/0081-1750.00099): in a ministep a random actor makes one agreement, drops one or
 * leaves all as it is, by multinomial logit. Evaluation: outdegree, reciprocity, transitive
 * triplets, likeness. Creation and endowment (Ripley et al., Manual for RSiena): what more counts
 * for making an agreement, and for keeping one. */
#include <math.h>

#include "sim/model.h"

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
    sim_state_population_t actor, pair;
    uint8_t *tie; /* tie[i * n + j]: i has made an agreement with j */
    uint8_t *type;
    double *gain;
} state_t;

static size_t count_pairs(const sim_world_t *world) {
    size_t n = (size_t)((const params_t *)world->params)->actors;
    return n * n;
}

static const sim_state_row_t state_table[] = {
    SIM_STATE_POPULATION(state_t, actor, params_t, actors, "Municipalities."),
    SIM_STATE_POPULATION_OF(state_t, pair, count_pairs, "Ordered pairs of them."),
    SIM_STATE_COLUMN(state_t, pair, tie, "", "1: the first has made an agreement with the second."),
    SIM_STATE_COLUMN(state_t, actor, type, "", "0 or 1."),
    SIM_STATE_SCRATCH(state_t, actor, gain, 1, "What each change is worth to who may change."),
    SIM_STATE_END};

static int setup(sim_world_t *world) {
    state_t *state = world->state;
    for (uint32_t i = 0; i < state->actor.count; i++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_TYPE, i, 0);
        state->type[i] = sim_rng_chance(&draw, 0.5);
    }
    return SIM_OK;
}

/* Transitive triplets that the tie i -> j is in, as the direct leg or the first of two. */
static uint32_t triplets(const state_t *state, uint32_t i, uint32_t j) {
    uint32_t n = state->actor.count, count = 0;
    const uint8_t *of_i = state->tie + (size_t)i * n, *of_j = state->tie + (size_t)j * n;
    for (uint32_t h = 0; h < n; h++)
        if (h != i && h != j && of_i[h])
            count += (uint32_t)state->tie[(size_t)h * n + j] + of_j[h];
    return count;
}

static double gain(const state_t *state, const params_t *params, uint32_t i, uint32_t j) {
    size_t n = state->actor.count;
    double value = params->outdegree + params->reciprocity * state->tie[j * n + i] +
                   params->likeness * (state->type[i] == state->type[j]);
    if (params->transitive != 0)
        value += params->transitive * triplets(state, i, j);
    return state->tie[i * n + j] ? -value - params->endowment : value + params->creation;
}

static int change(sim_world_t *world) {
    const params_t *params = world->params;
    state_t *state = world->state;
    uint32_t n = state->actor.count;
    sim_rng_draw_t count = sim_world_draw(world, PURPOSE_COUNT, 0, 0);
    uint32_t ministeps = sim_rng_poisson(&count, params->rate * n);
    for (uint32_t k = 0; k < ministeps; k++) {
        sim_rng_draw_t draw = sim_world_draw(world, PURPOSE_MINISTEP, k, 0);
        uint32_t i = sim_rng_below(&draw, n);
        for (uint32_t j = 0; j < n; j++)
            state->gain[j] = j == i ? 0 : gain(state, params, i, j);
        size_t j = sim_rng_logit(&draw, state->gain, n);
        if (j != i) /* else all stays as it is */
            state->tie[i * (size_t)n + j] ^= 1;
    }
    return SIM_OK;
}

static const sim_phase_t phases[] = {
    {"change", "Random actors make or drop an agreement, or leave all as it is.", .commit = change},
    {.name = NULL}};

static int observe(sim_world_t *world, double *metric) {
    const state_t *state = world->state;
    size_t n = state->actor.count;
    const uint8_t *tie = state->tie;
    double ties = 0, mutual = 0, like = 0, paths = 0, closed = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            if (!tie[i * n + j])
                continue;
            ties++;
            mutual += tie[j * n + i];
            like += state->type[i] == state->type[j];
            for (size_t h = 0; h < n; h++) {
                paths += h != i && tie[j * n + h];
                closed += h != i && tie[j * n + h] && tie[i * n + h];
            }
        }
    metric[METRIC_DEGREE] = ties / (double)n;
    metric[METRIC_RECIPROCITY] = ties > 0 ? mutual / ties : (double)NAN;
    metric[METRIC_TRANSITIVITY] = paths > 0 ? closed / paths : (double)NAN;
    metric[METRIC_LIKE] = ties > 0 ? like / ties : (double)NAN;
    return SIM_OK;
}

static int verify(const sim_world_t *world) {
    const state_t *state = world->state;
    for (size_t i = 0; i < state->actor.count; i++)
        if (state->tie[i * state->actor.count + i])
            return sim_world_fail(world, SIM_ERR_VERIFY, "actor %zu is tied to itself", i);
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
    .verify = verify,
};
