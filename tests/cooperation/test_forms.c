/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regional forms of local governments: who comes to act as one, what they share, who carries on,
 * and that a tie says its form. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/bodies/mergers.h"
#include "models/cooperation/look/observe.h"
#include "models/cooperation/money/projects.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(forms, .fini = end);

static coop_state_t *state(void) {
    return tiny_state(&tiny);
}
static sim_network_ties_t *ties(void) {
    return tiny.world.ties;
}
static uint32_t live(uint32_t donor, uint32_t partner) {
    return sim_network_tie_find(ties(), COOP_TIE_COOPERATION, donor, TINY_FIRST_PARTNER + partner);
}

/* Prefecture 0 has every third place: city 9, of the cities from 8 on; 10 is of another. */
enum { OWN = TINY_CITY + 1, FOREIGN = TINY_CITY + 2, PARTNER = 12 };
#define STILL TINY_STILL TINY_RICH TINY_LASTING "forms.enabled=true forms.introduction=0 "
#define LED STILL "forms.prefecture=12 "

static void begin(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_steps(&tiny, 4); /* a year is in, so that ties are older than the step */
}

/* Ties of the prefecture and two cities with one partner, then the year's decision. */
static uint32_t lead_of(const char *settings, uint32_t *member) {
    begin(settings);
    tiny_tie(&tiny, TINY_PREFECTURE, PARTNER, COOP_SECTOR_WASTE, 0.3);
    *member = tiny_tie(&tiny, OWN, PARTNER, COOP_SECTOR_WASTE, 0.6);
    tiny_tie(&tiny, FOREIGN, PARTNER, COOP_SECTOR_WASTE, 0.5);
    tiny_steps(&tiny, 1);
    return live(TINY_PREFECTURE, PARTNER);
}

Test(forms, every_tie_says_its_form) {
    begin(STILL);
    uint32_t city = tiny_tie(&tiny, TINY_CITY, 0, 0, 0.5);
    uint32_t partial = tiny_tie(&tiny, TINY_POOL, 0, 0, 0.5);
    uint32_t wide = tiny_tie(&tiny, TINY_SMALL, 0, 0, 0.5);
    cr_expect_eq(ties()->form[city], COOP_TIE_FORM_SINGLE);
    cr_expect_eq(ties()->form[partial], COOP_TIE_FORM_COOPERATIVE);
    cr_expect_eq(ties()->form[wide], COOP_TIE_FORM_UNION);
    ties()->form[wide] = SIM_NETWORK_NO_FORM;
    cr_expect_neq(coop_verify(&tiny.world), 0, "a tie without a form is found out");
}

/* ---- prefectures ---- */

Test(forms, a_prefecture_and_its_city_with_one_partner_go_on_as_one) {
    uint32_t own, tie = lead_of(LED, &own), member[COOP_MAX_LEAGUE];
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(ties()->form[tie], COOP_TIE_FORM_PREFECTURE_LED);
    cr_expect_eq(ties()->mode[tie], COOP_MODE_REGIONAL);
    cr_expect_eq(ties()->onset[tie], 4, "a spell of its own");
    cr_expect_gt(ties()->trust[tie], 0.5, "the better of both");
    cr_assert_eq(coop_forms_members(&tiny.world, tie, member), 1);
    cr_expect_eq(member[0], OWN);
    cr_expect_eq(ties()->cause[own], COOP_CAUSE_REGIONAL_FORM);
    cr_expect_eq(live(OWN, PARTNER), SIM_NETWORK_NONE);
    cr_expect_neq(live(FOREIGN, PARTNER), SIM_NETWORK_NONE, "a city of another prefecture");
    cr_expect(coop_forms_has(&tiny.world, OWN, TINY_FIRST_PARTNER + PARTNER));
    cr_expect_eq(state()->donor.n_ties[OWN], 0);
    cr_expect_eq(state()->partner.n_ties[PARTNER], 2);
    cr_expect_eq(coop_verify(&tiny.world), 0);
}

Test(forms, switched_off_or_without_regional_ties_nobody_acts_as_one) {
    uint32_t own;
    static const char *const off[] = {LED "forms.enabled=false ", LED "formation.regional=false ",
                                      STILL "forms.prefecture=0 "};
    for (int k = 0; k < 3; k++) {
        uint32_t tie = lead_of(off[k], &own);
        cr_expect_eq(ties()->form[tie], COOP_TIE_FORM_SINGLE);
        cr_expect_eq(ties()->terminus[own], SIM_NETWORK_OPEN);
    }
}

