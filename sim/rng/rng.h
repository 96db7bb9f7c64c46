/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness is a function, not a state: a draw depends on seed, replicate, purpose, step,
 * one or two entities, and an index, and on nothing else. Philox4x32-10 (Salmon et al.
 * 2011, doi:10.1145/2063384.2063405) through Random123. Whoever asks first, on whatever
 * thread, gets the same number; a policy that is switched on moves only draws it touches.
 *
 * A draw about one entity passes b = 0; a draw about a pair passes both, in a fixed
 * order (donor, partner). Two decisions never share a purpose. */
#ifndef SIM_RNG_RNG_H
#define SIM_RNG_RNG_H

#include <Random123/philox.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Written into every results file; raise it when a change moves draws. */
#define SIM_RNG_VERSION "philox4x32-10/1"

/* Purposes 0..SIM_RNG_PURPOSE_MODEL-1 belong to the engine. */
enum {
    SIM_RNG_PURPOSE_GRAPH = 0,
    SIM_RNG_PURPOSE_TEST = 1,
    SIM_RNG_PURPOSE_DESIGN_UNIT = 2,    /* place of a point of a random design */
    SIM_RNG_PURPOSE_DESIGN_STRATUM = 3, /* shuffle of the strata of a Latin hypercube */
    SIM_RNG_PURPOSE_DESIGN_OFFSET = 4,  /* place in a stratum */
    SIM_RNG_PURPOSE_DESIGN_SHIFT = 5,   /* digital shift of a Sobol sequence */
    SIM_RNG_PURPOSE_DESIGN_START = 6,   /* where a Morris trajectory begins */
    SIM_RNG_PURPOSE_DESIGN_ORDER = 7,   /* in which order it moves */
    SIM_RNG_PURPOSE_MODEL = 16
};

typedef struct {
    uint32_t word[2];
} sim_rng_key_t;

typedef struct {
    uint32_t word[4];
} sim_rng_block_t;

/* All draws of one purpose at one step. Cheap: make it where it is needed. */
typedef struct {
    sim_rng_key_t key;
    uint32_t purpose; /* < 65536 */
    uint32_t step;
} sim_rng_t;

/* The key of a replicate: seed and replicate mixed by SplitMix64. */
sim_rng_key_t sim_rng_key(uint64_t seed, uint32_t replicate);

static inline sim_rng_t sim_rng_at(sim_rng_key_t key, uint32_t purpose, uint32_t step) {
    return (sim_rng_t){key, purpose, step};
}

/* Four words, uniform on 32 bits; index < 65536 numbers further blocks of the same draw. */
static inline sim_rng_block_t sim_rng_block(const sim_rng_t *rng, uint32_t a, uint32_t b,
                                            uint32_t index) {
    philox4x32_ctr_t counter = {{a, b, rng->step, rng->purpose << 16 | (index & 0xffffU)}};
    philox4x32_key_t key = {{rng->key.word[0], rng->key.word[1]}};
    counter = philox4x32_R(10, counter, key);
    return (sim_rng_block_t){{counter.v[0], counter.v[1], counter.v[2], counter.v[3]}};
}

/* Two words as a double in the open interval (0, 1), 53 bits, never 0 or 1. */
static inline double sim_rng_unit(uint32_t high, uint32_t low) {
    uint64_t bits = ((uint64_t)high << 32 | low) >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}

static inline double sim_rng_uniform(const sim_rng_t *rng, uint32_t a, uint32_t b) {
    sim_rng_block_t block = sim_rng_block(rng, a, b, 0);
    return sim_rng_unit(block.word[0], block.word[1]);
}

/* True with probability p; p <= 0 never, p >= 1 always. */
static inline bool sim_rng_chance(const sim_rng_t *rng, uint32_t a, uint32_t b, double p) {
    return sim_rng_uniform(rng, a, b) < p;
}

/* A word spread over 0..n-1 (Lemire's multiply-shift, bias below n/2^32). */
static inline uint32_t sim_rng_scale(uint32_t word, uint32_t n) {
    return (uint32_t)(((uint64_t)word * n) >> 32);
}

static inline uint32_t sim_rng_below(const sim_rng_t *rng, uint32_t a, uint32_t b, uint32_t n) {
    return sim_rng_scale(sim_rng_block(rng, a, b, 0).word[0], n);
}

/* A probability as a threshold: word < threshold has probability p to within 2^-32. */
uint32_t sim_rng_threshold(double p);

/* Words 0 and 1 of the blocks of entities first .. first+n-1 (b = 0, index 0): the same
 * numbers as sim_rng_block, many at a time. `high` and `low` hold n words each. */
void sim_rng_fill(const sim_rng_t *rng, uint32_t first, size_t n, uint32_t *restrict high,
                  uint32_t *restrict low);

/* Continuous distributions of one pair of words each, by inversion; see rng.c. */
double sim_rng_exponential(const sim_rng_t *rng, uint32_t a, uint32_t b); /* mean 1 */
double sim_rng_normal(const sim_rng_t *rng, uint32_t a, uint32_t b);      /* mean 0, sd 1 */
double sim_rng_gumbel(const sim_rng_t *rng, uint32_t a, uint32_t b);      /* location 0, scale 1 */

/* Distributions from GSL (gsl_microrng.h), where they are not hot. alpha, beta > 0; mean >= 0. */
double sim_rng_beta(const sim_rng_t *rng, uint32_t a, uint32_t b, double alpha, double beta);
double sim_rng_gamma(const sim_rng_t *rng, uint32_t a, uint32_t b, double shape, double scale);
uint32_t sim_rng_poisson(const sim_rng_t *rng, uint32_t a, uint32_t b, double mean);

#endif
