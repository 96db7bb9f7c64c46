/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Founding, joining, leaving, union and end of cooperatives (M35, M36). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/bodies/cooperatives.h"
#include "models/cooperation/bodies/founding.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/people/leadership.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(cooperatives, .fini = end);

/* Rates of the process are yearly: steps of a year, the first of which changes nothing. */
#define YEARS TINY_STILL "run.steps_per_year=1 "

static coop_state_t *begin(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_steps(&tiny, 1);
    return tiny_state(&tiny);
}

static void settle(void) {
    coop_memberships_settle(&tiny.world);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
}

static size_t count_events(int kind) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    size_t n = 0;
    for (size_t k = 0; k < table->rows; k++)
        n += table->cell[k * table->fields + 1].i == kind;
    return n;
}

static double staff(void) {
    const coop_state_t *s = tiny_state(&tiny);
    double sum = 0;
    for (uint32_t d = 0; d < s->n_donors; d++)
        sum += s->donor.junior[d] + s->donor.senior[d];
    return sum;
}

static uint32_t n_members(uint32_t c) {
    uint32_t n;
    (void)coop_members(&tiny.world, c, &n);
    return n;
}

/* ---- members by law ---- */

/* The world in which `middle`, four cities, has its members by law (1) or not (0), after 20 years
 * in which everybody joins, leaves and unites. */
static uint32_t members_after(int by_law) {
    static const char at[] = "4000000000,0,0,1";
    char *text = tiny_text(COOP_FILE_COOPERATIVES), *found = strstr(text, at), other[1024];
    cr_assert_not_null(found);
    snprintf(other, sizeof other, "%.*s4000000000,%d,0.8,1%s", (int)(found - text), text, by_law,
             found + strlen(at));
    cr_assert_eq(tiny_load(&tiny,
                           YEARS "run.years=20 cooperatives.exit=0.1 cooperatives.founding=3 "
                                 "cooperatives.unification=3 cooperatives.entry=0 "
                                 "cooperatives.subsidy=20 ",
                           COOP_FILE_COOPERATIVES, other),
                 0);
    free(text);
    tiny_replicate(&tiny, 0, 1);
    tiny_run(&tiny);
    cr_expect_eq(tiny_population(&tiny)->cohesion[TINY_MIDDLE], 0.8);
    return n_members(TINY_MIDDLE);
}

/* M16: nobody joins or leaves the Clean Authority of Tokyo, and its cohesion is there from the
 * start. */
Test(cooperatives, members_by_law_neither_join_nor_leave) {
    cr_expect_eq(members_after(1), 4);
    cr_expect_neq(members_after(0), 4, "the twin");
}

/* ---- leaving ---- */

/* Faster than anybody may ask for: few years must show what it does. */
static void hurry(double exit) {
    ((coop_params_t *)tiny.config->params)->cooperatives.exit = exit;
}

Test(cooperatives, forms_that_bind_more_are_left_less) {
    coop_state_t *s = begin(YEARS "cooperatives.exit=0.01 ");
    for (uint8_t form = COOP_FORM_PACT; form <= COOP_FORM_WIDE_AREA_UNION; form++) {
        s->donor.form[TINY_MIDDLE] = form;
        double expected = 0.01 * pow(2, COOP_FORM_PARTIAL_COOPERATIVE - form);
        cr_expect(fabs(coop_cooperatives_exit_rate(&tiny.world, TINY_MIDDLE) / expected - 1) <
                  1e-12);
    }
}

Test(cooperatives, cohesion_lowers_exit) {
    begin(YEARS "cooperatives.exit=0.01 ");
    double *cohesion = &((coop_population_t *)tiny.shared)->cohesion[TINY_MIDDLE];
    cr_expect_eq(coop_cooperatives_exit_rate(&tiny.world, TINY_MIDDLE), 0.01);
    *cohesion = 0.5;
    cr_expect_eq(coop_cooperatives_exit_rate(&tiny.world, TINY_MIDDLE), 0.005);
    *cohesion = 1;
    cr_expect_eq(coop_cooperatives_exit_rate(&tiny.world, TINY_MIDDLE), 0);
}

