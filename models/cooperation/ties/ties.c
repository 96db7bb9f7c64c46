/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How ties begin, go on in others and end, whoever asks for it, and how many each donor and partner
 * has. */
#include "models/cooperation/ties/ties.h"

/* Counts of a cooperation tie that begins (1) or ends (-1): its donor's, its partner's, by mode. */
static void count(sim_world_t *world, uint32_t tie, int change) {
    coop_state_t *s = coop_state(world);
    const sim_network_ties_t *ties = world->ties;
    s->donor.n_ties[ties->from[tie]] += (uint32_t)change;
    s->partner.n_ties[coop_partner_of(world, tie)] += (uint32_t)change;
    s->flow_metric[(change > 0 ? COOP_M_FORMED_CITY : COOP_M_ENDED_CITY) + ties->mode[tie]]++;
}

static uint8_t form_of(const sim_world_t *world, uint32_t d) {
    if (coop_mode(coop_population(world), d) != COOP_MODE_REGIONAL)
        return COOP_TIE_FORM_SINGLE;
    return coop_state(world)->donor.form[d] == COOP_FORM_WIDE_AREA_UNION
               ? COOP_TIE_FORM_UNION
               : COOP_TIE_FORM_COOPERATIVE;
}

int coop_ties_begin(sim_world_t *world, const sim_network_birth_t *birth, uint32_t *tie) {
    int rc = sim_network_tie_add(world->ties, birth, tie);
    if (rc)
        return rc;
    world->ties->form[*tie] = form_of(world, birth->from);
    count(world, *tie, 1);
    return 0;
}

void coop_ties_end(sim_world_t *world, uint32_t tie, uint8_t cause) {
    count(world, tie, -1);
    sim_network_tie_end(world->ties, tie, world->clock.step, cause);
}

void coop_ties_join(sim_world_t *world, uint32_t old, uint32_t kept) {
    sim_network_ties_t *ties = world->ties;
    ties->trust[kept] = coop_max(ties->trust[kept], ties->trust[old]);
    ties->institutionalised[kept] |= ties->institutionalised[old];
    if (ties->stage[old] > ties->stage[kept])
        sim_network_tie_stage(ties, kept, ties->stage[old], world->clock.step);
    if (ties->last_activity[old] > ties->last_activity[kept])
        ties->last_activity[kept] = ties->last_activity[old];
}

int coop_ties_continue(sim_world_t *world, uint32_t old, uint32_t donor, uint8_t mode,
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
    int rc = ties->kind[old] == COOP_TIE_COOPERATION ? coop_ties_begin(world, &birth, new)
                                                     : sim_network_tie_add(ties, &birth, new);
    if (rc)
        return rc;
    ties->last_activity[*new] = ties->last_activity[old];
    ties->institutionalised[*new] = ties->institutionalised[old];
    return 0;
}

void coop_ties_hand_over(sim_world_t *world, uint32_t tie, uint32_t donor) {
    uint32_t *n_ties = coop_state(world)->donor.n_ties;
    n_ties[world->ties->from[tie]]--, n_ties[donor]++;
    sim_network_tie_hand_over(world->ties, tie, donor, world->clock.step);
}

int coop_ties_add_member(sim_world_t *world, uint32_t member, uint32_t body, int32_t onset,
                         bool censored) {
    sim_network_birth_t birth = {.kind = COOP_TIE_MEMBERSHIP,
                                 .mode = COOP_NO_MODE,
                                 .topic = COOP_NO_MODE,
                                 .stage = COOP_NO_MODE,
                                 .from = member,
                                 .to = body,
                                 .onset = onset,
                                 .onset_censored = censored,
                                 .trust = 0.5}; /* nothing reads it */
    return sim_network_tie_add(world->ties, &birth, NULL);
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

uint32_t coop_ties_members(const sim_world_t *world, uint32_t tie, uint32_t *member) {
    const coop_league_t *league = &coop_state(world)->league;
    uint32_t n = 0;
    for (uint32_t k = 0; k < league->count; k++) {
        if (league->tie[k] != tie)
            continue;
        uint32_t at = n++;
        for (; at > 0 && member[at - 1] > league->member[k]; at--)
            member[at] = member[at - 1];
        member[at] = league->member[k];
    }
    return n;
}

bool coop_ties_shares(const sim_world_t *world, uint32_t d, uint32_t partner) {
    const coop_league_t *league = &coop_state(world)->league;
    for (uint32_t k = 0; k < league->count; k++)
        if (league->member[k] == d && world->ties->to[league->tie[k]] == partner)
            return true;
    return false;
}
