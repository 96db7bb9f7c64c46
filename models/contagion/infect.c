/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nobody counts infected neighbours in a step: everybody's mood has the number, and the few whose
 * state changes tell their neighbours. */
#include <string.h>

#include "models/contagion/contagion.h"

enum { HALF = 16, LOW = 0xffff };
enum { TOGETHER = 8 /* blocks */, AHEAD = 24 /* rows asked for before their turn */ };
enum { AUDIENCE = 1024, ROW = 16 /* places that may be read of any row */ };

/* ---- decide ---- */

/* Sixty-four bytes, each 0 or 1, as bits. A product has eight of them in its top byte. */
static uint64_t bits_of(const uint8_t one[CONTAGION_BITS]) {
    uint64_t bits = 0, eight;
    for (uint32_t k = 0; k < CONTAGION_BITS; k += 8) {
        memcpy(&eight, one + k, sizeof eight);
        bits |= eight * UINT64_C(0x0102040810204080) >> 56 << k;
    }
    return bits;
}

/* Sets the bits of those whose half word is below their threshold. The threshold's high half
 * decides; for the one in 65536 where it does not, the low half is compared with another word. */
static void set_below(const sim_rng_t *rng, uint32_t first, uint32_t which,
                      const uint16_t half[SIM_BLOCK], const uint32_t threshold[SIM_BLOCK],
                      uint64_t set[CONTAGION_WORDS]) {
    uint8_t below[SIM_BLOCK], even[SIM_BLOCK];
    for (uint32_t i = 0; i < SIM_BLOCK; i++) {
        uint16_t high = (uint16_t)(threshold[i] >> HALF);
        below[i] = half[i] < high;
        even[i] = half[i] == high;
    }
    for (uint32_t w = 0; w < CONTAGION_WORDS; w++) {
        set[w] = bits_of(below + w * CONTAGION_BITS);
        for (uint64_t open = bits_of(even + w * CONTAGION_BITS); open; open &= open - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(open), i = w * CONTAGION_BITS + bit;
            uint32_t word = sim_rng_block(rng, first + i, 0, 1).word[which];
            set[w] |= (uint64_t)((word & LOW) < (threshold[i] & LOW)) << bit;
        }
    }
}

/* Those with a mood of more than 127 neighbours count them, if all together could infect them. */
static void count_many(const contagion_state_t *state, uint32_t first, uint32_t n,
                       const uint16_t *half, uint32_t *threshold) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t agent = first + i, degree = state->graph.degree[agent], count = 0;
        if (degree < CONTAGION_COUNTED || state->infected[agent] ||
            half[i] > state->infection[degree] >> HALF)
            continue;
        const uint32_t *row = sim_network_neighbours(&state->graph, agent);
        for (uint32_t k = 0; k < degree; k++)
            count += state->infected[row[k]];
        threshold[i] = state->infection[count];
    }
}

/* The thresholds of a block's agents; those behind the last agent never come below theirs. */
static void look_up(const contagion_state_t *state, uint32_t first, uint32_t n,
                    uint32_t threshold[restrict SIM_BLOCK]) {
    const uint32_t *by_mood = state->threshold;
    const uint8_t *mood = state->mood + first;
    for (uint32_t i = 0; i < n; i++)
        threshold[i] = by_mood[mood[i]];
    memset(threshold + n, 0, (SIM_BLOCK - n) * sizeof *threshold);
}

static void repeat(uint32_t value, uint32_t n, uint32_t threshold[SIM_BLOCK]) {
    for (uint32_t i = 0; i < SIM_BLOCK; i++)
        threshold[i] = i < n ? value : 0;
}

int contagion_infect_decide(sim_world_t *world, size_t block, size_t first, size_t last) {
    contagion_state_t *state = world->state;
    sim_rng_t rng = sim_world_rng(world, CONTAGION_PURPOSE_AGENT);
    uint32_t word[SIM_BLOCK], threshold[SIM_BLOCK], n = (uint32_t)(last - first);
    uint16_t high[SIM_BLOCK], low[SIM_BLOCK];
    sim_rng_words(&rng, (uint32_t)first, SIM_BLOCK, word);
    for (uint32_t i = 0; i < SIM_BLOCK; i++) {
        high[i] = (uint16_t)(word[i] >> HALF);
        low[i] = (uint16_t)word[i];
    }
    look_up(state, (uint32_t)first, n, threshold);
    if (state->graph.rows->longest >= CONTAGION_COUNTED)
        count_many(state, (uint32_t)first, n, high, threshold);
    set_below(&rng, (uint32_t)first, 0, high, threshold, state->flips + block * CONTAGION_WORDS);
    repeat(state->rewire, n, threshold);
    set_below(&rng, (uint32_t)first, 1, low, threshold, state->wants + block * CONTAGION_WORDS);
    return SIM_OK;
}

/* ---- commit ---- */

/* Who is to hear that a neighbour has fallen ill, or recovered, gathered from many rows: one long
 * loop goes over them, not many short ones whose ends no processor foresees. */
