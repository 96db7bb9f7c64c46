/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random123 leaves loops over counters scalar; here the rounds run over lanes side by side. A lane
 * is 64 bits wide: the product of two words is then one multiplication, whose halves need no
 * shuffling. Bits above a word are dirt that the next multiplication does not look at; compilers do
 * not see that, and multiply three times, so that it is said by name where it matters. */
#include "sim/rng/lanes.h"

#include <Random123/philox.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LANES = SIM_RNG_LANES, ROUNDS = 10 };

static void plain(const sim_rng_t *rng, uint32_t index, const uint32_t a[LANES],
                  const uint32_t b[LANES], size_t n, uint32_t word[4][LANES]) {
    for (uint32_t l = 0; l < n; l++) {
        uint64_t c0 = a[l], c1 = b[l], c2 = rng->step, c3 = rng->purpose << 16 | index;
        uint32_t k0 = rng->key.word[0], k1 = rng->key.word[1];
        for (int r = 0; r < ROUNDS; r++, k0 += PHILOX_W32_0, k1 += PHILOX_W32_1) {
            uint64_t p0 = (c0 & 0xffffffffU) * (uint64_t)PHILOX_M4x32_0;
            uint64_t p1 = (c2 & 0xffffffffU) * (uint64_t)PHILOX_M4x32_1;
            c0 = p1 >> 32 ^ c1 ^ k0;
            c2 = p0 >> 32 ^ c3 ^ k1;
            c1 = p1;
            c3 = p0;
        }
        word[0][l] = (uint32_t)c0;
        word[1][l] = (uint32_t)c1;
        word[2][l] = (uint32_t)c2;
        word[3][l] = (uint32_t)c3;
    }
}

#if defined(__x86_64__)

/* The same, `bytes` of lanes at a time. */
#define ROUNDS_OF(name, instructions, bytes, register_t, multiply)                                 \
    typedef uint64_t name##_wide __attribute__((vector_size(bytes)));                              \
    typedef uint32_t name##_half __attribute__((vector_size((bytes) / 2)));                        \
    __attribute__((target(instructions))) static void name(                                        \
        const sim_rng_t *rng, uint32_t index, const uint32_t a[LANES], const uint32_t b[LANES],    \
        size_t n, uint32_t word[4][LANES]) {                                                       \
        const name##_wide zero = {0}, m0 = zero + PHILOX_M4x32_0, m1 = zero + PHILOX_M4x32_1;      \
        for (uint32_t l = 0; l < n; l += (bytes) / 8) {                                            \
            uint32_t k0 = rng->key.word[0], k1 = rng->key.word[1];                                 \
            name##_half half, other;                                                               \
            memcpy(&half, a + l, sizeof half);                                                     \
            memcpy(&other, b + l, sizeof other);                                                   \
            name##_wide c[4] = {__builtin_convertvector(half, name##_wide),                        \
                                __builtin_convertvector(other, name##_wide), zero + rng->step,     \
                                zero + (uint64_t)(rng->purpose << 16 | index)};                    \
            for (int r = 0; r < ROUNDS; r++, k0 += PHILOX_W32_0, k1 += PHILOX_W32_1) {             \
                name##_wide p0 = (name##_wide)multiply((register_t)c[0], (register_t)m0);          \
                name##_wide p1 = (name##_wide)multiply((register_t)c[2], (register_t)m1);          \
                c[0] = (p1 >> 32) ^ c[1] ^ (zero + k0);                                            \
                c[2] = (p0 >> 32) ^ c[3] ^ (zero + k1);                                            \
                c[1] = p1;                                                                         \
                c[3] = p0;                                                                         \
            }                                                                                      \
            for (int w = 0; w < 4; w++) {                                                          \
                half = __builtin_convertvector(c[w], name##_half);                                 \
                memcpy(word[w] + l, &half, sizeof half);                                           \
            }                                                                                      \
        }                                                                                          \
    }

ROUNDS_OF(four, "avx2", 32, __m256i, _mm256_mul_epu32)
ROUNDS_OF(eight, "avx512f", 64, __m512i, _mm512_mul_epu32)

sim_rng_lanes_t *sim_rng_lanes_variant(int variant) {
    if (variant == 2)
        return __builtin_cpu_supports("avx512f") ? eight : NULL;
    if (variant == 1)
        return __builtin_cpu_supports("avx2") ? four : NULL;
    return plain;
}

#else

sim_rng_lanes_t *sim_rng_lanes_variant(int variant) {
    return variant ? NULL : plain;
}

#endif

sim_rng_lanes_t *sim_rng_lanes(void) {
    int variant = SIM_RNG_LANES_VARIANTS - 1;
    while (!sim_rng_lanes_variant(variant))
        variant--;
    return sim_rng_lanes_variant(variant);
}
