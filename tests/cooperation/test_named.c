/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What interventions set on named agents: what is refused and where, and what comes of it. */
#define _GNU_SOURCE
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/world/named.h"
#include "sim/schedule/targets.h"
#include "tests/support/tiny.h"

static tiny_t tiny, other;
static void end(void) {
    tiny_end(&tiny);
    tiny_end(&other);
}
TestSuite(named, .fini = end);

#define ENTRY(at, who, set, value) "@{at=" at ";" who ";set=\"" set "\";value=" value ";} "
#define BUSY TINY_RICH TINY_EAGER TINY_FUNDED "upkeep.partner_exit=1 run.years=8 "

static void begin(const char *entries) {
    char settings[4096];
    snprintf(settings, sizeof settings, TINY_STILL TINY_LASTING "%s", entries);
    tiny_begin(&tiny, settings);
}

/* ---- what is refused ---- */

enum { FIRST_ENTRY = 7 }; /* its line in the text that tiny_load writes */

typedef struct {
    const char *entries;
    int line; /* from the first entry on */
    const char *words;
} wrong_t;

static void expect_refused(const wrong_t *wrong) {
    cr_assert_eq(tiny_load(&tiny, wrong->entries, 0, NULL), SIM_ERR_CONFIG, "%s", wrong->entries);
    cr_expect_eq(tiny.diag.count, 1, "%s: %zu problems", wrong->entries, tiny.diag.count);
    const sim_base_problem_t *problem = &tiny.diag.problem[0];
    cr_expect(strstr(problem->text, wrong->words), "%s: %s", wrong->entries, problem->text);
    cr_expect_str_eq(problem->file, "tiny");
    cr_expect_eq(problem->line, FIRST_ENTRY + wrong->line, "%s: line %d", wrong->entries,
                 problem->line);
}

