/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/plain_boltzmann.h"

#include <Random123/philox.h>
#include <stdlib.h>
#include <string.h>

plain_boltzmann_t plain_boltzmann(uint32_t n, uint32_t money, sim_rng_key_t key) {
    plain_boltzmann_t all = {.n = n, .coins = n * money, .key = {key.word[0], key.word[1]}};
    all.wealth = calloc(n, sizeof *all.wealth);
    all.order = calloc(n, sizeof *all.order);
    all.holders = calloc((size_t)all.coins + 1, sizeof *all.holders);
    for (uint32_t i = 0; all.wealth && i < n; i++)
        all.wealth[i] = money;
    return all;
}

static uint32_t below(uint32_t word, uint32_t n) {
    return (uint32_t)((uint64_t)word * n >> 32);
}

/* Shuffled while it is filled, four words at a time. */
static void shuffle(uint32_t *order, uint32_t n, uint32_t step, philox4x32_key_t key) {
    for (uint32_t i = 0; i < n;) {
        const philox4x32_ctr_t counter = {{0, i / 4, step, SIM_RNG_PURPOSE_ORDER << 16}};
        const philox4x32_ctr_t word = philox4x32(counter, key);
        for (uint32_t k = 0; k < 4 && i < n; k++, i++) {
            uint32_t other = below(word.v[k], i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }
}

void plain_boltzmann_step(plain_boltzmann_t *all, uint32_t step, uint32_t purpose) {
    const philox4x32_key_t key = {{all->key[0], all->key[1]}};
    uint32_t n = all->n, *wealth = all->wealth;
    shuffle(all->order, n, step, key);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t agent = all->order[k];
        if (wealth[agent] == 0)
            continue;
        const philox4x32_ctr_t counter = {{agent, 0, step, purpose << 16}};
        uint32_t other = below(philox4x32(counter, key).v[0], n - 1);
        wealth[agent]--;
        wealth[other + (other >= agent)]++;
    }
}

plain_boltzmann_seen_t plain_boltzmann_observe(plain_boltzmann_t *all) {
    double n = all->n, cumulative = 0, lorenz = 0;
    uint32_t richest = 0;
    memset(all->holders, 0, ((size_t)all->coins + 1) * sizeof *all->holders);
    for (uint32_t i = 0; i < all->n; i++) {
        all->holders[all->wealth[i]]++;
        richest = all->wealth[i] > richest ? all->wealth[i] : richest;
    }
    for (uint32_t wealth = 0; wealth <= richest; wealth++) {
        double k = all->holders[wealth];
        lorenz += k * cumulative + wealth * k * (k + 1) / 2;
        cumulative += wealth * k;
    }
    return (plain_boltzmann_seen_t){cumulative > 0 ? (n + 1 - 2 * lorenz / cumulative) / n : 0,
                                    all->holders[0] / n, richest};
}

void plain_boltzmann_free(plain_boltzmann_t *all) {
    free(all->wealth);
    free(all->order);
    free(all->holders);
}
