/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Going abroad as a cooperative (M37): a keen manager, know-how, people and money to spare, an
 * example to follow, and the consent of the member heads, easier where there is cohesion (M16). It
 * comes with a plan of years that outlives managers and institutionalises ties (M33). The members
 * may renew it; without one a mandate can be withdrawn. */
#include <math.h>

#include "models/cooperation/bodies/initiative.h"
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/ledger.h"
#include "models/cooperation/people/staff.h"

/* Rate at which a mandate without a dated policy and without a keen manager is withdrawn, 1/year
 * (A; M37). */
static const double withdrawal = 0.1;

static bool ready(const sim_world_t *world, uint32_t c) {
    const coop_initiative_params_t *p = &coop_params(world)->initiative;
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->priority[c] >= p->keenness &&
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
        yes += sim_rng_chance(
            &draw, coop_chance(p->consent * weight * (1 + coop_population(world)->cohesion[c]) *
                               (donor->priority[m] + donor->support[m])));
    }
    return p->unanimity ? yes == n : 2 * yes > n;
}

int coop_initiative_decide(sim_world_t *world, uint32_t c, bool mandate) {
    coop_state_t *s = coop_state(world);
    if (s->donor.mandate[c] == mandate)
        return 0;
    s->donor.mandate[c] = mandate;
    if (mandate)
        coop_policy_of_mandate(world, c);
    else
        s->donor.scope[c] = 0;
    s->offers_known = false;
    s->abroad += mandate ? 1U : UINT32_MAX; /* minus one */
    return coop_event(world, mandate ? COOP_EVENT_MANDATE : COOP_EVENT_MANDATE_WITHDRAWN, c,
                      s->donor.manager[c], s->donor.priority[c]);
}

/* The members let a mandate be that their manager cares little about, until a policy is over. */
static bool could_withdraw(const sim_world_t *world, uint32_t c) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    return donor->mandate[c] && donor->priority[c] < coop_params(world)->initiative.keenness &&
           !coop_policy_dated(world, c);
}

/* Once a year; each cooperative decides on its own draws, in the order of ids. */
int coop_initiative_year(sim_world_t *world) {
    const coop_initiative_params_t *p = &coop_params(world)->initiative;
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    double asked = coop_chance(p->rate * (1 + p->example * s->abroad)),
           withdrawn = coop_chance(withdrawal);
    if (!coop_params(world)->formation.regional)
        return 0;
    for (uint32_t c = pop->first_cooperative; c < s->n_donors; c++) {
        if (!s->donor.plants[c])
            continue;
        sim_rng_draw_t ask = sim_world_draw(world, COOP_DRAW_MANDATE_INITIATIVE, c, 0);
        sim_rng_draw_t withdraw = sim_world_draw(world, COOP_DRAW_MANDATE_WITHDRAWAL, c, 0);
        bool mandate = s->donor.mandate[c];
        int rc = coop_policy_review(world, c);
        if (rc)
            return rc;
        if (!mandate && ready(world, c) && sim_rng_chance(&ask, asked))
            mandate = coop_initiative_consent(world, COOP_DRAW_MANDATE_CONSENT, c, 1);
        else if (could_withdraw(world, c) && sim_rng_chance(&withdraw, withdrawn))
            mandate = false;
        rc = coop_initiative_decide(world, c, mandate);
        if (rc)
            return rc;
    }
    return 0;
}
