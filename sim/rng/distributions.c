/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL's distributions on a cursor. What GSL asks for words is a struct of the caller, nothing is
 * shared; it takes whole blocks, each from its last word to its first. */
#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>

#include "sim/rng/rng.h"

typedef struct {
    sim_rng_draw_t *draw;
    sim_rng_block_t block;
    uint32_t left; /* words of it */
} source_t;

static unsigned long next_word(void *state) {
    source_t *source = state;
    sim_rng_draw_t *draw = source->draw;
    if (source->left == 0) {
        uint32_t index = (draw->next + 3) / 4; /* what is left of a block that was begun is lost */
        source->block = sim_rng_philox(&draw->rng, draw->a, draw->b, index);
        draw->next = 4 * (index + 1);
        source->left = 4;
    }
    return source->block.word[--source->left];
}

static double next_unit(void *state) {
    return (double)next_word(state) / 0x1p32;
}

static void seed(void *state, unsigned long value) {
    (void)state, (void)value;
}

static const gsl_rng_type type = {"cursor", UINT32_MAX, 0,        sizeof(source_t),
                                  seed,     next_word,  next_unit};

double sim_rng_beta(sim_rng_draw_t *draw, double alpha, double beta) {
    source_t source = {.draw = draw};
    if (!(alpha >= 1e-300 && beta >= 1e-300 && isfinite(alpha + beta))) /* else 0 / 0 */
        GSL_ERROR_VAL("both parameters of a beta distribution must lie above 0", GSL_EDOM, NAN);
    return gsl_ran_beta(&(gsl_rng){&type, &source}, alpha, beta);
}

double sim_rng_gamma(sim_rng_draw_t *draw, double shape, double scale) {
    source_t source = {.draw = draw};
    if (!(shape > 0 && scale >= 0 && shape <= 1e150 && scale <= 1e150)) /* else infinite */
        GSL_ERROR_VAL("a gamma distribution needs a shape above 0 and a scale of 0 or more",
                      GSL_EDOM, NAN);
    return gsl_ran_gamma(&(gsl_rng){&type, &source}, shape, scale);
}

uint32_t sim_rng_poisson(sim_rng_draw_t *draw, double mean) {
    source_t source = {.draw = draw};
    if (!(mean >= 0 && mean <= 1e9)) /* a count is 32 bits */
        GSL_ERROR_VAL("the mean of a Poisson distribution must lie between 0 and 1e9", GSL_EDOM, 0);
    return gsl_ran_poisson(&(gsl_rng){&type, &source}, mean);
}
