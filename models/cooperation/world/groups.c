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

static void add_member(coop_population_t *pop, uint32_t a, uint32_t city) {
    uint32_t *end = &pop->first_city[a - pop->n_cities + 1];
    pop->group_city[(*end)++] = city;
    pop->association_of[city] = a;
}

/* The row of association a: people and place of its members. */
static void fill_row(coop_population_t *pop, uint32_t a, char *text, const coop_known_t *known) {
    uint32_t n, largest;
    const uint32_t *city = coop_associations_cities(pop, a, &n);
    double people = 0, lat = 0, lon = 0;
    largest = city[0];
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

/* Begins an association of no cities so far; NULL without memory for its texts. */
static char *begin(coop_population_t *pop) {
    uint32_t a = pop->n_partners;
    pop->first_city[a - pop->n_cities + 1] = pop->first_city[a - pop->n_cities];
    return sim_base_arena_alloc(&pop->arena, 2, ROOM);
}

static int add_known(coop_population_t *pop, const coop_known_t *known) {
    char *text = begin(pop);
    if (!text)
        return SIM_ERR_MEMORY;
    for (uint32_t k = 0; k < known->n; k++)
        add_member(pop, pop->n_partners, known->city[k]);
    fill_row(pop, pop->n_partners++, text, known);
    return 0;
}

/* Of the seed and the others. */
static int add(coop_population_t *pop, uint32_t seed, const uint32_t *other, uint32_t n) {
    uint32_t a = pop->n_partners;
    char *text = begin(pop);
    if (!text)
        return SIM_ERR_MEMORY;
    add_member(pop, a, seed);
    for (uint32_t k = 0; k < n; k++)
        add_member(pop, a, other[k]);
    fill_row(pop, pop->n_partners++, text, NULL);
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
    uint32_t other[COOP_MAX_GROUP];
    double away[COOP_MAX_GROUP];
    int rc = 0;
    for (uint32_t i = 0; i < pop->n_cities && !rc; i++) {
        uint32_t n = is_free(pop, i)
                         ? sim_network_near(place, pop->n_cities, where[i], &search, other, away)
                         : 0;
        if (n > 0)
            rc = add(pop, i, other, n);
    }
    return rc;
}

int coop_groups(coop_population_t *pop) {
    sim_network_place_t *place = malloc((pop->n_cities + 1) * sizeof *place);
    uint32_t *where = malloc((pop->n_cities + 1) * sizeof *where);
    int rc = place && where ? 0 : SIM_ERR_MEMORY;
    for (uint32_t k = 0; k < pop->n_known && !rc; k++)
        rc = add_known(pop, &pop->known_association[k]);
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
