/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* What the form and its members' cohesion make of the rate of exit. */
double coop_cooperatives_exit_rate(const sim_world_t *world, uint32_t c);
/* Ends c. Ties, staff, purse and contacts go over to `heir`; with SIM_NETWORK_NONE ties end, staff
 * goes to the members, the purse to the taxpayers. */
int coop_cooperatives_dissolve(sim_world_t *world, uint32_t c, uint32_t heir);
int coop_cooperatives_unify(sim_world_t *world, uint32_t gone, uint32_t heir);
