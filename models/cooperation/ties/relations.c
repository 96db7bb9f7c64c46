/* SPDX-License-Identifier: GPL-3.0-or-later */
/* National relations (M32): now and then they sour with a country. National schemes then stop
 * there; the ties themselves mostly go on, though a head who cares little may end one. */
#include <string.h>

#include "models/cooperation/ties/relations.h"

static const double rupture_years = 2; /* of one that comes by chance (A) */

bool coop_relations_soured(const sim_world_t *world, uint32_t country) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    return now < coop_state(world)->country.soured_until[country];
}

void coop_relations_renew(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    for (uint32_t c = 0; c < pop->n_countries; c++) {
        double rate = coop_params(world)->relations.rupture_rate * (1 - pop->country[c].stability);
        coop_state(world)->rupture_chance[c] = coop_step_probability(world, rate);
    }
}

int coop_relations_step(sim_world_t *world) {
    const coop_relations_params_t *p = &coop_params(world)->relations;
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    double now = sim_schedule_time(&world->clock, world->clock.step);
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_RUPTURE);
    double next = sim_schedule_time(&world->clock, world->clock.step + 1);
    const char *with = coop_rupture_countries[p->rupture_country];
    bool planned = p->rupture_year >= now && p->rupture_year < next;
    sim_rng_fill(&rng, 0, pop->n_countries, s->high, s->low);
    for (uint32_t c = 0; c < pop->n_countries; c++) {
        bool chance = sim_rng_unit(s->high[c], s->low[c]) < s->rupture_chance[c];
        if (!chance && !planned)
            continue;
        /* A planned one begins also when one by chance is on, and lasts its full length. */
        bool plan = planned && strcmp(with, pop->country[c].code) == 0;
        if (!plan && (!chance || now < s->country.soured_until[c]))
            continue;
        double years = plan ? p->planned_years : rupture_years;
        s->country.soured_until[c] = coop_max(s->country.soured_until[c], now + years);
        int rc = coop_event(world, COOP_EVENT_RUPTURE, c, -1, years);
        if (rc)
            return rc;
    }
    return 0;
}
