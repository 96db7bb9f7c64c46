/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/ties/effects.h"

/* A tie of donor d with this partner, whatever the gates; there is none yet. */
int coop_formation_found(sim_world_t *world, uint32_t d, uint32_t partner);
/* The sector in which know-how times need is largest, and that product. */
int coop_formation_match(const sim_world_t *world, uint32_t d, uint32_t i, double *match);
/* Both sides gain (M18): the donor people and business, the partner what it needs; `match` is that
 * of coop_formation_match(). */
bool coop_formation_gains(const sim_world_t *world, const coop_pair_t *pair, double match);
/* Trust of a new tie by the strength of the contact (A, M33). */
static inline double coop_formation_trust(double strength) {
    const double of_strangers = 0.1, of_contact = 0.3;
    return coop_min(1, of_strangers + of_contact * strength);
}
/* Opportunities of a donor, per year. */
double coop_formation_rate(const sim_world_t *world, uint32_t donor);
