/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sister cities (M19): trust, age, the few that turn to the environment, new agreements. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/ties/contacts.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(sisters, .fini = end);

/* Every government has agreements; heads stay. */
#define FRIENDS                                                                                    \
    TINY_STILL "contacts.sister_ties=true contacts.sister_share=10 contacts.memory=3 "             \
               "leadership.turnover_factor=0 leadership.partner_turnover=0 "

static uint32_t n_sisters(void) {
    return tiny.world.ties->n_live[COOP_TIE_SISTER];
}
static uint32_t sister(uint32_t k) {
    return tiny.world.ties->live[COOP_TIE_SISTER][k];
}

/* Strength of a sister tie as a contact; without any it need not be in the book. */
static double strength(uint32_t tie) {
    const coop_state_t *s = tiny_state(&tiny);
    uint32_t d = tiny.world.ties->from[tie], first = d * COOP_MAX_CONTACTS;
    for (uint32_t k = first; k < first + s->donor.n_contacts[d]; k++)
        if (s->contact.partner[k] + TINY_FIRST_PARTNER == tiny.world.ties->to[tie])
            return s->contact.strength[k];
    return 0;
}
static double n_turned(void) {
    double n = 0;
    for (uint32_t k = 0; k < n_sisters(); k++)
        n += strength(sister(k)) > 0;
    return n;
}

/* Of ties of unknown age, which have had 1 - 1/e of what age brings. */
static const double GROWN = 0.6321205588285577;

/* Share of old ties of the usual trust that are about the environment, against p. */
static double purpose_p(double p) {
    double turned = 0, ties = 0;
    tiny_begin(&tiny, FRIENDS "contacts.sister_purpose=0.07 ");
    for (uint32_t r = 0; r < 100; r++) {
        tiny_replicate(&tiny, r, 1);
        turned += n_turned(), ties += n_sisters();
    }
    return stat_chi_square(stat_binomial(turned, ties, p * GROWN), 1);
}

Test(sisters, the_share_of_purposes_is_as_said) {
    cr_expect_gt(purpose_p(0.07), STAT_LEVEL);
    cr_expect_lt(purpose_p(0.12), STAT_LEVEL, "the twin");
}

/* Countries have 60, 10, 20, 5 and 5 of 100 agreements; the larger have more (M19). */
Test(sisters, countries_and_sizes_have_their_shares) {
    double of[TINY_COUNTRIES] = {0}, large = 0, small = 0, sum = 0, all = 0;
    static const double share[TINY_COUNTRIES] = {0.6, 0.1, 0.2, 0.05, 0.05};
    tiny_begin(&tiny, FRIENDS);
    for (uint32_t r = 0; r < 100; r++) {
        tiny_replicate(&tiny, r, 1);
        for (uint32_t k = 0; k < n_sisters(); k++) {
            uint32_t d = tiny.world.ties->from[sister(k)];
            large += d >= TINY_DESIGNATED && d < TINY_CORE;
            small += d >= TINY_VILLAGE && d < TINY_WARD;
            /* of villages, which have one nearly always: a pair is drawn once */
            if (d >= TINY_VILLAGE && d < TINY_WARD)
                of[(tiny.world.ties->to[sister(k)] - TINY_FIRST_PARTNER) / 5]++, all++;
        }
    }
    for (int c = 0; c < TINY_COUNTRIES; c++)
        sum += (of[c] - all * share[c]) * (of[c] - all * share[c]) / (all * share[c]);
    cr_expect_gt(stat_chi_square(sum, TINY_COUNTRIES - 1), STAT_LEVEL);
    cr_expect_gt(large / 200, 4, "two designated cities");
    cr_expect_lt(small / 700, 1.5, "seven villages");
}

