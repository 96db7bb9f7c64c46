/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/cooperation/look/choices.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/ties/effects.h"

#define INTEGER(name, doc)                                                                         \
    { name, SIM_FIELD_INTEGER, NULL, doc }
#define REAL(name, doc)                                                                            \
    { name, SIM_FIELD_REAL, NULL, doc }
#define LABEL(name, words, doc)                                                                    \
    { name, SIM_FIELD_LABEL, words, doc }
#define END                                                                                        \
    { NULL, SIM_FIELD_INTEGER, NULL, NULL }

/* ---- the statistics of effects.def as columns ---- */

/* A row of effects.def is a column of the tables that define its side and function as SHOWN. */
#define SHOWN(name, weight, doc) REAL(#name, doc "; weight " #weight),
#define NONE(name, weight, doc)
#define EFFECT(SIDE, FUNCTION, NAME, STATISTIC, WEIGHT, MECHANISM, DOC)                            \
    SIDE##_##FUNCTION(NAME, WEIGHT, DOC)
#define SLOW_EFFECT EFFECT

/* Cells of any of the tables at most. */
enum { MOST_CELLS = 40 };

/* Fills in the statistics of a side's effects on creating or keeping the pair's tie, in the order
 * of effects.def; for nobody (pair NULL) all are 0. */
static size_t put_statistics(const sim_world_t *world, int side, int function,
                             const coop_pair_t *pair, sim_cell_t *cell) {
    static const coop_pair_t nobody = {.donor = 0};
    double statistic[MOST_CELLS];
    size_t n = coop_effects_statistics(world, side, function, pair ? pair : &nobody, statistic);
    for (size_t k = 0; k < n; k++)
        cell[k].r = pair ? statistic[k] : 0;
    return n;
}

static void put_integer(sim_cell_t *cell, size_t *n, int64_t value) {
    cell[(*n)++].i = value;
}

