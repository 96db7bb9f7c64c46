/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formation of ties (M8, M22, M23): limits, and the choice against a slow second reading of it. */
#include <criterion/criterion.h>
#include <math.h>

#include "models/cooperation/people/support.h"
#include "models/cooperation/ties/contacts.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(formation, .fini = end);

#define OPEN TINY_RICH TINY_EAGER TINY_MANDATED

static int64_t refusals(int mode, int reason) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_REFUSAL];
    int64_t sum = 0;
    for (size_t k = 0; k < table->rows; k++) {
        const sim_cell_t *row = table->cell + k * table->fields;
        if (row[1].i == mode && row[2].i == reason)
            sum += row[3].i;
    }
    return sum;
}
static double formed(int mode) {
    return tiny_metric_sum(&tiny,
                           mode == COOP_MODE_REGIONAL ? "formed_regional" : "formed_city_to_city");
}
static void record(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
}

/* ---- limits ---- */

Test(formation, who_would_rather_do_nothing_forms_nothing) {
    record(OPEN "formation.opt_out=20 formation.match=0 formation.trust=0 formation.popularity=0 "
                "formation.fundable=0 formation.priority=-20 ");
    for (int mode = 0; mode < COOP_N_MODES; mode++) {
        cr_expect_eq(formed(mode), 0);
        cr_expect_gt(refusals(mode, COOP_REASON_NOT_CHOSEN), 0);
    }
}

Test(formation, no_opportunity_no_tie_and_no_refusal) {
    record(OPEN "formation.rate=0 ");
    cr_expect_eq(formed(COOP_MODE_CITY_TO_CITY) + formed(COOP_MODE_REGIONAL), 0);
    cr_expect_eq(tiny.record.table[COOP_TABLE_REFUSAL].rows, 0);
}

Test(formation, a_mode_can_be_switched_off) {
    record(OPEN);
    cr_expect(formed(COOP_MODE_CITY_TO_CITY) > 100 && formed(COOP_MODE_REGIONAL) > 10);
    record(OPEN "formation.city_to_city=false ");
    cr_expect_eq(formed(COOP_MODE_CITY_TO_CITY), 0);
    cr_expect_gt(formed(COOP_MODE_REGIONAL), 10);
    record(OPEN "formation.regional=false ");
    cr_expect_gt(formed(COOP_MODE_CITY_TO_CITY), 100);
    cr_expect_eq(formed(COOP_MODE_REGIONAL), 0);
}

/* The same seed: what cooperatives do does not depend on the draws of cities, when nothing carries
 * one to the other: popularity, imitation, or projects, for whose money they compete. */
Test(formation, switching_one_mode_off_leaves_the_draws_of_the_other_alone) {
#define APART                                                                                      \
    OPEN TINY_LASTING                                                                              \
        "formation.popularity=0 formation.partner_need=0 "                                         \
        "projects.need_relief=0 projects.capacity_gain=0 projects.reputation_gain=0 "              \
        "knowhow.teaching=0 contacts.other_ways=0 run.years=3 "
    record(APART);
    double both = formed(COOP_MODE_REGIONAL);
    record(APART "formation.city_to_city=false ");
    cr_expect_eq(formed(COOP_MODE_REGIONAL), both);
    cr_expect_gt(both, 10);
}

Test(formation, a_partner_that_always_declines_has_no_tie) {
    record(OPEN "formation.partner_base=-20 formation.partner_need=0 "
                "formation.partner_reputation=0 formation.partner_interest=0 ");
    cr_expect_lt(formed(COOP_MODE_CITY_TO_CITY), 1);
    cr_expect_gt(refusals(COOP_MODE_CITY_TO_CITY, COOP_REASON_PARTNER_DECLINED), 100);
}

