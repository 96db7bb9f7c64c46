/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mergers of municipalities (M36): nothing gets lost, ties go over, small and weak ones merge. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/bodies/mergers.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/ties/contacts.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny, other;
static void end(void) {
    tiny_end(&tiny);
    tiny_end(&other);
}
TestSuite(mergers, .fini = end);

enum { GONE = TINY_TOWN, HEIR = TINY_CITY + 5 }; /* a member of TINY_SMALL; a city that is alone */

static void begin(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_steps(&tiny, 1);
}

/* The merger, and what follows of it; the world must be in order. */
static void merge(uint32_t gone, uint32_t heir) {
    cr_assert_eq(coop_mergers_merge(&tiny.world, gone, heir), 0);
    coop_memberships_settle(&tiny.world);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
}

static double total(const double *column) {
    double sum = 0;
    for (uint32_t d = 0; d < tiny_state(&tiny)->n_donors; d++)
        sum += column[d];
    return sum;
}

static uint32_t find(uint8_t kind, uint32_t donor, uint32_t partner) {
    return sim_network_tie_find(tiny.world.ties, kind, donor, TINY_FIRST_PARTNER + partner);
}

/* ---- neighbours ---- */

/* Places of one prefecture are every third row, .1 degrees apart a row. */
Test(mergers, neighbours_are_the_nearest_of_the_prefecture) {
    tiny_begin(&tiny, "");
    const uint32_t *neighbour = tiny_population(&tiny)->neighbour + HEIR * COOP_N_NEIGHBOURS;
    const uint32_t expected[] = {HEIR - 3, HEIR + 3, HEIR - 6,  HEIR + 6,
                                 HEIR - 9, HEIR + 9, HEIR + 12, HEIR + 15};
    for (int k = 0; k < COOP_N_NEIGHBOURS; k++)
        cr_expect(neighbour[k] == expected[k] || neighbour[k] == 2 * HEIR - expected[k],
                  "place %d: %u", k, neighbour[k]);
    cr_expect_eq(tiny_population(&tiny)->neighbour[0], SIM_NETWORK_NONE, "of a prefecture none");
}

/* ---- conservation ---- */

Test(mergers, people_staff_yen_ties_and_projects_are_as_many_as_before) {
    begin(TINY_STILL TINY_RICH TINY_LASTING "cooperatives.pooled_plants=true ");
    coop_state_t *s = tiny_state(&tiny);
    for (uint32_t i = 0; i < 4; i++)
        cr_assert_eq(coop_projects_start(&tiny.world, tiny_tie(&tiny, GONE, i, 0, 0.4),
                                         i % 2 ? COOP_SCHEME_OWN : COOP_SCHEME_JICA_LOCAL,
                                         i % 2 ? 0 : 1000000, 100000, 3),
                     0);
    tiny_tie(&tiny, HEIR, 4, 0, 0.4);
    tiny_steps(&tiny, 3);
    int64_t purses = s->donor.purse[GONE] + s->donor.purse[HEIR], balance[COOP_N_ACCOUNTS];
    double governments = 0, staff = total(s->donor.junior) + total(s->donor.senior),
           start = total(s->donor.staff_start), promised = total(s->donor.commitment);
    memcpy(balance, s->balance, sizeof balance);
    for (uint32_t m = 0; m < TINY_GOVERNMENTS; m++)
        governments += s->donor.population[m];
    uint32_t ties = tiny_live(&tiny), running = s->project.n_running;
    merge(GONE, HEIR);
    for (uint32_t m = 0; m < TINY_GOVERNMENTS; m++)
        governments -= s->donor.population[m];
    cr_expect_eq(governments, 0);
    cr_expect(fabs(total(s->donor.junior) + total(s->donor.senior) - staff) < 1e-9 * staff);
    cr_expect(fabs(total(s->donor.staff_start) - start) < 1e-9 * start);
    cr_expect(fabs(total(s->donor.commitment) - promised) < 1e-6);
    cr_expect_eq(s->donor.purse[HEIR], purses);
    cr_expect_eq(memcmp(balance, s->balance, sizeof balance), 0, "no yen changed its account");
    cr_expect_eq(tiny_live(&tiny), ties);
    cr_expect_eq(s->donor.n_ties[HEIR], 5);
    cr_expect_eq(s->project.n_running, running);
    cr_expect_eq(s->donor.n_projects[HEIR], 4);
    cr_expect_eq(s->donor.record[HEIR], 4);
    cr_expect_eq(s->municipalities, 30 - 1);
    tiny_run(&tiny);
    for (uint32_t j = 0; j < s->project.count; j++)
        cr_expect_eq(s->project.outcome[j], COOP_OUTCOME_COMPLETED, "they went on to their end");
}

