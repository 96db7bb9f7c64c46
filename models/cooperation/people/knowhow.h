/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

double coop_knowhow_steady(const coop_knowhow_params_t *p, double floor, double plants);
/* Know-how of a cooperative that begins its work. */
void coop_knowhow_found(sim_world_t *world, uint32_t cooperative);
/* Begins or ends the renewals of a donor, by whether it keeps plants now. */
void coop_knowhow_renew_donor(sim_world_t *world, uint32_t donor);
double coop_knowhow_best(const sim_world_t *world, uint32_t donor);