/* Partial cooperatives lose at the rate, the wide-area union at half of it. */
Test(cooperatives, members_leave_at_the_rate) {
    enum { REPLICATES = 500 };
    double left[2] = {0};
    tiny_begin(&tiny, YEARS);
    hurry(0.5);
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_steps(&tiny, 2);
        left[0] += n_members(TINY_MIDDLE) == 3;
        left[1] += n_members(TINY_SMALL) == 4;
    }
    double sum = stat_binomial(left[0], REPLICATES, 1 - exp(-0.5)) +
                 stat_binomial(left[1], REPLICATES, 1 - exp(-0.25));
    cr_expect_gt(stat_chi_square(sum, 2), STAT_LEVEL);
    sum = stat_binomial(left[0], REPLICATES, 1 - exp(-0.5)) +
          stat_binomial(left[1], REPLICATES, 1 - exp(-0.5));
    cr_expect_lt(stat_chi_square(sum, 2), STAT_LEVEL, "the twin must be found out");
}

/* Exit until nobody is left: every cooperative ends with its second last member; staff comes back,
 * ties end, projects are cut, members keep their plants again. */
Test(cooperatives, with_fewer_than_two_members_there_is_none) {
    coop_state_t *s = begin(YEARS TINY_RICH TINY_LASTING "run.years=20 ");
    hurry(9);
    uint32_t tie = tiny_tie(&tiny, TINY_POOL, 2, 0, 0.5);
    double before = staff();
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 1000, 15), 0);
    for (int year = 0; year < 19; year++) {
        double old = staff();
        tiny_steps(&tiny, 1);
        cr_expect(s->donor.exists[TINY_POOL] == (tiny_live(&tiny) == 1));
        cr_expect_leq(staff(), old * (1 + 1e-9), "nobody is hired for it");
    }
    cr_expect_eq(s->cooperatives, 0);
    cr_expect_eq(tiny.world.ties->cause[tie], COOP_CAUSE_COOPERATIVE_DISSOLVED);
    cr_expect_eq(s->project.outcome[0], COOP_OUTCOME_CUT);
    cr_expect(before > 0 && s->donor.junior[TINY_POOL] == 0);
    for (uint32_t m = TINY_CITY; m < TINY_GOVERNMENTS; m++)
        cr_expect(s->donor.plant_keeper[m] == m && isfinite(s->donor.next_renewal[m]));
}

Test(cooperatives, staff_goes_with_the_people_that_leave) {
    coop_state_t *s = begin(YEARS);
    double before = staff(), own = s->donor.staff_start[TINY_POOL], back = 0;
    cr_assert_eq(coop_cooperatives_dissolve(&tiny.world, TINY_POOL, SIM_NETWORK_NONE), 0);
    settle();
    cr_expect(fabs(staff() - before) < 1e-9 * before);
    for (uint32_t m = TINY_WARD; m < TINY_WARD + 3; m++) {
        double share = s->donor.population[m] / 1650000;
        back += share * own;
        cr_expect_gt(s->donor.staff_start[m], share * own);
    }
    cr_expect(fabs(back - own) < 1e-9 * own);
}

Test(cooperatives, one_without_works_ends_at_its_own_rate) {
    coop_state_t *s = begin(YEARS "cooperatives.dissolution=9 ");
    tiny_steps(&tiny, 3);
    cr_expect(!s->donor.exists[TINY_NO_WORKS]);
    cr_expect_eq(s->cooperatives, 3, "sanitation works do not just end");
}

/* ---- union ---- */

#define UNITING YEARS "cooperatives.efficient_scale=1e8 "

Test(cooperatives, a_union_has_what_both_had) {
    coop_state_t *s = begin(UNITING TINY_RICH);
    tiny_tie(&tiny, TINY_SMALL, 3, 0, 0.6);
    tiny_tie(&tiny, TINY_SMALL, 4, 0, 0.3);
    tiny_tie(&tiny, TINY_MIDDLE, 4, 0, 0.2);
    s->donor.mandate[TINY_SMALL] = 1, s->abroad++;
    double before = staff(),
           people = s->donor.population[TINY_SMALL] + s->donor.population[TINY_MIDDLE],
           budget = s->donor.own_budget[TINY_SMALL] + s->donor.own_budget[TINY_MIDDLE];
    int64_t purse = s->donor.purse[TINY_SMALL] + s->donor.purse[TINY_MIDDLE];
    cr_assert_eq(coop_cooperatives_unify(&tiny.world, TINY_SMALL, TINY_MIDDLE), 0);
    settle();
    cr_expect_eq(n_members(TINY_MIDDLE), 9);
    cr_expect_eq(s->donor.plants[TINY_MIDDLE], 4);
    cr_expect_eq(s->donor.population[TINY_MIDDLE], people);
    cr_expect_eq(s->donor.own_budget[TINY_MIDDLE], budget);
    cr_expect_eq(s->donor.purse[TINY_MIDDLE], purse);
    cr_expect_eq(s->donor.form[TINY_MIDDLE], COOP_FORM_WIDE_AREA_UNION);
    cr_expect(s->donor.mandate[TINY_MIDDLE] && s->abroad == 1);
    cr_expect_eq(s->donor.n_ties[TINY_MIDDLE], 2, "one of two with the same partner");
    cr_expect_eq(s->flow_metric[COOP_M_INHERITED], 1);
    cr_expect_eq(s->donor.plant_keeper[TINY_TOWN], TINY_MIDDLE);
    cr_expect(fabs(staff() - before) < 1e-9 * before);
    tiny_steps(&tiny, 3);
}

