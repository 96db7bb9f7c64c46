/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who lies in which prefecture, and neighbours: the nearest municipalities and wards of the same
 * prefecture, whom a municipality asks first when it looks for partners at home. Found once, when
 * the population is read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/cooperation/world/population.h"

/* ---- prefectures ---- */

/* Most governments follow one of the same prefecture in their file. */
static void find_prefectures(const coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    uint32_t last = SIM_NETWORK_NONE;
    for (uint32_t d = 0; d < pop->first_cooperative; d++) {
        const char *area = pop->agent[d].area;
        if (d == 0 || strcmp(area, pop->agent[d - 1].area) != 0)
            last = find(r, COOP_FILE_GOVERNMENTS, area);
        pop->prefecture_of[d] = last < pop->n_prefectures ? last : SIM_NETWORK_NONE;
    }
}

/* In the order of ids: counted, then placed from the end of each list. */
static void list_municipalities(coop_population_t *pop) {
    uint32_t *first = pop->first_municipality;
    for (uint32_t d = pop->n_prefectures; d < pop->first_cooperative; d++)
        if (pop->prefecture_of[d] != SIM_NETWORK_NONE)
            first[pop->prefecture_of[d]]++;
    for (uint32_t p = 1; p <= pop->n_prefectures; p++)
        first[p] += first[p - 1];
    for (uint32_t d = pop->first_cooperative; d-- > pop->n_prefectures;)
        if (pop->prefecture_of[d] != SIM_NETWORK_NONE)
            pop->municipality[--first[pop->prefecture_of[d]]] = d;
}

void coop_prefectures(const coop_reader_t *r) {
    coop_population_t *pop = r->pop;
    uint32_t n = pop->first_cooperative;
    while (pop->n_prefectures < n && pop->type[pop->n_prefectures] == COOP_TYPE_PREFECTURE)
        pop->n_prefectures++;
    find_prefectures(r);
    list_municipalities(pop);
}

/* ---- neighbours ---- */

/* Those of no prefecture have the names of their areas to tell them apart. */
static const char *group_of(const coop_population_t *pop, uint32_t d) {
    uint32_t prefecture = pop->prefecture_of[d];
    return pop->agent[prefecture == SIM_NETWORK_NONE ? d : prefecture].area;
}

int coop_neighbours(coop_population_t *pop) {
    const sim_network_search_t search = {.most = COOP_N_NEIGHBOURS, .reach = INFINITY};
    double away[COOP_N_NEIGHBOURS];
    uint32_t n = 0;
    sim_network_place_t *place = malloc((pop->first_cooperative + 1) * sizeof *place);
    if (!place)
        return SIM_ERR_MEMORY;
    for (uint32_t k = 0; k < pop->first_cooperative * COOP_N_NEIGHBOURS; k++)
        pop->neighbour[k] = SIM_NETWORK_NONE;
    for (uint32_t d = pop->n_prefectures; d < pop->first_cooperative; d++)
        place[n++] = coop_place(&pop->agent[d], d, group_of(pop, d));
    sim_network_places_prepare(place, n);
    for (uint32_t k = 0; k < n; k++)
        (void)sim_network_near(place, n, k, &search,
                               pop->neighbour + (size_t)place[k].id * COOP_N_NEIGHBOURS, away);
    free(place);
    return 0;
}
