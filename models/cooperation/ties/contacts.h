/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* Of a new contact at a place in [0, 1) between the weakest and the strongest. */
static inline double coop_contacts_strength(const sim_world_t *world, double place) {
    const double weakest = 0.1; /* A, M21 */
    return weakest + (coop_params(world)->contacts.strength_high - weakest) * place;
}
/* Of one that a place in a network of many cities brings (A; M24: cheap ties). */
static const double coop_contacts_network = 0.2;
void coop_contacts_renew_donor(sim_world_t *world, uint32_t donor);
/* Call it when a donor may have begun its first project, or got another's or its reputation. */
void coop_contacts_known(sim_world_t *world, uint32_t donor);
void coop_contacts_add(sim_world_t *world, uint32_t donor, uint32_t partner, double strength,
                       uint8_t source);
/* A known partner's strength follows its sister tie, unless it was met lately by another way. */
void coop_contacts_follow(sim_world_t *world, uint32_t donor, uint32_t partner, double strength);
/* The partner city at a place u in [0, 1) of cumulative weights. */
uint32_t coop_contacts_at(const sim_world_t *world, const double *weight, double u);
void coop_contacts_forget(sim_world_t *world, uint32_t donor); /* those older than the memory */
