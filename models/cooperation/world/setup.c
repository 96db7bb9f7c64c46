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
    for (int n = 0; n < COOP_LOGS; n++)
        s->log1p_of[n] = sim_math_log1p(n);
    return coop_each(world, setup, sizeof setup / sizeof *setup);
}
