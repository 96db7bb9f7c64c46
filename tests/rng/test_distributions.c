/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of the distributions. Statistical tests have a false-alarm rate of 2 in a million each
 * (and, the draws being a function, would raise it always or never); each has a twin that must
 * fail. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/rng/lanes.h"

enum { DRAWS = 65536 };
static const double ALARM = 1e-6; /* on either side */

/* ---- distributions: Kolmogorov and Smirnov's distance ---- */

static double cdf_uniform(double x) {
    return x;
}
static double cdf_exponential(double x) {
    return gsl_cdf_exponential_P(x, 1.0);
}
static double cdf_normal(double x) {
    return gsl_cdf_ugaussian_P(x);
}
static double cdf_gumbel(double x) {
    return gsl_cdf_gumbel1_P(x, 1.0, 1.0);
}
static double cdf_beta(double x) {
    return gsl_cdf_beta_P(x, 2.0, 5.0);
}
static double cdf_beta_steep(double x) {
    return gsl_cdf_beta_P(x, 3.6, 1.2);
}
static double cdf_beta_one(double x) {
    return gsl_cdf_beta_P(x, 1.0, 3.0);
}
static double cdf_beta_small(double x) {
    return gsl_cdf_beta_P(x, 0.4, 0.7);
}
static double cdf_beta_mixed(double x) {
    return gsl_cdf_beta_P(x, 0.5, 8.0);
}
static double cdf_gamma(double x) {
    return gsl_cdf_gamma_P(x, 2.5, 3.0);
}
static double cdf_gamma_small(double x) {
    return gsl_cdf_gamma_P(x, 0.3, 1.0);
}
static double cdf_wrong(double x) {
    return gsl_cdf_gamma_P(x, 2.6, 3.0);
}

static double draw_uniform(sim_rng_draw_t *draw) {
    return sim_rng_uniform(draw);
}
static double draw_beta(sim_rng_draw_t *draw) {
    return sim_rng_beta(draw, 2.0, 5.0);
}
static double draw_beta_steep(sim_rng_draw_t *draw) {
    return sim_rng_beta(draw, 3.6, 1.2);
}
static double draw_beta_one(sim_rng_draw_t *draw) {
    return sim_rng_beta(draw, 1.0, 3.0);
}
static double draw_beta_small(sim_rng_draw_t *draw) {
    return sim_rng_beta(draw, 0.4, 0.7);
}
static double draw_beta_mixed(sim_rng_draw_t *draw) {
    return sim_rng_beta(draw, 0.5, 8.0);
}
static double draw_gamma(sim_rng_draw_t *draw) {
    return sim_rng_gamma(draw, 2.5, 3.0);
}
static double draw_gamma_small(sim_rng_draw_t *draw) {
    return sim_rng_gamma(draw, 0.3, 1.0);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef double draw_t(sim_rng_draw_t *draw);

/* sqrt(n) times the largest distance; above 2.7 with probability 2 exp(-2 * 2.7^2) < 1e-6. */
static double distance(draw_t *draw, double (*cdf)(double)) {
    static double x[DRAWS];
    double most = 0.0;
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, 6), SIM_RNG_PURPOSE_TEST, 9);
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t decision = sim_rng_draw(&rng, i, i % 7);
        x[i] = draw(&decision);
    }
    qsort(x, DRAWS, sizeof *x, ascending);
    for (uint32_t i = 0; i < DRAWS; i++) {
        double p = cdf(x[i]);
        most = fmax(most, fmax((i + 1.0) / DRAWS - p, p - (double)i / DRAWS));
    }
    return sqrt(DRAWS) * most;
}

Test(distributions, have_their_shapes) {
    cr_expect_lt(distance(draw_uniform, cdf_uniform), 2.7);
    cr_expect_lt(distance(sim_rng_exponential, cdf_exponential), 2.7);
    cr_expect_lt(distance(sim_rng_normal, cdf_normal), 2.7);
    cr_expect_lt(distance(sim_rng_gumbel, cdf_gumbel), 2.7);
    cr_expect_lt(distance(draw_beta, cdf_beta), 2.7);
    cr_expect_lt(distance(draw_beta_steep, cdf_beta_steep), 2.7);
    cr_expect_lt(distance(draw_beta_one, cdf_beta_one), 2.7);
    cr_expect_lt(distance(draw_beta_small, cdf_beta_small), 2.7);
    cr_expect_lt(distance(draw_beta_mixed, cdf_beta_mixed), 2.7);
    cr_expect_lt(distance(draw_gamma, cdf_gamma), 2.7);
    cr_expect_lt(distance(draw_gamma_small, cdf_gamma_small), 2.7);
}

