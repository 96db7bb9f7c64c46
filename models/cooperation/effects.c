/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statistics of the effects (effects.h). What a donor wants of a partner: its need, others'
 * company, what the head cares for, and the motives of M17 (Nakamura et al. 2011; S); what a
 * partner wants of a donor. */
#include "models/cooperation/effects.h"

#include <math.h>
#include <stddef.h>

/* ---- the match ---- */

static double match(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_state_t *s = coop_state(world);
    return s->donor.knowhow[pair->sector][pair->donor] *
           s->partner.need[pair->sector][pair->partner];
}

static double gap(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_state_t *s = coop_state(world);
    return coop_max(0, s->donor.knowhow[pair->sector][pair->donor] -
                           s->partner.capacity[pair->partner]);
}

/* M40: a cooperative and an association are alike; governments have none of this know-how. */
static double likeness(const sim_world_t *world, const coop_pair_t *pair) {
    bool association = pair->partner >= coop_population(world)->n_cities;
    return association ? coop_state(world)->donor.governance[pair->donor] : 0;
}

/* ---- the company of others (M23) ---- */

/* A tie that is kept does not count itself. */
static double popularity(const sim_world_t *world, const coop_pair_t *pair) {
    return log1p(coop_state(world)->partner.n_ties[pair->partner] - (uint32_t)pair->tied);
}

/* ---- donor and circumstances ---- */

static double priority(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->donor.priority[pair->donor];
}

static double strength(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world;
    return pair->strength;
}

static double fundable(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_funding_any(world, pair->donor, pair->partner, pair->sector);
}

static double soured(const sim_world_t *world, const coop_pair_t *pair) {
    return -(double)coop_relations_soured(world, coop_population(world)->country_of[pair->partner]);
}

/* ---- motives (M17) ---- */

static double transboundary(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_population(world)->region[pair->partner] == COOP_REGION_NORTHEAST_ASIA;
}

static double business(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_population_t *pop = coop_population(world);
    return pop->industry[pair->donor] *
           log10(coop_max(pop->partner_population[pair->partner], 1e5) / 1e5);
}

static double natural_assets(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_population_t *pop = coop_population(world);
    uint8_t type = pop->type[pair->donor];
    bool rural = type == COOP_TYPE_TOWN || type == COOP_TYPE_VILLAGE;
    return rural && pop->partner_population[pair->partner] < 500000;
}

static double sharing(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_population(world)->industry[pair->donor] *
           coop_state(world)->partner.need[COOP_SECTOR_AIR][pair->partner];
}

static double staff_use(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->donor.shrinkage[pair->donor];
}

static double recognition(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->donor.reputation[pair->donor];
}

/* ---- what is there ---- */

static double one(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world, (void)pair;
    return 1;
}

static double trust(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world;
    return pair->trust;
}

/* ---- the partner ---- */

static double need(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->partner.need[pair->sector][pair->partner];
}

static double interest(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->partner.interest[pair->partner];
}

/* ---- the table ---- */

const coop_effect_t coop_effect_table[] = {
#define EFFECT(SIDE, FUNCTION, STATISTIC, WEIGHT, MECHANISM, DOC)                                  \
    {COOP_SIDE_##SIDE,                                                                             \
     COOP_FUNCTION_##FUNCTION,                                                                     \
     #STATISTIC,                                                                                   \
     #WEIGHT,                                                                                      \
     MECHANISM,                                                                                    \
     DOC,                                                                                          \
     offsetof(coop_params_t, WEIGHT),                                                              \
     STATISTIC},
#include "models/cooperation/effects.def"
#undef EFFECT
    {.name = NULL}};

const char *const coop_side_words[] = {"donor", "partner", NULL};
const char *const coop_function_words[] = {"evaluation", "creation", "endowment", NULL};

double coop_effects_worth(const sim_world_t *world, int side, int function,
                          const coop_pair_t *pair) {
    double worth = 0;
    for (const coop_effect_t *effect = coop_effect_table; effect->name; effect++) {
        if (effect->side != side ||
            (effect->function != COOP_FUNCTION_EVALUATION && effect->function != function))
            continue;
        double weight = *(const double *)((const char *)coop_params(world) + effect->weight);
        if (weight != 0)
            worth += weight * effect->statistic(world, pair);
    }
    return worth;
}
