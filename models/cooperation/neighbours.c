/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours: the nearest municipalities and wards of the same prefecture, whom a municipality asks
 * first when it looks for partners at home. Found once, when the population is read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/cooperation.h"

typedef struct {
    const char *area;
    double lat;
    uint32_t id;
} place_t;

static int by_area(const void *a, const void *b) {
    const place_t *x = a, *y = b;
    int order = strcmp(x->area, y->area);
    return order              ? order
           : x->lat != y->lat ? (x->lat > y->lat) - (x->lat < y->lat)
                              : (x->id > y->id) - (x->id < y->id);
}

/* Exact enough among neighbours. */
double coop_distance(const coop_population_t *pop, uint32_t from, uint32_t to) {
    const sim_record_agent_t *a = &pop->agent[from], *b = &pop->agent[to];
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
            place[n++] = (place_t){pop->agent[id].area, pop->agent[id].lat, id};
    qsort(place, n, sizeof *place, by_area);
    for (uint32_t k = 1; k <= n; k++) {
        if (k < n && strcmp(place[k].area, place[first].area) == 0)
            continue;
        for (uint32_t own = 0; own < k - first; own++)
            find_nearest(pop, place + first, k - first, own);
        first = k;
    }
    free(place);
    return 0;
}
