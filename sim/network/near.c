/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/network/near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double distance(const sim_network_place_t *from, const sim_network_place_t *to) {
    double north = to->lat - from->lat, east = (to->lon - from->lon) * from->east;
    return east * east + north * north;
}

static int by_group(const void *a, const void *b) {
    const sim_network_place_t *x = a, *y = b;
    int order = x->group == y->group ? 0 : strcmp(x->group, y->group);
    return order              ? order
           : x->lat != y->lat ? (x->lat > y->lat) - (x->lat < y->lat)
                              : (x->id > y->id) - (x->id < y->id);
}

void sim_network_places_prepare(sim_network_place_t *place, uint32_t n) {
    for (uint32_t k = 0; k < n; k++)
        place[k].east = sim_math_cos(place[k].lat * (3.14159265358979323846 / 180));
    if (n > 0)
        qsort(place, n, sizeof *place, by_group);
    for (uint32_t k = 0, number = 0; k < n; k++) {
        number += k > 0 && place[k].group != place[k - 1].group &&
                  strcmp(place[k].group, place[k - 1].group) != 0;
        place[k].group_number = number;
    }
}

typedef struct {
    const sim_network_place_t *own;
    const sim_network_search_t *search;
    uint32_t *id, found;
    double *away;
} hunt_t;

/* Nothing at this distance or beyond it comes in. */
static double bound(const hunt_t *hunt) {
    double reach = hunt->search->reach;
    return hunt->found == hunt->search->most ? hunt->away[hunt->found - 1] : reach * reach;
}

static void insert(hunt_t *hunt, double away, uint32_t id) {
    uint32_t at = hunt->found, most = hunt->search->most;
    for (; at > 0 &&
           (hunt->away[at - 1] > away || (hunt->away[at - 1] == away && hunt->id[at - 1] > id));
         at--)
        if (at < most)
            hunt->away[at] = hunt->away[at - 1], hunt->id[at] = hunt->id[at - 1];
    if (at < most)
        hunt->away[at] = away, hunt->id[at] = id;
    hunt->found += hunt->found < most;
}

static void look_at(hunt_t *hunt, const sim_network_place_t *other) {
    if (hunt->search->may && !hunt->search->may(hunt->search->user, other->id))
        return;
    double away = distance(hunt->own, other);
    if (away <= bound(hunt))
        insert(hunt, away, other->id);
}

/* How far north or south a place lies; infinitely, where there is none of the group. */
static double gap(const hunt_t *hunt, const sim_network_place_t *other, bool exists) {
    bool there = exists && other->group_number == hunt->own->group_number;
    return there ? fabs(other->lat - hunt->own->lat) : INFINITY;
}

uint32_t sim_network_near(const sim_network_place_t *place, uint32_t n, uint32_t own,
                          const sim_network_search_t *search, uint32_t *id, double *away) {
    hunt_t hunt = {.own = &place[own], .search = search};
    uint32_t south = own, north = own + 1; /* those that are left: [0, south) and [north, n) */
    hunt.id = id;
    hunt.away = away;
    while (search->most > 0) {
        double below = gap(&hunt, place + south - 1, south > 0);
        double above = gap(&hunt, place + north, north < n);
        double least = below < above ? below : above;
        if (isinf(least) || least * least > bound(&hunt))
            break;
        look_at(&hunt, &place[above < below ? north++ : --south]);
    }
    return hunt.found;
}
