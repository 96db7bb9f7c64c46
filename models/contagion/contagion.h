/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIS with rewiring: what the files of the model share. */
#ifndef MODELS_CONTAGION_CONTAGION_H
#define MODELS_CONTAGION_CONTAGION_H

#include <stdatomic.h>

#include "sim/more.h"

typedef struct {
    int64_t agents;
    double mean_degree, beta, gamma, rewire, initial_share;
} contagion_params_t;

/* Draws of set-up (step 0) and of steps never share a purpose. */
enum {
    CONTAGION_PURPOSE_SEED = SIM_RNG_PURPOSE_MODEL, /* who is infected at the start */
    /* Per agent and step one word: its high half for infection or recovery, its low half for
     * rewiring. Where a half decides nothing, words 0 and 1 of the agent's block 1 go on. */
    CONTAGION_PURPOSE_AGENT,
    CONTAGION_PURPOSE_REWIRE, /* which tie is dropped, whom the new tie goes to */
};

/* Sets of agents: a bit each, so many words of 64 bits for a block. */
enum { CONTAGION_BITS = 64, CONTAGION_WORDS = SIM_BLOCK / CONTAGION_BITS };

/* What an agent's mood says: bit 0 whether it is infected, the bits above how many of its
 * neighbours are, modulo 128. It follows from the column and the graph. */
enum { CONTAGION_ILL = 1, CONTAGION_NEIGHBOUR = 2, CONTAGION_COUNTED = 128, CONTAGION_MOODS = 256 };

/* On several threads: agents below which sharing commits gains nothing, and blocks that one of them
 * takes at a time. */
enum { CONTAGION_CROWD = 100000, CONTAGION_PART = 32 };

typedef struct contagion_plan contagion_plan_t; /* rewire_shared.c */

/* See the state table in model.c. */
typedef struct {
    sim_state_population_t agent, word, degree;
    uint8_t *infected, *mood;
    atomic_uint ill; /* how many are infected; follows from the column */
    uint64_t *flips, *wants;
    uint32_t *infection;
    uint32_t threshold[CONTAGION_MOODS]; /* of changing state, for those with < 128 neighbours */
    uint32_t rewire;
    sim_network_graph_t graph;
    /* Of the threads but the first: what the agents' moods are to be changed by, and the plan of
     * rewiring. None where one thread is as fast. */
    int helpers;
    uint8_t **heard;
    contagion_plan_t *plan;
} contagion_state_t;

static inline size_t contagion_blocks(const contagion_state_t *state) {
    return (state->agent.count + SIM_BLOCK - 1) / SIM_BLOCK;
}

size_t contagion_count(const sim_world_t *world);
uint64_t contagion_ties(const contagion_params_t *params); /* N * mean_degree / 2, rounded */

int contagion_setup(sim_world_t *world);
int contagion_changed(sim_world_t *world); /* thresholds and moods anew */

/* The agents of a block who are in a set, in the order of their numbers; returns how many. */
static inline uint32_t contagion_members(const uint64_t *set, size_t block,
                                         uint32_t agent[SIM_BLOCK]) {
    uint32_t count = 0, first = (uint32_t)block * SIM_BLOCK;
    for (uint32_t w = 0; w < CONTAGION_WORDS; w++, first += CONTAGION_BITS)
        for (uint64_t bits = set[block * CONTAGION_WORDS + w]; bits; bits &= bits - 1)
            agent[count++] = first + (uint32_t)__builtin_ctzll(bits);
    return count;
}

/* Adds `more`, modulo 256, to the moods of an agent's neighbours. */
static inline void contagion_tell(const sim_network_graph_t *graph, uint8_t *mood, uint32_t agent,
                                  int more) {
    const uint32_t *row = sim_network_neighbours(graph, agent);
    uint32_t degree = graph->degree[agent];
    for (uint32_t k = 0; k < degree; k++)
        mood[row[k]] = (uint8_t)(mood[row[k]] + more);
}

/* Two agents become (more = CONTAGION_NEIGHBOUR), or cease to be (minus that), neighbours. */
static inline void contagion_meet(contagion_state_t *state, uint32_t a, uint32_t b, int more) {
    uint8_t *mood = state->mood;
    mood[a] = (uint8_t)(mood[a] + (mood[b] & CONTAGION_ILL) * more);
    mood[b] = (uint8_t)(mood[b] + (mood[a] & CONTAGION_ILL) * more);
}

/* Phase `infect`: all agents on the old states; also finds out who will rewire. */
int contagion_infect_decide(sim_world_t *world, size_t block, size_t first, size_t last);
int contagion_infect_commit(sim_world_t *world);

/* Phase `rewire`: those who want to, one after the other in the order of their numbers. */
int contagion_rewire_commit(sim_world_t *world);

/* What an agent does: the neighbour at place `at` of its row gives way to another. `to` is the
 * agent itself where it does nothing. */
typedef struct {
    uint32_t agent, old, to;
    uint16_t at;
    /* How many infected neighbours more the agent has afterwards, and a neighbour of the agent. Set
     * by those who need it. */
    int8_t gain, agent_ill;
} contagion_move_t;

/* On a row of so many neighbours; `block` is the agent's first. */
contagion_move_t contagion_choose(uint32_t n, const uint32_t *row, uint32_t degree,
                                  const sim_rng_t *rng, uint32_t agent, sim_rng_block_t block);

/* The same as contagion_rewire_commit on the threads of the run; false, and nothing done, where
 * that does not pay. *rc as it would return. The plan comes from the arena; NULL: no memory. */
bool contagion_rewire_shared(sim_world_t *world, int *rc);
contagion_plan_t *contagion_plan(sim_base_arena_t *arena, uint32_t n);

#endif
