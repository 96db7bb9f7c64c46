/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts (M21): who knows whom, and by what way. Visitors, trainees, conferences, intermediaries,
 * missions of funders, firms and the partners of other cities bring contacts, which are forgotten
 * after some years; sister cities (sisters.c) are contacts that last. */
#include "models/cooperation/ties/contacts.h"
#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/money/schemes.h"
#include "models/cooperation/people/knowhow.h"
#include "models/cooperation/ties/formation.h"
#include "models/cooperation/ties/sisters.h"

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
}

/* Adds or refreshes a contact; a full address book drops its faintest but never a sister city. */
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

/* The first step that is remembered. */
static int32_t remembered(const sim_world_t *world) {
    double memory = coop_params(world)->contacts.memory * world->clock.steps_per_year;
    return world->clock.step - (int32_t)memory;
}

static bool is_recent(const sim_world_t *world, int32_t since) {
    return since != NEVER && since >= remembered(world);
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

static bool any_lapsed(const int32_t *since, uint32_t n, int32_t oldest) {
    for (uint32_t k = 0; k < n; k++)
        if (since[k] < oldest && since[k] != NEVER)
            return true;
    return false;
}

void coop_contacts_forget(sim_world_t *world, uint32_t d) {
    coop_state_t *s = coop_state(world);
    coop_contact_t *contact = &s->contact;
    uint32_t first = d * COOP_MAX_CONTACTS, kept = first, end = first + s->donor.n_contacts[d];
    if (!any_lapsed(contact->since + first, end - first, remembered(world)))
        return; /* nearly always */
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

/* The heir knows whom `from` knew: nobody new was met. */
int coop_contacts_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_state_t *s = coop_state(world);
    uint32_t first = from * COOP_MAX_CONTACTS, end = first + s->donor.n_contacts[from];
    if (heir != SIM_NETWORK_NONE)
        coop_contacts_known(world, heir);
    for (uint32_t k = first; k < end && heir != SIM_NETWORK_NONE; k++) {
        coop_contacts_add(world, heir, s->contact.partner[k], s->contact.strength[k],
                          s->contact.source[k]);
        s->met[s->contact.source[k]]--;
    }
    s->donor.n_contacts[from] = 0;
    return 0;
}

uint32_t coop_contacts_at(const sim_world_t *world, const double *weight, double u) {
    uint32_t n = coop_population(world)->n_cities;
    return sim_rng_place(weight, n, u * weight[n - 1]);
}

/* Weights of the other ways (M21, A), which contacts.other_ways scales: trainees of a donor with
 * many running projects (KITA: 9,000 of 165 countries), intermediaries of one that has one at home
 * (KITA, IGES), missions while a scheme for their countries is open, firms by industry and of a
 * large port (M12). */
static const double TRAINEES = 1, INTERMEDIARY = 2, MISSIONS = 0.3, FIRMS = 0.5, PORT = 0.3;

static double firm_weight(const sim_world_t *world, uint32_t d) {
    const coop_population_t *pop = coop_population(world);
    return FIRMS * pop->industry[d] + PORT * pop->port[d];
}

/* A bound of the sum of the weights of the ways that are open to all, whatever the donor's state:
 * know-how is 1 at most. */
static double most_of(const sim_world_t *world, uint32_t d) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    double other =
        MISSIONS + INTERMEDIARY * coop_population(world)->intermediary[d] + firm_weight(world, d);
    return p->conference + p->knowhow + p->other_ways * other;
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

void coop_contacts_known(sim_world_t *world, uint32_t d) {
    coop_state_t *s = coop_state(world);
    if (s->is_known[d] || (s->donor.reputation[d] <= 0 && !s->donor.n_projects[d]))
        return;
    s->known[s->n_known++] = d;
    s->is_known[d] = 1;
}

void coop_contacts_renew(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    double total = 0;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        s->partner_weight[i] = total += pop->popularity[i];
    for (uint32_t d = 0; d < s->n_donors; d++) {
        coop_contacts_renew_donor(world, d);
        coop_contacts_known(world, d);
    }
}

/* Weights of the ways that are open to all; sister cities are in sisters.c, and any way may lead to
 * another donor's partner. */
static inline void weigh(const sim_world_t *world, uint32_t d, bool missions,
                         double weight[COOP_N_SOURCES]) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    bool intermediary = p->intermediaries && coop_population(world)->intermediary[d];
    for (int source = 0; source < COOP_N_SOURCES; source++)
        weight[source] = 0;
    weight[COOP_SOURCE_CONFERENCE] = p->conference;
    weight[COOP_SOURCE_VISITOR] = p->knowhow * coop_knowhow_best(world, d);
    weight[COOP_SOURCE_INTERMEDIARY] = intermediary ? p->other_ways * INTERMEDIARY : 0;
    weight[COOP_SOURCE_MISSION] = missions ? p->other_ways * MISSIONS : 0;
    weight[COOP_SOURCE_FIRM] = p->other_ways * firm_weight(world, d);
}

/* Weights of the ways that only what a donor does, or has done, opens; returns their sum. */
static double weigh_work(const sim_world_t *world, uint32_t d, double weight[COOP_N_SOURCES]) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_donor_t *donor = &coop_state(world)->donor;
    double projects = donor->n_projects[d], reputation = donor->reputation[d];
    for (int source = 0; source < COOP_N_SOURCES; source++)
        weight[source] = 0;
    weight[COOP_SOURCE_VISITOR] = p->reputation * reputation;
    weight[COOP_SOURCE_TRAINEE] = p->other_ways * TRAINEES * projects / (1 + projects);
    return weight[COOP_SOURCE_VISITOR] + weight[COOP_SOURCE_TRAINEE];
}

