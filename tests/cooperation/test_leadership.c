/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leadership (M1, M2, M3, M4): the calendar of elections, renewal by terms served, partner heads,
 * managers. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(leadership, .fini = end);

#define NO_RENEWAL "leadership.turnover_factor=20 "

/* ---- the event table, read as a user reads it ---- */

static const sim_cell_t *event_row(size_t row) {
    const sim_record_rows_t *table = &tiny.record.table[COOP_TABLE_EVENT];
    return table->cell + row * table->fields;
}
static size_t n_events(void) {
    return tiny.record.table[COOP_TABLE_EVENT].rows;
}
static size_t count_events(int kind) {
    size_t n = 0;
    for (size_t row = 0; row < n_events(); row++)
        n += event_row(row)[1].i == kind;
    return n;
}
static void record_events(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_record(&tiny, SIM_DETAIL_FULL, 0, 1);
}

/* ---- the calendar ---- */

/* Every government votes in the first four years and then every four years to the day. */
static void check_calendar(void) {
    double last[TINY_GOVERNMENTS];
    int votes[TINY_GOVERNMENTS] = {0};
    for (size_t row = 0; row < n_events(); row++) {
        const sim_cell_t *event = event_row(row);
        if (event[1].i != COOP_EVENT_ELECTION)
            continue;
        int64_t d = event[2].i;
        cr_assert(d >= 0 && d < TINY_GOVERNMENTS);
        if (votes[d]++)
            cr_expect_eq(event[0].r, last[d] + COOP_TERM_YEARS);
        else
            cr_expect_lt(event[0].r, 2000 + COOP_TERM_YEARS);
        last[d] = event[0].r;
    }
    for (int d = 0; d < TINY_GOVERNMENTS; d++)
        cr_expect_eq(votes[d], 5, "government %d voted %d times in 20 years", d, votes[d]);
}

Test(leadership, every_government_votes_once_in_four_years) {
    static const char *const settings[] = {
        "run.years=20 run.steps_per_year=1 " TINY_STILL,
        "run.years=20 run.steps_per_year=4 " TINY_STILL,
        "run.years=20 run.steps_per_year=12 " TINY_STILL};
    for (int k = 0; k < 3; k++) {
        record_events(settings[k]);
        check_calendar();
    }
}

/* A quarter of the governments votes on the unified date, in April 2003 and every four years, and of
 * the others those whose quarter it is. */
Test(leadership, a_quarter_votes_on_the_unified_date) {
    enum { REPLICATES = 50 };
    double unified = 0, n = REPLICATES * TINY_GOVERNMENTS;
    tiny_begin(&tiny, TINY_STILL);
    for (uint32_t r = 0; r < REPLICATES; r++) {
        tiny_replicate(&tiny, r, 1);
        for (int d = 0; d < TINY_GOVERNMENTS; d++)
            unified += tiny_state(&tiny)->calendar.place[d] == 3 * 4;
    }
    cr_expect_gt(stat_chi_square(stat_binomial(unified, n, 0.25 + 0.75 / 16), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(unified, n, 1 / 16.0), 1), STAT_LEVEL,
                 "the twin must be found out");
}

Test(leadership, series_count_the_events) {
    record_events("run.years=20 " TINY_STILL);
    cr_expect_eq(tiny_metric_sum(&tiny, "elections"), (double)count_events(COOP_EVENT_ELECTION));
    cr_expect_eq(tiny_metric_sum(&tiny, "leader_turnovers"),
                 (double)count_events(COOP_EVENT_LEADER_TURNOVER));
    cr_expect_gt(count_events(COOP_EVENT_LEADER_TURNOVER), 0);
}

/* ---- turnover in its limits ---- */

static uint32_t ended_by(int cause) {
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t n = 0;
    for (uint32_t t = 0; t < ties->count; t++)
        n += ties->terminus[t] != SIM_NETWORK_OPEN && ties->cause[t] == cause;
    return n;
}

/* Ties on which the successor's other priorities bear with all force; how many end. */
static uint32_t ends_by_turnover(const char *settings) {
    tiny_begin(&tiny, settings);
    tiny_all_ties(&tiny, COOP_SECTOR_WASTE, 0.2);
    tiny_run(&tiny);
    return ended_by(COOP_CAUSE_LEADER_TURNOVER);
}

