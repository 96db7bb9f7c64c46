/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering the live ties of one moment into a graph with nodes 0..n_nodes-1. */
#include <string.h>

#include "sim/base/error.h"
#include "sim/network/scratch.h"

enum { SMALLEST = 256 };

static uint32_t larger(uint32_t room, uint32_t needed) {
    while (room < needed)
        room = room ? 2 * room : SMALLEST;
    return room;
}

#define ALLOC(pointer, count)                                                                      \
    ((pointer) = sim_base_arena_alloc(snapshot->arena, (count), sizeof *(pointer)))

/* Only the labels have to survive: all else is filled when the snapshot is measured. */
static int grow_nodes(sim_network_snapshot_t *snapshot) {
    sim_network_scratch_t *s = snapshot->scratch;
    const uint32_t *before = snapshot->label;
    uint32_t n = larger(snapshot->room_nodes, snapshot->n_nodes + 1);
    bool ok = ALLOC(snapshot->label, n) && ALLOC(snapshot->degree, n) &&
              ALLOC(snapshot->component, n) && ALLOC(snapshot->cut, n) &&
              ALLOC(snapshot->betweenness, n) && ALLOC(s->first, n + 1) && ALLOC(s->next, n) &&
              ALLOC(s->parent, n) && ALLOC(s->order, n) && ALLOC(s->low, n) && ALLOC(s->size, n) &&
              ALLOC(s->queue, n + 1) && ALLOC(s->left, n) && ALLOC(s->inside, n) &&
              ALLOC(s->far, n) && ALLOC(s->depth, n) && ALLOC(s->paths, n) && ALLOC(s->share, n) &&
              ALLOC(s->common, n);
    if (!ok)
        return SIM_ERR_MEMORY;
    if (snapshot->n_nodes)
        memcpy(snapshot->label, before, snapshot->n_nodes * sizeof *before);
    snapshot->room_nodes = n;
    return SIM_OK;
}

static int grow_links(sim_network_snapshot_t *snapshot) {
    const uint32_t *before = snapshot->end;
    uint32_t m = larger(snapshot->room_links, snapshot->n_links + 1);
    if (!ALLOC(snapshot->end, 2 * (size_t)m) || !ALLOC(snapshot->scratch->row, 2 * (size_t)m) ||
        !ALLOC(snapshot->scratch->arc, (size_t)m + 1))
        return SIM_ERR_MEMORY;
    if (snapshot->n_links)
        memcpy(snapshot->end, before, 2 * (size_t)snapshot->n_links * sizeof *before);
    snapshot->room_links = m;
    return SIM_OK;
}

int sim_network_snapshot_init(sim_network_snapshot_t *snapshot, sim_base_arena_t *arena,
                              uint32_t n_labels) {
    *snapshot = (sim_network_snapshot_t){.arena = arena, .n_labels = n_labels};
    if (!ALLOC(snapshot->node_of, n_labels) || !ALLOC(snapshot->scratch, 1))
        return SIM_ERR_MEMORY;
    int rc = grow_nodes(snapshot);
    return rc ? rc : grow_links(snapshot);
}

void sim_network_snapshot_clear(sim_network_snapshot_t *snapshot) {
    for (uint32_t node = 0; node < snapshot->n_nodes; node++)
        snapshot->node_of[snapshot->label[node]] = 0;
    snapshot->n_nodes = snapshot->n_links = 0;
}

static int node_of(sim_network_snapshot_t *snapshot, uint32_t label, uint32_t *node) {
    if (!snapshot->node_of[label]) {
        int rc = snapshot->n_nodes == snapshot->room_nodes ? grow_nodes(snapshot) : SIM_OK;
        if (rc)
            return rc;
        snapshot->label[snapshot->n_nodes] = label;
        snapshot->node_of[label] = ++snapshot->n_nodes;
    }
    *node = snapshot->node_of[label] - 1;
    return SIM_OK;
}

int sim_network_snapshot_link(sim_network_snapshot_t *snapshot, uint32_t a, uint32_t b) {
    uint32_t from = 0, to = 0;
    if (a == b || a >= snapshot->n_labels || b >= snapshot->n_labels)
        return SIM_ERR_ARGUMENT;
    int rc = snapshot->n_links == snapshot->room_links ? grow_links(snapshot) : SIM_OK;
    if (!rc)
        rc = node_of(snapshot, a, &from);
    if (!rc)
        rc = node_of(snapshot, b, &to);
    if (rc)
        return rc;
    snapshot->end[2 * (size_t)snapshot->n_links] = from;
    snapshot->end[2 * (size_t)snapshot->n_links + 1] = to;
    snapshot->n_links++;
    return SIM_OK;
}

int sim_network_snapshot_ties(sim_network_snapshot_t *snapshot, const sim_network_ties_t *ties,
                              uint8_t kind) {
    int rc = SIM_OK;
    sim_network_snapshot_clear(snapshot);
    for (uint32_t k = 0; k < ties->n_live[kind] && !rc; k++) {
        uint32_t tie = ties->live[kind][k];
        rc = sim_network_snapshot_link(snapshot, ties->from[tie], ties->to[tie]);
    }
    return rc;
}

int sim_network_snapshot_arcs(sim_network_snapshot_t *snapshot, const sim_network_arcs_t *arcs) {
    const uint32_t behind = arcs->one_mode ? 0 : arcs->out.n;
    int rc = SIM_OK;
    sim_network_snapshot_clear(snapshot);
    for (uint32_t tail = 0; tail < arcs->out.n; tail++) {
        const uint32_t *head = sim_network_arcs_heads(arcs, tail);
        for (uint32_t k = 0; k < sim_network_arcs_outdegree(arcs, tail) && !rc; k++) {
            bool linked =
                arcs->one_mode && head[k] < tail && sim_network_arcs_has(arcs, head[k], tail);
            if (!linked)
                rc = sim_network_snapshot_link(snapshot, tail, behind + head[k]);
        }
    }
    return rc;
}
