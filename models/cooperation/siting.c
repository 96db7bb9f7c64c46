/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conflict, then consensus (M16): a plant's renewal can divide the members of a cooperative, as the
 * Tokyo "waste war" did; once settled, it leaves cohesion, which fades slowly to what there was
 * from the start. */
#include <math.h>

#include "models/cooperation/cooperation.h"

bool coop_siting_divided(const sim_world_t *world, uint32_t c) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    return now < coop_state(world)->donor.divided_until[c];
}

/* Called when cooperative c renews a plant. */
int coop_siting_renewal(sim_world_t *world, uint32_t c) {
    const coop_siting_params_t *p = &coop_params(world)->siting;
    coop_donor_t *donor = &coop_state(world)->donor;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_SITING_CONFLICT, c, 0);
    if (coop_siting_divided(world, c) ||
        !sim_rng_chance(&draw, p->conflict * (1 - donor->cohesion[c])))
        return 0;
    donor->divided_until[c] = sim_schedule_time(&world->clock, world->clock.step) + p->years;
    return coop_event(world, COOP_EVENT_SITING_CONFLICT, c, -1, p->years);
}

/* A year: a conflict that was settled in it raises cohesion; cohesion fades. */
int coop_siting_year(sim_world_t *world) {
    const coop_siting_params_t *p = &coop_params(world)->siting;
    const coop_population_t *pop = coop_population(world);
    coop_donor_t *donor = &coop_state(world)->donor;
    double now = sim_schedule_time(&world->clock, world->clock.step), fade = sim_math_exp(-p->fade);
    for (uint32_t c = pop->first_cooperative; c < coop_state(world)->n_donors; c++) {
        bool settled = donor->divided_until[c] > now - 1 && donor->divided_until[c] <= now;
        donor->cohesion[c] = pop->cohesion[c] + (donor->cohesion[c] - pop->cohesion[c]) * fade;
        if (settled && donor->divided_until[c] > world->clock.start_year)
            donor->cohesion[c] += (1 - donor->cohesion[c]) * p->cohesion;
    }
    return 0;
}
