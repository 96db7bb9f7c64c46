/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts (M21): who knows whom, and by what way. Visitors, trainees, conferences, intermediaries,
 * missions of funders, firms and the partners of other cities bring contacts, which are forgotten
 * after some years; sister cities (sisters.c) are contacts that last. */
#include <math.h>

#include "models/cooperation/cooperation.h"

static const int32_t NEVER = INT32_MIN; /* a sister city that was met by no other way */

static void put(sim_world_t *world, uint32_t at, uint32_t partner, double strength,
                uint8_t source) {
    coop_contact_t *contact = &coop_state(world)->contact;
    contact->partner[at] = partner;
    contact->since[at] = source == COOP_SOURCE_SISTER ? NEVER : world->clock.step;
    contact->strength[at] = strength;
    contact->source[at] = source;
}

/* A known partner keeps the stronger of both; once a sister city, always one. */
static void meet_again(sim_world_t *world, uint32_t at, double strength, uint8_t source) {
    coop_contact_t *contact = &coop_state(world)->contact;
    contact->strength[at] = coop_max(strength, contact->strength[at]);
    if (source == COOP_SOURCE_SISTER) {
        contact->source[at] = source;
        return;
    }
    contact->since[at] = world->clock.step;
    if (source == COOP_SOURCE_REQUEST && contact->source[at] != COOP_SOURCE_SISTER)
        contact->source[at] = source; /* that it asked is remembered */
}

/* Adds or refreshes a contact; a full address book drops its faintest entry, never a sister city.
 */
void coop_contacts_add(sim_world_t *world, uint32_t d, uint32_t partner, double strength,
                       uint8_t source) {
    coop_state_t *s = coop_state(world);
    coop_contact_t *contact = &s->contact;
    uint32_t first = d * COOP_MAX_CONTACTS, n = s->donor.n_contacts[d], faintest = SIM_NETWORK_NONE;
    s->met[source]++;
    for (uint32_t k = first; k < first + n; k++) {
        if (contact->partner[k] == partner) {
            meet_again(world, k, strength, source);
            return;
        }
        if (contact->source[k] != COOP_SOURCE_SISTER &&
            (faintest == SIM_NETWORK_NONE || contact->strength[k] < contact->strength[faintest]))
            faintest = k;
    }
    if (n < COOP_MAX_CONTACTS) {
        s->donor.n_contacts[d]++;
        put(world, first + n, partner, strength, source);
    } else if (faintest != SIM_NETWORK_NONE && strength >= contact->strength[faintest]) {
        put(world, faintest, partner, strength, source);
    }
}

static bool is_recent(const sim_world_t *world, int32_t since) {
    double memory = coop_params(world)->contacts.memory * world->clock.steps_per_year;
    return since != NEVER && world->clock.step - since <= memory;
}

void coop_contacts_follow(sim_world_t *world, uint32_t d, uint32_t partner, double strength) {
    coop_contact_t *contact = &coop_state(world)->contact;
    uint32_t first = d * COOP_MAX_CONTACTS, end = first + coop_state(world)->donor.n_contacts[d];
    for (uint32_t k = first; k < end; k++)
        if (contact->partner[k] == partner) {
            if (strength > 0)
                contact->source[k] = COOP_SOURCE_SISTER; /* lasting from now on */
            contact->strength[k] = is_recent(world, contact->since[k])
                                       ? coop_max(strength, contact->strength[k])
                                       : strength;
            return;
        }
    if (strength > 0) /* the book was full when they became friends */
        coop_contacts_add(world, d, partner, strength, COOP_SOURCE_SISTER);
}

/* A sister city stays, with what strength the tie has. */
static void forget_other_way(sim_world_t *world, uint32_t d, uint32_t at) {
    coop_contact_t *contact = &coop_state(world)->contact;
    if (contact->since[at] == NEVER || is_recent(world, contact->since[at]))
        return;
    contact->since[at] = NEVER;
    contact->strength[at] = coop_sisters_strength(world, d, contact->partner[at]);
}

void coop_contacts_forget(sim_world_t *world, uint32_t d) {
    coop_state_t *s = coop_state(world);
    coop_contact_t *contact = &s->contact;
    uint32_t first = d * COOP_MAX_CONTACTS, kept = first, end = first + s->donor.n_contacts[d];
    for (uint32_t k = first; k < end; k++) {
        if (contact->source[k] == COOP_SOURCE_SISTER)
            forget_other_way(world, d, k);
        else if (!is_recent(world, contact->since[k]))
            continue;
        contact->partner[kept] = contact->partner[k];
        contact->since[kept] = contact->since[k];
        contact->strength[kept] = contact->strength[k];
        contact->source[kept++] = contact->source[k];
    }
    s->donor.n_contacts[d] = (uint8_t)(kept - first);
}

