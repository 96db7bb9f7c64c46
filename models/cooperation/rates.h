/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From rates to chances: parameters are rates or hazards per year, a step or a year asks whether
 * what comes at such a rate has come. */
#ifndef COOPERATION_RATES_H
#define COOPERATION_RATES_H

#include "models/cooperation/words.h"

/* Chance that something comes within the time in which `expected` of it are expected: a rate per
 * year, for a year. */
static inline double coop_chance(double expected) {
    return -sim_math_expm1(-expected);
}
/* The same within one step, of something with a yearly rate. */
static inline double coop_step_probability(const sim_world_t *world, double rate) {
    return coop_chance(rate / world->clock.steps_per_year);
}

#endif
