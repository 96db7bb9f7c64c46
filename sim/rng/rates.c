/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/rng/rates.h"

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
