/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How ties last (M31, M33, M34): each cause alone, waiting times, spells against series. */
#include <criterion/criterion.h>
#include <math.h>

#include "models/cooperation/ties/upkeep.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(upkeep, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED
/* Nothing forms, nothing works, nothing changes on the partner's side. */
#define LEFT_ALONE TINY_RICH TINY_STILL TINY_LASTING "leadership.partner_turnover=0 run.years=20 "

static uint32_t ends(int cause) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++)
        n += ties->terminus[t] != SIM_NETWORK_OPEN && ties->cause[t] == cause;
    return n;
}
static uint32_t all_ends(void) {
    uint32_t n = 0;
    for (int cause = 0; cause < COOP_N_CAUSES; cause++)
        n += ends(cause);
    return n;
}

Test(upkeep, without_hazards_no_tie_ever_ends) {
    tiny_begin(&tiny, BUSY TINY_LASTING "hub.enabled=false run.years=40 ");
    tiny_run(&tiny);
    cr_expect_gt(tiny_live(&tiny), 300);
    cr_expect_eq(all_ends(), 0);
}

/* ---- one cause alone ---- */

static void bind_all_staff(void) {
    for (int d = 0; d < TINY_DONORS; d++)
        tiny_state(&tiny)->donor.fte_bound[d] = 1e6;
}
static void needs_are_met(void) {
    for (int k = 0; k < COOP_N_SECTORS; k++)
        for (int i = 0; i < TINY_PARTNERS; i++)
            tiny_state(&tiny)->partner.need[k][i] = 0.1;
}
static void had_a_project(void) {
    for (uint32_t t = 0; t < tiny.world.ties->count; t++)
        tiny.world.ties->stage[t] = COOP_STAGE_PROJECT;
}

static const struct {
    int cause;
    const char *settings;
    void (*prepare)(void);
} alone[] = {
    {COOP_CAUSE_LEADER_TURNOVER,
     LEFT_ALONE "upkeep.leader_turnover=10 leadership.turnover_factor=9 leadership.tradition=0 ",
     NULL},
    {COOP_CAUSE_GRANT_END, LEFT_ALONE "upkeep.grant_end=2 upkeep.dormancy_after=50 ",
     had_a_project},
    {COOP_CAUSE_BUDGET_SHORTFALL,
     LEFT_ALONE "upkeep.budget_shortfall=2 budget.international_share=0 ", NULL},
    {COOP_CAUSE_STAFF_LOSS, LEFT_ALONE "upkeep.staff_loss=2 ", bind_all_staff},
    {COOP_CAUSE_SUPPORT_LOSS, LEFT_ALONE "upkeep.support_loss=20 support.mean=0.1 ", NULL},
    {COOP_CAUSE_GOAL_MISMATCH,
     LEFT_ALONE "upkeep.goal_mismatch=5 knowhow.initial=0.1 knowhow.industry=0 knowhow.size=0 ",
     NULL},
    {COOP_CAUSE_PARTNER_EXIT, LEFT_ALONE "upkeep.partner_exit=5 ", NULL},
    {COOP_CAUSE_GOAL_REACHED, LEFT_ALONE "upkeep.goal_reached=2 ", needs_are_met},
    {COOP_CAUSE_DORMANCY, LEFT_ALONE "upkeep.dormancy=2 upkeep.dormancy_after=1 ", NULL},
    {COOP_CAUSE_NATIONAL_RELATIONS,
     LEFT_ALONE "relations.end=10 relations.rupture_country=VN relations.rupture_year=2002 ", NULL},
};

Test(upkeep, each_cause_alone_ends_ties_and_is_recorded) {
    for (size_t k = 0; k < sizeof alone / sizeof *alone; k++) {
        tiny_begin(&tiny, alone[k].settings);
        tiny_all_ties(&tiny, COOP_SECTOR_AIR, 0.3);
        if (alone[k].prepare)
            alone[k].prepare();
        while (tiny.world.clock.step < tiny.world.clock.steps)
            cr_assert_eq(sim_world_step(&tiny.world), 0);
        cr_expect_gt(ends(alone[k].cause), 100, "%s", coop_cause_words[alone[k].cause]);
        cr_expect_eq(ends(alone[k].cause), all_ends(), "%s", coop_cause_words[alone[k].cause]);
    }
}

