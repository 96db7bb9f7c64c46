/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 on many counters at a time. Random123 leaves loops over counters scalar; here
 * the same rounds run over lanes side by side, in plain C that compilers turn into vectors.
 * A lane is 64 bits wide: the product of two words is then one multiplication, whose halves
 * need no shuffling. Bits above a word are dirt that the next multiplication cuts off. */
#include <string.h>

#include "sim/base/clones.h"
#include "sim/rng/rng.h"

enum { LANES = 32, FEW = 8, ROUNDS = 10 };

/* Ten rounds on counters {a[l], b[l], step, purpose}; words 0 and 1 of the results. */
static inline __attribute__((always_inline)) void rounds(const sim_rng_t *rng, const uint32_t *a,
                                                         const uint32_t *b, uint32_t lanes,
                                                         uint32_t *restrict high,
                                                         uint32_t *restrict low) {
    for (uint32_t l = 0; l < lanes; l++) {
        uint64_t c0 = a[l], c1 = b[l], c2 = rng->step, c3 = rng->purpose << 16;
        uint32_t k0 = rng->key.word[0], k1 = rng->key.word[1];
#pragma GCC unroll 10
        for (int r = 0; r < ROUNDS; r++) {
            uint64_t p0 = (c0 & 0xffffffffU) * (uint64_t)PHILOX_M4x32_0;
            uint64_t p1 = (c2 & 0xffffffffU) * (uint64_t)PHILOX_M4x32_1;
            c0 = p1 >> 32 ^ c1 ^ k0;
            c2 = p0 >> 32 ^ c3 ^ k1;
            c1 = p1;
            c3 = p0;
            k0 += PHILOX_W32_0;
            k1 += PHILOX_W32_1;
        }
        high[l] = (uint32_t)c0;
        low[l] = (uint32_t)c1;
    }
}

static const uint32_t nobody[LANES] = {0};

SIM_CLONES static void many(const sim_rng_t *rng, const uint32_t *a, const uint32_t *b,
                            uint32_t *restrict high, uint32_t *restrict low) {
    rounds(rng, a, b ? b : nobody, LANES, high, low);
}

SIM_CLONES static void few(const sim_rng_t *rng, const uint32_t *a, const uint32_t *b, size_t n,
                           uint32_t *restrict high, uint32_t *restrict low) {
    uint32_t some_a[FEW] = {0}, some_b[FEW] = {0}, some_high[FEW], some_low[FEW];
    memcpy(some_a, a, n * sizeof *a);
    if (b)
        memcpy(some_b, b, n * sizeof *b);
    rounds(rng, some_a, some_b, FEW, some_high, some_low);
    memcpy(high, some_high, n * sizeof *high);
    memcpy(low, some_low, n * sizeof *low);
}

void sim_rng_fill_pairs(const sim_rng_t *rng, const uint32_t *a, const uint32_t *b, size_t n,
                        uint32_t *restrict high, uint32_t *restrict low) {
    size_t done = 0;
    for (size_t i = 0; rng->watch && i < n; i++)
        sim_rng_note(rng, a[i], b ? b[i] : 0, 0);
    for (; n - done >= LANES; done += LANES)
        many(rng, a + done, b ? b + done : NULL, high + done, low + done);
    for (size_t some; done < n; done += some) {
        some = n - done < FEW ? n - done : FEW;
        few(rng, a + done, b ? b + done : NULL, some, high + done, low + done);
    }
}

static void count_up(uint32_t first, uint32_t a[LANES]) {
    for (uint32_t l = 0; l < LANES; l++)
        a[l] = first + l;
}

void sim_rng_fill(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *restrict high,
                  uint32_t *restrict low) {
    uint32_t a[LANES];
    for (size_t done = 0; done < n; done += LANES) {
        count_up(first + (uint32_t)done, a);
        sim_rng_fill_pairs(rng, a, NULL, n - done < LANES ? n - done : LANES, high + done,
                           low + done);
    }
}

static bool any_at_most(const uint32_t *word, const uint32_t *ceiling, size_t n) {
    uint32_t any = 0;
    for (size_t l = 0; l < n; l++)
        any |= word[l] <= ceiling[l];
    return any;
}

size_t sim_rng_hits(const sim_rng_t *rng, uint32_t first, size_t n, const uint32_t *ceiling,
                    uint32_t *restrict who, uint32_t *restrict high, uint32_t *restrict low) {
    size_t count = 0;
    for (size_t done = 0; done < n; done += LANES) {
        uint32_t h[LANES], l[LANES];
        size_t some = n - done < LANES ? n - done : LANES;
        sim_rng_fill(rng, first + (uint32_t)done, some, h, l);
        if (!any_at_most(h, ceiling + done, some))
            continue;
        for (size_t k = 0; k < some; k++) {
            if (h[k] > ceiling[done + k])
                continue;
            who[count] = first + (uint32_t)(done + k);
            high[count] = h[k], low[count++] = l[k];
        }
    }
    return count;
}
