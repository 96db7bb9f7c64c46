/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going abroad as a cooperative (M37): readiness, consent of the members, withdrawal. */
#include <criterion/criterion.h>
#include <math.h>

#include "models/cooperation/bodies/inheritance.h"
#include "models/cooperation/bodies/policy.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(initiative, .fini = end);

static double count_events(int kind) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    double n = 0;
    for (size_t k = 0; k < table->rows; k++)
        n += table->cell[k * table->fields + 1].i == kind;
    return n;
}

/* No cooperative goes abroad, and every opportunity of one says why. */
static void expect_no_mandate(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_REFUSAL];
    int64_t refused = 0;
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        if (row[1].i != COOP_MODE_REGIONAL)
            continue;
        cr_expect_eq(row[2].i, COOP_REASON_NO_MANDATE);
        refused += row[3].i;
    }
    cr_expect_gt(refused, 50);
    cr_expect_eq(count_events(COOP_EVENT_MANDATE), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "formed_regional"), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "cooperatives_active_abroad"), 0);
    cr_expect_gt(tiny_metric_sum(&tiny, "formed_city_to_city"), 50, "cities go on");
}

#define OPEN TINY_BODIES TINY_RICH TINY_EAGER TINY_MANDATED

Test(initiative, nobody_asks_nobody_goes) {
    expect_no_mandate(OPEN "initiative.rate=0 ");
}
Test(initiative, without_a_keen_manager_nobody_goes) {
    expect_no_mandate(OPEN "initiative.keenness=1 ");
}
Test(initiative, without_know_how_nobody_goes) {
    expect_no_mandate(OPEN "initiative.knowhow=1 ");
}
Test(initiative, without_consent_nobody_goes) {
    expect_no_mandate(OPEN "initiative.consent=0 ");
}
Test(initiative, without_people_nobody_goes) { /* cooperatives have at most 1000 FTE */
    expect_no_mandate(OPEN "staff.project_fte=20 staff.international_share=0.01 "
                           "staff.per_1000=10 staff.prefecture_per_1000=10 ");
}

/* Twin: with all of it, all three that have sanitation works go in the first year. */
Test(initiative, who_is_ready_and_allowed_goes) {
    tiny_begin(&tiny, OPEN);
    tiny_steps(&tiny, 1);
    const uint8_t *mandate = tiny_state(&tiny)->donor.mandate;
    cr_expect(mandate[TINY_POOL] && mandate[TINY_MIDDLE] && mandate[TINY_SMALL]);
    cr_expect_not(mandate[TINY_NO_WORKS], "nothing to teach");
    cr_expect_eq(tiny_state(&tiny)->abroad, 3);
}

/* ---- consent ---- */

#define VOTE                                                                                       \
    TINY_STILL TINY_RICH "initiative.rate=12 initiative.example=0 initiative.keenness=0 "          \
                         "initiative.knowhow=0 initiative.consent=0.8 "                            \
                         "leadership.turnover_factor=0 run.years=1 "
enum { VOTES = 400 };

/* Mandates of each cooperative over replicates when all heads have priority .5 and support .5. */
static void vote(const char *settings, bool mandate[VOTES][3]) {
    tiny_begin(&tiny, settings);
    for (uint32_t r = 0; r < VOTES; r++) {
        tiny_replicate(&tiny, r, 1);
        for (int d = 0; d < TINY_DONORS; d++)
            tiny_state(&tiny)->donor.priority[d] = tiny_state(&tiny)->donor.support[d] = 0.5;
        tiny_steps(&tiny, 1);
        for (int c = 0; c < 3; c++)
            mandate[r][c] = tiny_state(&tiny)->donor.mandate[TINY_POOL + c];
    }
}
static double sum_of(bool mandate[VOTES][3], int c) {
    double n = 0;
    for (int r = 0; r < VOTES; r++)
        n += mandate[r][c];
    return n;
}

