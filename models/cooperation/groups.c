/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may share works abroad (M40): partner cities of one country that lie near each other are
 * places for an association, found once, when the population is read. A run founds it or not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/cooperation.h"

enum { REACH_KM = 50, ROOM = 80 };

/* Those that S names, with the one member that the file of partner cities has; the others are
 * smaller than its cities. */
static const struct {
    const char *city, *name;
} known[] = {{"ID-1645528", "Local governments of Bali that share a landfill"},
             {"TH-1151254", "Phuket and neighbours that use its incinerator by contract"}};
enum { N_KNOWN = sizeof known / sizeof *known };
_Static_assert(sizeof known / sizeof *known <= (size_t)COOP_MAX_KNOWN,
               "room for the known associations");

static const sim_record_agent_t *agent_of(const coop_population_t *pop, uint32_t i) {
    return &pop->agent[pop->n_donors + i];
}

/* Of a country that may receive aid, else no cooperative would come; in no association so far. */
static bool is_free(const coop_population_t *pop, uint32_t i) {
    return pop->association_of[i] == SIM_NETWORK_NONE && pop->country[pop->country_of[i]].jica;
}

/* ---- the cities that are free, by country and latitude ---- */

/* Each city's next one to the south and to the north in its country, SIM_NETWORK_NONE at the end:
 * the nearest is looked for from a city outwards, so that ever more cities cost little more. */
typedef struct {
    uint32_t *link[2];
} line_t;

typedef struct {
    const coop_population_t *pop;
    uint32_t city;
} place_t;

static int by_latitude(const void *a, const void *b) {
    const place_t *x = a, *y = b;
    const coop_population_t *pop = x->pop;
    int country = pop->country_of[x->city] - pop->country_of[y->city];
    double p = agent_of(pop, x->city)->lat, q = agent_of(pop, y->city)->lat;
    return country  ? country
           : p != q ? (p > q) - (p < q)
                    : (x->city > y->city) - (x->city < y->city);
}

static int line_init(line_t *line, const coop_population_t *pop) {
    uint32_t n = 0;
    place_t *place = malloc((pop->n_cities + 1) * sizeof *place);
    line->link[0] = malloc(2 * (size_t)(pop->n_cities + 1) * sizeof **line->link);
    if (!place || !line->link[0]) {
        free(place);
        return SIM_ERR_MEMORY;
    }
    line->link[1] = line->link[0] + pop->n_cities + 1;
    for (uint32_t i = 0; i < pop->n_cities; i++)
        if (is_free(pop, i))
            place[n++] = (place_t){pop, i};
    qsort(place, n, sizeof *place, by_latitude);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t city = place[k].city;
        bool follows = k > 0 && pop->country_of[place[k - 1].city] == pop->country_of[city];
        line->link[0][city] = follows ? place[k - 1].city : SIM_NETWORK_NONE;
        line->link[1][city] = SIM_NETWORK_NONE;
        if (follows)
            line->link[1][place[k - 1].city] = city;
    }
    free(place);
    return 0;
}

static void leave(line_t *line, uint32_t city) {
    for (int way = 0; way < 2; way++)
        if (line->link[way][city] != SIM_NETWORK_NONE)
            line->link[!way][line->link[way][city]] = line->link[!way][city];
}

/* The nearest free city of the same country within reach, the first of them by number. */
static uint32_t find_nearest(const coop_population_t *pop, const line_t *line, uint32_t city) {
    const sim_record_agent_t *own = agent_of(pop, city);
    double reach = REACH_KM / 111.2, least = reach * reach;
    uint32_t nearest = SIM_NETWORK_NONE;
    for (int way = 0; way < 2; way++)
        for (uint32_t i = line->link[way][city]; i != SIM_NETWORK_NONE; i = line->link[way][i]) {
            double north = agent_of(pop, i)->lat - own->lat;
            if (north * north > least || fabs(north) > reach)
                break;
            double away = coop_distance(own, agent_of(pop, i));
            if (away < least || (away == least && i < nearest))
                least = away, nearest = i;
        }
    return nearest;
}

/* ---- associations ---- */

static void add_member(coop_population_t *pop, uint32_t a, uint32_t city) {
    uint32_t *end = &pop->first_city[a - pop->n_cities + 1];
    pop->group_city[(*end)++] = city;
    pop->association_of[city] = a;
}

/* The row of association a: people and place of its members. */
static void fill_row(coop_population_t *pop, uint32_t a, char *text, const char *name) {
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
    if (!name)
        snprintf(text + ROOM, ROOM, "Association around %s", agent_of(pop, largest)->name);
    pop->country_of[a] = pop->country_of[largest], pop->region[a] = pop->region[largest];
    pop->partner_population[a] = people;
    pop->agent[pop->n_donors + a] =
        (sim_record_agent_t){.agent_id = pop->n_donors + a,
                             .kind = coop_kind_words[COOP_KIND_PARTNER_ASSOCIATION],
                             .code = text,
                             .name = name ? name : text + ROOM,
                             .area = agent_of(pop, largest)->area,
                             .region = agent_of(pop, largest)->region,
                             .lat = lat,
                             .lon = lon,
                             .population = people,
                             .estimated = 1};
}

/* Of a city and, where there is a line, of the nearest to it that are free. */
static int add(coop_population_t *pop, line_t *line, uint32_t seed, const char *name) {
    uint32_t a = pop->n_partners, other, n;
    char *text = sim_base_arena_alloc(&pop->arena, 2, ROOM);
    if (!text)
        return SIM_ERR_MEMORY;
    pop->first_city[a - pop->n_cities + 1] = pop->first_city[a - pop->n_cities];
    add_member(pop, a, seed);
    for (n = 1; line && n < COOP_MAX_GROUP; n++) {
        if ((other = find_nearest(pop, line, seed)) == SIM_NETWORK_NONE)
            break;
        add_member(pop, a, other);
        leave(line, other);
    }
    if (line)
        leave(line, seed);
    pop->n_partners++;
    fill_row(pop, a, text, name);
    return 0;
}

static int add_known(coop_population_t *pop) {
    int rc = 0;
    for (int k = 0; k < N_KNOWN; k++)
        for (uint32_t i = 0; i < pop->n_cities && !rc; i++)
            if (strcmp(agent_of(pop, i)->code, known[k].city) == 0)
                rc = add(pop, NULL, i, known[k].name);
    pop->n_known = pop->n_partners - pop->n_cities;
    return rc;
}

int coop_groups(coop_population_t *pop) {
    line_t line = {{NULL, NULL}};
    for (uint32_t i = 0; i < pop->n_cities; i++)
        pop->association_of[i] = SIM_NETWORK_NONE;
    int rc = add_known(pop);
    if (!rc)
        rc = line_init(&line, pop);
    for (uint32_t i = 0; i < pop->n_cities && !rc; i++)
        if (is_free(pop, i) && find_nearest(pop, &line, i) != SIM_NETWORK_NONE)
            rc = add(pop, &line, i, NULL);
    free(line.link[0]);
    return rc;
}
