/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders, samples and choices against their laws, by Pearson's chi-square: a false alarm of one in
 * a million each (and, the draws being a function, always or never); each has a twin that must
 * fail. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "sim/rng/math.h"
#include "sim/rng/rng.h"

enum { TRIALS = 60000, MOST = 128, ITEMS = 4, ORDERS = 24, CHOICES = 5 };
static const double ALARM = 1e-6;

static const sim_rng_t rng = {{{1, 2}}, SIM_RNG_PURPOSE_TEST, 0, NULL};

/* Whether counts of TRIALS trials agree with probabilities; those of probability 0 must be 0. */
static bool agrees(const uint32_t *count, const double *probability, size_t n) {
    double distance = 0, freedom = -1;
    for (size_t k = 0; k < n; k++) {
        double expected = TRIALS * probability[k];
        if (expected == 0 && count[k] > 0)
            return false;
        if (expected == 0)
            continue;
        distance += (count[k] - expected) * (count[k] - expected) / expected;
        freedom++;
    }
    return gsl_cdf_chisq_Q(distance, freedom) > ALARM;
}

static void even(double *probability, size_t n) {
    for (size_t k = 0; k < n; k++)
        probability[k] = 1.0 / (double)n;
}

/* Which of the 24 orders of 0, 1, 2, 3 this is (Lehmer's code). */
static uint32_t order_of(const uint32_t *item) {
    uint32_t code = 0;
    for (uint32_t i = 0; i < ITEMS; i++) {
        uint32_t smaller = 0;
        for (uint32_t k = i + 1; k < ITEMS; k++)
            smaller += item[k] < item[i];
        code = code * (ITEMS - i) + smaller;
    }
    return code;
}

static void count_orders(uint32_t first, uint32_t count[ORDERS]) {
    memset(count, 0, ORDERS * sizeof *count);
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        uint32_t item[ITEMS] = {0, 1, 2, 3};
        sim_rng_shuffle(&rng, trial, item + first, ITEMS - first);
        count[order_of(item)]++;
    }
}

Test(among, all_orders_are_equally_likely) {
    uint32_t count[ORDERS];
    double probability[ORDERS];
    even(probability, ORDERS);
    count_orders(0, count);
    cr_expect(agrees(count, probability, ORDERS));
    count_orders(1, count); /* twin: one item is left out */
    cr_expect_not(agrees(count, probability, ORDERS));
}

/* Longer than the words of one cursor: every item is there once, and few are where they were. */
Test(among, a_long_order) {
    enum { LONG = 300001 };
    static uint32_t item[LONG];
    static bool seen[LONG];
    uint32_t stayed = 0;
    for (uint32_t i = 0; i < LONG; i++)
        item[i] = i;
    sim_rng_shuffle(&rng, 7, item, LONG);
    for (uint32_t i = 0; i < LONG; i++) {
        cr_assert(item[i] < LONG && !seen[item[i]]);
        seen[item[i]] = true;
        stayed += item[i] == i;
    }
    cr_expect_leq(stayed, 10); /* Poisson of mean 1: above with probability 1e-8 */
}

Test(among, an_order_depends_on_its_key_alone) {
    uint32_t a[100], b[100], c[100];
    for (uint32_t i = 0; i < 100; i++)
        a[i] = b[i] = c[i] = i;
    sim_rng_shuffle(&rng, 1, a, 100);
    sim_rng_shuffle(&rng, 1, b, 100);
    sim_rng_shuffle(&rng, 2, c, 100);
    cr_expect_arr_eq(a, b, sizeof a);
    cr_expect_arr_neq(a, c, sizeof a);
    sim_rng_shuffle(&rng, 1, a, 0);
    sim_rng_shuffle(&rng, 1, a, 1);
    cr_expect_arr_eq(a, b, sizeof a);
}

/* By the bits of its members: which of the 2^7 subsets of 0 .. 6 it is. */
Test(among, all_samples_are_equally_likely) {
    enum { N = 7, K = 3, SETS = 35 };
    uint32_t count[MOST] = {0}, chosen[K];
    double probability[MOST] = {0};
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, trial, 0);
        uint32_t set = 0;
        sim_rng_sample(&draw, N, chosen, K);
        for (uint32_t k = 0; k < K; k++)
            set |= 1U << chosen[k];
        count[set]++;
    }
    for (uint32_t set = 0; set < MOST; set++)
        probability[set] = __builtin_popcount(set) == K ? 1.0 / SETS : 0;
    cr_expect(agrees(count, probability, MOST));
    probability[7] *= 1.2; /* twin */
    probability[11] *= 0.8;
    cr_expect_not(agrees(count, probability, MOST));
}

Test(among, a_sample_of_all_is_all) {
    uint32_t chosen[100];
    bool seen[100] = {false};
    sim_rng_draw_t draw = sim_rng_draw(&rng, 0, 0);
    sim_rng_sample(&draw, 100, chosen, 100);
    for (int k = 0; k < 100; k++) {
        cr_assert(chosen[k] < 100 && !seen[chosen[k]]);
        seen[chosen[k]] = true;
    }
    sim_rng_sample(&draw, 100, chosen, 0);
}

typedef size_t chooser_t(sim_rng_draw_t *draw, const double *value, size_t n);

static void count_choices(chooser_t *choose, const double *value, uint32_t count[CHOICES]) {
    memset(count, 0, CHOICES * sizeof *count);
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, trial, 1);
        size_t k = choose(&draw, value, CHOICES);
        cr_assert_lt(k, CHOICES);
        count[k]++;
    }
}

Test(among, weights_are_probabilities) {
    static const double weight[CHOICES] = {2, 0, 5, 1, 0}, total = 8;
    double probability[CHOICES];
    uint32_t count[CHOICES];
    for (size_t k = 0; k < CHOICES; k++)
        probability[k] = weight[k] / total;
    count_choices(sim_rng_weighted, weight, count);
    cr_expect(agrees(count, probability, CHOICES));
    count_choices(sim_rng_weighted, (double[CHOICES]){2, 0, 5, 1.2, 0}, count); /* twin */
    cr_expect_not(agrees(count, probability, CHOICES));
}

Test(among, utilities_are_a_logit) {
    static const double utility[CHOICES] = {0.5, -INFINITY, 1.5, -0.3, 700};
    double shifted[CHOICES], probability[CHOICES], total = 0;
    uint32_t count[CHOICES];
    for (size_t k = 0; k < CHOICES; k++) { /* the last one is put among the others */
        shifted[k] = k == 4 ? 700.2 : utility[k] + 700;
        total += probability[k] = sim_math_exp(shifted[k] - 700);
    }
    for (size_t k = 0; k < CHOICES; k++)
        probability[k] /= total;
    count_choices(sim_rng_logit, shifted, count);
    cr_expect(agrees(count, probability, CHOICES));
    count_choices(sim_rng_logit, utility, count); /* one is worth all others: always chosen */
    cr_expect_eq(count[4], TRIALS);
    cr_expect_not(agrees(count, probability, CHOICES));
}

Test(among, nothing_to_choose) {
    static const double zero[3] = {0}, never[2] = {-INFINITY, -INFINITY};
    sim_rng_draw_t draw = sim_rng_draw(&rng, 3, 3);
    cr_expect_eq(sim_rng_weighted(&draw, zero, 3), 3);
    cr_expect_eq(sim_rng_weighted(&draw, zero, 0), 0);
    cr_expect_eq(sim_rng_logit(&draw, never, 2), 2);
    cr_expect_eq(sim_rng_logit(&draw, never, 0), 0);
}
