/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Associations of partner cities and governance know-how (M40): who may found one, when, what it
 * shares, who meets it, who can pass on how to run one, and to whom. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/money/projects.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(associations, .fini = end);

enum { FIRST = TINY_PARTNERS, GROUPS = 3, ASSOCIATION_VN = FIRST + 2 };

/* The tiny world with the five cities of a country in one row, ten kilometres apart; those of
 * China, India and Vietnam, which may receive aid, are places for an association each. */
static void load(const char *settings) {
    static const char *const country[][2] = {{"CN", "northeast_asia"},
                                             {"IN", "south_asia"},
                                             {"VN", "southeast_asia"},
                                             {"PW", "pacific"},
                                             {"KE", "africa"}};
    char text[4096];
    int n = snprintf(text, sizeof text,
                     "code,name,country,region,lat,lon,population,need_waste,need_water,need_air,"
                     "capacity,popularity,estimated\n");
    for (int i = 0; i < TINY_PARTNERS; i++)
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "P%02d,City %d,%s,%s,%.1f,105,%d,%.2f,%.2f,0.5,%.2f,1,0\n", i, i,
                      country[i / 5][0], country[i / 5][1], 10.0 * (i / 5) + 0.1 * (i % 5),
                      200000 * (1 + i % 5), 0.5 + 0.1 * (i % 5), 0.4 + 0.1 * (i % 4),
                      0.2 + 0.1 * (i % 3));
    cr_assert_eq(tiny_load(&tiny, settings, COOP_FILE_PARTNERS, text), 0);
    tiny_replicate(&tiny, 0, 1);
}
static coop_state_t *state(void) {
    return tiny_state(&tiny);
}

/* ---- who may ---- */

Test(associations, neighbours_of_one_country_that_may_receive_aid_are_places) {
    load("");
    const coop_population_t *pop = tiny_population(&tiny);
    cr_expect_eq(pop->n_cities, TINY_PARTNERS);
    cr_assert_eq(pop->n_partners, TINY_PARTNERS + GROUPS);
    for (uint32_t a = FIRST; a < pop->n_partners; a++) {
        uint32_t n;
        const uint32_t *city = coop_associations_cities(pop, a, &n);
        cr_assert_eq(n, 5);
        for (uint32_t k = 0; k < n; k++) {
            cr_expect_eq(city[k] / 5, a - FIRST);
            cr_expect_eq(pop->association_of[city[k]], a);
        }
        cr_expect_eq(pop->partner_population[a], 200000 * 15);
        cr_expect_eq(pop->country_of[a], a - FIRST);
        cr_expect_eq(state()->partner.exists[a], 0);
        cr_expect_str_eq(pop->agent[pop->n_donors + a].kind, "partner_association");
    }
    cr_expect_eq(pop->association_of[5 * TINY_KE], SIM_NETWORK_NONE);
    for (uint32_t id = 0; id < pop->n_agents; id++)
        cr_expect_eq(pop->agent[id].agent_id, id);
    tiny_begin(&tiny, "");
    cr_expect_eq(tiny_population(&tiny)->n_partners, TINY_PARTNERS, "a degree apart: too far");
}

/* ---- founding ---- */

#define STILL TINY_STILL TINY_LASTING "associations.enabled=true run.years=20 "

/* Foundings in the first year over replicates; with `know` in all members. */
static double founded(const char *settings, double know, uint8_t was[], int replicates) {
    double n = 0;
    load(settings);
    for (int r = 0; r < replicates; r++) {
        tiny_replicate(&tiny, (uint32_t)r, 1);
        for (uint32_t i = 0; i < TINY_PARTNERS; i++)
            state()->partner.governance[i] = know;
        tiny_steps(&tiny, 1);
        for (uint32_t a = 0; a < GROUPS; a++)
            n += was[r * GROUPS + (int)a] = state()->partner.exists[FIRST + a];
    }
    return n;
}

enum { REPLICATES = 200, CASES = REPLICATES * GROUPS };

/* Direction: know-how passed on makes them come sooner, to what the rate says: 11 times as often at
 * one half; the same neighbours are among them. */
Test(associations, they_come_by_their_rate_and_sooner_with_know_how) {
    static uint8_t plain[CASES], taught[CASES];
    double n = founded(STILL "associations.rate=0.03 associations.wanted=1 ", 0, plain, REPLICATES);
    double more =
        founded(STILL "associations.rate=0.03 associations.wanted=1 ", 0.5, taught, REPLICATES);
    cr_expect_gt(stat_chi_square(stat_binomial(n, CASES, 1 - exp(-0.03)), 1), STAT_LEVEL);
    cr_expect_gt(stat_chi_square(stat_binomial(more, CASES, 1 - exp(-0.33)), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(more, CASES, 1 - exp(-0.03)), 1), STAT_LEVEL,
                 "the twin must be found out");
    for (int k = 0; k < CASES; k++)
        cr_expect(plain[k] <= taught[k]);
}

Test(associations, nobody_who_does_not_want_one_founds_it) {
    static uint8_t was[CASES];
    cr_expect_eq(founded(STILL "associations.rate=12 associations.wanted=0 ", 1, was, 5), 0);
    cr_expect_eq(founded(STILL "associations.rate=0 associations.wanted=1 ", 1, was, 5), 0);
    cr_expect_eq(founded(STILL "associations.enabled=false associations.rate=12 "
                               "associations.wanted=1 ",
                         1, was, 5),
                 0);
    cr_expect_eq(founded(STILL "associations.rate=12 associations.wanted=1 ", 0, was, 5), 15);
    cr_expect_eq(tiny.world.ties->n_live[COOP_TIE_MEMBERSHIP], 15 + 15, "members are ties");
}

