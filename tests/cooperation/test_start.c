/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The initial state from the observed record: what stands, with what behind it; what is drawn where
 * the record is silent. That nothing later is read is in test_later.c. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/past.h"

static tiny_t tiny;
static void end(void) {
    tiny_end(&tiny);
    past_end();
}
TestSuite(start, .fini = end);

enum { D = TINY_DESIGNATED, DURING = 2010 };
#define RECORD_ONLY TINY_STILL "run.start_year=2010 record.fill=false "

static void begin(const past_t *past, const char *settings) {
    tiny_begin(&tiny, past_write(past, settings));
}
static uint32_t find_tie(uint32_t donor, uint32_t partner) {
    return sim_network_tie_find(tiny.world.ties, COOP_TIE_COOPERATION, donor,
                                TINY_FIRST_PARTNER + partner);
}
static double trust_of(uint32_t partner) {
    uint32_t tie = find_tie(D, partner);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    return tiny.world.ties->trust[tie];
}

Test(start, an_empty_record_leaves_nothing) {
    begin(&(past_t){.ties = ""}, TINY_STILL "run.start_year=2010 ");
    cr_expect_eq(tiny_live(&tiny), 0);
    cr_expect_eq(tiny_state(&tiny)->project.count, 0);
}

Test(start, a_tie_stands_with_its_onset_stage_and_institution) {
    begin(&(past_t){.ties = "401005,P11,cooperation,waste,1995,,exchange,0,read\n"
                            "401005,P11,mou,waste,2004,,programme,1,read\n"},
          RECORD_ONLY);
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t tie = find_tie(D, 11);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(ties->onset[tie], (1995 - DURING) * 4);
    cr_expect_eq(ties->onset_censored[tie], 0);
    cr_expect_eq(ties->stage[tie], COOP_STAGE_PROGRAMME);
    cr_expect_eq(ties->stage_since[tie], (2004 - DURING) * 4);
    cr_expect_eq(ties->institutionalised[tie], 1);
    cr_expect_eq(ties->topic[tie], COOP_SECTOR_WASTE);
    cr_expect_eq(ties->last_activity[tie], -1, "a programme works every year");
    cr_expect_eq(tiny_state(&tiny)->donor.n_ties[D], 1);
    cr_expect_eq(tiny_state(&tiny)->partner.n_ties[11], 1);
}

Test(start, a_later_step_of_the_ladder_is_not_known) {
    begin(&(past_t){.ties = "401005,P11,cooperation,waste,2009,,trainees,0,read\n"
                            "401005,P11,mou,waste,2010,,programme,1,read\n"
                            "401005,P12,cooperation,waste,2010,,exchange,0,read\n"},
          RECORD_ONLY);
    uint32_t tie = find_tie(D, 11);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(tiny.world.ties->stage[tie], COOP_STAGE_TRAINEES);
    cr_expect_eq(tiny.world.ties->institutionalised[tie], 0);
    cr_expect_eq(find_tie(D, 12), SIM_NETWORK_NONE);
}

Test(start, what_ended_before_does_not_stand_and_is_remembered) {
    begin(&(past_t){.ties = "401005,P11,cooperation,waste,2002,2009,project,0,read\n"
                            "401005,P12,cooperation,waste,2002,2010,project,0,read\n",
                    .projects = "A,401005,P11,other,,2002,2004,,waste,,,,read\n"},
          RECORD_ONLY);
    cr_expect_eq(find_tie(D, 11), SIM_NETWORK_NONE);
    cr_expect_neq(find_tie(D, 12), SIM_NETWORK_NONE);
    cr_expect_eq(tiny_state(&tiny)->donor.record[D], 1);
    cr_expect_eq(tiny_state(&tiny)->donor.first_project[D], (2002 - DURING) * 4);
    cr_expect_gt(tiny_state(&tiny)->donor.reputation[D], 0);
    cr_expect_eq(tiny_state(&tiny)->project.count, 0);
}

Test(start, a_work_alone_is_a_tie) {
    begin(&(past_t){.projects = "A,401005,P11,jica_local,2006,2007,2008,,water,,,1,read\n"},
          RECORD_ONLY);
    uint32_t tie = find_tie(D, 11);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(tiny.world.ties->onset[tie], (2007 - DURING) * 4);
    cr_expect_eq(tiny.world.ties->stage[tie], COOP_STAGE_PROJECT);
    cr_expect_eq(tiny.world.ties->topic[tie], COOP_SECTOR_WATER);
    cr_expect_eq(tiny.world.ties->last_activity[tie], (2009 - DURING) * 4 - 1);
    const coop_project_t *project = &tiny_state(&tiny)->project;
    cr_assert_eq(project->count, 1);
    cr_expect_eq(project->outcome[0], COOP_OUTCOME_COMPLETED);
    cr_expect_eq(project->finish[0], (2009 - DURING) * 4);
    cr_expect_eq(project->n_running, 0);
}

