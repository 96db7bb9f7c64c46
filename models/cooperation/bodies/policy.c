/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy of years for work abroad (M33), such as that of the Clean Authority of Tokyo of 2012-21:
 * while it runs, ties rest on no persons, a mandate is not withdrawn, and the money is kept when
 * the head changes. A cooperative makes one with its mandate, of initiative.plan_years (0: without
 * a date), which outlives managers; governments have none until one is set (named.c). */
#include <math.h>

#include "models/cooperation/bodies/initiative.h"
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/money/ledger.h"

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
    double years = coop_params(world)->initiative.plan_years;
    if (!coop_policy_dated(world, c))
        coop_policy_set(world, c, years > 0 ? years : INFINITY);
}

/* Asked once, when a policy has ended. */
int coop_policy_review(sim_world_t *world, uint32_t c) {
    coop_donor_t *donor = &coop_state(world)->donor;
    if (!donor->mandate[c] || !isfinite(donor->policy_until[c]) || runs(world, c))
        return 0;
    donor->policy_until[c] = -INFINITY;
    if (donor->priority[c] < coop_params(world)->initiative.keenness ||
        !coop_initiative_consent(world, COOP_DRAW_MANDATE_CONSENT, c, 1))
        return 0;
    coop_policy_of_mandate(world, c);
    return coop_event(world, COOP_EVENT_PLAN_RENEWED, c, donor->manager[c], donor->policy_until[c]);
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
    bool running = runs(world, ties->from[tie]);
    bool cooperative = ties->from[tie] >= coop_population(world)->first_cooperative;
    return cooperative ? own && running : own || running;
}
