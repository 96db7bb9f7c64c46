/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with the draws of a world. Always: the arguments of a call. Where it takes notes,
 * also which cursors, and blocks, have been made: a decision that is drawn from two cursors, or two
 * decisions with one purpose and the same entities, get the same numbers without a trace. */
#ifndef SIM_RNG_WATCH_H
#define SIM_RNG_WATCH_H

#include <Random123/philox.h>

#include "sim/rng/rng.h"

/* A call whose arguments mean nothing: what it was given, and what is allowed. */
typedef struct {
    const char *given,
        *allowed; /* "sim_rng_below() got a number of", "it must be ..."; NULL: none */
    double value;
    uint32_t purpose, a, b;
} sim_rng_fault_t;

/* Caller-owned, zeroed before its first use. Faults may come from any thread, notes from one. */
typedef struct sim_rng_watch {
    sim_rng_fault_t fault; /* the one of the lowest purpose, a, b, whatever the threads */
    bool notes;
    philox4x32_ctr_t *taken; /* an open hash table of `room` places, a power of 2 */
    uint8_t *full;
    size_t room, count;
    philox4x32_ctr_t twice; /* the first that was taken twice, if there is any */
    bool any, no_memory;
} sim_rng_watch_t;

/* Whether notes are taken of the draws of this purpose: asked before a loop, not in it. */
static inline bool sim_rng_noted(const sim_rng_t *rng) {
    return rng->watch && rng->watch->notes;
}

void sim_rng_watch_clear(sim_rng_watch_t *watch);
void sim_rng_watch_free(sim_rng_watch_t *watch);

#endif
