/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who lies in which prefecture, and neighbours: the nearest municipalities and wards of the same
 * prefecture, whom a municipality asks first when it looks for partners at home. Found once, when
 * the population is read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/world/population.h"

/* ---- prefectures ---- */

typedef struct {
    const char *area;
    uint32_t id;
} name_t;

static int by_name(const void *a, const void *b) {
    const name_t *x = a, *y = b;
    int order = strcmp(x->area, y->area);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* The first of the prefectures of that name. */
static uint32_t look_up(const name_t *name, uint32_t n, const char *area) {
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(name[middle].area, area) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && strcmp(name[low].area, area) == 0 ? name[low].id : SIM_NETWORK_NONE;
}

static void find_prefectures(coop_population_t *pop, name_t *name) {
    uint32_t last = SIM_NETWORK_NONE; /* most follow one of the same prefecture */
    for (uint32_t p = 0; p < pop->n_prefectures; p++)
        name[p] = (name_t){pop->agent[p].area, p};
    qsort(name, pop->n_prefectures, sizeof *name, by_name);
    for (uint32_t d = 0; d < pop->first_cooperative; d++) {
        if (last == SIM_NETWORK_NONE || strcmp(pop->agent[d].area, pop->agent[last].area) != 0)
            last = look_up(name, pop->n_prefectures, pop->agent[d].area);
        pop->prefecture_of[d] = last;
    }
}

static bool lies_in_one(const coop_population_t *pop, uint32_t d) {
    return pop->type[d] != COOP_TYPE_PREFECTURE && pop->prefecture_of[d] != SIM_NETWORK_NONE;
}

/* In the order of ids: counted, then placed from the end of each list. */
static void list_municipalities(coop_population_t *pop) {
    uint32_t *first = pop->first_municipality;
    for (uint32_t d = 0; d < pop->first_cooperative; d++)
        if (lies_in_one(pop, d))
            first[pop->prefecture_of[d]]++;
    for (uint32_t p = 1; p <= pop->n_prefectures; p++)
        first[p] += first[p - 1];
    for (uint32_t d = pop->first_cooperative; d-- > 0;)
        if (lies_in_one(pop, d))
            pop->municipality[--first[pop->prefecture_of[d]]] = d;
}

int coop_prefectures(coop_population_t *pop) {
    uint32_t n = pop->first_cooperative;
    while (pop->n_prefectures < n && pop->type[pop->n_prefectures] == COOP_TYPE_PREFECTURE)
        pop->n_prefectures++;
    name_t *name = malloc((pop->n_prefectures + 1) * sizeof *name);
    pop->prefecture_of = sim_base_arena_alloc(&pop->arena, n, sizeof(uint32_t));
    pop->municipality = sim_base_arena_alloc(&pop->arena, n, sizeof(uint32_t));
    pop->first_municipality =
        sim_base_arena_alloc(&pop->arena, pop->n_prefectures + 1, sizeof(uint32_t));
    bool ok = name && pop->prefecture_of && pop->municipality && pop->first_municipality;
    if (ok) {
        find_prefectures(pop, name);
        list_municipalities(pop);
    }
    free(name);
    return ok ? 0 : SIM_ERR_MEMORY;
}

/* ---- neighbours ---- */

typedef struct {
    uint32_t prefecture, id;
    const char *area; /* tells those of no prefecture apart */
    double lat;
} place_t;

static int by_prefecture(const place_t *a, const place_t *b) {
    if (a->prefecture != b->prefecture)
        return a->prefecture < b->prefecture ? -1 : 1;
    return a->prefecture == SIM_NETWORK_NONE ? strcmp(a->area, b->area) : 0;
}

static int by_place(const void *a, const void *b) {
    const place_t *x = a, *y = b;
    int order = by_prefecture(x, y);
    return order              ? order
           : x->lat != y->lat ? (x->lat > y->lat) - (x->lat < y->lat)
                              : (x->id > y->id) - (x->id < y->id);
}

/* Exact enough among neighbours. */
double coop_distance(const coop_population_t *pop, uint32_t from, uint32_t to) {
    const coop_agent_t *a = &pop->agent[from], *b = &pop->agent[to];
    double dy = b->lat - a->lat, dx = (b->lon - a->lon) * pop->cos_lat[from];
    return dx * dx + dy * dy;
}

typedef struct {
    uint32_t *id, found;
    double away[COOP_N_NEIGHBOURS];
} nearest_t;

/* Inserts by distance; of two that are equally far the first by id comes first. */
static void insert(nearest_t *nearest, double away, uint32_t id) {
    uint32_t at = nearest->found;
    for (; at > 0 && (nearest->away[at - 1] > away ||
                      (nearest->away[at - 1] == away && nearest->id[at - 1] > id));
         at--)
        if (at < COOP_N_NEIGHBOURS)
            nearest->away[at] = nearest->away[at - 1], nearest->id[at] = nearest->id[at - 1];
    if (at < COOP_N_NEIGHBOURS)
        nearest->away[at] = away, nearest->id[at] = id;
    nearest->found += nearest->found < COOP_N_NEIGHBOURS;
}

/* The nearest of place[0..n-1] to the one at `own`, looked for from its latitude southwards and
 * northwards until none can be nearer than those found. */
static void find_nearest(coop_population_t *pop, const place_t *place, uint32_t n, uint32_t own) {
    nearest_t nearest = {.id = pop->neighbour + (size_t)place[own].id * COOP_N_NEIGHBOURS};
    uint32_t south = own, north = own + 1; /* those that are left: [0, south) and [north, n) */
    while (south > 0 || north < n) {
        double below = south > 0 ? place[own].lat - place[south - 1].lat : INFINITY;
        double above = north < n ? place[north].lat - place[own].lat : INFINITY;
        double least = fmin(below, above);
        if (nearest.found == COOP_N_NEIGHBOURS &&
            least * least > nearest.away[COOP_N_NEIGHBOURS - 1])
            return;
        uint32_t id = place[above < below ? north++ : --south].id;
        insert(&nearest, coop_distance(pop, place[own].id, id), id);
    }
}

int coop_neighbours(coop_population_t *pop) {
    place_t *place = malloc((pop->first_cooperative + 1) * sizeof *place);
    uint32_t n = 0, first = 0;
    if (!place)
        return SIM_ERR_MEMORY;
    for (uint32_t k = 0; k < pop->first_cooperative * COOP_N_NEIGHBOURS; k++)
        pop->neighbour[k] = SIM_NETWORK_NONE;
    for (uint32_t id = 0; id < pop->first_cooperative; id++)
        if (pop->type[id] != COOP_TYPE_PREFECTURE)
            place[n++] = (place_t){.prefecture = pop->prefecture_of[id],
                                   .id = id,
                                   .area = pop->agent[id].area,
                                   .lat = pop->agent[id].lat};
    qsort(place, n, sizeof *place, by_place);
    for (uint32_t k = 1; k <= n; k++) {
        if (k < n && by_prefecture(&place[k], &place[first]) == 0)
            continue;
        for (uint32_t own = 0; own < k - first; own++)
            find_nearest(pop, place + first, k - first, own);
        first = k;
    }
    free(place);
    return 0;
}
