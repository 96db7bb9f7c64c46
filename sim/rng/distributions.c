/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL's distributions on keyed draws. The adapter counts its blocks in the low bits of the
 * counter's last word, which is the index part of ours: the words are those of
 * sim_rng_block(rng, a, b, 0), (1), ... A draw takes a handful of the 65536 blocks, so that it
 * never reaches another purpose. The generator is a struct of the caller, nothing is shared. */
#include <Random123/gsl_microrng.h>
#include <gsl/gsl_randist.h>

#include "sim/rng/rng.h"

/* Conversions inside the library's macro are meant. Of what it makes, the file-scope pointer
 * gsl_rng_sim_rng_philox is neither used nor changed. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
GSL_MICRORNG(sim_rng_philox, philox4x32);
#pragma GCC diagnostic pop

static gsl_rng generator(const sim_rng_t *rng, uint32_t a, uint32_t b,
                         sim_rng_philox_state *state) {
    gsl_rng made = {&sim_rng_philox_type, state};
    philox4x32_ctr_t counter = {{a, b, rng->step, rng->purpose << 16}};
    philox4x32_key_t key = {{rng->key.word[0], rng->key.word[1]}};
    sim_rng_philox_reset(&made, counter, key);
    return made;
}

double sim_rng_beta(const sim_rng_t *rng, uint32_t a, uint32_t b, double alpha, double beta) {
    sim_rng_philox_state state;
    gsl_rng made = generator(rng, a, b, &state);
    return gsl_ran_beta(&made, alpha, beta);
}

double sim_rng_gamma(const sim_rng_t *rng, uint32_t a, uint32_t b, double shape, double scale) {
    sim_rng_philox_state state;
    gsl_rng made = generator(rng, a, b, &state);
    return gsl_ran_gamma(&made, shape, scale);
}

uint32_t sim_rng_poisson(const sim_rng_t *rng, uint32_t a, uint32_t b, double mean) {
    sim_rng_philox_state state;
    gsl_rng made = generator(rng, a, b, &state);
    return gsl_ran_poisson(&made, mean);
}