Test(mergers, levels_are_means_by_people) {
    begin(TINY_STILL);
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    double own = donor->population[GONE], all = own + donor->population[HEIR];
    donor->knowhow[1][GONE] = 0.9, donor->knowhow[1][HEIR] = 0.3;
    donor->reputation[GONE] = 0.5;
    merge(GONE, HEIR);
    cr_expect(fabs(donor->knowhow[1][HEIR] - (0.3 + 0.6 * own / all)) < 1e-12);
    cr_expect_eq(donor->reputation[HEIR], 0.5);
    cr_expect_eq(donor->knowhow[1][GONE], 0);
}

/* ---- ties ---- */

Test(mergers, the_heir_s_spell_is_as_the_old_one_was) {
    begin(TINY_STILL);
    sim_network_ties_t *ties = tiny.world.ties;
    uint32_t old = tiny_tie(&tiny, GONE, 7, COOP_SECTOR_WATER, 0.7);
    ties->stage[old] = COOP_STAGE_PROGRAMME, ties->institutionalised[old] = 1;
    ties->last_activity[old] = -3;
    merge(GONE, HEIR);
    uint32_t new = find(COOP_TIE_COOPERATION, HEIR, 7);
    cr_assert_neq(new, SIM_NETWORK_NONE);
    cr_expect(ties->cause[old] == COOP_CAUSE_MERGER && ties->terminus[old] == ties->onset[new]);
    cr_expect(ties->trust[new] == 0.7 && ties->topic[new] == COOP_SECTOR_WATER &&
              ties->stage[new] == COOP_STAGE_PROGRAMME && ties->institutionalised[new] &&
              ties->last_activity[new] == -3 && !ties->onset_censored[new]);
}

Test(mergers, of_two_ties_with_a_partner_the_better_trust_stays) {
    for (int better = 0; better < 2; better++) {
        begin(TINY_STILL);
        uint32_t old = tiny_tie(&tiny, GONE, 7, 0, better ? 0.8 : 0.2);
        uint32_t kept = tiny_tie(&tiny, HEIR, 7, 0, 0.5);
        cr_assert_eq(coop_projects_start(&tiny.world, old, COOP_SCHEME_OWN, 0, 100, 2), 0);
        tiny.world.clock.step++;
        merge(GONE, HEIR);
        cr_expect_eq(tiny.world.ties->trust[kept], better ? 0.8 : 0.5);
        cr_expect_eq(tiny_live(&tiny), 1);
        cr_expect(coop_projects_running(&tiny.world, kept), "its project goes on");
        cr_expect_eq(tiny_state(&tiny)->flow_metric[COOP_M_INHERITED], 0);
        tiny_end(&tiny);
    }
}

Test(mergers, contacts_and_sister_cities_go_over) {
    begin(TINY_STILL "contacts.sister_ties=true contacts.sister_share=10 "
                     "contacts.sister_purpose=1 ");
    uint32_t sisters = tiny_state(&tiny)->donor.n_contacts[GONE];
    uint32_t live = tiny.world.ties->n_live[COOP_TIE_SISTER];
    cr_assert_gt(sisters, 0);
    coop_contacts_add(&tiny.world, GONE, 24, 0.6, COOP_SOURCE_VISITOR);
    uint32_t known = tiny_state(&tiny)->donor.n_contacts[GONE];
    merge(GONE, HEIR);
    cr_expect_geq(tiny_state(&tiny)->donor.n_contacts[HEIR], known);
    cr_expect_leq(tiny.world.ties->n_live[COOP_TIE_SISTER], live, "one with both is one tie");
    uint32_t lasting = 0;
    uint32_t first = HEIR * COOP_MAX_CONTACTS;
    for (uint32_t k = first; k < first + tiny_state(&tiny)->donor.n_contacts[HEIR]; k++)
        lasting += tiny_state(&tiny)->contact.source[k] == COOP_SOURCE_SISTER;
    cr_expect_geq(lasting, sisters);
}

