/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What choices and endings looked at, and how donors and partners stood at the end of each fiscal
 * year: the tables of detail choices, from which others estimate the model (tests/recover). They
 * hold the statistics that the weights multiply, not their products. Writing them draws nothing and
 * changes no state. */
#pragma once
#include "models/cooperation/ties/effects.h"

/* What the ends of a tie look at in a step (upkeep.c); coop_tie_risk_fields says what each is. */
typedef struct {
    bool held, agreed, short_of_money, short_of_staff, soured, goal_near;
    double priority_fall, grant_over, support_gap, dormant;
    double interest, stability;
    double years; /* at risk */
} coop_risk_t;

/* An alternative of the `round`-th opportunity of donor d in this step, NULL: nobody. 0 or the code
 * of sim_world_row(), as the others. */
int coop_choices_alternative(sim_world_t *world, uint32_t d, uint32_t round,
                             const coop_pair_t *pair, bool chosen);
/* The partner's answer to that choice. */
int coop_choices_partner(sim_world_t *world, uint32_t round, const coop_pair_t *pair,
                         bool accepted);
/* A tie's step at risk. `cause`: by which it ends, or SIM_NETWORK_NO_CAUSE. */
int coop_choices_risk(sim_world_t *world, uint32_t tie, uint8_t cause, const coop_pair_t *pair,
                      const coop_risk_t *risk);
