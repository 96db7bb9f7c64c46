/* SPDX-License-Identifier: GPL-3.0-or-later */
#define SIM_NETWORK_INLINE extern inline
#include "sim/network/graph.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/error.h"
#include "sim/rng/rng.h"

enum { LINE = 16 /* words in a cache line */, BATCH = 1024, AHEAD = 16 };

/* ---- rows ---- */

/* What the own row of a node holds once its neighbours have moved to a longer one. */
typedef struct {
    uint32_t *row;
    uint32_t size; /* it has stride << size places */
} longer_t;

static uint32_t *own_row(const sim_network_graph_t *graph, uint32_t node) {
    return graph->row + (size_t)node * graph->stride;
}

static uint32_t *row_of(sim_network_graph_t *graph, uint32_t node) {
    return (uint32_t *)sim_network_neighbours(graph, node);
}

static longer_t longer_of(const sim_network_graph_t *graph, uint32_t node) {
    longer_t longer;
    memcpy(&longer, own_row(graph, node), sizeof longer);
    return longer;
}

static bool is_long(const sim_network_graph_t *graph, uint32_t node) {
    return graph->degree[node] > graph->stride;
}

static uint32_t *take_row(sim_network_graph_t *graph, uint32_t size) {
    uint32_t *row = graph->rows->spare[size], *next;
    if (!row)
        return sim_base_arena_alloc(graph->rows->arena, (size_t)graph->stride << size, sizeof *row);
    memcpy(&next, row, sizeof next);
    graph->rows->spare[size] = next;
    return row;
}

static void give_row(sim_network_graph_t *graph, longer_t longer) {
    uint32_t *next = graph->rows->spare[longer.size];
    memcpy(longer.row, &next, sizeof next);
    graph->rows->spare[longer.size] = longer.row;
}

static uint32_t size_for(const sim_network_graph_t *graph, uint32_t degree) {
    uint32_t size = 0;
    while (graph->stride << size < degree)
        size++;
    return size;
}

/* A longer row, with the neighbours that the node has; its degree must exceed the stride before
 * anybody looks. */
static int lengthen(sim_network_graph_t *graph, uint32_t node, uint32_t degree) {
    bool was_long = is_long(graph, node);
    const longer_t old = longer_of(graph, node), new = {.size = size_for(graph, degree)};
    longer_t longer = new;
    int rc = SIM_OK;
    pthread_mutex_lock(&graph->rows->lock);
    longer.row = take_row(graph, new.size);
    if (longer.row) {
        memcpy(longer.row, row_of(graph, node), graph->degree[node] * sizeof *longer.row);
        if (was_long)
            give_row(graph, old);
        graph->rows->long_rows += !was_long;
        if (graph->stride << new.size > graph->rows->longest)
            graph->rows->longest = graph->stride << new.size;
    } else
        rc = SIM_ERR_MEMORY;
    pthread_mutex_unlock(&graph->rows->lock);
    if (!rc)
        memcpy(own_row(graph, node), &longer, sizeof longer);
    return rc;
}

/* The node has as many ties left as fit its own row. */
static void shorten(sim_network_graph_t *graph, uint32_t node) {
    const longer_t longer = longer_of(graph, node);
    memcpy(own_row(graph, node), longer.row, graph->stride * sizeof *longer.row);
    pthread_mutex_lock(&graph->rows->lock);
    give_row(graph, longer);
    graph->rows->long_rows--;
    pthread_mutex_unlock(&graph->rows->lock);
}

/* Two standard deviations above the mean of a Poisson degree: 1 % of nodes need a longer row. */
static double wanted_stride(uint32_t n, double mean_degree) {
    double room = mean_degree + 2.0 * sqrt(mean_degree) + 2.0;
    double most = n > 1 ? (double)n - 1.0 : 1.0;
    return ceil(fmin(room, most) / LINE) * LINE;
}

/* Rows and degrees for so many nodes; what the n have is copied. */
static int make_nodes(sim_network_graph_t *graph, uint32_t room) {
    sim_base_arena_t *arena = graph->rows->arena;
    uint32_t *row = sim_base_arena_alloc(arena, (size_t)room * graph->stride, sizeof *row);
    uint16_t *degree = sim_base_arena_alloc(arena, room, sizeof *degree);
    if (!row || !degree)
        return SIM_ERR_MEMORY;
    if (graph->row && graph->n) {
        memcpy(row, graph->row, (size_t)graph->n * graph->stride * sizeof *row);
        memcpy(degree, graph->degree, graph->n * sizeof *degree);
    }
    graph->row = row;
    graph->degree = degree;
    return SIM_OK;
}

