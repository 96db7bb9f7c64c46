/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statistics of the effects (effects.h). What a donor wants of a partner: its need, others'
 * company, what the head cares for, and the motives of M17 (Nakamura et al. 2011; S); what a
 * partner wants of a donor. */
#include "models/cooperation/effects.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* ---- the match ---- */

static inline double match(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_state_t *s = coop_state(world);
    return s->donor.knowhow[pair->sector][pair->donor] *
           s->partner.need[pair->sector][pair->partner];
}

static inline double gap(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_state_t *s = coop_state(world);
    return coop_max(0, s->donor.knowhow[pair->sector][pair->donor] -
                           s->partner.capacity[pair->partner]);
}

/* ---- the company of others (M23) ---- */

/* A tie that is kept does not count itself. */
static inline double popularity(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_log1p(world,
                      coop_state(world)->partner.n_ties[pair->partner] - (uint32_t)pair->tied);
}

/* ---- donor and circumstances ---- */

static inline double priority(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->donor.priority[pair->donor];
}

static inline double strength(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world;
    return pair->strength;
}

static inline double fundable(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_funding_any(world, pair->donor, pair->partner);
}

/* ---- motives (M17) ---- */

static inline double transboundary(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_population(world)->region[pair->partner] == COOP_REGION_NORTHEAST_ASIA;
}

static inline double business(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_population_t *pop = coop_population(world);
    return coop_state(world)->donor.industry[pair->donor] * pop->market[pair->partner];
}

static inline double sharing(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->donor.industry[pair->donor] *
           coop_state(world)->partner.need[COOP_SECTOR_AIR][pair->partner];
}

/* M11: the young are taught abroad; the more of them there are, and plants to learn in, the more.
 */
static inline double staff_use(const sim_world_t *world, const coop_pair_t *pair) {
    const coop_donor_t *donor = &coop_state(world)->donor;
    uint32_t d = pair->donor;
    double staff = donor->junior[d] + donor->senior[d];
    bool keeps = donor->plants[d] && donor->plant_keeper[d] == d;
    return keeps && staff > 0 ? donor->junior[d] / staff : 0;
}

static inline double recognition(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->donor.reputation[pair->donor];
}

/* ---- what is there ---- */

static inline double one(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world, (void)pair;
    return 1;
}

static inline double trust(const sim_world_t *world, const coop_pair_t *pair) {
    (void)world;
    return pair->trust;
}

/* ---- the partner ---- */

static inline double need(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->partner.need[pair->sector][pair->partner];
}

static inline double interest(const sim_world_t *world, const coop_pair_t *pair) {
    return coop_state(world)->partner.interest[pair->partner];
}

static inline double capacity(const sim_world_t *world, const coop_pair_t *pair) {
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

/* ---- sums ---- */

typedef double statistic_t(const sim_world_t *world, const coop_pair_t *pair);

/* Takes longer to find than all others together; 0 or 1. */
static inline bool is_slow(statistic_t *statistic) {
    return statistic == fundable;
}

/* The rows of a side and function as straight code, in the order of the table; `at_most`: with a
 * bound in place of what is slow. */
static inline __attribute__((always_inline)) double
worth_of(const sim_world_t *world, int side, int function, bool at_most, const coop_pair_t *pair) {
    const coop_params_t *p = coop_params(world);
    double worth = 0;
#define EFFECT(SIDE, FUNCTION, STATISTIC, WEIGHT, MECHANISM, DOC)                                  \
    if (COOP_SIDE_##SIDE != side || (COOP_FUNCTION_##FUNCTION != COOP_FUNCTION_EVALUATION &&       \
                                     COOP_FUNCTION_##FUNCTION != function))                        \
        ; /* another sum's */                                                                      \
    else if (at_most && is_slow(STATISTIC))                                                        \
        worth += coop_max(0, p->WEIGHT);                                                           \
    else if (!is_slow(STATISTIC) || p->WEIGHT != 0)                                                \
        worth += p->WEIGHT * STATISTIC(world, pair);
#include "models/cooperation/effects.def"
#undef EFFECT
    return worth;
}

double coop_effects_worth(const sim_world_t *world, int side, int function,
                          const coop_pair_t *pair) {
    if (side == COOP_SIDE_PARTNER)
        return worth_of(world, COOP_SIDE_PARTNER, COOP_FUNCTION_CREATION, false, pair);
    return function == COOP_FUNCTION_CREATION
               ? worth_of(world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, false, pair)
               : worth_of(world, COOP_SIDE_DONOR, COOP_FUNCTION_ENDOWMENT, false, pair);
}

double coop_effects_creation_at_most(const sim_world_t *world, const coop_pair_t *pair) {
    return worth_of(world, COOP_SIDE_DONOR, COOP_FUNCTION_CREATION, true, pair);
}

double coop_effects_motives(const sim_world_t *world, const coop_pair_t *pair) {
    const size_t first = offsetof(coop_params_t, motives);
    const coop_params_t *p = coop_params(world);
    double gain = 0;
#define EFFECT(SIDE, FUNCTION, STATISTIC, WEIGHT, MECHANISM, DOC)                                  \
    if (offsetof(coop_params_t, WEIGHT) >= first &&                                                \
        offsetof(coop_params_t, WEIGHT) < first + sizeof(coop_motives_params_t))                   \
        gain += p->WEIGHT != 0 ? p->WEIGHT * STATISTIC(world, pair) : 0;
#include "models/cooperation/effects.def"
#undef EFFECT
    return gain;
}
