/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint projects of a cooperative and its members (M39): who joins, what they carry, and that all
 * of it ends with the project. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/bodies/mergers.h"
#include "models/cooperation/money/projects.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(joint, .fini = end);

#define ALONE TINY_STILL TINY_LASTING TINY_RICH "run.years=10 "
#define ALL_JOIN ALONE "joint.will=100 staff.project_fte=1.5 "

static coop_state_t *state(void) {
    return tiny_state(&tiny);
}
/* A grassroots project of the cooperative of five towns with nothing else going on. */
static uint32_t begin(const char *settings, uint32_t cooperative, int scheme) {
    tiny_begin(&tiny, settings);
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        state()->donor.priority[d] = state()->donor.support[d] = 0.5;
    tiny_steps(&tiny, 1);
    uint32_t tie = tiny_tie(&tiny, cooperative, 12, COOP_SECTOR_WASTE, 0.5);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, scheme, 30000000, 1200000, 3), 0);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    return tie;
}
static double total(const double *column) {
    double sum = 0;
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        sum += column[d];
    return sum;
}

Test(joint, what_members_carry_the_cooperative_need_not) {
    begin(ALL_JOIN, TINY_SMALL, COOP_SCHEME_JICA_LOCAL);
    const coop_donor_t *donor = &state()->donor;
    cr_expect_eq(state()->project.members[0], 5);
    cr_expect_eq(state()->joint.count, 5);
    cr_expect(fabs(donor->fte_bound[TINY_SMALL] - 0.6 * 1.5) < 1e-12);
    cr_expect(fabs(total(donor->fte_bound) - 1.5) < 1e-12);
    cr_expect_eq(donor->commitment[TINY_SMALL], 240000);
    cr_expect_eq(total(donor->commitment), 400000);
    int64_t purses = 0, left = 0;
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        purses += state()->donor.purse[d];
    tiny_steps(&tiny, 1);
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        left += state()->donor.purse[d];
    cr_expect_eq(state()->project.own_paid[0], 1200000 / 12);
    cr_expect_leq(left, purses - 1200000 / 12, "upkeep of the tie is paid too");
}

/* With the grant it ends for all, completed or cut. */
Test(joint, it_ends_with_the_grant) {
    for (int cut = 0; cut < 2; cut++) {
        uint32_t tie = begin(ALL_JOIN, TINY_SMALL, COOP_SCHEME_JICA_LOCAL);
        if (cut)
            coop_projects_cut(&tiny.world, tie);
        else
            tiny_steps(&tiny, 13);
        cr_assert_eq(sim_world_verify(&tiny.world), 0);
        cr_expect_eq(state()->joint.count, 0);
        cr_expect_eq(total(state()->donor.fte_bound), 0);
        cr_expect_eq(total(state()->donor.commitment), 0);
        cr_expect_eq(state()->project.members[0], 5, "that is what it was");
        cr_expect_eq(tiny_live(&tiny), 1);
    }
}

Test(joint, only_grassroots_projects_of_cooperatives_are_joint) {
    static const struct {
        uint32_t donor;
        int scheme;
        uint32_t members;
    } all[] = {{TINY_SMALL, COOP_SCHEME_JICA_LOCAL, 5},  {TINY_SMALL, COOP_SCHEME_JICA_SUPPORT, 5},
               {TINY_MIDDLE, COOP_SCHEME_JICA_LOCAL, 4}, {TINY_SMALL, COOP_SCHEME_MOE_JCM, 0},
               {TINY_SMALL, COOP_SCHEME_OWN, 0},         {TINY_CITY, COOP_SCHEME_JICA_LOCAL, 0}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        begin(ALL_JOIN "funding.firm_share=0 ", all[k].donor, all[k].scheme);
        cr_expect_eq(state()->project.members[0], all[k].members, "case %zu", k);
    }
    begin(ALL_JOIN "joint.will=0 ", TINY_SMALL, COOP_SCHEME_JICA_LOCAL);
    cr_expect_eq(state()->project.members[0], 0);
    begin(ALL_JOIN "staff.per_1000=0.1 ", TINY_SMALL, COOP_SCHEME_JICA_LOCAL);
    cr_expect_eq(state()->project.members[0], 0, "nobody to spare");
}

/* Priority and support one half: 1 - exp(-will / 4), keyed by cooperative, member and partner. */
Test(joint, a_member_joins_by_priority_and_support) {
    enum { REPLICATES = 300 };
    double joined[5] = {0}, sum = 0, twin = 0;
    tiny_begin(&tiny, ALONE "joint.will=2 leadership.turnover_factor=0 support.reversion=0 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        for (uint32_t d = 0; d < TINY_DONORS; d++)
            state()->donor.priority[d] = state()->donor.support[d] = 0.5;
        uint32_t tie = tiny_tie(&tiny, TINY_SMALL, 12, COOP_SECTOR_WASTE, 0.5);
        cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_JICA_LOCAL, 10, 0, 1), 0);
        uint32_t n;
        const uint32_t *member = coop_members(&tiny.world, TINY_SMALL, &n);
        for (uint32_t k = 0; k < state()->joint.count; k++)
            for (uint32_t i = 0; i < n; i++)
                joined[i] += state()->joint.member[k] == member[i];
    }
    for (int i = 0; i < 5; i++) {
        sum += stat_binomial(joined[i], REPLICATES, 1 - exp(-0.5));
        twin += stat_binomial(joined[i], REPLICATES, 1 - exp(-1.0));
    }
    cr_expect_gt(stat_chi_square(sum, 5), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(twin, 5), STAT_LEVEL, "the twin must be found out");
}

Test(joint, the_heir_of_a_merging_member_keeps_its_promise) {
    begin(ALL_JOIN, TINY_SMALL, COOP_SCHEME_JICA_LOCAL);
    uint32_t n;
    const uint32_t *member = coop_members(&tiny.world, TINY_SMALL, &n);
    uint32_t gone = member[0], heir = TINY_CITY + 7;
    double promised = total(state()->donor.commitment), bound = total(state()->donor.fte_bound);
    tiny.world.clock.step++;
    cr_assert_eq(coop_mergers_merge(&tiny.world, gone, heir), 0);
    coop_memberships_settle(&tiny.world);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    cr_expect_eq(state()->donor.load[gone], 0);
    cr_expect_gt(state()->donor.load[heir], 0);
    cr_expect_eq(total(state()->donor.commitment), promised);
    cr_expect(fabs(total(state()->donor.fte_bound) - bound) < 1e-12);
    tiny_steps(&tiny, 14);
    cr_expect_eq(state()->joint.count, 0);
}

Test(joint, a_busy_world_keeps_its_books) {
    tiny_begin(&tiny, TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED
               "joint.will=3 works.rate=0.5 contacts.rate=2 formation.rate=2 "
               "run.years=20 mergers.rate=0.05 cooperatives.exit=0.1 cooperatives.unification=0.2 "
               "upkeep.partner_exit=0.4 funding.jica_open_to_cooperatives=true ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    double rows = 0, members = 0;
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_PROJECT];
    for (size_t k = 0; k < table->rows; k++) {
        int64_t n = table->cell[(k + 1) * table->fields - 2].i;
        rows += n > 0, members += (double)n;
    }
    cr_expect_gt(rows, 5);
    cr_expect_eq(tiny_metric_sum(&tiny, "joint_projects"), rows);
    cr_expect_eq(tiny_metric_sum(&tiny, "joint_members"), members);
}
