/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/error.h"
#include "sim/network/graph.h"
#include "sim/rng/rng.h"

static sim_base_arena_t arena;
static sim_network_graph_t graph;

static void open_arena(void) {
    sim_base_arena_init(&arena);
}
static void close_arena(void) {
    sim_base_arena_free(&arena);
}

TestSuite(graph, .init = open_arena, .fini = close_arena);

Test(graph, ties_are_on_both_sides) {
    cr_assert_eq(sim_network_graph_init(&graph, &arena, 4, 2.0), 0);
    cr_assert_eq(sim_network_graph_add(&graph, 0, 1), 0);
    cr_assert_eq(sim_network_graph_add(&graph, 2, 0), 0);
    cr_expect(sim_network_graph_has(&graph, 1, 0) && sim_network_graph_has(&graph, 0, 2));
    cr_expect_not(sim_network_graph_has(&graph, 1, 2));
    cr_expect_eq(graph.ties, 2);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
}

Test(graph, dropping_moves_the_last_into_the_gap) {
    cr_assert_eq(sim_network_graph_init(&graph, &arena, 5, 4.0), 0);
    for (uint32_t b = 1; b < 5; b++)
        cr_assert_eq(sim_network_graph_add(&graph, 0, b), 0);
    sim_network_graph_drop(&graph, 0, 1);
    cr_expect_arr_eq(sim_network_neighbours(&graph, 0), ((uint32_t[]){1, 4, 3}), 12);
    cr_expect_eq(graph.degree[2], 0);
    cr_expect_eq(graph.ties, 3);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
}

Test(graph, a_star_outgrows_its_row_and_keeps_its_order) {
    enum { N = 200 };
    cr_assert_eq(sim_network_graph_init(&graph, &arena, N, 1.0), 0);
    for (uint32_t b = 1; b < N; b++)
        cr_assert_eq(sim_network_graph_add(&graph, 0, b), 0);
    cr_expect_eq(graph.rows->long_rows, 1);
    for (uint32_t b = 1; b < N; b++)
        cr_assert_eq(sim_network_neighbours(&graph, 0)[b - 1], b);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
    while (graph.degree[0])
        sim_network_graph_drop(&graph, 0, graph.degree[0] / 2);
    cr_expect_eq(graph.rows->long_rows, 0);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
}

/* Bytes for each tie, beyond the line of each node. */
static double bytes_per_tie(void) {
    return ((double)arena.used - 66.0 * graph.n) / (double)graph.ties;
}

Test(graph, hubs_take_memory_in_proportion_to_their_ties) {
    enum { STAR = 10000, MANY = 100000, NEW_TIES = 4 };
    cr_assert_eq(sim_network_graph_init(&graph, &arena, STAR, 2.0), 0);
    for (uint32_t b = 1; b < STAR; b++)
        cr_assert_eq(sim_network_graph_add(&graph, 0, b), 0);
    cr_expect_lt(bytes_per_tie(), 24.0);
    /* Barabasi & Albert: a newcomer's ties go to ends of ties that are there. */
    static uint32_t end[2 * NEW_TIES * MANY];
    size_t ends = 0;
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    sim_base_arena_reset(&arena);
    cr_assert_eq(sim_network_graph_init(&graph, &arena, MANY, 2.0 * NEW_TIES), 0);
    for (uint32_t a = 1; a < MANY; a++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, a, 0);
        for (int k = 0; k < NEW_TIES && graph.degree[a] < a; k++) {
            uint32_t b = ends ? end[sim_rng_below(&draw, (uint32_t)ends)] : 0;
            if (a == b || sim_network_graph_has(&graph, a, b))
                continue;
            cr_assert_eq(sim_network_graph_link(&graph, a, b), 0);
            end[ends++] = a, end[ends++] = b;
        }
    }
    cr_expect_gt(graph.rows->longest, 512);
    cr_expect_lt(bytes_per_tie(), 24.0);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
}

/* Ties come, move and go at random, often around the ends of rows; a table of all pairs is the
 * twin. */
Test(graph, rows_grow_and_shrink_as_a_table_of_pairs_says) {
    enum { N = 80, CHANGES = 60000 };
    static bool tied[N][N];
    sim_rng_t rng = sim_rng_at(sim_rng_key(4, 0), SIM_RNG_PURPOSE_TEST, 0);
    cr_assert_eq(sim_network_graph_init(&graph, &arena, N, 1.0), 0);
    for (uint32_t c = 0; c < CHANGES; c++) {
        sim_rng_draw_t draw = sim_rng_draw(&rng, c, 0);
        uint32_t a = sim_rng_below(&draw, c % 3 ? 4 : N), b = sim_rng_below(&draw, N);
        uint32_t at = sim_rng_below(&draw, N), filling = c / 5000 % 2;
        if (a == b || tied[a][b])
            continue;
        if (at < graph.degree[a] && sim_rng_below(&draw, 4) == 0) {
            uint32_t old = sim_network_neighbours(&graph, a)[at];
            cr_assert_eq(sim_network_graph_move(&graph, a, at, b), 0);
            cr_assert_eq(sim_network_neighbours(&graph, a)[at], b);
            tied[a][old] = tied[old][a] = false;
            tied[a][b] = tied[b][a] = true;
        } else if (at < graph.degree[a] && !filling) {
            uint32_t old = sim_network_neighbours(&graph, a)[at];
            sim_network_graph_drop(&graph, a, at);
            tied[a][old] = tied[old][a] = false;
        } else {
            cr_assert_eq(sim_network_graph_add(&graph, a, b), 0);
            tied[a][b] = tied[b][a] = true;
        }
        if (c % 500 == 0)
            cr_assert_eq(sim_network_graph_verify(&graph, NULL), 0);
    }
    for (uint32_t a = 0; a < N; a++)
        for (uint32_t b = 0; b < N; b++)
            cr_assert_eq(sim_network_graph_has(&graph, a, b), tied[a][b]);
    cr_expect_eq(graph.rows->longest, 128, "rows of all sizes were there");
    cr_expect_lt(arena.used, (size_t)100000, "what is given back is taken again");
}

