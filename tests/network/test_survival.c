/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Survival of ties: worked examples, limiting cases, exponential lives. */
#include <criterion/criterion.h>
#include <math.h>

#include "sim/network/survival.h"
#include "sim/rng/rng.h"

enum { HORIZON = 40 };

static sim_base_arena_t arena;
static sim_network_ties_t ties;
static sim_network_exits_t exits[HORIZON + 1];
static double survival[HORIZON + 1];

static void begin(void) {
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_network_ties_init(&ties, &arena, 0), 0);
}
static void end(void) {
    sim_base_arena_free(&arena);
}
TestSuite(survival, .init = begin, .fini = end);

static void expect_near(double is, double expected, const char *what) {
    cr_expect(fabs(is - expected) < 1e-12, "%s: %.15g, not %.15g", what, is, expected);
}

/* A tie of kind 0 that ended at `age` by a cause, or is alive when age < 0. */
static void spell_by(uint8_t mode, int32_t onset, int32_t age, uint8_t cause) {
    uint32_t id;
    sim_network_birth_t birth = {
        .mode = mode, .from = ties.count, .to = 1u << 20, .onset = onset, .trust = 0.5};
    cr_assert_eq(sim_network_tie_add(&ties, &birth, &id), 0);
    if (age >= 0)
        sim_network_tie_end(&ties, id, onset + age, cause);
}

static void spell(uint8_t mode, int32_t onset, int32_t age) {
    spell_by(mode, onset, age, 0);
}

static const uint8_t conversions[] = {3, SIM_NETWORK_NO_CAUSE};

static uint32_t count_exits(uint8_t mode, int32_t now, int32_t horizon) {
    const sim_network_sample_t sample = {0, mode, now, horizon, conversions};
    return sim_network_exits(&ties, &sample, exits);
}

/* Freireich et al. (1963), remission under 6-MP in weeks: the textbook's example of Kaplan-Meier,
 * 21 patients, S(6) = .857, S(10) = .753, S(23) = .448. */
Test(survival, a_published_table) {
    static const int32_t relapse[] = {6, 6, 6, 7, 10, 13, 16, 22, 23};
    static const int32_t censored[] = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};
    for (size_t k = 0; k < sizeof relapse / sizeof *relapse; k++)
        spell(0, 3, relapse[k]);
    for (size_t k = 0; k < sizeof censored / sizeof *censored; k++)
        spell(0, 50 - censored[k], -1);
    uint32_t n = count_exits(0, 50, HORIZON);
    cr_assert_eq(n, 21);
    sim_network_kaplan_meier(exits, n, HORIZON, survival);
    cr_expect_eq(survival[5], 1);
    expect_near(survival[6], 18.0 / 21, "S(6)");
    expect_near(survival[7], 18.0 / 21 * 16 / 17, "S(7)");
    expect_near(survival[10], 18.0 / 21 * 16 / 17 * 14 / 15, "S(10)");
    cr_expect(fabs(survival[23] - 0.448) < 5e-4, "S(23) = %g", survival[23]);
    cr_expect(survival[35] == survival[23] && isnan(survival[36]), "followed to 35");
    cr_expect(isnan(sim_network_restricted_mean(survival, 37)));
    expect_near(sim_network_restricted_mean(survival, 8), 6 + 18.0 / 21 + 18.0 / 21 * 16 / 17,
                "restricted mean");
}

Test(survival, without_censoring_it_is_the_share_that_is_left) {
    for (int32_t age = 1; age <= 10; age++)
        spell(0, age, age);
    uint32_t n = count_exits(0, 100, HORIZON);
    sim_network_kaplan_meier(exits, n, HORIZON, survival);
    for (int32_t age = 0; age <= 10; age++)
        expect_near(survival[age], 1 - age / 10.0, "share left");
    cr_expect_eq(survival[11], 0, "all have ended: known for good");
    expect_near(sim_network_restricted_mean(survival, HORIZON), 5.5, "mean life");
}

