/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Siting conflicts (M16): renewal divides, a divided cooperative stays at home, cohesion is left.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(siting, .fini = end);

#define OPEN TINY_RICH TINY_EAGER TINY_MANDATED TINY_CALM
#define QUIET TINY_STILL

static size_t count_events(int kind) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    size_t n = 0;
    for (size_t k = 0; k < table->rows; k++)
        n += table->cell[k * table->fields + 1].i == kind;
    return n;
}

Test(siting, without_conflict_its_parameters_leave_no_trace) {
    char first[33];
    tiny_begin(&tiny, OPEN "siting.conflict=0 siting.cohesion=1 siting.years=9 ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest);
    cr_expect_eq(count_events(COOP_EVENT_SITING_CONFLICT), 0);
    tiny_begin(&tiny, OPEN "siting.conflict=0 siting.cohesion=0 siting.years=1 ");
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest, first);
    tiny_begin(&tiny, OPEN "siting.conflict=1 siting.cohesion=0 siting.years=1 ");
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest, first);
    cr_expect_gt(count_events(COOP_EVENT_SITING_CONFLICT), 3);
}

/* The three would go in the first year (test_initiative.c); divided, they wait for the end. */
Test(siting, no_mandate_while_the_members_are_divided) {
    tiny_begin(&tiny, OPEN "run.steps_per_year=1 ");
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    for (uint32_t c = TINY_POOL; c < TINY_NO_WORKS; c++)
        donor->divided_until[c] = 2003;
    for (int year = 2000; year < 2005; year++) {
        tiny_steps(&tiny, 1);
        for (uint32_t c = TINY_POOL; c < TINY_NO_WORKS; c++)
            cr_expect_eq(donor->mandate[c], year >= 2003, "cooperative %u in %d", c, year);
    }
}

/* A mandate that is there stays: the conflict bars new ones only. */
Test(siting, a_conflict_takes_no_mandate_away) {
    tiny_begin(&tiny, OPEN);
    tiny_steps(&tiny, 1);
    cr_assert_eq(tiny_state(&tiny)->abroad, 3);
    for (uint32_t c = TINY_POOL; c < TINY_NO_WORKS; c++)
        tiny_state(&tiny)->donor.divided_until[c] = 3000;
    tiny_run(&tiny);
    cr_expect_eq(tiny_state(&tiny)->abroad, 3);
}

Test(siting, a_certain_conflict_divides_at_every_renewal_but_those_within_one) {
    tiny_begin(&tiny,
               TINY_STILL "siting.conflict=1 siting.cohesion=0 siting.years=1 "
                          "knowhow.plant_life=20 knowhow.plant_life_cooperative=20 run.years=20 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    size_t conflicts = count_events(COOP_EVENT_SITING_CONFLICT);
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    size_t renewals = 0;
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        renewals += row[1].i == COOP_EVENT_PLANT_RENEWED && row[2].i >= TINY_POOL;
        if (row[1].i == COOP_EVENT_SITING_CONFLICT)
            cr_expect(row[2].i >= TINY_POOL && row[2].i < TINY_NO_WORKS && row[4].r == 1);
    }
    cr_expect_eq(renewals, 10 + 3 + 1);
    cr_expect_eq(conflicts, renewals, "renewals of one cooperative are two years apart");
}

/* A renewal divides with conflict (1 - cohesion). */
Test(siting, cohesion_makes_conflict_rarer) {
    enum { REPLICATES = 1000 };
    double divided[3] = {0}, sum = 0;
    tiny_begin(&tiny, QUIET "siting.conflict=0.6 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        for (uint32_t k = 0; k < 3; k++) {
            tiny_state(&tiny)->donor.cohesion[TINY_POOL + k] = 0.5 * k;
            cr_assert_eq(coop_siting_renewal(&tiny.world, TINY_POOL + k), 0);
            divided[k] += coop_siting_divided(&tiny.world, TINY_POOL + k);
        }
    }
    cr_expect_eq(divided[2], 0, "full cohesion");
    sum = stat_binomial(divided[0], REPLICATES, 0.6) + stat_binomial(divided[1], REPLICATES, 0.3);
    cr_expect_gt(stat_chi_square(sum, 2), STAT_LEVEL);
    sum = stat_binomial(divided[0], REPLICATES, 0.6) + stat_binomial(divided[1], REPLICATES, 0.6);
    cr_expect_lt(stat_chi_square(sum, 2), STAT_LEVEL, "the twin must be found out");
}

/* One conflict raises cohesion once, in the year in which it is settled; then it fades. */
Test(siting, a_settled_conflict_leaves_cohesion_that_fades) {
    static const char *const pace[] = {QUIET "run.steps_per_year=1 ", QUIET,
                                       QUIET "run.steps_per_year=12 "};
    for (int k = 0; k < 3; k++) {
        tiny_begin(&tiny, pace[k]);
        coop_donor_t *donor = &tiny_state(&tiny)->donor;
        int spy = tiny.world.clock.steps_per_year;
        donor->divided_until[TINY_POOL] = 2002.5;
        for (int year = 2000; year < 2007; year++) {
            tiny_steps(&tiny, spy);
            double expected = year < 2003 ? 0 : 0.5 * exp(-0.05 * (year - 2003));
            cr_expect(fabs(donor->cohesion[TINY_POOL] - expected) < 1e-12, "in %d", year);
            cr_expect_eq(donor->cohesion[TINY_SMALL], 0, "nobody else's");
        }
    }
}

/* Heads of priority .3 and support .3; the same draws: whoever consents without consents with. */
Test(siting, cohesion_raises_consent) {
    enum { VOTES = 300 };
    int plain = 0, cohesive = 0;
    tiny_begin(&tiny,
               TINY_STILL TINY_RICH "initiative.rate=12 initiative.keenness=0 initiative.knowhow=0 "
                                    "initiative.consent=1 leadership.turnover_factor=0 ");
    for (uint32_t r = 0; r < VOTES; r++) {
        int mandates[2];
        for (int k = 0; k < 2; k++) {
            tiny_replicate(&tiny, r, 1);
            coop_donor_t *donor = &tiny_state(&tiny)->donor;
            for (int d = 0; d < TINY_DONORS; d++) {
                donor->priority[d] = donor->support[d] = 0.3;
                donor->cohesion[d] = k;
            }
            tiny_steps(&tiny, 1);
            mandates[k] = (int)tiny_state(&tiny)->abroad;
        }
        cr_expect_geq(mandates[1], mandates[0]);
        plain += mandates[0], cohesive += mandates[1];
    }
    cr_expect(plain > 100 && cohesive > plain + 100, "%d and %d", plain, cohesive);
}
