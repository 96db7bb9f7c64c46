/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effects of the choice (M22, M23, M31): the table against ODD.md, shares of the choice against the
 * logit, keeping against its logit, and what acts on creating, on keeping, on both. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/effects.h"
#include "models/cooperation/ties/upkeep.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(effects, .fini = end);

/* ---- the table ---- */

static const sim_param_t *parameter(const char *name) {
    const sim_param_t *row = coop_param_table;
    while (row->name && strcmp(row->name, name) != 0)
        row++;
    cr_assert_not_null(row->name, "no parameter %s", name);
    return row;
}

static char *slurp(const char *path) {
    FILE *in = fopen(path, "r");
    cr_assert_not_null(in, "%s", path);
    char *text = calloc(1, 1 << 20);
    cr_assert(text && fread(text, 1, (1 << 20) - 1, in) > 0);
    fclose(in);
    return text;
}

Test(effects, the_manual_shows_the_table_of_the_code) {
    char row[1024], *manual = slurp(KUMIAI_SOURCE_DIR "/models/cooperation/ODD.md");
    for (const coop_effect_t *e = coop_effect_table; e->name; e++) {
        snprintf(row, sizeof row, "| %s | %s | %s | `%s` | %s |\n", coop_side_words[e->side],
                 coop_function_words[e->function], e->doc, e->parameter, e->mechanism);
        cr_expect(strstr(manual, row), "ODD.md lacks the row\n%s", row);
    }
    free(manual);
}

Test(effects, weights_are_the_parameters_that_they_name) {
    for (const coop_effect_t *e = coop_effect_table; e->name; e++)
        cr_expect_eq(parameter(e->parameter)->offset, e->weight, "%s", e->parameter);
}

/* ---- choosing: shares of one donor among three contacts and nothing ---- */

#define FROZEN                                                                                     \
    TINY_RICH TINY_STILL TINY_LASTING TINY_MOTIVELESS                                              \
        "contacts.memory=50 formation.rate=1 formation.partner_base=20 formation.opt_out=3 "       \
        "formation.match=3 formation.trust=1.5 formation.popularity=0 formation.fundable=0 "       \
        "formation.priority=0 formation.gap=-1 formation.rate_reputation=0 "                       \
        "formation.rate_intermediary=0 "                                                           \
        "formation.partner_least_gain=0 " TINY_NO_VETO "run.steps_per_year=1 "

enum { WHO = TINY_CITY, CHOICES = 3, DRAWS = 6000 };
static const uint32_t offered[CHOICES] = {5, 12, 20};

/* Softmax of utilities read a second time, nothing last. */
static void softmax(double weight_of_match, double p[CHOICES + 1]) {
    const coop_state_t *s = tiny_state(&tiny);
    double total = p[CHOICES] = exp(3);
    for (int k = 0; k < CHOICES; k++) {
        double best = 0, know = 0;
        for (int sector = 0; sector < COOP_N_SECTORS; sector++) {
            double level = s->donor.knowhow[sector][WHO];
            if (level * s->partner.need[sector][offered[k]] > best)
                best = level * s->partner.need[sector][offered[k]], know = level;
        }
        total += p[k] = exp(weight_of_match * best + 1.5 * (0.2 + 0.2 * k) -
                            fmax(0, know - s->partner.capacity[offered[k]]));
    }
    for (int k = 0; k <= CHOICES; k++)
        p[k] /= total;
}

static uint32_t opportunities(void) {
    sim_rng_t rng = sim_world_rng(&tiny.world, COOP_DRAW_FORMATION_OPPORTUNITY);
    return sim_rng_arrivals(sim_rng_block(&rng, WHO, 0, 0).word[0] * 0x1p-32, 1, COOP_MAX_ROUNDS);
}

/* What the donor takes at its one opportunity of a replicate; the tie is undone. */
static int take(void) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t before = ties->n_live[COOP_TIE_COOPERATION];
    cr_assert_eq(coop_formation_step(&tiny.world), 0);
    if (ties->n_live[COOP_TIE_COOPERATION] == before)
        return CHOICES;
    uint32_t tie = ties->count - 1, i = ties->to[tie] - TINY_FIRST_PARTNER;
    tiny.world.ties->onset[tie]--; /* a spell lasts a step at least */
    coop_upkeep_end(&tiny.world, tie, COOP_CAUSE_DORMANCY);
    for (int k = 0; k < CHOICES; k++)
        if (offered[k] == i)
            return k;
    cr_assert_fail("partner %u was not offered", i);
    return -1;
}

