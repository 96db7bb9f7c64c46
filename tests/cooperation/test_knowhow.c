/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Know-how (M10, M11, M12): where it starts, forgetting, renewals of plants, the advantage of
 * pooling them. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/money/projects.h"
#include "models/cooperation/people/knowhow.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(knowhow, .fini = end);

#define WORLD                                                                                      \
    TINY_STILL                                                                                     \
    "staff.trend=0 knowhow.retirement_loss=0 knowhow.initial=0.4 knowhow.industry=0.4 "            \
    "knowhow.size=0 knowhow.people_per_plant=1e8 knowhow.floor=0.5 knowhow.forgetting=0.05 "       \
    "knowhow.plant_gain=0.3 knowhow.plant_life=20 knowhow.plant_life_cooperative=20 "

static double *level(int sector) {
    return tiny_state(&tiny)->donor.knowhow[sector];
}

/* M12: the same noise on both sides, so the difference is the history alone. */
Test(knowhow, a_history_of_industry_is_where_it_starts) {
    double plain[COOP_N_SECTORS][TINY_GOVERNMENTS];
    tiny_begin(&tiny, WORLD "knowhow.industry=0 ");
    for (int k = 0; k < COOP_N_SECTORS; k++)
        memcpy(plain[k], level(k), sizeof plain[k]);
    tiny_begin(&tiny, WORLD "knowhow.industry=0.4 ");
    for (int k = 0; k < COOP_N_SECTORS; k++)
        for (int d = 0; d < TINY_GOVERNMENTS; d++) {
            double history = 0.4 * tiny_population(&tiny)->industry[d];
            cr_expect(fabs(level(k)[d] - plain[k][d] - history) < 1e-12, "%d of %d", k, d);
        }
    cr_expect_gt(tiny_population(&tiny)->industry[4], 0.5, "some have one");
}

/* How often the know-how of a donor in a sector fell from one step to the next. */
static int falls(const char *settings) {
    double before[COOP_N_SECTORS][TINY_DONORS];
    int n = 0;
    tiny_begin(&tiny, settings);
    while (tiny.world.clock.step < tiny.world.clock.steps) {
        for (int k = 0; k < COOP_N_SECTORS; k++)
            for (int d = 0; d < TINY_DONORS; d++)
                before[k][d] = level(k)[d];
        tiny_steps(&tiny, 1);
        for (int k = 0; k < COOP_N_SECTORS; k++)
            for (int d = 0; d < TINY_DONORS; d++)
                n += level(k)[d] < before[k][d] - 1e-15;
    }
    return n;
}

Test(knowhow, without_forgetting_and_without_loss_it_never_falls) {
    cr_expect_eq(falls(WORLD TINY_RICH TINY_EAGER TINY_FUNDED "run.years=30 staff.trend=1 "
                                                              "knowhow.forgetting=0 "),
                 0);
    cr_expect_gt(falls(WORLD "run.years=30 knowhow.forgetting=0.01 "), 100, "the twin");
    cr_expect_gt(falls(WORLD "run.years=30 knowhow.forgetting=0 knowhow.retirement_loss=1 "
                             "staff.trend=1 "),
                 100, "the twin");
}

/* Without renewals: floor + (start - floor) exp(-forgetting * years). */
Test(knowhow, it_decays_to_its_floor_exponentially) {
    double start[COOP_N_SECTORS][TINY_DONORS];
    tiny_begin(&tiny, WORLD "run.years=60 knowhow.plant_gain=0 ");
    for (int k = 0; k < COOP_N_SECTORS; k++)
        for (int d = 0; d < TINY_DONORS; d++)
            start[k][d] = level(k)[d];
    for (int year = 0; year < 60; year++) {
        tiny_steps(&tiny, 4);
        for (int k = 0; k < COOP_N_SECTORS; k++)
            for (int d = 0; d < TINY_GOVERNMENTS; d++) {
                double floor = 0.5 * start[k][d];
                double expected = floor + (start[k][d] - floor) * exp(-0.05 * year);
                cr_expect(fabs(level(k)[d] - expected) < 1e-12);
            }
    }
}

/* ---- the long run of renewals ---- */

/* The slow way: forget for as long as a plant lasts, renew, until nothing changes. */
static double iterate(const coop_knowhow_params_t *p, double floor, double plants) {
    double k = 0.9;
    for (int n = 0; n < 20000; n++) {
        double renewed = k + p->plant_gain * (1 - k);
        k = floor + (renewed - floor) * exp(-p->forgetting * p->plant_life_cooperative / plants);
    }
    return k;
}

