/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures of networks: closed forms, and igraph as the oracle of our own walks. */
#include <criterion/criterion.h>
#include <igraph/igraph.h>
#include <math.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/network/measures.h"
#include "sim/rng/rng.h"

enum { LABELS = 2000 };

static sim_base_arena_t arena;
static sim_network_snapshot_t net;
static sim_network_measures_t is;

static void open_arena(void) {
    sim_base_arena_init(&arena);
    cr_assert_eq(sim_network_snapshot_init(&net, &arena, LABELS), 0);
}
static void close_arena(void) {
    sim_base_arena_free(&arena);
}
TestSuite(measures, .init = open_arena, .fini = close_arena);

static void link(uint32_t a, uint32_t b) {
    cr_assert_eq(sim_network_snapshot_link(&net, a, b), 0);
}
static void measure(void) {
    sim_network_measure(&net, &is);
}
static double between(uint32_t label) {
    return net.betweenness[net.node_of[label] - 1];
}
static bool cuts(uint32_t label) {
    return net.cut[net.node_of[label] - 1];
}
static double modularity(uint32_t *communities) {
    double q = 0;
    cr_assert_eq(sim_network_modularity(&net, &q, communities), 0);
    return q;
}
static void expect_near(double is_, double expected, const char *what) {
    cr_expect(fabs(is_ - expected) <= 1e-12 * (1 + fabs(expected)), "%s: %.15g, not %.15g", what,
              is_, expected);
}

/* ---- closed forms ---- */

Test(measures, nothing_has_no_measures) {
    uint32_t communities = 1;
    measure();
    cr_expect_eq(is.components + is.giant + is.cut_points, 0);
    cr_expect(isnan(is.clustering) && isnan(is.centralisation) && isnan(is.mean_distance));
    cr_expect(isnan(modularity(&communities)) && communities == 0);
}

Test(measures, one_link) {
    link(7, 3);
    measure();
    cr_expect_eq(is.components, 1);
    cr_expect_eq(is.giant, 2);
    cr_expect_eq(is.cut_points, 0);
    cr_expect_eq(is.mean_distance, 1);
    cr_expect(isnan(is.clustering) && isnan(is.centralisation));
    cr_expect_eq(net.label[0], 7);
    cr_expect_eq(net.label[1], 3);
}

/* n leaves: all pairs of leaves go through the middle, two links apart. */
Test(measures, a_star) {
    const double n = 9;
    uint32_t communities;
    for (uint32_t leaf = 1; leaf <= 9; leaf++)
        link(leaf, 0);
    measure();
    cr_expect_eq(is.centralisation, 1);
    expect_near(between(0), n * (n - 1) / 2, "pairs of leaves");
    cr_expect_eq(between(5), 0);
    expect_near(is.mean_distance, (n + n * (n - 1)) / ((n + 1) * n / 2), "distance");
    cr_expect(is.cut_points == 1 && cuts(0));
    cr_expect(isnan(is.clustering));
    expect_near(modularity(&communities), 0, "a star is one community");
    cr_expect_eq(communities, 1);
}

/* Node k of a path of n has k nodes on one side; the mean distance is (n + 1) / 3. */
Test(measures, a_path) {
    const uint32_t n = 12;
    for (uint32_t k = 0; k + 1 < n; k++)
        link(k, k + 1);
    measure();
    expect_near(is.mean_distance, (n + 1) / 3.0, "distance");
    for (uint32_t k = 0; k < n; k++) {
        expect_near(between(k), k * (n - 1.0 - k), "betweenness");
        cr_expect_eq(cuts(k), k > 0 && k < n - 1);
    }
    expect_near(is.centralisation, 2.0 / ((n - 1) * (n - 2)), "two ends fall short by one");
    cr_expect_eq(is.clustering, 0);
}

/* K(p, q): all paths of three links close; the others' pairs are shared equally. */
Test(measures, a_complete_bipartite_network) {
    const double p = 3, q = 5, n = 8;
    for (uint32_t a = 0; a < 3; a++)
        for (uint32_t b = 0; b < 5; b++)
            link(a, 100 + b);
    measure();
    cr_expect_eq(is.clustering, 1);
    cr_expect_eq(is.cut_points, 0);
    expect_near(between(0), q * (q - 1) / 2 / p, "a");
    expect_near(between(104), p * (p - 1) / 2 / q, "b");
    expect_near(is.mean_distance, (p * q + p * (p - 1) + q * (q - 1)) / (n * (n - 1) / 2),
                "distance");
    expect_near(is.centralisation, q * (q - p) / ((n - 1) * (n - 2)), "centralisation");
}

