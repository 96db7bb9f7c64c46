/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes over when a municipality merges into another, cooperatives unite, or a cooperative ends
 * in one municipality (M36): ties, projects, people, money, contacts, experience. */
#include <math.h>

#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/bodies/inheritance.h"
#include "models/cooperation/bodies/joint.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/money/works.h"
#include "models/cooperation/ties/contacts.h"

static bool is_cooperation(const sim_world_t *world, uint32_t tie) {
    return world->ties->kind[tie] == COOP_TIE_COOPERATION;
}

void coop_count_tie(sim_world_t *world, uint32_t tie, int change) {
    coop_state_t *s = coop_state(world);
    const sim_network_ties_t *ties = world->ties;
    s->donor.n_ties[ties->from[tie]] += (uint32_t)change;
    s->partner.n_ties[ties->to[tie] - coop_population(world)->n_donors] += (uint32_t)change;
    s->flow_metric[(change > 0 ? COOP_M_FORMED_CITY : COOP_M_ENDED_CITY) + ties->mode[tie]]++;
}

int coop_continue_tie(sim_world_t *world, uint32_t old, uint32_t donor, uint8_t mode,
                      uint32_t *new) {
    sim_network_ties_t *ties = world->ties;
    sim_network_birth_t birth = {.kind = ties->kind[old],
                                 .mode = mode,
                                 .topic = ties->topic[old],
                                 .stage = ties->stage[old],
                                 .from = donor,
                                 .to = ties->to[old],
                                 .onset = world->clock.step,
                                 .trust = ties->trust[old]};
    int rc = sim_network_tie_add(ties, &birth, new);
    if (rc)
        return rc;
    ties->last_activity[*new] = ties->last_activity[old];
    ties->institutionalised[*new] = ties->institutionalised[old];
    if (is_cooperation(world, old))
        coop_count_tie(world, *new, 1);
    return 0;
}

/* The heir begins a spell of its own, which is as the old one was; sister cities stay so from the
 * date of their agreement. */
static int begin_spell(sim_world_t *world, uint32_t old, uint32_t heir, uint32_t *new) {
    const sim_network_ties_t *ties = world->ties;
    bool cooperation = is_cooperation(world, old);
    uint8_t mode = cooperation && !coop_forms_several(world, old)
                       ? coop_mode(coop_population(world), heir)
                       : ties->mode[old];
    int rc = coop_continue_tie(world, old, heir, mode, new);
    if (rc || !cooperation)
        return rc;
    coop_forms_mark(world, *new);
    coop_state(world)->flow_metric[COOP_M_INHERITED]++;
    return coop_event(world, COOP_EVENT_TIE_INHERITED, heir, ties->to[*new], ties->trust[*new]);
}

void coop_join_ties(sim_world_t *world, uint32_t old, uint32_t kept) {
    sim_network_ties_t *ties = world->ties;
    ties->trust[kept] = coop_max(ties->trust[kept], ties->trust[old]);
    ties->institutionalised[kept] |= ties->institutionalised[old];
    if (ties->stage[old] > ties->stage[kept])
        sim_network_tie_stage(ties, kept, ties->stage[old], world->clock.step);
    if (ties->last_activity[old] > ties->last_activity[kept])
        ties->last_activity[kept] = ties->last_activity[old];
}

static int pass_on(sim_world_t *world, uint32_t tie, uint32_t heir, uint8_t cause) {
    sim_network_ties_t *ties = world->ties;
    uint32_t new = sim_network_tie_find(ties, ties->kind[tie], heir, ties->to[tie]);
    bool cooperation = is_cooperation(world, tie), begins = new == SIM_NETWORK_NONE;
    int rc = 0;
    sim_network_tie_end(ties, tie, world->clock.step, cause);
    if (cooperation)
        coop_count_tie(world, tie, -1);
    if (begins && cooperation)
        rc = coop_forms_give_way(world, heir, tie);
    if (begins && !rc)
        rc = begin_spell(world, tie, heir, &new);
    if (!begins)
        coop_join_ties(world, tie, new);
    if (rc || !cooperation)
        return rc;
    coop_projects_hand_over(world, tie, new);
    if (!coop_forms_several(world, tie))
        return 0;
    return begins ? coop_forms_move(world, tie, new) : coop_forms_end(world, tie);
}

uint32_t coop_ties_of(const sim_world_t *world, uint8_t kind, uint32_t d, uint32_t *tie) {
    const sim_network_ties_t *ties = world->ties;
    uint32_t n = 0;
    for (uint32_t at = ties->first_from[kind][d]; at; at = ties->next_from[at - 1]) {
        uint32_t k = n++;
        for (; k > 0 && ties->place[tie[k - 1]] < ties->place[at - 1]; k--)
            tie[k] = tie[k - 1];
        tie[k] = at - 1;
    }
    return n;
}

