/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going abroad as a cooperative (M37): a keen manager, know-how, people and money to spare, an
 * example to follow, no siting conflict (M16), and the consent of the member heads, easier where
 * settled conflicts have left cohesion. A mandate can be withdrawn. */
#include <math.h>

#include "models/cooperation/cooperation.h"

static bool ready(const sim_world_t *world, uint32_t c) {
    const coop_initiative_params_t *p = &coop_params(world)->initiative;
    const coop_donor_t *donor = &coop_state(world)->donor;
    return !coop_siting_divided(world, c) && donor->priority[c] >= p->keenness &&
           donor->knowhow[COOP_SECTOR_WASTE][c] >= p->knowhow &&
           coop_staff_free(world, c) >= coop_params(world)->staff.project_fte &&
           coop_budget_affords(world, c, coop_params(world)->budget.tie_upkeep);
}

bool coop_initiative_consent(const sim_world_t *world, uint32_t purpose, uint32_t c,
                             double weight) {
    const coop_initiative_params_t *p = &coop_params(world)->initiative;
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n, yes = 0;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t m = member[k];
        sim_rng_draw_t draw = sim_world_draw(world, purpose, c, m);
        yes +=
            sim_rng_chance(&draw, 1 - sim_math_exp(-p->consent * weight * (1 + donor->cohesion[c]) *
                                                   (donor->priority[m] + donor->support[m])));
    }
    return p->unanimity ? yes == n : 2 * yes > n;
}

bool coop_initiative_policy(const sim_world_t *world, uint32_t c) {
    return sim_schedule_time(&world->clock, world->clock.step) <
           coop_state(world)->donor.policy_until[c];
}

/* Once a year; each cooperative decides on its own draws, in the order of ids. */
int coop_initiative_year(sim_world_t *world) {
    const coop_initiative_params_t *p = &coop_params(world)->initiative;
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    double asked = 1 - sim_math_exp(-p->rate * (1 + p->example * s->abroad)),
           withdrawn = 1 - sim_math_exp(-p->withdrawal);
    if (!coop_params(world)->formation.regional)
        return 0;
    for (uint32_t c = pop->first_cooperative; c < s->n_donors; c++) {
        if (!s->donor.plants[c])
            continue;
        sim_rng_draw_t ask = sim_world_draw(world, COOP_DRAW_MANDATE_INITIATIVE, c, 0);
        sim_rng_draw_t withdraw = sim_world_draw(world, COOP_DRAW_MANDATE_WITHDRAWAL, c, 0);
        bool was = s->donor.mandate[c];
        if (!was && ready(world, c) && sim_rng_chance(&ask, asked))
            s->donor.mandate[c] = coop_initiative_consent(world, COOP_DRAW_MANDATE_CONSENT, c, 1);
        else if (was && s->donor.priority[c] < p->keenness && !coop_initiative_policy(world, c) &&
                 sim_rng_chance(&withdraw, withdrawn))
            s->donor.mandate[c] = s->donor.scope[c] = 0;
        if (was == s->donor.mandate[c])
            continue;
        s->offers_known = false;
        s->abroad += s->donor.mandate[c] ? 1U : UINT32_MAX; /* minus one */
        int rc = coop_event(world, was ? COOP_EVENT_MANDATE_WITHDRAWN : COOP_EVENT_MANDATE, c,
                            s->donor.manager[c], s->donor.priority[c]);
        if (rc)
            return rc;
    }
    return 0;
}
