/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rule of --until: its intervals hold as often as they say, measured on differences whose mean
 * is known; a rule that stops at the first chance is found out by the same measure. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "sim/experiment/until.h"

enum { STUDIES = 3000, CAP = 2000 };

typedef enum { NORMAL, GAMMA, EXPONENTIAL, RARE, RARER, POISSON, SHAPES } shape_t;

/* Standard deviations 1, 0.5, 1, 1.7, 1, 0.2. */
static const double MEAN[SHAPES] = {1, 1, 1, 0.3, 0.1, 0.05};

static double draw(gsl_rng *rng, shape_t shape) {
    switch (shape) {
    case NORMAL:
        return 1 + gsl_ran_ugaussian(rng);
    case GAMMA:
        return gsl_ran_gamma(rng, 4, 0.25);
    case EXPONENTIAL:
        return gsl_ran_exponential(rng, 1);
    case POISSON:
        return gsl_ran_poisson(rng, 0.05);
    default: /* ten, or mostly nothing */
        return gsl_rng_uniform(rng) < MEAN[shape] / 10 ? 10 : 0;
    }
}

static sim_experiment_until_t begin(double half, size_t others, uint64_t cap,
                                    sim_experiment_until_rule_t rule) {
    sim_experiment_until_t until = {.half = half, .cap = cap, .others = others, .rule = rule};
    cr_assert_eq(sim_experiment_until_init(&until), 0);
    return until;
}

static uint64_t replicates; /* of all studies of one rule */

/* Whether the intervals of all differences hold the truth when the rule has stopped. */
static bool study(gsl_rng *rng, shape_t shape, double half, size_t others,
                  sim_experiment_until_rule_t rule) {
    sim_experiment_until_t until = begin(half, others, CAP, rule);
    double value[4] = {0};
    do {
        value[0] = shape < RARE ? gsl_ran_ugaussian(rng) : 1; /* what pairs share */
        for (size_t i = 1; i <= others; i++)
            value[i] = value[0] + draw(rng, shape);
    } while (!sim_experiment_until_add(&until, value));
    bool holds = until.state == SIM_UNTIL_REACHED;
    for (size_t i = 0; i < others; i++) {
        sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, i);
        holds = holds && d.low <= MEAN[shape] && MEAN[shape] <= d.high && d.half <= half;
    }
    replicates += until.replicates;
    sim_experiment_until_free(&until);
    return holds;
}

static double coverage(shape_t shape, double half, size_t others,
                       sim_experiment_until_rule_t rule) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    int held = 0;
    replicates = 0;
    gsl_rng_set(rng, 4);
    for (int i = 0; i < STUDIES; i++)
        held += study(rng, shape, half, others, rule);
    gsl_rng_free(rng);
    return (double)held / STUDIES;
}

/* Four standard errors of a share below `least`: a false alarm once in 30,000 at the least. */
static void covers(shape_t shape, double half, size_t others, double least) {
    double held = coverage(shape, half, others, sim_experiment_until_rule);
    cr_log_info("shape %d, half-width %g, %zu differences: %.4f, %.0f replicates", (int)shape, half,
                others, held, (double)replicates / STUDIES);
    cr_expect_gt(held, least - 4 * sqrt(least * (1 - least) / STUDIES),
                 "shape %d, half-width %g, %zu differences: %.4f", (int)shape, half, others, held);
}

Test(until, coverage_of_normal_differences) {
    covers(NORMAL, 0.4, 1, 0.945);
    covers(NORMAL, 0.25, 1, 0.945);
    covers(NORMAL, 0.2, 1, 0.945);
}

Test(until, coverage_of_skewed_differences) {
    covers(GAMMA, 0.125, 1, 0.935);
    covers(GAMMA, 0.1, 1, 0.935);
    covers(EXPONENTIAL, 0.25, 1, 0.93);
    covers(EXPONENTIAL, 0.2, 1, 0.93);
}

/* By Student's intervals .38 to .78: the first fifty differences are often all zero. */
Test(until, coverage_of_rare_differences) {
    covers(RARE, 0.5, 1, 0.93);
    covers(RARER, 0.3, 1, 0.93);
    covers(POISSON, 0.06, 1, 0.93);
    covers(RARE, 0.5, 2, 0.93);
}

/* ---- what is rare and large, with small neighbours ---- */

typedef struct {
    double value;
    int times;
} seen_t;

