/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Seats the head of `manager` as manager of c, or with SIM_NETWORK_NONE whom the members elect. */
int coop_leadership_seat(sim_world_t *world, uint32_t c, uint32_t manager);
/* A new head takes office (M2, M3). */
int coop_leadership_succeed(sim_world_t *world, uint32_t donor, double priority);
void coop_leadership_succeed_partner(sim_world_t *world, uint32_t partner, double interest);
bool coop_leadership_election_year(const sim_world_t *world, uint32_t donor); /* this JFY */
