/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of members, the ties that mirror them, and what follows: people and plant keepers. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/cooperation/bodies/founding.h"
#include "models/cooperation/bodies/memberships.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(memberships, .fini = end);

static bool is_member(uint32_t c, uint32_t m) {
    uint32_t n, times = 0;
    const uint32_t *member = coop_members(&tiny.world, c, &n);
    for (uint32_t k = 0; k < n; k++)
        times += member[k] == m;
    cr_assert_leq(times, 1);
    cr_assert_eq(times == 1, coop_memberships_has(&tiny.world, c, m));
    return times;
}

/* A world in its second step, in which what was there from the start may end. */
static void begin(void) {
    tiny_begin(&tiny, TINY_STILL);
    tiny_steps(&tiny, 1);
}

Test(memberships, a_list_and_its_ties_say_the_same) {
    begin();
    cr_expect(is_member(TINY_SMALL, TINY_TOWN) && !is_member(TINY_SMALL, TINY_VILLAGE));
    cr_assert_eq(coop_memberships_join(&tiny.world, TINY_SMALL, TINY_VILLAGE), 0);
    coop_memberships_leave(&tiny.world, TINY_SMALL, TINY_TOWN, COOP_CAUSE_GOAL_MISMATCH);
    cr_expect(!is_member(TINY_SMALL, TINY_TOWN) && is_member(TINY_SMALL, TINY_VILLAGE));
    cr_expect_eq(coop_memberships_join(&tiny.world, TINY_SMALL, TINY_VILLAGE), SIM_ERR_ARGUMENT);
    cr_expect_eq(tiny.world.ties->n_live[COOP_TIE_MEMBERSHIP], 15);
}

/* Everybody goes everywhere, so that all lists outgrow their room; then half of them leave. */
Test(memberships, all_cooperatives_of_a_member_are_found) {
    begin();
    for (uint32_t m = 0; m < 18; m++)
        for (uint32_t c = TINY_POOL; c < TINY_DONORS; c++)
            if (!is_member(c, m))
                cr_assert_eq(coop_memberships_join(&tiny.world, c, m), 0);
    tiny.world.clock.step++;
    for (uint32_t m = 0; m < 18; m += 2)
        for (uint32_t c = TINY_POOL; c < TINY_DONORS; c += 1 + m % 4 / 2)
            coop_memberships_leave(&tiny.world, c, m, COOP_CAUSE_GOAL_MISMATCH);
    for (uint32_t m = 0; m < TINY_GOVERNMENTS; m++) {
        uint32_t of[64], n = coop_memberships_of(&tiny.world, m, of), count = 0;
        for (uint32_t c = TINY_POOL; c < TINY_DONORS; c++)
            count += is_member(c, m);
        cr_expect_eq(n, count, "member %u", m);
        for (uint32_t i = 0; i < n; i++)
            cr_expect(is_member(of[i], m));
    }
}

Test(memberships, a_pool_that_is_full_says_so) {
    int rc = 0;
    begin();
    for (uint32_t round = 0; round < 64 && !rc; round++) {
        coop_membership_t *list = &tiny_state(&tiny)->membership;
        memset(list->room, 0, 4 * sizeof *list->room); /* as if each list had outgrown its room */
        list->count[3] = 0;
        rc = coop_memberships_join(&tiny.world, TINY_NO_WORKS, round % 18);
    }
    cr_expect_neq(rc, 0);
    tiny_end(&tiny);
    begin();
    tiny_state(&tiny)->membership.used = tiny_state(&tiny)->seats.count;
    cr_expect_eq(coop_memberships_join(&tiny.world, TINY_SMALL, TINY_VILLAGE), SIM_ERR_LIMIT);
    cr_expect(strstr(tiny.world.note, "too often") != NULL);
}

Test(memberships, people_and_budget_follow_the_members) {
    begin();
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    double people = donor->population[TINY_SMALL], budget = donor->own_budget[TINY_SMALL];
    cr_assert_eq(coop_memberships_join(&tiny.world, TINY_SMALL, TINY_CITY + 7), 0);
    coop_memberships_count(&tiny.world, TINY_SMALL);
    double more = people + donor->population[TINY_CITY + 7];
    cr_expect_eq(donor->population[TINY_SMALL], more);
    cr_expect(fabs(donor->own_budget[TINY_SMALL] / (budget * more / people) - 1) < 1e-12);
}

/* The keeper is the cooperative with most plants; without one a member keeps its own again. */
Test(memberships, the_largest_cooperative_keeps_the_plant) {
    begin();
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    cr_assert_eq(donor->plant_keeper[TINY_TOWN], TINY_SMALL);
    cr_assert(!isfinite(donor->next_renewal[TINY_TOWN]));
    cr_assert_eq(coop_memberships_join(&tiny.world, TINY_POOL, TINY_TOWN), 0);
    coop_memberships_count(&tiny.world, TINY_POOL);
    coop_memberships_stale_keeper(&tiny.world, TINY_TOWN);
    coop_memberships_settle(&tiny.world);
    cr_expect_eq(donor->plant_keeper[TINY_TOWN], TINY_POOL);
    tiny_steps(&tiny, 1);
    coop_memberships_leave(&tiny.world, TINY_POOL, TINY_TOWN, COOP_CAUSE_GOAL_MISMATCH);
    coop_memberships_leave(&tiny.world, TINY_SMALL, TINY_TOWN, COOP_CAUSE_GOAL_MISMATCH);
    coop_memberships_count(&tiny.world, TINY_POOL);
    coop_memberships_count(&tiny.world, TINY_SMALL);
    coop_memberships_stale_keeper(&tiny.world, TINY_TOWN);
    coop_memberships_settle(&tiny.world);
    cr_expect_eq(donor->plant_keeper[TINY_TOWN], TINY_TOWN);
    cr_expect(!donor->pooled[TINY_TOWN] && isfinite(donor->next_renewal[TINY_TOWN]));
    tiny_steps(&tiny, 1);
}

/* In a delegation the largest member keeps all plants, until it has another keeper itself. */
Test(memberships, the_host_of_a_delegation_keeps_the_plants) {
    const uint32_t alone[] = {TINY_TOWN + 5, TINY_TOWN + 9, TINY_TOWN + 6};
    begin();
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    cr_assert_eq(coop_founding_found(&tiny.world, alone, 3, COOP_FORM_DELEGATION), 0);
    coop_memberships_settle(&tiny.world);
    for (int k = 0; k < 3; k++)
        cr_expect_eq(donor->plant_keeper[alone[k]], TINY_TOWN + 9, "the largest");
    cr_expect(isfinite(donor->next_renewal[TINY_TOWN + 9]));
    cr_expect(!isfinite(donor->next_renewal[TINY_TOWN + 5]));
    tiny_steps(&tiny, 1);
    cr_assert_eq(coop_memberships_join(&tiny.world, TINY_POOL, TINY_TOWN + 9), 0);
    coop_memberships_count(&tiny.world, TINY_POOL);
    coop_memberships_stale_keeper(&tiny.world, TINY_TOWN + 9);
    coop_memberships_settle(&tiny.world);
    cr_expect_eq(donor->plant_keeper[TINY_TOWN + 9], TINY_POOL);
    cr_expect_eq(donor->plant_keeper[TINY_TOWN + 5], TINY_TOWN + 6, "the next");
    tiny_steps(&tiny, 1);
}
