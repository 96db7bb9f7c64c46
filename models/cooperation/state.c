/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state table: what a replicate of the cooperation model consists of. */
#include "models/cooperation/cooperation.h"

#define SIZE(POPULATION, ROWS)                                                                     \
    static size_t POPULATION(const sim_world_t *world) {                                           \
        const coop_population_t *pop = coop_population(world);                                     \
        (void)pop;                                                                                 \
        return ROWS;                                                                               \
    }
SIZE(donors, pop->n_donors)
SIZE(partners, pop->n_partners)
SIZE(countries, pop->n_countries)
SIZE(agents, pop->n_agents)
SIZE(entities, (size_t)pop->n_donors + pop->n_partners + pop->n_countries)
SIZE(ties, (size_t)pop->n_members + 4096)
SIZE(governments, pop->first_cooperative)
SIZE(bodies, pop->n_donors - pop->first_cooperative)
/* Moving a list that has outgrown its room at most doubles what it takes. */
SIZE(seats, 4 * (size_t)pop->n_members + 32 * (size_t)(pop->n_donors - pop->first_founded))
SIZE(cycle, COOP_TERM_YEARS *(size_t)world->clock.steps_per_year + 1)
SIZE(projects, 1024 + (size_t)(world->clock.steps / world->clock.steps_per_year) * 256)
SIZE(joints, COOP_MAX_JOINT)
SIZE(leagues, COOP_MAX_LEAGUE)