Test(graph, random_graphs_are_simple_and_exact) {
    static const struct {
        uint32_t n;
        uint64_t m;
    } cases[] = {{1, 0}, {2, 1}, {2, 0}, {10, 45}, {10, 44}, {10, 23}, {1000, 4000}, {64, 1500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(sim_network_graph_init(&graph, &arena, cases[i].n, 3.0), 0);
        cr_assert_eq(sim_network_graph_random(&graph, cases[i].m, sim_rng_key(i, 0)), 0);
        cr_expect_eq(graph.ties, cases[i].m);
        cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
    }
}

Test(graph, more_ties_than_pairs_is_refused) {
    cr_assert_eq(sim_network_graph_init(&graph, &arena, 10, 3.0), 0);
    cr_expect_eq(sim_network_graph_random(&graph, 46, sim_rng_key(1, 0)), SIM_ERR_ARGUMENT);
    cr_expect_str_eq(graph.rows->misuse,
                     "a random graph of 10 nodes is to have 46 ties; there may be at most 45");
}

Test(graph, a_degree_beyond_the_limit_is_refused) {
    cr_expect_eq(sim_network_graph_init(&graph, &arena, 1000000, 70000.0), SIM_ERR_LIMIT);
}

Test(graph, the_stride_cannot_be_seen_in_a_random_graph) {
    sim_network_graph_t narrow;
    cr_assert_eq(sim_network_graph_init(&graph, &arena, 500, 40.0), 0);
    cr_assert_eq(sim_network_graph_init(&narrow, &arena, 500, 0.0), 0);
    cr_assert_eq(sim_network_graph_random(&graph, 5000, sim_rng_key(3, 1)), 0);
    cr_assert_eq(sim_network_graph_random(&narrow, 5000, sim_rng_key(3, 1)), 0);
    for (uint32_t a = 0; a < 500; a++) {
        cr_assert_eq(graph.degree[a], narrow.degree[a]);
        cr_assert_arr_eq(sim_network_neighbours(&graph, a), sim_network_neighbours(&narrow, a),
                         graph.degree[a] * sizeof(uint32_t));
    }
}

/* Four nodes have six pairs: m = 2 and m = 4 (drawn as what is missing) allow 15 graphs each.
 * All must come up equally often; false alarm 1e-6. */
static double uniformity_p(uint64_t m, uint32_t keys, uint32_t distinct) {
    uint32_t count[64] = {0};
    double x = 0.0, expected = (double)keys / 15.0;
    for (uint32_t k = 0; k < keys; k++) {
        uint32_t mask = 0, bit = 0;
        sim_base_arena_reset(&arena);
        cr_assert_eq(sim_network_graph_init(&graph, &arena, 4, 3.0), 0);
        cr_assert_eq(sim_network_graph_random(&graph, m, sim_rng_key(9, k % distinct)), 0);
        for (uint32_t a = 0; a < 4; a++)
            for (uint32_t b = a + 1; b < 4; b++, bit++)
                mask |= (uint32_t)sim_network_graph_has(&graph, a, b) << bit;
        count[mask]++;
    }
    for (uint32_t mask = 0; mask < 64; mask++)
        if (__builtin_popcount(mask) == (int)m)
            x += (count[mask] - expected) * (count[mask] - expected) / expected;
    return gsl_cdf_chisq_Q(x, 14);
}

Test(graph, all_graphs_are_equally_likely) {
    cr_expect_gt(uniformity_p(2, 15000, 15000), 1e-6);
    cr_expect_gt(uniformity_p(4, 15000, 15000), 1e-6);
    cr_expect_lt(uniformity_p(2, 15000, 50), 1e-6, "the twin with few keys");
}

Test(graph, verify_finds_planted_faults) {
    cr_assert_eq(sim_network_graph_init(&graph, &arena, 20, 4.0), 0);
    cr_assert_eq(sim_network_graph_random(&graph, 40, sim_rng_key(1, 0)), 0);
    uint32_t a = 0;
    while (graph.degree[a] < 2)
        a++;
    uint32_t *row = graph.row + (size_t)a * graph.stride, kept = row[0];
    row[0] = a; /* a loop */
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), SIM_ERR_VERIFY);
    row[0] = row[1]; /* a double */
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), SIM_ERR_VERIFY);
    row[0] = 20; /* nobody */
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), SIM_ERR_VERIFY);
    row[0] = kept;
    graph.degree[a]--; /* one-sided */
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), SIM_ERR_VERIFY);
    graph.degree[a]++;
    graph.ties++;
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), SIM_ERR_VERIFY);
    graph.ties--;
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
}

