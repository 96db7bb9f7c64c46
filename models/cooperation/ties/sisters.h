/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Of a live sister tie as a contact for the environment; 0 without one. */
double coop_sisters_strength(const sim_world_t *world, uint32_t donor, uint32_t partner);
int coop_sisters_recall(sim_world_t *world, uint32_t donor, uint32_t partner, int32_t onset);
/* Years of work are sealed by an agreement, unless there is one. */
int coop_sisters_seal(sim_world_t *world, uint32_t donor, uint32_t partner);