int sim_network_graph_init(sim_network_graph_t *graph, sim_base_arena_t *arena, uint32_t n,
                           double mean_degree) {
    double stride = wanted_stride(n, fmax(mean_degree, 0.0));
    sim_network_rows_t *rows = sim_base_arena_alloc(arena, 1, sizeof *rows);
    *graph = (sim_network_graph_t){.n = n, .rows = rows};
    if (!rows)
        return SIM_ERR_MEMORY;
    *rows = (sim_network_rows_t){.arena = arena, .lock = PTHREAD_MUTEX_INITIALIZER};
    if (stride > SIM_NETWORK_MAX_DEGREE)
        return SIM_ERR_LIMIT;
    graph->stride = rows->longest = (uint32_t)stride;
    rows->room = n;
    return make_nodes(graph, n);
}

/* A line is compared at once: that costs less than a jump that the processor cannot foresee. */
uint32_t sim_network_row_place(const uint32_t *row, uint32_t degree, uint32_t node) {
    for (uint32_t first = 0; first < degree; first += LINE) {
        uint32_t hits = 0;
        for (uint32_t k = 0; k < LINE; k++)
            hits |= (uint32_t)(row[first + k] == node) << k;
        uint32_t at = first + (hits ? (uint32_t)__builtin_ctz(hits) : LINE);
        if (hits)
            return at < degree ? at : degree; /* else it is in what lies behind the row's end */
    }
    return degree;
}

static uint32_t place_of(const sim_network_graph_t *graph, uint32_t a, uint32_t b) {
    return sim_network_row_place(sim_network_neighbours(graph, a), graph->degree[a], b);
}

#define MISUSE(...)                                                                                \
    sim_base_why_first(graph->rows->misuse, sizeof graph->rows->misuse, SIM_ERR_ARGUMENT,          \
                       __VA_ARGS__)

bool sim_network_graph_has(const sim_network_graph_t *graph, uint32_t a, uint32_t b) {
    if (a >= graph->n || b >= graph->n) {
        (void)MISUSE("whether nodes %u and %u of a graph of %u nodes are tied is asked", a, b,
                     graph->n);
        return false;
    }
    return place_of(graph, a, b) < graph->degree[a];
}

/* Whether it may change now. One that the world does not know fails the step later. */
static bool may_change(const sim_network_graph_t *graph) {
    sim_base_arena_t *arena = graph->rows->arena;
    if (sim_base_arena_is_shut(arena, "a change of a graph"))
        return false;
    if (arena->sealed && !graph->rows->known)
        arena->complaint =
            "a graph changes that the world does not know; hand it over in setup(): world->graph";
    return true;
}

int sim_network_row_append(sim_network_graph_t *graph, uint32_t to, uint32_t a) {
    uint32_t degree = graph->degree[to];
    if (degree == SIM_NETWORK_MAX_DEGREE)
        return SIM_ERR_LIMIT;
    uint32_t room = is_long(graph, to) ? graph->stride << longer_of(graph, to).size : graph->stride;
    if (degree < room) {
        row_of(graph, to)[graph->degree[to]++] = a;
        return SIM_OK;
    }
    int rc = lengthen(graph, to, degree + 1);
    if (rc)
        return rc;
    longer_of(graph, to).row[graph->degree[to]++] = a;
    return SIM_OK;
}

void sim_network_row_replace(sim_network_graph_t *graph, uint32_t a, uint32_t at, uint32_t to) {
    row_of(graph, a)[at] = to;
}

/* The last neighbour takes the place at `at`. */
static void remove_at(sim_network_graph_t *graph, uint32_t node, uint32_t at) {
    uint32_t *row = row_of(graph, node), last = graph->degree[node] - 1U;
    row[at] = row[last];
    if (last == graph->stride)
        shorten(graph, node);
    graph->degree[node] = (uint16_t)last;
}

void sim_network_row_remove(sim_network_graph_t *graph, uint32_t b, uint32_t a) {
    remove_at(graph, b, place_of(graph, b, a));
}

/* ---- ties ---- */

int sim_network_graph_link(sim_network_graph_t *graph, uint32_t a, uint32_t b) {
    if (!may_change(graph))
        return SIM_ERR_ARGUMENT;
    int rc = sim_network_row_append(graph, a, b);
    if (rc)
        return rc;
    rc = sim_network_row_append(graph, b, a);
    if (rc) {
        remove_at(graph, a, graph->degree[a] - 1U);
        return rc;
    }
    graph->ties++;
    return SIM_OK;
}

