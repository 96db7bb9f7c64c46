/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbours: the nearest municipalities and wards of the same prefecture, whom a municipality asks
 * first when it looks for partners at home. Found once, when the population is read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/cooperation.h"

typedef struct {
    const char *area;
    uint32_t id;
} place_t;

static int by_area(const void *a, const void *b) {
    const place_t *x = a, *y = b;
    int order = strcmp(x->area, y->area);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

/* Exact enough among neighbours. */
double coop_distance(const sim_record_agent_t *a, const sim_record_agent_t *b) {
    double degree = 3.14159265358979323846 / 180;
    double dy = b->lat - a->lat, dx = (b->lon - a->lon) * sim_math_cos(a->lat * degree);
    return dx * dx + dy * dy;
}

/* The nearest of place[0..n-1] to the one at `own`, by insertion; ties by id. */
static void find_nearest(coop_population_t *pop, const place_t *place, uint32_t n, uint32_t own) {
    const sim_record_agent_t *agent = pop->agent;
    uint32_t id = place[own].id, *nearest = pop->neighbour + (size_t)id * COOP_N_NEIGHBOURS;
    double away[COOP_N_NEIGHBOURS];
    uint32_t found = 0;
    for (uint32_t k = 0; k < n; k++) {
        double d = coop_distance(&agent[id], &agent[place[k].id]);
        if (k == own || (found == COOP_N_NEIGHBOURS && d >= away[found - 1]))
            continue;
        uint32_t at = found < COOP_N_NEIGHBOURS ? found++ : found - 1;
        for (; at > 0 && away[at - 1] > d; at--)
            away[at] = away[at - 1], nearest[at] = nearest[at - 1];
        away[at] = d, nearest[at] = place[k].id;
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
            place[n++] = (place_t){pop->agent[id].area, id};
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