/* 400 pairs of the cooperation model each: members of joint projects when JICA's money is halved,
 * consultations when MoE's is. */
static const seen_t MEMBERS[] = {{-42, 1}, {-19, 1}, {-13, 2}, {-8, 1}, {-7, 2},  {-6, 1}, {-5, 1},
                                 {-4, 4},  {-3, 2},  {-2, 4},  {-1, 8}, {0, 372}, {4, 1}};
static const seen_t WORKS[] = {{-11, 1}, {-10, 1}, {-9, 1}, {-8, 2}, {-7, 1},  {-6, 3},
                               {-5, 3},  {-4, 3},  {-3, 4}, {-2, 5}, {-1, 16}, {0, 347},
                               {1, 4},   {2, 5},   {3, 3},  {5, 1}};

/* Share of the studies that are reached, of at most 1000 pairs drawn from these, and share of these
 * whose interval holds the mean. */
static void replay(const seen_t *seen, size_t n, double half, sim_experiment_until_rule_t rule,
                   double *reached, double *holds) {
    enum { REPLAYS = 1000, PAIRS = 400 };
    double pair[PAIRS] = {0}, mean = 0;
    int k = 0, done = 0, held = 0;
    for (size_t i = 0; i < n; i++)
        for (int j = 0; j < seen[i].times; j++) {
            pair[k++] = seen[i].value;
            mean += seen[i].value / PAIRS;
        }
    cr_assert_eq(k, PAIRS);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 4);
    for (int i = 0; i < REPLAYS; i++) {
        sim_experiment_until_t until = begin(half, 1, 1000, rule);
        double value[2] = {0, 0};
        do
            value[1] = pair[gsl_rng_uniform_int(rng, PAIRS)];
        while (!sim_experiment_until_add(&until, value));
        sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, 0);
        done += until.state == SIM_UNTIL_REACHED;
        held += until.state == SIM_UNTIL_REACHED && d.low <= mean && mean <= d.high;
        sim_experiment_until_free(&until);
    }
    gsl_rng_free(rng);
    *reached = (double)done / REPLAYS;
    *holds = (double)held / fmax(done, 1);
    cr_log_info("half-width %g, %g carriers: reached %.3f, hold %.3f of these", half, rule.carriers,
                *reached, *holds);
}

#define COUNT(a) (sizeof(a) / sizeof *(a))

Test(until, small_neighbours_of_what_is_rare_and_large_are_not_enough) {
    const sim_experiment_until_rule_t rule = sim_experiment_until_rule;
    sim_experiment_until_rule_t narrow = rule;
    double reached, holds;
    narrow.carriers = 0; /* the twin: any interval that is narrow enough */
    for (int i = 0; i < 3; i++) {
        replay(MEMBERS, COUNT(MEMBERS), (double[]){0.35, 0.5, 0.8}[i], rule, &reached, &holds);
        cr_expect(reached > 0.6 && holds > 0.9, "%g of %g", holds, reached);
        replay(WORKS, COUNT(WORKS), (double[]){0.25, 0.45, 0.9}[i], rule, &reached, &holds);
        cr_expect(reached > 0.9 && holds > 0.91, "%g of %g", holds, reached);
        replay(MEMBERS, COUNT(MEMBERS), (double[]){0.35, 0.5, 0.8}[i], narrow, &reached, &holds);
        cr_expect(reached > 0.7 && holds < 0.9, "%g of %g", holds, reached);
    }
}

Test(until, pairs_that_carry_the_spread) {
    sim_experiment_until_t until = begin(10, 1, 100, sim_experiment_until_rule);
    for (int i = 0; i < 100; i++) {
        const double value[2] = {0, i % 25 == 0 ? 1 : 0};
        (void)sim_experiment_until_add(&until, value);
    }
    sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, 0);
    cr_expect_float_eq(d.carriers, 4, 0.5); /* four of a hundred */
    cr_expect(d.half < 10 && until.state == SIM_UNTIL_CAP);
    sim_experiment_until_free(&until);
}

/* Deviations -2 -1 0 0 3: squares 14, fourth powers 98. */
Test(until, carriers_in_closed_form) {
    static const double other[] = {1, 2, 3, 3, 6};
    sim_experiment_until_t until = begin(1e-9, 1, 100, sim_experiment_until_rule);
    for (int i = 0; i < 5; i++)
        (void)sim_experiment_until_add(&until, (const double[]){0, other[i]});
    cr_expect_float_eq(sim_experiment_until_difference(&until, 0).carriers, 14.0 * 14 / 98, 1e-9);
    sim_experiment_until_free(&until);
}