#define TURNOVER_ALONE                                                                             \
    "run.years=20 upkeep.institution_rate=0 leadership.tradition=0 " TINY_STILL TINY_LASTING       \
    "upkeep.leader_turnover=50 "

Test(leadership, no_turnover_no_new_head_and_no_tie_ended_by_one) {
    cr_expect_eq(ends_by_turnover(TURNOVER_ALONE "leadership.turnover_factor=0 "), 0);
    record_events(TURNOVER_ALONE "leadership.turnover_factor=0 ");
    cr_expect_eq(count_events(COOP_EVENT_LEADER_TURNOVER), 0);
    cr_expect_eq(count_events(COOP_EVENT_ELECTION), 5 * TINY_GOVERNMENTS);
}

Test(leadership, with_turnover_the_same_ties_do_end) {
    cr_expect_gt(ends_by_turnover(TURNOVER_ALONE), 100);
}

Test(leadership, a_large_factor_makes_every_election_a_new_head) {
    record_events("run.years=20 " NO_RENEWAL TINY_STILL);
    cr_expect_eq(count_events(COOP_EVENT_LEADER_TURNOVER), count_events(COOP_EVENT_ELECTION));
}

/* ---- renewal by terms served ---- */

typedef struct {
    double elections[COOP_MAX_TERMS], renewed[COOP_MAX_TERMS];
} renewal_t;

/* Terms are known from a government's first new head on; a turnover row follows its election. */
static renewal_t read_renewal(void) {
    renewal_t found = {{0}, {0}};
    int terms[TINY_GOVERNMENTS] = {0};
    for (size_t row = 0; row < n_events(); row++) {
        const sim_cell_t *event = event_row(row);
        if (event[1].i != COOP_EVENT_ELECTION)
            continue;
        int64_t d = event[2].i;
        bool changed = row + 1 < n_events() &&
                       event_row(row + 1)[1].i == COOP_EVENT_LEADER_TURNOVER &&
                       event_row(row + 1)[2].i == d;
        if (terms[d]) {
            int class = terms[d] < COOP_MAX_TERMS ? terms[d] : COOP_MAX_TERMS;
            found.elections[class - 1]++;
            found.renewed[class - 1] += !changed;
        }
        terms[d] = changed ? 1 : terms[d] ? terms[d] + 1 : 0;
    }
    return found;
}

static double renewal_p(const renewal_t *found, const double *renewal) {
    double sum = 0;
    for (int k = 0; k < COOP_MAX_TERMS; k++)
        sum += stat_binomial(found->renewed[k], found->elections[k], renewal[k]);
    return stat_chi_square(sum, COOP_MAX_TERMS);
}

Test(leadership, renewal_falls_with_terms_served) {
    static const double said[] = {0.91, 0.76, 0.36, 0.38, 0.33},
                        other[] = {0.81, 0.76, 0.36, 0.38, 0.33},
                        constant[] = {0.7, 0.7, 0.7, 0.7, 0.7};
    record_events("run.years=1000 run.steps_per_year=1 " TINY_STILL);
    renewal_t found = read_renewal();
    for (int k = 0; k < COOP_MAX_TERMS; k++)
        cr_assert_gt(found.elections[k], 200);
    cr_expect_gt(renewal_p(&found, said), STAT_LEVEL);
    cr_expect_lt(renewal_p(&found, other), STAT_LEVEL, "the twin must be found out");
    cr_expect_lt(renewal_p(&found, constant), STAT_LEVEL, "the twin must be found out");
}

/* ---- uncontested elections ---- */

static double contest_p(double city, double town) {
    double n[2] = {0}, uncontested[2] = {0};
    for (size_t row = 0; row < n_events(); row++) {
        const sim_cell_t *event = event_row(row);
        if (event[1].i != COOP_EVENT_ELECTION)
            continue;
        bool small = event[2].i >= TINY_TOWN && event[2].i < TINY_WARD;
        n[small]++;
        uncontested[small] += event[4].r == 0;
    }
    return stat_chi_square(
        stat_binomial(uncontested[0], n[0], city) + stat_binomial(uncontested[1], n[1], town), 2);
}

