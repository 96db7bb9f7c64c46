/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/agents/columns.h"

#include <string.h>

#include "sim/base/error.h"

size_t sim_agents_type_size(sim_agents_type_t type) {
    switch (type) {
    case SIM_AGENTS_F64:
    case SIM_AGENTS_I64:
        return 8;
    case SIM_AGENTS_I32:
    case SIM_AGENTS_U32:
        return 4;
    case SIM_AGENTS_U16:
        return 2;
    case SIM_AGENTS_U8:
        return 1;
    }
    return 0;
}

int sim_agents_register(sim_agents_columns_t *columns, const char *name, sim_agents_type_t type,
                        size_t rows, void *data) {
    if (sim_agents_find(columns, name))
        return SIM_ERR_ARGUMENT;
    if (columns->count == SIM_AGENTS_MAX_COLUMNS)
        return SIM_ERR_LIMIT;
    columns->column[columns->count++] = (sim_agents_column_t){name, type, rows, data};
    return SIM_OK;
}

void *sim_agents_column(sim_agents_columns_t *columns, sim_base_arena_t *arena, const char *name,
                        sim_agents_type_t type, size_t rows) {
    void *data = sim_base_arena_alloc(arena, rows, sim_agents_type_size(type));
    if (!data || sim_agents_register(columns, name, type, rows, data))
        return NULL;
    return data;
}

const sim_agents_column_t *sim_agents_find(const sim_agents_columns_t *columns, const char *name) {
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->column[i].name, name) == 0)
            return &columns->column[i];
    return NULL;
}
