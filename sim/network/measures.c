/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Components and cut points by one depth-first walk (Hopcroft & Tarjan 1973), then betweenness and
 * distances by Brandes (2001) on the 2-core only: what hangs on it as a tree is folded into the
 * node it hangs on, which then stands for all of them (as Baglioni et al. 2012 do). Networks of
 * bodies with one tie each are mostly such trees. */
#include <math.h>
#include <string.h>

#include "sim/network/scratch.h"

static void list_neighbours(sim_network_snapshot_t *net) {
    sim_network_scratch_t *s = net->scratch;
    for (uint32_t u = 0; u < net->n_nodes; u++)
        net->degree[u] = 0;
    for (uint32_t e = 0; e < 2 * net->n_links; e++)
        net->degree[net->end[e]]++;
    s->first[0] = 0;
    for (uint32_t u = 0; u < net->n_nodes; u++) {
        s->first[u + 1] = s->first[u] + net->degree[u];
        s->next[u] = s->first[u];
    }
    for (uint32_t e = 0; e < 2 * net->n_links; e++)
        s->row[s->next[net->end[e]]++] = net->end[e ^ 1];
}

/* ---- components and cut points ---- */

static void discover(sim_network_snapshot_t *net, uint32_t u, uint32_t parent, uint32_t component) {
    sim_network_scratch_t *s = net->scratch;
    s->parent[u] = parent;
    s->order[u] = s->low[u] = s->order[parent] + 1; /* depth serves as well as a running number */
    net->component[u] = component;
    s->size[component]++;
}

static void walk_component(sim_network_snapshot_t *net, uint32_t root, uint32_t component) {
    sim_network_scratch_t *s = net->scratch;
    uint32_t u = root, branches = 0;
    s->size[component] = 0;
    discover(net, root, root, component);
    for (;;) {
        if (s->next[u] < s->first[u + 1]) {
            uint32_t v = s->row[s->next[u]++];
            if (!s->order[v])
                discover(net, v, u, component), u = v;
            else if (v != s->parent[u] && s->order[v] < s->low[u])
                s->low[u] = s->order[v];
            continue;
        }
        if (u == root)
            break;
        uint32_t p = s->parent[u];
        if (s->low[u] < s->low[p])
            s->low[p] = s->low[u];
        if (p == root)
            branches++;
        else if (s->low[u] >= s->order[p])
            net->cut[p] = 1;
        u = p;
    }
    net->cut[root] = branches > 1;
}

static void find_components(sim_network_snapshot_t *net, sim_network_measures_t *out) {
    sim_network_scratch_t *s = net->scratch;
    for (uint32_t u = 0; u < net->n_nodes; u++) {
        s->order[u] = 0;
        s->next[u] = s->first[u];
        net->cut[u] = 0;
    }
    for (uint32_t u = 0; u < net->n_nodes; u++)
        if (!s->order[u])
            walk_component(net, u, out->components++);
    for (uint32_t c = 0; c < out->components; c++)
        if (s->size[c] > out->giant)
            out->giant = s->size[c];
    for (uint32_t u = 0; u < net->n_nodes; u++)
        out->cut_points += net->cut[u];
}

/* ---- degree and closure ---- */

static double centralisation(const sim_network_snapshot_t *net) {
    double n = net->n_nodes, sum = 0;
    uint32_t top = 0;
    for (uint32_t u = 0; u < net->n_nodes; u++)
        top = net->degree[u] > top ? net->degree[u] : top;
    for (uint32_t u = 0; u < net->n_nodes; u++)
        sum += top - net->degree[u];
    return net->n_nodes > 2 ? sum / ((n - 1) * (n - 2)) : (double)NAN;
}

/* Pairs of paths of two links from u to one other node: each square is met at its four corners.
 * Adds to *closed the paths whose far end is tied to u: each triangle is met six times. */
