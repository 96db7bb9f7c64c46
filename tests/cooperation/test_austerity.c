/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Austerity as it was (M5), and own money on top of a grant (M29). */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/tiny.h"

static tiny_t tiny, other;
static void end(void) {
    tiny_end(&tiny);
    tiny_end(&other);
}
TestSuite(austerity, .fini = end);

static double voted(tiny_t *one) {
    return (double)tiny_state(one)->donor.voted[TINY_DESIGNATED];
}

/* 11.5 bn yen in 1997, 6.5 bn in 2001, and an even fall between (F); flat before and after. */
Test(austerity, the_sliver_falls_as_spending_on_exchange_did) {
#define PAST TINY_STILL "run.start_year=1994 run.years=12 budget.priority_gain=0 "
    tiny_begin(&tiny, PAST "budget.history=true ");
    tiny_begin(&other, PAST "budget.history=false ");
    for (int year = 1994; year < 2006; year++) {
        tiny_steps(&tiny, 4);
        tiny_steps(&other, 4);
        double left = fmin(fmax(2001 - year, 0), 4) / 4;
        cr_expect_float_eq(voted(&tiny) / voted(&other), pow(11.5 / 6.5, left), 1e-5, "%d", year);
    }
}

Test(austerity, comes_on_top_of_history) {
    tiny_begin(&tiny, PAST "budget.history=true budget.austerity=0.05 ");
    tiny_steps(&tiny, 5 * 4 + 1);
    tiny_begin(&other, PAST "budget.history=true ");
    tiny_steps(&other, 5 * 4 + 1);
    cr_expect_float_eq(voted(&tiny) / voted(&other), exp(-0.25), 1e-5);
}

/* After 2001 nothing is known: the level or the trend. */
Test(austerity, spending_goes_on_as_declared) {
    static const struct {
        const char *settings;
        double slope;
    } after[] = {{PAST "budget.after=level ", 0},
                 {PAST "budget.after=trend ", -0.142636}}; /* log(6.5 / 11.5) / 4 */
    for (size_t k = 0; k < sizeof after / sizeof *after; k++) {
        tiny_begin(&tiny, after[k].settings);
        tiny_steps(&tiny, 7 * 4 + 1);
        double last = voted(&tiny);
        tiny_steps(&tiny, 4 * 4);
        cr_expect_float_eq(log(voted(&tiny) / last) / 4, after[k].slope, 1e-5, "case %zu", k);
    }
}

Test(austerity, a_run_from_2001_on_knows_no_history) {
    char one[33], two[33];
    tiny_begin(&tiny, "run.start_year=2001 budget.history=true ");
    tiny_begin(&other, "run.start_year=2001 budget.history=false ");
    tiny_run(&tiny);
    tiny_run(&other);
    sim_world_digest(&tiny.world, one);
    sim_world_digest(&other.world, two);
    cr_expect_str_eq(one, two);
}

/* The own money of projects won is what was asked, and less of it from the weak (M29). */
Test(austerity, projects_carry_their_own_share) {
    tiny_begin(&tiny, TINY_RICH TINY_EAGER TINY_FUNDED TINY_CALM
               "funding.own_rate=0 budget.own_share=0.1 ");
    tiny_run(&tiny);
    const coop_project_t *p = &tiny_state(&tiny)->project;
    int weak = 0;
    for (uint32_t j = 0; j < p->count; j++) {
        double strength = tiny_state(&tiny)->donor.fiscal_strength[p->donor[j]];
        double share = 0.1 * sqrt(fmin(1, strength));
        cr_expect_float_eq((double)p->own[j], share * (double)p->granted[j], 1.01);
        weak += strength < 0.5;
    }
    cr_expect_gt(weak, 20);
}