/* The way at a place along the weights, COOP_N_SOURCES beyond them: a candidate is nobody. */
static uint8_t way_at(const double weight[COOP_N_SOURCES], double place) {
    uint8_t source = 0;
    while (source < COOP_N_SOURCES && place >= weight[source])
        place -= weight[source++];
    return source;
}

/* Somebody new: a partner of another donor (imitation), or a draw by attraction. A mission comes
 * from where its funder works, or not at all. */
static void meet(sim_world_t *world, uint32_t d, uint32_t round, uint8_t source) {
    const coop_contacts_params_t *p = &coop_params(world)->contacts;
    const coop_population_t *pop = coop_population(world);
    const sim_network_ties_t *ties = world->ties;
    const sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_PARTNER);
    const sim_rng_block_t draw = sim_rng_block(&rng, d, round, 0);
    uint32_t n_live = ties->n_live[COOP_TIE_COOPERATION], partner;
    if (n_live && draw.word[1] * 0x1p-32 < p->imitation) {
        uint32_t k = sim_rng_scale(draw.word[0], n_live);
        partner = ties->to[ties->live[COOP_TIE_COOPERATION][k]] - pop->n_donors;
        source = COOP_SOURCE_OTHER_CITY;
    } else {
        partner =
            coop_contacts_at(world, coop_state(world)->partner_weight, draw.word[0] * 0x1p-32);
    }
    partner = coop_associations_meet(world, d, round, partner);
    if (source == COOP_SOURCE_MISSION && !coop_funding_works_in(world, pop->country_of[partner]))
        return;
    coop_state(world)->flow_metric[COOP_M_CONTACTS]++;
    coop_state(world)->flow_metric[COOP_M_WAYS + source]++;
    double place = sim_rng_unit(draw.word[2], draw.word[3]);
    coop_contacts_add(world, d, partner, coop_contacts_strength(world, place), source);
}

/* What comes to a donor in the step by the ways that are open to all. Candidates come at a bound of
 * the rate; a place below the bound tells by what way one comes, or, beyond the weights, that it is
 * nobody. `draw` has the words of the first. */
static void receive(sim_world_t *world, const sim_rng_t *rng, uint32_t d, sim_rng_block_t draw,
                    bool missions) {
    coop_contact_t *contact = &coop_state(world)->contact;
    const double end = world->clock.step + 1.0, most = most_of(world, d);
    double weight[COOP_N_SOURCES];
    weigh(world, d, missions, weight); /* nothing of it moves in the phase */
    for (uint32_t round = 0; contact->due[d] < end && round < COOP_MAX_ROUNDS; round++) {
        if (round > 0)
            draw = sim_rng_block(rng, d, round, 0);
        uint8_t way = way_at(weight, most * sim_rng_unit(draw.word[0], draw.word[1]));
        if (way < COOP_N_SOURCES)
            meet(world, d, round, way);
        await(contact, d, contact->due[d],
              sim_rng_exponential_at(sim_rng_unit(draw.word[2], draw.word[3])));
    }
    if (contact->due[d] < end)
        await(contact, d, end, contact->left[d]); /* no more come in the step */
}

static void receive_all(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    bool missions = coop_funding_sends(world);
    uint32_t n = sim_schedule_due(s->contact.due, s->n_donors, world->clock.step + 1.0, s->due);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_ARRIVAL);
    sim_rng_block_t block[SIM_WORLD_BATCH];
    for (uint32_t k = 0; k < n; k++) {
        if (k % SIM_WORLD_BATCH == 0)
            sim_rng_blocks(&rng, s->due + k, n - k < SIM_WORLD_BATCH ? n - k : SIM_WORLD_BATCH,
                           block);
        receive(world, &rng, s->due[k], block[k % SIM_WORLD_BATCH], missions);
    }
}

/* What comes because of a donor's work; few are known for any. Arrivals of their own, so that a
 * first project moves no others. */
static void receive_for_work(sim_world_t *world) {
    coop_state_t *s = coop_state(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONTACT_SOURCE);
    sim_rng_fill_pairs(&rng, (sim_rng_pairs_t){.a = s->known}, s->n_known, s->high, s->low);
    for (uint32_t k = 0; k < s->n_known; k++) {
        uint32_t d = s->known[k];
        double weight[COOP_N_SOURCES], total = weigh_work(world, d, weight);
        double mean = s->contact_size[d] * total / world->clock.steps_per_year;
        uint32_t arrivals =
            sim_rng_arrivals(sim_rng_unit(s->high[k], s->low[k]), mean, COOP_MAX_ROUNDS);
        for (uint32_t round = 0; round < arrivals; round++) {
            sim_rng_block_t draw = sim_rng_block(&rng, d, 0, round + 1);
            uint8_t way = way_at(weight, total * sim_rng_unit(draw.word[0], draw.word[1]));
            meet(world, d, COOP_MAX_ROUNDS + round,
                 way < COOP_N_SOURCES ? way : COOP_SOURCE_VISITOR);
        }
    }
}

int coop_contacts_step(sim_world_t *world) {
    if (coop_state(world)->partner_weight[coop_population(world)->n_cities - 1] <= 0)
        return 0; /* nobody to meet */
    receive_all(world);
    receive_for_work(world);
    return 0;
}