/* An end in the future is not known: the scheme's term is what remains. */
Test(start, a_running_work_lasts_as_long_as_its_scheme_grants) {
    static const char *const ends[] = {"", "2010", "2030"};
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        char rows[128];
        snprintf(rows, sizeof rows, "A,401005,P11,jica_local,,2009,%s,30,water,,,1,read\n",
                 ends[k]);
        begin(&(past_t){.projects = rows}, RECORD_ONLY "upkeep.leader_turnover=0 ");
        const coop_state_t *s = tiny_state(&tiny);
        cr_assert_eq(s->project.n_running, 1);
        cr_expect_eq(s->project.start[0], -4);
        cr_expect_eq(s->project.planned[0], 8);
        cr_expect_eq(s->project.granted[0], 30000000);
        cr_expect_eq(s->project.grant_left[0], 20000000);
        cr_expect_eq(s->balance[COOP_ACCOUNT_JICA], 20000000);
        cr_expect_eq(s->donor.n_projects[D], 1);
        cr_expect_eq(s->donor.load[D], COOP_FULL_LOAD);
        tiny_steps(&tiny, 9);
        cr_expect_eq(tiny_state(&tiny)->project.outcome[0], COOP_OUTCOME_COMPLETED);
        cr_expect_eq(tiny_state(&tiny)->balance[COOP_ACCOUNT_JICA], 0);
    }
}

/* Trust: exchange takes it to one half, works beyond, idleness back. */
Test(start, trust_follows_age_and_works) {
    begin(&(past_t){.ties = "401005,P10,cooperation,waste,2009,,exchange,0,read\n"
                            "401005,P11,cooperation,waste,1960,,exchange,0,read\n"
                            "401005,P12,cooperation,waste,1960,,exchange,0,read\n"
                            "401005,P13,cooperation,waste,1960,,exchange,0,read\n",
                    .projects = "A,401005,P12,other,,2003,2009,,waste,,,,read\n"
                                "B,401005,P13,other,,1997,2003,,waste,,,,read\n"},
          RECORD_ONLY);
    cr_expect_lt(trust_of(10), trust_of(11));
    cr_expect(fabs(trust_of(11) - 0.5) < 1e-3);
    cr_expect_gt(trust_of(12), 0.8);
    cr_expect_lt(trust_of(13), trust_of(12));
    cr_expect_gt(trust_of(13), 0.4);
}

Test(start, works_teach_the_donor_and_help_the_partner) {
    begin(&(past_t){.ties = ""}, RECORD_ONLY);
    double before = tiny_state(&tiny)->donor.knowhow[COOP_SECTOR_WATER][D];
    begin(&(past_t){.projects = "A,401005,P11,other,,2003,2009,,water,,,,read\n"}, RECORD_ONLY);
    const coop_state_t *s = tiny_state(&tiny);
    cr_expect_gt(s->donor.knowhow[COOP_SECTOR_WATER][D], before);
    cr_expect_lt(s->partner.need[COOP_SECTOR_WATER][11],
                 tiny_population(&tiny)->need[COOP_SECTOR_WATER][11]);
    cr_expect_gt(s->partner.capacity[11], tiny_population(&tiny)->capacity[11]);
}

Test(start, friends_are_sisters_too_and_a_network_is_a_contact) {
    begin(&(past_t){.ties = "401005,P11,friendship,waste,1999,,exchange,0,read\n"
                            "401005,P12,network,waste,2005,,trainees,0,read\n"
                            "401005,P13,network,waste,2005,2008,trainees,0,read\n"},
          TINY_CALM "run.start_year=2010 record.fill=false contacts.sister_share=0 ");
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t sister = sim_network_tie_find(ties, COOP_TIE_SISTER, D, TINY_FIRST_PARTNER + 11);
    cr_assert_neq(sister, SIM_NETWORK_NONE);
    cr_expect_eq(ties->onset[sister], (1999 - DURING) * 4);
    cr_expect_eq(tiny_live(&tiny), 1);
    cr_expect_eq(tiny_state(&tiny)->donor.n_contacts[D], 2);
}

#define BODIES                                                                                     \
    "C1,mandate,2005,,,,,read\nC1,manager,2005,,,010033,,read\nC1,manager,2008,,,010034,,read\n"   \
    "C1,manager,2010,,,010035,,read\nC1,policy,2006,,10,,,read\nC1,visitors,2007,,700,,CN,read\n"  \
    "C1,contribution,2008,,,,VN,read\nC1,contribution,2011,,,,VN,read\n"                           \
    "C1,consultation,2009,,,,RU,read\n"

Test(start, bodies_have_their_mandate_manager_policy_and_works) {
    begin(&(past_t){.histories = BODIES}, RECORD_ONLY "initiative.keenness=0.6 ");
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    cr_expect_eq(donor->mandate[TINY_POOL], 1);
    cr_expect_eq(tiny_state(&tiny)->abroad, 1);
    cr_expect_eq(donor->manager[TINY_POOL], TINY_WARD + 1);
    cr_expect_geq(donor->priority[TINY_POOL], 0.6);
    cr_expect_eq(donor->priority[TINY_POOL], donor->priority[TINY_WARD + 1]);
    cr_expect_eq(donor->policy_until[TINY_POOL], 2016);
    cr_expect_eq(donor->works[COOP_WORK_CONTRIBUTION][TINY_POOL], 1);
    cr_expect_eq(donor->scope[TINY_POOL], COOP_WORK_CONSULTATION);
    cr_expect_eq(donor->n_contacts[TINY_POOL], 1);
}

