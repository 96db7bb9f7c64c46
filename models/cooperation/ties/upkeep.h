/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

int coop_upkeep_end(sim_world_t *world, uint32_t tie, uint8_t cause); /* cuts its project */
bool coop_upkeep_dormant(const sim_world_t *world, uint32_t tie);     /* M34 */
/* Factor of the rate at which the tie seeks projects: 1 unless it is dormant. */
double coop_upkeep_revival(const sim_world_t *world, uint32_t tie);
