/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Support of council and citizens (M14): bounds, its mean, stress and visibility. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(support, .fini = end);

static const double *support(void) {
    return tiny_state(&tiny)->donor.support;
}

Test(support, it_stays_within_its_bounds) {
    tiny_begin(&tiny, TINY_STILL "run.years=100 run.steps_per_year=1 support.noise=1 "
                                 "support.mean=0.5 support.reversion=0 support.stress=0 ");
    int low = 0, high = 0;
    for (int year = 0; year < 100; year++) {
        tiny_steps(&tiny, 1);
        for (int d = 0; d < TINY_DONORS; d++) {
            cr_assert(support()[d] >= 0 && support()[d] <= 1);
            low += support()[d] == 0, high += support()[d] == 1;
        }
    }
    cr_expect(low > 100 && high > 100, "both bounds are reached");
}

/* Standard errors by which the mean over donors and 900 years is off `mean`. An autoregression of
 * order one with yearly shocks of .07 and reversion r has a mean of error .07 / r / sqrt(n). */
static double off(const char *settings, double mean, double reversion) {
    double sum = 0;
    const int years = 900;
    tiny_begin(&tiny, settings);
    tiny_steps(&tiny, 100);
    for (int year = 0; year < years; year++) {
        tiny_steps(&tiny, 1);
        for (int d = 0; d < TINY_DONORS; d++)
            sum += support()[d];
    }
    double n = (double)years * TINY_DONORS;
    return fabs(sum / n - mean) / (0.07 / reversion / sqrt(n));
}

/* Five standard errors: false alarm 6e-7. */
Test(support, it_returns_to_its_mean) {
#define DRIFT                                                                                      \
    TINY_STILL "run.years=1000 run.steps_per_year=1 support.noise=0.07 support.stress=0 "          \
               "support.reversion=0.25 "
    cr_expect_lt(off(DRIFT "support.mean=0.5 ", 0.5, 0.25), 5);
    cr_expect_gt(off(DRIFT "support.mean=0.49 ", 0.5, 0.25), 5, "the twin must be found out");
}

/* Without noise support settles where the pull makes up for the stress. */
Test(support, fiscal_stress_lowers_it) {
    tiny_begin(&tiny, TINY_STILL "run.years=300 run.steps_per_year=1 support.noise=0 "
                                 "support.mean=0.6 support.reversion=0.25 support.stress=0.05 ");
    const double *strength = tiny_population(&tiny)->fiscal_strength;
    tiny_run(&tiny);
    for (int d = 0; d < TINY_DONORS; d++)
        cr_expect(fabs(support()[d] - (0.6 - 0.05 * (1 - strength[d]) / 0.25)) < 1e-12);
}

Test(support, visible_work_raises_it_and_reputation_fades) {
    tiny_begin(&tiny, TINY_STILL "support.noise=0 support.mean=0.3 support.reversion=0 "
                                 "support.stress=0 support.visibility=0.1 "
                                 "projects.reputation_fade=0.2 run.steps_per_year=1 ");
    double *reputation = tiny_state(&tiny)->donor.reputation;
    reputation[TINY_CITY] = 0.8;
    tiny_steps(&tiny, 3); /* the drift begins with the second year */
    double raised = 0.1 * 0.8 * (1 + exp(-0.2));
    cr_expect(fabs(support()[TINY_CITY] - 0.3 - raised) < 1e-12);
    cr_expect(fabs(reputation[TINY_CITY] - 0.8 * exp(-0.4)) < 1e-12);
    cr_expect_eq(support()[TINY_TOWN], 0.3);
}
