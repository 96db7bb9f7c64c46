/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The four types of work of a cooperative (M38): what each rung asks for, who is let do what, what
 * is counted, and the two directions: consent opens the ladder, a guarantee opens its top. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/bodies/cooperatives.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/money/schemes.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(works, .fini = end);

/* One cooperative with a mandate and a tie, whose members agree to all that costs them nothing. */
#define POOL                                                                                       \
    TINY_STILL TINY_LASTING TINY_RICH                                                              \
        "initiative.consent=10 initiative.keenness=0 initiative.knowhow=0 support.mean=1 "         \
        "support.noise=0 support.stress=0 works.rate=12 run.years=30 projects.exchange_gain=0 "
#define SAFE "works.guarantee=1 "

static coop_donor_t *donor(void) {
    return &tiny_state(&tiny)->donor;
}
static uint32_t begin(const char *settings, double trust) {
    tiny_begin(&tiny, settings);
    donor()->mandate[TINY_POOL] = 1;
    donor()->priority[TINY_POOL] = 1;
    tiny_state(&tiny)->abroad = 1;
    uint32_t tie = tiny_tie(&tiny, TINY_POOL, 12, COOP_SECTOR_WASTE, trust);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    return tie;
}
/* What the cooperative has done, of each type. */
static void has_done(uint32_t works) {
    for (int kind = 0; kind < COOP_N_WORKS; kind++)
        donor()->works[kind][TINY_POOL] = works;
}

Test(works, members_are_asked_for_one_type_after_the_other) {
    begin(POOL SAFE, 0);
    has_done(9);
    for (int year = 0; year < 4; year++) {
        tiny_steps(&tiny, year ? 4 : 1);
        cr_expect_eq(donor()->scope[TINY_POOL], year < 3 ? year + 1 : COOP_WORK_INVESTMENT);
    }
    cr_expect_eq(donor()->scope[TINY_MIDDLE], 0, "it has no mandate");
    cr_expect_eq(tiny_state(&tiny)->project.count, 0, "nobody trusts it yet");
}

/* Three of contribution, two of consultation, one of operation; half of them with a guarantee. */
Test(works, each_type_asks_for_a_record_in_the_one_below) {
    static const uint32_t needed[2][COOP_N_WORKS] = {{0, 3, 2, 1}, {0, 2, 1, 1}};
    for (int guarantee = 0; guarantee < 2; guarantee++)
        for (uint8_t next = guarantee ? COOP_WORK_OPERATION : COOP_WORK_CONSULTATION;
             next < (guarantee ? COOP_N_WORKS : COOP_WORK_OPERATION); next++) {
            begin(guarantee ? POOL SAFE : POOL, 0);
            has_done(0);
            donor()->scope[TINY_POOL] = (uint8_t)(next - 1);
            donor()->works[next - 1][TINY_POOL] = needed[guarantee][next] - 1;
            tiny_steps(&tiny, 8);
            cr_expect_eq(donor()->scope[TINY_POOL], next - 1);
            donor()->works[next - 1][TINY_POOL]++;
            tiny_steps(&tiny, 8);
            cr_expect_eq(donor()->scope[TINY_POOL], next);
        }
}

/* Direction, with its twin: the members carry the risk unless the state does. */
Test(works, without_the_members_consent_it_stays_with_contribution) {
    static const struct {
        const char *settings;
        int scope;
    } all[] = {{POOL SAFE, COOP_WORK_INVESTMENT},
               {POOL SAFE "initiative.consent=0 ", COOP_WORK_CONTRIBUTION},
               {POOL "initiative.consent=2 ", COOP_WORK_CONSULTATION}, /* hardly for a twentieth */
               {POOL SAFE "initiative.consent=2 ", COOP_WORK_INVESTMENT},
               {POOL SAFE "works.rate=0 ", COOP_WORK_CONTRIBUTION},
               {POOL SAFE "works.ladder=false ", COOP_WORK_CONTRIBUTION}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        begin(all[k].settings, 0);
        has_done(9);
        tiny_steps(&tiny, 40);
        cr_expect_eq(donor()->scope[TINY_POOL], all[k].scope, "case %zu", k);
    }
}

