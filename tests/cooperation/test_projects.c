/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects: instalments to the yen, lengths, ends, what they do to both sides, firms (M30). */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "models/cooperation/money/projects.h"
#include "tests/support/statistics.h"
#include "tests/support/tiny.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(projects, .fini = end);

#define ALONE TINY_STILL TINY_LASTING "budget.international_share=0 "

/* One tie and one project with nothing else going on; its steps. */
static uint32_t begin(const char *settings, int scheme, int64_t granted, double years) {
    tiny_begin(&tiny, settings);
    uint32_t tie = tiny_tie(&tiny, TINY_CITY, 12, COOP_SECTOR_WATER, 0.4);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, scheme, granted, 0, years), 0);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    return tie;
}
static const coop_project_t *project(void) {
    return &tiny_state(&tiny)->project;
}
static int64_t balance(int account) {
    return tiny_state(&tiny)->balance[account];
}

/* Equal to the yen but one, all of it at the end, done when planned. */
static void check_instalments(const char *settings, int scheme, int account, int64_t granted,
                              double years, int steps) {
    begin(settings, scheme, granted, years);
    cr_expect_eq(project()->planned[0], steps);
    cr_expect_eq(balance(account), granted);
    for (int k = 0; k < steps; k++) {
        int64_t before = balance(COOP_ACCOUNT_PARTNER_SERVICES);
        cr_expect_eq(project()->outcome[0], COOP_OUTCOME_RUNNING);
        tiny_steps(&tiny, 1);
        int64_t paid = balance(COOP_ACCOUNT_PARTNER_SERVICES) - before;
        cr_expect(paid >= granted / steps && paid <= granted / steps + 1);
    }
    cr_expect_eq(balance(COOP_ACCOUNT_PARTNER_SERVICES), granted);
    cr_expect_eq(balance(account), 0);
    tiny_steps(&tiny, 1);
    cr_expect_eq(project()->outcome[0], COOP_OUTCOME_COMPLETED);
    cr_expect_eq(project()->finish[0], project()->planned[0]);
    cr_expect_eq(project()->n_running, 0);
    cr_expect_eq(balance(COOP_ACCOUNT_TAXPAYERS), -granted);
}

Test(projects, instalments_add_up_to_the_grant_to_the_yen) {
    const int jica = COOP_SCHEME_JICA_LOCAL, moe = COOP_SCHEME_MOE_JCM;
    check_instalments(ALONE, jica, COOP_ACCOUNT_JICA, 29999999, 3, 12);
    check_instalments(ALONE, moe, COOP_ACCOUNT_MOE, 19999999, 1, 4);
    check_instalments(ALONE, jica, COOP_ACCOUNT_JICA, 3, 2, 8);
    check_instalments(ALONE, jica, COOP_ACCOUNT_JICA, 10000001, 2.6, 10);
    check_instalments(ALONE "run.steps_per_year=1 ", jica, COOP_ACCOUNT_JICA, 100, 2.6, 3);
    check_instalments(ALONE "run.steps_per_year=1 ", jica, COOP_ACCOUNT_JICA, 100, 0.25, 1);
    check_instalments(ALONE "run.steps_per_year=12 ", moe, COOP_ACCOUNT_MOE, 20000003, 2.6, 31);
}

Test(projects, a_cut_gives_the_rest_back_to_the_taxpayers) {
    uint32_t tie = begin(ALONE, COOP_SCHEME_JICA_LOCAL, 30000001, 3);
    tiny_steps(&tiny, 5);
    int64_t paid = balance(COOP_ACCOUNT_PARTNER_SERVICES);
    cr_expect(coop_projects_running(&tiny.world, tie));
    coop_projects_cut(&tiny.world, tie);
    cr_assert_eq(sim_world_verify(&tiny.world), 0);
    cr_expect_eq(paid, 12500000);
    cr_expect_eq(balance(COOP_ACCOUNT_TAXPAYERS), -paid);
    cr_expect_eq(balance(COOP_ACCOUNT_JICA), 0);
    cr_expect_eq(project()->outcome[0], COOP_OUTCOME_CUT);
    cr_expect_eq(project()->finish[0], 5);
    cr_expect_not(coop_projects_running(&tiny.world, tie));
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    cr_expect_eq(donor->fte_bound[TINY_CITY], 0);
    cr_expect_eq(donor->commitment[TINY_CITY], 0);
}

