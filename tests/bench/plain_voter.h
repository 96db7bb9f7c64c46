/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voter model as one writes it in C for itself: three arrays and a loop. Of kumiai it has the
 * random words, which it computes by Random123 alone. */
#ifndef TESTS_BENCH_PLAIN_VOTER_H
#define TESTS_BENCH_PLAIN_VOTER_H

#include <stddef.h>

#include "sim/rng/rng.h"

typedef struct {
    uint32_t n, *first, *neighbour; /* of agent i: neighbour[first[i]] .. neighbour[first[i+1]-1] */
    uint8_t *opinion;
    uint32_t key[2];
} plain_voter_t;

plain_voter_t plain_voter(uint32_t n, size_t ends, sim_rng_key_t key);
void plain_voter_step(plain_voter_t *voter, uint32_t step, uint32_t purpose);
/* Share of ties between different opinions; *one: of agents with opinion 1. */
double plain_voter_observe(const plain_voter_t *voter, double *one);
void plain_voter_free(plain_voter_t *voter);

#endif
