/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Utility of municipality m of being in a body of `people` in all, agreed with n others (M35). */
double coop_founding_utility(const sim_world_t *world, uint32_t m, double people, uint32_t n);
int coop_founding_year(sim_world_t *world);
/* Founds a cooperative of n members, who were alone, in form COOP_FORM_... */
int coop_founding_found(sim_world_t *world, const uint32_t *member, uint32_t n, uint8_t form);