Test(projects, the_end_of_a_tie_cuts_its_project) {
    begin(ALONE "upkeep.partner_exit=50 ", COOP_SCHEME_JICA_LOCAL, 30000000, 3);
    tiny_state(&tiny)->partner.interest[12] = 0;
    tiny_run(&tiny);
    cr_expect_eq(tiny_live(&tiny), 0);
    cr_expect_eq(project()->outcome[0], COOP_OUTCOME_CUT);
    cr_expect_eq(project()->finish[0], tiny.world.ties->terminus[project()->tie[0]]);
    cr_expect_eq(balance(COOP_ACCOUNT_TAXPAYERS), -balance(COOP_ACCOUNT_PARTNER_SERVICES));
}

Test(projects, own_projects_cost_the_donor_and_nobody_else) {
    tiny_begin(&tiny, TINY_RICH TINY_STILL TINY_LASTING "budget.tie_upkeep=0 ");
    uint32_t tie = tiny_tie(&tiny, TINY_CITY, 12, COOP_SECTOR_WATER, 0.4);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, COOP_SCHEME_OWN, 0, 4000000, 1), 0);
    tiny_steps(&tiny, 5);
    cr_expect_eq(project()->own_paid[0], 4000000);
    cr_expect_eq(balance(COOP_ACCOUNT_PARTNER_SERVICES), 4000000);
    cr_expect_eq(balance(COOP_ACCOUNT_JICA) + balance(COOP_ACCOUNT_MOE), 0);
}

/* ---- in a busy world ---- */

Test(projects, lengths_are_in_range_and_one_project_at_a_time_belongs_to_a_tie) {
    tiny_begin(&tiny, TINY_BODIES TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED
               "run.years=20 run.steps_per_year=12 "
               "contacts.rate=2 formation.rate=2 funding.own_rate=1 upkeep.partner_exit=0.5 "
               "knowhow.size=0 knowhow.industry=0 ");
    tiny_run(&tiny);
    const coop_project_t *p = project();
    int32_t shortest = 1000, longest = 0;
    int count[COOP_N_SCHEMES] = {0}, outcome[COOP_N_OUTCOMES] = {0};
    for (uint32_t j = 0; j < p->count; j++) {
        int32_t steps = p->planned[j] - p->start[j];
        count[p->scheme[j]]++, outcome[p->outcome[j]]++;
        if (p->scheme[j] != COOP_SCHEME_JICA_LOCAL)
            cr_expect_eq(steps, 12);
        else if (steps < shortest || steps > longest)
            shortest = steps < shortest ? steps : shortest,
            longest = steps > longest ? steps : longest;
        if (p->outcome[j] != COOP_OUTCOME_RUNNING)
            cr_expect(p->finish[j] > p->start[j] - (p->outcome[j] == COOP_OUTCOME_CUT) &&
                      p->finish[j] <= p->planned[j]);
        for (uint32_t i = 0; i < j; i++)
            if (p->tie[i] == p->tie[j])
                cr_expect(p->outcome[i] != COOP_OUTCOME_RUNNING && p->finish[i] <= p->start[j]);
    }
    cr_expect(shortest == 24 && longest == 36, "%d to %d months", shortest, longest);
    static const int open[] = {COOP_SCHEME_JICA_LOCAL, COOP_SCHEME_MOE_JCM, COOP_SCHEME_OWN};
    for (int k = 0; k < 3; k++)
        cr_expect_gt(count[open[k]], 20, "%s", coop_scheme_words[open[k]]);
    cr_expect(outcome[COOP_OUTCOME_CUT] > 20 && outcome[COOP_OUTCOME_COMPLETED] > 20);
}

/* ---- what a year of project does (M11, M15, M18, M33) ---- */

static bool near(double x, double y) {
    return fabs(x - y) < 1e-12;
}

Test(projects, effects_have_their_closed_forms) {
    static const char *const pace[] = {"run.steps_per_year=1 ", "run.steps_per_year=4 ",
                                       "run.steps_per_year=12 "};
    static const int steps[] = {1, 4, 12};
    char settings[2048];
    for (int k = 0; k < 3; k++) {
        snprintf(settings, sizeof settings, "%s%s", pace[k],
                 ALONE "projects.trust_gain=0.25 projects.need_relief=0.1 "
                       "projects.capacity_gain=0.2 projects.reputation_gain=0.3 ");
        uint32_t tie = begin(settings, COOP_SCHEME_JICA_LOCAL, 1000, 2);
        const coop_state_t *s = tiny_state(&tiny);
        double need = s->partner.need[COOP_SECTOR_WATER][12], capacity = s->partner.capacity[12];
        tiny_steps(&tiny, steps[k]);
        cr_expect(near(tiny.world.ties->trust[tie], 1 - 0.6 * exp(-0.25)));
        cr_expect(near(s->partner.need[COOP_SECTOR_WATER][12], need * exp(-0.1)));
        cr_expect(near(s->partner.capacity[12], 1 - (1 - capacity) * exp(-0.2)));
        cr_expect(near(s->donor.reputation[TINY_CITY], 1 - exp(-0.3)));
    }
}

