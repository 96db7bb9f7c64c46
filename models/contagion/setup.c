/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "models/contagion/contagion.h"

size_t contagion_count(const sim_world_t *world) {
    return ((const contagion_state_t *)world->state)->n;
}

/* Exactly round(share * N) agents: draws until so many different ones came up, of the infected
 * or, when these are the majority, of the others. */
static void infect_first(const sim_world_t *world, contagion_state_t *state, double share) {
    uint32_t wanted = (uint32_t)llround(share * state->n), n = state->n;
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

static size_t most_neighbours(const contagion_state_t *state) {
    return state->n < SIM_NETWORK_MAX_DEGREE ? state->n : SIM_NETWORK_MAX_DEGREE;
}

int contagion_changed(sim_world_t *world) {
    const contagion_params_t *params = world->params;
    contagion_state_t *state = world->state;
    state->recovery = sim_rng_threshold(params->gamma);
    state->rewire = sim_rng_threshold(params->rewire);
    for (size_t k = 0; k <= most_neighbours(state); k++) /* 1 - (1 - beta)^k, exact if small too */
        state->infection[k] =
            sim_rng_threshold(k ? -sim_math_expm1((double)k * sim_math_log1p(-params->beta)) : 0.0);
    return SIM_OK;
}

static int allocate(sim_world_t *world, contagion_state_t *state) {
    sim_base_arena_t *arena = &world->arena;
    size_t n = state->n, blocks = (n + SIM_BLOCK - 1) / SIM_BLOCK;
    state->infected = sim_world_column(world, "contagion.infected", SIM_AGENTS_U8, n);
    state->next = sim_base_arena_alloc(arena, n, sizeof *state->next);
    state->wants = sim_base_arena_alloc(arena, blocks * SIM_BLOCK, sizeof *state->wants);
    state->wanting = sim_base_arena_alloc(arena, blocks, sizeof *state->wanting);
    state->infection =
        sim_base_arena_alloc(arena, most_neighbours(state) + 1, sizeof *state->infection);
    bool all = state->infected && state->next && state->wants && state->wanting && state->infection;
    return all ? SIM_OK : SIM_ERR_MEMORY;
}

int contagion_setup(sim_world_t *world) {
    const contagion_params_t *params = world->params;
    contagion_state_t *state = sim_base_arena_alloc(&world->arena, 1, sizeof *state);
    if (!state)
        return SIM_ERR_MEMORY;
    *state = (contagion_state_t){.n = (uint32_t)params->agents};
    int rc = allocate(world, state);
    if (!rc)
        rc = sim_network_graph_init(&state->graph, &world->arena, state->n, params->mean_degree);
    if (!rc)
        rc = sim_network_graph_random(&state->graph, contagion_ties(params), world->key);
    if (rc)
        return rc;
    world->state = state;
    world->graph = &state->graph;
    infect_first(world, state, params->initial_share);
    return contagion_changed(world);
}
