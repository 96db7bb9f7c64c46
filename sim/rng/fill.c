/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of many entities or pairs at a time. */
#include <string.h>

#include "sim/rng/lanes.h"
#include "sim/rng/watch.h"

enum { LANES = SIM_RNG_LANES };

static const uint32_t nobody[LANES] = {0};

static size_t at_most_lanes(size_t n) {
    return n < LANES ? n : LANES;
}

static void count_from(uint32_t first, uint32_t entity[LANES]) {
    for (uint32_t l = 0; l < LANES; l++)
        entity[l] = first + l;
}

/* ---- words 0 and 1 ---- */

void sim_rng_fill(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *restrict high,
                  uint32_t *restrict low) {
    sim_rng_lanes_t *rounds = sim_rng_lanes();
    const bool noted = sim_rng_noted(rng);
    uint32_t entity[LANES], word[4][LANES];
    for (uint32_t i = 0; noted && i < n; i++)
        sim_rng_note(rng, first + i, 0, 0);
    for (size_t done = 0; done < n; done += LANES) {
        size_t some = at_most_lanes(n - done);
        count_from(first + (uint32_t)done, entity);
        rounds(rng, 0, entity, nobody, some, word);
        memcpy(high + done, word[0], some * sizeof *high);
        memcpy(low + done, word[1], some * sizeof *low);
    }
}

void sim_rng_fill_pairs(const sim_rng_t *rng, sim_rng_pairs_t of, size_t n, uint32_t *restrict high,
                        uint32_t *restrict low) {
    sim_rng_lanes_t *rounds = sim_rng_lanes();
    const bool noted = sim_rng_noted(rng);
    uint32_t some_a[LANES] = {0}, some_b[LANES] = {0}, word[4][LANES];
    for (size_t i = 0; noted && i < n; i++)
        sim_rng_note(rng, of.a[i], of.b ? of.b[i] : 0, of.index);
    for (size_t done = 0; done < n; done += LANES) {
        size_t some = at_most_lanes(n - done);
        memcpy(some_a, of.a + done, some * sizeof *of.a);
        if (of.b)
            memcpy(some_b, of.b + done, some * sizeof *of.b);
        rounds(rng, of.index, some_a, some_b, some, word);
        memcpy(high + done, word[0], some * sizeof *high);
        memcpy(low + done, word[1], some * sizeof *low);
    }
}

/* ---- all words ---- */

/* Words 0 and 1 of each block side by side, then 2 and 3. */
static inline void mix(uint32_t word[4][LANES], uint32_t *restrict out) {
    uint64_t pair[2 * LANES];
    for (uint32_t l = 0; l < LANES; l++) {
        pair[2 * l] = (uint64_t)word[1][l] << 32 | word[0][l];
        pair[2 * l + 1] = (uint64_t)word[3][l] << 32 | word[2][l];
    }
    for (uint32_t l = 0; l < 2 * LANES; l++) {
        out[2 * l] = (uint32_t)pair[l];
        out[2 * l + 1] = (uint32_t)(pair[l] >> 32);
    }
}

void sim_rng_words(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *restrict out) {
    sim_rng_lanes_t *rounds = sim_rng_lanes();
    const bool noted = sim_rng_noted(rng);
    uint32_t entity[LANES], word[4][LANES], last[4 * LANES];
    for (uint32_t i = 0; noted && i < n; i += 4)
        sim_rng_note(rng, first / 4 + i / 4, 0, 0);
    for (size_t done = 0; done < n; done += 4 * LANES) {
        bool whole = n - done >= 4 * LANES;
        count_from((first + (uint32_t)done) / 4, entity);
        rounds(rng, 0, entity, nobody, LANES, word);
        /* cppcheck-suppress legacyUninitvar ; mix() writes it */
        mix(word, whole ? out + done : last);
        if (!whole)
            memcpy(out + done, last, (n - done) * sizeof *out);
    }
}

void sim_rng_blocks(const sim_rng_t *rng, const uint32_t *entity, size_t n,
                    sim_rng_block_t *block) {
    sim_rng_lanes_t *rounds = sim_rng_lanes();
    const bool noted = sim_rng_noted(rng);
    uint32_t some_of[LANES] = {0}, word[4][LANES];
    for (size_t i = 0; noted && i < n; i++)
        sim_rng_note(rng, entity[i], 0, 0);
    for (size_t done = 0; done < n; done += LANES) {
        size_t some = at_most_lanes(n - done);
        memcpy(some_of, entity + done, some * sizeof *some_of);
        rounds(rng, 0, some_of, nobody, some, word);
        for (size_t l = 0; l < some; l++)
            for (uint32_t w = 0; w < 4; w++)
                block[done + l].word[w] = word[w][l];
    }
}
