/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints digests of what sim/rng computes: tests/cli/test_portable.py builds it with every
 * compiler, flag and kind of machine that it finds and compares. Needs no library but SLEEF. */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/rng/math.h"
#include "sim/rng/rng.h"

enum { DRAWS = 20000 };

/* The one function of GSL that is called: on arguments that cannot be. */
void gsl_error(const char *reason, const char *file, int line, int code) {
    fprintf(stderr, "%s:%d: %s (%d)\n", file, line, reason, code);
}

/* FNV-1a over the bits of numbers, from the lowest byte up. */
static uint64_t digest = UINT64_C(0xcbf29ce484222325);
static void take(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        digest = (digest ^ (bits >> 8 * i & 0xff)) * UINT64_C(0x100000001b3);
}

static void tell(const char *what) {
    printf("%s %016llx\n", what, (unsigned long long)digest);
    digest = UINT64_C(0xcbf29ce484222325);
}

static void functions(const sim_rng_t *rng) {
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(rng, i, 0);
        const double size[] = {1, 30, 1500, 1e300}, u = sim_rng_uniform(&draw),
                     x = size[i % 4] * (sim_rng_uniform(&draw) - 0.5), y = x < 0 ? -x : x;
        take(sim_math_log(y)), take(sim_math_log1p(y)), take(sim_math_log10(y));
        take(sim_math_log1p(-u)), take(sim_math_asin(u));
        take(sim_math_exp(x)), take(sim_math_expm1(x)), take(sim_math_pow(y, 8 * (u - 0.5)));
        if (y < 1e4)
            take(sim_math_sin(x)), take(sim_math_cos(x));
        take(sim_math_normal_quantile(u));
        if (i < 500)
            take(sim_math_student_quantile(u, 1 + i));
    }
    tell("functions");
}

static void distributions(const sim_rng_t *rng) {
    for (uint32_t i = 0; i < DRAWS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(rng, i, 1);
        const double shape = 0.05 + i % 97 / 9.0, other = 0.05 + i % 89 / 20.0;
        take(sim_rng_gamma(&draw, shape, 2)), take(sim_rng_beta(&draw, shape, other));
        take(sim_rng_beta(&draw, shape / 12, other / 5));
        take(sim_rng_poisson(&draw, shape)), take(sim_rng_poisson(&draw, 1e3 * shape));
        take(sim_rng_exponential(&draw)), take(sim_rng_normal(&draw)), take(sim_rng_gumbel(&draw));
        take(sim_rng_threshold(sim_math_exp(-shape)));
    }
    tell("distributions");
}

static void many(const sim_rng_t *rng) {
    uint32_t high[1000], low[1000];
    for (uint32_t first = 0; first < 50000; first += 1000) {
        sim_rng_fill(rng, first, 1000, high, low);
        for (uint32_t i = 0; i < 1000; i++)
            take(sim_rng_unit(high[i], low[i]));
    }
    tell("many");
}

int main(void) {
    const sim_rng_t rng = sim_rng_at(sim_rng_key(12, 7), SIM_RNG_PURPOSE_TEST, 3);
    char version[SIM_MATH_VERSION];
    sim_math_version(version);
    printf("%s\n", version);
    functions(&rng);
    distributions(&rng);
    many(&rng);
    return 0;
}
