/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Projects from own money (M5). The schemes are in schemes.c, their calls in calls.c. */
#include "models/cooperation/money/budget.h"
#include "models/cooperation/money/projects.h"
#include "models/cooperation/people/staff.h"
#include "models/cooperation/ties/upkeep.h"

/* Small projects from own money, mostly of the few that have it (M5). */
int coop_funding_own(sim_world_t *world) {
    const coop_params_t *p = coop_params(world);
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION],
                   n_live = ties->n_live[COOP_TIE_COOPERATION];
    /* above the chance of any */
    double most =
        p->funding.own_rate * coop_max(1, p->upkeep.revival) / world->clock.steps_per_year;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_OWN_PROJECT);
    double u[COOP_BATCH];
    for (uint32_t k = 0; k < n_live; k++) {
        if (k % COOP_BATCH == 0)
            coop_live_uniforms(world, &rng, (coop_live_t){.kind = COOP_TIE_COOPERATION}, k, u);
        uint32_t tie = live[k], d = ties->from[tie];
        if (u[k % COOP_BATCH] >= most)
            continue;
        double rate = p->funding.own_rate * coop_state(world)->donor.priority[d] *
                      coop_upkeep_revival(world, tie);
        if (!coop_occurs(u[k % COOP_BATCH], rate / world->clock.steps_per_year) ||
            coop_projects_running(world, tie))
            continue;
        if (!coop_budget_affords(world, d, p->funding.own_cost))
            continue;
        if (coop_staff_free(world, d) < p->staff.project_fte)
            continue;
        int rc =
            coop_projects_start(world, tie, COOP_SCHEME_OWN, 0, (int64_t)p->funding.own_cost, 1);
        if (rc)
            return rc;
    }
    return 0;
}