/* ---- memberships ---- */

Test(mergers, the_heir_takes_the_place_in_the_cooperative_and_its_seat) {
    begin(TINY_STILL);
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    donor->manager[TINY_SMALL] = GONE;
    donor->priority[HEIR] = 0.35;
    merge(GONE, HEIR);
    cr_expect(coop_memberships_has(&tiny.world, TINY_SMALL, HEIR));
    cr_expect(!coop_memberships_has(&tiny.world, TINY_SMALL, GONE));
    cr_expect_eq(donor->manager[TINY_SMALL], HEIR);
    cr_expect_eq(donor->priority[TINY_SMALL], 0.35);
    cr_expect_eq(donor->plant_keeper[HEIR], TINY_SMALL);
    tiny_steps(&tiny, 8);
}

/* Five towns, one after another into the first: the cooperative ends in it, its ties go on. */
Test(mergers, a_cooperative_of_one_municipality_ends_in_it) {
    begin(TINY_STILL TINY_RICH TINY_LASTING);
    coop_state_t *s = tiny_state(&tiny);
    sim_network_ties_t *ties = tiny.world.ties;
    uint32_t old = tiny_tie(&tiny, TINY_SMALL, 3, COOP_SECTOR_WASTE, 0.6);
    ties->institutionalised[old] = 1;
    cr_assert_eq(coop_projects_start(&tiny.world, old, COOP_SCHEME_JICA_LOCAL, 9000000, 900, 2), 0);
    double staff = total(s->donor.junior) + total(s->donor.senior);
    for (uint32_t m = TINY_TOWN + 1; m < TINY_TOWN + 5; m++) {
        cr_expect(s->donor.exists[TINY_SMALL]);
        tiny.world.clock.step++;
        merge(m, TINY_TOWN);
    }
    cr_expect(!s->donor.exists[TINY_SMALL] && s->cooperatives == 3);
    cr_expect_eq(s->donor.heir[TINY_SMALL], TINY_TOWN);
    cr_expect_eq(ties->cause[old], COOP_CAUSE_MERGER);
    uint32_t new = find(COOP_TIE_COOPERATION, TINY_TOWN, 3);
    cr_assert_neq(new, SIM_NETWORK_NONE);
    cr_expect(ties->mode[new] == COOP_MODE_CITY_TO_CITY && ties->trust[new] == 0.6 &&
              ties->institutionalised[new]);
    cr_expect(coop_projects_running(&tiny.world, new));
    cr_expect_eq(s->donor.plant_keeper[TINY_TOWN], TINY_TOWN);
    cr_expect(fabs(total(s->donor.junior) + total(s->donor.senior) - staff) < 1e-9 * staff);
    tiny_steps(&tiny, 12);
    cr_expect_eq(s->project.outcome[0], COOP_OUTCOME_COMPLETED);
}

/* The heir's membership begins in the step in which it is the last member: a year later it ends. */
Test(mergers, what_began_in_a_step_does_not_end_in_it) {
    begin(TINY_STILL);
    for (uint32_t m = TINY_TOWN; m < TINY_TOWN + 5; m++)
        merge(m, HEIR);
    cr_expect(tiny_state(&tiny)->donor.exists[TINY_SMALL]);
    tiny_steps(&tiny, 4);
    cr_expect(!tiny_state(&tiny)->donor.exists[TINY_SMALL]);
    cr_expect_eq(tiny_state(&tiny)->donor.heir[TINY_SMALL], HEIR);
}

/* ---- who merges ---- */

/* .91 of the people below a million, .4 of missing strength: the first asked is drawn alone. */
Test(mergers, the_rate_falls_with_size_and_strength) {
    enum { REPLICATES = 400 };
    double merged = 0, p = 1 - exp(-0.8 * 0.91 * 0.4);
    tiny_begin(&tiny, TINY_STILL "run.steps_per_year=1 mergers.rate=0.8 mergers.size=1e6 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_steps(&tiny, 1);
        cr_assert_eq(tiny_state(&tiny)->municipalities, 30, "nothing ends in the first step");
        tiny_steps(&tiny, 1);
        merged += !tiny_state(&tiny)->donor.exists[TINY_CITY];
        for (uint32_t d = 0; d < TINY_CITY; d++)
            cr_assert(tiny_state(&tiny)->donor.exists[d], "prefectures and large cities stay");
        for (uint32_t w = TINY_WARD; w < TINY_GOVERNMENTS; w++)
            cr_assert(tiny_state(&tiny)->donor.exists[w], "wards stay");
    }
    cr_expect_gt(stat_chi_square(stat_binomial(merged, REPLICATES, p), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(merged, REPLICATES, 1.5 * p), 1), STAT_LEVEL,
                 "the twin must be found out");
}

