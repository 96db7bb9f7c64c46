/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/cooperation/look/choices.h"
#include "models/cooperation/look/columns.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/ties/effects.h"

/* ---- the statistics of effects.def as columns ---- */

/* A row of effects.def is a column of the tables that read its side and function. */
#define SHOWN(name, weight, doc) FIELD(REAL, #name, , doc "; weight " #weight)

/* Cells of any of the tables at most. */
enum { MOST_CELLS = 40 };

/* Fills in the statistics of a side's effects on creating or keeping the pair's tie, in the order
 * of effects.def; for nobody (pair NULL) all are 0. */
static void put_statistics(const sim_world_t *world, int side, int function,
                           const coop_pair_t *pair, sim_cell_t *cell) {
    static const coop_pair_t nobody = {.donor = 0};
    double statistic[MOST_CELLS];
    size_t n = coop_effects_statistics(world, side, function, pair ? pair : &nobody, statistic);
    for (size_t k = 0; k < n; k++)
        cell[k].r = pair ? statistic[k] : 0;
}

static double now(const sim_world_t *world) {
    return sim_schedule_time(&world->clock, world->clock.step);
}

static int64_t agent_of(const sim_world_t *world, uint32_t partner) {
    return (int64_t)coop_population(world)->n_donors + partner;
}

/* The same for all rows of one opportunity, and for no other of the run. */
static int64_t choice_id(const sim_world_t *world, uint32_t d, uint32_t round) {
    int64_t donors = coop_population(world)->n_donors;
    return (world->clock.step * donors + d) * COOP_MAX_ROUNDS + round;
}

/* ---- choices of donors ---- */

/* clang-format off */
#define CHOICE(COLUMN) \
    COLUMN(INTEGER, "choice_id", choice_id(world, d, round), \
           "the opportunity; all its alternatives have the same number") \
    COLUMN(REAL, "time", now(world), "year of the step") \
    COLUMN(INTEGER, "donor_id", d, "agent that chooses") \
    COLUMN(LABEL(coop_mode_words), "mode", coop_mode(coop_population(world), d), \
           "mode of the tie that it would found") \
    COLUMN(INTEGER, "partner_id", pair ? agent_of(world, pair->partner) : SIM_NULL_INT, \
           "agent; NULL: nobody") \
    COLUMN(LABEL(coop_sector_words), "sector", pair ? pair->sector : SIM_NULL_INT, \
           "of the work that they would do; NULL: nobody") \
    COLUMN(INTEGER, "chosen", chosen, \
           "1 = the alternative that the donor chose, by the largest random utility") \
    COLUMN(INTEGER, "nobody", !pair, \
           "1 = to found no tie, which is always among the alternatives; weight " \
           "formation.opt_out. The others are all contacts from whom both sides gain; none is " \
           "left out by sampling")
/* clang-format on */

#define DONOR_EVALUATION SHOWN
#define DONOR_CREATION SHOWN
const sim_field_t coop_choice_fields[] = {CHOICE(FIELD)
#include "models/cooperation/ties/effects.def"
                                              FIELD_END};

int coop_choices_alternative(sim_world_t *world, uint32_t d, uint32_t round,
                             const coop_pair_t *pair, bool chosen) {
    sim_cell_t cell[MOST_CELLS] = {CHOICE(CELL)};
    put_statistics(world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, pair, cell + (CHOICE(ONE)));
    return sim_world_row(world, COOP_TABLE_CHOICE, cell);
}

/* ---- answers of partners ---- */

/* clang-format off */
#define ACCEPTANCE(COLUMN) \
    COLUMN(INTEGER, "choice_id", choice_id(world, pair->donor, round), \
           "the opportunity, as in choice") \
    COLUMN(REAL, "time", now(world), "year of the step") \
    COLUMN(INTEGER, "donor_id", pair->donor, "agent that asks") \
    COLUMN(INTEGER, "partner_id", agent_of(world, pair->partner), "agent that is asked") \
    COLUMN(INTEGER, "accepted", accepted, \
           "1 = it agreed: with the logit of the weighted sum of what follows; the donor's " \
           "council, citizens or colleagues may still say no (M14)")
/* clang-format on */

#define PARTNER_CREATION SHOWN
const sim_field_t coop_acceptance_fields[] = {ACCEPTANCE(FIELD)
#include "models/cooperation/ties/effects.def"
                                                  FIELD_END};

int coop_choices_partner(sim_world_t *world, uint32_t round, const coop_pair_t *pair,
                         bool accepted) {
    if (!sim_world_records_table(world, COOP_TABLE_ACCEPTANCE))
        return 0;
    sim_cell_t cell[MOST_CELLS] = {ACCEPTANCE(CELL)};
    put_statistics(world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, pair,
                   cell + (ACCEPTANCE(ONE)));
    return sim_world_row(world, COOP_TABLE_ACCEPTANCE, cell);
}

