/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions that take as many words of a cursor as it needs. Written here, since GSL's call the
 * C library's log() and pow(), whose last bits depend on the machine. */
#include <math.h>

#include "sim/rng/math.h"
#include "sim/rng/rng.h"

/* ---- gamma and beta ---- */

/* Marsaglia and Tsang (2000), doi:10.1145/358407.358414: shape >= 1, scale 1. */
static double gamma_of(sim_rng_draw_t *draw, double shape) {
    const double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        const double x = sim_rng_normal(draw), u = sim_rng_uniform(draw), root = 1 + c * x;
        const double v = root * root * root;
        if (root > 0 && (u < 1 - 0.0331 * (x * x) * (x * x) ||
                         sim_math_log(u) < 0.5 * x * x + d * (1 - v + sim_math_log(v))))
            return d * v;
    }
}

double sim_rng_gamma(sim_rng_draw_t *draw, double shape, double scale) {
    const bool shaped = shape > 0 && shape <= 1e150; /* else infinite */
    if (!shaped || !(scale >= 0 && scale <= 1e150)) {
        sim_rng_fail(draw,
                     shaped ? "sim_rng_gamma() got a scale of" : "sim_rng_gamma() got a shape of",
                     shaped ? scale : shape,
                     "a gamma distribution needs a shape above 0 and a scale of 0 or more");
        return NAN;
    }
    if (shape >= 1)
        return scale * gamma_of(draw, shape);
    const double u = sim_rng_uniform(draw);
    return scale * gamma_of(draw, 1 + shape) * sim_math_pow(u, 1 / shape);
}

/* Jöhnk (1964), for alpha, beta <= 1: on logarithms, since both powers may be zero. */
static double beta_of_small(sim_rng_draw_t *draw, double alpha, double beta) {
    for (;;) {
        const double x = sim_math_log(sim_rng_uniform(draw)) / alpha,
                     y = sim_math_log(sim_rng_uniform(draw)) / beta, most = fmax(x, y),
                     part = sim_math_exp(x - most), all = part + sim_math_exp(y - most);
        if (most + sim_math_log(all) <= 0)
            return part / all;
    }
}

double sim_rng_beta(sim_rng_draw_t *draw, double alpha, double beta) {
    if (!(alpha >= 1e-300 && beta >= 1e-300 && isfinite(alpha + beta))) { /* else 0 / 0 */
        sim_rng_fail(draw, "sim_rng_beta() got parameters, one of which is",
                     alpha >= 1e-300 && isfinite(alpha) ? beta : alpha,
                     "both parameters of a beta distribution must lie above 0");
        return NAN;
    }
    if (alpha <= 1 && beta <= 1)
        return beta_of_small(draw, alpha, beta);
    const double x = sim_rng_gamma(draw, alpha, 1), y = sim_rng_gamma(draw, beta, 1);
    return x / (x + y);
}

/* ---- Poisson ---- */

/* By inversion, for a mean below 10. */
static uint32_t poisson_of_few(sim_rng_draw_t *draw, double mean) {
    const double u = sim_rng_uniform(draw);
    double term = sim_math_exp(-mean), sum = term;
    uint32_t k = 0;
    while (u > sum && term > 0) {
        term *= mean / ++k;
        sum += term;
    }
    return k;
}

/* log(k!): Stirling's series, whose next term is below 1e-13 from 16 on. */
static double log_factorial(double k) {
    double product = 1;
    for (double i = 2; k < 16 && i <= k; i++)
        product *= i;
    if (k < 16)
        return sim_math_log(product);
    const double half_log_2_pi = 0.91893853320467274178, r = 1 / k;
    return (k + 0.5) * sim_math_log(k) - k + half_log_2_pi +
           r * (1.0 / 12 - r * r * (1.0 / 360 - r * r * (1.0 / 1260 - r * r / 1680)));
}

/* Transformed rejection, algorithm PTRS of Hörmann (1993), doi:10.1016/0167-6687(93)90997-4. */
static uint32_t poisson_of_many(sim_rng_draw_t *draw, double mean) {
    const double log_mean = sim_math_log(mean), b = 0.931 + 2.53 * sqrt(mean),
                 a = -0.059 + 0.02483 * b, log_alpha = sim_math_log(1.1239 + 1.1328 / (b - 3.4)),
                 squeeze = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        const double u = sim_rng_uniform(draw) - 0.5, v = sim_rng_uniform(draw), us = 0.5 - fabs(u);
        const double k = floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= squeeze)
            return (uint32_t)k;
        if (k < 0 || k > UINT32_MAX || (us < 0.013 && v > us))
            continue;
        if (sim_math_log(v) + log_alpha - sim_math_log(a / (us * us) + b) <=
            k * log_mean - mean - log_factorial(k))
            return (uint32_t)k;
    }
}

uint32_t sim_rng_poisson(sim_rng_draw_t *draw, double mean) {
    if (!(mean >= 0 && mean <= 1e9)) { /* a count is 32 bits */
        sim_rng_fail(draw, "sim_rng_poisson() got a mean of", mean,
                     "it must lie between 0 and 1e9");
        return 0;
    }
    return mean < 10 ? poisson_of_few(draw, mean) : poisson_of_many(draw, mean);
}

/* ---- decisions from one uniform number ---- */

/* x / (1 + x) <= 1 - exp(-x) <= x / (1 + x / 2); and nearer, by the Pade approximants of exp(x) of
 * orders 2 and 3, between which it lies: 12 x / (12 + 6 x + x^2) <= 1 - exp(-x) <=
 * (120 x + 2 x^3) / (120 + 60 x + 12 x^2 + x^3). */
bool sim_rng_occurs(double u, double x) {
    const double more = 1 + 1e-12, less = 1 - 1e-12;
    if (u * (1 + x / 2) >= x * more)
        return false;
    if (u * (1 + x) < x * less || u * (12 + x * (6 + x)) < 12 * x * less)
        return true;
    if (u * (120 + x * (60 + x * (12 + x))) >= x * (120 + 2 * x * x) * more)
        return false;
    return u < -sim_math_expm1(-x);
}

uint32_t sim_rng_arrivals(double u, double mean, uint32_t most) {
    if (u >= mean)
        return 0;                 /* mean > 1 - exp(-mean): nearly always enough to know */
    double two = mean * mean / 2; /* P(N > 1) < two, P(N > 0) > mean - two */
    if (u >= two && u < mean - two)
        return 1;
    double term = sim_math_exp(-mean), at_least = 1 - term; /* P(N = n), P(N > n) */
    uint32_t n = 0;
    while (u < at_least && n < most) {
        n++;
        term *= mean / n;
        at_least -= term;
    }
    return n;
}

uint32_t sim_rng_place(const double *cumulative, uint32_t n, double target) {
    uint32_t low = 0, high = n - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cumulative[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
