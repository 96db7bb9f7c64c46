/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hub programmes (M24): who joins, what membership brings, and the sunset. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/bodies/hub.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(hub, .fini = end);

#define HUB TINY_STILL "run.start_year=1998 hub.enabled=true hub.until=2004 run.years=12 "

static uint32_t members(void) {
    return tiny.world.ties->n_live[COOP_TIE_INITIATIVE];
}

/* Members that left by themselves. */
static uint32_t left(void) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++)
        n += ties->kind[t] == COOP_TIE_INITIATIVE && ties->cause[t] == COOP_CAUSE_PARTNER_EXIT;
    return n;
}

/* Memberships ever begun; all are of the programme. */
static uint32_t ever(void) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++) {
        if (ties->kind[t] != COOP_TIE_INITIATIVE)
            continue;
        cr_expect_eq(ties->to[t], tiny_population(&tiny)->network[0].agent);
        n++;
    }
    return n;
}

Test(hub, there_are_members_only_while_it_is_funded) {
    static const char *const pace[] = {HUB "run.steps_per_year=1 ", HUB,
                                       HUB "run.steps_per_year=12 "};
    for (int k = 0; k < 3; k++) {
        tiny_begin(&tiny, pace[k]);
        int spy = tiny.world.clock.steps_per_year;
        uint32_t before = 0;
        for (int step = 0; step < 12 * spy; step++) {
            tiny_steps(&tiny, 1);
            cr_expect(step >= 2 * spy || members() == 0, "not yet, step %d", step);
            cr_expect(step < 2 * spy || step >= 6 * spy || members() + left() >= before,
                      "hardly anybody leaves");
            cr_expect(step < 6 * spy || members() == 0, "sunset, step %d", step);
            before = members();
        }
        cr_expect_gt(ever(), 10);
    }
}

/* Ends at the sunset, never later, and always by the end of the money. */
Test(hub, all_its_ties_end_with_the_money) {
    tiny_begin(&tiny, HUB);
    tiny_run(&tiny);
    const sim_network_ties_t *ties = tiny.world.ties;
    for (uint32_t t = 0; t < ties->count; t++) {
        if (ties->kind[t] != COOP_TIE_INITIATIVE)
            continue;
        bool by_itself = ties->cause[t] == COOP_CAUSE_PARTNER_EXIT;
        cr_expect(by_itself ? ties->terminus[t] < 6 * 4 : ties->terminus[t] == 6 * 4);
        cr_expect(by_itself || ties->cause[t] == COOP_CAUSE_GRANT_END);
        cr_expect(ties->onset[t] >= 2 * 4 && ties->onset[t] < 6 * 4);
    }
}

/* Twin: without a sunset within the run the same members stay, as censored spells. */
Test(hub, without_a_sunset_members_stay) {
    uint32_t then;
    tiny_begin(&tiny, HUB);
    tiny_steps(&tiny, 5 * 4);
    then = members();
    tiny_begin(&tiny, HUB "hub.until=3000 ");
    tiny_steps(&tiny, 5 * 4);
    cr_expect_eq(members(), then, "the same until the sunset");
    tiny_run(&tiny);
    cr_expect_geq(members() + left(), then);
    cr_expect_eq(members() + left(), ever());
}

Test(hub, switched_off_or_without_members_it_leaves_no_trace) {
    char first[33];
#define OFF TINY_RICH TINY_EAGER TINY_FUNDED "contacts.rate=1 "
    tiny_begin(&tiny, OFF "hub.enabled=false ");
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest);
    tiny_begin(&tiny, OFF "hub.enabled=true hub.until=2000 ");
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
    tiny_begin(&tiny, OFF "hub.enabled=true ");
    cr_expect_str_neq(tiny_record(&tiny, SIM_DETAIL_SERIES, 0, 1)->digest, first);
}

Test(hub, members_are_of_asia_and_the_pacific_and_become_contacts) {
    tiny_begin(&tiny, HUB);
    tiny_steps(&tiny, 5 * 4);
    const coop_state_t *s = tiny_state(&tiny);
    cr_expect(members() >= 10 && members() <= 20, "none of the five of Africa");
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t hub = 0;
    while (!tiny_population(&tiny)->intermediary[hub])
        hub++;
    for (uint32_t k = 0; k < members(); k++) {
        uint32_t t = ties->live[COOP_TIE_INITIATIVE][k];
        cr_expect_neq((ties->from[t] - TINY_FIRST_PARTNER) / 5, TINY_KE);
    }
    cr_assert_geq(s->donor.n_contacts[hub], 10);
    for (uint32_t k = 0; k < s->donor.n_contacts[hub]; k++) {
        cr_expect_eq(s->contact.strength[hub * COOP_MAX_CONTACTS + k], coop_hub_contact);
        cr_expect_eq(s->contact.source[hub * COOP_MAX_CONTACTS + k], COOP_SOURCE_CONFERENCE);
    }
    cr_expect_eq(tiny_live(&tiny), 0, "membership is no cooperation tie");
    cr_expect_eq(s->donor.n_ties[hub], 0);
}

/* First year: a city joins with 1 - exp(-members a year * its share of popularity in reach). */
Test(hub, popular_cities_join_sooner) {
    enum { REPLICATES = 200 };
    double joined[TINY_PARTNERS] = {0}, total = 0, sum = 0, twin = 0;
    tiny_begin(&tiny, HUB "run.start_year=2000 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_steps(&tiny, 1);
        for (uint32_t k = 0; k < members(); k++)
            joined[tiny.world.ties->from[tiny.world.ties->live[COOP_TIE_INITIATIVE][k]] -
                   TINY_FIRST_PARTNER]++;
    }
    const double *popularity = tiny_population(&tiny)->popularity;
    for (int i = 0; i < 20; i++)
        total += popularity[i];
    for (int i = 0; i < 20; i++) {
        sum += stat_binomial(joined[i], REPLICATES, 1 - exp(-9 * popularity[i] / total));
        twin += stat_binomial(joined[i], REPLICATES, 1 - exp(-9 / 20.0));
    }
    cr_expect_gt(stat_chi_square(sum, 20), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(twin, 20), STAT_LEVEL, "the twin must be found out");
}

/* Paired seeds: what the hub adds is ties of the hub; with contacts that count nothing, none. */
static double formed(const char *settings) {
    double sum = 0;
    tiny_begin(&tiny, settings);
    for (uint32_t r = 0; r < 10; r++) {
        tiny_record(&tiny, SIM_DETAIL_SERIES, r, 1);
        sum += tiny_metric_sum(&tiny, "formed_city_to_city");
    }
    return sum;
}

Test(hub, its_contacts_become_ties_of_the_hub) {
#define FORM                                                                                       \
    TINY_RICH TINY_EAGER TINY_CALM "contacts.rate=0 contacts.sister_ties=false hub.until=2006 "
    cr_expect_gt(formed(FORM "hub.enabled=true "), 20);
    cr_expect_eq(formed(FORM "hub.enabled=false "), 0);
}

Test(hub, a_policy_that_switches_it_off_ends_its_ties) {
    tiny_begin(&tiny, HUB "@2002:hub.enabled=false ");
    tiny_steps(&tiny, 4 * 4);
    cr_expect_gt(members(), 0);
    tiny_steps(&tiny, 1);
    cr_expect_eq(members(), 0);
    cr_expect_gt(ever(), 0);
}