static void put_real(sim_cell_t *cell, size_t *n, double value) {
    cell[(*n)++].r = value;
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

#define DONOR_EVALUATION SHOWN
#define DONOR_CREATION SHOWN
#define DONOR_ENDOWMENT NONE
#define PARTNER_CREATION NONE
const sim_field_t coop_choice_fields[] = {
    INTEGER("choice_id", "the opportunity; all its alternatives have the same number"),
    REAL("time", "year of the step"),
    INTEGER("donor_id", "agent that chooses"),
    LABEL("mode", coop_mode_words, "mode of the tie that it would found"),
    INTEGER("partner_id", "agent; NULL: nobody"),
    LABEL("sector", coop_sector_words, "of the work that they would do; NULL: nobody"),
    INTEGER("chosen", "1 = the alternative that the donor chose, by the largest random utility"),
    INTEGER("nobody", "1 = to found no tie, which is always among the alternatives; weight "
                      "formation.opt_out. The others are all contacts from whom both sides gain; "
                      "none is left out by sampling"),
#include "models/cooperation/ties/effects.def"
    END};
#undef DONOR_EVALUATION
#undef DONOR_CREATION
#undef DONOR_ENDOWMENT
#undef PARTNER_CREATION

int coop_choices_alternative(sim_world_t *world, uint32_t d, uint32_t round,
                             const coop_pair_t *pair, bool chosen) {
    sim_cell_t cell[MOST_CELLS];
    size_t n = 0;
    put_integer(cell, &n, choice_id(world, d, round));
    put_real(cell, &n, now(world));
    put_integer(cell, &n, d);
    put_integer(cell, &n, coop_mode(coop_population(world), d));
    put_integer(cell, &n, pair ? agent_of(world, pair->partner) : SIM_NULL_INT);
    put_integer(cell, &n, pair ? pair->sector : SIM_NULL_INT);
    put_integer(cell, &n, chosen);
    put_integer(cell, &n, !pair);
    put_statistics(world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, pair, cell + n);
    return sim_world_row(world, COOP_TABLE_CHOICE, cell);
}

/* ---- answers of partners ---- */

#define DONOR_EVALUATION NONE
#define DONOR_CREATION NONE
#define DONOR_ENDOWMENT NONE
#define PARTNER_CREATION SHOWN
const sim_field_t coop_acceptance_fields[] = {
    INTEGER("choice_id", "the opportunity, as in choice"),
    REAL("time", "year of the step"),
    INTEGER("donor_id", "agent that asks"),
    INTEGER("partner_id", "agent that is asked"),
    INTEGER("accepted", "1 = it agreed: with the logit of the weighted sum of what follows; the "
                        "donor's council, citizens or colleagues may still say no (M14)"),
#include "models/cooperation/ties/effects.def"
    END};
#undef DONOR_EVALUATION
#undef DONOR_CREATION
#undef DONOR_ENDOWMENT
#undef PARTNER_CREATION

int coop_choices_partner(sim_world_t *world, uint32_t round, const coop_pair_t *pair,
                         bool accepted) {
    sim_cell_t cell[MOST_CELLS];
    size_t n = 0;
    if (!sim_world_records_table(world, COOP_TABLE_ACCEPTANCE))
        return 0;
    put_integer(cell, &n, choice_id(world, pair->donor, round));
    put_real(cell, &n, now(world));
    put_integer(cell, &n, pair->donor);
    put_integer(cell, &n, agent_of(world, pair->partner));
    put_integer(cell, &n, accepted);
    put_statistics(world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, pair, cell + n);
    return sim_world_row(world, COOP_TABLE_ACCEPTANCE, cell);
}

/* ---- ties at risk ---- */

#define DONOR_EVALUATION SHOWN
#define DONOR_CREATION NONE
#define DONOR_ENDOWMENT SHOWN
#define PARTNER_CREATION NONE
const sim_field_t coop_tie_risk_fields[] = {
    INTEGER("tie_id", "a cooperation tie; a row for every step after that of its onset"),
    REAL("time", "year of the step"),
    REAL("years", "at risk in the step; it ends with 1 - exp(-years × the sum of its hazards)"),
    LABEL(
        "cause", coop_cause_words,
        "by which it ended in the step; NULL: not by upkeep's causes. A tie of several donors may "
        "go on under another's lead"),
    INTEGER("held", "1 = it rests on no persons: upkeep.institution_damping times the hazards of "
                    "leader_turnover, grant_end, support_loss and dormancy"),
    INTEGER("agreed", "1 = an agreement binds the partner too: upkeep.institution_damping times "
                      "the hazard of partner_exit"),
    REAL("priority_fall", "by how much the priority fell with the last head of whom the donor "
                          "inherited the tie, for a year, else 0; its hazard is "
                          "upkeep.leader_turnover × this × (1 - trust)"),
    REAL("grant_over", "part of the step without work and not yet dormant, of a tie that has had "
                       "a project; its hazard is upkeep.grant_end × this × (1 - trust)"),
    INTEGER("short_of_money", "1 = hazard upkeep.budget_shortfall"),
    INTEGER("short_of_staff", "1 = hazard upkeep.staff_loss"),
    REAL("support_gap", "what support lacks of upkeep.support_floor; its hazard is "
                        "upkeep.support_loss × this"),
    REAL("dormant", "part of the step that the tie is dormant; its hazard is upkeep.dormancy × "
                    "this"),
    REAL("interest", "of the partner's head; the hazard of partner_exit is upkeep.partner_exit × "
                     "(1 - interest) × (1 - stability / 2)"),
    REAL("stability", "of the partner's politics"),
    INTEGER("soured", "1 = national relations are sour: hazard relations.end × (1 - priority)"),
    INTEGER("goal_near", "1 = little need is left: hazard upkeep.goal_reached"),
/* The hazard of goal_mismatch: upkeep.goal_mismatch times the logit of formation.opt_out less the
 * weighted sum of these. */
#include "models/cooperation/ties/effects.def"
    END};
#undef DONOR_EVALUATION
#undef DONOR_CREATION
#undef DONOR_ENDOWMENT
#undef PARTNER_CREATION

int coop_choices_risk(sim_world_t *world, uint32_t tie, uint8_t cause, const coop_pair_t *pair,
                      const coop_risk_t *risk) {
    sim_cell_t cell[MOST_CELLS];
    size_t n = 0;
    put_integer(cell, &n, tie);
    put_real(cell, &n, now(world));
    put_real(cell, &n, risk->years);
    put_integer(cell, &n, cause == SIM_NETWORK_NO_CAUSE ? SIM_NULL_INT : cause);
    put_integer(cell, &n, risk->held);
    put_integer(cell, &n, risk->agreed);
    put_real(cell, &n, risk->priority_fall);
    put_real(cell, &n, risk->grant_over);
    put_integer(cell, &n, risk->short_of_money);
    put_integer(cell, &n, risk->short_of_staff);
    put_real(cell, &n, risk->support_gap);
    put_real(cell, &n, risk->dormant);
    put_real(cell, &n, risk->interest);
    put_real(cell, &n, risk->stability);
    put_integer(cell, &n, risk->soured);
    put_integer(cell, &n, risk->goal_near);
    put_statistics(world, COOP_SIDE_DONOR, COOP_FUNCTION_ENDOWMENT, pair, cell + n);
    return sim_world_row(world, COOP_TABLE_TIE_RISK, cell);
}

/* ---- states of donors and partners ---- */

#define KNOWHOW(id, word) REAL("knowhow_" word, "0 to 1"),
const sim_field_t coop_donor_state_fields[] = {
    INTEGER("agent_id", "a donor that could pay for a tie in the year, or had one"),
    INTEGER("year", "JFY, at its end"),
    REAL("people", "persons; of a cooperative, of its members"),
    REAL("fiscal_strength", "index"),
    REAL("industry", "0 to 1"),
    REAL("voted_yen", "voted for environmental work abroad in the year"),
    REAL("junior", "FTE"),
    REAL("senior", "FTE"),
    COOP_SECTORS(KNOWHOW) REAL("governance", "know-how of running a cooperative, 0 to 1"),
    REAL("priority", "of the head, 0 to 1"),
    REAL("support", "of council and citizens, 0 to 1"),
    REAL("reputation", "0 to 1"),
    INTEGER("mandate", "1 = a cooperative that may work abroad"),
    INTEGER("contacts", "in its address book"),
    INTEGER("ties", "cooperation ties that live"),
    INTEGER("projects", "that run"),
    INTEGER("record", "projects ever awarded"),
    END};
#undef KNOWHOW

static int put_donor(sim_world_t *world, uint32_t d) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    sim_cell_t cell[MOST_CELLS];
    size_t n = 0;
    put_integer(cell, &n, d);
    put_integer(cell, &n, sim_schedule_year(&world->clock, world->clock.step));
    put_real(cell, &n, donor->population[d]);
    put_real(cell, &n, donor->fiscal_strength[d]);
    put_real(cell, &n, donor->industry[d]);
    put_real(cell, &n, (double)donor->voted[d]);
    put_real(cell, &n, donor->junior[d]);
    put_real(cell, &n, donor->senior[d]);
    for (int k = 0; k < COOP_N_SECTORS; k++)
        put_real(cell, &n, donor->knowhow[k][d]);
    put_real(cell, &n, donor->governance[d]);
    put_real(cell, &n, donor->priority[d]);
    put_real(cell, &n, donor->support[d]);
    put_real(cell, &n, donor->reputation[d]);
    put_integer(cell, &n, donor->mandate[d]);
    put_integer(cell, &n, donor->n_contacts[d]);
    put_integer(cell, &n, donor->n_ties[d]);
    put_integer(cell, &n, donor->n_projects[d]);
    put_integer(cell, &n, donor->record[d]);
    return sim_world_row(world, COOP_TABLE_DONOR_STATE, cell);
}