Test(upkeep, institutionalised_ties_outlive_their_leaders) {
    tiny_begin(&tiny, LEFT_ALONE "upkeep.leader_turnover=10 leadership.turnover_factor=9 "
                                 "leadership.tradition=0 upkeep.institution_damping=0 ");
    tiny_all_ties(&tiny, COOP_SECTOR_AIR, 0.3);
    for (uint32_t t = 0; t < tiny.world.ties->count; t++)
        tiny.world.ties->institutionalised[t] = 1;
    tiny_run(&tiny);
    cr_expect_eq(all_ends(), 0);
}

/* M2: a share of trust goes with the head, less where the tie is institutionalised. */
Test(upkeep, a_new_head_takes_its_part_of_trust_along) {
    tiny_begin(&tiny, LEFT_ALONE "upkeep.institution_damping=0.25 "
                                 "projects.exchange_gain=0 upkeep.institution_rate=0 ");
    uint32_t old = tiny_tie(&tiny, TINY_CITY, 1, COOP_SECTOR_AIR, 0.5);
    uint32_t plain = tiny_tie(&tiny, TINY_TOWN, 2, COOP_SECTOR_AIR, 0.5);
    uint32_t solid = tiny_tie(&tiny, TINY_TOWN, 3, COOP_SECTOR_AIR, 0.5);
    tiny.world.ties->institutionalised[solid] = 1;
    tiny.world.clock.step = 7;
    tiny_state(&tiny)->donor.turnover[TINY_CITY] = 6; /* its head is known already */
    tiny_state(&tiny)->donor.turnover[TINY_TOWN] = 7;
    cr_assert_eq(coop_upkeep_step(&tiny.world), 0);
    cr_expect_eq(tiny.world.ties->trust[old], 0.5);
    cr_expect(fabs(tiny.world.ties->trust[plain] - 0.5 * 0.7) < 1e-12);
    cr_expect(fabs(tiny.world.ties->trust[solid] - 0.5 * 0.925) < 1e-12);
}

/* M2, M33: the same ties, turnover off and on, then institutionalised: how many outlive 20 years.
 */
static uint32_t survivors(const char *settings, uint8_t institutionalised) {
    tiny_begin(&tiny, settings);
    tiny_all_ties(&tiny, COOP_SECTOR_AIR, 0.3);
    for (uint32_t t = 0; t < tiny.world.ties->count; t++)
        tiny.world.ties->institutionalised[t] = institutionalised;
    tiny_run(&tiny);
    return tiny_live(&tiny);
}

Test(upkeep, turnover_shortens_ties_and_institutions_damp_it) {
#define HEADS                                                                                      \
    LEFT_ALONE "upkeep.leader_turnover=20 upkeep.institution_damping=0.1 "                         \
               "upkeep.partner_exit=0.05 "
    uint32_t calm = survivors(HEADS "leadership.turnover_factor=0 ", 0),
             plain = survivors(HEADS "leadership.turnover_factor=2 ", 0);
    uint32_t calm_solid = survivors(HEADS "leadership.turnover_factor=0 ", 1),
             solid = survivors(HEADS "leadership.turnover_factor=2 ", 1);
    cr_expect_gt(calm, 500);
    cr_expect_lt(2 * plain, calm, "%u, %u", plain, calm);
    cr_expect_lt(2 * (calm_solid - solid), calm - plain, "%u, %u", solid, calm_solid);
}

/* ---- dormancy (M34) ---- */

/* A tie that nothing has worked on since its birth, before the first step, seeks projects at
 * 2 x trust of the rate. */
Test(upkeep, trust_that_is_left_revives_a_dormant_tie) {
    tiny_begin(&tiny, LEFT_ALONE "upkeep.dormancy_after=4 upkeep.revival=2 ");
    uint32_t tie = tiny_tie(&tiny, TINY_CITY, 1, COOP_SECTOR_AIR, 0.3);
    cr_expect(!coop_upkeep_dormant(&tiny.world, tie));
    cr_expect_eq(coop_upkeep_revival(&tiny.world, tie), 1);
    tiny.world.clock.step = 15;
    cr_expect(!coop_upkeep_dormant(&tiny.world, tie));
    tiny.world.clock.step = 16;
    cr_expect(coop_upkeep_dormant(&tiny.world, tie));
    cr_expect_eq(coop_upkeep_revival(&tiny.world, tie), 0.6);
}

