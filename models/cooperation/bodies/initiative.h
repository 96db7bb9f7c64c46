/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* The members give cooperative c a mandate or take it back. */
int coop_initiative_decide(sim_world_t *world, uint32_t c, bool mandate);
/* The member heads of c agree, each with 1 - exp(-consent * (1 + cohesion) * (priority + support) *
 * weight): the majority, or all. */
bool coop_initiative_consent(const sim_world_t *world, uint32_t purpose, uint32_t c, double weight);
