/* SPDX-License-Identifier: GPL-3.0-or-later */
/* National relations (M32): planned and chance ruptures, what they stop and what goes on. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/ties/relations.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(relations, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_FUNDED TINY_CALM "run.years=16 funding.own_rate=0 "
#define RUPTURE                                                                                    \
    "relations.rupture_country=VN relations.rupture_year=2004 relations.planned_years=3 "

static size_t rows(int table) {
    return tiny.record.table[table].rows;
}
static const sim_cell_t *row_of(int table, size_t row) {
    return tiny.record.table[table].cell + row * tiny.record.table[table].fields;
}
static void record(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
}
static size_t ruptures(void) {
    size_t n = 0;
    for (size_t k = 0; k < rows(COOP_TABLE_EVENT); k++)
        n += row_of(COOP_TABLE_EVENT, k)[1].i == COOP_EVENT_RUPTURE;
    return n;
}

/* Grants to cities of a country that start in [from, until). */
static size_t grants(uint32_t country, double from, double until) {
    size_t n = 0;
    for (size_t k = 0; k < rows(COOP_TABLE_PROJECT); k++) {
        const sim_cell_t *row = row_of(COOP_TABLE_PROJECT, k);
        n += ((uint32_t)row[3].i - TINY_FIRST_PARTNER) / 5 == country && row[8].r >= from &&
             row[8].r < until;
    }
    return n;
}
static size_t ended_by_relations(void) {
    size_t n = 0;
    for (size_t k = 0; k < tiny.record.n_ties; k++)
        n += tiny.record.tie[k].cause == COOP_CAUSE_NATIONAL_RELATIONS;
    return n;
}

/* ---- when ---- */

Test(relations, a_planned_rupture_lasts_its_years_and_is_with_one_country) {
    tiny_begin(&tiny, TINY_STILL RUPTURE "run.years=12 ");
    for (int step = 0; step < 48; step++) {
        tiny_steps(&tiny, 1);
        tiny.world.clock.step--; /* the step just made */
        for (uint32_t c = 0; c < TINY_COUNTRIES; c++)
            cr_expect_eq(coop_relations_soured(&tiny.world, c),
                         c == TINY_VN && step >= 16 && step < 28, "country %u, step %d", c, step);
        tiny.world.clock.step++;
    }
    record(TINY_STILL RUPTURE "run.years=12 ");
    cr_assert_eq(ruptures(), 1);
}

/* Even when one by chance is on: with a rate of 12 a year it nearly always is. */
Test(relations, a_planned_rupture_begins_whatever_chance_does) {
    tiny_begin(&tiny, TINY_STILL RUPTURE "relations.rupture_rate=12 ");
    tiny_steps(&tiny, 17);
    cr_expect_eq(tiny_state(&tiny)->country.soured_until[TINY_VN], 2007);
}

Test(relations, without_a_rate_and_a_plan_nothing_sours) {
    record(BUSY "relations.end=50 ");
    cr_expect_eq(ruptures(), 0);
    cr_expect_eq(ended_by_relations(), 0);
}