static double p_of(const double count[CHOICES + 1], double n, double weight_of_match) {
    double p[CHOICES + 1], sum = 0;
    softmax(weight_of_match, p);
    for (int k = 0; k <= CHOICES; k++)
        sum += (count[k] - n * p[k]) * (count[k] - n * p[k]) / (n * p[k]);
    return stat_chi_square(sum, CHOICES);
}

Test(effects, choices_have_the_shares_of_the_logit) {
    double count[CHOICES + 1] = {0}, n = 0;
    tiny_begin(&tiny, FROZEN);
    for (int k = 0; k < CHOICES; k++) /* a sister city lasts */
        coop_contacts_add(&tiny.world, WHO, offered[k], 0.2 + 0.2 * k, COOP_SOURCE_SISTER);
    cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        tiny.world.key = tiny.world.step_key = sim_rng_key(1, draw);
        if (opportunities() == 1)
            count[take()]++, n++;
    }
    cr_assert_gt(n, DRAWS / 4);
    cr_expect_gt(p_of(count, n, 3), STAT_LEVEL);
    cr_expect_lt(p_of(count, n, 2), STAT_LEVEL, "the twin must be found out");
    cr_expect_lt(p_of(count, n, 4), STAT_LEVEL, "the twin must be found out");
}

/* ---- keeping ---- */

#define KEEPING                                                                                    \
    TINY_RICH TINY_STILL TINY_LASTING TINY_MOTIVELESS                                              \
        "formation.opt_out=3 formation.match=3 formation.popularity=0 formation.priority=2 "       \
        "formation.gap=0 upkeep.inertia=1 upkeep.bond=2 "                                          \
        "projects.exchange_gain=0 "                                                                \
        "upkeep.institution_rate=0 run.steps_per_year=1 "

/* Hazard of giving up a tie: reviews a year times the logit against keeping. */
static double hazard(uint32_t tie, double rate, double inertia) {
    const coop_state_t *s = tiny_state(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t d = ties->from[tie], i = ties->to[tie] - TINY_FIRST_PARTNER;
    uint8_t sector = ties->topic[tie];
    double keeping = 3 * s->donor.knowhow[sector][d] * s->partner.need[sector][i] +
                     2 * s->donor.priority[d] + inertia + 2 * ties->trust[tie];
    return rate / (1 + exp(keeping - 3));
}

/* Years until the end, spread evenly within the step's probability: uniform on (0, 1). */
static double keeping_p(double rate, double inertia) {
    static double sample[TINY_GOVERNMENTS * TINY_PARTNERS];
    const sim_network_ties_t *ties = tiny.world.ties;
    sim_rng_t spread = sim_rng_at(sim_rng_key(98, 0), SIM_RNG_PURPOSE_TEST, 0);
    size_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++) {
        if (ties->kind[t] != COOP_TIE_COOPERATION)
            continue;
        cr_assert_eq(ties->cause[t], COOP_CAUSE_GOAL_MISMATCH);
        double p = 1 - exp(-hazard(t, rate, inertia));
        double survived = pow(1 - p, ties->terminus[t] - ties->onset[t] - 2);
        sim_rng_draw_t draw = sim_rng_draw(&spread, t, 0);
        sample[n++] = 1 - survived + survived * p * sim_rng_uniform(&draw);
    }
    return stat_uniform(sample, n);
}

Test(effects, keeping_follows_its_logit) {
    tiny_begin(&tiny, KEEPING "upkeep.goal_mismatch=1 ");
    tiny_all_ties(&tiny, COOP_SECTOR_WATER, 0.3);
    cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
    for (int step = 1; tiny_live(&tiny) > 0; step++) {
        cr_assert_lt(step, 10000);
        tiny.world.clock.step = step;
        cr_assert_eq(coop_upkeep_step(&tiny.world), 0);
    }
    cr_expect_gt(keeping_p(1, 1), STAT_LEVEL);
    cr_expect_lt(keeping_p(1, 2), STAT_LEVEL, "the twin must be found out");
    cr_expect_lt(keeping_p(1.5, 1), STAT_LEVEL, "the twin must be found out");
}

/* ---- creation and endowment apart ---- */

