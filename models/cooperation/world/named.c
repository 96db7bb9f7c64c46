/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What interventions can set on agents that they name, and by which classes they can choose them.
 * What is set is the state at that date: the run goes on from there by its own rules. */
#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/bodies/initiative.h"
#include "models/cooperation/bodies/memberships.h"
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/people/leadership.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/people/support.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/formation.h"
#include "models/cooperation/ties/upkeep.h"

#define GOVERNMENTS "prefecture|municipality|special_ward"
#define DONORS GOVERNMENTS "|cooperative"
#define PARTNERS "partner_city|partner_association"

/* ---- classes ---- */

static const char *type_of(const void *shared, uint32_t agent) {
    const coop_population_t *pop = shared;
    return agent < pop->n_donors ? coop_type_words[pop->type[agent]] : NULL;
}

static const char *prefecture_of(const void *shared, uint32_t agent) {
    const coop_population_t *pop = shared;
    return agent < pop->n_donors ? pop->agent[agent].area : NULL;
}

static bool is_partner(const coop_population_t *pop, uint32_t agent) {
    return agent >= pop->n_donors && agent < pop->n_donors + pop->n_partners;
}

static const char *country_of(const void *shared, uint32_t agent) {
    const coop_population_t *pop = shared;
    return is_partner(pop, agent) ? pop->country[pop->country_of[agent - pop->n_donors]].code
                                  : NULL;
}

static const char *region_of(const void *shared, uint32_t agent) {
    const coop_population_t *pop = shared;
    return is_partner(pop, agent) ? coop_region_words[pop->region[agent - pop->n_donors]] : NULL;
}

const sim_agent_class_t coop_agent_classes[] = {
    {"type", "of a local government or cooperative: designated_city, core_city, ...", type_of},
    {"prefecture", "code of the prefecture that a local government or cooperative lies in",
     prefecture_of},
    {"country", "code of a partner's country", country_of},
    {"region", "of a partner's country", region_of},
    {NULL, NULL, NULL}};

/* ---- who cannot have it ---- */

/* What a cooperative that is founded in the run will have is not known. */
static const char *no_works(const void *shared, uint32_t agent, uint32_t other) {
    const coop_population_t *pop = shared;
    (void)other;
    bool known = agent >= pop->first_cooperative && agent < pop->first_founded;
    return known && !pop->plants[agent] ? "it has no plants" : NULL;
}

static const char *no_member(const void *shared, uint32_t agent, uint32_t other) {
    const coop_population_t *pop = shared;
    if (agent >= pop->first_founded)
        return NULL;
    return coop_is_listed(pop, agent, other) ? no_works(shared, agent, other)
                                             : "the one to manage it is not one of its members";
}

/* ---- what has an owner who sets it ---- */

static bool donor_exists(const sim_world_t *world, uint32_t d) {
    return coop_state(world)->donor.exists[d];
}

static uint32_t place_of(const sim_world_t *world, uint32_t partner) {
    return partner - coop_population(world)->n_donors;
}

static bool partner_exists(const sim_world_t *world, uint32_t partner) {
    return coop_state(world)->partner.exists[place_of(world, partner)];
}

/* An apply function: the owner's verb sets the value of an agent that exists. */
#define SETS(NAME, EXISTS, PLACE, VERB)                                                            \
    static int NAME(sim_world_t *world, const sim_agent_change_t *change) {                        \
        if (EXISTS(world, change->agent))                                                          \
            VERB(world, PLACE, change->value->real);                                               \
        return 0;                                                                                  \
    }
