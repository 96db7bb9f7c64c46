/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Associations of partner cities (M40, associations.c); i is a place among partners. */
static inline const uint32_t *coop_associations_cities(const coop_population_t *pop, uint32_t i,
                                                       uint32_t *n) {
    uint32_t first = pop->first_city[i - pop->n_cities];
    *n = pop->first_city[i - pop->n_cities + 1] - first;
    return pop->group_city + first;
}
/* Whom a donor gets to know who meets i: its association, or i. */
uint32_t coop_associations_meet(const sim_world_t *world, uint32_t d, uint32_t round, uint32_t i);
/* A step of project of donor d meets need and builds capacity, of all members of an association. */
void coop_associations_help(sim_world_t *world, uint32_t i, int sector, double relief,
                            double capacity);
void coop_associations_pass_on(sim_world_t *world, uint32_t d, uint32_t i);