Test(formation, no_pair_is_tied_twice_at_a_time) {
    tiny_begin(&tiny, OPEN "upkeep.partner_exit=2 run.years=20 ");
    tiny_run(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    int again = 0;
    for (uint32_t a = 0; a < ties->count; a++)
        for (uint32_t b = a + 1; b < ties->count && ties->kind[a] == COOP_TIE_COOPERATION; b++)
            if (ties->kind[b] == ties->kind[a] && ties->from[b] == ties->from[a] &&
                ties->to[b] == ties->to[a]) {
                cr_expect_leq(ties->terminus[a], ties->onset[b]);
                again++;
            }
    cr_expect_gt(again, 10, "pairs do come together again");
}

/* ---- veto ---- */

/* Vetoes among those whom partners accept, in the first step of forty replicates, of governments
 * with this support, fiscal strength and share of the staff of before: p value of the share
 * expected. */
static double veto_p(const char *settings, double support, double strength, double staff,
                     double expected) {
    double vetoes = 0, ties = 0;
    tiny_begin(&tiny, settings);
    for (uint32_t r = 0; r < 40; r++) {
        tiny_replicate(&tiny, r, 1);
        coop_donor_t *donor = &tiny_state(&tiny)->donor;
        for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++) {
            donor->support[d] = support, donor->fiscal_strength[d] = strength;
            donor->staff_start[d] = (donor->junior[d] + donor->senior[d]) / staff;
            donor->contested[d] = 0;
        }
        tiny_steps(&tiny, 1);
        vetoes += (double)tiny_state(&tiny)->refused[COOP_REASON_VETO];
        for (uint32_t t = 0; t < tiny.world.ties->count; t++)
            ties += tiny.world.ties->kind[t] == COOP_TIE_COOPERATION;
    }
    cr_assert_gt(vetoes + ties, 300);
    return stat_chi_square(stat_binomial(vetoes, vetoes + ties, expected), 1);
}

/* Citizens by the support they lack, less after an uncontested election; the council by fiscal
 * stress; colleagues by the people who have gone. */
Test(formation, citizens_council_and_colleagues_veto) {
#define VETO                                                                                       \
    OPEN "support.veto=1 support.uncontested_relief=0 upkeep.partner_exit=10 "                     \
         "formation.regional=false leadership.turnover_factor=0 "
    cr_expect_gt(veto_p(VETO, 0.4, 1, 1, 0.6), STAT_LEVEL);
    cr_expect_lt(veto_p(VETO, 0.4, 1, 1, 0.5), STAT_LEVEL, "the twin must be found out");
    cr_expect_gt(veto_p(VETO "support.veto=0.5 ", 0.4, 1, 1, 0.3), STAT_LEVEL);
    cr_expect_gt(veto_p(VETO "support.uncontested_relief=0.5 ", 0.4, 1, 1, 0.3), STAT_LEVEL);
    cr_expect_gt(veto_p(VETO, 1, 0, 1, 0.2), STAT_LEVEL);
    cr_expect_lt(veto_p(VETO, 1, 0, 1, 0.3), STAT_LEVEL, "the twin must be found out");
    cr_expect_gt(veto_p(VETO, 1, 1, 0.5, 0.3), STAT_LEVEL);
    cr_expect_lt(veto_p(VETO, 1, 1, 0.5, 0.4), STAT_LEVEL, "the twin must be found out");
    record(VETO "support.mean=1 support.noise=0 support.stress=0 support.veto=0 ");
    cr_expect_eq(refusals(COOP_MODE_CITY_TO_CITY, COOP_REASON_VETO), 0);
}

Test(formation, austerity_adds_to_fiscal_stress) {
    tiny_begin(&tiny, OPEN "budget.austerity=0.2 ");
    cr_expect(fabs(coop_support_stress(&tiny.world, TINY_DESIGNATED) - 0.1) < 1e-12);
    tiny.world.clock.step = 20;
    cr_expect(fabs(coop_support_stress(&tiny.world, TINY_DESIGNATED) - (1 - 0.9 / exp(1))) < 1e-12);
    cr_expect(fabs(coop_support_stress(&tiny.world, TINY_VILLAGE) - (1 - 0.2 / exp(1))) < 1e-12);
}

/* ---- both must gain (M18) ---- */