/* The wards of the pool and the other cooperatives are neighbours by prefecture in this world. */
Test(cooperatives, only_those_below_efficient_scale_unite) {
    coop_state_t *s = begin(YEARS "cooperatives.unification=9 cooperatives.efficient_scale=1e6 ");
    tiny_steps(&tiny, 4);
    cr_expect(s->donor.exists[TINY_POOL], "of 1,650,000 people");
    cr_expect(s->donor.exists[TINY_MIDDLE] && !s->donor.exists[TINY_SMALL], "the smaller joins");
    cr_expect_eq(s->donor.heir[TINY_SMALL], TINY_MIDDLE);
    cr_expect(s->donor.exists[TINY_NO_WORKS], "it has nothing to unite");
    tiny_end(&tiny);
    s = begin(YEARS "cooperatives.unification=9 cooperatives.efficient_scale=1000 ");
    tiny_steps(&tiny, 4);
    cr_expect_eq(s->cooperatives, 4);
}

/* ---- founding ---- */

/* A change of a parameter, and whether it raises the will of a small town. */
Test(cooperatives, will_rises_with_savings_stress_subsidy_and_falls_with_costs) {
    static const struct {
        const char *setting;
        bool up;
    } cases[] = {
        {"cooperatives.savings=0.3 ", true}, {"cooperatives.scale=40 ", true},
        {"cooperatives.stress=3 ", true},    {"cooperatives.subsidy=1 ", true},
        {"cooperatives.subsidy=-1 ", false}, {"cooperatives.transaction_cost=2 ", false},
        {"cooperatives.savings=0 ", false},  {"cooperatives.efficient_scale=20000 ", false}};
    begin(YEARS "cooperatives.election=0 ");
    double plain = coop_founding_utility(&tiny.world, TINY_TOWN, 1e5, 3);
    cr_expect_lt(coop_founding_utility(&tiny.world, TINY_TOWN, 1e5, 4), plain, "more at the table");
    cr_expect_gt(coop_founding_utility(&tiny.world, TINY_TOWN, 2e5, 3), plain, "a larger body");
    cr_expect_lt(coop_founding_utility(&tiny.world, TINY_CITY, 1e5, 3), plain, "a larger member");
    tiny_state(&tiny)->donor.fiscal_strength[TINY_TOWN] = 0.9;
    cr_expect_lt(coop_founding_utility(&tiny.world, TINY_TOWN, 1e5, 3), plain, "less stress");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char settings[2048];
        tiny_end(&tiny);
        snprintf(settings, sizeof settings, YEARS "cooperatives.election=0 %s", cases[k].setting);
        begin(settings);
        double other = coop_founding_utility(&tiny.world, TINY_TOWN, 1e5, 3);
        cr_expect(cases[k].up ? other > plain : other < plain, "%s", cases[k].setting);
    }
}

/* F: five times the people save 13.5 % below the efficient scale, nothing above it. */
Test(cooperatives, savings_are_those_of_small_towns) {
    coop_state_t *s = begin(YEARS "cooperatives.stress=0 "
                                  "cooperatives.transaction_cost=0 cooperatives.election=0 "
                                  "cooperatives.scale=1 cooperatives.efficient_scale=500000 ");
    s->donor.population[TINY_TOWN] = s->donor.population[TINY_CITY] = 10000;
    cr_expect(fabs(coop_founding_utility(&tiny.world, TINY_CITY, 50000, 1) - 0.135) < 1e-12);
    cr_expect(fabs(coop_founding_utility(&tiny.world, TINY_TOWN, 50000, 1) - 0.635) < 1e-12,
              "its people become fewer");
    s->donor.population[TINY_CITY] = 500000;
    cr_expect_eq(coop_founding_utility(&tiny.world, TINY_CITY, 5e6, 1), 0);
}

