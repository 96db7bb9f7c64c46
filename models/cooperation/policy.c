/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy of years for work abroad (M33), such as that of the Clean Authority of Tokyo of 2012-21:
 * while it runs, ties rest on no persons, a mandate is not withdrawn, and the money is kept when
 * the head changes. The mandate of a cooperative is such a policy without a date until one is set
 * or ended; governments have none until one is set (interventions, named.c). */
#include <math.h>

#include "models/cooperation/cooperation.h"

int coop_policy_setup(sim_world_t *world) {
    const coop_population_t *pop = coop_population(world);
    double *until = sim_world_column(world, "donor.policy_until", SIM_AGENTS_F64, pop->n_donors);
    if (!until)
        return SIM_ERR_MEMORY;
    for (uint32_t d = 0; d < pop->n_donors; d++)
        until[d] = d < pop->first_cooperative ? -INFINITY : INFINITY;
    coop_state(world)->donor.policy_until = until;
    return 0;
}

static bool runs(const sim_world_t *world, uint32_t d) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    return now < coop_state(world)->donor.policy_until[d];
}

void coop_policy_set(sim_world_t *world, uint32_t d, double years) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    coop_state(world)->donor.policy_until[d] = now + years;
}

bool coop_policy_dated(const sim_world_t *world, uint32_t d) {
    return isfinite(coop_state(world)->donor.policy_until[d]) && runs(world, d);
}

void coop_policy_of_mandate(sim_world_t *world, uint32_t c) {
    if (!coop_policy_dated(world, c))
        coop_state(world)->donor.policy_until[c] = INFINITY;
}

bool coop_policy_keeps_money(const sim_world_t *world, uint32_t d) {
    bool cooperative = d >= coop_population(world)->first_cooperative;
    return (!cooperative || coop_state(world)->donor.mandate[d]) && runs(world, d);
}

/* A programme and a city's tie of long trust stand by themselves; a cooperative's tie stands by the
 * decision of all its members, and falls with it. */
bool coop_policy_holds(const sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    bool own = ties->institutionalised[tie];
    if (ties->stage[tie] == COOP_STAGE_PROGRAMME)
        return own;
    bool running = runs(world, ties->donor[tie]);
    return ties->mode[tie] == COOP_MODE_REGIONAL ? own && running : own || running;
}