Test(formation, nobody_who_gains_nothing_forms_a_tie) {
    record(OPEN TINY_MOTIVELESS "formation.least_gain=0.01 ");
    cr_expect_eq(formed(COOP_MODE_CITY_TO_CITY) + formed(COOP_MODE_REGIONAL), 0);
    cr_expect_gt(refusals(COOP_MODE_CITY_TO_CITY, COOP_REASON_NO_GAIN), 1000);
    record(OPEN "formation.partner_least_gain=1 ");
    cr_expect_eq(formed(COOP_MODE_CITY_TO_CITY) + formed(COOP_MODE_REGIONAL), 0);
    cr_expect_gt(refusals(COOP_MODE_CITY_TO_CITY, COOP_REASON_NO_GAIN), 1000);
    record(OPEN TINY_MOTIVELESS);
    cr_expect_gt(formed(COOP_MODE_CITY_TO_CITY), 100, "the condition is off");
}

/* Business alone: who has no industry (every fifth place) gains nothing. */
Test(formation, who_gains_is_who_has_a_motive) {
    tiny_begin(&tiny, OPEN TINY_MOTIVELESS "formation.least_gain=0.01 motives.business=5 "
                                           "formation.regional=false ");
    tiny_run(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++)
        if (ties->kind[t] == COOP_TIE_COOPERATION) {
            cr_expect_neq(ties->from[t] % 5, 0);
            n++;
        }
    cr_expect_gt(n, 100);
}

/* ---- the choice, read a second time ---- */

#define CHOICE                                                                                     \
    TINY_RICH TINY_LASTING TINY_FUNDED TINY_CALM TINY_MOTIVELESS                                   \
        "hub.enabled=false contacts.rate=0 contacts.sister_ties=false contacts.memory=50 "         \
        "formation.rate=1 "                                                                        \
        "formation.partner_least_gain=0 " TINY_NO_VETO                                             \
        "formation.partner_base=20 initiative.rate=0 funding.min_trust=1 "                         \
        "funding.own_rate=0 formation.match=3 formation.trust=1.5 "                                \
        "formation.popularity=0 formation.fundable=1 formation.priority=1.5 formation.gap=-1 "     \
        "formation.rate_reputation=0 formation.rate_intermediary=0 formation.opt_out=4 "           \
        "run.years=2 run.steps_per_year=1 "

static double fundable(uint32_t partner, int sector) {
    uint32_t country = partner / 5;
    (void)sector; /* before 2013 JICA alone calls */
    return country == TINY_CN || country == TINY_IN || country == TINY_VN;
}

static double utility(uint32_t d, uint32_t i, double strength, double gumbel) {
    const coop_state_t *s = tiny_state(&tiny);
    int best = 0;
    for (int k = 1; k < COOP_N_SECTORS; k++)
        if (s->donor.knowhow[k][d] * s->partner.need[k][i] >
            s->donor.knowhow[best][d] * s->partner.need[best][i])
            best = k;
    double knowhow = s->donor.knowhow[best][d];
    return 3 * knowhow * s->partner.need[best][i] + 1.5 * strength + fundable(i, best) +
           1.5 * s->donor.priority[d] - fmax(0, knowhow - s->partner.capacity[i]) + gumbel;
}

/* The partner that donor d takes among its contacts 5, 10 and 17, or -1. */
static int choose(uint32_t d, const uint32_t *partner, int n) {
    sim_rng_draw_t nothing = sim_world_draw(&tiny.world, COOP_DRAW_FORMATION_OPT_OUT, d, 0);
    double best = 4 + sim_rng_gumbel(&nothing);
    int chosen = -1;
    for (int k = 0; k < n; k++) {
        sim_rng_draw_t noise =
            sim_world_draw(&tiny.world, COOP_DRAW_FORMATION_CHOICE, d, partner[k]);
        double u = utility(d, partner[k], 0.1 + 0.1 * k, sim_rng_gumbel(&noise));
        if (u > best)
            best = u, chosen = (int)partner[k];
    }
    return chosen;
}

