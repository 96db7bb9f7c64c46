/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies that start at a date. What a process derives from parameters has to follow them, and
 * nothing that lies behind may move. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/tiny.h"

extern const sim_model_t sim_model_cooperation;
static tiny_t tiny, other;
static void end(void) {
    tiny_end(&tiny);
    tiny_end(&other);
}
TestSuite(policies, .fini = end);

#define BUSY                                                                                       \
    TINY_RICH TINY_EAGER TINY_MANDATED TINY_FUNDED                                                 \
        "funding.own_rate=1.7 knowhow.plant_life=10 knowhow.plant_life_cooperative=10 "            \
        "projects.reputation_gain=0.5 "                                                            \
        "leadership.turnover_factor=2 budget.fiscal_exponent=0.5 budget.austerity=0.02 "

static bool same(void) {
    char one[33], two[33];
    sim_world_digest(&tiny.world, one);
    sim_world_digest(&other.world, two);
    return strcmp(one, two) == 0;
}

/* ---- before and after ---- */

Test(policies, before_their_date_nothing_moves_and_after_it_something_does) {
    static const char *const policies[] = {"funding.jica_budget_factor=0",
                                           "contacts.rate=0.1",
                                           "contacts.size_exponent=1.5",
                                           "contacts.other_ways=9",
                                           "contacts.knowhow=0.1",
                                           "budget.fiscal_exponent=3",
                                           "budget.austerity=0.2",
                                           "staff.project_fte=15",
                                           "staff.trend=5",
                                           "formation.regional=false",
                                           "formation.rate=0.1",
                                           "leadership.turnover_factor=0.1",
                                           "support.mean=0.1",
                                           "upkeep.partner_exit=20",
                                           "funding.own_rate=0"};
    for (size_t k = 0; k < sizeof policies / sizeof *policies; k++) {
        char settings[2048];
        snprintf(settings, sizeof settings, BUSY "@2003.5:%s ", policies[k]);
        tiny_begin(&tiny, BUSY);
        tiny_begin(&other, settings);
        for (int step = 0; step < 14; step++) {
            cr_assert(same(), "%s, before step %d", policies[k], step);
            tiny_steps(&tiny, 1);
            tiny_steps(&other, 1);
        }
        cr_assert(same(), "%s", policies[k]);
        tiny_run(&tiny);
        tiny_run(&other);
        cr_expect(!same(), "%s", policies[k]);
    }
}

Test(policies, the_series_are_the_same_to_the_last_bit_until_their_date) {
    tiny_begin(&tiny, BUSY);
    tiny_begin(&other, BUSY "@2004:funding.jica_budget_factor=0 ");
    const sim_record_t *one = tiny_record(&tiny, SIM_DETAIL_SERIES, 1, 1);
    const sim_record_t *two = tiny_record(&other, SIM_DETAIL_SERIES, 1, 1);
    size_t row = one->n_metrics * sizeof *one->series;
    cr_expect_eq(memcmp(one->series, two->series, (1 + 16) * row), 0);
    cr_expect_neq(memcmp(one->series, two->series, (1 + 32) * row), 0);
}

/* ---- identities ---- */

