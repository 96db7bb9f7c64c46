/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine costs a model whose agents are asked one by one, in random order. */
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/bench/boltzmann.h"

enum { SIZES = 2, TURNS = 2000000 /* of a call */ };

typedef struct {
    sim_world_t world;
    sim_config_t config;
    params_t params;
    plain_boltzmann_t plain;
    uint32_t step, steps; /* done; of a call */
} pair_t;

static void step(void *user) {
    pair_t *pair = user;
    for (uint32_t k = 0; k < pair->steps; k++)
        bench_require(sim_world_step(&pair->world), "a step");
}
static void plain_step(void *user) {
    pair_t *pair = user;
    for (uint32_t k = 0; k < pair->steps; k++)
        plain_boltzmann_step(&pair->plain, pair->step++, PURPOSE_WHOM);
}
static void look(void *user) {
    double metric[METRIC_COUNT] = {0};
    (void)observe(&((pair_t *)user)->world, metric);
    bench_keep((uint64_t)(1e9 * metric[METRIC_GINI]));
}
static void plain_observe(void *user) {
    bench_keep((uint64_t)(1e9 * plain_boltzmann_observe(&((pair_t *)user)->plain).gini));
}

int main(int argc, char **argv) {
    static const int64_t sizes[SIZES] = {10000, 1000000}, quick[SIZES] = {1000, 2000};
    static pair_t pair[SIZES];
    bench_t bench[4 * SIZES];
    char what[4 * SIZES][64];
    for (int s = 0; s < SIZES; s++) {
        pair_t *p = &pair[s];
        p->params = (params_t){bench_is_quick(argc, argv) ? quick[s] : sizes[s], 1};
        bench_require(boltzmann_world(&p->world, &p->config, &p->params), "a world");
        p->steps = bench_is_quick(argc, argv) ? 1 : (uint32_t)(TURNS / sizes[s]);
        p->plain = boltzmann_as_plain(&p->world);
        const bench_t four[] = {
            {"plain boltzmann, a step", "agent", 0, plain_step, p, BENCH_NO_REFERENCE},
            {"boltzmann, a step", "agent", 0, step, p, 4 * s},
            {"plain boltzmann, observed", "agent", 0, plain_observe, p, BENCH_NO_REFERENCE},
            {"boltzmann, observed", "agent", 0, look, p, 4 * s + 2}};
        for (int k = 0; k < 4; k++) {
            bench[4 * s + k] = four[k];
            bench[4 * s + k].units = (double)p->params.agents * (k < 2 ? p->steps : 1);
            snprintf(what[4 * s + k], sizeof what[0], "%s, %lld agents", four[k].what,
                     (long long)p->params.agents);
            bench[4 * s + k].what = what[4 * s + k];
        }
    }
    int rc = bench_run(argc, argv, bench, 4 * SIZES);
    for (int s = 0; s < SIZES; s++) {
        sim_world_free(&pair[s].world);
        plain_boltzmann_free(&pair[s].plain);
    }
    return rc;
}
