/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Staff (M9) and the gate of people (M8). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "models/cooperation/people/staff.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(staff, .fini = end);

static double total(void) {
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    double sum = 0;
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        sum += donor->junior[d] + donor->senior[d];
    return sum;
}

static double close_to(double x, double y) {
    return fabs(x - y) <= 1e-12 * fabs(y);
}

Test(staff, without_a_trend_no_government_loses_or_wins_a_post) {
    tiny_begin(&tiny, TINY_STILL "run.years=40 staff.trend=0 staff.senior_share=0.9 ");
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    for (int year = 0; year < 40; year++) {
        tiny_steps(&tiny, 4);
        for (uint32_t d = 0; d < TINY_DONORS; d++)
            cr_expect(close_to(donor->junior[d] + donor->senior[d], donor->staff_start[d]));
    }
}

/* Local employees in millions at 1994, 2005, 2017 and 2023: ratios of totals are theirs. */
Test(staff, the_total_follows_the_national_index) {
    tiny_begin(&tiny, TINY_STILL "run.start_year=1994 run.years=46 staff.trend=1 ");
    static const struct {
        int year;
        double million;
    } known[] = {{1994, 3.282}, {1999, 3.282 - 0.24 * 5 / 11}, {2005, 3.042},
                 {2017, 2.743}, {2020, (2.743 + 2.802) / 2},   {2023, 2.802},
                 {2039, 2.802}};
    double first = total();
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        while (tiny.world.clock.step <= (known[k].year - 1994) * 4)
            tiny_steps(&tiny, 1);
        cr_expect(close_to(total() / first, known[k].million / 3.282), "JFY %d", known[k].year);
    }
}

/* What comes after the last year known is declared. */
Test(staff, the_series_goes_on_as_declared) {
    static const struct {
        const char *settings;
        double slope;
    } after[] = {{"staff.after=level ", 0},
                 {"staff.after=trend ", 0.00355}}; /* log(2.802 / 2.743) / 6 */
    for (size_t k = 0; k < sizeof after / sizeof *after; k++) {
        char settings[1024];
        snprintf(settings, sizeof settings, TINY_STILL "run.start_year=2015 run.years=20 %s",
                 after[k].settings);
        tiny_begin(&tiny, settings);
        tiny_steps(&tiny, 8 * 4 + 1);
        double last = total();
        tiny_steps(&tiny, 10 * 4);
        cr_expect(fabs(log(total() / last) / 10 - after[k].slope) < 1e-5, "case %zu", k);
    }
}

Test(staff, the_trend_is_a_factor_of_the_decline) {
    double left[3];
    static const char *const settings[] = {TINY_STILL "run.years=18 staff.trend=0 ",
                                           TINY_STILL "run.years=18 staff.trend=1 ",
                                           TINY_STILL "run.years=18 staff.trend=2 "};
    for (int k = 0; k < 3; k++) {
        tiny_begin(&tiny, settings[k]);
        tiny_run(&tiny);
        left[k] = total();
    }
    cr_expect_lt(left[1], left[0]);
    cr_expect(fabs((left[0] - left[2]) / (left[0] - left[1]) - 2) < 1e-9);
}

Test(staff, vintages_settle_where_promotions_make_up_for_retirements) {
    tiny_begin(&tiny, TINY_STILL "run.years=200 staff.trend=0 staff.promotion=0.05 "
                                 "staff.retirement=0.1 staff.senior_share=0.9 ");
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    double promote = 1 - exp(-0.05), retire = 1 - exp(-0.1), share = promote / (promote + retire);
    tiny_run(&tiny);
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        cr_expect(fabs(donor->senior[d] / donor->staff_start[d] - share) < 1e-9);
}

/* Nobody retires of age: posts cut are those of seniors, half of the staff. */
Test(staff, shrinkage_is_the_share_of_seniors_lost) {
#define NO_AGE                                                                                     \
    TINY_STILL "run.start_year=2005 staff.promotion=0 staff.retirement=0 "                         \
               "staff.senior_share=0.5 "
    tiny_begin(&tiny, NO_AGE "staff.trend=1 ");
    tiny_steps(&tiny, 5);
    const double *shrinkage = tiny_state(&tiny)->donor.shrinkage;
    cr_expect(fabs(shrinkage[TINY_CITY] - 2 * (3.042 - 2.743) / 12 / 3.042) < 1e-12);
    tiny_begin(&tiny, NO_AGE "staff.trend=0 ");
    tiny_steps(&tiny, 5);
    cr_expect_lt(tiny_state(&tiny)->donor.shrinkage[TINY_CITY], 1e-12);
}

Test(staff, free_staff_is_a_share_of_staff_less_what_is_bound) {
    tiny_begin(&tiny, TINY_STILL "staff.trend=0 staff.international_share=0.1 "
                                 "staff.priority_gain=2 ");
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    donor->priority[TINY_CITY] = 0.5;
    double staff = donor->staff_start[TINY_CITY];
    cr_expect(close_to(coop_staff_free(&tiny.world, TINY_CITY), 0.2 * staff));
    donor->fte_bound[TINY_CITY] = 0.5 * staff;
    cr_expect(close_to(coop_staff_free(&tiny.world, TINY_CITY), -0.3 * staff));
}

Test(staff, a_cut_of_posts_takes_them_from_the_next_year_on) {
    tiny_begin(&tiny, TINY_STILL "staff.trend=0 @2003:staff.posts=0.7 @2005:staff.posts=1 ");
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    for (int year = 2000; year < 2008; year++) {
        tiny_steps(&tiny, 4);
        double factor = year >= 2003 && year < 2005 ? 0.7 : 1;
        for (uint32_t d = 0; d < TINY_DONORS; d++)
            cr_expect(close_to(donor->junior[d] + donor->senior[d], factor * donor->staff_start[d]),
                      "%d", year);
    }
}

static void expect_one_reason(int reason) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_REFUSAL];
    cr_assert_gt(table->rows, 0);
    for (size_t k = 0; k < table->rows; k++)
        if (table->cell[k * table->fields + 1].i == COOP_MODE_CITY_TO_CITY)
            cr_expect_eq(table->cell[k * table->fields + 2].i, reason);
}

Test(staff, without_people_no_tie_and_no_project) {
    tiny_begin(&tiny, TINY_RICH TINY_EAGER TINY_FUNDED "staff.international_share=0 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    cr_expect_eq(tiny_metric_sum(&tiny, "formed_city_to_city"), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "projects_started"), 0);
    expect_one_reason(COOP_REASON_NO_STAFF);
}
