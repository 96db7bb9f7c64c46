/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statistics of the effects (effects.h). What a donor wants of a partner: its need, others'
 * company, what the head cares for, and the motives of M17 (Nakamura et al. 2011; S); what a
 * partner wants of a donor. */
#include "models/cooperation/ties/effects.h"
#include "models/cooperation/money/schemes.h"

#include <stddef.h>
#include <string.h>

const coop_effect_t coop_effect_table[] = {
#define EFFECT(SIDE, FUNCTION, NAME, STATISTIC, WEIGHT, MECHANISM, DOC)                            \
    {COOP_SIDE_##SIDE,                                                                             \
     COOP_FUNCTION_##FUNCTION,                                                                     \
     #NAME,                                                                                        \
     #WEIGHT,                                                                                      \
     MECHANISM,                                                                                    \
     DOC,                                                                                          \
     offsetof(coop_params_t, WEIGHT)},
#include "models/cooperation/ties/effects.def"
    {.name = NULL}};

const char *const coop_side_words[] = {"donor", "partner", NULL};
const char *const coop_function_words[] = {"evaluation", "creation", "endowment", NULL};

/* ---- sums ---- */

/* M11: the young are taught abroad, more where there are more of them and plants to learn in. */
static inline double staff_use(const coop_donor_t *donor, uint32_t d) {
    double staff = donor->junior[d] + donor->senior[d];
    bool keeps = donor->plants[d] && donor->plant_keeper[d] == d;
    return keeps && staff > 0 ? donor->junior[d] / staff : 0;
}

/* What the statistics name. */
#define THE_PAIR                                                                                   \
    const coop_params_t *p = coop_params(world);                                                   \
    const coop_population_t *pop = coop_population(world);                                         \
    const coop_donor_t *of_donor = &coop_state(world)->donor;                                      \
    const coop_partner_t *of_partner = &coop_state(world)->partner;                                \
    const uint32_t d = pair->donor, i = pair->partner;                                             \
    const int sector = pair->sector;

/* Whether a row is of `side` and of evaluation or `function`. */
#define COUNTS(SIDE, FUNCTION)                                                                     \
    (COOP_SIDE_##SIDE == side && (COOP_FUNCTION_##FUNCTION == COOP_FUNCTION_EVALUATION ||          \
                                  COOP_FUNCTION_##FUNCTION == function))

size_t coop_effects_statistics(const sim_world_t *world, int side, int function,
                               const coop_pair_t *pair, double *statistic) {
    THE_PAIR
    size_t n = 0;
    (void)p;
#define EFFECT(SIDE, FUNCTION, NAME, STATISTIC, WEIGHT, MECHANISM, DOC)                            \
    if (COUNTS(SIDE, FUNCTION))                                                                    \
        statistic[n++] = (STATISTIC);
#include "models/cooperation/ties/effects.def"
    return n;
}

/* The rows of a side and function as straight code, in the order of the table; `at_most`: with a
 * bound in place of what is slow. */
static inline __attribute__((always_inline)) double
worth_of(const sim_world_t *world, int side, int function, bool at_most, const coop_pair_t *pair) {
    THE_PAIR
    double worth = 0;
#define EFFECT(SIDE, FUNCTION, NAME, STATISTIC, WEIGHT, MECHANISM, DOC)                            \
    if (COUNTS(SIDE, FUNCTION))                                                                    \
        worth += p->WEIGHT * (STATISTIC);
#define SLOW_EFFECT(SIDE, FUNCTION, NAME, STATISTIC, WEIGHT, MECHANISM, DOC)                       \
    if (COUNTS(SIDE, FUNCTION) && at_most)                                                         \
        worth += coop_max(0, p->WEIGHT);                                                           \
    else if (COUNTS(SIDE, FUNCTION) && p->WEIGHT != 0)                                             \
        worth += p->WEIGHT * (STATISTIC);
#include "models/cooperation/ties/effects.def"
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
    THE_PAIR
    double gain = 0;
#define EFFECT(SIDE, FUNCTION, NAME, STATISTIC, WEIGHT, MECHANISM, DOC)                            \
    if (offsetof(coop_params_t, WEIGHT) >= first &&                                                \
        offsetof(coop_params_t, WEIGHT) < first + sizeof(coop_motives_params_t))                   \
        gain += p->WEIGHT != 0 ? p->WEIGHT * (STATISTIC) : 0;
#include "models/cooperation/ties/effects.def"
    return gain;
}
