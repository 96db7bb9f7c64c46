/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "models/contagion/contagion.h"

enum {
    BATCH = 32,   /* agents whose rows are asked for ahead of their turn */
    REDRAWS = 64, /* blocks of candidates before strangers are counted instead */
};

/* Draws of an agent: word 0 of block 0 chooses the tie, all words after it are candidates. */
static bool is_stranger(const uint32_t *row, uint32_t degree, uint32_t agent, uint32_t other) {
    return other != agent && sim_network_row_place(row, degree, other) == degree;
}

/* The stranger of rank `rank` among all strangers in the order of their numbers. O(n degree),
 * for agents who know nearly all others. */
static uint32_t nth_stranger(const uint32_t *row, uint32_t degree, uint32_t agent, uint32_t rank) {
    uint32_t other = 0;
    for (;; other++)
        if (is_stranger(row, degree, agent, other) && rank-- == 0)
            return other;
}

/* A stranger, all equally likely. There is one: the caller has looked. */
static uint32_t choose_stranger(uint32_t n, const uint32_t *row, uint32_t degree,
                                const sim_rng_t *rng, uint32_t agent, sim_rng_block_t block) {
    uint32_t word = 1;
    for (uint32_t index = 0; index < REDRAWS; word = 0) {
        for (; word < 4; word++) {
            uint32_t other = sim_rng_scale(block.word[word], n);
            if (is_stranger(row, degree, agent, other))
                return other;
        }
        block = sim_rng_block(rng, agent, 0, ++index);
    }
    /* All candidates so far were no strangers, which says nothing about the next word. */
    return nth_stranger(row, degree, agent, sim_rng_scale(block.word[0], n - 1 - degree));
}

contagion_move_t contagion_choose(uint32_t n, const uint32_t *row, uint32_t degree,
                                  const sim_rng_t *rng, uint32_t agent, sim_rng_block_t block) {
    contagion_move_t move = {.agent = agent, .old = agent, .to = agent};
    if (degree == 0 || degree == n - 1) /* has no tie; knows everybody */
        return move;
    move.at = (uint16_t)sim_rng_scale(block.word[0], degree);
    move.old = row[move.at];
    move.to = choose_stranger(n, row, degree, rng, agent, block);
    return move;
}

static int rewire_one(contagion_state_t *state, const sim_rng_t *rng, uint32_t agent,
                      sim_rng_block_t block) {
    sim_network_graph_t *graph = &state->graph;
    contagion_move_t move = contagion_choose(graph->n, sim_network_neighbours(graph, agent),
                                             graph->degree[agent], rng, agent, block);
    if (move.to == agent)
        return SIM_OK;
    contagion_meet(state, agent, move.old, -CONTAGION_NEIGHBOUR);
    contagion_meet(state, agent, move.to, CONTAGION_NEIGHBOUR);
    return sim_network_graph_move(graph, agent, move.at, move.to);
}

static void ask_for(const contagion_state_t *state, uint32_t agent) {
    sim_network_prefetch(&state->graph, agent);
    __builtin_prefetch(&state->graph.degree[agent], 1);
    __builtin_prefetch(&state->mood[agent], 1);
}

/* Three passes over a few agents, so that their rows, then the rows of those they drop and
 * find, arrive while others are still on their way. Earlier agents of the batch may change
 * what the second pass saw; that costs a wait, never a different result. */
static int rewire_batch(contagion_state_t *state, const sim_rng_t *rng, const uint32_t *agent,
                        uint32_t n) {
    const sim_network_graph_t *graph = &state->graph;
    sim_rng_block_t block[BATCH];
    int rc = SIM_OK;
    sim_rng_blocks(rng, agent, n, block);
    for (uint32_t k = 0; k < n; k++) {
        sim_network_prefetch(graph, agent[k]);
        ask_for(state, sim_rng_scale(block[k].word[1], graph->n));
    }
    for (uint32_t k = 0; k < n; k++) {
        uint32_t place = sim_rng_scale(block[k].word[0], graph->degree[agent[k]]);
        ask_for(state, sim_network_neighbours(graph, agent[k])[place]);
    }
    for (uint32_t k = 0; k < n && !rc; k++)
        rc = rewire_one(state, rng, agent[k], block[k]);
    return rc;
}

/* The oracle of contagion_rewire_shared. */
static int rewire_alone(sim_world_t *world) {
    contagion_state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, CONTAGION_PURPOSE_REWIRE);
    size_t blocks = contagion_blocks(state);
    uint32_t agent[SIM_BLOCK + BATCH], n = 0;
    int rc = SIM_OK;
    for (size_t block = 0; block < blocks && !rc; block++) {
        n += contagion_members(state->wants, block, agent + n);
        uint32_t done = 0;
        for (; n - done >= BATCH && !rc; done += BATCH)
            rc = rewire_batch(state, &rng, agent + done, BATCH);
        memmove(agent, agent + done, (n - done) * sizeof *agent);
        n -= done;
    }
    return rc ? rc : rewire_batch(state, &rng, agent, n);
}

int contagion_rewire_commit(sim_world_t *world) {
    const contagion_state_t *state = world->state;
    int rc = SIM_OK;
    bool done = state->plan && sim_world_shares(world) && contagion_rewire_shared(world, &rc);
    return done ? rc : rewire_alone(world);
}