typedef struct {
    uint32_t count, node[AUDIENCE + ROW];
} audience_t;

static void tell(uint8_t *mood, audience_t *audience, int more) {
    for (uint32_t k = 0; k < audience->count; k++) {
        uint32_t node = audience->node[k];
        mood[node] = (uint8_t)(mood[node] + more);
    }
    audience->count = 0;
}

static const int more[2] = {CONTAGION_NEIGHBOUR, -CONTAGION_NEIGHBOUR};

/* Changes the state of an agent, and has its neighbours told; 1 if the agent was ill, else 0. */
static uint32_t change(contagion_state_t *state, uint8_t *mood, uint32_t agent,
                       audience_t audience[2]) {
    const sim_network_graph_t *graph = &state->graph;
    const uint32_t *row = sim_network_neighbours(graph, agent);
    uint32_t degree = graph->degree[agent], was_ill = state->infected[agent];
    audience_t *listeners = &audience[was_ill];
    state->infected[agent] ^= 1;
    if (degree > ROW) {
        contagion_tell(graph, mood, agent, more[was_ill]);
        return was_ill;
    }
    memcpy(listeners->node + listeners->count, row, ROW * sizeof *row); /* what is too much goes */
    listeners->count += degree;
    if (listeners->count >= AUDIENCE)
        tell(mood, listeners, more[was_ill]);
    return was_ill;
}

/* The agents of some blocks, while the rows of those after them arrive. What their neighbours are
 * told is added up in `mood`: sums of ones, in which no order can be seen. */
static void spread(contagion_state_t *state, uint8_t *mood, size_t first, size_t end) {
    uint32_t agent[TOGETHER * SIM_BLOCK], flips = 0, recoveries = 0;
    audience_t audience[2];
    audience[0].count = audience[1].count = 0;
    for (size_t block = first; block < end;) {
        uint32_t count = 0;
        for (size_t last = block + TOGETHER; block < last && block < end; block++)
            count += contagion_members(state->flips, block, agent + count);
        for (uint32_t k = 0; k < AHEAD && k < count; k++)
            sim_network_prefetch(&state->graph, agent[k]);
        for (uint32_t k = 0; k < count; k++) {
            if (k + AHEAD < count)
                sim_network_prefetch(&state->graph, agent[k + AHEAD]);
            recoveries += change(state, mood, agent[k], audience);
        }
        flips += count;
    }
    tell(mood, &audience[0], more[0]);
    tell(mood, &audience[1], more[1]);
    atomic_fetch_add(&state->ill, flips - 2 * recoveries); /* modulo 2^32, as the number may fall */
}

/* ---- on several threads: each adds up for itself, then the sums are added ---- */

static void part_of(const contagion_state_t *state, size_t part, size_t *first, size_t *end) {
    size_t blocks = contagion_blocks(state);
    *first = part * CONTAGION_PART;
    *end = *first + CONTAGION_PART < blocks ? *first + CONTAGION_PART : blocks;
}

static int spread_part(sim_world_t *world, size_t part, int worker) {
    contagion_state_t *state = world->state;
    size_t first, end;
    part_of(state, part, &first, &end);
    spread(state, worker ? state->heard[worker - 1] : state->mood, first, end);
    return SIM_OK;
}

static void add_up(uint8_t *restrict mood, uint8_t *restrict heard, size_t n) {
    for (size_t i = 0; i < n; i++)
        mood[i] = (uint8_t)(mood[i] + heard[i]);
    memset(heard, 0, n);
}

/* Whether an agent is ill is in its mood too. */
static void feel(uint8_t *restrict mood, const uint8_t *restrict infected, size_t n) {
    for (size_t i = 0; i < n; i++)
        mood[i] = (uint8_t)((mood[i] & ~CONTAGION_ILL) | infected[i]);
}

static int add_part(sim_world_t *world, size_t part, int worker) {
    contagion_state_t *state = world->state;
    size_t first, end;
    part_of(state, part, &first, &end);
    first *= SIM_BLOCK;
    size_t n =
        (end * SIM_BLOCK < state->agent.count ? end * SIM_BLOCK : state->agent.count) - first;
    (void)worker;
    for (int w = 0; w < state->helpers; w++)
        add_up(state->mood + first, state->heard[w] + first, n);
    feel(state->mood + first, state->infected + first, n);
    return SIM_OK;
}

int contagion_infect_commit(sim_world_t *world) {
    contagion_state_t *state = world->state;
    size_t blocks = contagion_blocks(state), parts = (blocks + CONTAGION_PART - 1) / CONTAGION_PART;
    if (state->helpers && sim_world_shares(world)) {
        (void)sim_world_share(world, parts, spread_part);
        return sim_world_share(world, parts, add_part);
    }
    spread(state, state->mood, 0, blocks);
    feel(state->mood, state->infected, state->agent.count);
    return SIM_OK;
}