/* Years of work are sealed by an agreement, which outlives them as a contact (M19, M33). */
Test(sisters, an_agreement_seals_years_of_work) {
    for (int rate = 0; rate < 2; rate++) {
        tiny_begin(&tiny, rate ? TINY_STILL TINY_RICH TINY_LASTING
                              "contacts.sister_ties=true upkeep.institution_rate=12 "
                               : TINY_STILL TINY_RICH TINY_LASTING
                              "contacts.sister_ties=true upkeep.institution_rate=0 ");
        uint32_t i = 0;
        const sim_network_ties_t *ties = tiny.world.ties;
        while (sim_network_tie_find(ties, COOP_TIE_SISTER, TINY_CITY, TINY_FIRST_PARTNER + i) !=
               SIM_NETWORK_NONE)
            i++;
        uint32_t work = tiny_tie(&tiny, TINY_CITY, i, COOP_SECTOR_WASTE, 0.9);
        tiny_steps(&tiny, 8);
        uint32_t seal =
            sim_network_tie_find(ties, COOP_TIE_SISTER, TINY_CITY, TINY_FIRST_PARTNER + i);
        cr_expect_eq(ties->institutionalised[work], rate);
        cr_expect_eq(seal != SIM_NETWORK_NONE, rate);
        if (rate) {
            cr_expect_eq(ties->stage[seal], COOP_STAGE_EXCHANGE, "about the environment");
            cr_expect_eq(ties->onset_censored[seal], 0);
        }
    }
}

/* Ties rest where heads on both sides do not care, and wake where they do (M34). */
Test(sisters, ties_rest_and_wake) {
    tiny_begin(&tiny, FRIENDS "run.years=300 ");
    coop_state_t *s = tiny_state(&tiny);
    for (int care = 0; care < 2; care++) {
        for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
            s->donor.priority[d] = care;
        for (uint32_t i = 0; i < TINY_PARTNERS; i++)
            s->partner.interest[i] = care;
        tiny_steps(&tiny, 140 * 4);
        cr_expect(care ? s->sisters_dormant == 0 : 10 * s->sisters_dormant > 9 * n_sisters(),
                  "nearly all or none: %u of %u", s->sisters_dormant, n_sisters());
    }
}

Test(sisters, without_the_purpose_none_turns_and_no_tie_forms) {
#define ALONE FRIENDS TINY_RICH TINY_EAGER "contacts.rate=0 run.years=20 "
    tiny_begin(&tiny, ALONE "contacts.sister_purpose=0 ");
    tiny_run(&tiny);
    cr_expect_eq(n_turned(), 0);
    cr_expect_eq(tiny_live(&tiny), 0);
    tiny_begin(&tiny, ALONE TINY_LASTING "contacts.sister_purpose=1 ");
    tiny_run(&tiny);
    cr_expect_gt(n_turned(), n_sisters() / 2, "the twin");
    cr_expect_gt(tiny_live(&tiny), 30);
}

/* Trust tends to how much the heads of both sides care; strength follows trust and age. */
Test(sisters, trust_and_strength_have_their_closed_forms) {
    tiny_begin(&tiny, FRIENDS "contacts.sister_purpose=1 run.years=30 ");
    coop_state_t *s = tiny_state(&tiny);
    for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
        s->donor.priority[d] = d % 3 * 0.4;
    for (uint32_t i = 0; i < TINY_PARTNERS; i++)
        s->partner.interest[i] = i % 4 * 0.3;
    int turned = 0;
    for (int year = 0; year < 30; year++) {
        tiny_steps(&tiny, 4);
        for (uint32_t k = 0; k < n_sisters(); k++) {
            uint32_t t = sister(k), d = tiny.world.ties->from[t],
                     i = tiny.world.ties->to[t] - TINY_FIRST_PARTNER;
            double care = (d % 3 * 0.4 + i % 4 * 0.3) / 2;
            if (tiny.world.ties->onset[t] > 0)
                continue;
            double trust = care + (0.5 - care) * exp(-0.05 * year);
            double grown = trust / 0.5 * (1 - exp(-(15.0 + year) / 15));
            cr_assert_float_eq(tiny.world.ties->trust[t], trust, 1e-12);
            turned += strength(t) > 0;
            if (strength(t) > 0)
                cr_expect_float_eq(strength(t), fmin(1, 0.7 * grown), 1e-12);
            else
                cr_assert_lt(grown, 1, "purposes are certain then");
        }
    }
    cr_expect_gt(turned, 500);
}

/* Where heads care as much as ties begin with, a tie that has turned stays turned, and more do with
 * the years. */