/* Off is off: what a rupture would do matters to no bit when none comes. */
Test(relations, without_ruptures_their_effects_are_no_parameter) {
    char first[33];
    tiny_begin(&tiny, BUSY "relations.end=50 ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest);
    tiny_begin(&tiny, BUSY "relations.end=0 ");
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
    tiny_begin(&tiny, BUSY RUPTURE "relations.end=0 ");
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
}

/* Each quarter that is not soured is a trial of 1 - exp(-rate (1 - stability) / 4): a rupture takes
 * eight, the first of which was one. */
Test(relations, chance_ruptures_come_at_their_rate) {
    static const double stability[] = {0.8, 0.6, 0.7, 0.9, 0.4};
    double count[TINY_COUNTRIES] = {0}, sum = 0, twin = 0;
    record(TINY_STILL "relations.rupture_rate=1 run.years=500 ");
    for (size_t k = 0; k < rows(COOP_TABLE_EVENT); k++)
        if (row_of(COOP_TABLE_EVENT, k)[1].i == COOP_EVENT_RUPTURE)
            count[row_of(COOP_TABLE_EVENT, k)[2].i]++;
    for (int c = 0; c < TINY_COUNTRIES; c++) {
        double trials = 2000 - 7 * count[c];
        sum += stat_binomial(count[c], trials, 1 - exp(-(1 - stability[c]) / 4));
        twin += stat_binomial(count[c], trials, 1 - exp(-0.32 / 4)); /* the mean for all */
    }
    cr_expect_gt(stat_chi_square(sum, TINY_COUNTRIES), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(twin, TINY_COUNTRIES), STAT_LEVEL, "the twin must be found out");
}

/* ---- what it stops ---- */

Test(relations, no_award_in_the_soured_country_while_it_lasts) {
    record(BUSY RUPTURE);
    cr_expect_eq(grants(TINY_VN, 2004, 2007), 0);
    cr_expect_gt(grants(TINY_VN, 2000, 2004), 5);
    cr_expect_gt(grants(TINY_VN, 2007, 2016), 5);
    cr_expect_gt(grants(TINY_CN, 2004, 2007), 5, "others go on");
    record(BUSY);
    cr_expect_gt(grants(TINY_VN, 2004, 2007), 5, "the twin");
}

/* ---- and what goes on ---- */

#define ALONE TINY_RICH TINY_STILL TINY_LASTING "leadership.partner_turnover=0 run.years=8 "

/* Ties of all governments with all cities; how many of each country end by the rupture. */
static void endings(const char *settings, uint32_t ended[TINY_COUNTRIES]) {
    const sim_network_ties_t *ties;
    tiny_begin(&tiny, settings);
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, 0.3);
    tiny_run(&tiny);
    ties = tiny.world.ties;
    memset(ended, 0, TINY_COUNTRIES * sizeof *ended);
    for (uint32_t t = 0; t < ties->count; t++)
        if (ties->cause[t] == COOP_CAUSE_NATIONAL_RELATIONS)
            ended[(ties->to[t] - TINY_FIRST_PARTNER) / 5]++;
}

Test(relations, ties_mostly_go_on_and_end_in_the_soured_country_only) {
    uint32_t ended[TINY_COUNTRIES], none[TINY_COUNTRIES], many[TINY_COUNTRIES];
    endings(ALONE RUPTURE "relations.end=0.1 ", ended);
    endings(ALONE RUPTURE "relations.end=0 ", none);
    endings(ALONE RUPTURE "relations.end=2 ", many);
    for (uint32_t c = 0; c < TINY_COUNTRIES; c++) {
        cr_expect_eq(none[c], 0);
        if (c != TINY_VN)
            cr_expect(ended[c] == 0 && many[c] == 0);
    }
    cr_expect(ended[TINY_VN] > 0 && 2 * ended[TINY_VN] < 5 * TINY_GOVERNMENTS);
    cr_expect_gt(many[TINY_VN], ended[TINY_VN]);
}

Test(relations, a_head_of_full_priority_ends_none) {
    tiny_begin(&tiny, ALONE RUPTURE "relations.end=50 leadership.turnover_factor=0 ");
    for (int d = 0; d < TINY_DONORS; d++)
        tiny_state(&tiny)->donor.priority[d] = d < TINY_CITY;
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, 0.3);
    tiny_run(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    for (uint32_t t = 0; t < ties->count; t++)
        if (ties->kind[t] == COOP_TIE_COOPERATION)
            cr_expect_eq(ties->terminus[t] != SIM_NETWORK_OPEN,
                         ties->from[t] >= TINY_CITY &&
                             (ties->to[t] - TINY_FIRST_PARTNER) / 5 == TINY_VN);
}

Test(relations, a_planned_rupture_that_the_run_never_reaches_is_refused) {
    cr_expect_eq(
        tiny_load(&tiny, "relations.rupture_country=CN relations.rupture_year=2090 ", 0, NULL),
        SIM_ERR_CONFIG);
    cr_assert_eq(tiny.diag.count, 1);
    cr_expect(strstr(tiny.diag.problem[0].text, "rupture_year"));
    cr_expect_eq(tiny_load(&tiny, "relations.rupture_year=2090 ", 0, NULL), 0,
                 "no country, no plan");
}
