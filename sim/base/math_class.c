/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The C library picks variants of its functions by the processor (and by GLIBC_TUNABLES), which
 * may differ in the last bit of one result in thousands. Asking the processor what it can do tells
 * nothing of what was picked, so the functions themselves are asked. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/identity.h"

enum { HARD = 4, EASY = 60, EACH = HARD + EASY, DRAWS = 16 };

static double power(double x) {
    return pow(x, 0.37);
}

/* The functions that the engine, the models and GSL's samplers call. Their hard arguments lie so
 * close to the middle between two doubles that variants with and without fused multiply-add (of
 * glibc 2.36) round to different sides. The other arguments are spread evenly up to `most`. */
static const struct {
    double (*function)(double);
    double most, hard[HARD];
} table[] = {
    {exp,
     9,
     {0x1.03b18e4022e7cp+3, 0x1.1dcdf89c1005p+3, 0x1.f248fa5b875d1p+2, 0x1.cb0bc73e10138p+1}},
    {log,
     9,
     {0x1.1f7feaf4ee7e8p+0, 0x1.cceeffc61820bp-1, 0x1.1f71b94a7de22p+2, 0x1.ce487b2d3d3e4p+0}},
    {power,
     9,
     {0x1.6ed7505a426b5p+0, 0x1.47e79e398d8e5p-1, 0x1.453d468cff9a6p+1, 0x1.e355f855d683dp+0}},
    {sin,
     6,
     {0x1.5dd646246334cp+2, 0x1.7086949ea5518p+2, 0x1.f4d8a3ba135dap+0, 0x1.74d499e0bdd0ap-2}},
    {cos,
     6,
     {0x1.f2c7c9737acc8p+1, 0x1.2a315d43d2158p+0, 0x1.1c633f43f2686p+0, 0x1.2eac2a6366227p+1}},
    {asin,
     1,
     {0x1.757bf41cd5e6ap-3, 0x1.3a77e20bbd63ap-3, 0x1.fe46bfcc10131p-2, 0x1.c7c935d8fa252p-1}},
    {expm1,
     1,
     {0x1.eaab5eacf439p-1, 0x1.bfef886fe7fc6p-3, 0x1.4b0abb40f8947p-2, 0x1.35ef0bf4ab297p-2}},
    {log1p,
     1,
     {0x1.899ad95467fb6p-3, 0x1.846f809fbd717p-2, 0x1.42ecb7365b2d8p-1, 0x1.1a2c7643ebf33p-2}},
    {log10,
     9,
     {0x1.1f7feaf4ee7e8p+0, 0x1.cceeffc61820bp-1, 0x1.da0e00e991e83p+1, 0x1.a98b96655f656p+1}},
};
enum { FUNCTIONS = sizeof table / sizeof *table };

/* ---- numbers for GSL's samplers ---- */

static unsigned long word(void *state) {
    uint64_t *s = state;
    *s = *s * 6364136223846793005u + 1442695040888963407u;
    return (unsigned long)(*s >> 32);
}

static double uniform(void *state) {
    return ((double)word(state) + 0.5) * 0x1p-32;
}

static size_t draw(double *out) {
    static const gsl_rng_type type = {"probe", UINT32_MAX, 0,      sizeof(uint64_t),
                                      NULL,    word,       uniform};
    uint64_t state = 12;
    const gsl_rng rng = {&type, &state};
    size_t n = 0;
    for (int i = 0; i < DRAWS; i++) {
        out[n++] = gsl_ran_gamma(&rng, 0.7, 1);
        out[n++] = gsl_ran_gamma(&rng, 3.3, 1);
        out[n++] = gsl_ran_beta(&rng, 2, 0.6);
        out[n++] = (double)gsl_ran_poisson(&rng, 40);
    }
    return n;
}

/* ---- all ---- */

/* Which variant exp() is, by its first hard argument: with fused multiply-add or without. */
static const char *kind(double exp_of_hard) {
    return exp_of_hard == 0x1.a235a81e5c85fp+11   ? "fma "
           : exp_of_hard == 0x1.a235a81e5c860p+11 ? "plain "
                                                  : "";
}

void sim_base_math_class(char text[SIM_BASE_MATH_CLASS]) {
    double value[FUNCTIONS * EACH + 4 * DRAWS + 1];
    volatile double x; /* so that the compiler does not compute it */
    size_t n = 0;
    for (size_t f = 0; f < FUNCTIONS; f++)
        for (int i = 0; i < EACH; i++) {
            x = i < HARD ? table[f].hard[i] : table[f].most * (i - HARD + 0.37) / EASY;
            value[n++] = table[f].function(x);
        }
    x = 0x1p-1060; /* is zero where small numbers are flushed */
    value[n++] = x * 0.75;
    n += draw(value + n);
    snprintf(text, SIM_BASE_MATH_CLASS, "%s%016llx", kind(value[0]),
             (unsigned long long)XXH3_64bits(value, n * sizeof *value));
}
