/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of the state that a run writes down. */
#include <math.h>
#include <stdlib.h>

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

static int write_table(sim_world_t *world, const sim_param_states_t *states) {
    const sim_state_population_t *of =
        (const void *)((const char *)world->state + states->of->offset);
    sim_cell_t *cell = calloc(SIM_PARAM_STATES_FIRST + states->n, sizeof *cell);
    int rc = cell ? 0 : SIM_ERR_MEMORY;
    for (uint32_t at = 0; at < of->count && rc == 0; at++) {
        cell[SIM_PARAM_STATES_STEP].i = world->clock.step;
        cell[SIM_PARAM_STATES_TIME].r = sim_schedule_time(&world->clock, world->clock.step);
        cell[SIM_PARAM_STATES_ROW].i = at;
        for (size_t c = 0; c < states->n; c++)
            cell[SIM_PARAM_STATES_FIRST + c] = cell_at(world, states->column[c], at);
        rc = sim_world_row(world, states->table, cell);
    }
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
