/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions from one uniform number: whether something that comes at a rate has come, how often,
 * and which of many by cumulative weights. */
#ifndef SIM_RNG_RATES_H
#define SIM_RNG_RATES_H

#include "sim/model.h"

/* Whether u < 1 - exp(-x), for x >= 0: whether of what is expected x times something has come.
 * Bounds on both sides nearly always tell. */
bool sim_rng_occurs(double u, double x);
/* Arrivals of a Poisson process of the given mean, `most` at most; none when u >= 1 - exp(-mean).
 */
uint32_t sim_rng_arrivals(double u, double mean, uint32_t most);
/* The first of n > 0 places whose cumulative weight is above the target; the last if none is. */
uint32_t sim_rng_place(const double *cumulative, uint32_t n, double target);

#endif