static bool listed(const char *const *names, const char *name) {
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* Read by set-up too, so that they cannot be told from a change at the first step. */
static const char *const at_the_start_too[] = {"leadership.turnover_factor",
                                               "leadership.tradition",
                                               "leadership.priority",
                                               "knowhow.forgetting",
                                               "knowhow.plant_gain",
                                               "knowhow.plant_life",
                                               "knowhow.plant_life_cooperative",
                                               "contacts.size_exponent",
                                               "knowhow.people_per_plant",
                                               "support.mean",
                                               "support.noise",
                                               "contacts.sister_share",
                                               "contacts.sister_purpose",
                                               NULL};

/* A planned rupture must lie in the run, once there is one. */
#define IN_REACH "relations.rupture_year=2001 "

/* A new value with which the whole is still in order. */
static void new_value(const sim_param_t *row, char *word, size_t size) {
    double span[] = {row->min, row->max};
    for (int way = 0; way < 2; way++) {
        char settings[256];
        if (row->type == SIM_PARAM_BOOL)
            snprintf(word, size, "%s=%s", row->name, row->value != 0 ? "false" : "true");
        else if (row->type == SIM_PARAM_CHOICE) /* the last word is no default */
            snprintf(word, size, "%s=\"%s\"", row->name, strrchr(row->choices, '|') + 1);
        else
            snprintf(word, size, "%s=%.9e", row->name, row->value + 0.3 * (span[way] - row->value));
        snprintf(settings, sizeof settings, IN_REACH "%s ", word);
        bool numeric = row->type != SIM_PARAM_BOOL && row->type != SIM_PARAM_CHOICE;
        if ((!numeric || span[way] != row->value) && tiny_load(&tiny, settings, 0, NULL) == 0)
            return;
    }
    cr_assert_fail("%s", row->name);
}

/* At the first step an intervention is the same as the parameter itself: a table that a process
 * derives in set-up and forgets to renew shows here, whatever parameter it hangs on. */
Test(policies, from_the_start_they_are_the_parameter) {
    int looked_at = 0;
    for (const sim_param_t *row = coop_param_table; row->name; row++) {
        char word[128], settings[200];
        if (sim_param_start_only(&sim_model_cooperation, row) ||
            listed(at_the_start_too, row->name))
            continue;
        new_value(row, word, sizeof word);
        snprintf(settings, sizeof settings, IN_REACH "%s ", word);
        tiny_begin(&tiny, settings);
        snprintf(settings, sizeof settings, IN_REACH "@2000:%s ", word);
        tiny_begin(&other, settings);
        tiny_steps(&tiny, 9);
        tiny_steps(&other, 9);
        cr_expect(same(), "%s", word);
        looked_at++;
    }
    cr_expect_gt(looked_at, 100);
}

/* Twin: what set-up reads too is seen. */
Test(policies, what_set_up_reads_too_is_another_question) {
    tiny_begin(&tiny, "support.mean=0.9 ");
    tiny_begin(&other, "@2000:support.mean=0.9 ");
    tiny_steps(&tiny, 9);
    tiny_steps(&other, 9);
    cr_expect(!same());
}

/* Every parameter that may change is set to what it is: nothing moves. */
Test(policies, that_change_nothing_change_nothing) {
    char *settings = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&settings, &size);
    cr_assert_eq(tiny_load(&tiny, BUSY, 0, NULL), 0);
    fputs(BUSY, out);
    for (const sim_param_t *row = coop_param_table; row->name; row++) {
        char value[64];
        const char *quote = row->type == SIM_PARAM_CHOICE ? "\"" : "";
        if (!sim_param_start_only(&sim_model_cooperation, row))
            fprintf(out, "@2003.5:%s=%s%s%s ", row->name, quote,
                    sim_param_format(row, tiny.config->params, value, sizeof value), quote);
    }
    cr_assert_eq(fclose(out), 0);
    tiny_begin(&tiny, BUSY);
    tiny_begin(&other, settings);
    tiny_run(&tiny);
    tiny_run(&other);
    cr_expect_gt(other.world.n_applied, 100);
    cr_expect(same());
    free(settings);
}

Test(policies, stay_in_their_replicate) {
    char first[33], again[33];
    tiny_begin(&tiny, BUSY "@2002:contacts.rate=1 @2004:budget.austerity=0.1 ");
    tiny_run(&tiny);
    sim_world_digest(&tiny.world, first);
    tiny_replicate(&tiny, 1, 1);
    tiny_run(&tiny);
    tiny_replicate(&tiny, 0, 1);
    tiny_run(&tiny);
    sim_world_digest(&tiny.world, again);
    cr_expect_str_eq(again, first);
}

/* ---- what is paid and bound ---- */