uint32_t coop_contacts_at(const sim_world_t *world, const double *weight, double u) {
    uint32_t low = 0, high = coop_population(world)->n_cities - 1;
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

/* Firms (M21) work from an industrial base, and from a large port (M12). */
static double firm_weight(const sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_population_t *pop = coop_population(world);
    return p->firms * pop->industry[d] + p->port * pop->port[d];
}

/* A bound of the sum of the weights, whatever the donor's state: shares and indices are 1 at most.
 * Were it lower for who has no project, a first project would move all later arrivals. */
static double most_of(const sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    return p->conference + p->knowhow + p->reputation + p->trainees + p->missions + p->requests +
           p->intermediary * coop_population(world)->intermediary[d] + firm_weight(world, d);
}

static void await(coop_contact_t *contact, uint32_t d, double from, double left) {
    contact->from[d] = from;
    contact->left[d] = left;
    contact->due[d] = contact->pace[d] > 0 ? from + left / contact->pace[d] : INFINITY;
}

/* Candidates come at the bound of the rate, in steps; where the bound changes, what is left of the
 * wait shrinks or grows with it, so that nothing is drawn anew. */
static void set_pace(sim_world_t *world, uint32_t d, double pace) {
    coop_contact_t *contact = &coop_state(world)->contact;
    double now = world->clock.step, from = contact->from[d], left = contact->left[d];
    if (left > 0 && pace == contact->pace[d])
        return;
    if (left <= 0) {
        sim_rng_draw_t draw =
            sim_world_draw_again(world, COOP_DRAW_CONTACT_ARRIVAL, d, COOP_MAX_ROUNDS);
        from = now, left = sim_rng_exponential(&draw);
    } else if (now > from) {
        left -= coop_min(left, (now - from) * contact->pace[d]);
        from = now;
    }
    contact->pace[d] = pace;
    await(contact, d, from, left);
}

void coop_contacts_renew_donor(sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    coop_state_t *s = coop_state(world);
    double people = s->donor.population[d] / 1e6;
    bool teaches = coop_teaches(world, d);
    s->contact_size[d] = teaches ? p->rate * sim_math_pow(people, p->size_exponent) : 0;
    set_pace(world, d, s->contact_size[d] * most_of(world, d) / world->clock.steps_per_year);
}

void coop_contacts_renew(sim_world_t *world) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    double total = 0;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        s->partner_weight[i] = total += pop->popularity[i] * p->region[pop->region[i]];
    for (uint32_t d = 0; d < s->n_donors; d++)
        coop_contacts_renew_donor(world, d);
}

/* Weights of the ways by which donor d meets somebody; returns their sum. */
static double weigh(const sim_world_t *world, uint32_t d, bool missions,
                    double weight[COOP_N_SOURCES]) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_donor_t *donor = &coop_state(world)->donor;
    double projects = donor->n_projects[d], total = 0;
    weight[COOP_SOURCE_CONFERENCE] = p->conference;
    weight[COOP_SOURCE_SISTER] = 0; /* sisters.c */
    weight[COOP_SOURCE_VISITOR] =
        p->knowhow * coop_knowhow_best(world, d) + p->reputation * donor->reputation[d];
    weight[COOP_SOURCE_TRAINEE] = p->trainees * projects / (1 + projects);
    weight[COOP_SOURCE_INTERMEDIARY] =
        p->intermediaries ? p->intermediary * coop_population(world)->intermediary[d] : 0;
    weight[COOP_SOURCE_MISSION] = missions ? p->missions : 0;
    weight[COOP_SOURCE_FIRM] = firm_weight(world, d);
    weight[COOP_SOURCE_REQUEST] = p->requests * donor->reputation[d];
    weight[COOP_SOURCE_OTHER_CITY] = 0; /* any of these may lead to another donor's partner */
    for (int source = 0; source < COOP_N_SOURCES; source++)
        total += weight[source];
    return total;
}

static uint8_t way_at(const double weight[COOP_N_SOURCES], double place) {
    uint8_t last = 0;
    for (int source = 0; source < COOP_N_SOURCES; source++) {
        if (weight[source] <= 0)
            continue;
        last = (uint8_t)source;
        if (place < weight[source])
            break;
        place -= weight[source];
    }
    return last;
}