/* Over replicates, a year each: by the rate. The twin has another one. */
Test(forms, they_come_by_their_rate) {
    enum { REPLICATES = 300 };
    double n = 0;
    tiny_begin(&tiny, STILL "forms.prefecture=0.4 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_steps(&tiny, 4);
        tiny_tie(&tiny, TINY_PREFECTURE, PARTNER, 0, 0.5);
        tiny_tie(&tiny, OWN, PARTNER, 0, 0.5);
        tiny_steps(&tiny, 1);
        n += ties()->form[live(TINY_PREFECTURE, PARTNER)] == COOP_TIE_FORM_PREFECTURE_LED;
    }
    cr_expect_gt(stat_chi_square(stat_binomial(n, REPLICATES, 1 - exp(-0.4)), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(n, REPLICATES, 1 - exp(-0.8)), 1), STAT_LEVEL,
                 "the twin must be found out");
}

Test(forms, each_makes_the_others_partner_known_to_it) {
    uint32_t met[2];
    for (int k = 0; k < 2; k++) {
        begin(k ? STILL "forms.introduction=12 " : STILL);
        tiny_tie(&tiny, OWN, PARTNER, 0, 0.5);
        tiny_steps(&tiny, 1);
        met[k] = state()->donor.n_contacts[TINY_PREFECTURE];
        if (k) {
            cr_expect_eq(state()->contact.partner[TINY_PREFECTURE * COOP_MAX_CONTACTS], PARTNER);
            cr_expect_eq(state()->donor.n_contacts[TINY_PREFECTURE + 1], 0, "of another city");
        }
    }
    cr_expect(met[0] == 0 && met[1] == 1);
}

/* ---- who carries on ---- */

Test(forms, the_last_one_carries_on_alone) {
    bool goes_on;
    uint32_t own, tie = lead_of(LED, &own);
    tiny_steps(&tiny, 1);
    double trust = ties()->trust[tie];
    ties()->now = tiny.world.clock.step;
    cr_assert_eq(coop_forms_succeed(&tiny.world, tie, COOP_CAUSE_LEADER_TURNOVER, &goes_on), 0);
    cr_expect(goes_on);
    cr_expect_eq(ties()->cause[tie], COOP_CAUSE_LEADER_TURNOVER);
    uint32_t new = live(OWN, PARTNER);
    cr_assert_neq(new, SIM_NETWORK_NONE);
    cr_expect_eq(ties()->form[new], COOP_TIE_FORM_SINGLE);
    cr_expect_eq(ties()->mode[new], COOP_MODE_CITY_TO_CITY);
    cr_expect_eq(ties()->trust[new], trust);
    cr_expect_eq(state()->league.count, 0);
    cr_expect_eq(coop_verify(&tiny.world), 0);
}

Test(forms, what_ends_the_work_of_all_is_no_cause_to_carry_on) {
    bool goes_on = true;
    uint32_t own, tie = lead_of(LED, &own);
    cr_assert_eq(coop_forms_succeed(&tiny.world, tie, COOP_CAUSE_PARTNER_EXIT, &goes_on), 0);
    cr_expect_not(goes_on);
    cr_expect_eq(ties()->terminus[tie], SIM_NETWORK_OPEN);
}

/* Three cities of a joint bid; the head of the last cares most. */
static uint32_t consortium(const char *settings, uint32_t *first) {
    uint32_t tie[3], lead;
    begin(settings);
    for (uint32_t k = 0; k < 3; k++)
        tie[k] = tiny_tie(&tiny, TINY_CITY + k, PARTNER, 0, 0.5);
    for (uint32_t k = 0; k < 3; k++)
        state()->donor.priority[TINY_CITY + k] = 0.2 + 0.1 * k;
    ties()->now = tiny.world.clock.step;
    cr_assert_eq(coop_forms_after_bid(&tiny.world, tie, 3, &lead), 0);
    *first = tie[0];
    return lead;
}

Test(forms, those_of_a_joint_bid_may_keep_together_and_pass_on_the_lead) {
    bool goes_on;
    uint32_t first, tie = consortium(STILL "forms.consortium=1 ", &first), member[COOP_MAX_LEAGUE];
    cr_assert_neq(tie, first);
    cr_expect_eq(ties()->form[tie], COOP_TIE_FORM_CONSORTIUM);
    cr_expect_eq(coop_forms_members(&tiny.world, tie, member), 2);
    cr_assert_eq(coop_forms_succeed(&tiny.world, tie, COOP_CAUSE_BUDGET_SHORTFALL, &goes_on), 0);
    cr_expect(goes_on);
    cr_expect_eq(ties()->terminus[tie], SIM_NETWORK_OPEN, "the spell goes on");
    cr_expect_eq(ties()->from[tie], TINY_CITY + 2, "whose head cares most");
    cr_expect_eq(live(TINY_CITY + 2, PARTNER), tie);
    cr_expect_eq(live(TINY_CITY, PARTNER), SIM_NETWORK_NONE);
    cr_expect_eq(coop_forms_members(&tiny.world, tie, member), 1);
    cr_expect_eq(member[0], TINY_CITY + 1);
    cr_expect_eq(coop_verify(&tiny.world), 0);
    cr_expect_eq(consortium(STILL "forms.consortium=0 ", &first), first, "nobody keeps together");
    cr_expect_eq(state()->league.count, 0);
}