static double revived(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1);
    cr_expect_gt(tiny_metric_sum(&tiny, "ties_dormant"), 100);
    return tiny_metric_sum(&tiny, "ties_revived");
}

Test(upkeep, without_revival_a_dormant_tie_stays_so) {
#define IDLE TINY_RICH TINY_EAGER TINY_LASTING "funding.own_rate=0.2 upkeep.dormancy_after=3 "
    cr_expect_gt(revived(IDLE "upkeep.revival=2 "), 20);
    cr_expect_eq(revived(IDLE "upkeep.revival=0 "), 0);
}

/* ---- waiting times ---- */

/* A tie is at risk for 1.5 steps in the step after its birth, then for one; by its hazard it ends
 * with 1 - exp(-hazard * time). Spread evenly within their step's probability, the probabilities
 * of ending so early are uniform on (0, 1). */
static double waiting_p(double factor) {
    static double sample[TINY_GOVERNMENTS * TINY_PARTNERS];
    const sim_network_ties_t *ties = tiny.world.ties;
    sim_rng_t spread = sim_rng_at(sim_rng_key(99, 0), SIM_RNG_PURPOSE_TEST, 0);
    size_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++) {
        if (ties->kind[t] != COOP_TIE_COOPERATION)
            continue;
        cr_assert_neq(ties->terminus[t], SIM_NETWORK_OPEN);
        uint32_t i = ties->to[t] - TINY_FIRST_PARTNER;
        double stability = tiny_population(&tiny)->country[i / 5].stability;
        double hazard = factor * 2 * (1 - 0.5 * stability) / 4; /* a step */
        double until = ties->terminus[t] - ties->onset[t] + 0.5;
        double before = exp(-hazard * (until > 1.5 ? until - 1 : 0)), after = exp(-hazard * until);
        sim_rng_draw_t draw = sim_rng_draw(&spread, t, 0);
        sample[n++] = 1 - before + (before - after) * sim_rng_uniform(&draw);
    }
    return stat_uniform(sample, n);
}

Test(upkeep, waiting_times_of_a_constant_hazard_are_exponential) {
    tiny_begin(&tiny, LEFT_ALONE "run.years=60 upkeep.partner_exit=2 ");
    tiny_all_ties(&tiny, COOP_SECTOR_AIR, 0.3);
    for (int i = 0; i < TINY_PARTNERS; i++)
        tiny_state(&tiny)->partner.interest[i] = 0;
    tiny_run(&tiny);
    cr_expect_gt(waiting_p(1), STAT_LEVEL);
    cr_expect_lt(waiting_p(1.5), STAT_LEVEL, "the twin must be found out");
    cr_expect_lt(waiting_p(0.67), STAT_LEVEL, "the twin must be found out");
}

/* Two equal constant hazards: half of the ends each (binomial, one in a million). */
Test(upkeep, causes_compete_in_proportion_to_their_hazards) {
    tiny_begin(&tiny, LEFT_ALONE "run.years=60 upkeep.goal_reached=1 "
                                 "upkeep.dormancy=3 upkeep.dormancy_after=0 ");
    tiny_all_ties(&tiny, COOP_SECTOR_AIR, 0.3);
    needs_are_met();
    for (uint32_t t = 0; t < tiny.world.ties->count; t++)
        tiny.world.ties->institutionalised[t] = 0;
    tiny_run(&tiny);
    double dormant = ends(COOP_CAUSE_DORMANCY), n = all_ends();
    cr_expect_eq(n, TINY_GOVERNMENTS * TINY_PARTNERS);
    cr_expect_gt(stat_chi_square(stat_binomial(dormant, n, 0.75), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(dormant, n, 0.5), 1), STAT_LEVEL, "the twin");
}

/* ---- trust without projects (M33) ---- */

