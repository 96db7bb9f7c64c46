/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prizes (M15) follow visible work: Global 500, Eco-Model City, SDGs Award. They raise reputation,
 * which brings requests, and the support of citizens; both fade again. */
#include <math.h>

#include "models/cooperation/cooperation.h"

int coop_recognition_year(sim_world_t *world) {
    const coop_recognition_params_t *p = &coop_params(world)->recognition;
    coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++) {
        if (!donor->n_projects[d])
            continue;
        double chance = 1 - sim_math_exp(-p->rate * donor->n_projects[d]);
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_RECOGNITION, d, 0);
        if (!sim_rng_chance(&draw, chance))
            continue;
        coop_formation_noticed(world, d);
        donor->reputation[d] += (1 - donor->reputation[d]) * p->reputation;
        donor->support[d] = coop_clip(donor->support[d] + p->support);
        int rc = coop_event(world, COOP_EVENT_RECOGNITION, d, -1, donor->reputation[d]);
        if (rc)
            return rc;
    }
    return 0;
}