Test(until, several_differences_hold_together) {
    covers(NORMAL, 0.3, 3, 0.945);
}

/* The twin: a look after every pair from the second on. */
Test(until, stopping_at_the_first_chance_is_found_out) {
    const sim_experiment_until_rule_t naive = {2, 0, 1, 0};
    cr_expect_lt(coverage(NORMAL, 0.6, 1, naive), 0.925);     /* .90 */
    cr_expect_lt(coverage(EXPONENTIAL, 0.6, 1, naive), 0.90); /* .84 */
}

/* ---- single cases ---- */

static sim_experiment_until_t standard(double half, uint64_t cap) {
    return begin(half, 1, cap, sim_experiment_until_rule);
}

/* Adds (first, other) n times, as one that alternates around them by `spread`. */
static uint64_t add(sim_experiment_until_t *until, double first, double other, double spread,
                    int n) {
    uint64_t before = until->replicates;
    bool over = false;
    for (int i = 0; i < n && !over; i++) {
        const double value[] = {first, other + (i % 2 ? spread : -spread)};
        over = sim_experiment_until_add(until, value);
    }
    return until->replicates - before;
}

/* Two draws over and over, or two pairs before the cap: two cannot carry what five must. */
Test(until, two_draws_or_two_pairs_are_never_precise) {
    for (uint64_t draws = 0; draws <= 2; draws += 2) {
        sim_experiment_until_t until = {.half = 100,
                                        .cap = draws ? 200 : 2,
                                        .others = 1,
                                        .draws = draws,
                                        .rule = sim_experiment_until_rule};
        cr_assert_eq(sim_experiment_until_init(&until), 0);
        (void)add(&until, 1, 3, 0.1, 200);
        sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, 0);
        cr_expect_eq(d.pairs, 2);
        cr_expect_float_eq(d.carriers, 2, 1e-9);
        cr_expect(d.half < 100 && until.state == SIM_UNTIL_CAP);
        sim_experiment_until_free(&until);
    }
}

Test(until, differences_that_are_all_alike_are_never_precise) {
    for (int apart = 0; apart < 2; apart++) {
        sim_experiment_until_t until = standard(100, 300);
        cr_expect_eq(add(&until, 3, 3 + apart, 0, 1000), 300);
        cr_expect_eq(until.state, SIM_UNTIL_CAP);
        sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, 0);
        cr_expect_eq(d.mean, apart);
        cr_expect(isnan(d.half) && isnan(d.low) && isnan(d.high));
        sim_experiment_until_free(&until);
    }
}

/* Like 100.1 - 100 and 7.1 - 7, which rounding tells apart. */
Test(until, differences_that_are_alike_but_for_rounding_are_never_precise) {
    sim_experiment_until_t until = standard(100, 300);
    for (int i = 0; i < 300; i++) {
        const double value[2] = {i / 7.0, i / 7.0 + 0.1};
        (void)sim_experiment_until_add(&until, value);
    }
    cr_expect_eq(until.state, SIM_UNTIL_CAP);
    cr_expect(isnan(sim_experiment_until_difference(&until, 0).half));
    cr_expect(isinf(sim_experiment_until_difference(&until, 0).gain));
    sim_experiment_until_free(&until);
}

Test(until, interval_and_gain_in_closed_form) {
    sim_experiment_until_t until = begin(1e-9, 2, 4, sim_experiment_until_rule);
    const double value[4][3] = {{1, 2, 0}, {2, 4, 0}, {3, 4, 0}, {4, 6, 0}};
    for (int i = 0; i < 4; i++)
        cr_expect_eq(sim_experiment_until_add(&until, value[i]), i == 3);
    cr_expect_eq(until.state, SIM_UNTIL_CAP);
    sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, 0);
    cr_expect_eq(d.pairs, 4);
    cr_expect_float_eq(d.mean, 1.5, 1e-12);
    /* Variances: differences 1/3, first 5/3, other 8/3. Two differences: 97.5 % each. */
    cr_expect_float_eq(d.high - d.low, 2 * gsl_cdf_tdist_Pinv(0.9875, 3) * sqrt(1.0 / 3 / 4), 1e-8);
    cr_expect_float_eq(d.half, d.high - d.mean, 1e-8);
    cr_expect_float_eq(d.gain, 13, 1e-12);
    sim_experiment_until_free(&until);
}