static double squares_at(const sim_network_snapshot_t *net, uint32_t u, double *closed) {
    const sim_network_scratch_t *s = net->scratch;
    uint64_t pairs = 0;
    for (uint32_t i = s->first[u]; i < s->first[u + 1]; i++)
        for (uint32_t j = s->first[s->row[i]]; j < s->first[s->row[i] + 1]; j++)
            pairs += s->common[s->row[j]]++;
    const uint64_t back = s->common[u]; /* paths to u itself were counted with the others */
    pairs -= back * (back - 1) / 2;
    for (uint32_t i = s->first[u]; i < s->first[u + 1]; i++)
        *closed += s->common[s->row[i]];
    for (uint32_t i = s->first[u]; i < s->first[u + 1]; i++)
        for (uint32_t j = s->first[s->row[i]]; j < s->first[s->row[i] + 1]; j++)
            s->common[s->row[j]] = 0;
    return (double)pairs;
}

static double clustering(const sim_network_snapshot_t *net) {
    double squares = 0, closed = 0, paths = 0;
    for (uint32_t u = 0; u < net->n_nodes; u++)
        squares += squares_at(net, u, &closed);
    for (uint32_t e = 0; e < 2 * net->n_links; e += 2)
        paths += (net->degree[net->end[e]] - 1.0) * (net->degree[net->end[e + 1]] - 1.0);
    paths -= closed / 2; /* a triangle is no path of three links, and was taken for three */
    return paths > 0 ? squares / paths : (double)NAN;
}

/* ---- betweenness and distance ---- */

typedef struct {
    uint32_t giant; /* the component whose distances are summed */
    double distance;
} walk_t;

/* Folds u into v. Pairs that only u's own branches tie together are u's from now on. */
static void fold(sim_network_snapshot_t *net, uint32_t u, uint32_t v, walk_t *walk) {
    sim_network_scratch_t *s = net->scratch;
    if (net->component[u] == walk->giant)
        walk->distance += (s->far[u] + s->inside[u]) * s->inside[v] + s->far[v] * s->inside[u];
    net->betweenness[v] += (s->inside[v] - 1) * s->inside[u];
    s->inside[v] += s->inside[u];
    s->far[v] += s->far[u] + s->inside[u];
}

/* The neighbour into which u goes: the only one not folded yet. */
static uint32_t holder(const sim_network_scratch_t *s, uint32_t u) {
    uint32_t i = s->first[u];
    while (s->left[s->row[i]] == 0)
        i++;
    return s->row[i];
}

/* Neighbours that are left come first, so that walks over the core see no others. */
static void sort_row(sim_network_scratch_t *s, uint32_t u) {
    uint32_t front = s->first[u];
    for (uint32_t i = front; front < s->first[u] + s->left[u]; i++)
        if (s->left[s->row[i]] > 0) {
            uint32_t v = s->row[i];
            s->row[i] = s->row[front];
            s->row[front++] = v;
        }
}

/* No walk has come here. */
static void forget(sim_network_scratch_t *s, uint32_t u) {
    s->depth[u] = INT32_MAX;
    s->paths[u] = s->share[u] = 0;
}

static void fold_trees(sim_network_snapshot_t *net, walk_t *walk) {
    sim_network_scratch_t *s = net->scratch;
    uint32_t waiting = 0;
    for (uint32_t u = 0; u < net->n_nodes; u++) {
        s->left[u] = net->degree[u];
        s->inside[u] = 1;
        s->far[u] = net->betweenness[u] = 0;
        forget(s, u);
        if (net->degree[u] == 1)
            s->queue[waiting++] = u;
    }
    while (waiting > 0) {
        uint32_t u = s->queue[--waiting];
        if (s->left[u] == 0)
            continue; /* the last of its component: all others are folded into it */
        uint32_t v = holder(s, u);
        fold(net, u, v, walk);
        s->left[u] = 0;
        if (--s->left[v] == 1)
            s->queue[waiting++] = v;
    }
    for (uint32_t u = 0; u < net->n_nodes; u++)
        sort_row(s, u);
}

typedef struct {
    uint32_t *reached; /* behind the last node in queue */
    uint64_t *arcs;    /* behind the last link in arc */
} front_t;

/* A neighbour v of a node u is one link closer to the source, as far from it, or one link farther.
 * No processor can guess which, so there are no branches on it: what was not seen is at the
 * greatest depth, and what is written behind the end of a list stays only if the list grows. */