/* A star is put over a random graph: its hub's row is longer than the rows were made for. */
Test(graph, restore_puts_other_ties_in_place) {
    enum { N = 60 };
    uint16_t degree[N];
    uint32_t neighbours[2 * (N - 1)] = {0};
    cr_assert_eq(sim_network_graph_init(&graph, &arena, N, 3.0), 0);
    cr_assert_eq(sim_network_graph_random(&graph, 90, sim_rng_key(1, 0)), 0);
    cr_assert_lt(graph.stride, N - 1);
    for (uint32_t i = 0; i < N; i++)
        degree[i] = i == 7 ? N - 1 : 1;
    for (uint32_t i = 0, at = 0; i < N; i++)
        for (uint32_t k = 0; k < degree[i]; k++)
            neighbours[at++] = i != 7 ? 7 : N - 1 - k - (k >= N - 1 - 7); /* order is kept */
    cr_assert_eq(sim_network_graph_restore(&graph, degree, neighbours, 2 * (N - 1)), 0);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
    cr_expect_eq(graph.ties, N - 1);
    cr_expect_eq(sim_network_neighbours(&graph, 7)[0], N - 1);
    cr_expect_eq(sim_network_graph_restore(&graph, degree, neighbours, 2 * N), SIM_ERR_VERIFY);
    neighbours[3] = N; /* nobody */
    cr_expect_eq(sim_network_graph_restore(&graph, degree, neighbours, 2 * (N - 1)),
                 SIM_ERR_VERIFY);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0, "what is refused changes nothing");
}

/* The last takes the number of who goes; a hub among them, and the newcomer's row is empty. */
Test(graph, nodes_come_and_go) {
    enum { N = 40 };
    cr_assert_eq(sim_network_graph_init(&graph, &arena, N, 2.0), 0);
    for (uint32_t b = 0; b + 1 < N; b++)
        cr_assert_eq(sim_network_graph_add(&graph, N - 1, b), 0);
    cr_assert_eq(sim_network_graph_add(&graph, 0, 1), 0);
    sim_network_graph_remove(&graph, 0); /* the hub is 0 now */
    cr_expect_eq(graph.n, N - 1);
    cr_expect_eq(graph.ties, N - 2);
    cr_expect_eq(graph.degree[0], N - 2);
    cr_expect(sim_network_graph_has(&graph, 0, 1) && sim_network_graph_has(&graph, N - 2, 0));
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
    cr_assert_eq(sim_network_graph_grow(&graph, 2 * N), 0);
    cr_expect_eq(graph.degree[N - 1], 0);
    cr_assert_eq(sim_network_graph_add(&graph, 3 * N - 2, 0), 0);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
    sim_network_graph_remove(&graph, 0);
    cr_expect_eq(graph.ties, 0);
    cr_expect_eq(graph.rows->long_rows, 0);
    cr_expect_eq(sim_network_graph_verify(&graph, NULL), 0);
}

Test(graph, misuse_is_one_sentence_and_changes_nothing) {
    sim_network_graph_t misused;
    cr_assert_eq(sim_network_graph_init(&misused, &arena, 5, 2), 0);
    cr_assert_eq(sim_network_graph_add(&misused, 0, 1), 0);
    cr_expect_eq(sim_network_graph_add(&misused, 1, 0), SIM_ERR_ARGUMENT);
    cr_expect_str_eq(misused.rows->misuse, "nodes 1 and 0 of a graph are tied twice");
    misused.rows->misuse[0] = '\0';
    cr_expect_eq(sim_network_graph_add(&misused, 2, 2), SIM_ERR_ARGUMENT);
    cr_expect_str_eq(misused.rows->misuse, "node 2 of a graph is tied to itself");
    misused.rows->misuse[0] = '\0';
    cr_expect_eq(sim_network_graph_add(&misused, 2, 5), SIM_ERR_ARGUMENT);
    cr_expect_str_eq(misused.rows->misuse, "nodes 2 and 5 of a graph of 5 nodes are tied");
    misused.rows->misuse[0] = '\0';
    sim_network_graph_drop(&misused, 0, 1);
    cr_expect_str_eq(misused.rows->misuse,
                     "node 0 of a graph is to lose tie 1 of its row, which it has not");
    misused.rows->misuse[0] = '\0';
    cr_expect_not(sim_network_graph_has(&misused, 5, 0));
    cr_expect_str_eq(misused.rows->misuse,
                     "whether nodes 5 and 0 of a graph of 5 nodes are tied is asked");
    cr_expect_eq(sim_network_graph_verify(&misused, NULL), 0);
    cr_expect_eq(misused.ties, 1);
}
