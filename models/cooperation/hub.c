/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hub programme (M24), after the Kitakyushu Initiative: founded at a conference, paid by a
 * sponsor, it joins many partner cities to one donor by cheap multilateral ties, which bring
 * contacts and end when the money ends. */
#include <math.h>

#include "models/cooperation/cooperation.h"

/* The donor with an intermediary at home and the largest industrial base; SIM_NETWORK_NONE without.
 */
static uint32_t find_hub(const coop_population_t *pop) {
    uint32_t hub = SIM_NETWORK_NONE;
    for (uint32_t d = 0; d < pop->first_cooperative; d++)
        if (pop->intermediary[d] &&
            (hub == SIM_NETWORK_NONE || pop->industry[d] > pop->industry[hub]))
            hub = d;
    return hub;
}

static bool in_reach(const coop_population_t *pop, uint32_t i) {
    return pop->region[i] <= COOP_REGION_PACIFIC; /* Asia and the Pacific (UNESCAP) */
}

static int join(sim_world_t *world, uint32_t hub, uint32_t i) {
    sim_network_birth_t birth = {.kind = COOP_TIE_INITIATIVE,
                                 .mode = COOP_NO_MODE,
                                 .sector = COOP_NO_MODE,
                                 .stage = COOP_STAGE_EXCHANGE,
                                 .donor = hub,
                                 .partner = coop_population(world)->n_donors + i,
                                 .onset = world->clock.step,
                                 .trust = coop_params(world)->formation.trust_base};
    int rc = sim_network_tie_add(world->ties, &birth, NULL);
    coop_contacts_add(world, hub, i, coop_params(world)->hub.strength, COOP_SOURCE_CONFERENCE);
    return rc;
}

/* Members join by attraction: a partner's chance is its share of the popularity in reach. */
static int recruit(sim_world_t *world, uint32_t hub) {
    const coop_hub_params_t *p = &coop_params(world)->hub;
    const coop_population_t *pop = coop_population(world);
    double total = 0;
    int rc = 0;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        total += in_reach(pop, i) ? pop->popularity[i] : 0;
    coop_state_t *s = coop_state(world);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_HUB_MEMBER);
    sim_rng_words(&rng, 0, pop->n_cities, s->high);
    for (uint32_t i = 0; i < pop->n_cities && !rc && total > 0; i++) {
        double rate = in_reach(pop, i) ? p->members_per_year * pop->popularity[i] / total : 0;
        double u = s->high[i] * 0x1p-32;
        if (u >= rate + 1e-12) /* above 1 - exp(-rate) */
            continue;
        if (sim_network_tie_find(world->ties, COOP_TIE_INITIATIVE, hub, pop->n_donors + i) !=
            SIM_NETWORK_NONE)
            continue;
        if (u < 1 - sim_math_exp(-rate))
            rc = join(world, hub, i);
    }
    return rc;
}

int coop_hub_year(sim_world_t *world) {
    const coop_hub_params_t *p = &coop_params(world)->hub;
    sim_network_ties_t *ties = world->ties;
    uint32_t hub = find_hub(coop_population(world)), *live = ties->live[COOP_TIE_INITIATIVE];
    double year = sim_schedule_year(&world->clock, world->clock.step);
    bool funded = p->enabled && year >= p->from_year && year < p->until_year;
    if (hub == SIM_NETWORK_NONE)
        return 0;
    if (funded)
        return recruit(world, hub);
    for (uint32_t k = ties->n_live[COOP_TIE_INITIATIVE]; k-- > 0;)
        sim_network_tie_end(ties, live[k], world->clock.step, COOP_CAUSE_GRANT_END);
    return 0;
}
