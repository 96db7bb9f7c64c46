/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions from one uniform number, beside their definitions. */
#include <criterion/criterion.h>
#include <math.h>

#include "sim/rng/rng.h"

enum { PLACES = 400 };

Test(rates, occurs_as_its_definition_says) {
    for (double x = 0; x < 12; x = 1.3 * x + 1e-6)
        for (int k = 0; k < PLACES; k++) {
            double u = (k + 0.5) / PLACES;
            cr_expect_eq(sim_rng_occurs(u, x), u < -sim_math_expm1(-x), "u %g, x %g", u, x);
        }
}

Test(rates, occurs_is_exact_at_the_bound) {
    for (double x = 0.01; x < 12; x *= 1.3) {
        double bound = -sim_math_expm1(-x);
        cr_expect(!sim_rng_occurs(bound, x));
        cr_expect(sim_rng_occurs(nextafter(bound, 0), x));
    }
}

/* The first n with u below the chance of n arrivals or fewer. */
static uint32_t arrivals(double u, double mean, uint32_t most) {
    double term = exp(-mean), more = 1 - term;
    uint32_t n = 0;
    for (; u < more && n < most; more -= term)
        term *= mean / ++n;
    return n;
}

Test(rates, arrivals_are_those_of_the_distribution) {
    for (double mean = 0.01; mean < 20; mean *= 1.7)
        for (int k = 0; k < PLACES; k++) {
            double u = (k + 0.5) / PLACES;
            cr_expect_eq(sim_rng_arrivals(u, mean, 30), arrivals(u, mean, 30), "u %g, mean %g", u,
                         mean);
        }
    cr_expect_eq(sim_rng_arrivals(1e-9, 50, 7), 7, "at most");
}

Test(rates, the_place_is_the_first_above_the_target) {
    const double cumulative[] = {0, 1, 1, 4, 4};
    cr_expect_eq(sim_rng_place(cumulative, 5, 0), 1);
    cr_expect_eq(sim_rng_place(cumulative, 5, 1), 3);
    cr_expect_eq(sim_rng_place(cumulative, 5, 3.9), 3);
    cr_expect_eq(sim_rng_place(cumulative, 5, 4), 4, "none is: the last");
    cr_expect_eq(sim_rng_place(cumulative, 1, 0), 0);
}
