/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 on many counters at a time, by the widest instructions that the processor has. */
#ifndef SIM_RNG_LANES_H
#define SIM_RNG_LANES_H

#include "sim/rng/rng.h"

enum { SIM_RNG_LANES = 32 };

/* The blocks of counters {entity[l], 0, step, purpose << 16}, word by word. */
typedef void sim_rng_lanes_t(const sim_rng_t *rng, const uint32_t entity[SIM_RNG_LANES],
                             uint32_t word[4][SIM_RNG_LANES]);

/* All that this build has, the plain one first, the fastest last: the same numbers from each. NULL
 * where the processor cannot run it. */
enum { SIM_RNG_LANES_VARIANTS = 3 };
sim_rng_lanes_t *sim_rng_lanes_variant(int variant);

/* The fastest. */
sim_rng_lanes_t *sim_rng_lanes(void);

#endif
