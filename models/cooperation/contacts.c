/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts (M21): who knows whom. Sister cities (M19) are contacts that last; visitors,
 * conferences, missions and intermediaries bring others, which are forgotten after some years. */
#include <math.h>

#include "models/cooperation/cooperation.h"

static void put(sim_world_t *world, uint32_t at, uint32_t partner, double strength, bool lasting) {
    coop_contact_t *contact = &coop_state(world)->contact;
    contact->partner[at] = partner;
    contact->since[at] = world->clock.step;
    contact->strength[at] = strength;
    contact->lasting[at] = lasting;
}

/* Adds or refreshes a contact; a full address book drops its faintest entry, never a sister city.
 */
void coop_contacts_add(sim_world_t *world, uint32_t d, uint32_t partner, double strength,
                       bool lasting) {
    coop_state_t *s = coop_state(world);
    coop_contact_t *contact = &s->contact;
    uint32_t first = d * COOP_MAX_CONTACTS, n = s->donor.n_contacts[d], faintest = SIM_NETWORK_NONE;
    for (uint32_t k = first; k < first + n; k++) {
        if (contact->partner[k] == partner) {
            put(world, k, partner, coop_max(strength, contact->strength[k]),
                lasting || contact->lasting[k]);
            return;
        }
        if (!contact->lasting[k] &&
            (faintest == SIM_NETWORK_NONE || contact->strength[k] < contact->strength[faintest]))
            faintest = k;
    }
    if (n < COOP_MAX_CONTACTS) {
        s->donor.n_contacts[d]++;
        put(world, first + n, partner, strength, lasting);
    } else if (faintest != SIM_NETWORK_NONE && strength >= contact->strength[faintest]) {
        put(world, faintest, partner, strength, lasting);
    }
}

void coop_contacts_forget(sim_world_t *world, uint32_t d) {
    coop_state_t *s = coop_state(world);
    coop_contact_t *contact = &s->contact;
    double memory = coop_params(world)->contacts.memory * world->clock.steps_per_year;
    uint32_t first = d * COOP_MAX_CONTACTS, kept = first, end = first + s->donor.n_contacts[d];
    for (uint32_t k = first; k < end; k++) {
        if (!contact->lasting[k] && world->clock.step - contact->since[k] > memory)
            continue;
        contact->partner[kept] = contact->partner[k];
        contact->since[kept] = contact->since[k];
        contact->strength[kept] = contact->strength[k];
        contact->lasting[kept++] = contact->lasting[k];
    }
    s->donor.n_contacts[d] = (uint8_t)(kept - first);
}

/* The partner at a place u in [0, 1) of the cumulative attraction. */
static uint32_t partner_at(const sim_world_t *world, double u) {
    const double *weight = coop_state(world)->partner_weight;
    uint32_t low = 0, high = coop_population(world)->n_partners - 1;
    double target = u * weight[high];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (weight[middle] > target)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* `known` is the year of the agreement, INT32_MIN when no source has it. */
static int add_sister_tie(sim_world_t *world, uint32_t d, uint32_t partner, int32_t known) {
    const sim_schedule_clock_t *clock = &world->clock;
    bool dated = known != INT32_MIN && known <= clock->start_year;
    sim_network_birth_t birth = {
        .kind = COOP_TIE_SISTER,
        .mode = COOP_NO_MODE,
        .sector = COOP_NO_MODE,
        .stage = COOP_STAGE_FRIENDSHIP,
        .donor = d,
        .partner = coop_population(world)->n_donors + partner,
        .onset = dated ? (known - clock->start_year) * clock->steps_per_year : 0,
        .trust = 0.5,
        .onset_censored = !dated};
    if (sim_network_tie_find(world->ties, COOP_TIE_SISTER, d, birth.partner) != SIM_NETWORK_NONE)
        return 0;
    coop_contacts_add(world, d, partner, coop_params(world)->contacts.sister_strength, true);
    return sim_network_tie_add(world->ties, &birth, NULL);
}

/* M19: participation by type, about two ties each; those to the seven regions matter here. */
static int make_sister_ties(sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_SETUP_SISTER);
    sim_rng_t choice = sim_world_rng(world, COOP_DRAW_SETUP_SISTER_PARTNER);
    if (!sim_rng_chance(&rng, d, 0, p->sister[coop_population(world)->type[d]]))
        return 0;
    for (uint32_t k = 0; k < 2; k++) {
        sim_rng_block_t draw = sim_rng_block(&choice, d, 0, k);
        if (draw.word[2] * 0x1p-32 >= p->sister_share)
            continue;
        uint32_t partner = partner_at(world, sim_rng_unit(draw.word[0], draw.word[1]));
        int rc = add_sister_tie(world, d, partner, INT32_MIN);
        if (rc)
            return rc;
    }
    return 0;
}