/* ---- started by a firm (M30) ---- */

#define WITH_MONEY                                                                                 \
    TINY_STILL TINY_LASTING TINY_RICH                                                              \
        "budget.tie_upkeep=0 staff.project_fte=1.5 projects.trust_gain=0.25 "

/* A study of a year with 1,000,000 yen of own money promised. */
static uint32_t study(const char *settings, int scheme) {
    tiny_begin(&tiny, settings);
    uint32_t tie = tiny_tie(&tiny, TINY_CITY, 12, COOP_SECTOR_AIR, 0.4);
    cr_assert_eq(coop_projects_start(&tiny.world, tie, scheme, 20000000, 1000000, 1), 0);
    return tie;
}

Test(projects, a_firm_s_project_costs_the_city_little_and_builds_less_trust) {
    const int moe = COOP_SCHEME_MOE_JCM;
    for (int firm = 0; firm < 2; firm++) {
        uint32_t tie = study(
            firm ? WITH_MONEY "funding.firm_share=1 " : WITH_MONEY "funding.firm_share=0 ", moe);
        const coop_donor_t *donor = &tiny_state(&tiny)->donor;
        cr_expect_eq(project()->firm[0], firm);
        cr_expect(near(donor->fte_bound[TINY_CITY], firm ? 0.3 : 1.5));
        cr_expect_eq(donor->commitment[TINY_CITY], firm ? 0 : 1000000);
        tiny_steps(&tiny, 4);
        double q = -expm1(-0.25 / 4) * (firm ? 0.5 : 1);
        cr_expect(near(tiny.world.ties->trust[tie], 1 - 0.6 * pow(1 - q, 4)));
        cr_expect_eq(balance(COOP_ACCOUNT_PARTNER_SERVICES), firm ? 20000000 : 21000000);
        tiny_steps(&tiny, 1);
        cr_expect_eq(donor->fte_bound[TINY_CITY], 0);
        cr_expect_eq(project()->own_paid[0], firm ? 0 : 1000000);
    }
}

Test(projects, only_feasibility_studies_are_started_by_firms) {
    study(WITH_MONEY "funding.firm_share=1 ", COOP_SCHEME_JICA_LOCAL);
    cr_expect_eq(project()->firm[0], 0);
    study(WITH_MONEY "funding.firm_share=1 ", COOP_SCHEME_OWN);
    cr_expect_eq(project()->firm[0], 0);
}

/* Projects of a busy run by who started them; own money that firms' projects took. */
static void count_firms(const char *settings, double n[2], int64_t *own) {
    tiny_begin(&tiny, settings);
    for (uint32_t d = 0; d < TINY_DONORS; d++)
        tiny_state(&tiny)->donor.industry[d] = 1; /* then both kinds propose alike (M28) */
    tiny_run(&tiny);
    n[0] = n[1] = 0, *own = 0;
    for (uint32_t j = 0; j < project()->count; j++)
        if (project()->scheme[j] == COOP_SCHEME_MOE_JCM) {
            n[project()->firm[j]]++;
            *own += project()->firm[j] ? project()->own_paid[j] : 0;
        }
}

Test(projects, the_share_of_firms_is_as_said) {
#define STUDIES                                                                                    \
    TINY_RICH TINY_EAGER TINY_FUNDED TINY_CALM                                                     \
        "funding.jica_enabled=false run.years=8 run.start_year=2014 knowhow.size=0 "               \
        "knowhow.industry=0 projects.trust_gain=0 "
    double n[2];
    int64_t own;
    count_firms(STUDIES "funding.firm_share=0 ", n, &own);
    cr_expect(n[0] > 100 && n[1] == 0);
    count_firms(STUDIES "funding.firm_share=1 ", n, &own);
    cr_expect(n[0] == 0 && n[1] > 100 && own == 0);
    count_firms(STUDIES "funding.firm_share=0.4 ", n, &own);
    cr_expect_gt(stat_chi_square(stat_binomial(n[1], n[0] + n[1], 0.4), 1), STAT_LEVEL);
    cr_expect_lt(stat_chi_square(stat_binomial(n[1], n[0] + n[1], 0.7), 1), STAT_LEVEL, "the twin");
}
