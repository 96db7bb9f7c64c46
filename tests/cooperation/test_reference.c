/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model against a slow second reading of its core rules (formation M8, M22; calls M25-M30;
 * endings M31, M33; money M5-M7): both are stepped side by side and must have the same ties,
 * causes, awards and yen after every step. A reference with another rule must be found out. */
#include <criterion/criterion.h>
#include <string.h>

#include "models/cooperation/money/schemes.h"
#include "tests/support/reference.h"

static tiny_t tiny;
static ref_world_t reference;
static void end(void) {
    tiny_end(&tiny);
}
TestSuite(reference, .fini = end);

static const struct {
    const char *name;
    void (*phase)(ref_world_t *);
} core[] = {{"ledger", ref_ledger},
            {"completion", ref_completion},
            {"budgets", ref_budgets},
            {"calls", ref_calls},
            {"own_projects", ref_own_projects},
            {"work", ref_work},
            {"formation", ref_formation},
            {"ladder", ref_ladder},
            {"upkeep", ref_upkeep}};

static void (*core_phase(const char *name))(ref_world_t *) {
    for (size_t k = 0; k < sizeof core / sizeof *core; k++)
        if (strcmp(core[k].name, name) == 0)
            return core[k].phase;
    return NULL;
}

/* All phases of a step of the model, and those of the core of the reference before them. What
 * others have decided it sees when one of them has run. */
static void step_both(void) {
    sim_world_t *world = &tiny.world;
    bool new_year = world->clock.step % world->clock.steps_per_year == 0, seen = false;
    for (const sim_phase_t *phase = world->model->phases; phase->name; phase++) {
        void (*mine)(ref_world_t *) = core_phase(phase->name);
        if (phase->every == SIM_EVERY_YEAR && !new_year)
            continue;
        if (mine && !seen)
            ref_look(&reference, world);
        if (mine)
            mine(&reference);
        seen = mine != NULL;
        cr_assert_eq(phase->commit(world), 0, "%s", world->note);
    }
}

static void change(const sim_param_t *row);

/* Steps the world of tiny_begin until the two differ, which is said, or to the end: true. The
 * reference is right, or one parameter of it is changed. */
static bool side_by_side(uint32_t replicate, const sim_param_t *changed, char said[REF_ROOM]) {
    tiny_replicate(&tiny, replicate, 1);
    for (uint32_t c = TINY_GOVERNMENTS; c < TINY_DONORS; c++) /* who has a mandate may do studies */
        tiny_state(&tiny)->donor.scope[c] = COOP_WORK_CONSULTATION;
    ref_begin(&reference, &tiny.world);
    if (changed)
        change(changed);
    while (tiny.world.clock.step < tiny.world.clock.steps) {
        step_both();
        if (!ref_agrees(&reference, &tiny.world, said))
            return false;
        tiny.world.clock.step++;
    }
    return true;
}

/* ---- worlds in which all of it happens ---- */

#define OPEN                                                                                       \
    TINY_ALONE                                                                                     \
    TINY_BODIES TINY_PLAIN_WORK                                                                    \
        "associations.enabled=false contacts.sister_ties=false "                                   \
        "contacts.rate=6 "                                                                         \
        "contacts.size_exponent=0.2 contacts.memory=4 formation.rate=3 run.start_year=2008 "       \
        "initiative.rate=2 initiative.knowhow=0.2 initiative.plan_years=100 "                      \
        "ladder.programme_projects=2 "
#define ABLE                                                                                       \
    "works.guarantee=1 "                                                                           \
    "budget.international_share=0.004 staff.international_share=0.1 "

static const char *const worlds[] = {
    /* more of everything, and heads that differ and leave */
    OPEN "budget.international_share=0.002 upkeep.staff_loss=1 staff.priority_gain=15 "
         "leadership.tradition=0 leadership.turnover_factor=2 upkeep.leader_turnover=2 "
         "run.years=12 funding.minor_budget_factor=6 "
         "formation.rate_intermediary=10 formation.opt_out=4 contacts.reputation=5 "
         "funding.min_trust=0.1 ",
    /* little money and few people, relations that sour, needs that are met */
    OPEN "budget.international_share=0.0006 staff.trend=5 relations.rupture_rate=1 run.years=12 "
         "relations.end=1 upkeep.budget_shortfall=1 "
         "upkeep.staff_loss=2 staff.priority_gain=10 leadership.tradition=0 "
         "leadership.turnover_factor=3 support.mean=0.3 "
         "projects.need_relief=0.3 support.veto=0.9 formation.opt_out=4 budget.austerity=0.15 ",
    /* years; national money for everybody, cooperatives too, bids that are joined and renewed */
    OPEN ABLE "run.years=10 run.steps_per_year=1 contacts.memory=3 formation.popularity=2 "
              "funding.min_trust=0.1 funding.quality_bar=1.5 "
              "funding.minor_budget_factor=4 funding.supplementary_chance=0.6 ",
    /* only the minor schemes, whose money does not suffice */
    OPEN ABLE "run.years=8 funding.jica_enabled=false funding.moe_enabled=false "
              "funding.min_trust=0.1 funding.quality_bar=0 contacts.imitation=0.5 "
              "funding.minor_budget_factor=2 funding.minor_open_to_cooperatives=true ",
    /* months, early years */
    OPEN ABLE "run.steps_per_year=12 run.years=4 run.start_year=1998 funding.jica_from=1999 "
              "funding.jica_special_from=2000 funding.jica_special_until=2001 "
              "funding.own_rate=1 ladder.programme_trust=0.3 ladder.trainees_trust=0.1 "
              "ladder.rate=2 upkeep.institution_trust=0.3 upkeep.institution_rate=0.5 "};
