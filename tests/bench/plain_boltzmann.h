/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model boltzmann as one writes it in C for itself: three arrays and two loops. Of kumiai it
 * has the random words, which it computes by Random123 alone. */
#ifndef TESTS_BENCH_PLAIN_BOLTZMANN_H
#define TESTS_BENCH_PLAIN_BOLTZMANN_H

#include "sim/rng/rng.h"

typedef struct {
    uint32_t n, *wealth, *order, *holders; /* of each agent; who acts; of each amount, how many */
    uint32_t coins;                        /* in all */
    uint32_t key[2];
} plain_boltzmann_t;

typedef struct {
    double gini, broke, richest;
} plain_boltzmann_seen_t;

plain_boltzmann_t plain_boltzmann(uint32_t n, uint32_t money, sim_rng_key_t key);
void plain_boltzmann_step(plain_boltzmann_t *all, uint32_t step, uint32_t purpose);
plain_boltzmann_seen_t plain_boltzmann_observe(plain_boltzmann_t *all);
void plain_boltzmann_free(plain_boltzmann_t *all);

#endif
