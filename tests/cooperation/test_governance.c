/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Governance know-how (M40): who has it, how it grows, and what becomes of it at home. */
#include <criterion/criterion.h>
#include <math.h>

#include "models/cooperation/bodies/cooperatives.h"
#include "models/cooperation/bodies/founding.h"
#include "models/cooperation/bodies/memberships.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(governance, .fini = end);

static coop_donor_t *donor(void) {
    return &tiny_state(&tiny)->donor;
}

/* G = 1 - .5 exp(-.03 years), whatever becomes of plants. */
Test(governance, it_grows_by_running_a_cooperative) {
    for (int pooled = 0; pooled < 2; pooled++) {
        tiny_begin(&tiny, pooled ? TINY_STILL "knowhow.retirement_loss=0 "
                                 : TINY_STILL "knowhow.retirement_loss=0 "
                                              "cooperatives.pooled_plants=false ");
        tiny_steps(&tiny, 5 * 4 + 1);
        for (uint32_t d = 0; d < TINY_DONORS; d++)
            cr_expect(fabs(donor()->governance[d] -
                           (d < TINY_POOL ? 0 : 1 - 0.5 * exp(-0.03 * 5))) < 1e-12);
    }
}

/* Direction: with people goes know-how. Twin: without the loss it goes with nobody. */
Test(governance, seniors_who_leave_take_some_with_them) {
    double level[2];
    for (int k = 0; k < 2; k++) {
        tiny_begin(&tiny, k ? TINY_STILL
                              "staff.posts=0.7 staff.retirement=0.3 knowhow.retirement_loss=1 "
                            : TINY_STILL
                              "staff.posts=0.7 staff.retirement=0.3 knowhow.retirement_loss=0 ");
        tiny_run(&tiny);
        level[k] = donor()->governance[TINY_POOL];
    }
    cr_expect_gt(level[0], 0.5);
    cr_expect_lt(level[1], level[0] - 0.05);
}

Test(governance, who_founds_a_cooperative_has_to_learn_it) {
    static const uint8_t form[] = {COOP_FORM_PARTIAL_COOPERATIVE, COOP_FORM_CONFERENCE};
    for (int k = 0; k < 2; k++) {
        const uint32_t member[] = {TINY_CITY + 4, TINY_CITY + 5};
        tiny_begin(&tiny, TINY_STILL "knowhow.retirement_loss=0 ");
        tiny_steps(&tiny, 1);
        cr_assert_eq(coop_founding_found(&tiny.world, member, 2, form[k]), 0);
        coop_memberships_settle(&tiny.world);
        cr_expect_eq(donor()->governance[TINY_DONORS], 0);
        tiny_steps(&tiny, 4);
        cr_expect(fabs(donor()->governance[TINY_DONORS] - (k ? 0 : 1 - exp(-0.03))) < 1e-12,
                  "a conference runs nothing");
    }
}

Test(governance, a_union_has_the_mean_by_people_and_a_municipality_none) {
    tiny_begin(&tiny, TINY_STILL);
    tiny_steps(&tiny, 1);
    double pool = donor()->population[TINY_POOL], middle = donor()->population[TINY_MIDDLE];
    donor()->governance[TINY_POOL] = 0.9, donor()->governance[TINY_MIDDLE] = 0.1;
    cr_assert_eq(coop_cooperatives_unify(&tiny.world, TINY_MIDDLE, TINY_POOL), 0);
    coop_memberships_settle(&tiny.world);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    cr_expect(fabs(donor()->governance[TINY_POOL] - (0.9 * pool + 0.1 * middle) / (pool + middle)) <
              1e-12);
    cr_expect_eq(donor()->governance[TINY_MIDDLE], 0);
    cr_assert_eq(coop_cooperatives_dissolve(&tiny.world, TINY_SMALL, SIM_NETWORK_NONE), 0);
    coop_memberships_settle(&tiny.world);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    cr_expect_eq(donor()->governance[TINY_SMALL], 0);
}