Test(leadership, uncontested_elections_have_their_shares) {
    record_events("run.years=400 run.steps_per_year=1 " TINY_STILL);
    cr_expect_gt(contest_p(0.295, 0.5), STAT_LEVEL);
    cr_expect_lt(contest_p(0.5, 0.3), STAT_LEVEL, "the twin must be found out");
}

/* ---- managers of cooperatives ---- */

static bool is_member(uint32_t cooperative, uint32_t head) {
    const coop_population_t *pop = tiny_population(&tiny);
    uint32_t c = cooperative - pop->first_cooperative;
    for (uint32_t k = pop->first_member[c]; k < pop->first_member[c + 1]; k++)
        if (pop->member[k] == head)
            return true;
    return false;
}

Test(leadership, the_manager_is_a_member_and_brings_the_priority_of_its_head) {
    static const char *const start[] = {"run.start_year=2000 ", "run.start_year=2003 "};
    char settings[1024];
    for (int k = 0; k < 2; k++) { /* in 2003 heads change in the very first step */
        snprintf(settings, sizeof settings, "%s%s", start[k],
                 "run.years=24 " NO_RENEWAL TINY_STILL);
        tiny_begin(&tiny, settings);
        const coop_donor_t *donor = &tiny_state(&tiny)->donor;
        while (tiny.world.clock.step < tiny.world.clock.steps) {
            tiny_steps(&tiny, 1);
            for (uint32_t c = TINY_POOL; c < TINY_NO_WORKS; c++) {
                uint32_t m = donor->manager[c];
                cr_assert(is_member(c, m));
                if (donor->turnover[m] == tiny.world.clock.step - 1) /* a new person, then */
                    cr_expect_eq(donor->turnover[c], donor->turnover[m]);
                cr_expect_eq(donor->priority[c], donor->priority[donor->manager[c]],
                             "cooperative %u after step %d", c, tiny.world.clock.step);
            }
        }
    }
}

Test(leadership, managers_serve_their_term_when_no_head_changes) {
    record_events("run.years=24 leadership.turnover_factor=0 " TINY_STILL);
    cr_expect_eq(count_events(COOP_EVENT_MANAGER_ELECTED), 3 * 24 / 2);
}

/* Changes of the person in the seat of the pool over 200 years, and how long a spell is. */
static double mean_spell(const char *settings) {
    int64_t manager = -1;
    double spells = 1;
    record_events(settings);
    for (size_t row = 0; row < n_events(); row++) {
        const sim_cell_t *event = event_row(row);
        if (event[1].i != COOP_EVENT_MANAGER_ELECTED || event[2].i != TINY_SMALL)
            continue;
        spells += event[3].i != manager && manager >= 0;
        manager = event[3].i;
    }
    return 200 / spells;
}

/* M4: a manager is elected again while in office and willing. */
Test(leadership, a_manager_keeps_the_seat_for_years) {
#define SEAT "run.years=200 run.steps_per_year=1 leadership.turnover_factor=0 " TINY_STILL
    cr_expect_gt(mean_spell(SEAT), 15, "five members and no election lost");
    cr_expect_lt(mean_spell(SEAT "leadership.manager_incumbency=0 "), 4);
    cr_expect_eq(mean_spell(SEAT "leadership.manager_incumbency=100 "), 200);
}

/* The new head of the member that managed has no advantage: nobody is in the seat. */
Test(leadership, a_new_head_is_no_incumbent) {
    double last = mean_spell("run.years=200 run.steps_per_year=1 leadership.manager_incumbency=100 "
                             TINY_STILL);
    cr_expect_gt(last, 4);
    cr_expect_lt(last, 40);
}

/* Without an incumbent's advantage the keenest of five is elected with the probability of a logit
 * with a weight of 3 per unit of priority. */
Test(leadership, the_keenest_head_tends_to_be_manager) {
    double keenest = 0, elections = 0, total = 0, most = 0;
    record_events("leadership.turnover_factor=0 leadership.tradition=0 " TINY_STILL
                  "run.years=800 run.steps_per_year=1 leadership.manager_incumbency=0 ");
    const double *priority = tiny_state(&tiny)->donor.priority; /* stay as set up */
    for (uint32_t m = TINY_TOWN; m < TINY_TOWN + 5; m++) {
        total += exp(3 * priority[m]);
        most = fmax(most, priority[m]);
    }
    for (size_t row = 0; row < n_events(); row++) {
        const sim_cell_t *event = event_row(row);
        if (event[1].i != COOP_EVENT_MANAGER_ELECTED || event[2].i != TINY_SMALL)
            continue;
        elections++;
        keenest += event[4].r == most;
    }
    cr_expect_gt(stat_chi_square(stat_binomial(keenest, elections, exp(3 * most) / total), 1),
                 STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(keenest, elections, 0.2), 1), STAT_LEVEL,
                 "the twin must be found out");
}