Test(sisters, conversion_rises_with_age) {
    tiny_begin(&tiny, FRIENDS "contacts.sister_purpose=0.6 run.years=40 ");
    coop_state_t *s = tiny_state(&tiny);
    for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
        s->donor.priority[d] = 0.5;
    for (uint32_t i = 0; i < TINY_PARTNERS; i++)
        s->partner.interest[i] = 0.5;
    uint32_t n = n_sisters();
    double start = n_turned(), end = 0;
    bool turned[256] = {false};
    cr_assert_leq(n, 256);
    for (int year = 0; year < 40; year++) {
        tiny_steps(&tiny, 4);
        for (uint32_t k = 0; k < n; k++) {
            cr_expect(!turned[k] || strength(sister(k)) > 0);
            turned[k] = strength(sister(k)) > 0;
            cr_expect_eq(tiny.world.ties->stage[sister(k)],
                         turned[k] ? COOP_STAGE_EXCHANGE : COOP_STAGE_FRIENDSHIP);
        }
    }
    for (uint32_t k = 0; k < n; k++)
        end += turned[k];
    cr_expect_gt(end, start + 10);
}

/* Met at a conference, a sister city is a contact for that as long as any other. */
Test(sisters, another_way_to_a_sister_city_is_forgotten_too) {
    tiny_begin(&tiny, FRIENDS "contacts.sister_purpose=0 ");
    uint32_t t = sister(3);
    coop_contacts_add(&tiny.world, tiny.world.ties->from[t],
                      tiny.world.ties->to[t] - TINY_FIRST_PARTNER, 0.4, COOP_SOURCE_CONFERENCE);
    for (int year = 0; year < 8; year++) {
        tiny_steps(&tiny, 4);
        coop_contacts_forget(&tiny.world, tiny.world.ties->from[t]); /* as formation does first */
        cr_expect_eq(strength(t), year < 3 ? 0.4 : 0, "%d", year);
    }
}

/* ---- new agreements ---- */

/* Agreements of 200 replicates in 5 years against the rate; a second one with the same partner is
 * none, so rates are kept low. */
static double growth_p(double rate) {
    double n = 0, trials = 0;
    tiny_begin(&tiny, FRIENDS "run.years=6 ");
    for (uint32_t r = 0; r < 100; r++) {
        tiny_replicate(&tiny, r, 1);
        n -= n_sisters(), trials += 5 * TINY_GOVERNMENTS;
        tiny_run(&tiny);
        n += n_sisters();
    }
    return stat_chi_square(stat_binomial(n, trials, 1 - exp(-rate)), 1);
}

Test(sisters, agreements_grow_at_their_rate) {
    cr_expect_gt(growth_p(0.02 * (1 - 2.0 / TINY_PARTNERS)), STAT_LEVEL);
    cr_expect_lt(growth_p(0.035), STAT_LEVEL, "the twin");
}

Test(sisters, a_new_agreement_is_young_and_dated) {
    tiny_begin(&tiny, FRIENDS "contacts.sister_purpose=1 run.years=100 ");
    uint32_t before = n_sisters();
    tiny_run(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    cr_assert_gt(n_sisters(), before + 20);
    for (uint32_t k = before; k < n_sisters(); k++) {
        uint32_t t = sister(k);
        cr_expect(!ties->onset_censored[t] && ties->onset[t] > 0 && ties->onset[t] % 4 == 0);
        cr_expect_lt(ties->from[t], TINY_GOVERNMENTS);
        if (ties->onset[t] == 396) /* the last year: no time to grow */
            cr_expect_eq(strength(t), 0);
    }
    tiny_begin(&tiny, FRIENDS "contacts.sister_ties=false ");
    tiny_run(&tiny);
    cr_expect_eq(n_sisters(), 0, "the twin");
}

/* The sources date one, Kitakyushu with Dalian 1979, as the first step of a ladder (M20). */
Test(sisters, the_one_known_from_the_sources_is_about_the_environment) {
    char *text = tiny_text(COOP_FILE_PARTNERS), *code = strstr(text, "P03");
    size_t before = (size_t)(code - text), size = strlen(text) + 16;
    char *dalian = malloc(size);
    cr_assert(dalian && code);
    snprintf(dalian, size, "%.*sCN-1814087%s", (int)before, text, code + 3);
    cr_assert_eq(tiny_load(&tiny, FRIENDS "contacts.sister_purpose=0 ", COOP_FILE_PARTNERS, dalian),
                 0);
    free(text);
    free(dalian);
    tiny_replicate(&tiny, 0, 1);
    cr_expect_eq(n_turned(), 1);
    cr_expect_eq(tiny.world.ties->from[sister(0)], TINY_DESIGNATED);
    cr_expect_eq(tiny.world.ties->onset[sister(0)], -21 * 4);
    cr_expect_float_eq(strength(sister(0)), 0.7 * (1 - exp(-21.0 / 15)), 1e-12);
}