/* A number that any tie, its onset or its end moves. */
static uint64_t spells(const char *settings, bool seeded) {
    tiny_begin(&tiny, settings);
    if (seeded)
        tiny_all_ties(&tiny, COOP_SECTOR_WATER, 0.3);
    tiny_run(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    uint64_t sum = ties->n_live[COOP_TIE_COOPERATION];
    for (uint32_t t = 0; t < ties->count; t++)
        if (ties->kind[t] == COOP_TIE_COOPERATION)
            sum = sum * 1099511628211U + ties->from[t] + 64 * ties->to[t] +
                  65536 * (uint64_t)ties->onset[t] + ((uint64_t)ties->terminus[t] << 32);
    return sum;
}

Test(effects, creation_acts_on_forming_alone_and_endowment_on_keeping_alone) {
#define FORMING TINY_RICH TINY_EAGER TINY_CALM TINY_LASTING "formation.opt_out=4 contacts.rate=4 "
    uint64_t formed = spells(FORMING, false),
             kept = spells(KEEPING "upkeep.goal_mismatch=1 ", true);
    for (const coop_effect_t *e = coop_effect_table; e->name; e++) {
        char settings[4096], change[128];
        if (e->side == COOP_SIDE_PARTNER)
            continue;
        double low = parameter(e->parameter)->min;
        snprintf(change, sizeof change, "%s=%g ", e->parameter, low < 0 ? -9 : 9.0);
        snprintf(settings, sizeof settings, FORMING "%s", change);
        uint64_t other = spells(settings, false);
        if (e->function == COOP_FUNCTION_ENDOWMENT)
            cr_expect_eq(formed, other, "%s is about keeping", change);
        snprintf(settings, sizeof settings, KEEPING "upkeep.goal_mismatch=1 %s", change);
        other = spells(settings, true);
        if (e->function == COOP_FUNCTION_CREATION)
            cr_expect_eq(kept, other, "%s is about creating", change);
        else if (e->function == COOP_FUNCTION_ENDOWMENT)
            cr_expect_neq(kept, other, "%s is about keeping", change);
    }
    cr_expect_neq(formed, spells(FORMING "formation.trust=9 ", false));
    cr_expect_neq(formed, spells(FORMING "formation.match=9 ", false));
    cr_expect_neq(kept, spells(KEEPING "upkeep.goal_mismatch=1 formation.match=9 ", true));
}

/* ---- the partner's side ---- */

Test(effects, a_partner_that_is_able_accepts_sooner) {
    tiny_begin(&tiny, TINY_MOTIVELESS "formation.partner_capacity=0.5 ");
    const coop_pair_t pair = {.donor = TINY_CITY, .partner = 4};
    double before =
        coop_effects_worth(&tiny.world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, &pair);
    tiny_state(&tiny)->partner.capacity[4] += 0.4;
    double able = coop_effects_worth(&tiny.world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, &pair);
    cr_expect(fabs(able - before - 0.5 * 0.4) < 1e-12);
}

/* ---- the bound that formation looks at first ---- */

/* Of all pairs of a world with ties: least and largest distance of the bound from the worth. */
static void compare_bound(const char *settings, double *least, double *largest) {
    tiny_begin(&tiny, settings);
    tiny_steps(&tiny, 40);
    *least = INFINITY, *largest = -INFINITY;
    for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
        for (uint32_t i = 0; i < TINY_PARTNERS; i++) {
            coop_pair_t pair = {.donor = d,
                                .partner = i,
                                .sector = (int)(i % COOP_N_SECTORS),
                                .strength = d / 40.0};
            double over =
                coop_effects_creation_at_most(&tiny.world, &pair) -
                coop_effects_worth(&tiny.world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, &pair);
            *least = fmin(*least, over), *largest = fmax(*largest, over);
        }
}

Test(effects, no_tie_is_worth_more_than_its_bound) {
    static const char busy[] = "run.years=12 contacts.rate=6 formation.rate=6 formation.opt_out=0 ";
    char settings[4096];
    double least, largest;
    compare_bound(busy, &least, &largest);
    cr_expect(least > -1e-12 && largest < 5, "%g to %g", least, largest);
    snprintf(settings, sizeof settings, "%sformation.fundable=-6 ", busy);
    compare_bound(settings, &least, &largest);
    cr_expect(least > -1e-12 && largest > 5, "%g to %g", least, largest);
}
