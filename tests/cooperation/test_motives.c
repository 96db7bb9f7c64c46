/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Motives (M17): each alone in closed form, none without weights, and what it does to choice. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "models/cooperation/ties/effects.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(motives, .fini = end);

#define NOTHING_ELSE                                                                               \
    "formation.match=0 formation.popularity=0 formation.priority=0 formation.gap=0 "               \
    "upkeep.inertia=0 upkeep.bond=0 "

static double utility(uint32_t d, uint32_t i) {
    coop_pair_t pair = {.donor = d, .partner = i};
    return coop_effects_worth(&tiny.world, COOP_SIDE_DONOR, COOP_FUNCTION_ENDOWMENT, &pair);
}
static void begin(const char *settings) {
    char apart[1024];
    snprintf(apart, sizeof apart, NOTHING_ELSE "%s", settings);
    tiny_begin(&tiny, apart);
    for (uint32_t d = 0; d < TINY_DONORS; d++) {
        tiny_state(&tiny)->donor.junior[d] = 0.01 * d;
        tiny_state(&tiny)->donor.senior[d] = 1 - 0.01 * d;
        tiny_state(&tiny)->donor.reputation[d] = 0.02 * d;
    }
}

typedef double (*expected_t)(uint32_t d, uint32_t i);
static double nothing(uint32_t d, uint32_t i) {
    return 0.0 * (d + i);
}
static double transboundary(uint32_t d, uint32_t i) {
    return 0.0 * d + 2 * (i / 5 == TINY_CN);
}
/* Of a cooperative that of its members, by people. */
static double industry(uint32_t d) {
    const coop_population_t *pop = tiny_population(&tiny);
    double sum = 0, people = 0;
    uint32_t n;
    if (d < TINY_POOL)
        return pop->industry[d];
    const uint32_t *member = coop_members(&tiny.world, d, &n);
    for (uint32_t k = 0; k < n; k++) {
        sum += pop->industry[member[k]] * pop->population[member[k]];
        people += pop->population[member[k]];
    }
    return sum / people;
}
static double business(uint32_t d, uint32_t i) { /* 200,000 to 1,000,000 people */
    return 2 * industry(d) * log10(2.0 * (1 + i % 5));
}
static double sharing(uint32_t d, uint32_t i) {
    return 2 * industry(d) * (0.5 + 0.15 * (i % 3));
}
/* Who runs plants: municipalities and wards that have not pooled theirs, and the pools. */
static double staff_use(uint32_t d, uint32_t i) {
    bool keeps = tiny_population(&tiny)->plants[d] && tiny_population(&tiny)->plant_keeper[d] == d;
    return 0.0 * i + 2 * 0.01 * d * keeps;
}
static double recognition(uint32_t d, uint32_t i) {
    return 0.0 * i + 2 * 0.02 * d;
}

Test(motives, each_alone_has_its_closed_form) {
    static const struct {
        const char *settings;
        expected_t expected;
    } alone[] = {{TINY_MOTIVELESS, nothing},
                 {TINY_MOTIVELESS "motives.transboundary=2 ", transboundary},
                 {TINY_MOTIVELESS "motives.business=2 ", business},
                 {TINY_MOTIVELESS "motives.sharing=2 ", sharing},
                 {TINY_MOTIVELESS "motives.staff_use=2 ", staff_use},
                 {TINY_MOTIVELESS "motives.recognition=2 ", recognition}};
    for (size_t k = 0; k < sizeof alone / sizeof *alone; k++) {
        begin(alone[k].settings);
        for (uint32_t d = 0; d < TINY_DONORS; d++)
            for (uint32_t i = 0; i < TINY_PARTNERS; i++)
                cr_expect(fabs(utility(d, i) - alone[k].expected(d, i)) < 1e-12,
                          "%s: donor %u, partner %u", alone[k].settings, d, i);
    }
}

Test(motives, they_add_up) {
    begin("motives.transboundary=2 motives.business=2 motives.sharing=2 "
          "motives.staff_use=2 motives.recognition=2 ");
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        for (uint32_t i = 0; i < TINY_PARTNERS; i++)
            cr_expect(fabs(utility(d, i) - transboundary(d, i) - business(d, i) - sharing(d, i) -
                           staff_use(d, i) - recognition(d, i)) < 1e-12);
}

/* ---- direction: paired seeds, ten replicates ---- */

static double share_of_china(const char *settings) {
    double all = 0, china = 0;
    tiny_begin(&tiny, settings);
    for (uint32_t r = 0; r < 10; r++) {
        tiny_replicate(&tiny, r, 1);
        tiny_run(&tiny);
        const sim_network_ties_t *ties = tiny.world.ties;
        for (uint32_t t = 0; t < ties->count; t++)
            if (ties->kind[t] == COOP_TIE_COOPERATION)
                all++, china += (ties->to[t] - TINY_FIRST_PARTNER) / 5 == TINY_CN;
    }
    cr_assert_gt(all, 500);
    return china / all;
}

Test(motives, pollution_that_crosses_the_sea_turns_donors_to_the_neighbour) {
#define CHOOSY                                                                                     \
    TINY_RICH TINY_EAGER TINY_CALM TINY_MOTIVELESS                                                 \
        "contacts.rate=4 formation.rate=2 formation.opt_out=6 run.years=4 "
    double with = share_of_china(CHOOSY "motives.transboundary=4 "),
           without = share_of_china(CHOOSY);
    cr_expect_gt(with, without + 0.1, "%g and %g", with, without);
}
