/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "models/cooperation/cooperation.h"

/* Whose opportunities are drawn one by one is listed anew after money, mandates, plants or who
 * exists have changed: coop_state_t's offers_known = false; and by this when the reputation of a
 * donor is about to rise. */
static inline void coop_formation_noticed(sim_world_t *world, uint32_t donor) {
    coop_state_t *s = coop_state(world);
    s->offers_known &= s->offered[donor];
}
/* A tie of donor d with this partner, whatever the gates; there is none yet. */
int coop_formation_found(sim_world_t *world, uint32_t d, uint32_t partner);
/* The sector in which know-how times need is largest, and that product. */
int coop_formation_match(const sim_world_t *world, uint32_t d, uint32_t i, double *match);
/* Trust of a new tie by the strength of the contact (A, M33). */
static inline double coop_formation_trust(double strength) {
    return coop_min(1, 0.1 + 0.3 * strength);
}
/* Opportunities of a donor, per year. */
double coop_formation_rate(const sim_world_t *world, uint32_t donor);