Test(measures, a_ring_and_a_clique) {
    const double n = 7;
    for (uint32_t k = 0; k < 7; k++)
        link(k, (k + 1) % 7);
    measure();
    cr_expect(is.centralisation == 0 && is.cut_points == 0 && is.clustering == 0);
    expect_near(is.mean_distance, (n + 1) / 4, "distance in an odd ring");
    expect_near(between(3), (n - 1) * (n - 3) / 8, "betweenness in an odd ring");
    sim_network_snapshot_clear(&net);
    for (uint32_t a = 0; a < 5; a++)
        for (uint32_t b = 0; b < a; b++)
            link(a, b);
    measure();
    cr_expect(is.clustering == 1 && is.mean_distance == 1 && between(2) == 0);
}

/* Two squares and a pair: distances are those of the first of the largest components, and the
 * squares and the pair are the communities: m/M - (2m)^2/(2M)^2 each. */
Test(measures, three_components) {
    uint32_t communities;
    link(1000, 1001);
    for (uint32_t k = 0; k < 4; k++) {
        link(k, (k + 1) % 4);
        link(10 + k, 10 + (k + 1) % 4);
    }
    measure();
    cr_expect_eq(is.components, 3);
    cr_expect_eq(is.giant, 4);
    expect_near(is.mean_distance, 8.0 / 6, "distance in a square");
    cr_expect_eq(is.clustering, 1);
    expect_near(modularity(&communities), 1 - (16 + 16 + 1) / 81.0, "modularity");
    cr_expect_eq(communities, 3);
}

/* Two squares joined in a node: what hangs on both sides passes it. */
Test(measures, a_cut_point_between_two_squares) {
    for (uint32_t k = 0; k < 4; k++) {
        link(k, (k + 1) % 4);
        link(k ? 10 + k : 0, k < 3 ? 11 + k : 0);
    }
    link(2, 20); /* a leaf in the far corner */
    measure();
    cr_expect_eq(is.cut_points, 2);
    cr_expect(cuts(0) && cuts(2));
    expect_near(between(0), 4 * 3 + 0.5 + 0.5, "4 nodes by 3, and half the pairs of neighbours");
}

Test(measures, cleared_and_refilled_it_forgets) {
    link(1, 2);
    link(2, 3);
    sim_network_snapshot_clear(&net);
    link(3, 9);
    measure();
    cr_expect_eq(net.n_nodes, 2);
    cr_expect_eq(is.giant, 2);
    cr_expect_eq(net.node_of[1], 0);
}

Test(measures, links_out_of_range_are_refused) {
    cr_expect_eq(sim_network_snapshot_link(&net, 4, 4), SIM_ERR_ARGUMENT);
    cr_expect_eq(sim_network_snapshot_link(&net, 4, LABELS), SIM_ERR_ARGUMENT);
    cr_expect_eq(net.n_nodes, 0);
}

Test(measures, only_live_ties_of_the_kind_are_seen) {
    sim_network_ties_t ties;
    uint32_t gone;
    cr_assert_eq(sim_network_ties_init(&ties, &arena, 8), 0);
    for (uint8_t k = 0; k < 4; k++) {
        sim_network_birth_t birth = {.kind = k == 3, .from = k, .to = 50, .trust = 0.5};
        cr_assert_eq(sim_network_tie_add(&ties, &birth, &gone), 0);
        if (k == 2)
            sim_network_tie_end(&ties, gone, 1, 0);
    }
    cr_assert_eq(sim_network_snapshot_ties(&net, &ties, 0), 0);
    measure();
    cr_expect_eq(net.n_links, 2);
    cr_expect_eq(net.degree[net.node_of[50] - 1], 2);
    cr_expect_eq(is.giant, 3);
}

/* ---- against igraph and by brute force ---- */

/* A random network of `links` between the first `a` and other labels; sparse ones are trees with
 * rings, as networks of cooperation are. */