/* ---- what they share ---- */

Test(forms, they_share_projects_alike) {
    uint32_t first, tie = consortium(STILL "forms.consortium=1 ", &first);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_CLAIR_MODEL, 3000000, 300000, 1),
                 0);
    const coop_project_t *p = &state()->project;
    cr_assert_eq(p->members[0], 2);
    cr_expect_eq(p->own[0], 100000);
    for (uint32_t k = 0; k < 3; k++)
        cr_expect(state()->donor.load[TINY_CITY + k] >= COOP_FULL_LOAD / 3 &&
                  state()->donor.load[TINY_CITY + k] <= COOP_FULL_LOAD / 3 + 1);
    cr_expect_eq(coop_verify(&tiny.world), 0);
    tiny_steps(&tiny, 5);
    for (uint32_t k = 0; k < 3; k++)
        cr_expect_eq(state()->donor.load[TINY_CITY + k], 0, "it is over for all");
}

Test(forms, they_share_the_upkeep) {
    uint32_t first, tie = consortium(STILL "forms.consortium=1 ", &first);
    int64_t before[3];
    for (uint32_t k = 0; k < 3; k++)
        before[k] = state()->donor.purse[TINY_CITY + k];
    cr_expect_eq(coop_forms_share_upkeep(&tiny.world, tie, 1000), 334);
    cr_expect_eq(before[0] - state()->donor.purse[TINY_CITY], 0, "the leader pays by itself");
    for (uint32_t k = 1; k < 3; k++)
        cr_expect_eq(before[k] - state()->donor.purse[TINY_CITY + k], 333);
}

/* ---- what may happen to members ---- */

Test(forms, a_member_that_merges_is_followed_by_its_heir) {
    uint32_t first, tie = consortium(STILL "forms.consortium=1 ", &first), member[COOP_MAX_LEAGUE];
    tiny_steps(&tiny, 3);
    ties()->now = tiny.world.clock.step;
    cr_assert_eq(coop_mergers_merge(&tiny.world, TINY_CITY + 2, TINY_CITY + 3), 0);
    cr_assert_eq(coop_forms_members(&tiny.world, tie, member), 2);
    cr_expect_eq(member[1], TINY_CITY + 3);
    cr_assert_eq(coop_mergers_merge(&tiny.world, TINY_CITY, TINY_CITY + 3), 0);
    tie = live(TINY_CITY + 3, PARTNER);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(ties()->form[tie], COOP_TIE_FORM_CONSORTIUM);
    cr_expect_eq(coop_forms_members(&tiny.world, tie, member), 1, "the heir was in it already");
    cr_expect_eq(member[0], TINY_CITY + 1);
}

/* A member takes over a neighbour that works with the same partner by itself: one tie is left. */
Test(forms, a_member_that_inherits_a_tie_with_the_partner_leaves) {
    uint32_t first, tie = consortium(STILL "forms.consortium=1 ", &first), member[COOP_MAX_LEAGUE];
    tiny_steps(&tiny, 3);
    ties()->now = SIM_NETWORK_NO_STEP;
    tiny_tie(&tiny, TINY_CITY + 5, PARTNER, 0, 0.5);
    tiny_steps(&tiny, 1);
    ties()->now = tiny.world.clock.step;
    cr_assert_eq(coop_mergers_merge(&tiny.world, TINY_CITY + 5, TINY_CITY + 1), 0);
    cr_assert_eq(coop_forms_members(&tiny.world, tie, member), 1);
    cr_expect_eq(member[0], TINY_CITY + 2);
    cr_expect_eq(ties()->form[live(TINY_CITY + 1, PARTNER)], COOP_TIE_FORM_SINGLE);
}

/* A whole run with everything on: the books of the forms agree at every step. */
Test(forms, a_busy_world_verifies_at_every_step) {
    double several = 0;
    tiny_begin(&tiny,
               TINY_RICH TINY_EAGER "forms.enabled=true forms.introduction=2 forms.prefecture=1 "
                                    "forms.consortium=1 funding.minor_budget_factor=100 "
                                    "contacts.rate=3 mergers.rate=0.02 run.years=15 ");
    for (int step = 0; step < 60; step++) {
        tiny_steps(&tiny, 1);
        cr_assert_eq(coop_verify(&tiny.world), 0, "step %d: %s", step, tiny.world.note);
        several += state()->league.count;
    }
    cr_expect_gt(several, 100);
}
