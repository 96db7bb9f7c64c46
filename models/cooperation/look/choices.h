/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What choices and endings looked at, and how donors and partners stood at the end of each fiscal
 * year: the tables of detail choices, from which others estimate the model (tests/recover). They
 * hold the statistics that the weights multiply, not their products. Writing them draws nothing and
 * changes no state. */
#pragma once

#include "models/cooperation/ties/effects.h"

extern const sim_field_t coop_choice_fields[];
extern const sim_field_t coop_acceptance_fields[];
extern const sim_field_t coop_tie_risk_fields[];
extern const sim_field_t coop_donor_state_fields[];
extern const sim_field_t coop_partner_state_fields[];

/* A donor's opportunity: the `round`-th of donor d in this step. `taken` is the alternative that it
 * chose, NULL for none. Call it before anything changes. 0 or the code of sim_world_row(). */
int coop_choices_donor(sim_world_t *world, uint32_t d, uint32_t round, const coop_pair_t *taken);

/* The partner's answer to that choice. */
int coop_choices_partner(sim_world_t *world, uint32_t round, const coop_pair_t *pair,
                         bool accepted);

/* A tie's step at risk. `cause`: by which it ends, or SIM_NETWORK_NO_CAUSE. Call it before it ends.
 */
int coop_choices_risk(sim_world_t *world, uint32_t tie, uint8_t cause);
