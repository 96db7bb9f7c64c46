/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Support of council, citizens and colleagues (M14): drifts around a low mean, falls under fiscal
 * stress, rises with visible work. Prizes follow it (M15: Global 500, Eco-Model City, SDGs Award)
 * and raise reputation, which brings requests, and support; both fade again. */
#include "models/cooperation/people/support.h"
#include "models/cooperation/money/budget.h"
#include "models/cooperation/ties/formation.h"

int coop_support_setup(sim_world_t *world) {
    const coop_support_params_t *p = &coop_params(world)->support;
    coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n = coop_state(world)->n_donors, *word = coop_state(world)->high;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_SETUP_SUPPORT);
    sim_rng_words(&rng, 0, n, word);
    for (uint32_t d = 0; d < n; d++)
        donor->support[d] = coop_clip(p->mean + p->noise * 2 * sqrt(3) * (word[d] * 0x1p-32 - 0.5));
    return 0;
}

/* A corporation begins with the mean of its members. */
int coop_support_found(sim_world_t *world, uint32_t c) {
    coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t n;
    const uint32_t *member = coop_members(world, c, &n);
    for (uint32_t k = 0; k < n && donor->plants[c]; k++)
        donor->support[c] += donor->support[member[k]] / n;
    return 0;
}

int coop_support_inherit(sim_world_t *world, uint32_t from, uint32_t heir) {
    coop_donor_t *donor = &coop_state(world)->donor;
    coop_mix(donor->support, from, heir, coop_share(world, from, heir));
    if (heir != SIM_NETWORK_NONE)
        donor->reputation[heir] = coop_max(donor->reputation[heir], donor->reputation[from]);
    donor->reputation[from] = 0;
    return 0;
}

void coop_support_set(sim_world_t *world, uint32_t d, double support) {
    coop_state(world)->donor.support[d] = support;
}

void coop_support_set_reputation(sim_world_t *world, uint32_t d, double reputation) {
    coop_state_t *s = coop_state(world);
    s->offers_known &= s->offered[d]; /* reputation brings opportunities (formation.c) */
    s->donor.reputation[d] = reputation;
}

void coop_support_fade(sim_world_t *world, double kept) {
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++)
        coop_state(world)->donor.reputation[d] *= kept;
}

void coop_support_notice(sim_world_t *world, uint32_t d, double share) {
    double now = coop_state(world)->donor.reputation[d];
    coop_support_set_reputation(world, d, now + (1 - now) * share);
}

double coop_support_stress(const sim_world_t *world, uint32_t d) {
    double strength = coop_state(world)->donor.fiscal_strength[d];
    return 1 - coop_min(1, strength * coop_budget_austerity(world));
}

/* What a year does to all: how far shocks go, what austerity leaves of strength, what stays of a
 * reputation. */
typedef struct {
    double noise, austerity, fade;
} support_year_t;

/* Of n donors. Shocks are uniform with the given standard deviation: their shape is not known and
 * they are many. */
SIM_WIDE static void drift(const coop_support_params_t *p, const support_year_t *year, uint32_t n,
                           const uint32_t *restrict word, const coop_donor_t *donor) {
    const double mean = p->mean, reversion = p->reversion, weight = p->stress;
    const double visibility = p->visibility, noise = year->noise, austerity = year->austerity;
    const double fade = year->fade, *restrict strength = donor->fiscal_strength;
    double *restrict support = donor->support, *restrict reputation = donor->reputation;
    for (uint32_t d = 0; d < n; d++) {
        double shock = noise * (word[d] * 0x1p-32 - 0.5);
        double stress = weight * (1 - coop_min(1, strength[d] * austerity));
        double pull = reversion * (mean - support[d]);
        support[d] = coop_clip(support[d] + pull + shock - stress + visibility * reputation[d]);
        reputation[d] *= fade;
    }
}

int coop_support_year(sim_world_t *world) {
    const coop_support_params_t *p = &coop_params(world)->support;
    coop_state_t *s = coop_state(world);
    const support_year_t year = {.noise = p->noise * 2 * sqrt(3),
                                 .austerity = coop_budget_austerity(world),
                                 .fade =
                                     sim_math_exp(-coop_params(world)->projects.reputation_fade)};
    if (world->clock.step == 0)
        return 0;
    sim_rng_t rng = sim_world_rng(world, COOP_DRAW_SUPPORT_DRIFT);
    sim_rng_words(&rng, 0, s->n_donors, s->high);
    drift(p, &year, s->n_donors, s->high, &s->donor);
    return 0;
}

/* ---- prizes ---- */

/* Share of the gap to 1 in reputation that a prize closes; support that it wins (A; M14, M15). */
static const double won_reputation = 0.2, won_support = 0.1;

int coop_recognition_year(sim_world_t *world) {
    double rate = coop_params(world)->recognition.rate;
    coop_donor_t *donor = &coop_state(world)->donor;
    for (uint32_t d = 0; d < coop_state(world)->n_donors; d++) {
        if (!donor->n_projects[d])
            continue;
        double chance = coop_chance(rate * donor->n_projects[d]);
        sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_RECOGNITION, d, 0);
        if (!sim_rng_chance(&draw, chance))
            continue;
        coop_support_notice(world, d, won_reputation);
        donor->support[d] = coop_clip(donor->support[d] + won_support);
        int rc = coop_event(world, COOP_EVENT_RECOGNITION, d, -1, donor->reputation[d]);
        if (rc)
            return rc;
    }
    return 0;
}