Test(works, a_withdrawn_mandate_takes_all_of_it_back) {
    begin(POOL SAFE "@2005:initiative.keenness=1 initiative.plan_years=2 "
                    "leadership.priority=0.2 run.years=80 ",
          0);
    has_done(9);
    tiny_steps(&tiny, 16);
    cr_expect_eq(donor()->scope[TINY_POOL], COOP_WORK_INVESTMENT);
    tiny_run(&tiny);
    cr_expect_eq(donor()->mandate[TINY_POOL], 0);
    cr_expect_eq(donor()->scope[TINY_POOL], 0);
}

/* ---- which type is begun where ---- */

Test(works, trust_of_the_tie_decides_the_type) {
    static const double trust[] = {0.2, 0.5, 0.65, 0.95};
    for (int kind = 0; kind < COOP_N_WORKS; kind++) {
        begin(POOL, 0.1);
        donor()->scope[TINY_POOL] = COOP_WORK_INVESTMENT;
        tiny.world.ties->trust[tiny.world.ties->live[COOP_TIE_COOPERATION][0]] = trust[kind];
        tiny_steps(&tiny, 2);
        const coop_project_t *p = &tiny_state(&tiny)->project;
        cr_expect_eq(p->count, kind > 0, "type %d", kind);
        if (!p->count)
            continue;
        cr_expect_eq(p->kind[0], kind);
        cr_expect_eq(p->scheme[0], COOP_SCHEME_OWN);
        cr_expect_eq(p->planned[0] - p->start[0], kind == COOP_WORK_CONSULTATION ? 4 : 12);
        cr_expect_eq(p->own[0], kind == 1 ? 5000000 : kind == 2 ? 30000000 : 90000000);
    }
}

/* M26: a cooperative proposes a study when its members have agreed to studies. */
Test(works, a_study_of_the_ministry_needs_the_rung) {
    const int moe = COOP_SCHEME_MOE_JCM, jica = COOP_SCHEME_JICA_LOCAL;
    uint32_t vn = 5 * TINY_VN, pw = 5 * TINY_PW;
    tiny_begin(&tiny, TINY_FUNDED "run.years=30 ");
    tiny.world.clock.step = 20 * 4;
    donor()->mandate[TINY_POOL] = 1;
    for (int scope = 0; scope < 2; scope++) {
        donor()->scope[TINY_POOL] = (uint8_t)scope;
        cr_expect_eq(coop_funding_eligible(&tiny.world, moe, TINY_POOL, vn), scope);
        cr_expect_eq(coop_funding_eligible(&tiny.world, moe, TINY_POOL, pw), scope);
        cr_expect(coop_funding_eligible(&tiny.world, jica, TINY_POOL, vn),
                  "contribution needs no more than the mandate");
    }
    cr_expect_eq(coop_funding_sector(moe, COOP_MODE_REGIONAL, COOP_SECTOR_WASTE), COOP_SECTOR_WASTE,
                 "energy from waste");
    cr_expect_eq(coop_funding_sector(moe, COOP_MODE_CITY_TO_CITY, COOP_SECTOR_WASTE),
                 COOP_SECTOR_AIR);
    cr_expect_eq(coop_funding_sector(jica, COOP_MODE_CITY_TO_CITY, COOP_SECTOR_WASTE),
                 COOP_SECTOR_WASTE);
}

/* ---- a busy world ---- */

#define BUSY                                                                                       \
    TINY_BODIES TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED TINY_LASTING                        \
        "run.years=20 contacts.rate=2 formation.rate=2 works.rate=1 initiative.consent=3 "         \
        "formation.city_to_city=false funding.moe_open_to_cooperatives=false "