/* In each of four years those who vote in it want less, by the penalty; nobody else. */
Test(cooperatives, election_years_lower_the_will) {
    enum { VOTERS = TINY_GOVERNMENTS };
    int penalised[VOTERS] = {0};
    tiny_begin(&tiny, TINY_STILL "cooperatives.election=7 ");
    for (int year = 0; year < 4; year++) {
        for (int step = 0; step < 4; step++)
            tiny_steps(&tiny, 1);
        tiny.world.clock.step--; /* within the year that has just been */
        for (uint32_t m = TINY_PREFECTURE; m < VOTERS; m++) {
            const coop_calendar_t *calendar = &tiny_state(&tiny)->calendar;
            bool votes = coop_leadership_election_year(&tiny.world, m);
            cr_expect_eq(votes, (int)calendar->place[m] / 4 == year);
            penalised[m] += votes;
        }
        tiny.world.clock.step++;
    }
    for (int m = 0; m < VOTERS; m++)
        cr_expect_eq(penalised[m], 1, "once in a term");
    uint32_t voter = tiny_state(&tiny)->calendar.due[0]; /* first in the cycle */
    tiny.world.clock.step = 0;
    double with = coop_founding_utility(&tiny.world, voter, 1e6, 2);
    tiny.world.clock.step = 4;
    bool again = coop_leadership_election_year(&tiny.world, voter);
    double without = coop_founding_utility(&tiny.world, voter, 1e6, 2);
    cr_expect(!again && fabs(without - with - 7) < 1e-9);
}

#define FOUNDING                                                                                   \
    YEARS "cooperatives.founding=9 cooperatives.election=0 "                                       \
          "cooperatives.entry=100 "

static const uint32_t alone[] = {TINY_TOWN + 5, TINY_TOWN + 6, TINY_VILLAGE + 1};

Test(cooperatives, members_bring_their_staff_into_a_corporation) {
    coop_state_t *s = begin(YEARS "knowhow.people_per_plant=10000 ");
    uint32_t c = s->n_donors;
    double before = staff(), first = s->donor.staff_start[alone[0]];
    cr_assert_eq(coop_founding_found(&tiny.world, alone, 3, COOP_FORM_PARTIAL_COOPERATIVE), 0);
    settle();
    cr_expect(fabs(staff() - before) < 1e-9 * before);
    cr_expect(fabs(s->donor.staff_start[alone[0]] - first * 0.6) < 1e-12);
    cr_expect_eq(s->donor.plants[c], (uint32_t)(s->donor.population[c] / 10000));
    cr_expect_gt(s->donor.own_budget[c], 12000 * s->donor.population[c], "small: above 100,000's");
    cr_expect_gt(s->donor.knowhow[COOP_SECTOR_WASTE][c], 0);
    cr_expect(coop_memberships_has(&tiny.world, c, s->donor.manager[c]));
    cr_expect_eq(s->donor.priority[c], s->donor.priority[s->donor.manager[c]]);
    cr_expect_eq(s->donor.plant_keeper[alone[2]], c);
    cr_expect(isfinite(s->donor.next_renewal[c]) && !isfinite(s->donor.next_renewal[alone[0]]));
    cr_expect_eq(s->cooperatives, 5);
    tiny_steps(&tiny, 3);
    cr_expect_gt(s->donor.voted[c], 0);
}

Test(cooperatives, pact_and_conference_own_nothing_and_stay_at_home) {
    for (uint8_t form = COOP_FORM_PACT; form <= COOP_FORM_CONFERENCE; form++) {
        coop_state_t *s = begin(YEARS TINY_RICH TINY_MANDATED "formation.regional=true ");
        uint32_t c = s->n_donors;
        cr_assert_eq(coop_founding_found(&tiny.world, alone, 3, form), 0);
        settle();
        tiny_steps(&tiny, 5);
        cr_expect(!s->donor.plants[c] && !s->donor.mandate[c] && !s->donor.voted[c]);
        cr_expect_eq(s->donor.manager[c], SIM_NETWORK_NONE);
        cr_expect_eq(s->donor.plant_keeper[alone[0]], alone[0]);
        cr_expect(s->donor.pooled[alone[0]], "and is not alone any more");
        cr_expect(s->donor.mandate[TINY_POOL], "the twin that is a corporation");
        tiny_end(&tiny);
    }
}