static int pass_on_all(sim_world_t *world, uint8_t kind, uint32_t from, uint32_t heir,
                       uint8_t cause) {
    uint32_t *tie = coop_state(world)->due, n = coop_ties_of(world, kind, from, tie);
    int rc = 0;
    for (uint32_t k = 0; k < n && !rc; k++)
        rc = pass_on(world, tie[k], heir, cause);
    return rc;
}

/* Cooperation and sister ties; ties of membership go with the cooperative's list. */
int coop_inherit_ties(sim_world_t *world, uint32_t from, uint32_t heir, uint8_t cause) {
    bool sisters = from < coop_population(world)->first_cooperative;
    int rc = 0;
    if (coop_state(world)->donor.n_ties[from])
        rc = pass_on_all(world, COOP_TIE_COOPERATION, from, heir, cause);
    return !rc && sisters ? pass_on_all(world, COOP_TIE_SISTER, from, heir, cause) : rc;
}

void coop_inherit_staff(sim_world_t *world, uint32_t from, uint32_t heir, double share) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double *column[] = {donor->junior, donor->senior, donor->staff_start};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++) {
        double moved = share * column[k][from];
        column[k][from] = share < 1 ? column[k][from] - moved : 0;
        column[k][heir] += moved;
    }
}

/* Purse, record, reputation, contacts, what was promised to joint projects. */
void coop_inherit_belongings(sim_world_t *world, uint32_t from, uint32_t heir) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    coop_donor_t *donor = &s->donor;
    int giver = coop_ledger_account(pop, from), taker = coop_ledger_account(pop, heir);
    if (giver != taker && donor->purse[from])
        coop_ledger_move(world, giver, taker, donor->purse[from]);
    donor->purse[heir] += donor->purse[from], donor->voted[heir] += donor->voted[from];
    donor->purse[from] = donor->voted[from] = 0;
    if (donor->record[from] &&
        (!donor->record[heir] || donor->first_project[from] < donor->first_project[heir]))
        donor->first_project[heir] = donor->first_project[from];
    donor->record[heir] += donor->record[from];
    coop_works_inherit(world, from, heir);
    coop_joint_inherit(world, from, heir);
    donor->reputation[heir] = coop_max(donor->reputation[heir], donor->reputation[from]);
    coop_contacts_known(world, heir);
    for (uint32_t k = from * COOP_MAX_CONTACTS;
         k < from * COOP_MAX_CONTACTS + donor->n_contacts[from]; k++) {
        coop_contacts_add(world, heir, s->contact.partner[k], s->contact.strength[k],
                          s->contact.source[k]);
        s->met[s->contact.source[k]]--; /* nobody new was met */
    }
}

static void mix(double *column, uint32_t from, uint32_t heir, double share) {
    column[heir] += share * (column[from] - column[heir]);
}

/* Levels of two bodies of one kind: means, weighted by people; before these are added up. */
void coop_inherit_nature(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double people = donor->population[from] + donor->population[heir];
    double share = people > 0 ? donor->population[from] / people : 0;
    mix(donor->support, from, heir, share);
    mix(donor->fiscal_strength, from, heir, share);
    mix(donor->governance, from, heir, share);
    for (int k = 0; k < COOP_N_SECTORS; k++) {
        mix(donor->knowhow[k], from, heir, share);
        mix(donor->knowhow_floor[k], from, heir, share);
    }
    donor->population[heir] = people;
}

void coop_retire(sim_world_t *world, uint32_t d, uint32_t heir) {
    coop_state_t *s = coop_state(world);
    coop_donor_t *donor = &s->donor;
    double *level[] = {donor->population,    donor->own_budget, donor->priority,
                       donor->priority_fall, donor->support,    donor->reputation,
                       donor->junior,        donor->senior,     donor->staff_start,
                       donor->shrinkage,     donor->fte_bound,  donor->commitment,
                       donor->governance};
    for (size_t k = 0; k < sizeof level / sizeof *level; k++)
        level[k][d] = 0;
    for (int k = 0; k < COOP_N_SECTORS; k++)
        donor->knowhow[k][d] = donor->knowhow_floor[k][d] = 0;
    s->abroad -= donor->mandate[d];
    for (int kind = 0; kind < COOP_N_WORKS; kind++)
        donor->works[kind][d] = 0;
    donor->exists[d] = donor->mandate[d] = donor->n_contacts[d] = donor->pooled[d] = 0;
    donor->scope[d] = 0;
    donor->policy_until[d] = -INFINITY;
    donor->plants[d] = donor->record[d] = 0;
    s->offers_known = false;
    donor->manager[d] = SIM_NETWORK_NONE;
    donor->plant_keeper[d] = d;
    donor->next_renewal[d] = INFINITY;
    donor->heir[d] = heir;
    donor->changed[d] = world->clock.step;
    coop_budget_renew_donor(world, d);
    coop_contacts_renew_donor(world, d);
}
