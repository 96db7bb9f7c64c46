/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns and networks of the state that a run writes down. */
#include <math.h>
#include <stdlib.h>

#include "sim/network/arcs.h"
#include "sim/network/graph.h"
#include "sim/param/columns.h"
#include "sim/record/replicate.h"

static sim_cell_t cell_at(const sim_world_t *world, const sim_state_row_t *row, uint32_t at) {
    const void *data = *(void *const *)(const void *)((const char *)world->state + row->offset);
    switch (row->type) {
    case SIM_STATE_F64: {
        double value = ((const double *)data)[at];
        return (sim_cell_t){.r = isinf(value) ? (double)NAN : value}; /* no value */
    }
    case SIM_STATE_I64:
        return (sim_cell_t){.i = ((const int64_t *)data)[at]};
    case SIM_STATE_I32:
        return (sim_cell_t){.i = ((const int32_t *)data)[at]};
    case SIM_STATE_U32:
        return (sim_cell_t){.i = ((const uint32_t *)data)[at]};
    case SIM_STATE_U16:
        return (sim_cell_t){.i = ((const uint16_t *)data)[at]};
    case SIM_STATE_U8:
        return (sim_cell_t){.i = ((const uint8_t *)data)[at]};
    }
    return (sim_cell_t){.i = SIM_NULL_INT};
}

/* `other`: the second end, in a network; of a population the first column is in its place. */
static int write_row(sim_world_t *world, const sim_param_states_t *states, sim_cell_t *cell,
                     uint32_t row, uint32_t other, uint32_t at) {
    cell[SIM_PARAM_STATES_STEP].i = world->clock.step;
    cell[SIM_PARAM_STATES_TIME].r = sim_schedule_time(&world->clock, world->clock.step);
    cell[SIM_PARAM_STATES_ROW].i = row;
    cell[SIM_PARAM_STATES_OTHER].i = other;
    for (size_t c = 0; c < states->n; c++)
        cell[states->first + c] = cell_at(world, states->column[c], at);
    return sim_world_row(world, states->table, cell);
}

static int write_arcs(sim_world_t *world, const sim_param_states_t *states, sim_cell_t *cell,
                      const sim_network_arcs_t *arcs, uint32_t tail) {
    const uint32_t *head = sim_network_arcs_heads(arcs, tail);
    const uint32_t first = sim_network_arcs_first(arcs, tail);
    int rc = 0;
    for (uint32_t k = 0; k < sim_network_arcs_outdegree(arcs, tail) && rc == 0; k++)
        rc = write_row(world, states, cell, tail, head[k], first + k);
    return rc;
}

/* Those of each pair once. */
static int write_ties(sim_world_t *world, const sim_param_states_t *states, sim_cell_t *cell,
                      const sim_network_graph_t *graph, uint32_t node) {
    const uint32_t *other = sim_network_neighbours(graph, node);
    int rc = 0;
    for (uint32_t k = 0; k < graph->degree[node] && rc == 0; k++)
        if (other[k] > node)
            rc = write_row(world, states, cell, node, other[k], 0);
    return rc;
}

static int write_table(sim_world_t *world, const sim_param_states_t *states) {
    const void *of = (const char *)world->state + states->of->offset;
    const sim_state_kind_t kind = states->of->kind;
    sim_cell_t *cell = calloc(SIM_PARAM_STATES_MOST + states->n, sizeof *cell);
    uint32_t n = kind == SIM_STATE_IS_POPULATION ? ((const sim_state_population_t *)of)->count
                 : kind == SIM_STATE_IS_ARCS     ? ((const sim_network_arcs_t *)of)->out.n
                                                 : ((const sim_network_graph_t *)of)->n;
    int rc = cell ? 0 : SIM_ERR_MEMORY;
    for (uint32_t at = 0; at < n && rc == 0; at++)
        rc = kind == SIM_STATE_IS_POPULATION ? write_row(world, states, cell, at, 0, at)
             : kind == SIM_STATE_IS_ARCS     ? write_arcs(world, states, cell, of, at)
                                             : write_ties(world, states, cell, of, at);
    free(cell);
    return rc;
}

int sim_record_states(sim_world_t *world, const sim_config_t *config) {
    const sim_param_columns_t *columns = config->columns;
    int rc = 0;
    if (!columns || world->clock.step % config->run.every != 0)
        return 0;
    for (size_t k = 0; k < columns->n && rc == 0; k++)
        if (sim_world_records_table(world, columns->states[k].table))
            rc = write_table(world, &columns->states[k]);
    return rc;
}