/* A head says yes with p = 1 - exp(-.8); 2 of 3, 3 of 4 or 3 of 5 make the majority. */
Test(initiative, a_majority_consents_with_its_binomial_probability) {
    static bool mandate[VOTES][3];
    double p = 1 - exp(-0.8), q = 1 - p, sum = 0;
    const double expected[] = {p * p * (p + 3 * q), p * p * p * (p + 4 * q),
                               p * p * p * (p * p + 5 * p * q + 10 * q * q)};
    vote(VOTE "initiative.unanimity=false ", mandate);
    for (int c = 0; c < 3; c++)
        sum += stat_binomial(sum_of(mandate, c), VOTES, expected[c]);
    cr_expect_gt(stat_chi_square(sum, 3), STAT_LEVEL);
    sum = 0; /* twin: half of four is no majority */
    sum += stat_binomial(sum_of(mandate, 1), VOTES, expected[1] + 6 * p * p * q * q);
    cr_expect_lt(stat_chi_square(sum, 1), STAT_LEVEL, "the twin must be found out");
}

Test(initiative, unanimity_is_stricter_than_the_majority) {
    static bool majority[VOTES][3], unanimity[VOTES][3];
    double p = 1 - exp(-0.8), sum = 0;
    vote(VOTE "initiative.unanimity=false ", majority);
    vote(VOTE "initiative.unanimity=true ", unanimity);
    for (int r = 0; r < VOTES; r++)
        for (int c = 0; c < 3; c++)
            cr_expect(majority[r][c] || !unanimity[r][c], "the same heads say the same");
    for (int c = 0; c < 3; c++)
        sum += stat_binomial(sum_of(unanimity, c), VOTES, pow(p, 3 + c));
    cr_expect_gt(stat_chi_square(sum, 3), STAT_LEVEL);
    cr_expect_lt(sum_of(unanimity, 0), sum_of(majority, 0));
}

/* ---- withdrawal ---- */

static uint32_t mandates_left(const char *settings) {
    tiny_begin(&tiny, settings);
    coop_state_t *s = tiny_state(&tiny);
    for (uint32_t c = TINY_POOL; c < TINY_NO_WORKS; c++)
        s->donor.mandate[c] = 1;
    s->abroad = 3;
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    tiny_run(&tiny);
    return s->abroad;
}

/* ---- the plan (M33) ---- */

#define PLAN OPEN "run.years=30 initiative.plan_years=10 contacts.rate=2 formation.rate=2 "

static double plan_ends(void) {
    return tiny_state(&tiny)->donor.policy_until[TINY_POOL];
}
static bool all_held(void) {
    uint32_t tie[256], n = coop_ties_of(&tiny.world, COOP_TIE_COOPERATION, TINY_POOL, tie);
    bool all = n > 0;
    for (uint32_t k = 0; k < n; k++)
        all = all && coop_policy_holds(&tiny.world, tie[k]);
    return all;
}

Test(initiative, a_plan_outlives_its_manager_and_ends) {
    tiny_begin(&tiny, PLAN TINY_LASTING "run.years=60 @2005:initiative.keenness=1 "
                                        "upkeep.institution_rate=0 ");
    tiny_steps(&tiny, 6 * 4); /* the manager is not keen enough any more */
    cr_expect_eq(plan_ends(), 2010);
    cr_expect_eq(tiny_state(&tiny)->donor.mandate[TINY_POOL], 1);
    cr_expect(all_held());
    tiny_steps(&tiny, 50 * 4);
    cr_expect_eq(tiny_state(&tiny)->donor.mandate[TINY_POOL], 0);
    cr_expect_eq(plan_ends(), -INFINITY);
    cr_expect_not(all_held());
}

Test(initiative, the_members_may_renew_a_plan) {
    tiny_begin(&tiny, PLAN TINY_LASTING);
    tiny_steps(&tiny, 12 * 4);
    cr_expect_eq(plan_ends(), 2020);
    cr_expect(all_held());
    tiny_begin(&tiny, PLAN TINY_LASTING "upkeep.institution_rate=0 initiative.plan_years=0 ");
    tiny_steps(&tiny, 12 * 4);
    cr_expect_eq(plan_ends(), INFINITY, "a mandate without a date");
    cr_expect(all_held());
}

Test(initiative, a_mandate_is_withdrawn_without_a_keen_manager) {
    cr_expect_eq(mandates_left(TINY_STILL "run.years=80 initiative.keenness=1 "), 0);
    cr_expect_eq(mandates_left(TINY_STILL "run.years=80 initiative.keenness=0 "), 3);
}