/* The more the founders gain, the more they bind themselves. */
Test(cooperatives, form_follows_commitment) {
    static const char *const subsidy[] = {"cooperatives.subsidy=2 ", "cooperatives.subsidy=8 ",
                                          "cooperatives.subsidy=14 "};
    double mean[3];
    for (int k = 0; k < 3; k++) {
        char settings[2048];
        snprintf(settings, sizeof settings, FOUNDING "cooperatives.form_step=4 %s", subsidy[k]);
        coop_state_t *s = begin(settings);
        double sum = 0;
        tiny_steps(&tiny, 3);
        for (uint32_t c = TINY_DONORS; c < s->n_donors; c++)
            sum += s->donor.form[c];
        cr_assert_gt(s->n_donors, TINY_DONORS);
        mean[k] = sum / (s->n_donors - TINY_DONORS);
        tiny_end(&tiny);
    }
    cr_expect(mean[0] < mean[1] && mean[1] < mean[2], "%g %g %g", mean[0], mean[1], mean[2]);
}

/* At such a subsidy all that are alone and have a neighbour that is so too found something. */
Test(cooperatives, neighbours_that_are_alone_found_one) {
    coop_state_t *s = begin(FOUNDING "cooperatives.subsidy=20 ");
    tiny_steps(&tiny, 4);
    cr_expect_gt(s->n_donors, TINY_DONORS + 2);
    for (uint32_t m = 0; m < TINY_GOVERNMENTS; m++)
        if (m < TINY_CORE)
            cr_expect(!s->donor.pooled[m], "prefectures, and cities above efficient scale");
    for (uint32_t c = TINY_DONORS; c < s->n_donors; c++) {
        uint32_t n;
        const uint32_t *member = coop_members(&tiny.world, c, &n);
        cr_expect_geq(n, 2);
        for (uint32_t k = 0; k < n; k++)
            cr_expect_eq(member[k] % 3, member[0] % 3, "of one prefecture");
    }
    tiny_end(&tiny);
    s = begin(FOUNDING "cooperatives.subsidy=-20 ");
    tiny_steps(&tiny, 4);
    cr_expect_eq(s->n_donors, TINY_DONORS);
}

Test(cooperatives, who_is_alone_joins_the_neighbours_unless_it_costs_too_much) {
    for (int joins = 0; joins < 2; joins++) {
        char settings[2048];
        snprintf(settings, sizeof settings,
                 FOUNDING "cooperatives.entry=%d cooperatives.subsidy=20 cooperatives.scale=1 ",
                 joins ? 0 : 100);
        tiny_begin(&tiny, settings);
        tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
        cr_expect_eq(count_events(COOP_EVENT_MEMBER_JOINED) > 0, joins);
        cr_expect_gt(count_events(COOP_EVENT_COOPERATIVE_FOUNDED), 0, "who is far from any");
        tiny_end(&tiny);
    }
}

Test(cooperatives, more_than_there_are_places_for_is_an_error_that_says_so) {
    coop_state_t *s = begin(YEARS);
    s->n_donors = tiny_population(&tiny)->n_donors;
    cr_expect_eq(coop_founding_found(&tiny.world, alone, 3, COOP_FORM_PACT), SIM_ERR_LIMIT);
    cr_expect(strstr(tiny.world.note, "cooperatives founded") != NULL);
}

/* ---- switched off ---- */

/* Few cooperatives in eight years: in one replicate nothing may happen, by chance. */
enum { WORLDS = 6 };

static void digests(const char *settings, char digest[WORLDS][33]) {
    tiny_begin(&tiny, settings);
    for (uint32_t r = 0; r < WORLDS; r++)
        strcpy(digest[r], tiny_record(&tiny, SIM_DETAIL_FULL, r, 1)->digest);
}

Test(cooperatives, without_its_rates_the_process_leaves_no_trace) {
    char first[WORLDS][33], other[WORLDS][33];
    digests(TINY_BODIES, first);
    digests(TINY_BODIES "cooperatives.savings=0.5 cooperatives.subsidy=9 "
                        "cooperatives.efficient_scale=1e8 ",
            other);
    cr_expect_eq(memcmp(other, first, sizeof first), 0);
    static const char *const on[] = {
        "cooperatives.founding=2 cooperatives.subsidy=9 ", "cooperatives.exit=0.1 ",
        "cooperatives.dissolution=2 ",
        "cooperatives.unification=2 cooperatives.efficient_scale=1e8 "};
    for (size_t k = 0; k < sizeof on / sizeof *on; k++) {
        char settings[2048];
        snprintf(settings, sizeof settings, TINY_BODIES "%s", on[k]);
        digests(settings, other);
        cr_expect_neq(memcmp(other, first, sizeof first), 0, "%s", on[k]);
    }
}
