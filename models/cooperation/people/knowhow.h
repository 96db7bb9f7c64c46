/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

double coop_knowhow_steady(const coop_knowhow_params_t *p, double floor, double plants);
/* Closes a share of what know-how lacks of 1, of which a part is kept to this day (M11). */
void coop_knowhow_learn(sim_world_t *world, uint32_t donor, int sector, double share, double kept);
/* Begins or ends the renewals of a donor, by whether it keeps plants now. */
void coop_knowhow_renew_donor(sim_world_t *world, uint32_t donor);
double coop_knowhow_best(const sim_world_t *world, uint32_t donor);