/* M23: the partner asks on its own, as far as its head cares. */
static bool asks(const sim_world_t *world, uint32_t d, uint32_t round, uint32_t partner) {
    sim_rng_draw_t draw =
        sim_world_draw(world, COOP_DRAW_CONTACT_REQUEST, coop_round_key(d, round), partner);
    return sim_rng_chance(&draw, coop_state(world)->partner.interest[partner]);
}

/* Somebody new: a partner of another donor (imitation), or a draw by attraction. A mission comes
 * from where its funder works, or not at all. */
static void meet(sim_world_t *world, uint32_t d, uint32_t round, uint8_t source) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_population_t *pop = coop_population(world);
    const sim_network_ties_t *ties = world->ties;
    uint32_t n_live = ties->n_live[COOP_TIE_COOPERATION], partner;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_CONTACT_PARTNER, d, round);
    sim_rng_draw_t strength = sim_world_draw(world, COOP_DRAW_CONTACT_STRENGTH, d, round);
    double attraction = sim_rng_uniform(&draw);
    if (n_live && sim_rng_word(&draw) * 0x1p-32 < p->imitation) {
        uint32_t k = sim_rng_below(&draw, n_live);
        partner = ties->partner[ties->live[COOP_TIE_COOPERATION][k]] - pop->n_donors;
        source = COOP_SOURCE_OTHER_CITY;
    } else {
        partner = coop_contacts_at(world, coop_state(world)->partner_weight, attraction);
    }
    partner = coop_associations_meet(world, d, round, partner);
    if (source == COOP_SOURCE_MISSION && !coop_funding_works_in(world, pop->country_of[partner]))
        return;
    if (source == COOP_SOURCE_REQUEST && !asks(world, d, round, partner))
        return;
    coop_state(world)->flow_metric[COOP_COUNT_CONTACTS]++;
    coop_state(world)->flow_metric[COOP_COUNT_WAYS + source]++;
    coop_contacts_add(world, d, partner,
                      p->strength_low +
                          (p->strength_high - p->strength_low) * sim_rng_uniform(&strength),
                      source);
}

/* What comes to a donor in the step. Candidates come at a bound of the rate; of them as large a
 * part is somebody as the rate is of the bound. `block` has the words of the first. */
static void receive(sim_world_t *world, uint32_t d, const sim_rng_block_t *block, bool missions) {
    coop_state_t *s = coop_state(world);
    coop_contact_t *contact = &s->contact;
    double end = world->clock.step + 1.0;
    for (uint32_t round = 0; contact->due[d] < end && round < COOP_MAX_ROUNDS; round++) {
        sim_rng_block_t own;
        if (round > 0) {
            sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_CONTACT_ARRIVAL, d, round);
            for (int w = 0; w < 4; w++)
                own.word[w] = sim_rng_word(&draw);
            block = &own;
        }
        double weight[COOP_N_SOURCES], total = weigh(world, d, missions, weight);
        double rate = s->contact_size[d] * total / world->clock.steps_per_year;
        if (sim_rng_unit(block->word[0], block->word[1]) * contact->pace[d] < rate) {
            sim_rng_draw_t way = sim_world_draw(world, COOP_DRAW_CONTACT_SOURCE, d, round);
            meet(world, d, round, way_at(weight, total * sim_rng_uniform(&way)));
        }
        await(contact, d, contact->due[d],
              sim_rng_exponential_at(sim_rng_unit(block->word[2], block->word[3])));
    }
    if (contact->due[d] < end)
        await(contact, d, end, contact->left[d]); /* no more come in the step */
}

int coop_contacts_step(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    bool missions = coop_funding_sends(world);
    if (s->partner_weight[coop_population(world)->n_cities - 1] <= 0)
        return 0; /* nobody to meet */
    uint32_t n = coop_list_due(s->contact.due, s->n_donors, world->clock.step + 1.0, s->due);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_ARRIVAL);
    sim_rng_block_t block[COOP_BATCH];
    for (uint32_t k = 0; k < n; k++) {
        if (k % COOP_BATCH == 0)
            sim_rng_blocks(&rng, s->due + k, n - k < COOP_BATCH ? n - k : COOP_BATCH, block);
        receive(world, s->due[k], &block[k % COOP_BATCH], missions);
    }
    return 0;
}