/* Share of studies whose interval holds the mean 0: 20 draws with effects of their own, each used
 * by ten replicates. */
static double coverage_of_draws(uint64_t known) {
    enum { DRAWS = 20, ROUNDS = 10, OF_DRAWS = 1000 };
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    int held = 0;
    gsl_rng_set(rng, 9);
    for (int study_number = 0; study_number < OF_DRAWS; study_number++) {
        sim_experiment_until_t until = {.half = 1e-9,
                                        .cap = DRAWS * ROUNDS,
                                        .others = 1,
                                        .draws = known,
                                        .rule = sim_experiment_until_rule};
        double effect[DRAWS], value[2] = {0};
        cr_assert_eq(sim_experiment_until_init(&until), 0);
        for (int d = 0; d < DRAWS; d++)
            effect[d] = gsl_ran_ugaussian(rng);
        do
            value[1] = effect[until.replicates % DRAWS] + gsl_ran_ugaussian(rng);
        while (!sim_experiment_until_add(&until, value));
        sim_experiment_until_difference_t d = sim_experiment_until_difference(&until, 0);
        cr_assert_eq(d.pairs, known ? DRAWS : DRAWS * ROUNDS);
        held += d.low <= 0 && 0 <= d.high;
        sim_experiment_until_free(&until);
    }
    gsl_rng_free(rng);
    return (double)held / OF_DRAWS;
}

/* A share of .95 has a standard error of .0069 here; taken for independent it is about .6. */
Test(until, draws_that_come_again_are_no_new_pairs) {
    cr_expect_float_eq(coverage_of_draws(20), 0.95, 4 * 0.0069);
    cr_expect_lt(coverage_of_draws(0), 0.75);
}

Test(until, the_first_round_of_draws_is_as_any) {
    sim_experiment_until_t drawn = standard(1e-9, 50), plain = standard(1e-9, 50);
    sim_experiment_until_free(&drawn);
    drawn.draws = 50;
    cr_assert_eq(sim_experiment_until_init(&drawn), 0);
    (void)add(&drawn, 1, 3, 0.7, 50);
    (void)add(&plain, 1, 3, 0.7, 50);
    cr_expect_not(sim_experiment_until_recycles(&drawn));
    cr_expect_eq(sim_experiment_until_difference(&drawn, 0).low,
                 sim_experiment_until_difference(&plain, 0).low);
    sim_experiment_until_free(&drawn);
    sim_experiment_until_free(&plain);
}

Test(until, the_cap_ends_it) {
    sim_experiment_until_t until = standard(0.01, 70);
    cr_expect_eq(add(&until, 0, 1, 1, 1000), 70);
    cr_expect_eq(until.state, SIM_UNTIL_CAP);
    sim_experiment_until_free(&until);
}

Test(until, a_share_of_the_first_mean) {
    sim_experiment_until_t until = standard(0.05, 1000);
    until.relative = true;
    (void)add(&until, -20, -19, 3, 1000);
    cr_expect_float_eq(sim_experiment_until_wanted(&until), 1, 1e-12);
    cr_expect_eq(until.state, SIM_UNTIL_REACHED);
    cr_expect_leq(sim_experiment_until_difference(&until, 0).half, 1);
    sim_experiment_until_free(&until);
}

Test(until, missing_values_leave_fewer_pairs) {
    sim_experiment_until_t until = standard(10, 1000);
    const double missing[2][2] = {{(double)NAN, 1}, {1, (double)INFINITY}};
    for (int i = 0; i < 2; i++)
        cr_expect_not(sim_experiment_until_add(&until, missing[i]));
    cr_expect_eq(add(&until, 1, 2, 1, 1000) + 2, 63, "40 has 38 pairs only; 50 and 63 do");
    cr_expect_eq(sim_experiment_until_difference(&until, 0).pairs, 61);
    sim_experiment_until_free(&until);
}

Test(until, nothing_to_compare_ends_at_the_first_look) {
    sim_experiment_until_t until = standard(10, 1000);
    cr_expect_eq(add(&until, 1, (double)NAN, 1, 1000), 40);
    cr_expect_eq(until.state, SIM_UNTIL_EMPTY);
    cr_expect(isnan(sim_experiment_until_difference(&until, 0).half));
    sim_experiment_until_free(&until);
}
