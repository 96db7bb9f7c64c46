/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Policies of years (policy.c). */
void coop_policy_set(sim_world_t *world, uint32_t d, double years); /* from now; 0 ends it */
/* That of a new mandate: without a date, unless one with a date runs already. */
void coop_policy_of_mandate(sim_world_t *world, uint32_t c);
/* A policy that has ended is renewed where a keen manager asks and the members agree. */
int coop_policy_review(sim_world_t *world, uint32_t c);
bool coop_policy_dated(const sim_world_t *world, uint32_t d);       /* one with a date runs */
bool coop_policy_keeps_money(const sim_world_t *world, uint32_t d); /* when the head changes */
/* The tie rests on no persons. */
bool coop_policy_holds(const sim_world_t *world, uint32_t tie);
