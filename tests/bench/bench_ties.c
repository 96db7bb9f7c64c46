/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tie spells: births, looking for a pair, ends. */
#include "sim/network/ties.h"
#include "sim/rng/rng.h"
#include "tests/bench/bench.h"

enum { DONORS = 2000, PARTNERS = 2000 };

typedef struct {
    sim_base_arena_t arena;
    sim_network_ties_t ties;
    uint32_t n;
} net_t;

static uint32_t pair(uint32_t i, uint32_t *partner) {
    *partner = (uint32_t)(((uint64_t)i * 2654435761U >> 7) % PARTNERS);
    return i % DONORS;
}

static void fill(net_t *net) {
    sim_base_arena_reset(&net->arena);
    bench_require(sim_network_ties_init(&net->ties, &net->arena, net->n), "ties");
    for (uint32_t i = 0; i < net->n; i++) {
        sim_network_birth_t birth = {.onset = 0, .trust = 0.5};
        birth.from = pair(i, &birth.to);
        if (sim_network_tie_find(&net->ties, 0, birth.from, birth.to) == SIM_NETWORK_NONE)
            bench_require(sim_network_tie_add(&net->ties, &birth, NULL), "birth");
    }
}

static void births(void *user) {
    fill(user);
}

static void find(void *user) {
    net_t *net = user;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < net->n; i++) {
        uint32_t partner, donor = pair(i + net->n / 2, &partner);
        sum += sim_network_tie_find(&net->ties, 0, donor, partner);
    }
    bench_keep(sum);
}

static void births_and_ends(void *user) {
    net_t *net = user;
    fill(net);
    while (net->ties.n_live[0] > 0)
        sim_network_tie_end(&net->ties, net->ties.live[0][net->ties.n_live[0] - 1], 1, 0);
    bench_keep(net->ties.count);
}

int main(int argc, char **argv) {
    static net_t net, other;
    net.n = other.n = bench_is_quick(argc, argv) ? 1000 : 100000;
    sim_base_arena_init(&net.arena);
    sim_base_arena_init(&other.arena);
    bench_t bench[] = {
        {"ties: births", "tie", net.n, births, &net, BENCH_NO_REFERENCE},
        {"ties: looking for a pair", "pair", net.n, find, &net, BENCH_NO_REFERENCE},
        {"ties: births and ends", "tie", net.n, births_and_ends, &other, 0},
    };
    int status = bench_run(argc, argv, bench, sizeof bench / sizeof *bench);
    sim_base_arena_free(&net.arena);
    sim_base_arena_free(&other.arena);
    return status;
}
