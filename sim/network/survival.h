/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long ties last: Kaplan & Meier (1958) over the spells of a kind, by age in steps. A tie that
 * is alive when the run stops is censored at the age it has then, and one that goes on as another
 * (a conversion) at the age at which it does. */
#ifndef SIM_NETWORK_SURVIVAL_H
#define SIM_NETWORK_SURVIVAL_H

#include <stdint.h>

#include "sim/network/ties.h"

/* Which ties are followed, and how far: those of a kind and mode, to ages 0..horizon in steps, as
 * seen at step `now`, the last in which they could end: a later one would count the living as at
 * risk when they were not. conversions: as in sim_network_labels_t. */
typedef struct {
    uint8_t kind, mode;
    int32_t now, horizon;
    const uint8_t *conversions;
} sim_network_sample_t;

/* Ties that left the sample at one age: ended, or censored (alive then, and out of sight). */
typedef struct {
    uint32_t ended, censored;
} sim_network_exits_t;

/* Counts the exits at ages 0..horizon among the ties of the sample that were formed in the run.
 * Those that were there before have an unknown age or enter late, and are left out. exits: horizon
 * + 1 long. Returns the number of ties, exits beyond the horizon included. */
uint32_t sim_network_exits(const sim_network_ties_t *ties, const sim_network_sample_t *sample,
                           sim_network_exits_t *exits);

/* survival[age], age 0..horizon: probability to outlive the age. `n` ties are at risk at age 0;
 * those censored at an age count as at risk there. NaN beyond the greatest age observed, unless all
 * have ended by then; all NaN for n = 0. */
void sim_network_kaplan_meier(const sim_network_exits_t *exits, uint32_t n, int32_t horizon,
                              double *survival);

/* Area under survival over ages [0, horizon), in steps: the mean life within the horizon. NaN when
 * the curve is not known that far. */
double sim_network_restricted_mean(const double *survival, int32_t horizon);

#endif