#define SETS_DONOR(NAME, VERB) SETS(NAME, donor_exists, change->agent, VERB)
#define SETS_PARTNER(NAME, VERB) SETS(NAME, partner_exists, place_of(world, change->agent), VERB)
#define SET_NEED(SECTOR, WORD)                                                                     \
    static void need_##SECTOR(sim_world_t *world, uint32_t i, double need) {                       \
        coop_associations_set_need(world, i, SECTOR, need);                                        \
    }                                                                                              \
    SETS_PARTNER(set_need_##SECTOR, need_##SECTOR)

SETS_DONOR(set_support, coop_support_set)
SETS_DONOR(set_factor, coop_budget_set_factor)
SETS_DONOR(set_budget, coop_budget_set)
SETS_PARTNER(set_interest, coop_leadership_set_interest)
SETS_PARTNER(set_capacity, coop_associations_set_capacity)
SETS_PARTNER(set_stability, coop_associations_set_stability)
COOP_SECTORS(SET_NEED)

/* ---- donors ---- */

/* A head who manages a cooperative brings it there. */
static void set_heads_priority(sim_world_t *world, uint32_t d, double priority) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t first = coop_population(world)->first_cooperative;
    for (uint32_t c = first; c < coop_state(world)->n_donors; c++)
        if (donor->exists[c] && donor->manager[c] == d)
            coop_leadership_set_priority(world, c, priority);
    coop_leadership_set_priority(world, d, priority);
}

static void set_known_reputation(sim_world_t *world, uint32_t d, double reputation) {
    coop_support_set_reputation(world, d, reputation);
    coop_contacts_known(world, d);
}

/* Posts too, so that hires do not make up for it. */
static void scale_all(sim_world_t *world, uint32_t d, double factor) {
    coop_staff_scale(world, d, factor, factor);
}

static void scale_old(sim_world_t *world, uint32_t d, double factor) {
    coop_staff_scale(world, d, factor, 1);
}

SETS_DONOR(set_priority, set_heads_priority)
SETS_DONOR(set_reputation, set_known_reputation)
SETS_DONOR(scale_staff, scale_all)
SETS_DONOR(scale_seniors, scale_old)
SETS_DONOR(set_policy, coop_policy_set)

static int new_head(sim_world_t *world, const sim_agent_change_t *change) {
    uint32_t agent = change->agent;
    double cares = change->value->real;
    if (agent < coop_population(world)->n_donors) {
        coop_state(world)->head_replaced = true;
        return donor_exists(world, agent) ? coop_leadership_succeed(world, agent, cares) : 0;
    }
    if (partner_exists(world, agent))
        coop_leadership_succeed_partner(world, place_of(world, agent), cares);
    return 0;
}

/* ---- cooperatives ---- */

static int set_mandate(sim_world_t *world, const sim_agent_change_t *change) {
    bool teaches = coop_state(world)->donor.plants[change->agent] > 0;
    return teaches ? coop_initiative_decide(world, change->agent, change->value->flag) : 0;
}

static int seat_manager(sim_world_t *world, const sim_agent_change_t *change) {
    uint32_t c = change->agent, member = change->other;
    bool can = coop_state(world)->donor.plants[c] > 0 && donor_exists(world, member) &&
               coop_memberships_has(world, c, member);
    return can ? coop_leadership_seat(world, c, member) : 0;
}

/* ---- ties ---- */

enum { TIE_FOUND, TIE_END };

/* A spell lasts a step: one that began in this step cannot end in it. */
static int set_tie(sim_world_t *world, const sim_agent_change_t *change) {
    uint32_t donor = change->agent, partner = change->other,
             tie = sim_network_tie_find(world->ties, COOP_TIE_COOPERATION, donor, partner);
    bool tied = tie != SIM_NETWORK_NONE;
    if (change->value->choice == TIE_END && tied && world->ties->onset[tie] < world->clock.step)
        return coop_upkeep_end(world, tie, COOP_CAUSE_INTERVENTION);
    if (change->value->choice == TIE_FOUND && !tied && donor_exists(world, donor) &&
        partner_exists(world, partner))
        return coop_formation_found(world, donor, place_of(world, partner));
    return 0;
}

/* ---- the table ---- */