Test(mergers, those_above_the_size_or_with_revenue_of_their_own_stay) {
    begin(TINY_STILL "mergers.rate=10 mergers.size=20000 run.steps_per_year=1 ");
    for (uint32_t m = TINY_TOWN; m < TINY_TOWN + 3; m++)
        tiny_state(&tiny)->donor.fiscal_strength[m] = 1.2;
    tiny_run(&tiny);
    const uint8_t *exists = tiny_state(&tiny)->donor.exists;
    cr_expect_lt(tiny_state(&tiny)->municipalities, 26);
    for (uint32_t m = TINY_CITY; m < TINY_TOWN + 3; m++)
        cr_expect(exists[m], "%u", m);
}

/* Of the second town's neighbours one is a member of TINY_SMALL too: by nearness alone it would be
 * one of two that are equally near. */
Test(mergers, comembers_come_first) {
    uint32_t among = 0;
    tiny_begin(&tiny, TINY_STILL "run.steps_per_year=1 mergers.rate=10 ");
    for (uint32_t r = 0; r < 50; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_steps(&tiny, 2);
        const coop_donor_t *donor = &tiny_state(&tiny)->donor;
        among += !donor->exists[TINY_TOWN + 1] && donor->heir[TINY_TOWN + 1] == TINY_TOWN + 4;
    }
    cr_expect_geq(among, 40);
}

Test(mergers, switched_off_their_parameters_leave_no_trace) {
    char first[33], again[33];
    tiny_begin(&tiny, "mergers.rate=0 ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest);
    tiny_begin(&tiny, "mergers.rate=0 mergers.size=1e7 ");
    strcpy(again, tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest);
    cr_expect_str_eq(first, again);
    tiny_begin(&tiny, "mergers.rate=2 mergers.size=1e7 ");
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest, first);
}

/* ---- elections ---- */

/* Those of the merged stop, all others are the twin's. */
Test(mergers, elections_of_the_merged_stop_and_no_others_move) {
    tiny_begin(&tiny, TINY_STILL "mergers.rate=1 ");
    tiny_begin(&other, TINY_STILL);
    size_t fewer = 0;
    for (int step = 0; step < 32; step++) {
        tiny_steps(&tiny, 1);
        tiny_steps(&other, 1);
        const coop_donor_t *a = &tiny_state(&tiny)->donor, *b = &tiny_state(&other)->donor;
        for (uint32_t m = 0; m < TINY_GOVERNMENTS; m++) {
            fewer += !a->exists[m];
            cr_assert(!a->exists[m] ||
                          (a->terms[m] == b->terms[m] && a->turnover[m] == b->turnover[m]),
                      "%u at step %d", m, step);
        }
    }
    cr_expect_gt(fewer, 0);
}

/* ---- all at once ---- */

/* Everything merges, unites, leaves and is founded at high rates, verified at every step. */
Test(mergers, a_world_in_motion_is_in_order_for_any_number_of_threads) {
    char first[33];
    tiny_begin(&tiny, TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED
               "run.years=16 mergers.rate=0.5 mergers.size=2e5 cooperatives.exit=0.1 "
               "cooperatives.unification=0.3 cooperatives.dissolution=0.1 cooperatives.founding=1 "
               "cooperatives.subsidy=2 hub.enabled=false ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest);
    cr_expect_gt(tiny_metric_sum(&tiny, "mergers"), 5);
    cr_expect_gt(tiny_metric_sum(&tiny, "inherited"), 5);
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SUMMARY, 0, 3)->digest, first);
    for (uint32_t r = 1; r < 8; r++)
        tiny_record(&tiny, SIM_DETAIL_SUMMARY, r, 1);
}