static double sum[COOP_N_WORKS];
static void count_works(const char *settings) {
    memset(sum, 0, sizeof sum);
    tiny_begin(&tiny, settings);
    for (uint32_t r = 0; r < 4; r++) {
        tiny_record(&tiny, SIM_DETAIL_FULL, r, 1);
        sum[0] += tiny_metric_sum(&tiny, "works_contribution");
        sum[1] += tiny_metric_sum(&tiny, "works_consultation");
        sum[2] += tiny_metric_sum(&tiny, "works_operation");
        sum[3] += tiny_metric_sum(&tiny, "works_investment");
    }
}

Test(works, counts_are_the_projects_and_what_leads_to_them) {
    double formed = 0, rows[COOP_N_WORKS] = {0};
    count_works(BUSY);
    memset(sum, 0, sizeof sum);
    tiny_begin(&tiny, BUSY);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    formed = tiny_metric_sum(&tiny, "formed_regional");
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_PROJECT];
    for (size_t k = 0; k < table->rows; k++)
        rows[table->cell[k * table->fields + 5].i]++;
    cr_expect_gt(formed, 10);
    double contribution = tiny_metric_sum(&tiny, "works_contribution") - rows[0];
    cr_expect(contribution >= formed && contribution <= 2 * formed, "exchange, then trainees");
    cr_expect_eq(tiny_metric_sum(&tiny, "works_consultation"), rows[1]);
    cr_expect_gt(rows[1], 3);
    cr_expect_eq(tiny_metric_sum(&tiny, "works_operation"), rows[2]);
    cr_expect_eq(tiny_metric_sum(&tiny, "works_investment"), rows[3]);
}

/* C4: 1 >> 2 >> 3 = 4 = 0 at the risks of the defaults; a guarantee of the state opens the top; its
 * ablation twin, without the ladder, is not moved by it. */
Test(works, a_guarantee_opens_operation_and_investment) {
    count_works(BUSY "works.rate=0.4 ");
    cr_expect(sum[0] > 2 * sum[1] && sum[1] > 10, "%g %g", sum[0], sum[1]);
    count_works(BUSY "works.rate=2 ");
    double before = sum[2] + sum[3];
    count_works(BUSY "works.rate=2 works.guarantee=1 ");
    cr_expect_gt(sum[2] + sum[3], before + 10, "%g %g, before %g", sum[2], sum[3], before);
    count_works(BUSY "works.ladder=false works.guarantee=1 ");
    cr_expect_eq(sum[1] + sum[2] + sum[3], 0);
}

Test(works, switched_off_nothing_of_it_moves_a_bit) {
    char first[33];
#define OFF BUSY "works.ladder=false "
    tiny_begin(&tiny, OFF);
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest);
    tiny_begin(&tiny, OFF "works.rate=5 works.guarantee=1 ");
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
    tiny_begin(&tiny, BUSY);
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
}

Test(works, a_cooperative_that_takes_over_another_has_done_what_either_did) {
    begin(POOL, 0.5);
    donor()->mandate[TINY_MIDDLE] = 1, tiny_state(&tiny)->abroad = 2;
    donor()->scope[TINY_MIDDLE] = COOP_WORK_OPERATION;
    donor()->works[COOP_WORK_CONSULTATION][TINY_MIDDLE] = 3;
    donor()->works[COOP_WORK_CONSULTATION][TINY_POOL] = 2;
    tiny.world.clock.step++;
    cr_assert_eq(coop_cooperatives_unify(&tiny.world, TINY_MIDDLE, TINY_POOL), 0);
    coop_memberships_settle(&tiny.world);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    cr_expect_eq(donor()->scope[TINY_POOL], COOP_WORK_OPERATION);
    cr_expect_eq(donor()->works[COOP_WORK_CONSULTATION][TINY_POOL], 5);
    cr_expect_eq(donor()->scope[TINY_MIDDLE], 0);
    cr_expect_eq(donor()->works[COOP_WORK_CONSULTATION][TINY_MIDDLE], 0);
}
