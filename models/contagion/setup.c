/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "models/contagion/contagion.h"

size_t contagion_count(const sim_world_t *world) {
    return ((const contagion_state_t *)world->state)->agent.count;
}

/* Exactly round(share * N) agents: draws until so many different ones came up, of the infected
 * or, when these are the majority, of the others. */
static void infect_first(const sim_world_t *world, contagion_state_t *state, double share) {
    uint32_t wanted = (uint32_t)llround(share * state->agent.count), n = state->agent.count;
    sim_rng_t rng = sim_world_rng(world, CONTAGION_PURPOSE_SEED);
    uint8_t drawn = wanted <= n / 2;
    uint32_t missing = drawn ? wanted : n - wanted;
    for (uint32_t i = 0; i < n; i++)
        state->infected[i] = !drawn;
    for (uint32_t k = 0; missing; k++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, k, 0);
        uint32_t agent = sim_rng_below(&draw, n);
        missing -= state->infected[agent] != drawn;
        state->infected[agent] = drawn;
    }
}

static void set_moods(contagion_state_t *state) {
    uint32_t ill = 0;
    memcpy(state->mood, state->infected, state->agent.count);
    for (uint32_t i = 0; i < state->agent.count; i++)
        if (state->infected[i]) {
            contagion_tell(&state->graph, state->mood, i, CONTAGION_NEIGHBOUR);
            ill++;
        }
    state->ill = ill;
}

int contagion_changed(sim_world_t *world) {
    const contagion_params_t *params = world->params;
    contagion_state_t *state = world->state;
    size_t most = state->degree.count - 1;
    state->rewire = sim_rng_threshold(params->rewire);
    for (size_t k = 0; k <= most; k++) /* 1 - (1 - beta)^k, exact if small too */
        state->infection[k] =
            sim_rng_threshold(k ? -sim_math_expm1((double)k * sim_math_log1p(-params->beta)) : 0.0);
    for (size_t mood = 0; mood < CONTAGION_MOODS; mood++) {
        size_t count = mood / CONTAGION_NEIGHBOUR < most ? mood / CONTAGION_NEIGHBOUR : most;
        state->threshold[mood] =
            mood & CONTAGION_ILL ? sim_rng_threshold(params->gamma) : state->infection[count];
    }
    set_moods(state);
    return SIM_OK;
}

static int allocate_for_threads(sim_world_t *world, contagion_state_t *state) {
    sim_base_arena_t *arena = &world->arena;
    if (world->threads <= 1 || state->agent.count < CONTAGION_CROWD)
        return SIM_OK;
    size_t helpers = (size_t)world->threads - 1;
    state->plan = contagion_plan(arena, state->agent.count);
    state->heard = sim_base_arena_alloc(arena, helpers, sizeof *state->heard);
    bool all = state->plan && state->heard;
    for (size_t w = 0; w < helpers && all; w++) {
        state->heard[w] = sim_base_arena_alloc(arena, state->agent.count, sizeof *state->heard[w]);
        all = state->heard[w] != NULL;
    }
    state->helpers = (int)helpers;
    return all ? SIM_OK : SIM_ERR_MEMORY;
}

int contagion_setup(sim_world_t *world) {
    const contagion_params_t *params = world->params;
    contagion_state_t *state = world->state;
    int rc = allocate_for_threads(world, state);
    if (!rc)
        rc = sim_network_graph_random(&state->graph, contagion_ties(params), world->key);
    if (rc)
        return rc;
    infect_first(world, state, params->initial_share);
    return contagion_changed(world);
}
