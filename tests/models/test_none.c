/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The walk on the line against its closed form: after t steps a place has mean t(2p - 1) and
 * variance 4tp(1 - p). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "sim/schedule/world.h"

enum { AGENTS = 20000, STEPS = 50 };

/* Runs the model with `right` = p on a number of threads; mean, variance and digest. */
static void walk(double p, int threads, double *mean, double *variance, char digest[33]) {
    char text[256];
    sim_world_t world = {0};
    sim_config_t *config = NULL;
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    snprintf(text, sizeof text,
             "model = \"none\"; run = { steps = %d; }; none = { agents = %d; right = %.6f; };",
             STEPS, AGENTS, p);
    cr_assert_eq(sim_param_config_parse(text, "test", ".", NULL, &diag, &config), 0);
    cr_assert_eq(sim_world_init(&world, config, NULL, 0, threads), 0);
    for (int step = 0; step < STEPS; step++) {
        cr_assert_eq(sim_world_step(&world), 0);
        cr_assert_eq(sim_world_verify(&world), 0);
    }
    *mean = 0.0;
    *variance = 0.0;
    cr_assert_eq(world.model->observe(&world, mean), 0);
    const int32_t *place = sim_state_find(world.arrays, "none.place")->data;
    for (int i = 0; i < AGENTS; i++)
        *variance += (place[i] - *mean) * (place[i] - *mean) / AGENTS;
    sim_world_digest(&world, digest);
    sim_world_free(&world);
    sim_param_config_destroy(config);
    sim_base_diag_free(&diag);
}

/* Five standard errors: false alarm 6e-7. */
static bool mean_agrees(double mean, double p) {
    double error = sqrt(4.0 * STEPS * p * (1.0 - p) / AGENTS);
    return fabs(mean - STEPS * (2.0 * p - 1.0)) <= 5.0 * error;
}

/* The variance of a sum of many coins has a relative error of sqrt(2 / agents). */
static bool variance_agrees(double variance, double p) {
    return fabs(variance / (4.0 * STEPS * p * (1.0 - p)) - 1.0) <= 5.0 * sqrt(2.0 / AGENTS);
}

Test(none, closed_form) {
    static const double probabilities[] = {0.5, 0.6, 0.1};
    for (int i = 0; i < 3; i++) {
        double p = probabilities[i], mean, variance;
        char digest[33];
        walk(p, 1, &mean, &variance, digest);
        cr_expect(mean_agrees(mean, p), "p = %g: mean %g", p, mean);
        cr_expect(variance_agrees(variance, p), "p = %g: variance %g", p, variance);
    }
}

Test(none, twin_a_wrong_probability_is_found_out) {
    double mean, variance;
    char digest[33];
    walk(0.51, 1, &mean, &variance, digest);
    cr_expect_not(mean_agrees(mean, 0.5));
}

Test(none, limits) {
    double mean, variance;
    char digest[33];
    walk(1.0, 1, &mean, &variance, digest);
    cr_expect(mean == STEPS && variance == 0.0);
    walk(0.0, 1, &mean, &variance, digest);
    cr_expect(mean == -STEPS && variance == 0.0);
}

Test(none, threads_cannot_be_seen) {
    double mean, variance;
    char one[33], many[33];
    walk(0.5, 1, &mean, &variance, one);
    for (int threads = 2; threads <= 7; threads++) {
        walk(0.5, threads, &mean, &variance, many);
        cr_expect_str_eq(many, one);
    }
}
