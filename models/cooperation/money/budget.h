/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* ..._renew: what is derived from parameters; ..._renew_donor: of one donor that has changed. */
void coop_budget_renew_donor(sim_world_t *world, uint32_t donor);
/* What would be voted for it now, yen a year. */
int64_t coop_budget_plan(const sim_world_t *world, uint32_t donor);
double coop_budget_austerity(const sim_world_t *world); /* share of the money that is left by it */
/* Yearly cost of n ties. M13: what a cooperative offers is one package of technology, service and
 * community; each further partner costs less. */
double coop_budget_upkeep(const sim_world_t *world, uint32_t donor, uint32_t n_ties);
/* Whether the year's vote covers what is promised a year plus `yen` a year: a yearly sum against a
 * yearly sum, so that the length of a step does not matter. */
bool coop_budget_affords(const sim_world_t *world, uint32_t donor, double yen);
int64_t coop_budget_pay(sim_world_t *world, uint32_t donor, int to, int64_t yen);