/* ---- what it shares ---- */

#define FOUNDED STILL "associations.rate=12 associations.wanted=1 associations.passing=0 "

static double weighed(const double *column, uint32_t first) {
    double sum = 0;
    for (uint32_t k = 0; k < 5; k++)
        sum += column[first + k] * (k + 1) / 15;
    return sum;
}

Test(associations, need_is_that_of_its_members_and_a_project_serves_all) {
    const uint32_t vn = 5 * TINY_VN;
    load(FOUNDED "projects.need_relief=0.4 projects.capacity_gain=0.2 ");
    tiny_steps(&tiny, 1);
    coop_partner_t *partner = &state()->partner;
    double before[5], capacity = partner->capacity[vn];
    for (uint32_t k = 0; k < 5; k++)
        before[k] = partner->need[0][vn + k];
    cr_expect(fabs(partner->need[0][ASSOCIATION_VN] - weighed(partner->need[0], vn)) < 1e-12);
    cr_expect(fabs(partner->capacity[ASSOCIATION_VN] - weighed(partner->capacity, vn)) < 1e-12);
    uint32_t tie = tiny_tie(&tiny, TINY_CITY, ASSOCIATION_VN, COOP_SECTOR_WASTE, 0.5);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 1), 0);
    tiny_steps(&tiny, 4);
    for (uint32_t k = 0; k < 5; k++)
        cr_expect(fabs(partner->need[0][vn + k] - before[k] * exp(-0.4)) < 1e-12);
    cr_expect(fabs(1 - partner->capacity[vn] - (1 - capacity) * exp(-0.2)) < 1e-12);
    double shared = partner->need[0][ASSOCIATION_VN];
    tie = tiny_tie(&tiny, TINY_CITY, vn + 4, COOP_SECTOR_WASTE, 0.5);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 1), 0);
    tiny_steps(&tiny, 4);
    cr_expect_lt(partner->need[0][ASSOCIATION_VN], shared, "a member's need is a part of it");
    cr_expect(fabs(partner->need[0][vn] - before[0] * exp(-0.4)) < 1e-12, "of that member alone");
}

/* ---- who passes on governance, and to whom ---- */

/* Governance know-how of a partner after a step of a project of `donor`. */
static double passed(const char *settings, uint32_t donor, uint32_t partner) {
    load(settings);
    tiny_steps(&tiny, 1);
    state()->donor.governance[TINY_POOL] = 0.5;
    uint32_t tie = tiny_tie(&tiny, donor, partner, COOP_SECTOR_WASTE, 0.5);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 1), 0);
    tiny_steps(&tiny, 1);
    cr_expect_eq(state()->governance_passed, state()->partner.governance[partner]);
    return state()->partner.governance[partner];
}

Test(associations, only_cooperatives_pass_on_governance_and_only_to_who_wants_it) {
    const uint32_t vn = 5 * TINY_VN;
    double step = 1 - exp(-0.8 * 0.5 / 4);
#define PASS STILL "associations.rate=0 associations.passing=0.8 "
    cr_expect(fabs(passed(PASS "associations.wanted=1 ", TINY_POOL, vn) - step) < 1e-12);
    cr_expect_eq(passed(PASS "associations.wanted=1 ", TINY_CITY, vn), 0, "it runs none");
    cr_expect_eq(passed(PASS "associations.wanted=0 ", TINY_POOL, vn), 0);
    cr_expect_eq(passed(PASS "associations.wanted=1 associations.passing=0 ", TINY_POOL, vn), 0);
    cr_expect_eq(passed(PASS "associations.enabled=false ", TINY_POOL, vn), 0);
    cr_expect_gt(passed(STILL
                        "associations.rate=12 associations.wanted=1 associations.passing=0.8 ",
                        TINY_POOL, ASSOCIATION_VN),
                 0);
}

/* ---- as partners ---- */

static double ties_with_associations(const char *settings) {
    double sum = 0;
    load(settings);
    for (uint32_t r = 0; r < 3; r++) {
        tiny_record(&tiny, SIM_DETAIL_SERIES, r, 1);
        sum += tiny_metric(&tiny, tiny.record.steps - 1, "ties_associations");
        cr_expect_eq(tiny_metric(&tiny, tiny.record.steps - 1, "partner_associations"), 3);
    }
    return sum;
}

#define EAGER                                                                                      \
    TINY_CALM TINY_RICH TINY_EAGER TINY_MANDATED TINY_LASTING                                      \
        "associations.rate=12 associations.wanted=1 contacts.rate=3 formation.rate=3 "             \
        "run.years=12 hub.enabled=false contacts.sister_ties=false "

Test(associations, they_are_met_through_their_members) {
    double some = ties_with_associations(EAGER "associations.meeting=0.5 ");
    cr_expect_gt(some, 20);
    cr_expect_eq(ties_with_associations(EAGER "associations.meeting=0 "), 0);
}

Test(associations, switched_off_they_leave_no_trace) {
    char first[33];
    load(EAGER "associations.enabled=false ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest);
    load(EAGER "associations.enabled=false associations.passing=5 associations.meeting=1 ");
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
    load(EAGER "associations.enabled=true ");
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
}