#define OF(POPULATION, DOC) SIM_STATE_POPULATION_OF(coop_state_t, POPULATION, POPULATION, DOC),
#define COLUMN(GROUP, TYPE, NAME, ...) NAMED(#GROUP "." #NAME, GROUP.NAME, __VA_ARGS__)
#define COLUMN_OF(PROCESS_, TYPE, NAME, ...)                                                       \
    NAMED(#PROCESS_ "." #NAME, PROCESS_##_##NAME, __VA_ARGS__)
#define NAMED(NAME, MEMBER, POPULATION, CELLS, UNIT, DOC)                                          \
    SIM_STATE_COLUMN_AS(NAME, coop_state_t, POPULATION, MEMBER, CELLS, UNIT, DOC),
#define VALUE(NAME, MEMBER, UNIT, DOC) SIM_STATE_VALUE_AS(NAME, coop_state_t, MEMBER, UNIT, DOC),
#define VALUES(NAME, MEMBER, ELEMENT, UNIT, DOC)                                                   \
    SIM_STATE_VALUES_AS(NAME, coop_state_t, MEMBER, MEMBER ELEMENT, UNIT, DOC),
#define DERIVED(TYPE, NAME, POPULATION, CELLS, DOC)                                                \
    SIM_STATE_DERIVED(coop_state_t, POPULATION, NAME, CELLS, DOC),
#define SCRATCH(TYPE, NAME, POPULATION, CELLS, DOC)                                                \
    SIM_STATE_SCRATCH(coop_state_t, POPULATION, NAME, CELLS, DOC),
#define OWN(MEMBER, DOC) SIM_STATE_OWN(coop_state_t, MEMBER, DOC),
#define SECTOR(SECTOR, NAME)                                                                       \
    NAMED("donor.knowhow_" NAME, donor.knowhow[SECTOR], donors, 1, "", "Know-how, 0 to 1.")        \
    NAMED("donor.floor_" NAME, donor.knowhow_floor[SECTOR], donors, 1, "",                         \
          "Where forgetting ends, 0 to 1.")
#define WORK(NAME, KIND)                                                                           \
    NAMED("donor." NAME, donor.works[KIND], donors, 1, "works", "Works abroad ever begun (M38).")
#define NEED(SECTOR, NAME)                                                                         \
    NAMED("partner.need_" NAME, partner.need[SECTOR], partners, 1, "", "0 to 1.")

/* clang-format off */
const sim_state_row_t coop_state_table[] = {
    OF(donors, "Local governments, then cooperatives, those that a run may found last.")
    OF(partners, "Partner cities, then their associations.")
    OF(countries, "Countries of partners.")
    OF(agents, "Donors, partners, funders, intermediaries.")
    OF(entities, "Donors, partners and countries.")
    OF(governments, "Local governments.")
    OF(bodies, "Cooperatives, with those that a run may found.")
    OF(seats, "Places of lists of members.")
    OF(cycle, "Steps of a term of office, and their end.")
    OF(projects, "Projects, in order of award.")
    OF(joints, "Members at work in projects of their cooperatives.")
    OF(leagues, "Members that act abroad under the lead of a tie's donor.")
#include "models/cooperation/columns/donor.def"
    COOP_SECTORS(SECTOR)
    WORK("contributions", COOP_WORK_CONTRIBUTION)
    WORK("consultations", COOP_WORK_CONSULTATION)
    WORK("operations", COOP_WORK_OPERATION)
    WORK("investments", COOP_WORK_INVESTMENT)
    COOP_SECTORS(NEED)
#include "models/cooperation/columns/partner.def"
#include "models/cooperation/columns/contact.def"
    VALUES("contact.met", met, [0], "contacts", "By COOP_SOURCE_...: made since the start.")
#include "models/cooperation/columns/project.def"
    COLUMN(joint, uint32_t, project, joints, 1, "project", "The project it joined.")
    COLUMN(joint, uint32_t, member, joints, 1, "agent", "Who joined.")
    COLUMN(joint, uint32_t, load, joints, 1, "", "People bound; see donor.load.")
    COLUMN(joint, int64_t, own, joints, 1, "yen", "Own money.")
    VALUE("joint.count", joint.count, "", "Rows in use.")
    COLUMN(league, uint32_t, tie, leagues, 1, "tie", "The tie.")
    COLUMN(league, uint32_t, member, leagues, 1, "agent", "Who acts under its donor's lead.")
    COLUMN(league, int32_t, since, leagues, 1, "step", "Since when.")
    VALUE("league.count", league.count, "", "Rows in use.")
    NAMED("country.soured_until", soured_until, countries, 1, "year", "When a rupture ends.")
    COLUMN(donor, double, policy_until, donors, 1, "year", "No policy: in the past. A mandate without a date: never.")
    VALUE("project.count", project.count, "projects", "Ever begun.")
    VALUE("project.n_running", project.n_running, "projects", "That run.")
    VALUE("donor.count", n_donors, "donors", "In use: founded cooperatives fill up in a run.")
    VALUE("start.standing", first_standing, "tie", "The first cooperation tie of the record that stood at the start.")
    VALUE("start.filled", first_filled, "tie", "The first of those drawn at the start.")
    VALUE("start.formed", first_formed, "tie", "The first formed in the run.")
    VALUE("cooperative.abroad", abroad, "cooperatives", "With a mandate.")
    VALUE("cooperative.count", cooperatives, "cooperatives", "That exist.")
    VALUE("municipality.count", municipalities, "municipalities", "That exist.")
    VALUE("association.count", associations, "associations", "Of partner cities, that exist.")
    VALUE("association.governance", governance_passed, "", "Passed on to partners since the start.")
    VALUE("sister.dormant", sisters_dormant, "ties", "Sister ties that rest, at the start of the fiscal year.")
    VALUE("observed.knowhow_mean", knowhow_mean, "", "At the start of the fiscal year.")
    VALUE("observed.staff_total", staff_total, "FTE", "At the start of the fiscal year.")
    VALUE("observed.elections", elections, "elections", "Since the start of the run.")
    VALUE("observed.turnovers", turnovers, "turnovers", "Since the start of the run.")
    VALUES("budget.austerity", austerity, .rate, "", "Logarithm of the cut, over years since the start.")
    VALUES("start.projects", standing_projects, [0], "projects", "That ran at the start, by origin of their tie.")
    VALUES("staff.posts", posts, .rate, "", "Relative to the start, over the index of national staff.")
    VALUES("ledger.flow", flow, [0], "yen", "Accounts by accounts, of this fiscal year.")
    VALUES("ledger.balance", balance, [0], "yen", "By account.")
    VALUES("refusal.count", refused, [0], "opportunities", "Modes by reasons, of this fiscal year.")
    COLUMN(membership, uint32_t, first, bodies, 1, "place", "Where its list of members begins.")
    COLUMN(membership, uint32_t, count, bodies, 1, "members", "How many it has.")
    COLUMN(membership, uint32_t, room, bodies, 1, "members", "Places that its list has.")
    COLUMN(membership, uint32_t, pool, seats, 1, "agent", "The member; SIM_NETWORK_NONE: nobody.")
    COLUMN(membership, uint32_t, owner, seats, 1, "agent", "Whose member it is.")
    VALUE("membership.used", membership.used, "places", "In use.")
    COLUMN(calendar, uint32_t, place, governments, 1, "step", "Its place in the election cycle.")
    COLUMN(calendar, uint32_t, due, governments, 1, "agent", "Governments by their place in the cycle.")
    COLUMN(calendar, uint32_t, due_first, cycle, 1, "", "Where each place begins among these.")
    VALUES("observed", observer.seen, .network[0], "", "What metrics keep between steps (coop_observed_t).")
    DERIVED(, offers[COOP_MODE_CITY_TO_CITY].donor, donors, 1, "Whose opportunities are drawn one by one.")
    DERIVED(, offers[COOP_MODE_REGIONAL].donor, donors, 1, "Whose opportunities are drawn one by one.")
#include "models/cooperation/columns/scratch.def"
#include "models/cooperation/processes.def"
    OWN(scheme, "What schemes ask for and offer, from parameters.")
    OWN(flow_metric, "What processes count in a step, empty between steps.")
    OWN(finished, "Projects that may be renewed, of a call.")
    OWN(proposal, "Proposals of a call.")
    OWN(n_known, "Length of the list `known`.")
    OWN(n_finished, "Length of the list `finished`.")
    OWN(n_stale, "Length of the list `stale`; 0 between steps.")
    OWN(scale_exponent, "Unit cost is as people served to this power, from a parameter.")
    OWN(offers, "Whose opportunities are drawn one by one; see offers_known.")
    OWN(offers_known, "Whether that list holds.")
    OWN(head_replaced, "Whether an intervention has done so in this step.")
    OWN(log1p_of, "Logarithms of 1 + n.")
    OWN(calendar.cycle, "Steps of a term.")
    OWN(observer.listed, "Projects in the lists by partner.")
    OWN(observer.network, "A snapshot of ties, made when it is measured.")
    SIM_STATE_TIE_TABLE(coop_state_t, ties, ties, "Cooperation, sister ties, memberships, initiatives."),
    SIM_STATE_END};
/* clang-format on */
