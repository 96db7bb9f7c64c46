/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simple undirected graph for millions of nodes. Every node has a row of `stride` places of its
 * own, one or two cache lines, so that no index is chased; the few who outgrow it have a longer row
 * elsewhere, and their own says where. So memory goes with the number of ties, hubs or not. The
 * order within a row does not depend on where it lies, nor do results. */
#ifndef SIM_NETWORK_GRAPH_H
#define SIM_NETWORK_GRAPH_H

#include <pthread.h>

#include "sim/base/inline.h"
#include "sim/base/why.h"
#include "sim/model.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SIM_NETWORK_ROW_SIZES = 13 };

/* What the room keeps about the rows of a graph. A row has `stride` places, a multiple of 16 words,
 * a cache line; a node with more ties has there where its longer row is: go through
 * sim_network_neighbours. */
typedef struct sim_network_rows {
    uint32_t long_rows;                     /* nodes that have one */
    uint32_t longest;                       /* places of the longest row there was so far */
    uint32_t room;                          /* nodes for which there are rows */
    uint32_t *spare[SIM_NETWORK_ROW_SIZES]; /* rows of stride << s places that were given back */
    /* Several threads may change rows at the same time; the arena and the spare rows are one. */
    pthread_mutex_t lock;
    sim_base_arena_t *arena;
    bool known; /* to the world, which saves and compares it */
    /* The first misuse, else ""; as in sim_network_ties_t. */
    char misuse[120];
} sim_network_rows_t;

#ifndef SIM_NETWORK_INLINE
#define SIM_NETWORK_INLINE SIM_INLINE
#endif

/* An empty graph of n nodes with room for about mean_degree ties per node. The rows come from
 * the arena, which must stay where it is. 0, SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_graph_init(sim_network_graph_t *graph, sim_base_arena_t *arena, uint32_t n,
                           double mean_degree);

/* A node's neighbours, degree[node] of them. What lies behind them, up to a multiple of 16 places,
 * may be read and means nothing. */
SIM_NETWORK_INLINE const uint32_t *sim_network_neighbours(const sim_network_graph_t *graph,
                                                          uint32_t node) {
    const uint32_t *own = graph->row + (size_t)node * graph->stride, *longer;
    if (__builtin_expect(graph->degree[node] <= graph->stride, 1))
        return own;
    memcpy(&longer, own, sizeof longer);
    return longer;
}

/* Asks for a node's row ahead of its use: a graph of millions does not fit any cache. */
SIM_NETWORK_INLINE void sim_network_prefetch(const sim_network_graph_t *graph, uint32_t node) {
    __builtin_prefetch(graph->row + (size_t)node * graph->stride, 1);
}

/* The place of a node in a row of so many neighbours, or that number. The row can be read up to a
 * multiple of 16 places. */
uint32_t sim_network_row_place(const uint32_t *row, uint32_t degree, uint32_t node);

/* sim_network_graph_add for two nodes that the caller has just seen to be different and not tied:
 * nothing is checked. 0, SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_graph_link(sim_network_graph_t *graph, uint32_t a, uint32_t b);

/* Moves the tie at place `at` of a's row to `to`, which the caller has just seen to be neither a
 * nor a neighbour: `to` takes the place. 0, SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_graph_move(sim_network_graph_t *graph, uint32_t a, uint32_t at, uint32_t to);

/* The three rows that a move changes, each alone. For several threads at once, as long as each row
 * has one thread; afterwards all three must have been called. */
void sim_network_row_replace(sim_network_graph_t *graph, uint32_t a, uint32_t at, uint32_t to);
void sim_network_row_remove(sim_network_graph_t *graph, uint32_t b, uint32_t a);
int sim_network_row_append(sim_network_graph_t *graph, uint32_t to, uint32_t a);

/* Nodes that come, without ties, and one that goes with its ties and whose number the last one
 * takes. SIM_ERR_MEMORY or SIM_ERR_LIMIT. Amortised O(1) a node; O(degrees of its and the last
 * one's neighbours). */
int sim_network_graph_grow(sim_network_graph_t *graph, uint32_t more);
void sim_network_graph_remove(sim_network_graph_t *graph, uint32_t node);

/* Makes it n nodes without ties. SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_graph_reset(sim_network_graph_t *graph, uint32_t n);

/* Puts other ties in the place of those that are there: the degrees of all nodes and their
 * neighbours one row after the other, n_neighbours in all. SIM_ERR_VERIFY when the numbers do not
 * fit each other or a neighbour is no node (symmetry is not looked at), else as for add. */
int sim_network_graph_restore(sim_network_graph_t *graph, const uint16_t *degree,
                              const uint32_t *neighbours, size_t n_neighbours);

/* Invariants: symmetry, no loop, no double tie, count. 0, or SIM_ERR_VERIFY and a sentence in `why`
 * (which may be NULL). O(ties * degree). */
int sim_network_graph_verify(const sim_network_graph_t *graph, sim_base_why_t *why);

#ifdef __cplusplus
}
#endif

#endif