Test(survival, nobody_is_not_known) {
    sim_network_kaplan_meier(exits, 0, HORIZON, survival);
    cr_expect(isnan(survival[0]) && isnan(survival[HORIZON]));
    cr_expect(isnan(sim_network_restricted_mean(survival, 1)));
}

Test(survival, exits_are_those_of_kind_and_mode_formed_in_the_run) {
    sim_network_birth_t older = {.from = 900, .to = 901, .onset_censored = true, .trust = 0.5};
    sim_network_birth_t other = {.kind = 1, .from = 900, .to = 901, .trust = 0.5};
    spell(0, 0, 3);
    spell(0, 2, -1);
    spell(0, 0, 39);
    spell(1, 0, 3);
    spell(0, -1, 5);
    cr_assert_eq(sim_network_tie_add(&ties, &older, NULL), 0);
    cr_assert_eq(sim_network_tie_add(&ties, &other, NULL), 0);
    cr_expect_eq(count_exits(0, 12, 20), 3, "the longest too");
    cr_expect(exits[3].ended == 1 && exits[10].censored == 1);
    for (int age = 0; age <= 20; age++)
        cr_expect(age == 3 || exits[age].ended == 0);
    cr_expect_eq(count_exits(1, 12, 20), 1);
}

/* Lives of constant hazard h a step, entered over the run and cut off at its stop, outlive age a
 * with (1 - h)^a, whoever is censored; the share of the finished spells alone is far below. Six
 * standard errors of Greenwood's formula: false alarm below 1e-8. */
Test(survival, censoring_does_not_bias_it) {
    enum { N = 200000, AGE = 20, NOW = 30 };
    const double h = 0.05, expected = pow(1 - h, AGE);
    sim_rng_t rng = sim_rng_at(sim_rng_key(3, 0), 1, 0);
    double ended = 0, longer = 0, greenwood = 0;
    for (uint32_t k = 0; k < N; k++) {
        int32_t onset = (int32_t)(k % NOW);
        sim_rng_draw_t draw = sim_rng_draw(&rng, k, 0);
        int32_t age = 1 + (int32_t)(log1p(-sim_rng_uniform(&draw)) / log1p(-h));
        bool over = onset + age < NOW;
        spell(0, onset, over ? age : -1);
        ended += over;
        longer += over && age > AGE;
    }
    uint32_t n = count_exits(0, NOW - 1, HORIZON);
    sim_network_kaplan_meier(exits, n, HORIZON, survival);
    double at_risk = n;
    for (int age = 0; age <= AGE; age++) {
        greenwood += exits[age].ended / (at_risk * (at_risk - exits[age].ended));
        at_risk -= (double)exits[age].ended + exits[age].censored;
    }
    double error = survival[AGE] * sqrt(greenwood);
    cr_expect(fabs(survival[AGE] - expected) < 6 * error, "%g, not %g", survival[AGE], expected);
    cr_expect(fabs(longer / ended - expected) > 6 * error, "finished spells alone must fail");
}

/* Of ten ties one goes on as another at age 2, after which nine are followed: it is censored there,
 * and neither ended nor followed on. */
Test(survival, what_goes_on_as_another_tie_has_not_ended) {
    for (int k = 0; k < 7; k++)
        spell(0, 0, 5);
    spell(0, 0, 2);
    spell(0, 0, 1);
    spell_by(0, 0, 2, 3);
    uint32_t n = count_exits(0, 10, 20);
    cr_assert_eq(n, 10);
    cr_expect(exits[2].ended == 1 && exits[2].censored == 1);
    sim_network_kaplan_meier(exits, n, 20, survival);
    expect_near(survival[2], 0.9 * 8 / 9, "S(2)");
    cr_expect_eq(survival[5], 0);
}

Test(survival, conversions_are_those_of_the_list) {
    cr_expect(sim_network_converts(conversions, 3));
    cr_expect_not(sim_network_converts(conversions, 0));
    cr_expect_not(sim_network_converts(conversions, SIM_NETWORK_NO_CAUSE), "of the living");
    cr_expect_not(sim_network_converts(NULL, 3));
}
