/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consultants and institutes (M41): whose projects they lead, what they keep when a head goes, and
 * whom they make known to others. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/money/projects.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(consultants, .fini = end);

#define STILL                                                                                      \
    TINY_STILL TINY_RICH TINY_LASTING                                                              \
        "consultants.enabled=true contacts.intermediaries=true consultants.introductions=0 "       \
        "funding.firm_share=0 run.years=20 "

static coop_state_t *state(void) {
    return tiny_state(&tiny);
}

/* A JCM study of a year; who leads it. */
static uint8_t study(uint32_t donor, uint32_t partner, int scheme, uint32_t *tie) {
    *tie = sim_network_tie_find(tiny.world.ties, COOP_TIE_COOPERATION, donor,
                                TINY_FIRST_PARTNER + partner);
    if (*tie == SIM_NETWORK_NONE)
        *tie = tiny_tie(&tiny, donor, partner, COOP_SECTOR_AIR, 0.8);
    cr_assert_eq(coop_projects_start(&tiny.world, *tie, scheme, 1000000, 0, 1), 0);
    return state()->project.lead[state()->project.count - 1];
}

/* This share of MoE's studies, and none of JICA's projects. */
static void lead(double share) {
    state()->scheme[COOP_SCHEME_MOE_JCM].led = share;
    state()->scheme[COOP_SCHEME_JICA_LOCAL].led = 0;
}

static void begin(const char *settings) {
    tiny_begin(&tiny, settings);
    lead(1);
    tiny_steps(&tiny, 1);
}

Test(consultants, they_lead_what_they_are_asked_for_and_nothing_else) {
    uint32_t tie;
    begin(STILL);
    cr_expect_lt(study(TINY_CITY, 10, COOP_SCHEME_MOE_JCM, &tie),
                 tiny_population(&tiny)->n_consultants);
    cr_expect_eq(study(TINY_CITY, 11, COOP_SCHEME_JICA_LOCAL, &tie), COOP_NO_LEAD);
    cr_expect_eq(study(TINY_CITY, 12, COOP_SCHEME_OWN, &tie), COOP_NO_LEAD);
    begin(STILL "consultants.enabled=false ");
    cr_expect_eq(study(TINY_CITY, 10, COOP_SCHEME_MOE_JCM, &tie), COOP_NO_LEAD);
    begin(STILL "contacts.intermediaries=false ");
    cr_expect_eq(study(TINY_CITY, 10, COOP_SCHEME_MOE_JCM, &tie), COOP_NO_LEAD);
}

/* The share is met over pairs; the twin has another one. */
Test(consultants, they_lead_their_share) {
    double led = 0, n = 0;
    uint32_t tie;
    begin(STILL);
    lead(0.8);
    for (uint32_t d = TINY_DESIGNATED; d < TINY_WARD; d++)
        for (uint32_t i = 10; i < 20; i++, n++)
            led += study(d, i, COOP_SCHEME_MOE_JCM, &tie) != COOP_NO_LEAD;
    cr_expect_gt(stat_chi_square(stat_binomial(led, n, 0.8), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(led, n, 0.6), 1), STAT_LEVEL,
                 "the twin must be found out");
}

Test(consultants, who_led_the_last_project_of_a_pair_goes_on) {
    uint32_t tie;
    uint8_t first[10];
    begin(STILL);
    for (uint32_t k = 0; k < 10; k++)
        first[k] = study(TINY_CITY, 10 + k, COOP_SCHEME_MOE_JCM, &tie);
    tiny_steps(&tiny, 8);
    for (uint32_t k = 0; k < 10; k++)
        cr_expect_eq(study(TINY_CITY, 10 + k, COOP_SCHEME_MOE_JCM, &tie), first[k]);
}

/* Who has been with a partner is asked again by others: with its eighth study of nine there its
 * weight is nine times that of the record. */
Test(consultants, who_knows_a_partner_comes_again_with_others) {
    uint32_t tie;
    double again[2] = {0};
    for (int knows = 0; knows < 2; knows++)
        for (uint32_t r = 0; r < 100; r++) {
            tiny_begin(&tiny, STILL);
            tiny_replicate(&tiny, r, 1);
            lead(1);
            tiny_steps(&tiny, 1);
            for (uint32_t d = 0; d < 8; d++) {
                study(TINY_CITY + d, knows ? 10 : 11, COOP_SCHEME_MOE_JCM, &tie);
                state()->project.lead[d] = 9; /* one study of 24 in the record */
            }
            again[knows] += study(TINY_TOWN, 10, COOP_SCHEME_MOE_JCM, &tie) == 9;
        }
    cr_expect_gt(again[1], 12, "%g", again[1]);
    cr_expect_lt(again[0], 12, "%g", again[0]);
}

/* ---- what they keep ---- */

/* Trust of a tie after a new head, with a study that `lead` led. */
static double kept(const char *settings, uint8_t lead) {
    uint32_t tie;
    begin(settings);
    study(TINY_CITY, 10, COOP_SCHEME_MOE_JCM, &tie);
    state()->project.lead[0] = lead;
    tiny_steps(&tiny, 5); /* it is over */
    tiny.world.ties->trust[tie] = 0.8;
    state()->donor.turnover[TINY_CITY] = tiny.world.clock.step;
    tiny_steps(&tiny, 1);
    return tiny.world.ties->trust[tie];
}

Test(consultants, their_memory_outlasts_the_head) {
#define LOSE                                                                                       \
    STILL "projects.trust_fade=0 leadership.turnover_factor=0 "                                    \
          "upkeep.institution_rate=0 "
    cr_expect(fabs(kept(LOSE, COOP_NO_LEAD) - 0.56) < 1e-12);
    cr_expect(fabs(kept(LOSE, 1) - 0.68) < 1e-12, "half of what goes with the head");
    cr_expect(fabs(kept(LOSE "consultants.memory=1 ", 1) - 0.56) < 1e-12, "it has forgotten");
}

/* ---- whom they introduce ---- */

static uint32_t contacts_after(const char *settings, bool same) {
    uint32_t tie;
    begin(settings);
    study(TINY_CITY, 10, COOP_SCHEME_MOE_JCM, &tie);
    study(TINY_TOWN, 15, COOP_SCHEME_MOE_JCM, &tie);
    state()->project.lead[0] = 1, state()->project.lead[1] = same ? 1 : 2;
    tiny_steps(&tiny, 4);
    uint32_t n = state()->donor.n_contacts[TINY_TOWN];
    if (n)
        cr_expect_eq(state()->contact.partner[TINY_TOWN * COOP_MAX_CONTACTS], 10);
    if (n)
        cr_expect_eq(state()->contact.source[TINY_TOWN * COOP_MAX_CONTACTS],
                     COOP_SOURCE_INTERMEDIARY);
    return n;
}

Test(consultants, their_memory_moves_to_other_cities_that_they_work_for) {
    cr_expect_eq(contacts_after(STILL "consultants.introductions=12 ", true), 1);
    cr_expect_eq(contacts_after(STILL "consultants.introductions=12 ", false), 0, "not its client");
    cr_expect_eq(contacts_after(STILL "consultants.introductions=0 ", true), 0);
}