/* ---- ties at risk ---- */

/* clang-format off */
#define TIE_RISK(COLUMN) \
    COLUMN(INTEGER, "tie_id", tie, \
           "a cooperation tie; a row for every step after that of its onset") \
    COLUMN(REAL, "time", now(world), "year of the step") \
    COLUMN(REAL, "years", risk->years, \
           "at risk in the step; it ends with 1 - exp(-years × the sum of its hazards)") \
    COLUMN(LABEL(coop_cause_words), "cause", \
           cause == SIM_NETWORK_NO_CAUSE ? SIM_NULL_INT : cause, \
           "by which it ended in the step; NULL: not by upkeep's causes. A tie of several donors " \
           "may go on under another's lead") \
    COLUMN(INTEGER, "held", risk->held, \
           "1 = it rests on no persons: upkeep.institution_damping times the hazards of " \
           "leader_turnover, grant_end, support_loss and dormancy") \
    COLUMN(INTEGER, "agreed", risk->agreed, \
           "1 = an agreement binds the partner too: upkeep.institution_damping times the hazard " \
           "of partner_exit") \
    COLUMN(REAL, "priority_fall", risk->priority_fall, \
           "by how much the priority fell with the last head of whom the donor inherited the " \
           "tie, for a year, else 0; its hazard is upkeep.leader_turnover × this × (1 - trust)") \
    COLUMN(REAL, "grant_over", risk->grant_over, \
           "part of the step without work and not yet dormant, of a tie that has had a project; " \
           "its hazard is upkeep.grant_end × this × (1 - trust)") \
    COLUMN(INTEGER, "short_of_money", risk->short_of_money, "1 = hazard upkeep.budget_shortfall") \
    COLUMN(INTEGER, "short_of_staff", risk->short_of_staff, "1 = hazard upkeep.staff_loss") \
    COLUMN(REAL, "support_gap", risk->support_gap, \
           "what support lacks of upkeep.support_floor; its hazard is upkeep.support_loss × this") \
    COLUMN(REAL, "dormant", risk->dormant, \
           "part of the step that the tie is dormant; its hazard is upkeep.dormancy × this") \
    COLUMN(REAL, "interest", risk->interest, \
           "of the partner's head; the hazard of partner_exit is upkeep.partner_exit × " \
           "(1 - interest) × (1 - stability / 2)") \
    COLUMN(REAL, "stability", risk->stability, "of the partner's politics") \
    COLUMN(INTEGER, "soured", risk->soured, \
           "1 = national relations are sour: hazard relations.end × (1 - priority)") \
    COLUMN(INTEGER, "goal_near", risk->goal_near, \
           "1 = little need is left: hazard upkeep.goal_reached")
/* clang-format on */

#define DONOR_EVALUATION SHOWN
#define DONOR_ENDOWMENT SHOWN
const sim_field_t coop_tie_risk_fields[] = {TIE_RISK(FIELD)
/* The hazard of goal_mismatch: upkeep.goal_mismatch times the logit of formation.opt_out less the
 * weighted sum of these. */
#include "models/cooperation/ties/effects.def"
                                                FIELD_END};

int coop_choices_risk(sim_world_t *world, uint32_t tie, uint8_t cause, const coop_pair_t *pair,
                      const coop_risk_t *risk) {
    sim_cell_t cell[MOST_CELLS] = {TIE_RISK(CELL)};
    put_statistics(world, COOP_SIDE_DONOR, COOP_FUNCTION_ENDOWMENT, pair, cell + (TIE_RISK(ONE)));
    return sim_world_row(world, COOP_TABLE_TIE_RISK, cell);
}

/* ---- states of donors and partners ---- */

static int64_t fiscal_year(const sim_world_t *world) {
    return sim_schedule_year(&world->clock, world->clock.step);
}

