/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places on the globe, and which of them are near: only places of one group are looked at, from the
 * latitude of the first one northwards and southwards, until none can be nearer. */
#ifndef SIM_NETWORK_NEAR_H
#define SIM_NETWORK_NEAR_H

#include "sim/model.h"

/* Kilometres of a degree of latitude. */
#define SIM_NETWORK_KM_PER_DEGREE 111.2

typedef struct {
    uint32_t id;
    const char *group; /* places of other groups are never near; borrowed, best one text a group */
    double lat, lon;   /* degrees */
    /* Set by what prepares them: degrees of latitude in one of longitude; number of the group. */
    double east;
    uint32_t group_number;
} sim_network_place_t;

/* Completes n places, and puts them into the order that the search below needs. */
void sim_network_places_prepare(sim_network_place_t *place, uint32_t n);

/* Whom a search looks for; `may` NULL: anybody. */
typedef struct {
    uint32_t most; /* so many at most */
    double reach;  /* degrees of latitude, the bound included; INFINITY: any distance */
    bool (*may)(const void *user, uint32_t id);
    const void *user;
} sim_network_search_t;

/* Ids of the places nearest to place[own] among n prepared ones, nearest first; of two that are
 * equally far the lower id comes first, and the place itself is not among them. `id` and `away`
 * have room for search->most. `away` gets the squared distances in degrees of latitude, measured on
 * the plane of place[own]: exact enough among neighbours, not across the date line. Returns how
 * many there are. */
uint32_t sim_network_near(const sim_network_place_t *place, uint32_t n, uint32_t own,
                          const sim_network_search_t *search, uint32_t *id, double *away);

#endif