/* ---- heads of partner cities (M3) ---- */

#define HEADS TINY_RICH TINY_STILL TINY_LASTING "run.years=60 upkeep.institution_rate=0 "

/* Years in office of all heads that left, by country, and the most terms that any served. */
typedef struct {
    double heads[TINY_COUNTRIES], years[TINY_COUNTRIES];
    uint8_t terms[TINY_COUNTRIES];
} tenure_t;

static tenure_t tenures(const char *settings) {
    tenure_t found = {{0}, {0}, {0}};
    int32_t since[TINY_PARTNERS] = {0};
    tiny_begin(&tiny, settings);
    for (uint32_t i = 0; i < TINY_PARTNERS; i++)
        tiny_tie(&tiny, TINY_DESIGNATED, i, COOP_SECTOR_WASTE, 0.3);
    const coop_partner_t *partner = &tiny_state(&tiny)->partner;
    while (tiny.world.clock.step < tiny.world.clock.steps) {
        tiny_steps(&tiny, 1);
        for (uint32_t i = 0; i < TINY_PARTNERS; i++) {
            uint32_t c = i / 5;
            found.terms[c] =
                partner->terms[i] > found.terms[c] ? partner->terms[i] : found.terms[c];
            if (tiny.world.clock.step == 1 || partner->turnover[i] != tiny.world.clock.step - 1)
                continue;
            cr_expect_eq(partner->terms[i], 1);
            found.heads[c]++;
            found.years[c] += (tiny.world.clock.step - 1 - since[i]) / 4.0;
            since[i] = tiny.world.clock.step - 1;
        }
    }
    return found;
}

/* Limits: China 2, India none, Vietnam 2, Palau 1, Kenya 3. */
Test(leadership, no_partner_head_serves_more_terms_than_the_country_allows) {
    static const char *const settings[] = {
        HEADS "leadership.partner_turnover=0.6 ", HEADS "leadership.partner_turnover=0.05 ",
        HEADS "leadership.partner_turnover=0.3 run.steps_per_year=1 "};
    for (int k = 0; k < 3; k++) {
        tenure_t found = tenures(settings[k]);
        cr_expect_leq(found.terms[TINY_CN], 2);
        cr_expect_leq(found.terms[TINY_VN], 2);
        cr_expect_eq(found.terms[TINY_PW], 1);
        cr_expect_leq(found.terms[TINY_KE], 3);
        cr_expect_gt(found.terms[TINY_IN], 3, "no limit there");
    }
}

/* Where one may not stay, the rate is one a term at least: Palau against India, same draws. */
Test(leadership, a_term_limit_brings_new_heads) {
    tenure_t found = tenures(HEADS "leadership.partner_turnover=0.2 ");
    cr_expect_gt(found.heads[TINY_PW], 2 * found.heads[TINY_IN]);
    cr_expect_gt(found.heads[TINY_VN], found.heads[TINY_IN]);
    /* 5 cities x 60 years / 4 years = 75 new heads (Poisson; one in a million is 5 sd) */
    cr_expect_gt(found.heads[TINY_PW], 75 - 5 * sqrt(75));
    cr_expect_lt(found.heads[TINY_PW], 75 + 5 * sqrt(75));
}

Test(leadership, switched_off_no_partner_head_leaves_whatever_the_limit) {
    tenure_t found = tenures(HEADS "leadership.partner_turnover=0 ");
    for (int c = 0; c < TINY_COUNTRIES; c++)
        cr_expect_eq(found.heads[c], 0);
}

Test(leadership, above_one_a_term_the_limit_no_longer_binds) {
    tenure_t found = tenures(HEADS "leadership.partner_turnover=2 ");
    for (int c = 0; c < TINY_COUNTRIES; c++)
        cr_expect_eq(found.terms[c], 1, "all go before");
}
