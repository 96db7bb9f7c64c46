/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cursors, and blocks, have been made: a decision that is drawn from two cursors, or two
 * decisions with one purpose and the same entities, get the same numbers without a trace. */
#ifndef SIM_RNG_WATCH_H
#define SIM_RNG_WATCH_H

#include <Random123/philox.h>

#include "sim/rng/rng.h"

/* Caller-owned, zeroed before its first use; for one thread. */
typedef struct sim_rng_watch {
    philox4x32_ctr_t *taken; /* an open hash table of `room` places, a power of 2 */
    uint8_t *full;
    size_t room, count;
    philox4x32_ctr_t twice; /* the first that was taken twice, if there is any */
    bool any, no_memory;
} sim_rng_watch_t;

void sim_rng_watch_clear(sim_rng_watch_t *watch);
void sim_rng_watch_free(sim_rng_watch_t *watch);

#endif