#define NEED(id, word) REAL("need_" word, "0 to 1"),
const sim_field_t coop_partner_state_fields[] = {
    INTEGER("agent_id", "a partner that a donor had in its address book or a tie with"),
    INTEGER("year", "JFY, at its end"),
    COOP_SECTORS(NEED) REAL("capacity", "to absorb know-how, 0 to 1"),
    REAL("interest", "of the head, 0 to 1"),
    REAL("stability", "of its politics, 0 to 1"),
    REAL("governance", "know-how of running an association, 0 to 1"),
    INTEGER("contacts", "donors that have it in their address books"),
    INTEGER("ties", "cooperation ties that live"),
    END};
#undef NEED

static int put_partner(sim_world_t *world, uint32_t i, uint32_t contacts) {
    const coop_partner_t *partner = &coop_state(world)->partner;
    sim_cell_t cell[MOST_CELLS];
    size_t n = 0;
    put_integer(cell, &n, agent_of(world, i));
    put_integer(cell, &n, sim_schedule_year(&world->clock, world->clock.step));
    for (int k = 0; k < COOP_N_SECTORS; k++)
        put_real(cell, &n, partner->need[k][i]);
    put_real(cell, &n, partner->capacity[i]);
    put_real(cell, &n, partner->interest[i]);
    put_real(cell, &n, partner->stability[i]);
    put_real(cell, &n, partner->governance[i]);
    put_integer(cell, &n, contacts);
    put_integer(cell, &n, partner->n_ties[i]);
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
