/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prizes (M15): who wins them, how often, what they raise, and that it fades. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(recognition, .fini = end);

#define BUSY TINY_RICH TINY_EAGER TINY_FUNDED TINY_CALM "run.years=12 "

static size_t prizes(void) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    size_t n = 0;
    for (size_t k = 0; k < table->rows; k++)
        n += table->cell[k * table->fields + 1].i == COOP_EVENT_RECOGNITION;
    return n;
}
static const char *digest(const char *settings) {
    tiny_begin(&tiny, settings);
    return tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1)->digest;
}

Test(recognition, without_a_rate_no_prize_and_no_trace) {
    char first[33];
    strcpy(first, digest(BUSY "recognition.rate=0 "));
    cr_expect_eq(prizes(), 0);
    cr_expect_str_neq(digest(BUSY "recognition.rate=1 "), first);
    cr_expect_gt(prizes(), 20);
}

/* ---- one year by hand ---- */

static void with_projects(const char *settings, uint32_t replicate) {
    tiny_replicate(&tiny, replicate, 1);
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    (void)settings;
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        donor->n_projects[d] = d % 4, donor->reputation[d] = 0.25, donor->support[d] = 0.5;
    cr_assert_eq(coop_recognition_year(&tiny.world), 0);
}

Test(recognition, only_donors_with_projects_win_and_what_they_win_is_said) {
    tiny_begin(&tiny, "recognition.rate=12 ");
    with_projects("", 0);
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    for (uint32_t d = 0; d < TINY_DONORS; d++) {
        cr_expect(fabs(donor->reputation[d] - (d % 4 ? 0.4 : 0.25)) < 1e-12, "donor %u", d);
        cr_expect(fabs(donor->support[d] - (d % 4 ? 0.6 : 0.5)) < 1e-12);
    }
}

/* A donor with n projects wins with 1 - exp(-rate n). */
Test(recognition, prizes_come_with_projects) {
    enum { REPLICATES = 100 };
    double won[4] = {0}, n = REPLICATES * TINY_DONORS / 4.0, sum = 0;
    tiny_begin(&tiny, "recognition.rate=0.3 ");
    for (uint32_t r = 0; r < REPLICATES; r++) {
        with_projects("", r);
        for (uint32_t d = 0; d < TINY_DONORS; d++)
            won[d % 4] += tiny_state(&tiny)->donor.reputation[d] > 0.25;
    }
    cr_expect_eq(won[0], 0);
    for (int k = 1; k < 4; k++)
        sum += stat_binomial(won[k], n, 1 - exp(-0.3 * k));
    cr_expect_gt(stat_chi_square(sum, 3), STAT_LEVEL);
    sum = 0; /* twin: one chance whatever the number of projects */
    for (int k = 1; k < 4; k++)
        sum += stat_binomial(won[k], n, 1 - exp(-0.6));
    cr_expect_lt(stat_chi_square(sum, 3), STAT_LEVEL, "the twin must be found out");
}

Test(recognition, reputation_never_passes_one_and_fades) {
    tiny_begin(&tiny, TINY_STILL "recognition.rate=12 projects.reputation_fade=0.2 ");
    tiny_state(&tiny)->donor.n_projects[TINY_CITY] = 3;
    for (int prize = 0; prize < 200; prize++)
        cr_assert_eq(coop_recognition_year(&tiny.world), 0);
    coop_donor_t *donor = &tiny_state(&tiny)->donor;
    cr_expect(donor->reputation[TINY_CITY] <= 1 && donor->reputation[TINY_CITY] > 1 - 1e-12);
    cr_expect_eq(donor->support[TINY_CITY], 1);
    donor->n_projects[TINY_CITY] = 0;
    tiny_steps(&tiny, 4 * 3 + 1);
    cr_expect(fabs(donor->reputation[TINY_CITY] - exp(-0.2 * 3)) < 1e-12);
}