/* M4, M33: nobody keen; only the policy keeps the mandate. */
Test(start, a_policy_outlives_its_manager) {
    static const char settings[] = RECORD_ONLY "initiative.keenness=1 run.years=60 "
                                               "leadership.manager_incumbency=0 ";
    begin(&(past_t){.histories = "C1,mandate,2005,,,,,read\nC1,policy,2006,,6,,,read\n"}, settings);
    tiny_state(&tiny)->donor.priority[TINY_POOL] = 0;
    tiny_steps(&tiny, 4 * 2);
    cr_expect_eq(tiny_state(&tiny)->donor.mandate[TINY_POOL], 1, "JFY 2011");
    tiny_run(&tiny);
    cr_expect_eq(tiny_state(&tiny)->donor.mandate[TINY_POOL], 0, "long after JFY 2012");
}

Test(start, members_that_the_record_names_share_a_running_work) {
    begin(&(past_t){.ties = "C1,P11,mou,waste,2008,,exchange,0,read\n",
                    .projects = "A,C1,P11,jica_local,,2009,2011,30,waste,,,,read\n",
                    .histories = "C1,joint,2009,2011,,010033,VN,read\n"
                                 "C1,joint,2009,2011,,010035,VN,read\n"
                                 "C1,joint,2010,2011,,010034,VN,read\n"},
          RECORD_ONLY);
    const coop_state_t *s = tiny_state(&tiny);
    uint32_t tie = find_tie(TINY_POOL, 11);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(tiny.world.ties->institutionalised[tie], 1, "a plan of all members");
    cr_expect_eq(tiny.world.ties->mode[tie], COOP_MODE_REGIONAL);
    cr_assert_eq(s->project.members[0], 2);
    cr_expect_eq(s->donor.load[TINY_WARD], COOP_FULL_LOAD / 5);
    cr_expect_eq(s->donor.load[TINY_WARD + 1], 0);
    cr_expect_eq(s->donor.load[TINY_WARD + 2], COOP_FULL_LOAD / 5);
}

/* ---- what the record does not hold ---- */

static const past_t some = {.ties = "401005,P10,cooperation,waste,2000,,project,0,read\n"
                                    "401005,P11,cooperation,waste,2005,,project,0,read\n"
                                    "010005,P12,cooperation,waste,2004,,exchange,0,read\n"
                                    "010006,P13,cooperation,waste,2008,,exchange,0,read\n",
                            .histories = "401005,searched,,,,,,read\n"};
#define FILLED TINY_CALM TINY_RICH TINY_EAGER "run.start_year=2010 contacts.sister_ties=false "

Test(start, nothing_is_drawn_where_the_record_holds_all) {
    begin(&some, FILLED "record.coverage_searched=1 record.coverage_others=1 ");
    cr_expect_eq(tiny_live(&tiny), 4);
}

/* Two ties of the others at a coverage of one tenth: 18 more on average, standard error 0.67. */
Test(start, as_many_are_drawn_as_the_coverage_says) {
    enum { RUNS = 40 };
    double drawn = 0;
    begin(&some, FILLED "record.coverage_searched=1 record.coverage_others=0.1 ");
    for (uint32_t replicate = 0; replicate < RUNS; replicate++) {
        sim_world_free(&tiny.world);
        tiny_replicate(&tiny, replicate, 1);
        const sim_network_ties_t *ties = tiny.world.ties;
        const coop_state_t *s = tiny_state(&tiny);
        cr_assert_eq(s->first_filled - s->first_standing, 4);
        for (uint32_t tie = s->first_filled; tie < s->first_formed; tie++) {
            cr_expect_neq(ties->from[tie], D, "it was searched");
            cr_expect_lt(ties->onset[tie], 0);
            cr_expect_eq(ties->onset_censored[tie], 1);
        }
        drawn += s->first_formed - s->first_filled;
    }
    cr_expect(fabs(drawn / RUNS - 18) < 4 * 0.67, "%g", drawn / RUNS);
}

Test(start, replicates_differ_and_the_same_one_does_not) {
    char digest[3][33];
    begin(&some, FILLED "record.coverage_others=0.1 ");
    for (int k = 0; k < 3; k++) {
        sim_world_free(&tiny.world);
        tiny_replicate(&tiny, (uint32_t)k % 2, k + 1);
        sim_world_digest(&tiny.world, digest[k]);
    }
    cr_expect_str_neq(digest[0], digest[1]);
    cr_expect_str_eq(digest[0], digest[2]);
}

Test(start, no_money_no_tie_is_drawn) {
    begin(&some, FILLED "record.coverage_others=0.1 budget.international_share=0 ");
    cr_expect_eq(tiny_live(&tiny), 4);
}
