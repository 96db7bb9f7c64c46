/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choices and hits: which of some alternatives is taken, whom of many something happens to, and
 * whose time has come; each beside the plain loop that gives the same answer. */
#include <math.h>
#include <stdlib.h>

#include "models/cooperation/cooperation.h"
#include "sim/rng/rng.h"
#include "tests/bench/bench.h"

enum { FEW = 8, MANY = 64, AGENTS = 4096, RARE = 200 /* one in so many */ };

typedef struct {
    uint32_t rounds; /* of AGENTS, or of as many alternatives */
    uint32_t alternative[MANY];
    double utility[MANY], time[AGENTS];
} bench_choice_t;

static sim_rng_t stream(void) {
    return sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 3);
}

/* ---- choices ---- */

static size_t choose_plainly(const sim_rng_t *rng, uint32_t a, const uint32_t *b,
                             const double *utility, size_t n, double outside) {
    size_t best = n;
    double most = outside;
    for (size_t k = 0; k < n; k++) {
        sim_rng_draw_t draw = {.rng = *rng, .a = a, .b = b[k]};
        double worth = utility[k] + sim_rng_gumbel(&draw);
        if (worth > most)
            most = worth, best = k;
    }
    return best;
}

typedef size_t choose_t(const sim_rng_t *, uint32_t, const uint32_t *, const double *, size_t,
                        double);

static void choose(const bench_choice_t *bench, choose_t *function, size_t n) {
    sim_rng_t rng = stream();
    uint64_t sum = 0;
    for (uint32_t i = 0; i < bench->rounds * AGENTS / n; i++)
        sum += function(&rng, i, bench->alternative, bench->utility, n, 0.0);
    bench_keep(sum);
}

static void few_plainly(void *user) {
    choose(user, choose_plainly, FEW);
}
static void few(void *user) {
    choose(user, sim_rng_choose, FEW);
}
static void many_plainly(void *user) {
    choose(user, choose_plainly, MANY);
}
static void many(void *user) {
    choose(user, sim_rng_choose, MANY);
}

/* ---- hits ---- */

static void hits_plainly(void *user) {
    const bench_choice_t *bench = user;
    uint64_t sum = 0;
    for (uint32_t round = 0; round < bench->rounds; round++)
        for (uint32_t i = 0; i < AGENTS; i++) {
            sim_rng_t rng = stream();
            sim_rng_draw_t draw = sim_rng_draw(&rng, i, round);
            sum += sim_rng_uniform(&draw) < 1.0 / RARE ? i : 0;
        }
    bench_keep(sum);
}

static void hits_in_bulk(void *user) {
    const bench_choice_t *bench = user;
    static uint32_t first[AGENTS], second[AGENTS], high[AGENTS], low[AGENTS];
    sim_rng_t rng = stream();
    uint32_t bound = sim_rng_threshold(1.0 / RARE);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < AGENTS; i++)
        first[i] = i;
    for (uint32_t round = 0; round < bench->rounds; round++) {
        for (uint32_t i = 0; i < AGENTS; i++)
            second[i] = round;
        sim_rng_fill_pairs(&rng, (sim_rng_pairs_t){.a = first, .b = second}, AGENTS, high, low);
        for (uint32_t i = 0; i < AGENTS; i++)
            sum += high[i] < bound ? i : 0;
    }
    bench_keep(sum);
}

/* ---- whose time has come ---- */

static void due_plainly(void *user) {
    const bench_choice_t *bench = user;
    static uint32_t due[AGENTS];
    uint64_t sum = 0;
    for (uint32_t round = 0; round < bench->rounds; round++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < AGENTS; i++)
            if (bench->time[i] < round % 8 + 1.0)
                due[n++] = i;
        sum += n ? n + due[n - 1] : 0;
    }
    bench_keep(sum);
}

static void due_listed(void *user) {
    const bench_choice_t *bench = user;
    static uint32_t due[AGENTS];
    uint64_t sum = 0;
    for (uint32_t round = 0; round < bench->rounds; round++) {
        uint32_t n = sim_schedule_due(bench->time, AGENTS, round % 8 + 1.0, due);
        sum += n ? n + due[n - 1] : 0;
    }
    bench_keep(sum);
}

static void set_up(bench_choice_t *bench, uint32_t rounds) {
    sim_rng_t rng = stream();
    bench->rounds = rounds;
    for (uint32_t k = 0; k < MANY; k++) {
        bench->alternative[k] = 3 * k + 1;
        bench->utility[k] = 0.1 * (k % FEW);
    }
    for (uint32_t i = 0; i < AGENTS; i++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, i, 1);
        bench->time[i] = RARE * sim_rng_exponential(&draw);
    }
}

int main(int argc, char **argv) {
    static bench_choice_t data;
    set_up(&data, bench_is_quick(argc, argv) ? 1 : 64);
    double n = (double)data.rounds * AGENTS;
    bench_t bench[] = {
        {"choice: of 8, a logarithm each", "alternative", n, few_plainly, &data,
         BENCH_NO_REFERENCE},
        {"choice: of 8", "alternative", n, few, &data, 0},
        {"choice: of 64, a logarithm each", "alternative", n, many_plainly, &data,
         BENCH_NO_REFERENCE},
        {"choice: of 64", "alternative", n, many, &data, 2},
        {"hits: a cursor each", "agent", n, hits_plainly, &data, BENCH_NO_REFERENCE},
        {"hits: draws in bulk", "agent", n, hits_in_bulk, &data, 4},
        {"due: a plain loop", "agent", n, due_plainly, &data, BENCH_NO_REFERENCE},
        {"due: listed by stretches", "agent", n, due_listed, &data, 6},
    };
    return bench_run(argc, argv, bench, sizeof bench / sizeof *bench);
}
