/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Motives (M17; Nakamura et al. 2011; S): why a donor seeks this partner, as additive utilities:
 * pollution that crosses the sea, business for its firms, natural assets of rural places, a history
 * of pollution to share, work for its people, recognition. M18, what the partner gains, is in
 * formation.c. */
#include <math.h>

#include "models/cooperation/cooperation.h"

static bool rural(uint8_t type) {
    return type == COOP_TYPE_TOWN || type == COOP_TYPE_VILLAGE;
}

double coop_motives_utility(const sim_world_t *world, uint32_t d, uint32_t i) {
    const coop_motives_params_t *p = &coop_params(world)->motives;
    const coop_population_t *pop = coop_population(world);
    const coop_donor_t *donor = &coop_state(world)->donor;
    bool near = pop->region[i] == COOP_REGION_NORTHEAST_ASIA;
    bool small = pop->partner_population[i] < 500000;
    double market = log10(coop_max(pop->partner_population[i], 1e5) / 1e5);
    return p->transboundary * near + p->business * pop->industry[d] * market +
           p->natural_assets * (rural(pop->type[d]) && small) +
           p->sharing * pop->industry[d] * coop_state(world)->partner.need[COOP_SECTOR_AIR][i] +
           p->staff_use * donor->shrinkage[d] + p->recognition * donor->reputation[d];
}
