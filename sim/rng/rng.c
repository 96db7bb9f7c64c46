/* SPDX-License-Identifier: GPL-3.0-or-later */
#define SIM_RNG_DOUBTS(draw, p) (!((p) >= 0 && (p) <= 1)) /* also of what is no number */
#define SIM_RNG_INLINE extern inline
#include "sim/rng/rng.h"

#include <math.h>

#include "sim/rng/math.h"

static uint64_t split_mix(uint64_t *state) {
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

sim_rng_key_t sim_rng_key(uint64_t seed, uint32_t replicate) {
    /* The seed is mixed before the replicate is added: else seed s, replicate r and seed
     * s + 1, replicate r - 1 could meet. For one seed, replicates have different keys, since
     * the mixer is a bijection of 64 bits. */
    uint64_t state = split_mix(&seed) ^ replicate;
    uint64_t key = split_mix(&state);
    return (sim_rng_key_t){{(uint32_t)(key >> 32), (uint32_t)key}};
}

sim_rng_key_t sim_rng_stream(sim_rng_key_t key, uint64_t stream) {
    if (stream == 0)
        return key;
    /* Both are mixed before they meet, so that no stream of one replicate is another's. For one key
     * streams have different keys, as above. */
    uint64_t own = (uint64_t)key.word[0] << 32 | key.word[1];
    uint64_t state = split_mix(&own) ^ split_mix(&stream);
    uint64_t mixed = split_mix(&state);
    return (sim_rng_key_t){{(uint32_t)(mixed >> 32), (uint32_t)mixed}};
}

uint32_t sim_rng_threshold(double p) {
    double words = p * 0x1p32;
    if (!(words > 0.0))
        return 0;
    return words >= 0x1p32 ? UINT32_MAX : (uint32_t)words;
}

double sim_rng_exponential_at(double u) {
    return -sim_math_log(u);
}

double sim_rng_normal_at(double u) {
    return sim_math_normal_quantile(u);
}

double sim_rng_gumbel_at(double u) {
    return -sim_math_log(-sim_math_log(u));
}
