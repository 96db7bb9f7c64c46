/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rewiring: agents drop a tie of theirs and link to a stranger. */
#include "sim/base/arena.h"
#include "sim/network/graph.h"
#include "sim/rng/rng.h"
#include "tests/bench/bench.h"

typedef struct {
    sim_base_arena_t arena;
    sim_network_graph_t graph;
    uint32_t moves, round;
} net_t;

static void make(net_t *net, uint32_t n, uint32_t moves) {
    sim_base_arena_init(&net->arena);
    net->moves = moves, net->round = 0;
    bench_require(sim_network_graph_init(&net->graph, &net->arena, n, 8), "graph");
    bench_require(sim_network_graph_random(&net->graph, 4ULL * n, sim_rng_key(1, 0)), "ties");
}

static void rewire(void *user) {
    net_t *net = user;
    sim_network_graph_t *graph = &net->graph;
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, net->round++);
    for (uint32_t i = 0; i < net->moves; i++) {
        sim_rng_block_t draw = sim_rng_block(&rng, i, 0, 0);
        uint32_t agent = sim_rng_scale(draw.word[0], graph->n);
        uint32_t stranger = sim_rng_scale(draw.word[1], graph->n);
        if (graph->degree[agent] == 0 || agent == stranger ||
            sim_network_graph_has(graph, agent, stranger))
            continue;
        sim_network_graph_drop(graph, agent, sim_rng_scale(draw.word[2], graph->degree[agent]));
        bench_require(sim_network_graph_link(graph, agent, stranger), "link");
    }
    bench_keep(graph->ties);
}

static void look(void *user) {
    net_t *net = user;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < net->graph.n; i++)
        for (uint32_t k = 0; k < net->graph.degree[i]; k++)
            sum += sim_network_neighbours(&net->graph, i)[k];
    bench_keep(sum);
}

int main(int argc, char **argv) {
    static net_t small, large;
    bool quick = bench_is_quick(argc, argv);
    uint32_t n = quick ? 10000 : 1000000, moves = quick ? 1000 : 200000;
    make(&small, 10000, moves);
    make(&large, n, moves);
    bench_t bench[] = {
        {"graph: rewiring among 10^4", "move", moves, rewire, &small, BENCH_NO_REFERENCE},
        {"graph: rewiring among 10^6", "move", moves, rewire, &large, 0},
        {"graph: all neighbours of 10^4", "tie", 8e4, look, &small, BENCH_NO_REFERENCE},
        {"graph: all neighbours of 10^6", "tie", 8.0 * n, look, &large, 2},
    };
    int status = bench_run(argc, argv, bench, sizeof bench / sizeof *bench);
    sim_base_arena_free(&small.arena);
    sim_base_arena_free(&large.arena);
    return status;
}
