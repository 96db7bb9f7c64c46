/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws: whole blocks, the cursor, and what inverts a distribution. */
#include <stdlib.h>

#include "sim/rng/rng.h"
#include "tests/bench/bench.h"

enum { DRAWS = 1 << 20, CHUNK = 4096 };

static sim_rng_t stream(void) {
    return sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 3);
}

static void fill(void *user) {
    static uint32_t high[CHUNK], low[CHUNK];
    sim_rng_t rng = stream();
    uint64_t sum = 0;
    for (uint32_t first = 0; first < *(uint32_t *)user; first += CHUNK) {
        sim_rng_fill(&rng, first, CHUNK, high, low);
        sum += high[0] + low[CHUNK - 1];
    }
    bench_keep(sum);
}

static void block(void *user) {
    sim_rng_t rng = stream();
    uint64_t sum = 0;
    for (uint32_t i = 0; i < *(uint32_t *)user; i++) {
        sim_rng_block_t block = sim_rng_block(&rng, i, 0, 0);
        sum += block.word[0] ^ block.word[3];
    }
    bench_keep(sum);
}

static void uniform(void *user) {
    sim_rng_t rng = stream();
    double sum = 0;
    for (uint32_t i = 0; i < *(uint32_t *)user; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
        sum += sim_rng_uniform(&draw);
    }
    bench_keep((uint64_t)sum);
}

static void words_of_one_decision(void *user) {
    sim_rng_t rng = stream();
    sim_rng_draw_t draw = sim_rng_draw(&rng, 7, 0);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < *(uint32_t *)user / 4; i++) {
        if (i % 65536 == 0)
            draw = sim_rng_draw(&rng, i, 0);
        sum += sim_rng_word(&draw);
    }
    bench_keep(sum);
}

static void exponential(void *user) {
    sim_rng_t rng = stream();
    double sum = 0;
    for (uint32_t i = 0; i < *(uint32_t *)user; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
        sum += sim_rng_exponential(&draw);
    }
    bench_keep((uint64_t)sum);
}

static void normal(void *user) {
    sim_rng_t rng = stream();
    double sum = 0;
    for (uint32_t i = 0; i < *(uint32_t *)user; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
        sum += sim_rng_normal(&draw);
    }
    bench_keep((uint64_t)sum);
}

static void gumbel(void *user) {
    sim_rng_t rng = stream();
    double sum = 0;
    for (uint32_t i = 0; i < *(uint32_t *)user; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 0);
        sum += sim_rng_gumbel(&draw);
    }
    bench_keep((uint64_t)(sum * sum));
}

int main(int argc, char **argv) {
    uint32_t n = bench_is_quick(argc, argv) ? CHUNK : DRAWS;
    bench_t bench[] = {
        {"rng: a block", "block", n, block, &n, BENCH_NO_REFERENCE},
        {"rng: blocks in bulk", "block", n, fill, &n, 0},
        {"rng: cursor and one uniform", "draw", n, uniform, &n, 0},
        {"rng: words of one decision", "word", n / 4, words_of_one_decision, &n,
         BENCH_NO_REFERENCE},
        {"rng: exponential", "draw", n, exponential, &n, 2},
        {"rng: normal", "draw", n, normal, &n, 2},
        {"rng: gumbel", "draw", n, gumbel, &n, 2},
    };
    return bench_run(argc, argv, bench, sizeof bench / sizeof *bench);
}