int sim_network_graph_move(sim_network_graph_t *graph, uint32_t a, uint32_t at, uint32_t to) {
    uint32_t old = sim_network_neighbours(graph, a)[at];
    if (!may_change(graph))
        return SIM_ERR_ARGUMENT;
    int rc = sim_network_row_append(graph, to, a);
    if (rc)
        return rc;
    sim_network_row_replace(graph, a, at, to);
    sim_network_row_remove(graph, old, a);
    return SIM_OK;
}

int sim_network_graph_add(sim_network_graph_t *graph, uint32_t a, uint32_t b) {
    if (a >= graph->n || b >= graph->n)
        return MISUSE("nodes %u and %u of a graph of %u nodes are tied", a, b, graph->n);
    if (a == b)
        return MISUSE("node %u of a graph is tied to itself", a);
    if (sim_network_graph_has(graph, a, b))
        return MISUSE("nodes %u and %u of a graph are tied twice", a, b);
    return sim_network_graph_link(graph, a, b);
}

void sim_network_graph_drop(sim_network_graph_t *graph, uint32_t a, uint32_t at) {
    if (a >= graph->n || at >= graph->degree[a]) {
        (void)MISUSE("node %u of a graph is to lose tie %u of its row, which it has not", a, at);
        return;
    }
    if (!may_change(graph))
        return;
    sim_network_row_remove(graph, sim_network_neighbours(graph, a)[at], a);
    remove_at(graph, a, at);
    graph->ties--;
}

/* ---- nodes that come and go ---- */

int sim_network_graph_grow(sim_network_graph_t *graph, uint32_t more) {
    uint64_t wanted = (uint64_t)graph->n + more, room = graph->rows->room;
    if (wanted > UINT32_MAX)
        return SIM_ERR_LIMIT;
    if (wanted > room) {
        room = wanted > 2 * room ? wanted : 2 * room;
        room = room > UINT32_MAX ? UINT32_MAX : room;
        int rc = make_nodes(graph, (uint32_t)room);
        if (rc)
            return rc;
        graph->rows->room = (uint32_t)room;
    }
    graph->n = (uint32_t)wanted;
    return SIM_OK;
}

void sim_network_graph_remove(sim_network_graph_t *graph, uint32_t node) {
    uint32_t last = graph->n - 1;
    while (graph->degree[node])
        sim_network_graph_drop(graph, node, graph->degree[node] - 1U);
    if (node != last) {
        const uint32_t *row = sim_network_neighbours(graph, last);
        for (uint32_t k = 0; k < graph->degree[last]; k++)
            sim_network_row_replace(graph, row[k], place_of(graph, row[k], last), node);
        /* Its own row, or where its longer one is. */
        memcpy(own_row(graph, node), own_row(graph, last), graph->stride * sizeof *graph->row);
        graph->degree[node] = graph->degree[last];
        graph->degree[last] = 0;
    }
    graph->n = last;
}

/* Draws pairs until m ties stand, throwing loops and doubles away: uniform over the graphs
 * with m ties. Pair t is block t of the purpose, so the graph of a key is one and the same. */
static int draw_ties(sim_network_graph_t *graph, uint64_t m, sim_rng_key_t key) {
    uint32_t a[BATCH], b[BATCH], n = graph->n;
    for (uint64_t first = 0; graph->ties < m; first += BATCH) {
        sim_rng_t rng = sim_rng_at(key, SIM_RNG_PURPOSE_GRAPH, (uint32_t)(first >> 32));
        sim_rng_fill(&rng, (uint32_t)first, BATCH, a, b);
        for (uint32_t k = 0; k < BATCH; k++) {
            a[k] = sim_rng_scale(a[k], n);
            b[k] = sim_rng_scale(b[k], n);
        }
        for (uint32_t k = 0; k < BATCH && graph->ties < m; k++) {
            if (k + AHEAD < BATCH) {
                sim_network_prefetch(graph, a[k + AHEAD]);
                sim_network_prefetch(graph, b[k + AHEAD]);
            }
            if (a[k] == b[k] || sim_network_graph_has(graph, a[k], b[k]))
                continue;
            int rc = sim_network_graph_link(graph, a[k], b[k]);
            if (rc)
                return rc;
        }
    }
    return SIM_OK;
}