/* Opportunities of a donor in a step of a year. */
static uint32_t opportunities(uint32_t d) {
    sim_rng_t rng = sim_world_rng(&tiny.world, COOP_DRAW_FORMATION_OPPORTUNITY);
    return sim_rng_arrivals(sim_rng_block(&rng, d, 0, 0).word[0] * 0x1p-32, 1, COOP_MAX_ROUNDS);
}

static int64_t formed_partner(uint32_t d) {
    const sim_network_ties_t *ties = tiny.world.ties;
    for (uint32_t t = 0; t < ties->count; t++)
        if (ties->kind[t] == COOP_TIE_COOPERATION && ties->from[t] == d)
            return ties->to[t] - TINY_FIRST_PARTNER;
    return -1;
}

/* The first step is walked by hand through the phases before formation, whose state the second
 * reading sees; nothing but formation moves after. */
Test(formation, the_choice_is_the_largest_random_utility) {
    static const uint32_t partner[] = {5, 10, 17};
    int ties = 0, nothing = 0;
    for (uint32_t replicate = 0; replicate < 20; replicate++) {
        int expected[TINY_GOVERNMENTS];
        tiny_begin(&tiny, CHOICE);
        tiny_replicate(&tiny, replicate, 1);
        for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
            for (int k = 0; k < 3; k++)
                coop_contacts_add(&tiny.world, d, partner[k], 0.1 + 0.1 * k, COOP_SOURCE_VISITOR);
        cr_assert_eq(coop_leadership_elections(&tiny.world), 0);
        cr_assert_eq(coop_budget_appropriate(&tiny.world), 0);
        cr_assert_eq(coop_knowhow_renewals(&tiny.world), 0);
        for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++)
            expected[d] = opportunities(d) ? choose(d, partner, 3) : -1;
        cr_assert_eq(coop_formation_step(&tiny.world), 0);
        for (uint32_t d = 0; d < TINY_GOVERNMENTS; d++) {
            if (opportunities(d) > 1)
                continue; /* second choices are not read here */
            cr_expect_eq(formed_partner(d), expected[d], "government %u", d);
            ties += expected[d] >= 0, nothing += expected[d] < 0;
        }
    }
    cr_expect(ties > 50 && nothing > 50, "both happen: %d, %d", ties, nothing);
}

/* ---- slow twins ---- */

/* Who is offered opportunities is kept between steps; listed anew in each it is the same. */
Test(formation, lists_that_are_kept_are_those_made_anew) {
    static const char settings[] = "run.years=12 mergers.rate=0.2 formation.rate=6 "
                                   "contacts.rate=6 initiative.rate=2 initiative.keenness=0.3 "
                                   "cooperatives.founding=0.5 cooperatives.exit=0.1 ";
    tiny_t other = {0};
    char kept[33], anew[33];
    tiny_begin(&tiny, settings);
    tiny_begin(&other, settings);
    int listed = 0;
    for (int step = 0; step < 48; step++) {
        listed += !tiny_state(&tiny)->offers_known;
        tiny_state(&other)->offers_known = false;
        tiny_steps(&tiny, 1);
        tiny_steps(&other, 1);
        sim_world_digest(&tiny.world, kept);
        sim_world_digest(&other.world, anew);
        cr_assert_str_eq(kept, anew, "step %d", step);
    }
    cr_expect_lt(listed, 40, "%d", listed);
    tiny_end(&other);
}

/* By adding up all chances. */
static uint32_t plain_arrivals(double u, double mean) {
    double chance = sim_math_exp(-mean), more = 1 - chance;
    uint32_t n = 0;
    while (u < more && n < COOP_MAX_ROUNDS)
        chance *= mean / ++n, more -= chance;
    return n;
}

Test(formation, arrivals_are_those_of_the_plain_sum) {
    uint32_t most = 0;
    for (double mean = 0.01; mean < 8; mean *= 1.7)
        for (double u = 0; u < 1; u += 1.0 / 4096) {
            uint32_t n = sim_rng_arrivals(u, mean, COOP_MAX_ROUNDS);
            cr_assert_eq(n, plain_arrivals(u, mean), "u %g, mean %g", u, mean);
            most = n > most ? n : most;
        }
    cr_expect_gt(most, 10);
}
