/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consultants and institutes (M41). They lead projects with a city's name on them. What they
 * remember is the projects that they led, by partner: who has been there is asked again, whoever
 * the donor is; what a head takes along they keep in part; and they make partners known to other
 * cities that they work for. */
#include <math.h>

#include "models/cooperation/bodies/consultants.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/ties/contacts.h"

/* Of the trust that goes with a head, what a tie keeps whose last project a consultant led; A. */
static const double KEPT = 0.5;

static bool are_there(const sim_world_t *world) {
    return coop_params(world)->consultants.enabled && coop_params(world)->contacts.intermediaries;
}

/* First project that is remembered. */
static uint32_t first_remembered(const sim_world_t *world) {
    return coop_projects_since(world, world->clock.step - coop_params(world)->consultants.memory *
                                                              world->clock.steps_per_year);
}

/* ---- who leads ---- */

static double share_of(const sim_world_t *world, int scheme) {
    return are_there(world) ? coop_state(world)->scheme[scheme].led : 0;
}

/* By how many studies each has led in the record, times one more than it has led with the partner;
 * the one that led the last project of the pair goes on. */
static uint8_t choose(const sim_world_t *world, uint32_t j, double u) {
    const coop_population_t *pop = coop_population(world);
    const coop_project_t *p = &coop_state(world)->project;
    double weight[COOP_MAX_CONSULTANTS], total = 0;
    uint32_t first = first_remembered(world);
    for (uint32_t k = 0; k < pop->n_consultants; k++)
        weight[k] = pop->consultant_weight[k];
    for (uint32_t past = j; past-- > first;) {
        if (p->partner[past] != p->partner[j] || p->lead[past] == COOP_NO_LEAD)
            continue;
        if (p->donor[past] == p->donor[j])
            return p->lead[past];
        weight[p->lead[past]] += pop->consultant_weight[p->lead[past]];
    }
    for (uint32_t k = 0; k < pop->n_consultants; k++)
        total += weight[k];
    double place = u * total;
    uint32_t chosen = 0;
    while (chosen + 1 < pop->n_consultants && place >= weight[chosen])
        place -= weight[chosen++];
    return (uint8_t)chosen;
}

uint8_t coop_consultants_lead(const sim_world_t *world, uint32_t j) {
    const coop_project_t *p = &coop_state(world)->project;
    double share = share_of(world, p->scheme[j]);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONSULTANT_LEAD);
    if (share <= 0 || coop_population(world)->n_consultants == 0)
        return COOP_NO_LEAD;
    sim_rng_block_t draw = sim_rng_block(&rng, p->donor[j], p->partner[j], p->scheme[j]);
    if (sim_rng_unit(draw.word[0], draw.word[1]) >= share)
        return COOP_NO_LEAD;
    return choose(world, j, sim_rng_unit(draw.word[2], draw.word[3]));
}

/* ---- what they keep ---- */

double coop_consultants_keep(const sim_world_t *world, uint32_t tie) {
    const coop_project_t *p = &coop_state(world)->project;
    if (!are_there(world))
        return 0;
    for (uint32_t j = p->count, first = first_remembered(world); j-- > first;)
        if (p->tie[j] == tie)
            return p->lead[j] == COOP_NO_LEAD ? 0 : KEPT;
    return 0;
}

/* ---- whom they introduce ---- */

/* Another donor of a project that the same consultant led, at a place u among these. */
static uint32_t other_client(const sim_world_t *world, uint32_t j, uint32_t first, double u) {
    const coop_project_t *p = &coop_state(world)->project;
    uint32_t n = 0;
    for (uint32_t k = first; k < p->count; k++)
        n += p->lead[k] == p->lead[j] && p->donor[k] != p->donor[j];
    uint32_t place = (uint32_t)(u * n);
    for (uint32_t k = first; k < p->count && n; k++)
        if (p->lead[k] == p->lead[j] && p->donor[k] != p->donor[j] && place-- == 0)
            return p->donor[k];
    return SIM_NETWORK_NONE;
}

int coop_consultants_year(sim_world_t *world) {
    const coop_consultants_params_t *p = &coop_params(world)->consultants;
    const coop_project_t *project = &coop_state(world)->project;
    coop_state_t *s = coop_state(world);
    double chance = coop_chance(p->introductions);
    uint32_t first = first_remembered(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_CONSULTANT_CONTACT);
    for (uint32_t j = first; j < project->count && chance > 0 && are_there(world); j++) {
        if (project->lead[j] == COOP_NO_LEAD)
            continue;
        sim_rng_block_t draw = sim_rng_block(&rng, j, 0, 0);
        if (sim_rng_unit(draw.word[0], draw.word[1]) >= chance)
            continue;
        uint32_t d = other_client(world, j, first, sim_rng_unit(draw.word[2], draw.word[3]));
        if (d == SIM_NETWORK_NONE || !s->donor.exists[d])
            continue;
        s->flow_metric[COOP_M_CONTACTS]++;
        s->flow_metric[COOP_M_WAYS + COOP_SOURCE_INTERMEDIARY]++;
        coop_contacts_add(world, d, project->partner[j] - coop_population(world)->n_donors,
                          coop_params(world)->contacts.strength_high, COOP_SOURCE_INTERMEDIARY);
    }
    return 0;
}