Test(upkeep, exchange_brings_trust_to_one_half_and_idleness_takes_it) {
    tiny_begin(&tiny, LEFT_ALONE "projects.exchange_gain=0.3 projects.trust_fade=0.1 ");
    uint32_t young = tiny_tie(&tiny, TINY_CITY, 1, COOP_SECTOR_AIR, 0.1);
    uint32_t old = tiny_tie(&tiny, TINY_CITY, 2, COOP_SECTOR_AIR, 0.8);
    tiny.world.ties->stage[old] = COOP_STAGE_PROJECT;
    tiny_steps(&tiny, 20);
    cr_expect(fabs(tiny.world.ties->trust[young] - (0.5 - 0.4 * exp(-0.3 * 5))) < 1e-12);
    cr_expect(fabs(tiny.world.ties->trust[old] - 0.8 * exp(-0.1 * 5)) < 1e-12);
}

/* ---- spells against series ---- */

static const char *metric_of(const char *what, int mode) {
    static const char *const name[][2] = {{"ties_city_to_city", "ties_regional"},
                                          {"formed_city_to_city", "formed_regional"},
                                          {"ended_city_to_city", "ended_regional"}};
    return name[what[0] == 't' ? 0 : what[0] == 'f' ? 1 : 2][mode];
}

/* Spells of a mode alive at the end of the step that begins at `time`, begun in it, ended in it. */
static void count_spells(double time, double step, int mode, double count[3]) {
    count[0] = count[1] = count[2] = 0;
    for (size_t k = 0; k < tiny.record.n_ties; k++) {
        const sim_record_tie_t *tie = &tiny.record.tie[k];
        if (tie->kind != COOP_TIE_COOPERATION || tie->mode != mode)
            continue;
        bool over = !tie->terminus_censored && tie->terminus <= time + step / 2;
        count[0] += tie->onset <= time + step / 2 && !over;
        count[1] += fabs(tie->onset - time) < step / 2;
        count[2] += !tie->terminus_censored && fabs(tie->terminus - time) < step / 2;
    }
}

Test(upkeep, spells_and_series_agree) {
    static const char *const settings[] = {BUSY "run.steps_per_year=1 upkeep.partner_exit=1 ",
                                           BUSY "run.steps_per_year=4 upkeep.partner_exit=1 ",
                                           BUSY "run.steps_per_year=12 upkeep.partner_exit=1 "};
    for (int k = 0; k < 3; k++) {
        tiny_begin(&tiny, settings[k]);
        tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
        double step = 1.0 / tiny.record.steps_per_year, count[3];
        for (int s = 0; s < tiny.record.steps; s++)
            for (int mode = 0; mode < COOP_N_MODES; mode++) {
                count_spells(2000 + s * step, step, mode, count);
                cr_expect_eq(tiny_metric(&tiny, s, metric_of("ties", mode)), count[0]);
                cr_expect_eq(tiny_metric(&tiny, s, metric_of("formed", mode)), count[1]);
                cr_expect_eq(tiny_metric(&tiny, s, metric_of("ended", mode)), count[2]);
            }
        cr_expect_gt(tiny_metric_sum(&tiny, "ended_city_to_city"), 50);
    }
}

Test(upkeep, a_spell_lasts_a_step_at_least_and_a_censored_one_has_no_cause) {
    tiny_begin(&tiny, BUSY "upkeep.partner_exit=50 ");
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
    for (size_t k = 0; k < tiny.record.n_ties; k++) {
        const sim_record_tie_t *tie = &tiny.record.tie[k];
        if (tie->kind != COOP_TIE_COOPERATION)
            continue;
        cr_expect_geq(tie->terminus, tie->onset + 0.25);
        cr_expect_eq(tie->terminus_censored, tie->cause == SIM_NETWORK_NO_CAUSE);
    }
}

/* ---- slow twin ---- */

Test(upkeep, what_occurs_is_what_the_exponential_says) {
    int occurred = 0, tried = 0;
    for (double x = 0; x < 40; x = x * 1.3 + 1e-9)
        for (double u = 0; u < 1; u += 1.0 / 512, tried++) {
            bool plain = u < -sim_math_expm1(-x);
            cr_assert_eq(sim_rng_occurs(u, x), plain, "u %g, x %g", u, x);
            occurred += plain;
        }
    cr_expect(occurred > tried / 10 && occurred < tried * 9 / 10, "%d of %d", occurred, tried);
}
