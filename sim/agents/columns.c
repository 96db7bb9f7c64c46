/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/agents/columns.h"

#include <string.h>

#include "sim/base/error.h"

#if defined(__SANITIZE_ADDRESS__)
enum { GUARD = 0, BYTE = 0 }; /* the arena has its own */
#else
enum { GUARD = 16, BYTE = 0xa5 };
#endif

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
    columns->guarded[columns->count] = false;
    columns->column[columns->count++] = (sim_agents_column_t){name, type, rows, data};
    return SIM_OK;
}

void *sim_agents_column(sim_agents_columns_t *columns, sim_base_arena_t *arena, const char *name,
                        sim_agents_type_t type, size_t rows) {
    size_t cell = sim_agents_type_size(type);
    if (rows > (SIZE_MAX - GUARD) / cell)
        return NULL;
    char *data = sim_base_arena_alloc(arena, rows * cell + GUARD, 1);
    if (!data || sim_agents_register(columns, name, type, rows, data))
        return NULL;
    memset(data + rows * cell, BYTE, GUARD);
    columns->guarded[columns->count - 1] = true;
    return data;
}

const sim_agents_column_t *sim_agents_overrun(const sim_agents_columns_t *columns) {
    char whole[GUARD + 1];
    memset(whole, BYTE, sizeof whole);
    for (size_t i = 0; i < columns->count; i++) {
        const sim_agents_column_t *c = &columns->column[i];
        const char *end = (const char *)c->data + c->rows * sim_agents_type_size(c->type);
        if (columns->guarded[i] && memcmp(end, whole, GUARD) != 0)
            return c;
    }
    return NULL;
}

const sim_agents_column_t *sim_agents_find(const sim_agents_columns_t *columns, const char *name) {
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->column[i].name, name) == 0)
            return &columns->column[i];
    return NULL;
}
