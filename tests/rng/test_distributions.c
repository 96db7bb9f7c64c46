/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shapes of the distributions. Statistical tests have a false-alarm rate of 2 in a million each
 * (and, the draws being a function, would raise it always or never); each has a twin that must
 * fail. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/rng/lanes.h"
#include "sim/rng/watch.h"

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

/* Arguments that mean nothing: the cursor's watch has the sentence, and the answer is harmless. */
static void expect_fault(sim_rng_watch_t *watch, const char *given, double value) {
    cr_expect_not_null(watch->fault.given);
    if (!watch->fault.given)
        return;
    cr_expect_str_eq(watch->fault.given, given);
    cr_expect(watch->fault.value == value || (isnan(value) && isnan(watch->fault.value)), "%s %g",
              given, watch->fault.value);
    watch->fault = (sim_rng_fault_t){0};
}

Test(distributions, that_cannot_be_are_faults) {
    sim_rng_watch_t watch = {0};
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    rng.watch = &watch;
    sim_rng_draw_t draw = sim_rng_draw(&rng, 1, 0);
    const double mean[] = {-1, NAN, INFINITY, 5e9},
                 shape[][2] = {{-1, 2}, {NAN, 1}, {1e300, 1e300}},
                 both[][2] = {{-1, 1}, {0, 0}, {1e-320, 1e-320}};
    for (size_t i = 0; i < sizeof mean / sizeof *mean; i++) {
        cr_expect_eq(sim_rng_poisson(&draw, mean[i]), 0);
        expect_fault(&watch, "sim_rng_poisson() got a mean of", mean[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        cr_expect(isnan(sim_rng_gamma(&draw, shape[i][0], shape[i][1])));
        expect_fault(&watch, "sim_rng_gamma() got a shape of", shape[i][0]);
        cr_expect(isnan(sim_rng_beta(&draw, both[i][0], both[i][1])));
        expect_fault(&watch, "sim_rng_beta() got parameters, one of which is", both[i][0]);
    }
    cr_expect(isnan(sim_rng_gamma(&draw, 1, -2)));
    expect_fault(&watch, "sim_rng_gamma() got a scale of", -2);
    cr_expect(sim_rng_poisson(&draw, 0) == 0 && !watch.fault.given);
    draw.rng.watch = NULL; /* of no world: nobody is told, and the program goes on */
    cr_expect_eq(sim_rng_poisson(&draw, -1), 0);
}

Test(distributions, chances_that_cannot_be_are_faults) {
    static const double bad[] = {NAN, -1e-3, 1.001, INFINITY, -INFINITY},
                        good[] = {0, -0.0, 1, 0.5, 1 + 1e-12, -1e-12, 5e-324};
    sim_rng_watch_t watch = {0};
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    rng.watch = &watch;
    rng.purpose |= SIM_RNG_CHECKED;
    sim_rng_draw_t draw = sim_rng_draw(&rng, 1, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(sim_rng_chance(&draw, bad[i]), bad[i] > 1);
        expect_fault(&watch, "sim_rng_chance() got a probability of", bad[i]);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        (void)sim_rng_chance(&draw, good[i]);
        cr_expect_null(watch.fault.given, "%g", good[i]);
    }
}

Test(distributions, choices_that_cannot_be_are_faults) {
    uint32_t chosen[] = {9, 9, 9, 9};
    const double below[] = {1, -2, 3}, none[] = {1, NAN, 3}, huge[] = {1e308, 1e308},
                 wild[] = {0, NAN}, endless[] = {0, INFINITY}, closed[] = {-INFINITY, -INFINITY};
    sim_rng_watch_t watch = {0};
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    rng.watch = &watch;
    sim_rng_draw_t draw = sim_rng_draw(&rng, 1, 0);
    cr_expect_eq(sim_rng_below(&draw, 0), 0);
    expect_fault(&watch, "sim_rng_below() was to choose one of", 0);
    sim_rng_sample(&draw, 3, chosen, 4);
    cr_expect(chosen[0] == 0 && chosen[3] == 0);
    expect_fault(&watch, "sim_rng_sample() was to choose more than all of", 3);
    cr_expect_eq(sim_rng_weighted(&draw, below, 3), 0); /* which is there */
    expect_fault(&watch, "sim_rng_weighted() got a weight of", -2);
    (void)sim_rng_weighted(&draw, none, 3);
    expect_fault(&watch, "sim_rng_weighted() got a weight of", NAN);
    (void)sim_rng_weighted(&draw, huge, 2);
    expect_fault(&watch, "sim_rng_weighted() got weights whose sum is", INFINITY);
    cr_expect_eq(sim_rng_logit(&draw, wild, 2), 0);
    expect_fault(&watch, "sim_rng_logit() got a utility of", NAN);
    cr_expect_eq(sim_rng_logit(&draw, none + 1, 1), 0); /* NaN is not nobody */
    expect_fault(&watch, "sim_rng_logit() got a utility of", NAN);
    (void)sim_rng_logit(&draw, endless, 2);
    expect_fault(&watch, "sim_rng_logit() got a utility of", INFINITY);
    cr_expect_eq(sim_rng_logit(&draw, closed, 2), 2);
    sim_rng_sample(&draw, 3, chosen, 3);
    cr_expect_null(watch.fault.given);
}

/* Whichever thread comes first, the same fault is told. */
Test(distributions, the_fault_of_the_lowest_is_told) {
    static const uint32_t about[][2] = {{7, 1}, {3, 2}, {3, 1}, {9, 0}};
    sim_rng_watch_t watch = {0};
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    rng.watch = &watch;
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, about[i][0], about[i][1]);
        (void)sim_rng_below(&draw, 0);
    }
    cr_expect(watch.fault.a == 3 && watch.fault.b == 1);
}
