/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What observation keeps between steps. */
#ifndef COOPERATION_OBSERVE_H
#define COOPERATION_OBSERVE_H

#include "models/cooperation/cooperation.h"

/* Registered as one column of numbers: nothing but doubles. */
typedef struct {
    double network[COOP_M_MODULARITY - COOP_M_NODES];                    /* metrics as last taken */
    double kept, kept_cooperatives, passed_on, relieved, people_per_yen; /* as last taken */
    double knowhow_start, cooperatives_start, capacity_start, need_start;
    double people_year, yen_year;   /* this fiscal year: person-years served, yen paid */
    double people, yen;             /* since the start */
    double refused[COOP_N_REASONS]; /* this fiscal year, up to the last observation */
} coop_observed_t;

typedef struct coop_observer {
    coop_observed_t seen;
    uint32_t first_tie; /* ties before it were there before anybody cooperated */
    sim_network_snapshot_t network;
    /* The first `listed` projects by partner, the latest first: last[] by place among partners and
     * before[] by project are a project + 1, or 0. Made from the projects, so no state. */
    uint32_t *before, *last, listed;
} coop_observer_t;

/* The network of live cooperation ties; at the end of the first step of a fiscal year. */
int coop_networks_year(sim_world_t *world);
/* Of the network as it stands now; NaN without ties. 0 or a negative code. */
int coop_networks_modularity(sim_world_t *world, double *modularity);

#endif