Test(named, a_wrong_entry_is_named_with_its_line) {
    static const wrong_t wrong[] = {
        {ENTRY("2001", "agent=\"C9\"", "mandate", "true"), 0, "did you mean \"C1\"?"},
        {ENTRY("2001", "agent=\"Poool\"", "mandate", "true"), 0, "did you mean \"Pool\"?"},
        {ENTRY("2001", "agent=\"Constantinople\"", "mandate", "true"), 0,
         "there is no agent \"Constantinople\", neither as a code nor as a name"},
        {ENTRY("2001", "agent=\"401005\"", "mandate", "true"), 0,
         "401005 (Place 3) is a municipality, not a cooperative"},
        {ENTRY("2001", "agent=\"P03\"", "support", "0.5"), 0,
         "not a prefecture, municipality, special_ward or cooperative"},
        {ENTRY("2001", "agent=\"C1\"", "mandate", "1"), 0, "mandate must be true or false"},
        {ENTRY("2001", "agent=\"C1\"", "support", "1.5"), 0,
         "support is 1.5; it must lie between 0 and 1"},
        {ENTRY("2001", "agent=\"C1\"", "suport", "0.5"), 0, "did you mean support?"},
        {ENTRY("2001", "agent=\"C1\"", "upkeep.bond", "0.5"), 0, "belongs to no agent"},
        {ENTRY("2001", "agent=[]", "support", "0.5"), 0, "agent is an empty list"},
        {ENTRY("2001", "agent=401005", "support", "0.5"), 0,
         "the code or the name of an agent in quotes, but is an integer"},
        {ENTRY("2001", "agent=[\"C1\",\"C1\"]", "support", "0.5"), 0, "C1 (Pool) is named twice"},
        {ENTRY("1999", "agent=\"C1\"", "support", "0.5"), 0, "the run starts at"},
        {ENTRY("2008", "agent=\"C1\"", "support", "0.5"), 0, "the last step of the run begins"},
        {ENTRY("2001", "agent=\"C4\"", "mandate", "true"), 0,
         "mandate cannot be set on C4 (Other works): it has no plants"},
        {ENTRY("2001", "agent=\"C1\"", "manager", "\"010008\""), 0,
         "the one to manage it is not one of its members"},
        {ENTRY("2001", "agent=\"C1\"", "manager", "\"P03\""), 0, "P03 (City 3) is a partner_city"},
        {ENTRY("2001", "agent=\"C1\"", "manager", "3"), 0, "manager must be the code or the name"},
        {ENTRY("2001", "agent=\"C1\"", "tie", "\"end\""), 0, "say `with` whom"},
        {ENTRY("2001", "agent=\"C1\";with=\"P03\"", "tie", "\"ends\""), 0, "did you mean \"end\"?"},
        {ENTRY("2001", "agent=\"C1\";with=\"P99\"", "tie", "\"end\""), 0,
         "there is no agent \"P99\""},
        {ENTRY("2001", "agent=\"C1\";with=\"P03\"", "support", "0.5"), 0, "takes no `with`"},
        {ENTRY("2001", "agnet=\"C1\"", "upkeep.bond", "0.5"), 0, "did you mean agent?"},
        {ENTRY("2001", "kind=\"cooperatives\"", "support", "0.5"), 0,
         "no agent has kind \"cooperatives\"; did you mean \"cooperative\"?"},
        {ENTRY("2001", "type=\"hamlet\"", "support", "0.5"), 0, "it may be: city, cooperative"},
        {ENTRY("2001", "type=\"town\"", "mandate", "true"), 0, "none of these agents has mandate"},
        {ENTRY("2001", "type=\"town\";country=\"CN\"", "support", "0.5"), 0,
         "no agent meets all conditions"},
        {ENTRY("2001", "agent=\"C1\";kind=\"cooperative\"", "support", "0.5"), 0, "one of the two"},
        {ENTRY("2001", "agent=\"C1\"", "support", "0.5")
             ENTRY("2001.0", "agent=\"C1\"", "support", "0.6"),
         1, "support of C1 (Pool) is set twice at 2001; it is in line 7 already"},
        {ENTRY("2001", "kind=\"cooperative\"", "support", "0.5")
             ENTRY("2001", "agent=[\"C2\",\"C1\"]", "support", "0.6"),
         1, "support of C2 (Middle) is set twice"}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
        expect_refused(&wrong[k]);
}

Test(named, what_is_set_on_agents_needs_one) {
    const wrong_t wrong = {"@{at=2001;set=\"mandate\";value=true;} ", 0,
                           "say on whom, by one of: agent, kind, type, prefecture"};
    expect_refused(&wrong);
}

Test(named, a_name_of_several_asks_for_the_code) {
    char *text = tiny_text(COOP_FILE_COOPERATIVES), *second = strstr(text, "Middle");
    cr_assert_not_null(second);
    memcpy(second, "Pool", 4);
    memmove(second + 4, second + 6, strlen(second + 6) + 1);
    int code = tiny_load(&tiny, ENTRY("2001", "agent=\"Pool\"", "mandate", "true"),
                         COOP_FILE_COOPERATIVES, text);
    cr_assert_eq(code, SIM_ERR_CONFIG);
    cr_assert_eq(tiny.diag.count, 1);
    cr_expect_str_eq(tiny.diag.problem[0].text,
                     "2 agents are called \"Pool\"; write the code: C1 (cooperative), C2 "
                     "(cooperative)");
    free(text);
}

Test(named, dates_of_one_step_and_ties_with_others_are_no_doubles) {
    cr_expect_eq(tiny_load(&tiny,
                           ENTRY("2001", "agent=\"C1\"", "support",
                                 "0.5") ENTRY("2001.05", "agent=\"C1\"", "support", "0.6")
                               ENTRY("2001", "agent=\"C1\";with=\"P01\"", "tie", "\"found\"")
                                   ENTRY("2001", "agent=\"C1\";with=\"P02\"", "tie", "\"found\""),
                           0, NULL),
                 0);
}

/* ---- who is chosen ---- */

static const sim_schedule_target_t *targets(const char *entry) {
    static sim_base_arena_t arena;
    const sim_schedule_target_t *target;
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    sim_base_arena_reset(&arena);
    cr_assert_eq(tiny_load(&tiny, entry, 0, NULL), 0, "%s", entry);
    cr_assert_eq(sim_schedule_targets(tiny.config, tiny.shared, &arena, &diag, &target), 0);
    return target;
}

Test(named, agents_are_chosen_by_code_name_list_and_class) {
    static const struct {
        const char *who, *set;
        size_t n;
        uint32_t first, last;
    } known[] = {
        {"agent=\"C2\"", "support", 1, TINY_MIDDLE, TINY_MIDDLE},
        {"agent=\"Middle\"", "support", 1, TINY_MIDDLE, TINY_MIDDLE},
        {"agent=[\"C2\",\"401005\"]", "support", 2, TINY_MIDDLE, TINY_DESIGNATED},
        {"agent=(\"401005\",\"C2\")", "support", 2, TINY_DESIGNATED, TINY_MIDDLE},
        {"type=\"town\"", "support", 10, TINY_TOWN, TINY_TOWN + 9},
        {"type=[\"town\",\"village\"]", "support", 17, TINY_TOWN, TINY_WARD - 1},
        {"kind=\"prefecture\"", "support", 3, 0, 2},
        {"type=\"designated_city\";prefecture=\"010000\"", "support", 1, TINY_DESIGNATED,
         TINY_DESIGNATED},
        {"country=\"CN\"", "interest", 5, TINY_FIRST_PARTNER, TINY_FIRST_PARTNER + 4},
        {"region=\"africa\"", "interest", 5, TINY_FIRST_PARTNER + 20, TINY_FIRST_PARTNER + 24}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        char entry[256];
        snprintf(entry, sizeof entry, "@{at=2001;%s;set=\"%s\";value=0.5;} ", known[k].who,
                 known[k].set);
        const sim_schedule_target_t *target = targets(entry);
        cr_assert_eq(target->n, known[k].n, "%s: %zu", entry, target->n);
        cr_expect_eq(target->agent[0], known[k].first, "%s", entry);
        cr_expect_eq(target->agent[target->n - 1], known[k].last, "%s", entry);
        cr_expect_eq(target->other, UINT32_MAX);
    }
}

/* ---- what comes of it ---- */

Test(named, a_mandate_counts_from_its_date) {
    begin(ENTRY("2002", "agent=\"C1\"", "mandate", "true"));
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    tiny_steps(&tiny, 8);
    cr_expect(!donor->mandate[TINY_POOL] && tiny_state(&tiny)->abroad == 0);
    tiny_steps(&tiny, 1);
    cr_expect(donor->mandate[TINY_POOL] && tiny_state(&tiny)->abroad == 1);
    cr_expect(!donor->mandate[TINY_MIDDLE]);
    tiny_run(&tiny);
    cr_expect(donor->mandate[TINY_POOL], "and lasts");
}

Test(named, a_mandate_brings_regional_ties_and_its_end_no_more_of_them) {
    tiny_begin(&tiny, BUSY TINY_LASTING
               "initiative.rate=0 " ENTRY("2002", "kind=\"cooperative\"", "mandate", "true")
                   ENTRY("2004", "agent=\"C1\"", "mandate", "false"));
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    tiny_steps(&tiny, 8);
    cr_expect_eq(donor->n_ties[TINY_POOL], 0);
    tiny_steps(&tiny, 8);
    uint32_t before = donor->n_ties[TINY_POOL];
    cr_expect_gt(before, 0);
    cr_expect_eq(donor->n_ties[TINY_NO_WORKS], 0, "nobody without works goes");
    tiny_run(&tiny);
    cr_expect_eq(donor->n_ties[TINY_POOL], before);
    cr_expect_gt(donor->n_ties[TINY_MIDDLE], 0);
}

Test(named, a_policy_keeps_a_mandate_that_a_careless_manager_would_lose) {
    static const char *const policy[] = {"", ENTRY("2001", "agent=\"C1\"", "policy", "20"),
                                         ENTRY("2001", "agent=\"C1\"", "policy", "50")};
    static const bool kept[][2] = {{false, false}, {true, false}, {true, true}};
    for (size_t k = 0; k < 3; k++) {
        char entries[512];
        const char *mandate = ENTRY("2001", "agent=\"C1\"", "mandate", "true");
        bool before = k == 2; /* whichever of the two comes first */
        snprintf(entries, sizeof entries,
                 "run.years=45 initiative.keenness=1 initiative.plan_years=0 %s%s",
                 before ? policy[k] : mandate, before ? mandate : policy[k]);
        begin(entries);
        const coop_donor_t *donor = &tiny_state(&tiny)->donor;
        tiny_steps(&tiny, 4 * 20);
        cr_expect_eq(donor->mandate[TINY_POOL], kept[k][0], "policy %zu in 2019", k);
        tiny_run(&tiny);
        cr_expect_eq(donor->mandate[TINY_POOL], kept[k][1], "policy %zu at the end", k);
    }
}

Test(named, a_policy_holds_ties_while_it_runs) {
    begin(ENTRY("2001", "agent=[\"401005\",\"C1\"]", "policy", "2")
              ENTRY("2005", "agent=\"C1\"", "policy", "1"));
    uint32_t of_city = tiny_tie(&tiny, TINY_DESIGNATED, 0, 0, 0.1),
             of_pool = tiny_tie(&tiny, TINY_POOL, 1, 0, 0.1),
             programme = tiny_tie(&tiny, TINY_POOL, 2, 0, 0.1);
    sim_network_ties_t *ties = tiny.world.ties;
    ties->institutionalised[of_pool] = ties->institutionalised[programme] = 1;
    sim_network_tie_stage(ties, programme, COOP_STAGE_PROGRAMME, 0);
    const bool city[] = {false, true, true, false, false, false, false, false},
               pool[] = {true, true, true, false, false, true, false, false};
    for (int year = 0; year < 8; year++) {
        tiny_steps(&tiny, 1);
        cr_expect_eq(coop_policy_holds(&tiny.world, of_city), year > 0 && city[year], "%d", year);
        cr_expect_eq(coop_policy_holds(&tiny.world, of_pool), pool[year], "%d", year);
        cr_expect(coop_policy_holds(&tiny.world, programme));
        tiny_steps(&tiny, 3);
    }
}

Test(named, a_manager_is_seated_and_a_new_head_vacates_the_seat) {
    begin("leadership.turnover_factor=0 leadership.manager_incumbency=100 " ENTRY(
        "2001", "agent=\"C1\"", "manager", "\"010035\"")
              ENTRY("2001.25", "agent=\"010035\"", "priority", "0.75")
                  ENTRY("2002", "agent=\"010035\"", "head", "0.125"));
    const coop_donor_t *donor = &tiny_state(&tiny)->donor;
    tiny_steps(&tiny, 5);
    cr_expect_eq(donor->manager[TINY_POOL], 35);
    cr_expect_eq(donor->priority[TINY_POOL], donor->priority[35]);
    tiny_steps(&tiny, 1);
    cr_expect_eq(donor->priority[35], 0.75);
    cr_expect_eq(donor->priority[TINY_POOL], 0.75, "a head brings it to the cooperative");
    tiny_steps(&tiny, 3);
    cr_expect_eq(donor->priority[35], 0.125);
    cr_expect_eq(donor->priority_fall[35], 0.625);
    cr_expect_eq(donor->turnover[35], 8);
    cr_expect_eq(donor->terms[35], 1);
    cr_expect_eq(donor->elected[TINY_POOL], 8, "the members elect another manager");
}

Test(named, ties_are_founded_and_ended) {
    begin(ENTRY("2001", "agent=[\"401005\",\"C1\"];with=\"P03\"", "tie", "\"found\"")
              ENTRY("2001", "agent=\"C1\";with=\"P04\"", "tie", "\"end\"")
                  ENTRY("2003", "agent=\"C1\";with=\"P03\"", "tie", "\"end\""));
    tiny_steps(&tiny, 5);
    cr_expect_eq(tiny_live(&tiny), 2);
    const uint32_t partner = TINY_FIRST_PARTNER + 3;
    const sim_network_ties_t *ties = tiny.world.ties;
    uint32_t tie = sim_network_tie_find(ties, COOP_TIE_COOPERATION, TINY_POOL, partner);
    cr_assert_neq(tie, SIM_NETWORK_NONE);
    cr_expect_eq(ties->onset[tie], 4);
    cr_expect_eq(ties->mode[tie], COOP_MODE_REGIONAL);
    tiny_run(&tiny);
    cr_expect_eq(tiny_live(&tiny), 1);
    cr_expect_eq(ties->terminus[tie], 12);
    cr_expect_eq(ties->cause[tie], COOP_CAUSE_INTERVENTION);
}

Test(named, columns_are_set_on_whom_they_are_asked_for) {
    begin(ENTRY("2001", "agent=\"401005\"", "support", "0.875")
              ENTRY("2001", "agent=\"401005\"", "purse", "3")
                  ENTRY("2001", "agent=\"C1\"", "budget", "7e9")
                      ENTRY("2001", "country=\"KE\"", "need_water", "0.0625")
                          ENTRY("2001", "agent=\"P00\"", "stability", "0.25")
                              ENTRY("2001", "agent=\"P00\"", "capacity", "0.75")
                                  ENTRY("2001", "agent=\"P00\"", "head", "0.5"));
    tiny_begin(&other, TINY_STILL TINY_LASTING);
    tiny_steps(&tiny, 5);
    tiny_steps(&other, 5);
    const coop_state_t *s = tiny_state(&tiny), *o = tiny_state(&other);
    cr_expect_eq(s->donor.voted[TINY_DESIGNATED + 1], o->donor.voted[TINY_DESIGNATED + 1]);
    cr_expect_float_eq((double)s->donor.voted[TINY_DESIGNATED],
                       3.0 * (double)o->donor.voted[TINY_DESIGNATED], 3);
    cr_expect_eq(s->donor.own_budget[TINY_POOL], 7e9);
    cr_expect_eq(s->partner.need[COOP_SECTOR_WATER][24], 0.0625);
    cr_expect_neq(s->partner.need[COOP_SECTOR_WATER][19], 0.0625);
    cr_expect_eq(s->partner.stability[0], 0.25);
    cr_expect_eq(s->partner.stability[1], o->partner.stability[1]);
    cr_expect_eq(s->partner.capacity[0], 0.75);
    cr_expect_eq(s->partner.interest[0], 0.5);
    cr_expect_eq(s->partner.turnover[0], 4);
}

Test(named, staff_and_posts_are_scaled) {
    begin("staff.trend=0 " ENTRY("2001", "agent=\"401005\"", "staff", "0.5"));
    tiny_begin(&other, TINY_STILL TINY_LASTING "staff.trend=0 ");
    tiny_run(&tiny);
    tiny_run(&other);
    const coop_donor_t *half = &tiny_state(&tiny)->donor, *whole = &tiny_state(&other)->donor;
    cr_expect_float_eq(half->junior[TINY_DESIGNATED], whole->junior[TINY_DESIGNATED] / 2, 1e-9);
    cr_expect_float_eq(half->senior[TINY_DESIGNATED], whole->senior[TINY_DESIGNATED] / 2, 1e-9);
    cr_expect_eq(half->junior[TINY_DESIGNATED + 1], whole->junior[TINY_DESIGNATED + 1]);
}

/* ---- everything at once, whatever the threads ---- */

#define ALL                                                                                        \
    ENTRY("2001", "kind=\"cooperative\"", "mandate", "true")                                       \
    ENTRY("2001", "agent=[\"C1\",\"401005\"]", "policy", "3")                                      \
    ENTRY("2001.5", "agent=\"C1\"", "manager", "\"010035\"")                                       \
    ENTRY("2002", "type=\"designated_city\"", "head", "0.9")                                       \
    ENTRY("2002", "country=\"VN\"", "head", "0.9")                                                 \
    ENTRY("2002", "kind=[\"municipality\",\"cooperative\"]", "priority", "0.8")                    \
    ENTRY("2002.5", "kind=\"municipality\"", "reputation", "0.7")                                  \
    ENTRY("2003", "kind=\"prefecture\"", "support", "0.1")                                         \
    ENTRY("2003", "type=\"core_city\"", "purse", "0.1")                                            \
    ENTRY("2003", "agent=\"C2\"", "budget", "1e9")                                                 \
    ENTRY("2003.5", "type=\"core_city\"", "staff", "0.8")                                          \
    ENTRY("2003.5", "type=\"city\"", "seniors", "0.5")                                             \
    ENTRY("2004", "kind=\"municipality\";with=\"P03\"", "tie", "\"end\"")                          \
    ENTRY("2004", "kind=\"special_ward\";with=\"P03\"", "tie", "\"found\"")                        \
    ENTRY("2004.5", "region=\"africa\"", "interest", "0")                                          \
    ENTRY("2004.5", "region=\"africa\"", "capacity", "0.9")                                        \
    ENTRY("2004.5", "region=\"africa\"", "stability", "0.1")                                       \
    ENTRY("2005", "kind=\"partner_city\"", "need_waste", "0.9")                                    \
    ENTRY("2005", "kind=\"partner_city\"", "need_water", "0.9")                                    \
    ENTRY("2005", "kind=\"partner_city\"", "need_air", "0.9")                                      \
    ENTRY("2006", "kind=\"cooperative\"", "mandate", "false")

Test(named, all_of_them_are_deterministic_and_leave_a_sound_world) {
    char first[33];
    tiny_begin(&tiny, BUSY "associations.rate=2 " ALL);
    strcpy(first, tiny_record(&tiny, SIM_DETAIL_FULL, 1, 1)->digest); /* with the twin */
    cr_expect_str_eq(tiny_record(&tiny, SIM_DETAIL_SUMMARY, 1, 4)->digest, first);
    tiny_begin(&other, BUSY "associations.rate=2 ");
    cr_expect_str_neq(tiny_record(&other, SIM_DETAIL_SUMMARY, 1, 1)->digest, first);
}

Test(named, every_one_of_the_table_is_in_that_test) {
    for (const sim_agent_param_t *param = coop_agent_params; param->row.name; param++) {
        char asked[64];
        snprintf(asked, sizeof asked, "set=\"%s\"", param->row.name);
        cr_expect(strstr(ALL, asked), "%s", param->row.name);
    }
}