Test(knowhow, the_steady_level_is_the_fixpoint_of_renewals) {
    static const double forgetting[] = {0.001, 0.04, 0.5}, gain[] = {0.05, 0.3, 1.0},
                        floor[] = {0, 0.2, 0.7}, plants[] = {1, 2, 21};
    for (int k = 0; k < 81; k++) {
        coop_knowhow_params_t p = {.forgetting = forgetting[k % 3],
                                   .plant_gain = gain[k / 3 % 3],
                                   .plant_life_cooperative = 25};
        double steady = coop_knowhow_steady(&p, floor[k / 9 % 3], plants[k / 27]);
        cr_expect(fabs(steady - iterate(&p, floor[k / 9 % 3], plants[k / 27])) < 1e-9);
    }
    coop_knowhow_params_t nothing = {.plant_life_cooperative = 25};
    cr_expect_eq(coop_knowhow_steady(&nothing, 0.3, 5), 0.3);
}

/* Renewal events of a donor, and the level that the last one left. */
static int renewals(uint32_t donor, double *last) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    int n = 0;
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *event = table->cell + k * table->fields;
        if (event[1].i == COOP_EVENT_PLANT_RENEWED && event[2].i == donor)
            n++, *last = event[4].r;
    }
    return n;
}

/* Ten plants of 20 years: one every other year, for good. */
Test(knowhow, a_cooperative_renews_its_plants_in_turn_and_stays_at_the_steady_level) {
    double last = 0;
    tiny_begin(&tiny, WORLD "run.years=100 cooperatives.pooled_plants=true ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const coop_knowhow_params_t *p = &coop_params(&tiny.world)->knowhow;
    double steady = coop_knowhow_steady(p, 0.5 * 0.4, 10);
    cr_expect_eq(renewals(TINY_POOL, &last), 50);
    cr_expect(fabs(last - (steady + 0.3 * (1 - steady))) < 1e-6);
    cr_expect_eq(renewals(TINY_WARD, &last), 0, "its members renew nothing");
    cr_expect_eq(renewals(TINY_DESIGNATED, &last), 5, "a city on its own renews once in 20 years");
    cr_expect_eq(renewals(TINY_PREFECTURE, &last), 0);
    cr_expect_eq(renewals(TINY_NO_WORKS, &last), 0);
}

/* Mean of what a donor knows of waste beyond its floor, as a share, in the years 60 to 100. */
static double kept(uint32_t donor) {
    double sum = 0, floor = tiny_state(&tiny)->donor.knowhow_floor[COOP_SECTOR_WASTE][donor];
    for (int year = 60; year < 100; year++) {
        sum += (level(COOP_SECTOR_WASTE)[donor] - floor) / (1 - floor) / 40;
        tiny_steps(&tiny, 4);
    }
    return sum;
}
static double kept_after(const char *settings, uint32_t donor) {
    tiny_begin(&tiny, settings);
    tiny_steps(&tiny, 60 * 4);
    return kept(donor);
}

#define POOLED WORLD "run.years=100 cooperatives.pooled_plants=true "
#define APART WORLD "run.years=100 cooperatives.pooled_plants=false "

Test(knowhow, who_pools_many_plants_keeps_more) {
    double pool = kept_after(POOLED, TINY_POOL), middle = kept_after(POOLED, TINY_MIDDLE),
           alone = kept_after(POOLED, TINY_DESIGNATED), member = kept_after(POOLED, TINY_WARD);
    cr_expect_gt(pool, middle);
    cr_expect_gt(middle, alone);
    cr_expect_gt(alone, member);
    cr_expect_lt(member, 0.03, "members have handed their skill over");
}

Test(knowhow, when_each_renews_its_own_the_advantage_is_gone) {
    double pool = kept_after(APART, TINY_POOL), member = kept_after(APART, TINY_WARD);
    cr_expect_lt(pool, 0.03);
    cr_expect_gt(member, 0.1);
}

/* Teaching for a year closes 1 - exp(-teaching) of the gap (M11). */
Test(knowhow, a_project_teaches_its_donor) {
    tiny_begin(&tiny, TINY_RICH WORLD TINY_LASTING "knowhow.forgetting=0 knowhow.plant_gain=0 "
                                                   "knowhow.teaching=0.2 ");
    uint32_t tie = tiny_tie(&tiny, TINY_CITY, 3, COOP_SECTOR_WATER, 0.5);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 0, 2), 0);
    double water = level(COOP_SECTOR_WATER)[TINY_CITY], air = level(COOP_SECTOR_AIR)[TINY_CITY];
    tiny_steps(&tiny, 4);
    cr_expect(fabs(level(COOP_SECTOR_WATER)[TINY_CITY] - (1 - (1 - water) * exp(-0.2))) < 1e-12);
    cr_expect_eq(level(COOP_SECTOR_AIR)[TINY_CITY], air);
}