/* Yearly cuts add up from the date on, and stop where they stop. */
Test(policies, austerity_bends_the_budget_and_does_not_make_it_jump) {
    tiny_begin(&tiny, TINY_STILL "budget.priority_gain=0 budget.austerity=0.01 ");
    tiny_begin(&other, TINY_STILL "budget.priority_gain=0 budget.austerity=0.01 "
                                  "@2002:budget.austerity=0.1 @2004.5:budget.austerity=0 ");
    for (int year = 2000; year < 2008; year++) {
        double until = fmin(fmax(year, 2002), 2004.5);
        tiny_steps(&tiny, 4);
        tiny_steps(&other, 4);
        double log_cut = 0.01 * fmin(year - 2000, 2) + 0.1 * (until - 2002);
        double plain = (double)tiny_state(&tiny)->donor.voted[TINY_DESIGNATED];
        double cut = (double)tiny_state(&other)->donor.voted[TINY_DESIGNATED];
        cr_expect_float_eq(cut / plain, exp(0.01 * (year - 2000) - log_cut), 1e-5, "%d", year);
    }
}

Test(policies, a_new_trend_holds_for_the_posts_to_come) {
    tiny_begin(&tiny, TINY_STILL "staff.trend=1 ");
    tiny_begin(&other, TINY_STILL "staff.trend=1 @2004:staff.trend=0 ");
    tiny_steps(&tiny, 17); /* into 2004 */
    tiny_steps(&other, 17);
    const coop_donor_t *plain = &tiny_state(&tiny)->donor, *held = &tiny_state(&other)->donor;
    double staff = plain->junior[TINY_CITY] + plain->senior[TINY_CITY];
    cr_expect_lt(staff, plain->staff_start[TINY_CITY]);
    cr_expect_float_eq(held->junior[TINY_CITY] + held->senior[TINY_CITY], staff, 1e-9 * staff);
    tiny_run(&other);
    cr_expect_float_eq(held->junior[TINY_CITY] + held->senior[TINY_CITY], staff, 1e-9 * staff);
    tiny_run(&tiny);
    cr_expect_lt(plain->junior[TINY_CITY] + plain->senior[TINY_CITY], 0.999 * staff);
}

Test(policies, people_bound_in_projects_follow_the_need_of_a_project) {
    int bound = 0;
    tiny_begin(&tiny, BUSY "@2003:staff.project_fte=0.7 @2005:staff.project_fte=0.02 ");
    for (int step = 0; step < 32; step++) {
        const coop_donor_t *donor = &tiny_state(&tiny)->donor;
        double fte = step < 12 ? 0.01 : step < 20 ? 0.7 : 0.02;
        tiny_steps(&tiny, 1);
        for (uint32_t d = 0; d < TINY_DONORS; d++) {
            cr_assert_float_eq(donor->fte_bound[d],
                               (donor->n_projects[d] - 0.8 * donor->n_firm_projects[d]) * fte,
                               1e-12);
            bound += donor->n_projects[d] > 0;
        }
    }
    cr_expect_gt(bound, 100);
}

/* ---- conditions ---- */

static bool refused(const char *settings, const char *words) {
    return tiny_load(&tiny, settings, 0, NULL) == SIM_ERR_CONFIG && tiny.diag.count == 1 &&
           strstr(tiny.diag.problem[0].text, words) && tiny.diag.problem[0].line > 1;
}

/* The model's conditions hold for what the interventions bring about, at each of their dates. */
Test(policies, conditions_hold_at_each_date) {
    static const char words[] = "jica_from is 2005.0, but must be at most";
#define SHORT "funding.jica_until=2004 "
    cr_expect(refused(SHORT "@2003:funding.jica_from=2005 ", words));
    cr_expect(refused(SHORT "@2003:funding.jica_from=2005 @2004:funding.jica_until=2006 ", words));
    cr_expect_eq(tiny_load(&tiny,
                           SHORT "@2003:funding.jica_from=2005 @2003:funding.jica_until=2006 ", 0,
                           NULL),
                 0);
    const coop_params_t *p = tiny.config->params;
    cr_expect_eq(p->funding.main[COOP_SCHEME_JICA_LOCAL].from_year, 2002,
                 "the configuration itself stays");
    cr_expect(refused("@2003:population.countries=\"x\" ", "read only at the start"));
    cr_expect(refused("@2003:knowhow.initial=0.5 ", "read only at the start"));
}
