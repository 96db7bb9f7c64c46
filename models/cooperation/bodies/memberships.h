/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* The tie of a member with its cooperative or its association of partner cities, agents both. */
int coop_memberships_tie(sim_world_t *world, uint32_t member, uint32_t body, int32_t onset,
                         bool censored);
/* Adds member m to cooperative c. 0, SIM_ERR_ARGUMENT when it is one, SIM_ERR_LIMIT (with a note),
 * SIM_ERR_MEMORY. */
int coop_memberships_join(sim_world_t *world, uint32_t c, uint32_t m);
/* Takes member m out of cooperative c; its spell must have begun before this step. */
void coop_memberships_leave(sim_world_t *world, uint32_t c, uint32_t m, uint8_t cause);
static inline bool coop_memberships_has(const sim_world_t *world, uint32_t c, uint32_t m) {
    return sim_network_tie_find(world->ties, COOP_TIE_MEMBERSHIP, m, c) != SIM_NETWORK_NONE;
}
/* The cooperatives of m, by their place in the pool; how many. `cooperative` has room for all. */
uint32_t coop_memberships_of(const sim_world_t *world, uint32_t m, uint32_t *cooperative);
/* After a change of the members of c: its people, budget, fiscal strength. */
void coop_memberships_count(sim_world_t *world, uint32_t c);
/* Notes that the plant keeper of m, or its people too, are not what they were; settle() finds anew
 * what follows from it, for m and the cooperatives that it is in. */
void coop_memberships_stale_keeper(sim_world_t *world, uint32_t m);
void coop_memberships_stale_people(sim_world_t *world, uint32_t m);
void coop_memberships_settle(sim_world_t *world);