Test(distributions, twin_a_wrong_shape_is_found_out) {
    cr_expect_gt(distance(draw_gamma, cdf_wrong), 2.7);
}

/* Counts against the law with mean `law`; what is rare falls into the rest. */
static double poisson_p(double mean, double law) {
    enum { MOST = 2048 };
    static double seen[MOST];
    double x = 0.0, rest = DRAWS, rest_seen = DRAWS;
    int bins = 0;
    memset(seen, 0, sizeof seen);
    sim_rng_t rng = sim_rng_at(sim_rng_key(8, 6), SIM_RNG_PURPOSE_TEST, 9);
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 1);
        uint32_t k = sim_rng_poisson(&draw, mean);
        seen[k < MOST ? k : MOST - 1]++;
    }
    for (unsigned k = 0; k < MOST - 1; k++) {
        double expected = DRAWS * gsl_ran_poisson_pdf(k, law);
        if (expected < 10.0 || rest - expected < 10.0)
            continue; /* falls into the rest */
        x += (seen[k] - expected) * (seen[k] - expected) / expected;
        rest -= expected;
        rest_seen -= seen[k];
        bins++;
    }
    x += (rest_seen - rest) * (rest_seen - rest) / rest;
    return gsl_cdf_chisq_Q(x, bins);
}

Test(distributions, poisson_has_its_shape) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(8, 6), SIM_RNG_PURPOSE_TEST, 9);
    sim_rng_draw_t draw = sim_rng_draw(&rng, 3, 4);
    cr_expect_eq(sim_rng_poisson(&draw, 0.0), 0);
    const double mean[] = {0.5, 1.5, 4.5, 9.99, 10, 13.5, 40.5, 1000}; /* two algorithms */
    for (size_t i = 0; i < sizeof mean / sizeof *mean; i++) {
        double p = poisson_p(mean[i], mean[i]);
        cr_expect(p > ALARM && p < 1.0 - ALARM, "mean %g: p = %g", mean[i], p);
    }
    cr_expect_lt(poisson_p(4.5, 4.6), ALARM, "the twin with a wrong mean");
    cr_expect_lt(poisson_p(40.5, 41), ALARM, "the twin with a wrong mean");
}

/* The mean of a billion: mean and variance of counts, within six standard errors. */
Test(distributions, poisson_of_very_many) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(8, 6), SIM_RNG_PURPOSE_TEST, 10);
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 1);
        double z = (sim_rng_poisson(&draw, 1e9) - 1e9) / sqrt(1e9);
        sum += z, squares += z * z;
    }
    cr_expect_lt(fabs(sum / DRAWS), 6 / sqrt(DRAWS));
    cr_expect_lt(fabs(squares / DRAWS - 1), 6 * sqrt(2) / sqrt(DRAWS));
}

/* Shapes near 0 leave neither NaN nor a wrong side: P(x > 1/2) of beta(a, b) is about a / (a + b).
 */
Test(distributions, beta_of_tiny_shapes) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(8, 6), SIM_RNG_PURPOSE_TEST, 11);
    double above = 0, p = gsl_cdf_beta_Q(0.5, 1e-3, 3e-3);
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 1);
        double x = sim_rng_beta(&draw, 1e-3, 3e-3);
        cr_assert(x >= 0 && x <= 1);
        above += x > 0.5;
    }
    cr_expect_lt(fabs(above / DRAWS - p), 6 * sqrt(p * (1 - p) / DRAWS));
}

static int complaints;
static void count_complaint(const char *reason, const char *file, int line, int code) {
    (void)reason, (void)file, (void)line;
    complaints += code == GSL_EDOM;
}

Test(distributions, that_cannot_be_are_errors_of_gsl) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    sim_rng_draw_t draw = sim_rng_draw(&rng, 1, 0);
    gsl_set_error_handler(count_complaint);
    const double mean[] = {-1, NAN, INFINITY, 5e9};
    for (size_t i = 0; i < sizeof mean / sizeof *mean; i++)
        cr_expect_eq(sim_rng_poisson(&draw, mean[i]), 0);
    cr_expect(isnan(sim_rng_beta(&draw, -1, 1)) && isnan(sim_rng_beta(&draw, 0, 0)) &&
              isnan(sim_rng_beta(&draw, 1e-320, 1e-320)));
    cr_expect(isnan(sim_rng_gamma(&draw, -1, 2)) && isnan(sim_rng_gamma(&draw, NAN, 1)) &&
              isnan(sim_rng_gamma(&draw, 1e300, 1e300)));
    cr_expect_eq(complaints, 10);
}
