/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logit choice by Gumbel's trick: of all alternatives the one of the largest utility plus noise,
 * each of which has a draw of its own. Nearly always a rough look tells which it is; where two are
 * too near, exact logarithms decide, so that the answer is that of the plain loop. */
#include <math.h>
#include <string.h>

#include "sim/rng/lanes.h"

enum { SOME = 8 };
/* The error of rough_log() is below 1e-6 of its argument's logarithm, of the noise below 1e-5. */
static const double doubt = 1e-3;

static inline uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The atanh series after the argument is brought near 1. Shifts are of unsigned numbers, and
 * integers become numbers as the last bits of 2^52: that much the oldest vectors can do. */
static inline double rough_log(double x) {
    const uint64_t root_of_half = UINT64_C(0x3fe6a09e667f3bcd), bias = UINT64_C(1024) << 52;
    uint64_t exponent = (bits_of(x) - root_of_half + bias) >> 52;
    double m = of_bits(bits_of(x) - (exponent << 52) + bias);
    double power = of_bits(bits_of(0x1p52) | exponent) - (0x1p52 + 1024);
    double s = (m - 1) / (m + 1), t = s * s;
    double series = 1 + t * (1.0 / 3 + t * (1.0 / 5 + t * (1.0 / 7 + t * (1.0 / 9))));
    return power * 0.69314718055994531 + 2 * s * series;
}

/* What sim_rng_unit() gives. */
static inline double unit(uint32_t high, uint32_t low) {
    uint64_t bits = ((uint64_t)high << 32 | low) >> 12;
    return of_bits(bits_of(1) | bits) - 1 + 0x1p-53;
}

static size_t choose_exactly(const sim_rng_t *rng, uint32_t a, const uint32_t *b,
                             const double *utility, size_t n, double outside) {
    size_t best = n;
    double most = outside;
    for (size_t k = 0; k < n; k++) {
        sim_rng_draw_t draw = {.rng = *rng, .a = a, .b = b[k]};
        double worth = utility[k] + sim_rng_gumbel(&draw);
        if (worth > most)
            most = worth, best = k;
    }
    return best;
}

/* Of all places, so that compilers make vectors of it; beyond n there is nothing to gain. */
static void look(const sim_rng_t *rng, uint32_t a, const uint32_t *b, const double *utility,
                 size_t n, double worth[SOME]) {
    uint32_t same[SIM_RNG_LANES] = {0}, other[SIM_RNG_LANES] = {0}, word[4][SIM_RNG_LANES];
    for (size_t k = 0; k < n && rng->watch; k++)
        sim_rng_note(rng, a, b[k], 0);
    for (size_t k = 0; k < SOME; k++)
        same[k] = a, other[k] = k < n ? b[k] : 0;
    sim_rng_lanes()(rng, same, other, SOME, word);
    for (size_t k = 0; k < SOME; k++)
        worth[k] = -rough_log(-rough_log(unit(word[0][k], word[1][k])));
    for (size_t k = 0; k < SOME; k++)
        worth[k] = k < n ? worth[k] + utility[k] : -INFINITY;
}

size_t sim_rng_choose(const sim_rng_t *rng, uint32_t a, const uint32_t *b, const double *utility,
                      size_t n, double outside) {
    double most = outside, second = -INFINITY, worth[SOME];
    size_t best = n;
    for (size_t done = 0; done < n; done += SOME) {
        size_t some = n - done < SOME ? n - done : SOME;
        look(rng, a, b + done, utility + done, some, worth);
        for (size_t k = 0; k < SOME; k++) {
            bool better = worth[k] > most;
            second = better ? most : worth[k] > second ? worth[k] : second;
            best = better ? done + k : best;
            most = better ? worth[k] : most;
        }
    }
    return most - second > doubt ? best : choose_exactly(rng, a, b, utility, n, outside);
}
