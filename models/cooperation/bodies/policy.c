/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy of years for work abroad (M33), such as that of the Clean Authority of Tokyo of 2012-21:
 * while it runs, ties rest on no persons, a mandate is not withdrawn, and the money is kept when
 * the head changes. A cooperative makes one with its mandate, of initiative.plan_years (0: without
 * a date), which outlives managers; governments have none until one is set (named.c). */
#include "models/cooperation/bodies/policy.h"

static bool runs(const sim_world_t *world, uint32_t d) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    return now < coop_state(world)->donor.policy_until[d];
}

int coop_policy_setup(sim_world_t *world) {
    for (uint32_t d = 0; d < coop_population(world)->n_donors; d++)
        coop_state(world)->donor.policy_until[d] =
            coop_is_cooperative(world, d) ? INFINITY : -INFINITY;
    return 0;
}

/* It comes with a mandate; of two the longer goes on. */
int coop_policy_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    double *until = donor->policy_until;
    if (heir != SIM_NETWORK_NONE && coop_is_cooperative(world, heir) && donor->mandate[from])
        until[heir] = donor->mandate[heir] ? coop_max(until[heir], until[from]) : until[from];
    until[from] = -INFINITY;
    return 0;
}

void coop_policy_until(sim_world_t *world, uint32_t d, double year) {
    coop_state(world)->donor.policy_until[d] = year;
}

void coop_policy_set(sim_world_t *world, uint32_t d, double years) {
    double now = sim_schedule_time(&world->clock, world->clock.step);
    coop_policy_until(world, d, now + years);
}

bool coop_policy_dated(const sim_world_t *world, uint32_t d) {
    return isfinite(coop_state(world)->donor.policy_until[d]) && runs(world, d);
}

void coop_policy_of_mandate(sim_world_t *world, uint32_t c) {
    double years = coop_params(world)->initiative.plan_years;
    if (!coop_policy_dated(world, c))
        coop_policy_set(world, c, years > 0 ? years : INFINITY);
}

/* ---- what the members decide ---- */

bool coop_policy_consent(const sim_world_t *world, uint32_t purpose, uint32_t c, double weight) {
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

/* Asked once, when a policy has ended. */
int coop_policy_review(sim_world_t *world, uint32_t c) {
    coop_donor_t *donor = &coop_state(world)->donor;
    if (!donor->mandate[c] || !isfinite(donor->policy_until[c]) || runs(world, c))
        return 0;
    donor->policy_until[c] = -INFINITY;
    if (donor->priority[c] < coop_params(world)->initiative.keenness ||
        !coop_policy_consent(world, COOP_DRAW_MANDATE_CONSENT, c, 1))
        return 0;
    coop_policy_of_mandate(world, c);
    return coop_event(world, COOP_EVENT_PLAN_RENEWED, c, donor->manager[c], donor->policy_until[c]);
}

bool coop_policy_keeps_money(const sim_world_t *world, uint32_t d) {
    return (!coop_is_cooperative(world, d) || coop_state(world)->donor.mandate[d]) &&
           runs(world, d);
}

/* A programme and a city's tie of long trust stand by themselves; a cooperative's tie stands by the
 * decision of all its members, and falls with it. */
bool coop_policy_holds(const sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    bool own = ties->institutionalised[tie];
    if (ties->stage[tie] == COOP_STAGE_PROGRAMME)
        return own;
    bool running = runs(world, ties->from[tie]);
    return coop_is_cooperative(world, ties->from[tie]) ? own && running : own || running;
}