enum { N_WORLDS = sizeof worlds / sizeof *worlds, REPLICATES = 3 };

/* What has happened in the reference, over all worlds. */
typedef struct {
    int cause[COOP_N_CAUSES], scheme[COOP_N_SCHEMES], outcome[COOP_N_OUTCOMES];
    int firm, renewed, joint, special, regional, unpaid, stage[COOP_N_STAGES];
} coverage_t;

static void cover(coverage_t *seen) {
    const coop_scheme_t *scheme = reference.scheme;
    for (int t = 0; t < reference.n_ties; t++) {
        const ref_tie_t *tie = &reference.tie[t];
        seen->stage[tie->stage]++;
        seen->regional += ref_is_cooperative(&reference, tie->donor);
        if (tie->end != REF_NEVER)
            seen->cause[tie->cause]++;
    }
    for (int j = 0; j < reference.n_projects; j++) {
        const ref_project_t *project = &reference.project[j];
        seen->scheme[project->scheme]++, seen->outcome[project->outcome]++;
        seen->firm += project->firm, seen->renewed += project->renewed > 0;
        seen->joint += project->scheme == COOP_SCHEME_CLAIR_MODEL &&
                       (double)project->granted > scheme[COOP_SCHEME_CLAIR_MODEL].ceiling;
        seen->special += project->scheme == COOP_SCHEME_JICA_LOCAL &&
                         (double)project->granted > scheme[COOP_SCHEME_JICA_LOCAL].ceiling;
        seen->unpaid += project->outcome == COOP_OUTCOME_COMPLETED && project->paid < project->own;
    }
}

Test(reference, model_and_reference_agree) {
    char said[REF_ROOM];
    coverage_t seen = {0};
    for (int k = 0; k < N_WORLDS; k++) {
        tiny_begin(&tiny, worlds[k]);
        for (uint32_t replicate = 0; replicate < REPLICATES; replicate++) {
            cr_expect(side_by_side(replicate, NULL, said), "world %d, replicate %u: %s", k,
                      replicate, said);
            cover(&seen);
        }
    }
    for (int c = 0; c < COOP_CAUSE_MERGER; c++)
        cr_expect_gt(seen.cause[c], 0, "no tie ended by %s", coop_cause_words[c]);
    for (int c = 0; c <= COOP_SCHEME_OWN; c++) /* what is beyond stands in the record alone */
        cr_expect_gt(seen.scheme[c], 0, "no project of %s", coop_scheme_words[c]);
    for (int c = 0; c < COOP_N_OUTCOMES; c++)
        cr_expect_gt(seen.outcome[c], 0, "no project %s", coop_outcome_words[c]);
    for (int c = COOP_STAGE_EXCHANGE; c < COOP_N_STAGES; c++)
        cr_expect_gt(seen.stage[c], 0, "no tie at stage %s", coop_stage_words[c]);
    cr_expect(seen.firm && seen.renewed && seen.joint && seen.special && seen.regional &&
                  seen.unpaid,
              "of a firm %d, renewed %d, joint %d, special %d, regional %d, not paid in full %d",
              seen.firm, seen.renewed, seen.joint, seen.special, seen.regional, seen.unpaid);
}

/* ---- twins ---- */

/* Another number or the other switch in the reference alone. */
static void change(const sim_param_t *row) {
    char *at = (char *)&reference.p + row->offset;
    double *value = (double *)at;
    if (row->type == SIM_PARAM_BOOL)
        *(bool *)at = !*(bool *)at;
    else if (strcmp(row->unit, "JFY") == 0)
        *value = reference.start_year + 3;
    else
        *value = *value == 0 ? 0.5 : 2 * *value;
    coop_funding_terms(&reference.p.funding, reference.scheme);
}

/* Groups that the reference reads; in them what other processes read, and one that can never bear:
 * who wins a starter's grant is none afterwards. */
static const char *const read_groups[] = {"budget.",
                                          "formation.",
                                          "motives.",
                                          "funding.",
                                          "upkeep.",
                                          "projects.",
                                          "ladder.",
                                          "relations.",
                                          "support.",
                                          "cooperatives.fee_share",
                                          "initiative.keenness",
                                          "initiative.package",
                                          "knowhow.teaching",
                                          "staff.project_fte",
                                          "contacts.memory",
                                          "contacts.intermediaries",
                                          NULL};
static const char *const of_others[] = {"projects.reputation_fade",
                                        "relations.rupture",
                                        "relations.planned",
                                        "support.mean",
                                        "support.reversion",
                                        "support.noise",
                                        "support.stress",
                                        "support.visibility",
                                        NULL};

static bool is_in(const char *const *list, const char *name) {
    for (; *list; list++)
        if (strncmp(*list, name, strlen(*list)) == 0)
            return true;
    return false;
}

static bool is_read(const sim_param_t *row) {
    return (row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_BOOL) &&
           is_in(read_groups, row->name) && !is_in(of_others, row->name);
}

Test(reference, another_number_in_any_rule_is_found_out) {
    enum { MOST = 512, TRIES = 10 };
    static bool found[MOST];
    char said[REF_ROOM];
    for (uint32_t turn = 0; turn < TRIES * N_WORLDS; turn++) {
        tiny_begin(&tiny, worlds[turn % N_WORLDS]);
        for (int row = 0; coop_param_table[row].name && row < MOST; row++)
            if (is_read(&coop_param_table[row]) && !found[row])
                found[row] = !side_by_side(turn / N_WORLDS, &coop_param_table[row], said);
    }
    for (int row = 0; coop_param_table[row].name && row < MOST; row++)
        if (is_read(&coop_param_table[row]))
            cr_expect(found[row], "no world notices another %s: let it matter in one",
                      coop_param_table[row].name);
}