static void random_network(uint32_t key, uint32_t a, uint32_t b, uint32_t links, bool two_mode) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(5, key), 1, 0);
    static uint8_t tied[LABELS / 4][LABELS / 4];
    memset(tied, 0, sizeof tied);
    sim_network_snapshot_clear(&net);
    for (uint32_t k = 0; k < links; k++) {
        sim_rng_draw_t first = sim_rng_draw(&rng, k, 0), second = sim_rng_draw(&rng, k, 1);
        uint32_t from = (uint32_t)(sim_rng_uniform(&first) * a);
        uint32_t to = (uint32_t)(sim_rng_uniform(&second) * b) + (two_mode ? a : 0);
        if (from == to || tied[from][to])
            continue;
        tied[from][to] = tied[to][from] = 1;
        link(from, to);
    }
}

static void as_igraph(igraph_t *graph) {
    igraph_vector_int_t ends;
    cr_assert_eq(igraph_vector_int_init(&ends, 2 * net.n_links), IGRAPH_SUCCESS);
    for (uint32_t e = 0; e < 2 * net.n_links; e++)
        VECTOR(ends)[e] = net.end[e];
    cr_assert_eq(igraph_create(graph, &ends, net.n_nodes, IGRAPH_UNDIRECTED), IGRAPH_SUCCESS);
    igraph_vector_int_destroy(&ends);
}

static void check_betweenness(const igraph_t *graph) {
    igraph_vector_t value;
    igraph_vector_init(&value, 0);
    igraph_betweenness(graph, &value, igraph_vss_all(), IGRAPH_UNDIRECTED, NULL);
    for (uint32_t u = 0; u < net.n_nodes; u++)
        cr_assert(fabs(net.betweenness[u] - VECTOR(value)[u]) < 1e-9 * (1 + VECTOR(value)[u]),
                  "node %u: %g, not %g", u, net.betweenness[u], VECTOR(value)[u]);
    igraph_vector_destroy(&value);
}

static void check_cut_points(const igraph_t *graph) {
    igraph_vector_int_t cut;
    igraph_vector_int_init(&cut, 0);
    igraph_articulation_points(graph, &cut);
    cr_expect_eq(is.cut_points, (uint32_t)igraph_vector_int_size(&cut));
    for (igraph_integer_t k = 0; k < igraph_vector_int_size(&cut); k++)
        cr_expect(net.cut[VECTOR(cut)[k]]);
    igraph_vector_int_destroy(&cut);
}

static void check_components(const igraph_t *graph) {
    igraph_vector_int_t of, size;
    igraph_integer_t n;
    igraph_real_t distance, centralisation;
    igraph_t giant;
    igraph_vector_int_t nodes;
    igraph_vector_int_init(&of, 0);
    igraph_vector_int_init(&size, 0);
    igraph_vector_int_init(&nodes, 0);
    igraph_connected_components(graph, &of, &size, &n, IGRAPH_WEAK);
    igraph_integer_t largest = igraph_vector_int_which_max(&size);
    cr_expect_eq(is.components, (uint32_t)n);
    cr_expect_eq(is.giant, (uint32_t)VECTOR(size)[largest]);
    for (uint32_t u = 0; u < net.n_nodes; u++)
        if (VECTOR(of)[u] == largest)
            igraph_vector_int_push_back(&nodes, u);
    igraph_induced_subgraph(graph, &giant, igraph_vss_vector(&nodes), IGRAPH_SUBGRAPH_AUTO);
    igraph_average_path_length(&giant, &distance, NULL, IGRAPH_UNDIRECTED, true);
    igraph_centralization_degree(graph, NULL, IGRAPH_ALL, IGRAPH_NO_LOOPS, &centralisation, NULL,
                                 true);
    expect_near(is.mean_distance, distance, "mean distance");
    expect_near(is.centralisation, centralisation, "centralisation");
    igraph_destroy(&giant);
    igraph_vector_int_destroy(&of);
    igraph_vector_int_destroy(&size);
    igraph_vector_int_destroy(&nodes);
}

/* Ways from `b` over `c` and one further: all of them, and those whose end is tied to a. */
static void extend(const igraph_t *graph, uint32_t a, uint32_t b, uint32_t c, double count[2]) {
    igraph_vector_int_t row;
    igraph_bool_t tied;
    igraph_vector_int_init(&row, 0);
    igraph_neighbors(graph, &row, c, IGRAPH_ALL);
    for (igraph_integer_t k = 0; k < igraph_vector_int_size(&row); k++) {
        uint32_t d = (uint32_t)VECTOR(row)[k];
        if (d == b || d == a)
            continue;
        igraph_are_connected(graph, a, d, &tied);
        count[0]++;
        count[1] += tied;
    }
    igraph_vector_int_destroy(&row);
}