#define SETTING(ROW, KINDS, APPLY, ...)                                                            \
    {.row = SIM_AGENT_ROW_##ROW, .kinds = KINDS, .apply = APPLY, __VA_ARGS__},
#define LEVEL(NAME, DOC, TAG, SRC, KINDS, APPLY)                                                   \
    SETTING(REAL(NAME, 0, 0, 1, "index", DOC, TAG, SRC), KINDS, APPLY, .with = NULL)
#define FACTOR(NAME, MAX, DOC, TAG, SRC, APPLY)                                                    \
    SETTING(REAL(NAME, 0, 0, MAX, "factor", DOC, TAG, SRC), DONORS, APPLY, .with = NULL)

/* clang-format off */
const sim_agent_param_t coop_agent_params[] = {
    SETTING(BOOL("mandate", "May work abroad; without it a cooperative founds no tie and loses what "
                 "its members have agreed to beyond contribution (M37, M38)", S,
                 "CAT23: international work from 2011"), "cooperative", set_mandate,
            .lacks = no_works)
    SETTING(REAL("policy", 0, 0, 50, "year", "Years for which a policy runs from this date; 0 ends "
                 "it. While it runs ties rest on no persons, a mandate is not withdrawn and the money "
                 "is kept (M33)", S, "CAT23: ten years, 2012-21"), DONORS, set_policy,
            .lacks = no_works)
    SETTING(AGENT("manager", "The member whose head manages the cooperative (M4)", S,
                  "CAT23: the mayor of Arakawa"), "cooperative", seat_manager,
            .with = GOVERNMENTS, .lacks = no_member)
    LEVEL("head", "A new head takes office, with this priority for work abroad; of a partner, with "
          "this interest (M2, M3)", S, "a successor with other priorities ends projects",
          GOVERNMENTS "|" PARTNERS, new_head)
    LEVEL("priority", "Priority that the head in office, or the manager, gives to work abroad (M2)",
          S, "no success without a committed leader", DONORS, set_priority)
    LEVEL("support", "Support by citizens and council; drifts on from there (M14)", S,
          "citizens rank international cooperation lowest", DONORS, set_support)
    LEVEL("reputation", "Reputation abroad; fades from there (M15)", S,
          "awards follow visible activity", DONORS, set_reputation)
    FACTOR("purse", 100, "Multiplies the money for environmental work abroad of every vote from then "
           "on; 1 ends it (M5)", A, "M5: a sliver of the budget", set_factor)
    SETTING(REAL("budget", 0, 0, 1e13, "yen/year", "Budget of a cooperative, of which the vote is a "
                 "share (M7)", S, "CAT23: 71.94 bn yen in JFY 2018"), "cooperative", set_budget,
            .with = NULL)
    FACTOR("staff", 10, "Multiplies people and posts in environmental work (M9)", S,
           "CAT23: a quarter of the staff gone in ten years", scale_staff)
    FACTOR("seniors", 10, "Multiplies the seniors; juniors fill the posts in April (M9)", S,
           "know-how leaves with seniors", scale_seniors)
    SETTING(CHOICE("tie", "found|end", "Founds the cooperation tie with a partner, whatever the "
                   "gates, or ends it, with its project", A, "M20, M31"), DONORS, set_tie,
            .with = PARTNERS)
    LEVEL("interest", "Interest of the head in office of a partner (M3)", A, "M3", PARTNERS,
          set_interest)
    LEVEL("capacity", "Capacity of a partner to absorb (M22); grows on with projects", A, "M22",
          "partner_city", set_capacity)
    LEVEL("stability", "Stability of a partner's own politics; at the start its country's (M31)", A,
          "M31: partner exit", PARTNERS, set_stability)
    LEVEL("need_waste", "Need of a partner in waste (M18)", A, "M18", "partner_city",
          set_need_COOP_SECTOR_WASTE)
    LEVEL("need_water", "Need of a partner in water and sewage (M18)", A, "M18", "partner_city",
          set_need_COOP_SECTOR_WATER)
    LEVEL("need_air", "Need of a partner in air and low carbon (M18)", A, "M18", "partner_city",
          set_need_COOP_SECTOR_AIR)
    {.row = SIM_PARAM_END}};
/* clang-format on */
