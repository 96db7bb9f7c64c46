/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The invariants see each thing that must not be: one value of a good world is changed at a time.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(verify, .fini = end);

static void begin(void) {
    tiny_begin(&tiny, TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED "run.years=4 ");
    tiny_run(&tiny);
    cr_assert_eq(sim_world_verify(&tiny.world), 0, "%s", tiny.world.note);
}

/* Changes a value, looks, and puts it back. */
static void refuses(void *at, const void *other, size_t size, const char *what) {
    unsigned char kept[8];
    memcpy(kept, at, size);
    memcpy(at, other, size);
    cr_expect_eq(sim_world_verify(&tiny.world), SIM_ERR_VERIFY, "%s is not seen", what);
    memcpy(at, kept, size);
    tiny.world.note[0] = '\0';
    cr_assert_eq(sim_world_verify(&tiny.world), 0, "%s: %s", what, tiny.world.note);
}
#define REFUSES(place, type, value)                                                                \
    do {                                                                                           \
        type other = (type)(value);                                                                \
        refuses(&(place), &other, sizeof other, #place " = " #value);                              \
    } while (0)

Test(verify, sees_accounts_counts_and_shares) {
    begin();
    coop_state_t *s = tiny.world.state;
    REFUSES(s->donor.purse[TINY_CITY], int64_t, -1);
    REFUSES(s->donor.purse[TINY_CITY], int64_t, s->donor.purse[TINY_CITY] + 1);
    REFUSES(s->balance[COOP_ACCOUNT_JICA], int64_t, s->balance[COOP_ACCOUNT_JICA] + 1);
    REFUSES(s->balance[COOP_ACCOUNT_PROJECTS], int64_t, 1);
    REFUSES(s->donor.knowhow[0][TINY_CITY], double, -0.1);
    REFUSES(s->donor.knowhow[0][TINY_CITY], double, 1.1);
    REFUSES(s->donor.knowhow[0][TINY_CITY], double, NAN);
    REFUSES(s->donor.priority[TINY_CITY], double, -0.1);
    REFUSES(s->donor.priority[TINY_CITY], double, 1.1);
    REFUSES(s->donor.n_ties[TINY_CITY], uint32_t, s->donor.n_ties[TINY_CITY] + 1);
    REFUSES(s->partner.n_ties[0], uint32_t, s->partner.n_ties[0] + 1);
    REFUSES(s->donor.n_projects[TINY_CITY], uint32_t, s->donor.n_projects[TINY_CITY] + 1);
    REFUSES(s->donor.mandate[TINY_CITY], uint8_t, !s->donor.mandate[TINY_CITY]);
    REFUSES(s->abroad, uint32_t, s->abroad + 1);
    REFUSES(s->donor.commitment[TINY_CITY], double, s->donor.commitment[TINY_CITY] + 1);
    REFUSES(s->donor.load[TINY_CITY], uint32_t, s->donor.load[TINY_CITY] + 1);
}

Test(verify, sees_bodies_members_and_plants) {
    begin();
    coop_state_t *s = tiny.world.state;
    REFUSES(s->cooperatives, uint32_t, s->cooperatives + 1);
    REFUSES(s->municipalities, uint32_t, s->municipalities - 1);
    REFUSES(s->donor.exists[TINY_CITY], uint8_t, 0);
    REFUSES(s->donor.exists[TINY_POOL], uint8_t, 0);
    REFUSES(s->donor.pooled[TINY_WARD], uint8_t, 0);
    REFUSES(s->donor.population[TINY_POOL], double, 1);
    REFUSES(s->donor.plant_keeper[TINY_WARD], uint32_t, TINY_WARD);
    REFUSES(s->donor.plant_keeper[TINY_WARD], uint32_t, TINY_NO_WORKS);
    REFUSES(s->donor.plant_keeper[TINY_DESIGNATED], uint32_t, TINY_WARD);
    REFUSES(s->donor.scope[TINY_CITY], uint8_t, COOP_N_WORKS);
    REFUSES(s->donor.governance[TINY_POOL], double, -0.1);
    REFUSES(s->donor.governance[TINY_POOL], double, 1.1);
    REFUSES(s->donor.governance[TINY_CITY], double, 0.5);
    REFUSES(s->partner.governance[0], double, -0.1);
    REFUSES(s->partner.governance[0], double, 1.1);
    REFUSES(s->associations, uint32_t, s->associations + 1);
}