/* clang-format off */
#define DONOR_STATE(COLUMN) \
    COLUMN(INTEGER, "agent_id", d, "a donor that could pay for a tie in the year, or had one") \
    COLUMN(INTEGER, "year", fiscal_year(world), "JFY, at its end") \
    COLUMN(REAL, "people", donor->population[d], "persons; of a cooperative, of its members") \
    COLUMN(REAL, "fiscal_strength", donor->fiscal_strength[d], "index") \
    COLUMN(REAL, "industry", donor->industry[d], "0 to 1") \
    COLUMN(REAL, "voted_yen", (double)donor->voted[d], \
           "voted for environmental work abroad in the year") \
    COLUMN(REAL, "junior", donor->junior[d], "FTE") \
    COLUMN(REAL, "senior", donor->senior[d], "FTE") \
    COLUMN(REAL, "knowhow_waste", donor->knowhow[COOP_SECTOR_WASTE][d], "0 to 1") \
    COLUMN(REAL, "knowhow_water", donor->knowhow[COOP_SECTOR_WATER][d], "0 to 1") \
    COLUMN(REAL, "knowhow_air", donor->knowhow[COOP_SECTOR_AIR][d], "0 to 1") \
    COLUMN(REAL, "governance", donor->governance[d], \
           "know-how of running a cooperative, 0 to 1") \
    COLUMN(REAL, "priority", donor->priority[d], "of the head, 0 to 1") \
    COLUMN(REAL, "support", donor->support[d], "of council and citizens, 0 to 1") \
    COLUMN(REAL, "reputation", donor->reputation[d], "0 to 1") \
    COLUMN(INTEGER, "mandate", donor->mandate[d], "1 = a cooperative that may work abroad") \
    COLUMN(INTEGER, "contacts", donor->n_contacts[d], "in its address book") \
    COLUMN(INTEGER, "ties", donor->n_ties[d], "cooperation ties that live") \
    COLUMN(INTEGER, "projects", donor->n_projects[d], "that run") \
    COLUMN(INTEGER, "record", donor->record[d], "projects ever awarded")
#define PARTNER_STATE(COLUMN) \
    COLUMN(INTEGER, "agent_id", agent_of(world, i), \
           "a partner that a donor had in its address book or a tie with") \
    COLUMN(INTEGER, "year", fiscal_year(world), "JFY, at its end") \
    COLUMN(REAL, "need_waste", partner->need[COOP_SECTOR_WASTE][i], "0 to 1") \
    COLUMN(REAL, "need_water", partner->need[COOP_SECTOR_WATER][i], "0 to 1") \
    COLUMN(REAL, "need_air", partner->need[COOP_SECTOR_AIR][i], "0 to 1") \
    COLUMN(REAL, "capacity", partner->capacity[i], "to absorb know-how, 0 to 1") \
    COLUMN(REAL, "interest", partner->interest[i], "of the head, 0 to 1") \
    COLUMN(REAL, "stability", partner->stability[i], "of its politics, 0 to 1") \
    COLUMN(REAL, "governance", partner->governance[i], \
           "know-how of running an association, 0 to 1") \
    COLUMN(INTEGER, "contacts", contacts, "donors that have it in their address books") \
    COLUMN(INTEGER, "ties", partner->n_ties[i], "cooperation ties that live")
/* clang-format on */

const sim_field_t coop_donor_state_fields[] = {DONOR_STATE(FIELD) FIELD_END};
const sim_field_t coop_partner_state_fields[] = {PARTNER_STATE(FIELD) FIELD_END};

static int put_donor(sim_world_t *world, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    const sim_cell_t cell[] = {DONOR_STATE(CELL)};
    return sim_world_row(world, COOP_TABLE_DONOR_STATE, cell);
}

static int put_partner(sim_world_t *world, uint32_t i, uint32_t contacts) {
    const coop_partner_t *partner = &coop_state(world)->partner;
    const sim_cell_t cell[] = {PARTNER_STATE(CELL)};
    return sim_world_row(world, COOP_TABLE_PARTNER_STATE, cell);
}

static int put_donors(sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    int rc = 0;
    for (uint32_t d = 0; d < s->n_donors && !rc; d++)
        if (s->donor.exists[d] && (s->donor.n_ties[d] || coop_teaches(world, d)) &&
            (s->donor.n_ties[d] ||
             coop_budget_affords(world, d, coop_params(world)->budget.tie_upkeep)))
            rc = put_donor(world, d);
    return rc;
}

/* How many address books have each partner, in the scratch `due`. */
static void count_contacts(const sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    uint32_t n_partners = coop_population(world)->n_partners;
    for (uint32_t i = 0; i < n_partners; i++)
        s->due[i] = 0;
    for (uint32_t d = 0; d < s->n_donors; d++)
        for (uint32_t k = 0; k < s->donor.n_contacts[d]; k++)
            s->due[s->contact.partner[d * COOP_MAX_CONTACTS + k]]++;
}

static int put_partners(sim_world_t *world) {
    const coop_state_t *s = coop_state(world);
    int rc = 0;
    count_contacts(world);
    for (uint32_t i = 0; i < coop_population(world)->n_partners && !rc; i++)
        if (s->due[i] || s->partner.n_ties[i])
            rc = put_partner(world, i, s->due[i]);
    return rc;
}

int coop_choices_states(sim_world_t *world) {
    int rc = 0;
    if ((world->clock.step + 1) % world->clock.steps_per_year)
        return 0;
    if (sim_world_records_table(world, COOP_TABLE_DONOR_STATE))
        rc = put_donors(world);
    if (!rc && sim_world_records_table(world, COOP_TABLE_PARTNER_STATE))
        rc = put_partners(world);
    return rc;
}
