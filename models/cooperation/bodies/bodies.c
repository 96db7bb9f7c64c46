/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which bodies there are, and what goes over when a municipality merges into another, cooperatives
 * unite, or a cooperative ends (M36). Each process passes on and empties its own columns. */
#include "models/cooperation/bodies/bodies.h"
#include "models/cooperation/bodies/forms.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/ties/ties.h"
#include "models/cooperation/ties/upkeep.h"

int coop_bodies_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    s->n_donors = pop->first_founded;
    s->cooperatives = pop->first_founded - pop->first_cooperative;
    s->municipalities = pop->n_municipalities;
    for (uint32_t d = 0; d < pop->n_donors; d++) {
        s->donor.exists[d] = d < pop->first_founded;
        s->donor.heir[d] = SIM_NETWORK_NONE;
        s->donor.changed[d] = INT32_MIN;
    }
    return 0;
}

void coop_bodies_changed(sim_world_t *world, uint32_t d) {
    coop_state(world)->donor.changed[d] = world->clock.step;
}

int coop_bodies_begin(sim_world_t *world, uint32_t *cooperative) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    *cooperative = s->n_donors;
    if (s->n_donors == pop->n_donors)
        return sim_world_fail(world, SIM_ERR_LIMIT, "more than %u cooperatives founded in one run",
                              pop->n_donors - pop->first_founded);
    s->donor.exists[s->n_donors] = 1;
    coop_bodies_changed(world, s->n_donors++);
    s->cooperatives++;
    s->offers_known = false;
    return 0;
}

/* ---- ties ---- */

/* The heir begins a spell of its own, which is as the old one was; sister cities stay so from the
 * date of their agreement. */
static int begin_spell(sim_world_t *world, uint32_t old, uint32_t heir, uint32_t *new) {
    const sim_network_ties_t *ties = world->ties;
    bool cooperation = ties->kind[old] == COOP_TIE_COOPERATION;
    uint8_t mode = cooperation && !coop_ties_of_several(world, old)
                       ? coop_mode(coop_population(world), heir)
                       : ties->mode[old];
    int rc = coop_ties_continue(world, old, heir, mode, new);
    if (rc || !cooperation)
        return rc;
    coop_state(world)->flow_metric[COOP_M_INHERITED]++;
    return coop_event(world, COOP_EVENT_TIE_INHERITED, heir, ties->to[*new], ties->trust[*new]);
}

static int pass_on(sim_world_t *world, uint32_t tie, uint32_t heir) {
    sim_network_ties_t *ties = world->ties;
    uint32_t new = sim_network_tie_find(ties, ties->kind[tie], heir, ties->to[tie]);
    bool cooperation = ties->kind[tie] == COOP_TIE_COOPERATION, begins = new == SIM_NETWORK_NONE;
    int rc = 0;
    if (cooperation)
        coop_ties_end(world, tie, COOP_CAUSE_MERGER);
    else
        sim_network_tie_end(ties, tie, world->clock.step, COOP_CAUSE_MERGER);
    if (begins && cooperation)
        rc = coop_forms_give_way(world, heir, tie);
    if (begins && !rc)
        rc = begin_spell(world, tie, heir, &new);
    if (!begins)
        coop_ties_join(world, tie, new);
    if (rc || !cooperation)
        return rc;
    coop_projects_hand_over(world, tie, new);
    if (!coop_ties_of_several(world, tie))
        return 0;
    return begins ? coop_forms_move(world, tie, new) : coop_forms_end(world, tie);
}

/* Cooperation and sister ties; ties of membership go with the cooperative's list. */
int coop_bodies_inherit_ties(sim_world_t *world, uint32_t from, uint32_t heir) {
    static const uint8_t kind[] = {COOP_TIE_COOPERATION, COOP_TIE_SISTER};
    uint32_t *tie = coop_state(world)->due;
    int rc = 0;
    for (size_t i = 0; i < sizeof kind && !rc; i++)
        for (uint32_t k = 0, n = coop_ties_of(world, kind[i], from, tie); k < n && !rc; k++)
            rc = heir == SIM_NETWORK_NONE
                     ? coop_upkeep_end(world, tie[k], COOP_CAUSE_COOPERATIVE_DISSOLVED)
                     : pass_on(world, tie[k], heir);
    return rc;
}

/* ---- all that it has ---- */

void coop_bodies_renew(sim_world_t *world, uint32_t d) {
    coop_budget_renew_donor(world, d);
    coop_contacts_renew_donor(world, d);
}

int coop_bodies_end(sim_world_t *world, uint32_t from, uint32_t heir) {
    static int (*const inherit[])(sim_world_t *, uint32_t, uint32_t) = {
#define INHERIT(FUNCTION) FUNCTION,
#include "models/cooperation/phases.def"
    };
    coop_state_t *s = coop_state(world);
    int rc = 0;
    if (heir != SIM_NETWORK_NONE)
        coop_bodies_changed(world, heir);
    for (size_t k = 0; k < sizeof inherit / sizeof *inherit && !rc; k++)
        rc = inherit[k](world, from, heir);
    s->donor.exists[from] = 0;
    s->donor.heir[from] = heir;
    coop_bodies_changed(world, from);
    if (from < coop_population(world)->first_cooperative)
        s->municipalities--;
    else
        s->cooperatives--;
    s->offers_known = false;
    coop_bodies_renew(world, from);
    if (heir != SIM_NETWORK_NONE)
        coop_bodies_renew(world, heir);
    return rc;
}
