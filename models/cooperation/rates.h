/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From rates to chances: parameters are rates or hazards per year, a step or a year asks whether
 * what comes at such a rate has come. */
#pragma once
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

/* Factor of a series from outside so many years after its last known one, of which each has a
 * declared continuation (COOP_AFTER_...): no result may hang on where it ends. Slope per year. */
static inline double coop_series_after(int after, double slope, double years) {
    return years > 0 && after == COOP_AFTER_TREND ? sim_math_exp(slope * years) : 1;
}