/* Robins & Alexander (2004) word by word: of all paths a-b-c-d, those with a tie of a and d. A
 * square holds four such paths, each walked from both ends. */
static void check_clustering(const igraph_t *graph) {
    double count[2] = {0, 0};
    for (uint32_t e = 0; e < 2 * net.n_links; e++)
        for (uint32_t f = 0; f < 2 * net.n_links; f++)
            if (f != e && net.end[f] == net.end[e])
                extend(graph, net.end[f ^ 1], net.end[e], net.end[e ^ 1], count);
    if (count[0] > 0)
        expect_near(is.clustering, count[1] / count[0], "clustering");
    else
        cr_expect(isnan(is.clustering));
}

Test(measures, random_networks_agree_with_igraph) {
    static const struct {
        uint32_t a, b, links;
        bool two_mode;
    } cases[] = {{150, 150, 160, true}, {60, 100, 184, true},  {20, 20, 200, true},
                 {5, 200, 120, true},   {100, 100, 90, false}, {40, 40, 200, false},
                 {3, 2, 4, true}};
    for (uint32_t k = 0; k < 5 * sizeof cases / sizeof *cases; k++) {
        igraph_t graph;
        random_network(k, cases[k / 5].a, cases[k / 5].b, cases[k / 5].links,
                       cases[k / 5].two_mode);
        measure();
        as_igraph(&graph);
        check_betweenness(&graph);
        check_cut_points(&graph);
        check_components(&graph);
        check_clustering(&graph);
        igraph_destroy(&graph);
    }
}

/* ---- threads ---- */

/* igraph is used by one thread at a time, whoever asks. */
Test(measures, threads_share_igraph) {
    enum { THREADS = 4, TIMES = 1000 };
    double expected, worst = 0;
    uint32_t communities;
    random_network(1, 60, 100, 184, true);
    expected = modularity(&communities);
    cr_expect(expected > 0.3 && communities > 5);
#pragma omp parallel for num_threads(THREADS) reduction(max : worst) schedule(static, 1)
    for (int k = 0; k < THREADS * TIMES; k++) {
        double q = 0;
        uint32_t n = 0;
        int rc = sim_network_modularity(&net, &q, &n);
        worst = fmax(worst, rc || n != communities ? 1 : fabs(q - expected));
    }
    cr_expect_eq(worst, 0);
}

/* ---- sides, and how unequal counts are ---- */

Test(measures, sides_of_a_star_and_a_path) {
    for (uint32_t label = 11; label < 15; label++)
        link(1, label); /* a star: 1 of the first side, between all six pairs */
    link(2, 15);
    link(15, 3); /* a path whose middle is of the second side */
    measure();
    sim_network_sides_t sides = sim_network_sides(&net, 10);
    cr_expect_eq(sides.nodes[0], 3);
    cr_expect_eq(sides.nodes[1], 5);
    cr_expect_eq(sides.degree[0], 2);
    cr_expect_eq(sides.degree[1], 6 / 5.0);
    cr_expect_eq(sides.bridges, 1);
    cr_expect_eq(sides.top, 1);
    cr_expect_eq(sides.top_share, 1);
}

Test(measures, sides_of_nothing) {
    measure();
    sim_network_sides_t sides = sim_network_sides(&net, 10);
    cr_expect(isnan(sides.degree[0]) && isnan(sides.top) && isnan(sides.top_share));
}

Test(measures, of_equals_the_lower_label_is_the_top) {
    for (uint32_t donor = 5; donor > 3; donor--)
        for (uint32_t k = 0; k < 2; k++)
            link(donor, 20 + 2 * donor + k);
    measure();
    sim_network_sides_t sides = sim_network_sides(&net, 10);
    cr_expect_eq(sides.top, 4);
    cr_expect_eq(sides.top_share, 0.5);
}

Test(measures, concentration_of_counts) {
    uint32_t count[] = {1, 4, 1, 2}, equal[] = {3, 3}, none[1];
    sim_network_concentration_t share = sim_network_concentration(count, 4);
    cr_expect_eq(count[0], 4);
    cr_expect_eq(share.top1, 0.5);
    cr_expect_eq(share.top3, 7 / 8.0);
    expect_near(share.gini, 2 * (4 * 4 + 3 * 2 + 2 * 1 + 1 * 1) / 32.0 - 5 / 4.0, "Gini");
    expect_near(sim_network_concentration(equal, 2).gini, 0, "Gini of equals");
    cr_expect(isnan(sim_network_concentration(none, 0).top1));
}
