/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders, samples and choices among many. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/rng/math.h"
#include "sim/rng/rng.h"
#include "sim/rng/watch.h"

enum { WORDS = 4 /* of a block */ };

void sim_rng_shuffle(const sim_rng_t *rng, uint32_t a, uint32_t *item, uint32_t n) {
    const bool noted = sim_rng_noted(rng);
    sim_rng_block_t block = {{0}};
    for (uint32_t i = 1; i < n; i++) { /* item 0 stays, until another is put in its place */
        if (i == 1 || i % WORDS == 0) {
            block = sim_rng_philox(rng, a, i / WORDS, 0); /* not noted by itself */
            if (noted)
                sim_rng_note(rng, a, i / WORDS, 0);
        }
        uint32_t other = sim_rng_scale(block.word[i % WORDS], i + 1), moved = item[i];
        item[i] = item[other];
        item[other] = moved;
    }
}

static bool is_among(const uint32_t *chosen, uint32_t k, uint32_t number) {
    for (uint32_t i = 0; i < k; i++)
        if (chosen[i] == number)
            return true;
    return false;
}

/* A number of `n` that are fewer than `k`: every place of `chosen` is set, so that none is wild. */
static void sample_too_many(const sim_rng_draw_t *draw, uint32_t n, uint32_t *chosen, uint32_t k) {
    sim_rng_fail(draw,
                 n ? "sim_rng_sample() was to choose more than all of"
                   : "sim_rng_sample() was to choose some of",
                 n, "k must be at most n");
    memset(chosen, 0, k * sizeof *chosen);
}

void sim_rng_sample(sim_rng_draw_t *draw, uint32_t n, uint32_t *chosen, uint32_t k) {
    if (k > n) {
        sample_too_many(draw, n, chosen, k);
        return;
    }
    for (uint32_t i = 0, last = n - k; i < k; i++, last++) {
        uint32_t number = sim_rng_below(draw, last + 1);
        chosen[i] = is_among(chosen, i, number) ? last : number;
    }
}

/* Weights are laid end to end, and the place `at` falls on one of them. Rounding may leave it a
 * little above the sum of all: then it is the last one that can be chosen. */
typedef struct {
    double at, below;
    size_t chosen;
} walk_t;

static bool falls_on(walk_t *walk, size_t k, double weight) {
    if (weight <= 0)
        return false;
    walk->below += weight;
    walk->chosen = k;
    return walk->at < walk->below;
}

size_t sim_rng_weighted(sim_rng_draw_t *draw, const double *weight, size_t n) {
    double sum = 0;
    size_t bad = n;
    for (size_t k = 0; k < n; k++) {
        sum += weight[k];
        bad = weight[k] >= 0 ? bad : k;
    }
    if (bad < n || !(sum < INFINITY)) {
        sim_rng_fail(draw,
                     bad < n ? "sim_rng_weighted() got a weight of"
                             : "sim_rng_weighted() got weights whose sum is",
                     bad < n ? weight[bad] : sum, "weights must be 0 or more, and finite");
        return 0; /* what a model does with it before the step fails ends in no other fault */
    }
    walk_t walk = {sum * sim_rng_uniform(draw), 0, n};
    for (size_t k = 0; k < n && !falls_on(&walk, k, weight[k]); k++)
        ;
    return walk.chosen;
}

size_t sim_rng_logit(sim_rng_draw_t *draw, const double *utility, size_t n) {
    double most = -INFINITY, sum = 0;
    size_t bad = n;
    for (size_t k = 0; k < n; k++) {
        most = utility[k] > most ? utility[k] : most;
        bad = utility[k] < INFINITY ? bad : k;
    }
    if (bad < n) {
        sim_rng_fail(draw, "sim_rng_logit() got a utility of", utility[bad],
                     "each must be a finite number or -INFINITY");
        return 0;
    }
    for (size_t k = 0; k < n && most > -INFINITY; k++)
        sum += sim_math_exp(utility[k] - most);
    walk_t walk = {sum * sim_rng_uniform(draw), 0, n};
    for (size_t k = 0; k < n && sum > 0; k++)
        if (falls_on(&walk, k, sim_math_exp(utility[k] - most)))
            break;
    return walk.chosen;
}