static inline front_t reach(front_t front, int32_t *depth, uint64_t far, uint32_t v,
                            int32_t farther) {
    const int32_t before = depth[v];
    *front.reached = v;
    front.reached += before > farther;
    *front.arcs = far | v;
    front.arcs += before < farther - 1;
    depth[v] = before < farther ? before : farther;
    return front;
}

/* Breadth first from `source` over what is left: whom it reaches into queue, and into arc the links
 * whose ends are at two depths. Who is left has two neighbours at least, and mostly no more: these
 * two have no loop, whose end nobody could guess. */
static front_t walk_out(const sim_network_scratch_t *s, uint32_t source) {
    const uint32_t *first = s->first, *left = s->left, *row = s->row;
    int32_t *depth = s->depth;
    front_t front = {s->queue + 1, s->arc};
    s->queue[0] = source;
    depth[source] = 0;
    for (const uint32_t *next = s->queue; next < front.reached; next++) {
        const uint32_t u = *next, *v = row + first[u], *end = v + left[u];
        const uint64_t far = (uint64_t)u << 32;
        const int32_t farther = depth[u] + 1;
        front = reach(front, depth, far, v[0], farther);
        front = reach(front, depth, far, v[1], farther);
        for (v += 2; v < end; v++)
            front = reach(front, depth, far, *v, farther);
    }
    return front;
}

/* Brandes' accumulation, every node weighing as many as it stands for. Arcs come in the order of
 * their far ends: outwards the paths to an arc's near end are all counted, and back from the
 * farthest arc the share of its far end is whole. The quotient is that of a node, but one more for
 * each of its arcs takes less time than a loop over them, whose end nobody could guess. */
static void carry(const sim_network_scratch_t *s, uint32_t source, const uint64_t *arcs) {
    const double *inside = s->inside;
    double *paths = s->paths, *share = s->share;
    paths[source] = 1;
    for (const uint64_t *arc = s->arc; arc < arcs; arc++)
        paths[*arc >> 32] += paths[(uint32_t)*arc];
    for (const uint64_t *arc = arcs; arc-- > s->arc;) {
        const uint64_t far = *arc >> 32, near = (uint32_t)*arc;
        share[near] += paths[near] * ((inside[far] + share[far]) / paths[far]);
    }
}

/* Both ends of a pair are sources in turn, hence the halves. */
static void add_source(sim_network_snapshot_t *net, uint32_t source, walk_t *walk) {
    sim_network_scratch_t *s = net->scratch;
    const front_t front = walk_out(s, source);
    const double half = 0.5 * s->inside[source];
    double distance = 0;
    carry(s, source, front.arcs);
    for (const uint32_t *next = front.reached; --next > s->queue;) {
        const uint32_t w = *next;
        net->betweenness[w] += half * s->share[w];
        distance += s->inside[w] * s->depth[w];
        forget(s, w);
    }
    forget(s, source);
    if (net->component[source] == walk->giant)
        walk->distance += half * distance;
}

static double between(sim_network_snapshot_t *net, uint32_t giant_size) {
    sim_network_scratch_t *s = net->scratch;
    walk_t walk = {0};
    double n = giant_size;
    while (net->n_nodes && s->size[walk.giant] < giant_size)
        walk.giant++;
    fold_trees(net, &walk);
    for (uint32_t u = 0; u < net->n_nodes; u++) {
        double outside = s->size[net->component[u]] - s->inside[u];
        if (s->left[u] > 0)
            add_source(net, u, &walk);
        if (s->left[u] > 0 && net->component[u] == walk.giant)
            walk.distance += s->far[u] * outside;
        net->betweenness[u] += (s->inside[u] - 1) * outside;
    }
    return n > 1 ? walk.distance / (n * (n - 1) / 2) : (double)NAN;
}

void sim_network_measure(sim_network_snapshot_t *snapshot, sim_network_measures_t *out) {
    *out = (sim_network_measures_t){0};
    list_neighbours(snapshot);
    find_components(snapshot, out);
    out->centralisation = centralisation(snapshot);
    out->clustering = clustering(snapshot);
    out->mean_distance = between(snapshot, out->giant);
}
