/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/plain_voter.h"

#include <Random123/philox.h>
#include <stdlib.h>

plain_voter_t plain_voter(uint32_t n, size_t ends, sim_rng_key_t key) {
    plain_voter_t voter = {.n = n, .key = {key.word[0], key.word[1]}};
    voter.first = calloc((size_t)n + 1, sizeof *voter.first);
    voter.neighbour = calloc(ends + 1, sizeof *voter.neighbour);
    voter.opinion = calloc(n, sizeof *voter.opinion);
    return voter;
}

static uint32_t below(uint32_t word, uint32_t n) {
    return (uint32_t)((uint64_t)word * n >> 32);
}

void plain_voter_step(plain_voter_t *voter, uint32_t step, uint32_t purpose) {
    const philox4x32_key_t key = {{voter->key[0], voter->key[1]}};
    for (uint32_t k = 0; k < voter->n; k++) {
        const philox4x32_ctr_t counter = {{k, 0, step, purpose << 16}};
        const philox4x32_ctr_t word = philox4x32(counter, key);
        uint32_t agent = below(word.v[0], voter->n), first = voter->first[agent];
        uint32_t degree = voter->first[agent + 1] - first;
        if (degree)
            voter->opinion[agent] =
                voter->opinion[voter->neighbour[first + below(word.v[1], degree)]];
    }
}

double plain_voter_observe(const plain_voter_t *voter, double *one) {
    uint64_t ones = 0, active = 0;
    for (uint32_t i = 0; i < voter->n; i++) {
        ones += voter->opinion[i];
        for (uint32_t k = voter->first[i]; k < voter->first[i + 1]; k++)
            active += voter->opinion[voter->neighbour[k]] != voter->opinion[i];
    }
    *one = (double)ones / voter->n;
    return voter->first[voter->n] ? (double)active / voter->first[voter->n] : 0;
}

void plain_voter_free(plain_voter_t *voter) {
    free(voter->first);
    free(voter->neighbour);
    free(voter->opinion);
}
