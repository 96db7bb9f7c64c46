/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures of a network as it stands at one moment: live ties are gathered into a snapshot, a
 * simple undirected graph of the nodes that have a tie, and the snapshot is measured.
 *
 * Paths, components and cut points are walked here in one go: igraph asks for a walk each, and its
 * global state (error handler, clean-up stack) lets one thread in at a time unless it was built
 * with IGRAPH_THREAD_SAFE, which Debian's is not. Communities, which are deep, are igraph's, behind
 * a lock. */
#ifndef SIM_NETWORK_MEASURES_H
#define SIM_NETWORK_MEASURES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/network/arcs.h"
#include "sim/network/ties.h"

/* Nodes are numbered in order of their first tie; arrays of nodes are n_nodes long. Fill it with
 * the functions below, read freely. */
typedef struct {
    uint32_t n_nodes, n_links;
    uint32_t *label;     /* node -> what the caller calls it */
    uint32_t *end;       /* 2 * n_links: the nodes of each link */
    uint32_t *degree;    /* by node, as all below */
    uint32_t *component; /* numbered in order of their first node */
    uint8_t *cut;        /* without it its component falls apart: an articulation point */
    double *betweenness; /* Freeman 1977: unordered pairs, each counted by the share of its
                            shortest paths that pass here */
    uint32_t n_labels, room_nodes, room_links;
    uint32_t *node_of; /* label -> node + 1; 0 = not there */
    struct sim_network_scratch *scratch;
    sim_base_arena_t *arena;
} sim_network_snapshot_t;

typedef struct {
    uint32_t components, giant; /* giant: nodes of the largest component, the first of equals */
    uint32_t cut_points;
    double clustering;     /* 4 * four-cycles / paths of three links (Robins & Alexander 2004) */
    double centralisation; /* of degree, Freeman 1979: 0 all alike, 1 a star */
    double mean_distance;  /* links between two nodes of the giant component */
} sim_network_measures_t;

/* An empty snapshot of nodes called 0..n_labels-1, on an arena that must stay where it is. Its
 * arrays grow when a snapshot is larger than all before. 0 or SIM_ERR_MEMORY. */
int sim_network_snapshot_init(sim_network_snapshot_t *snapshot, sim_base_arena_t *arena,
                              uint32_t n_labels);

/* Empties it. Forgets what was measured. */
void sim_network_snapshot_clear(sim_network_snapshot_t *snapshot);

/* Adds a link. SIM_ERR_ARGUMENT when a == b or a label is out of range; SIM_ERR_MEMORY. Each pair
 * once, in either order (not checked). */
int sim_network_snapshot_link(sim_network_snapshot_t *snapshot, uint32_t a, uint32_t b);

/* Clears it and adds the live ties of a kind; labels are the ids of their ends. */
int sim_network_snapshot_ties(sim_network_snapshot_t *snapshot, const sim_network_ties_t *ties,
                              uint8_t kind);

/* Clears it and links the ends of arcs, once where there are two of opposite directions, of which
 * the snapshot knows nothing (density and reciprocity: arcs.h). Labels are rows; in two modes those
 * of heads come behind those of tails. */
int sim_network_snapshot_arcs(sim_network_snapshot_t *snapshot, const sim_network_arcs_t *arcs);

/* Measures the snapshot and fills its arrays by node. NaN where there is nothing to measure: no
 * path of three links (clustering), fewer than three nodes (centralisation), fewer than two
 * (distance). O(links * (degree + nodes of the 2-core)); no allocation. */
void sim_network_measure(sim_network_snapshot_t *snapshot, sim_network_measures_t *out);

/* The nodes of a network between two kinds of bodies by side, after it has been measured. NaN where
 * there is nothing to measure. */
typedef struct {
    double nodes[2], degree[2]; /* how many there are of a side, and their mean ties */
    /* Of the first side: how many are cut points; who has most of its betweenness, of equals the
     * lower label, and which share. */
    double bridges, top, top_share;
} sim_network_sides_t;
/* Labels below `border` are of the first side. */
sim_network_sides_t sim_network_sides(const sim_network_snapshot_t *net, uint32_t border);

/* How unequal n counts are, all above 0: the share of the largest and of the three largest, and
 * Gini's coefficient; NaN for n = 0. Sorts them, the largest first. */
typedef struct {
    double top1, top3, gini;
} sim_network_concentration_t;
sim_network_concentration_t sim_network_concentration(uint32_t *count, uint32_t n);

/* Modularity of the best split that fast greedy agglomeration finds (Clauset, Newman & Moore 2004,
 * by igraph; no randomness), and its number of communities. NaN and 0 without links. Takes the lock
 * of igraph and allocates by malloc. 0, SIM_ERR_MEMORY or SIM_ERR_LIMIT. */
int sim_network_modularity(const sim_network_snapshot_t *snapshot, double *modularity,
                           uint32_t *communities);

#endif
