/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ladder (M20): no rung without trust, none at rate 0, waiting times, what a programme is. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(ladder, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_FUNDED TINY_CALM "funding.own_rate=0 run.years=12 "
#define ALONE                                                                                      \
    TINY_RICH TINY_STILL TINY_LASTING "projects.exchange_gain=0 projects.trust_fade=0 "            \
                                      "upkeep.institution_rate=0 "

static uint32_t at_stage(int stage) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = 0;
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION]; k++)
        n += ties->stage[ties->live[COOP_TIE_COOPERATION][k]] == stage;
    return n;
}
static double national(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    return tiny_metric_sum(&tiny, "projects_started");
}

Test(ladder, without_climbing_no_proposal_and_no_national_project) {
    cr_expect_eq(national(BUSY "ladder.rate=0 "), 0);
    cr_expect_eq(tiny_metric_sum(&tiny, "proposals"), 0);
    cr_expect_gt(tiny_metric_sum(&tiny, "formed_city_to_city"), 100, "though there are ties");
    cr_expect_eq(national(BUSY "ladder.trainees_trust=1 ladder.programme_trust=1 "), 0);
    cr_expect_gt(national(BUSY), 100, "the twin");
}

Test(ladder, a_tie_at_exchange_does_not_propose) {
    static const int stage[] = {COOP_STAGE_EXCHANGE, COOP_STAGE_TRAINEES, COOP_STAGE_PROJECT,
                                COOP_STAGE_PROGRAMME};
    for (int k = 0; k < 4; k++) {
        tiny_begin(&tiny, TINY_RICH TINY_FUNDED "ladder.rate=0 funding.min_trust=0.2 ");
        uint32_t tie = tiny_tie(&tiny, TINY_DESIGNATED, 5 * TINY_VN, COOP_SECTOR_WASTE, 0.3);
        tiny.world.ties->stage[tie] = (uint8_t)stage[k];
        tiny_state(&tiny)->donor.priority[TINY_DESIGNATED] = 1;
        tiny_state(&tiny)->scheme[COOP_SCHEME_JICA_LOCAL].proposal = 12;
        cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
        cr_assert_eq(coop_funding_calls(&tiny.world), 0);
        cr_expect_eq(tiny_state(&tiny)->flow_metric[COOP_M_PROPOSALS],
                     stage[k] >= COOP_STAGE_TRAINEES, "stage %s", coop_stage_words[stage[k]]);
    }
}

Test(ladder, trust_is_needed_for_trainees) {
    tiny_begin(&tiny, ALONE "ladder.trainees_trust=0.3 ladder.rate=12 ");
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, 0.29);
    tiny_run(&tiny);
    cr_expect_eq(at_stage(COOP_STAGE_EXCHANGE), tiny_live(&tiny));
    tiny_begin(&tiny, ALONE "ladder.trainees_trust=0.3 ladder.rate=12 ");
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, 0.3);
    tiny_run(&tiny);
    cr_expect_eq(at_stage(COOP_STAGE_TRAINEES), tiny_live(&tiny), "and no rung beyond by itself");
}

/* Of 900 ties a share 1 - exp(-rate years) has climbed, at any pace. */
static double climbed_p(const char *settings, int years, double rate) {
    tiny_begin(&tiny, settings);
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, 0.4);
    double n = tiny_live(&tiny);
    tiny_steps(&tiny, years * tiny.world.clock.steps_per_year);
    return stat_chi_square(stat_binomial(at_stage(COOP_STAGE_TRAINEES), n, 1 - exp(-rate * years)),
                           1);
}

Test(ladder, the_wait_for_a_rung_is_exponential) {
#define WAIT ALONE "ladder.trainees_trust=0.3 ladder.rate=0.4 "
    static const char *const pace[] = {WAIT "run.steps_per_year=1 ", WAIT,
                                       WAIT "run.steps_per_year=12 "};
    for (int k = 0; k < 3; k++) {
        cr_expect_gt(climbed_p(pace[k], 2, 0.4), STAT_LEVEL);
        cr_expect_lt(climbed_p(pace[k], 2, 0.7), STAT_LEVEL, "the twin must be found out");
    }
}

/* ---- programme ---- */

static void programme(const char *settings, double trust, uint32_t record) {
    tiny_begin(&tiny, settings);
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, trust);
    for (uint32_t t = 0; t < tiny.world.ties->count; t++)
        if (tiny.world.ties->kind[t] == COOP_TIE_COOPERATION)
            tiny.world.ties->stage[t] = COOP_STAGE_PROJECT;
    for (int d = 0; d < TINY_DONORS; d++)
        tiny_state(&tiny)->donor.record[d] = record;
    tiny_run(&tiny);
}

Test(ladder, a_programme_needs_trust_and_a_record_and_is_institutionalised) {
#define TOP ALONE "ladder.rate=12 ladder.programme_trust=0.7 ladder.programme_projects=5 "
    programme(TOP, 0.7, 5);
    cr_expect_eq(at_stage(COOP_STAGE_PROGRAMME), tiny_live(&tiny));
    for (uint32_t t = 0; t < tiny.world.ties->count; t++)
        if (tiny.world.ties->kind[t] == COOP_TIE_COOPERATION)
            cr_expect_eq(tiny.world.ties->institutionalised[t], 1);
    programme(TOP, 0.69, 5);
    cr_expect_eq(at_stage(COOP_STAGE_PROGRAMME), 0);
    programme(TOP, 0.7, 4);
    cr_expect_eq(at_stage(COOP_STAGE_PROGRAMME), 0);
    programme(TOP "ladder.rate=0 ", 0.9, 9);
    cr_expect_eq(at_stage(COOP_STAGE_PROGRAMME), 0);
}

/* Nobody falls down the ladder, and a tie is born at exchange. */
Test(ladder, stages_only_rise) {
    static uint8_t before[20000];
    uint32_t known = 0;
    tiny_begin(&tiny, BUSY "ladder.rate=1 ladder.programme_trust=0.5 ladder.programme_projects=1 ");
    const sim_network_ties_t *ties = tiny.world.ties;
    known = ties->count;
    for (uint32_t t = 0; t < known; t++)
        before[t] = ties->stage[t];
    while (tiny.world.clock.step < tiny.world.clock.steps) {
        tiny_steps(&tiny, 1);
        cr_assert_lt(ties->count, sizeof before);
        for (uint32_t t = 0; t < ties->count; t++) {
            cr_expect(t >= known || ties->stage[t] >= before[t]);
            before[t] = ties->stage[t];
        }
        known = ties->count;
    }
    cr_expect_gt(at_stage(COOP_STAGE_PROGRAMME), 10);
}
