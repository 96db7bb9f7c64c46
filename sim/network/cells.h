/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lies in rows with gaps between them, of a graph, of lists or beside lists, as one array for
 * those who save, digest and compare it: row after row. */
#ifndef SIM_NETWORK_CELLS_H
#define SIM_NETWORK_CELLS_H

#include "sim/network/graph.h"
#include "sim/network/lists.h"

/* Of a graph, or of lists; neither: there are no rows. */
typedef struct {
    const sim_network_graph_t *graph; /* its neighbours */
    const sim_network_lists_t *lists;
    const char *column; /* of lists, by place: cell[], or what is beside it */
    size_t size;        /* bytes of a cell */
} sim_network_cells_t;

static inline uint32_t sim_network_cells_rows(const sim_network_cells_t *cells) {
    if (cells->graph)
        return cells->graph->n;
    return cells->lists ? cells->lists->n : 0;
}

/* The cells of a row, so many bytes. */
static inline const void *sim_network_cells_row(const sim_network_cells_t *cells, uint32_t row,
                                                size_t *bytes) {
    const sim_network_lists_t *lists = cells->lists;
    *bytes = (lists ? lists->degree[row] : cells->graph->degree[row]) * cells->size;
    return lists ? (const void *)(cells->column + lists->first[row] * cells->size)
                 : sim_network_neighbours(cells->graph, row);
}

#endif
