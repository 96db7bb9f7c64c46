/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may share works abroad (M40): partner cities of one country that lie near each other are
 * places for an association, found once, when the population is read. A run founds it or not. */
#include <stdio.h>
#include <stdlib.h>

#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/world/population.h"

enum { REACH_KM = 50, ROOM = 80 };

static const coop_agent_t *agent_of(const coop_population_t *pop, uint32_t i) {
    return &pop->agent[pop->n_donors + i];
}

/* Of a country that may receive aid, else no cooperative would come; in no association so far. */
static bool is_free(const void *population, uint32_t i) {
    const coop_population_t *pop = population;
    return pop->association_of[i] == SIM_NETWORK_NONE && pop->country[pop->country_of[i]].jica;
}

/* The row of association a: people and place of its members. */
static void fill_row(coop_population_t *pop, uint32_t a, char *text, const coop_known_t *known) {
    uint32_t n;
    const uint32_t *city = coop_associations_cities(pop, a, &n);
    uint32_t largest = city[0];
    double people = 0, lat = 0, lon = 0;
    for (uint32_t k = 0; k < n; k++) {
        people += pop->partner_population[city[k]];
        lat += agent_of(pop, city[k])->lat / n, lon += agent_of(pop, city[k])->lon / n;
        if (pop->partner_population[city[k]] > pop->partner_population[largest])
            largest = city[k];
    }
    snprintf(text, ROOM, "%s-A", agent_of(pop, city[0])->code);
    if (!known)
        snprintf(text + ROOM, ROOM, "Association around %s", agent_of(pop, largest)->name);
    pop->country_of[a] = pop->country_of[largest], pop->region[a] = pop->region[largest];
    pop->partner_population[a] = people;
    coop_agent_t *agent = add_agent(pop, pop->n_donors + a, COOP_KIND_PARTNER_ASSOCIATION,
                                    known ? known->code : text, known ? known->name : text + ROOM);
    agent->area = agent_of(pop, largest)->area;
    agent->region = agent_of(pop, largest)->region;
    agent->lat = lat;
    agent->lon = lon;
    agent->population = people;
    agent->estimated = !known;
}

/* An association of n cities; `known` NULL: one that no source names. */
static int add(coop_population_t *pop, const uint32_t *city, uint32_t n,
               const coop_known_t *known) {
    uint32_t a = pop->n_partners, *first = &pop->first_city[a - pop->n_cities];
    char *text = sim_base_arena_alloc(&pop->arena, 2, ROOM);
    if (!text)
        return SIM_ERR_MEMORY;
    first[1] = first[0] + n;
    for (uint32_t k = 0; k < n; k++) {
        pop->group_city[first[0] + k] = city[k];
        pop->association_of[city[k]] = a;
    }
    fill_row(pop, pop->n_partners++, text, known);
    return 0;
}

/* Each city that is free, in their order, with those near it that are free: `where` is the place of
 * each. */
static int group_all(coop_population_t *pop, const sim_network_place_t *place,
                     const uint32_t *where) {
    const sim_network_search_t search = {.most = COOP_MAX_GROUP - 1,
                                         .reach = REACH_KM / SIM_NETWORK_KM_PER_DEGREE,
                                         .may = is_free,
                                         .user = pop};
    uint32_t city[COOP_MAX_GROUP]; /* the first, then those near it */
    double away[COOP_MAX_GROUP];
    int rc = 0;
    for (uint32_t i = 0; i < pop->n_cities && !rc; i++) {
        city[0] = i;
        uint32_t n = is_free(pop, i)
                         ? sim_network_near(place, pop->n_cities, where[i], &search, city + 1, away)
                         : 0;
        if (n > 0)
            rc = add(pop, city, n + 1, NULL);
    }
    return rc;
}

int coop_groups(coop_population_t *pop) {
    sim_network_place_t *place = malloc((pop->n_cities + 1) * sizeof *place);
    uint32_t *where = malloc((pop->n_cities + 1) * sizeof *where);
    int rc = place && where ? 0 : SIM_ERR_MEMORY;
    for (uint32_t k = 0; k < pop->n_known && !rc; k++) {
        const coop_known_t *known = &pop->known_association[k];
        rc = add(pop, known->city, known->n, known);
    }
    for (uint32_t i = 0; i < pop->n_cities && !rc; i++)
        place[i] = coop_place(agent_of(pop, i), i, pop->country[pop->country_of[i]].code);
    if (!rc) {
        sim_network_places_prepare(place, pop->n_cities);
        for (uint32_t k = 0; k < pop->n_cities; k++)
            where[place[k].id] = k;
        rc = group_all(pop, place, where);
    }
    free(place);
    free(where);
    return rc;
}
