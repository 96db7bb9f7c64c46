/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may share works abroad (M40): partner cities of one country that lie near each other are
 * places for an association, found once, when the population is read. A run founds it or not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/bodies/associations.h"
#include "models/cooperation/world/population.h"

enum { REACH_KM = 50, ROOM = 80 };

static const coop_agent_t *agent_of(const coop_population_t *pop, uint32_t i) {
    return &pop->agent[pop->n_donors + i];
}

/* Of a country that may receive aid, else no cooperative would come; in no association so far. */
static bool is_free(const coop_population_t *pop, uint32_t i) {
    return pop->association_of[i] == SIM_NETWORK_NONE && pop->country[pop->country_of[i]].jica;
}

/* Cities by country, then from south to north: those near a city are around its place. */
typedef struct {
    uint32_t id, country;
    double lat;
} city_t;

typedef struct {
    city_t *city;
    uint32_t *place; /* of a city among them */
} atlas_t;

static int compare_cities(const void *a, const void *b) {
    const city_t *x = a, *y = b;
    if (x->country != y->country)
        return x->country < y->country ? -1 : 1;
    if (x->lat != y->lat)
        return x->lat < y->lat ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int draw_atlas(coop_population_t *pop, atlas_t *atlas) {
    atlas->city = sim_base_arena_alloc(&pop->arena, pop->n_cities, sizeof *atlas->city);
    atlas->place = sim_base_arena_alloc(&pop->arena, pop->n_cities, sizeof *atlas->place);
    if (!atlas->city || !atlas->place)
        return SIM_ERR_MEMORY;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        atlas->city[i] = (city_t){i, pop->country_of[i], agent_of(pop, i)->lat};
    qsort(atlas->city, pop->n_cities, sizeof *atlas->city, compare_cities);
    for (uint32_t k = 0; k < pop->n_cities; k++)
        atlas->place[atlas->city[k].id] = k;
    return 0;
}

typedef struct {
    uint32_t id;
    double away;
} nearest_t;

/* Whether the city at place k is of the country and, from south to north, within reach and no
 * farther than the nearest so far; of equals the one with the lower number is nearest. */
static bool look_at(const coop_population_t *pop, const atlas_t *atlas, uint32_t city, uint32_t k,
                    nearest_t *nearest) {
    const coop_agent_t *own = agent_of(pop, city);
    const city_t *other = &atlas->city[k];
    double north = other->lat - own->lat;
    if (other->country != pop->country_of[city] || fabs(north) > REACH_KM / 111.2 ||
        north * north > nearest->away)
        return false;
    if (!is_free(pop, other->id))
        return true;
    double away = coop_distance(pop, pop->n_donors + city, pop->n_donors + other->id);
    if (away < nearest->away || (away <= nearest->away && other->id < nearest->id))
        *nearest = (nearest_t){other->id, away};
    return true;
}

static uint32_t find_nearest(const coop_population_t *pop, const atlas_t *atlas, uint32_t city) {
    const double reach = REACH_KM / 111.2;
    nearest_t nearest = {SIM_NETWORK_NONE, reach * reach};
    uint32_t place = atlas->place[city];
    for (uint32_t k = place; k < pop->n_cities && look_at(pop, atlas, city, k, &nearest);)
        k++;
    for (uint32_t k = place; k > 0 && look_at(pop, atlas, city, k - 1, &nearest);)
        k--;
    return nearest.id;
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

/* Of the seed and those near it. */
static int add(coop_population_t *pop, uint32_t seed, const atlas_t *atlas) {
    uint32_t a = pop->n_partners, other, n;
    char *text = begin(pop);
    if (!text)
        return SIM_ERR_MEMORY;
    add_member(pop, a, seed);
    for (n = 1; n < COOP_MAX_GROUP; n++) {
        if ((other = find_nearest(pop, atlas, seed)) == SIM_NETWORK_NONE)
            break;
        add_member(pop, a, other);
    }
    pop->n_partners++;
    fill_row(pop, a, text, NULL);
    return 0;
}

int coop_groups(coop_population_t *pop) {
    atlas_t atlas;
    int rc = draw_atlas(pop, &atlas);
    for (uint32_t k = 0; k < pop->n_known && !rc; k++)
        rc = add_known(pop, &pop->known_association[k]);
    for (uint32_t i = 0; i < pop->n_cities && !rc; i++) {
        if (!is_free(pop, i))
            continue;
        pop->association_of[i] = pop->n_partners; /* not its own neighbour */
        bool alone = find_nearest(pop, &atlas, i) == SIM_NETWORK_NONE;
        pop->association_of[i] = SIM_NETWORK_NONE;
        if (!alone)
            rc = add(pop, i, &atlas);
    }
    return rc;
}
