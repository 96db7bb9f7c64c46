/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statistics of the effects (effects.h). What a donor wants of a partner: its need, others'
 * company, what the head cares for, and the motives of M17 (Nakamura et al. 2011; S); what a
 * partner wants of a donor. */
#include "models/cooperation/effects.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

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
    return sim_math_log1p(coop_state(world)->partner.n_ties[pair->partner] - (uint32_t)pair->tied);
}

static bool share_a_partner(const sim_world_t *world, uint32_t d, uint32_t other,
                            uint32_t besides) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    const sim_network_ties_t *ties = world->ties;
    uint32_t left = donor->n_ties[other] > 1 ? donor->n_ties[d] : 0;
    for (uint32_t k = ties->n_live[COOP_TIE_COOPERATION]; k-- > 0 && left > 0;) {
        uint32_t tie = ties->live[COOP_TIE_COOPERATION][k], partner = ties->partner[tie];
        if (ties->donor[tie] != d)
            continue;
        left--;
        if (partner != besides &&
            sim_network_tie_find(ties, COOP_TIE_COOPERATION, other, partner) != SIM_NETWORK_NONE)
            return true;
    }
    return false;
}

double coop_effects_closure(const sim_world_t *world, uint32_t d, uint32_t i) {
    const coop_state_t *s = coop_state(world);
    const sim_network_ties_t *ties = world->ties;
    uint32_t agent = coop_population(world)->n_donors + i, bonded = 0, left = s->partner.n_ties[i];
    for (uint32_t k = ties->n_live[COOP_TIE_COOPERATION]; k-- > 0 && left > 0;) {
        uint32_t tie = ties->live[COOP_TIE_COOPERATION][k], other = ties->donor[tie];
        if (ties->partner[tie] != agent)
            continue;
        left--;
        bonded += other != d && (s->donor.plant_keeper[other] == s->donor.plant_keeper[d] ||
                                 share_a_partner(world, d, other, agent));
    }
    return bonded ? sim_math_log1p(bonded) : 0;
}

static double closure(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_effects_closure(world, pair->donor, pair->partner);
}

static double asked(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world;
    return pair->source == COOP_SOURCE_REQUEST;
}

/* ---- distance (M22) ---- */

/* Of a cooperative that was founded in the run no place is known: none. */
static double distance(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_population_t *pop = coop_population(world);
    const sim_record_agent_t *a = &pop->agent[pair->donor],
                             *b = &pop->agent[pop->n_donors + pair->partner];
    const double degree = 3.14159265358979323846 / 180, earth = 6.371; /* thousand km */
    if (isnan(a->lat))
        return 0;
    double dy = sim_math_sin((b->lat - a->lat) * degree / 2),
           dx = sim_math_sin((b->lon - a->lon) * degree / 2);
    double h = dy * dy + sim_math_cos(a->lat * degree) * sim_math_cos(b->lat * degree) * dx * dx;
    return 2 * earth * sim_math_asin(sqrt(coop_min(1, h)));
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
           sim_math_log10(coop_max(pop->partner_population[pair->partner], 1e5) / 1e5);
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

static double capacity(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->partner.capacity[pair->partner];
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

static double weighed(const sim_world_t *world, const coop_effect_t *effect,
                      const coop_pair_t *pair) {
    double weight;
    memcpy(&weight, (const char *)coop_params(world) + effect->weight, sizeof weight);
    return weight != 0 ? weight * effect->statistic(world, pair) : 0;
}

double coop_effects_worth(const sim_world_t *world, int side, int function,
                          const coop_pair_t *pair) {
    double worth = 0;
    for (const coop_effect_t *effect = coop_effect_table; effect->name; effect++)
        if (effect->side == side &&
            (effect->function == COOP_FUNCTION_EVALUATION || effect->function == function))
            worth += weighed(world, effect, pair);
    return worth;
}

double coop_effects_motives(const sim_world_t *world, const coop_pair_t *pair) {
    const size_t first = offsetof(coop_params_t, motives);
    double gain = 0;
    for (const coop_effect_t *effect = coop_effect_table; effect->name; effect++)
        if (effect->weight >= first && effect->weight < first + sizeof(coop_motives_params_t))
            gain += weighed(world, effect, pair);
    return gain;
}