static int make_known_ties(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    int rc = 0;
    for (uint32_t k = 0; k < pop->n_friendships && !rc; k++)
        rc = add_sister_tie(world, pop->friendship[k].donor, pop->friendship[k].partner,
                            pop->friendship[k].year);
    return rc;
}

void coop_contacts_renew_donor(sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    coop_state_t *s = coop_state(world);
    double size = pow(s->donor.population[d] / 1e6, p->size_exponent);
    s->contact_size[d] = coop_teaches(world, d) ? p->rate * size : 0;
    double bound = s->contact_size[d] * (1 + p->knowhow + p->reputation + p->intermediary);
    s->contact_ceiling[d] = sim_rng_threshold(bound / world->clock.steps_per_year);
}

void coop_contacts_renew(sim_world_t *world) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    double total = 0;
    for (uint32_t i = 0; i < pop->n_partners; i++)
        s->partner_weight[i] = total += pop->popularity[i] * p->region[pop->region[i]];
    for (uint32_t d = 0; d < s->n_donors; d++)
        coop_contacts_renew_donor(world, d);
}

int coop_contacts_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_contacts_renew(world);
    bool reachable = coop_state(world)->partner_weight[pop->n_partners - 1] > 0;
    if (!coop_params(world)->contacts.sister_ties)
        return 0;
    int rc = make_known_ties(world);
    for (uint32_t d = 0; reachable && d < pop->first_cooperative && !rc; d++)
        rc = make_sister_ties(world, d);
    return rc;
}

/* Another donor's partner (imitation), or a draw by attraction. */
static uint32_t new_partner(const sim_world_t *world, uint32_t d, uint32_t round) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION],
                   n_live = ties->n_live[COOP_TIE_COOPERATION];
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_PARTNER);
    sim_rng_block_t draw = sim_rng_block(&rng, d, round, 0);
    if (n_live && draw.word[2] * 0x1p-32 < coop_params(world)->contacts.imitation)
        return ties->partner[live[sim_rng_scale(draw.word[3], n_live)]] -
               coop_population(world)->n_donors;
    return partner_at(world, sim_rng_unit(draw.word[0], draw.word[1]));
}

static double new_strength(const sim_world_t *world, uint32_t d, uint32_t round) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_STRENGTH);
    return p->strength_low + (p->strength_high - p->strength_low) * sim_rng_uniform(&rng, d, round);
}

int coop_contacts_step(sim_world_t *world) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_ARRIVAL);
    if (p->rate <= 0 || s->partner_weight[pop->n_partners - 1] <= 0)
        return 0;
    sim_rng_fill(&rng, 0, s->n_donors, s->high, s->low);
    for (uint32_t d = 0; d < s->n_donors; d++) {
        if (s->high[d] > s->contact_ceiling[d])
            continue;
        double rate =
            s->contact_size[d] *
            (1 + p->knowhow * coop_knowhow_best(world, d) + p->reputation * s->donor.reputation[d] +
             (p->intermediaries ? p->intermediary * pop->intermediary[d] : 0));
        uint32_t n =
            coop_arrivals(sim_rng_unit(s->high[d], s->low[d]), rate / world->clock.steps_per_year);
        for (uint32_t round = 0; round < n; round++)
            coop_contacts_add(world, d, new_partner(world, d, round), new_strength(world, d, round),
                              false);
        s->flow_metric[COOP_COUNT_CONTACTS] += n;
    }
    return 0;
}
