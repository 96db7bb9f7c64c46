/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Fiscal stress, 0..1: what strength is missing, more under austerity (M14). */
double coop_support_stress(const sim_world_t *world, uint32_t donor);
