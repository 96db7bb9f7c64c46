/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The initial state of a replicate, by each process. */
#include <math.h>

#include "models/cooperation/cooperation.h"

static int list_ties(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    static const uint8_t by_end[] = {COOP_TIE_COOPERATION, COOP_TIE_SISTER, COOP_TIE_MEMBERSHIP};
    int rc = 0;
    for (size_t k = 0; k < sizeof by_end && !rc; k++)
        rc = sim_network_ties_by_end(world->ties, by_end[k], pop->n_agents);
    return rc;
}

/* ---- the initial state ---- */

static void start_partners(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_partner_t *partner = &coop_state(world)->partner;
    for (uint32_t i = 0; i < pop->n_partners; i++) {
        partner->stability[i] = pop->country[pop->country_of[i]].stability;
        if (i >= pop->n_cities)
            continue; /* of an association: when it is founded */
        partner->exists[i] = 1;
        partner->capacity[i] = pop->capacity[i];
        for (int k = 0; k < COOP_N_SECTORS; k++)
            partner->need[k][i] = pop->need[k][i];
    }
}

static void start_donors(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    coop_state_t *s = coop_state(world);
    s->n_donors = pop->first_founded;
    s->cooperatives = pop->first_founded - pop->first_cooperative;
    s->municipalities = pop->n_municipalities;
    for (uint32_t d = 0; d < pop->n_donors; d++) {
        s->donor.exists[d] = d < pop->first_founded;
        s->donor.population[d] = pop->population[d];
        s->donor.fiscal_strength[d] = pop->fiscal_strength[d];
        s->donor.own_budget[d] = pop->own_budget[d];
        s->donor.purse_factor[d] = 1;
        s->donor.industry[d] = pop->industry[d];
        s->donor.plants[d] = pop->plants[d];
        s->donor.plant_keeper[d] = pop->plant_keeper[d];
        s->donor.pooled[d] = pop->plant_keeper[d] != d;
        s->donor.form[d] = pop->form[d];
        s->donor.heir[d] = SIM_NETWORK_NONE;
        s->donor.changed[d] = INT32_MIN;
        s->donor.policy_until[d] = d < pop->first_cooperative ? -INFINITY : INFINITY;
    }
}

int coop_changed(sim_world_t *world) {
    static void (*const renew[])(sim_world_t *) = {
#define RENEW(FUNCTION) FUNCTION,
#include "models/cooperation/processes.def"
    };
    for (size_t k = 0; k < sizeof renew / sizeof *renew; k++)
        renew[k](world);
    coop_state(world)->offers_known = false;
    return 0;
}

int coop_each(sim_world_t *world, int (*const hook[])(sim_world_t *), size_t n) {
    int rc = 0;
    for (size_t k = 0; k < n && !rc; k++)
        rc = hook[k](world);
    return rc;
}

int coop_setup(sim_world_t *world) {
    static int (*const setup[])(sim_world_t *) = {
#define SETUP(FUNCTION) FUNCTION,
#include "models/cooperation/phases.def"
    };
    coop_state_t *s = coop_state(world);
    int rc = list_ties(world);
    if (rc)
        return rc;
    s->austerity = (coop_path_t){.rate = coop_params(world)->budget.austerity};
    s->posts = (coop_path_t){.rate = coop_params(world)->staff.trend, .base = 1, .since = 1};
    start_donors(world);
    for (int n = 0; n < COOP_LOGS; n++)
        s->log1p_of[n] = sim_math_log1p(n);
    start_partners(world);
    rc = coop_changed(world);
    return rc ? rc : coop_each(world, setup, sizeof setup / sizeof *setup);
}
