/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logit choice by Gumbel's trick: of all alternatives the one of the largest utility plus noise,
 * each of which has a draw of its own. Nearly always a rough look tells which it is; where two are
 * too near, exact logarithms decide, so that the answer is that of the plain loop. */
#include <math.h>
#include <string.h>

#include "sim/rng/lanes.h"
#include "sim/rng/watch.h"

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

/* ---- a rough look ---- */

/* What words 0 and 1 of SOME alternatives are worth as noise. The loops are of one length, so that
 * compilers make vectors of them; they are compiled once for each width of vectors that there may
 * be. Vectors of any width give the same bits, and the answer does not depend on them. */
typedef void noise_t(const uint32_t *restrict high, const uint32_t *restrict low,
                     double *restrict noise);

static inline void noise_of(const uint32_t *restrict high, const uint32_t *restrict low,
                            double *restrict noise) {
    for (size_t k = 0; k < SOME; k++)
        noise[k] = -rough_log(-rough_log(sim_rng_unit(high[k], low[k])));
}

static void plain(const uint32_t *restrict high, const uint32_t *restrict low,
                  double *restrict noise) {
    noise_of(high, low, noise);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
wide(const uint32_t *restrict high, const uint32_t *restrict low, double *restrict noise) {
    noise_of(high, low, noise);
}
#endif

static noise_t *noise_by_processor(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return wide;
#endif
    return plain;
}

static size_t at_most_lanes(size_t n) {
    return n < SIM_RNG_LANES ? n : SIM_RNG_LANES;
}

/* Adds their noise to what up to SIM_RNG_LANES alternatives are worth without it. */
static void add_noise(const sim_rng_t *rng, const uint32_t *a, const uint32_t *b, size_t n,
                      double *worth) {
    uint32_t of_a[SIM_RNG_LANES], of_b[SIM_RNG_LANES], word[4][SIM_RNG_LANES];
    double noise[SIM_RNG_LANES];
    noise_t *make = noise_by_processor();
    size_t whole = (n + SOME - 1) / SOME * SOME;
    for (size_t k = 0; k < n && sim_rng_noted(rng); k++)
        sim_rng_note(rng, a[k], b[k], 0);
    for (size_t k = 0; k < whole; k++)
        of_a[k] = a[k < n ? k : 0], of_b[k] = b[k < n ? k : 0];
    sim_rng_lanes()(rng, 0, of_a, of_b, whole, word);
    for (size_t k = 0; k < whole; k += SOME)
        make(word[0] + k, word[1] + k, noise + k);
    for (size_t k = 0; k < n; k++)
        worth[k] += noise[k]; /* NOLINT(clang-analyzer-core.*): n <= whole */
}

/* Which of n is worth most, or n: `outside`. SIZE_MAX where a rough look does not tell. Without
 * branches, which nobody can predict. */
static size_t leader(const double *worth, size_t n, double outside) {
    double most = outside;
    for (size_t k = 0; k < n; k++)
        most = worth[k] > most ? worth[k] : most;
    size_t near = outside > most - doubt, best = outside < most ? 0 : n;
    for (size_t k = 0; k < n; k++) {
        near += worth[k] > most - doubt;
        best += (worth[k] == most) * k;
    }
    return near == 1 ? best : SIZE_MAX;
}

size_t sim_rng_choose(const sim_rng_t *rng, uint32_t a, const uint32_t *b, const double *utility,
                      size_t n, double outside) {
    uint32_t same[SIM_RNG_LANES];
    double worth[SIM_RNG_CHOICES];
    if (n > SIM_RNG_CHOICES)
        return choose_exactly(rng, a, b, utility, n, outside);
    for (size_t k = 0; k < SIM_RNG_LANES; k++)
        same[k] = a;
    memcpy(worth, utility, n * sizeof *worth);
    for (size_t done = 0; done < n; done += SIM_RNG_LANES)
        add_noise(rng, same, b + done, at_most_lanes(n - done), worth + done);
    size_t best = leader(worth, n, outside);
    return best == SIZE_MAX ? choose_exactly(rng, a, b, utility, n, outside) : best;
}

void sim_rng_choose_each(const sim_rng_t *rng, sim_rng_choices_t *c) {
    double worth[SIM_RNG_CHOICES];
    size_t all = c->n ? c->end[c->n - 1] : 0, first = 0;
    memcpy(worth, c->utility, all * sizeof *worth);
    for (size_t done = 0; done < all; done += SIM_RNG_LANES)
        add_noise(rng, c->a + done, c->b + done, at_most_lanes(all - done), worth + done);
    for (size_t i = 0; i < c->n; first = c->end[i++]) {
        size_t among = c->end[i] - first, best = leader(worth + first, among, -INFINITY);
        if (best == SIZE_MAX)
            best = choose_exactly(rng, c->a[first], c->b + first, c->utility + first, among,
                                  -INFINITY);
        c->chosen[i] = first + best;
    }
}
