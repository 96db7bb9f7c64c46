/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

void coop_support_set(sim_world_t *world, uint32_t donor, double support);
void coop_support_set_reputation(sim_world_t *world, uint32_t donor, double reputation);
void coop_support_fade(sim_world_t *world, double kept); /* reputations */
/* Visible work closes this share of what reputation lacks of 1 (M15). */
void coop_support_notice(sim_world_t *world, uint32_t donor, double share);
/* Fiscal stress, 0..1: what strength is missing, more under austerity (M14). */
double coop_support_stress(const sim_world_t *world, uint32_t donor);
