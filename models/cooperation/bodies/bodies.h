/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* A place for a cooperative that begins now, empty yet. 0 or SIM_ERR_LIMIT, with a note. */
int coop_bodies_begin(sim_world_t *world, uint32_t *cooperative);
/* Something of d began in this step; see coop_settled(). */
void coop_bodies_changed(sim_world_t *world, uint32_t d);
/* What follows from the people and the strength of d. */
void coop_bodies_renew(sim_world_t *world, uint32_t d);
/* `from` exists no more. All that it has goes over to `heir` by the INHERIT rows of phases.def;
 * with SIM_NETWORK_NONE its ties end, its staff goes to the members, its purse to the taxpayers. */
int coop_bodies_end(sim_world_t *world, uint32_t from, uint32_t heir);
