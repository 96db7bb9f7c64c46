/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Money (M5, M6, M7, M13): the purse, its lapse, and books that balance to the yen. */
#include <criterion/criterion.h>
#include <math.h>

#include "models/cooperation/money/budget.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(budget, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED "funding.own_rate=2 "
#define SLIVER                                                                                     \
    "budget.international_share=1e-4 budget.environment_share=0.1 budget.priority_gain=8 "         \
    "budget.fiscal_exponent=0.7 budget.austerity=0.03 "

static const sim_record_rows_t *rows_of(int table) {
    return &tiny.record.table[table];
}
static const sim_cell_t *row_of(int table, size_t row) {
    return rows_of(table)->cell + row * rows_of(table)->fields;
}

/* Yen that moved between two accounts in a year; year 0: in all years. */
static int64_t moved(int64_t year, int from, int to) {
    int64_t sum = 0;
    for (size_t k = 0; k < rows_of(COOP_TABLE_LEDGER)->rows; k++) {
        const sim_cell_t *row = row_of(COOP_TABLE_LEDGER, k);
        if ((year == 0 || row[0].i == year) && row[1].i == from && row[2].i == to)
            sum += row[3].i;
    }
    return sum;
}

Test(budget, without_money_no_tie_no_project_and_one_reason) {
    tiny_begin(&tiny, BUSY "budget.international_share=0 funding.jica_budget=0 "
                           "funding.moe_budget=0 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    cr_expect_eq(tiny_metric_sum(&tiny, "formed_city_to_city"), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "formed_regional"), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "projects_started"), 0);
    cr_expect_eq(rows_of(COOP_TABLE_LEDGER)->rows, 0);
    cr_assert_gt(rows_of(COOP_TABLE_REFUSAL)->rows, 0);
    for (size_t k = 0; k < rows_of(COOP_TABLE_REFUSAL)->rows; k++) {
        const sim_cell_t *row = row_of(COOP_TABLE_REFUSAL, k);
        cr_expect_eq(row[2].i, row[1].i == COOP_MODE_REGIONAL ? COOP_REASON_NO_MANDATE
                                                              : COOP_REASON_NO_MONEY);
    }
}

/* Twin: the same world with money does form both. */
Test(budget, with_money_ties_and_projects_come) {
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    cr_expect_gt(tiny_metric_sum(&tiny, "formed_city_to_city"), 100);
    cr_expect_gt(tiny_metric_sum(&tiny, "formed_regional"), 10);
    cr_expect_gt(tiny_metric_sum(&tiny, "projects_started"), 100);
}

static int64_t expected_sliver(const coop_donor_t *donor, uint32_t d, double general, double share,
                               double strength, double years) {
    double priority = donor->priority[d];
    return (int64_t)(general * share * (1 + 8 * priority * priority) * exp(-0.03 * years) *
                     pow(strength, 0.7));
}

Test(budget, the_purse_is_the_sliver_of_the_general_account) {
    tiny_begin(&tiny, SLIVER TINY_STILL);
    const coop_population_t *pop = tiny_population(&tiny);
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    tiny_steps(&tiny, 3 * 4 + 1);
    for (uint32_t d = TINY_CITY; d < TINY_TOWN; d++) {
        int64_t yen = expected_sliver(donor, d, 4.8e5 * pop->population[d], 1e-5, 0.6, 3);
        cr_expect_leq(llabs(donor->purse[d] - yen), 1); /* the last bit of a product */
    }
    int64_t yen = expected_sliver(donor, TINY_POOL, 7e10, 1e-4, 1.0, 3);
    cr_expect_leq(llabs(donor->purse[TINY_POOL] - yen), 1, "all of a cooperative's sliver");
}

/* What a year puts into the purses of an account; contributions pass through governments. */
static int64_t vote(int year, int account) {
    int64_t passed = moved(year, COOP_ACCOUNT_LOCAL_GOVERNMENTS, COOP_ACCOUNT_COOPERATIVES);
    return moved(year, COOP_ACCOUNT_TAXPAYERS, account) +
           (account == COOP_ACCOUNT_COOPERATIVES ? passed : -passed);
}

Test(budget, what_is_not_spent_lapses_at_the_end_of_the_year) {
    tiny_begin(&tiny, SLIVER TINY_STILL "run.years=5 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    for (int account = COOP_ACCOUNT_LOCAL_GOVERNMENTS; account <= COOP_ACCOUNT_COOPERATIVES;
         account++) {
        cr_expect_eq(moved(2000, account, COOP_ACCOUNT_TAXPAYERS), 0);
        for (int year = 2000; year < 2004; year++) {
            int64_t voted = vote(year, account);
            cr_expect_gt(voted, 0);
            cr_expect_eq(moved(year + 1, account, COOP_ACCOUNT_TAXPAYERS), voted);
        }
    }
}

Test(budget, the_ledger_rows_add_up_to_the_balances) {
    tiny_begin(&tiny, BUSY "run.years=8 upkeep.partner_exit=1 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    tiny_run(&tiny);
    const int64_t *balance = tiny_state(&tiny)->balance;
    int64_t total = 0;
    for (int a = 0; a < COOP_N_ACCOUNTS; a++) {
        int64_t net = 0;
        for (int b = 0; b < COOP_N_ACCOUNTS; b++)
            net += moved(0, b, a) - moved(0, a, b);
        cr_expect_eq(net, balance[a], "account %s", coop_account_words[a]);
        total += balance[a];
    }
    cr_expect_eq(total, 0);
}

Test(budget, series_of_money_are_the_ledger_s) {
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    double national = (double)(moved(0, COOP_ACCOUNT_JICA, COOP_ACCOUNT_PROJECTS) +
                               moved(0, COOP_ACCOUNT_MOE, COOP_ACCOUNT_PROJECTS));
    double own = 0;
    for (int a = COOP_ACCOUNT_LOCAL_GOVERNMENTS; a <= COOP_ACCOUNT_COOPERATIVES; a++)
        own += (double)(moved(0, a, COOP_ACCOUNT_PROJECTS) + moved(0, a, COOP_ACCOUNT_TIE_UPKEEP));
    cr_expect_eq(tiny_metric_sum(&tiny, "national_yen"), national);
    cr_expect_eq(tiny_metric_sum(&tiny, "own_yen"), own);
    cr_expect_gt(own, 0);
}

/* ---- upkeep ---- */

static int64_t upkeep_paid(const char *settings, uint32_t donor, uint32_t ties, int steps) {
    tiny_begin(&tiny, settings);
    for (uint32_t i = 0; i < ties; i++)
        tiny_tie(&tiny, donor, i, COOP_SECTOR_WASTE, 0.3);
    tiny_steps(&tiny, steps);
    return tiny_state(&tiny)->balance[COOP_ACCOUNT_TIE_UPKEEP];
}

Test(budget, a_tie_costs_its_upkeep) {
#define UPKEEP TINY_RICH TINY_STILL TINY_LASTING "budget.tie_upkeep=1e6 "
    cr_expect_eq(upkeep_paid(UPKEEP, TINY_CITY, 10, 4), 10000000);
    cr_expect_eq(upkeep_paid(UPKEEP "run.steps_per_year=12 ", TINY_CITY, 6, 6), 6 * 6 * 83333);
    cr_expect_eq(upkeep_paid(UPKEEP "run.steps_per_year=1 ", TINY_CITY, 6, 2), 12000000);
}

Test(budget, an_empty_purse_pays_no_more_than_it_holds) {
    int64_t paid = upkeep_paid(UPKEEP "budget.international_share=1e-4 ", TINY_CITY, 20, 4);
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    cr_expect_eq(donor->purse[TINY_CITY], 0);
    cr_expect_gt(paid, 0);
    cr_expect_lt(paid, 20000000);
}

/* What its ties cost in a year is kept for them. */
Test(budget, a_donor_affords_what_is_left_after_its_promises) {
    tiny_begin(&tiny, UPKEEP);
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    for (uint32_t i = 0; i < 3; i++)
        tiny_tie(&tiny, TINY_TOWN, i, COOP_SECTOR_WASTE, 0.3);
    donor->voted[TINY_TOWN] = 4000000;
    cr_expect(coop_budget_affords(&tiny.world, TINY_TOWN, 1e6));
    cr_expect_not(coop_budget_affords(&tiny.world, TINY_TOWN, 1.1e6));
    cr_expect_not(coop_budget_affords(&tiny.world, TINY_VILLAGE, 0), "nothing voted, no promise");
}

/* ---- the package of M13 ---- */

Test(budget, each_further_partner_of_a_cooperative_costs_less) {
    tiny_begin(&tiny, UPKEEP "initiative.package=0.3 ");
    for (uint32_t n = 0; n < 5; n++) {
        double government = 1e6 * n, cooperative = n ? 1e6 + 0.7e6 * (n - 1) : 0;
        cr_expect(fabs(coop_budget_upkeep(&tiny.world, TINY_CITY, n) - government) < 1e-6);
        cr_expect(fabs(coop_budget_upkeep(&tiny.world, TINY_POOL, n) - cooperative) < 1e-6);
    }
    tiny_begin(&tiny, UPKEEP "initiative.package=0 ");
    for (uint32_t n = 0; n < 5; n++)
        cr_expect_eq(coop_budget_upkeep(&tiny.world, TINY_POOL, n), 1e6 * n, "as anybody");
    tiny_begin(&tiny, UPKEEP "initiative.package=1 ");
    for (uint32_t n = 1; n < 5; n++)
        cr_expect_eq(coop_budget_upkeep(&tiny.world, TINY_POOL, n), 1e6, "one price for all");
}

Test(budget, a_cooperative_pays_the_price_of_its_package) {
    cr_expect_eq(upkeep_paid(UPKEEP "initiative.package=0 ", TINY_POOL, 10, 4), 10000000);
    cr_expect_eq(upkeep_paid(UPKEEP "initiative.package=0.3 ", TINY_POOL, 10, 4), 7300000);
    cr_expect_eq(upkeep_paid(UPKEEP "initiative.package=1 ", TINY_POOL, 10, 4), 1000000);
    cr_expect_eq(upkeep_paid(UPKEEP "initiative.package=0.3 ", TINY_POOL, 1, 4), 1000000);
    cr_expect_eq(upkeep_paid(UPKEEP "initiative.package=0.3 ", TINY_CITY, 10, 4), 10000000);
}

/* The gate asks for what will be paid. */
Test(budget, the_package_makes_room_for_further_partners) {
    static const char *const settings[] = {UPKEEP "initiative.package=0 ",
                                           UPKEEP "initiative.package=0.5 "};
    for (int k = 0; k < 2; k++) {
        tiny_begin(&tiny, settings[k]);
        for (uint32_t i = 0; i < 5; i++)
            tiny_tie(&tiny, TINY_POOL, i, COOP_SECTOR_WASTE, 0.3);
        tiny_state(&tiny)->donor.voted[TINY_POOL] = 4000000;
        cr_expect_eq(coop_budget_affords(&tiny.world, TINY_POOL, 1e6), k == 1);
    }
}

/* ---- contributions (M7) ---- */

Test(budget, contributions_pass_from_governments_to_cooperatives) {
    tiny_begin(&tiny, SLIVER TINY_STILL "cooperatives.fee_share=0.25 run.years=3 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    for (int year = 2000; year < 2003; year++) {
        int64_t fees = moved(year, COOP_ACCOUNT_TAXPAYERS, COOP_ACCOUNT_COOPERATIVES);
        int64_t paid = moved(year, COOP_ACCOUNT_LOCAL_GOVERNMENTS, COOP_ACCOUNT_COOPERATIVES);
        cr_expect_leq(llabs(paid - 3 * fees), 3 * 8, "three quarters, to the yen of a cooperative");
        cr_expect_gt(fees, 0);
    }
    tiny_begin(&tiny, SLIVER TINY_STILL "cooperatives.fee_share=1 run.years=3 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    cr_expect_eq(moved(2001, COOP_ACCOUNT_LOCAL_GOVERNMENTS, COOP_ACCOUNT_COOPERATIVES), 0);
}