/* Every pair that was tied is not, and the other way round. */
static int complement(sim_network_graph_t *graph) {
    sim_network_graph_t old = *graph;
    uint8_t *tied = sim_base_arena_alloc(old.rows->arena, old.n, sizeof *tied);
    int rc = sim_network_graph_init(graph, old.rows->arena, old.n, (double)old.n);
    if (rc || !tied)
        return rc ? rc : SIM_ERR_MEMORY;
    for (uint32_t i = 0; i < old.n && !rc; i++) {
        const uint32_t *row = sim_network_neighbours(&old, i);
        memset(tied, 0, old.n);
        for (uint32_t k = 0; k < old.degree[i]; k++)
            tied[row[k]] = 1;
        for (uint32_t j = i + 1; j < old.n && !rc; j++)
            rc = tied[j] ? SIM_OK : sim_network_graph_link(graph, i, j);
    }
    return rc;
}

int sim_network_graph_random(sim_network_graph_t *graph, uint64_t m, sim_rng_key_t key) {
    uint64_t n = graph->n, pairs = n ? n * (n - 1) / 2 : 0;
    if (graph->ties)
        return MISUSE("a random graph is drawn into one that has %" PRIu64
                      " ties; it must be empty",
                      graph->ties);
    if (m > pairs)
        return MISUSE("a random graph of %u nodes is to have %" PRIu64
                      " ties; there may be at most %" PRIu64,
                      graph->n, m, pairs);
    if (m <= pairs / 2)
        return draw_ties(graph, m, key);
    /* In a dense graph few draws would hit a free pair: the missing ties are drawn instead. */
    int rc = draw_ties(graph, pairs - m, key);
    return rc ? rc : complement(graph);
}

/* An empty row for so many neighbours. */
static int make_room(sim_network_graph_t *graph, uint32_t node, uint32_t degree) {
    if (is_long(graph, node))
        shorten(graph, node);
    graph->degree[node] = 0;
    return degree > graph->stride ? lengthen(graph, node, degree) : SIM_OK;
}

int sim_network_graph_reset(sim_network_graph_t *graph, uint32_t n) {
    for (uint32_t i = 0; i < graph->n; i++)
        (void)make_room(graph, i, 0);
    graph->ties = 0;
    if (n > graph->n)
        return sim_network_graph_grow(graph, n - graph->n);
    graph->n = n;
    return SIM_OK;
}

int sim_network_graph_restore(sim_network_graph_t *graph, const uint16_t *degree,
                              const uint32_t *neighbours, size_t n_neighbours) {
    size_t total = 0;
    int rc = SIM_OK;
    for (uint32_t i = 0; i < graph->n; i++)
        total += degree[i];
    bool sound = total == n_neighbours && total % 2 == 0;
    for (size_t k = 0; k < n_neighbours && sound; k++)
        sound = neighbours[k] < graph->n;
    if (!sound)
        return SIM_ERR_VERIFY;
    for (uint32_t i = 0; i < graph->n && !rc; i++) {
        rc = make_room(graph, i, degree[i]);
        if (rc)
            break;
        graph->degree[i] = degree[i];
        memcpy(row_of(graph, i), neighbours, degree[i] * sizeof *neighbours);
        neighbours += degree[i];
    }
    graph->ties = total / 2;
    return rc;
}

/* What is wrong with a node's row, or NULL. */
static const char *fault_of(const sim_network_graph_t *graph, uint32_t a) {
    const uint32_t *row = sim_network_neighbours(graph, a);
    for (uint32_t k = 0; k < graph->degree[a]; k++) {
        if (row[k] >= graph->n)
            return "is tied to what is no node";
        if (row[k] == a)
            return "is tied to itself";
        if (!sim_network_graph_has(graph, row[k], a))
            return "is tied to a node that is not tied to it";
        if (place_of(graph, a, row[k]) != k)
            return "is tied twice to the same node";
    }
    return NULL;
}

int sim_network_graph_verify(const sim_network_graph_t *graph, sim_base_why_t *why) {
    uint64_t ends = 0;
    uint32_t long_rows = 0;
    for (uint32_t a = 0; a < graph->n; a++)
        long_rows += is_long(graph, a);
    if (long_rows !=
        graph->rows->long_rows) { /* then what a row says of a longer one is not to be read */
        return sim_base_why_fail(why, SIM_ERR_VERIFY,
                                 "graph: %u nodes have more than %u ties, %u have room", long_rows,
                                 graph->stride, graph->rows->long_rows);
    }
    for (uint32_t a = 0; a < graph->n; a++) {
        const char *fault = fault_of(graph, a);
        if (fault)
            return sim_base_why_fail(why, SIM_ERR_VERIFY, "graph: node %u %s", a, fault);
        ends += graph->degree[a];
    }
    if (ends == 2 * graph->ties)
        return SIM_OK;
    return sim_base_why_fail(why, SIM_ERR_VERIFY,
                             "graph: %llu ties are counted, the rows have %llu",
                             (unsigned long long)graph->ties, (unsigned long long)ends / 2);
}
