/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 on many counters at a time. Random123 leaves loops over counters scalar; here
 * the same rounds run over lanes side by side, in plain C that compilers turn into vectors.
 * A lane is 64 bits wide: the product of two words is then one multiplication, whose halves
 * need no shuffling. Bits above a word are dirt that the next multiplication cuts off. */
#include <string.h>

#include "sim/rng/rng.h"

enum { LANES = 32, ROUNDS = 10 };

typedef struct {
    uint64_t x[LANES];
} lanes_t;

/* Ten rounds on counters {a[l], 0, step, last}; words 0 and 1 of the results. */
static inline void rounds(const sim_rng_t *rng, uint32_t first, uint32_t *restrict high,
                          uint32_t *restrict low) {
    for (uint32_t l = 0; l < LANES; l++) {
        uint64_t c0 = first + l, c1 = 0, c2 = rng->step, c3 = rng->purpose << 16;
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

void sim_rng_fill(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *restrict high,
                  uint32_t *restrict low) {
    size_t done = 0;
    for (uint32_t i = 0; rng->watch && i < n; i++)
        sim_rng_note(rng, first + i, 0, 0);
    for (; n - done >= LANES; done += LANES)
        rounds(rng, first + (uint32_t)done, high + done, low + done);
    if (done < n) {
        uint32_t last_high[LANES], last_low[LANES];
        rounds(rng, first + (uint32_t)done, last_high, last_low);
        memcpy(high + done, last_high, (n - done) * sizeof *high);
        memcpy(low + done, last_low, (n - done) * sizeof *low);
    }
}
