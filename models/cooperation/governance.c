/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Governance know-how (M40): how to found and run a cooperative. Only those who run one have it; it
 * grows by running, whatever becomes of the plants, and goes with people who leave. */
#include <math.h>

#include "models/cooperation/cooperation.h"

/* Pacts, conferences and delegations run nothing of their own. */
static inline bool runs_one(const coop_donor_t *donor, uint32_t c) {
    return donor->exists[c] & (donor->form[c] >= COOP_FORM_PARTIAL_COOPERATIVE);
}

void coop_governance_setup(sim_world_t *world) {
    double initial = coop_params(world)->governance.initial;
    coop_state_t *s = coop_state(world);
    for (uint32_t c = coop_population(world)->first_cooperative; c < s->n_donors; c++)
        s->donor.governance[c] = runs_one(&s->donor, c) ? initial : 0;
}

int coop_governance_year(sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    const coop_state_t *s = coop_state(world);
    double learned = -sim_math_expm1(-p->governance.learning);
    if (world->clock.step == 0)
        return 0;
    double *restrict level = s->donor.governance, loss = p->knowhow.retirement_loss;
    const double *restrict shrinkage = s->donor.shrinkage;
    for (uint32_t c = coop_population(world)->first_cooperative, n = s->n_donors; c < n; c++) {
        double kept = level[c] * coop_max(0, 1 - loss * shrinkage[c]);
        level[c] = runs_one(&s->donor, c) ? kept + (1 - kept) * learned : level[c];
    }
    return 0;
}
