/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Philox4x32-10 on many counters at a time, by the widest instructions that the processor has. */
#ifndef SIM_RNG_LANES_H
#define SIM_RNG_LANES_H

#include "sim/rng/rng.h"

enum { SIM_RNG_LANES = 32 };

/* The blocks of counters {a[l], b[l], step, purpose << 16 | index}, word by word, for l < n at
 * least; all of a and b can be read; index < 65536. */
typedef void sim_rng_lanes_t(const sim_rng_t *rng, uint32_t index, const uint32_t a[SIM_RNG_LANES],
                             const uint32_t b[SIM_RNG_LANES], size_t n,
                             uint32_t word[4][SIM_RNG_LANES]);

/* All that this build has, the plain one first, the fastest last: the same numbers from each. NULL
 * where the processor cannot run it. */
enum { SIM_RNG_LANES_VARIANTS = 3 };
sim_rng_lanes_t *sim_rng_lanes_variant(int variant);

/* The fastest. */
sim_rng_lanes_t *sim_rng_lanes(void);

#endif
