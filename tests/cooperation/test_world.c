/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole model: same seed, same bits; invariants at any pace; what recording may not do. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(world, .fini = end);

#define BUSY                                                                                       \
    TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED "upkeep.partner_exit=1 funding.own_rate=0.5 "   \
                                                   "contacts.imitation=0.3 run.years=16 "

static const char *digest(sim_detail_t detail, uint32_t replicate, int threads) {
    return tiny_record(&tiny, detail, replicate, threads)->digest;
}

Test(world, the_same_seed_gives_the_same_bits) {
    char first[33];
    tiny_begin(&tiny, BUSY);
    strcpy(first, digest(SIM_DETAIL_SERIES, 0, 1));
    cr_expect_str_eq(digest(SIM_DETAIL_SERIES, 0, 1), first);
    cr_expect_str_eq(digest(SIM_DETAIL_SERIES, 0, 4), first, "whatever the threads");
    cr_expect_str_eq(digest(SIM_DETAIL_SUMMARY, 0, 1), first, "recording only looks");
    cr_expect_str_eq(digest(SIM_DETAIL_FULL, 0, 3), first, "recording only looks");
    cr_expect_str_neq(digest(SIM_DETAIL_SERIES, 1, 1), first, "another replicate");
    tiny_begin(&tiny, BUSY "run.seed=8 ");
    cr_expect_str_neq(digest(SIM_DETAIL_SERIES, 0, 1), first, "another seed");
    tiny_begin(&tiny, BUSY);
    cr_expect_str_eq(digest(SIM_DETAIL_SERIES, 0, 1), first, "read anew");
}

/* Stepping by hand is the replicate of the experiment room. */
Test(world, a_replicate_is_its_steps) {
    char by_hand[33];
    tiny_begin(&tiny, BUSY);
    tiny_run(&tiny);
    cr_assert_eq(tiny.config->model->finish(&tiny.world), 0);
    sim_world_digest(&tiny.world, by_hand);
    cr_expect_str_eq(digest(SIM_DETAIL_SUMMARY, 0, 1), by_hand);
}

static void check_pace(const char *settings, int steps) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1); /* verified at every step */
    cr_expect_eq(tiny.record.steps, steps);
    for (int s = 0; s < steps; s++) {
        double knowhow = tiny_metric(&tiny, s, "knowhow_mean");
        cr_expect(knowhow > 0 && knowhow < 1);
        double top1 = tiny_metric(&tiny, s, "share_top1"),
               top3 = tiny_metric(&tiny, s, "share_top3");
        cr_expect(isnan(top1) == (tiny_metric(&tiny, s, "donors_active") == 0));
        cr_expect(isnan(top1) || (top1 > 0 && top1 <= top3 && top3 <= 1));
    }
    cr_expect_gt(tiny_metric_sum(&tiny, "projects_started"), 50);
}

Test(world, years_quarters_and_months_all_run_verified) {
    check_pace(BUSY "run.steps_per_year=1 ", 16);
    check_pace(BUSY "run.steps_per_year=4 ", 64);
    check_pace(BUSY "run.steps_per_year=12 ", 192);
}

Test(world, defaults_run_verified) {
    tiny_begin(&tiny, "run.years=40 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    cr_expect_eq(tiny.record.steps, 160);
}

/* ---- metrics against rows ---- */

/* Staff moves in the first step of a fiscal year, and is seen there. */
Test(world, yearly_metrics_move_with_the_fiscal_year) {
    tiny_begin(&tiny, BUSY "staff.trend=1 run.years=5 ");
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    cr_expect_gt(tiny_metric(&tiny, 0, "staff_total"), 0);
    for (int s = 1; s < tiny.record.steps; s++) {
        double now = tiny_metric(&tiny, s, "staff_total"),
               before = tiny_metric(&tiny, s - 1, "staff_total");
        cr_expect(s % 4 == 0 ? now < before : now == before, "step %d", s);
    }
}

Test(world, concentration_is_that_of_the_projects_of_five_years) {
    double count[TINY_FIRST_PARTNER] = {0}, total = 0, top = 0, active = 0, gini = 0;
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_PROJECT];
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        if (row[8].r >= 2016 - 5)
            count[row[2].i]++, total++;
    }
    for (int d = 0; d < TINY_FIRST_PARTNER; d++) {
        active += count[d] > 0;
        top = fmax(top, count[d]);
        for (int e = 0; e < TINY_FIRST_PARTNER; e++) /* mean absolute difference of the active */
            gini += count[d] > 0 && count[e] > 0 ? fabs(count[d] - count[e]) : 0;
    }
    gini /= 2 * active * total;
    int last = tiny.record.steps - 1;
    cr_expect_eq(tiny_metric(&tiny, last, "donors_active"), active);
    cr_expect(fabs(tiny_metric(&tiny, last, "share_top1") - top / total) < 1e-12);
    cr_expect(fabs(tiny_metric(&tiny, last, "gini_donors") - gini) < 1e-12);
}

Test(world, elections_are_those_of_every_other_policy) {
    tiny_t other = {0};
    tiny_begin(&tiny, BUSY "leadership.tradition=0 ");
    tiny_begin(&other, BUSY "leadership.tradition=0 funding.jica_budget_factor=0 "
                            "formation.regional=false contacts.rate=1 ");
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    tiny_record(&other, SIM_DETAIL_SERIES, 0, 1);
    for (int s = 0; s < tiny.record.steps; s++) {
        cr_expect_eq(tiny_metric(&tiny, s, "elections"), tiny_metric(&other, s, "elections"));
        cr_expect_eq(tiny_metric(&tiny, s, "leader_turnovers"),
                     tiny_metric(&other, s, "leader_turnovers"));
    }
    cr_expect_neq(tiny_metric_sum(&tiny, "projects_started"),
                  tiny_metric_sum(&other, "projects_started"));
    tiny_end(&other);
}

/* Parameters at odds with each other are a problem of the configuration. */
Test(world, a_first_above_its_last_is_refused) {
    static const struct {
        const char *settings, *problem;
    } odd[] = {
        {"funding.moe_from=2020 funding.moe_until=2019 ",
         "funding.moe_until is 2019.0, but must be at least funding.moe_from, which is 2020.0"}};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        cr_expect_eq(tiny_load(&tiny, odd[i].settings, 0, NULL), SIM_ERR_CONFIG);
        cr_assert_eq(tiny.diag.count, 1);
        cr_expect(strstr(tiny.diag.problem[0].text, odd[i].problem) != NULL, "%s",
                  tiny.diag.problem[0].text);
        tiny_end(&tiny);
    }
    cr_expect_eq(tiny_load(&tiny, "funding.moe_from=2020 funding.moe_until=2020 ", 0, NULL), 0,
                 "a scheme that never calls");
}
