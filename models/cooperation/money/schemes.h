/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/ties/formation.h"

/* The terms that are constants; those of a world, with its parameters, are in its state. */
extern const coop_scheme_t coop_scheme_table[COOP_N_SCHEMES];
void coop_funding_terms(const coop_funding_params_t *p, coop_scheme_t scheme[COOP_N_SCHEMES]);
/* It calls in this year, whether or not it has money. */
bool coop_funding_open(const sim_world_t *world, int scheme);
/* It would take a proposal of this donor for this partner now. */
bool coop_funding_eligible(const sim_world_t *world, int scheme, uint32_t donor, uint32_t partner);
/* The same of a scheme that calls. */
bool coop_funding_accepts(const sim_world_t *world, int scheme, uint32_t donor, uint32_t partner);
/* How gladly a scheme pays in a country now: 1 = fully, 0 = not at all (M28). */
double coop_funding_preference(const sim_world_t *world, int scheme, uint32_t country);
bool coop_funding_any(const sim_world_t *world, uint32_t donor, uint32_t partner);
/* Sector of the work that a scheme pays for in a tie of this mode and sector: what a cooperative
 * can offer for low carbon is energy from waste, its own field. */
static inline uint8_t coop_funding_sector(int scheme, uint8_t mode, uint8_t sector) {
    bool air = coop_scheme_table[scheme].low_carbon && mode == COOP_MODE_CITY_TO_CITY;
    return air ? COOP_SECTOR_AIR : sector;
}
/* M21: funders send missions while a scheme for their countries is open; to this country too. */
bool coop_funding_sends(const sim_world_t *world);
bool coop_funding_works_in(const sim_world_t *world, uint32_t country);
/* Own money on top of a grant of so many yen. M29: the weak add less, as the root of their strength
 * (A). */
static inline double coop_funding_own_share(const sim_world_t *world, uint32_t donor,
                                            double granted) {
    double strength = coop_min(1, coop_state(world)->donor.fiscal_strength[donor]);
    return granted * coop_params(world)->budget.own_share * sqrt(strength);
}
