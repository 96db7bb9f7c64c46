/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "models/contagion/contagion.h"

enum {
    CHUNK = 16, /* neighbours looked at without a jump in between */
    AHEAD = 8,  /* rows asked for before their turn */
};

/* Infected neighbours. Reading a fixed number of places and masking those behind the degree
 * costs less than a jump that the processor cannot foresee. */
static inline uint32_t count_infected(const uint8_t *infected, const uint32_t *row,
                                      uint32_t degree) {
    uint32_t count = 0;
    for (uint32_t first = 0; first < degree; first += CHUNK)
        for (uint32_t k = first; k < first + CHUNK; k++)
            count += infected[row[k]] & (k < degree);
    return count;
}

/* Infected agents and those whom even all neighbours together could not infect are settled
 * here; the others are listed, and only their rows are read. Returns how many. */
static uint32_t settle(const contagion_state_t *state, size_t first, uint32_t n,
                       const uint32_t *word, uint16_t *open) {
    const uint8_t *infected = state->infected + first;
    const uint16_t *degree = state->graph.degree + first;
    uint8_t *next = state->next + first;
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        next[i] = infected[i] & (word[i] >= state->recovery);
    for (uint32_t i = 0; i < n; i++) {
        open[count] = (uint16_t)i;
        count += !infected[i] & (word[i] < state->infection[degree[i]]);
    }
    return count;
}

static uint32_t list_wanting(const contagion_state_t *state, size_t first, uint32_t n,
                             const uint32_t *word, uint32_t *wants) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        wants[count] = (uint32_t)first + i;
        count += (word[i] < state->rewire) & (state->graph.degree[first + i] > 0);
    }
    return count;
}

int contagion_infect_decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    contagion_state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, CONTAGION_PURPOSE_AGENT);
    uint32_t change[SIM_BLOCK], rewire[SIM_BLOCK], n = (uint32_t)(last - first);
    uint16_t open[SIM_BLOCK] = {0};
    sim_rng_fill(&rng, (uint32_t)first, n, change, rewire);
    uint32_t count = settle(state, first, n, change, open);
    for (uint32_t k = 0; k < AHEAD && k < count; k++)
        sim_network_prefetch(&state->graph, (uint32_t)first + open[k]);
    for (uint32_t k = 0; k < count; k++) {
        if (k + AHEAD < count)
            sim_network_prefetch(&state->graph, (uint32_t)first + open[k + AHEAD]);
        uint32_t agent = (uint32_t)first + open[k];
        uint32_t infected =
            count_infected(state->infected, sim_network_neighbours(&state->graph, agent),
                           state->graph.degree[agent]);
        state->next[agent] = change[open[k]] < state->infection[infected];
    }
    state->wanting[block] = list_wanting(state, first, n, rewire, state->wants + block * SIM_BLOCK);
    return SIM_OK;
}

int contagion_infect_commit(sim_world_t *world) {
    contagion_state_t *state = world->state;
    memcpy(state->infected, state->next, state->n);
    return SIM_OK;
}
