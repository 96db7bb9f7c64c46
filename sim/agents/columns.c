/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/agents/columns.h"

#include <string.h>

#include "sim/base/error.h"

/* Bytes before and behind a column; they keep it aligned. Under ASan the arena has its own. */
#if defined(__SANITIZE_ADDRESS__)
enum { GUARD = 0 };
#else
enum { GUARD = 64 };
#endif

/* A twin has other bytes, so that what was read there differs. */
static int guard_byte(const sim_agents_columns_t *columns) {
    return columns->of_twin ? 0x3c : 0xa5;
}

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
    if (!name || sim_agents_type_size(type) == 0 || (!data && rows > 0) ||
        sim_agents_find(columns, name))
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
    if (cell == 0 || rows > (SIZE_MAX - 2 * GUARD) / cell)
        return NULL;
    char *begin = sim_base_arena_alloc(arena, rows * cell + 2 * GUARD, 1);
    char *data = begin ? begin + GUARD : NULL;
    if (!data || sim_agents_register(columns, name, type, rows, data))
        return NULL;
    memset(begin, guard_byte(columns), GUARD);
    memset(data + rows * cell, guard_byte(columns), GUARD);
    columns->guarded[columns->count - 1] = true;
    return data;
}

const sim_agents_column_t *sim_agents_overrun(const sim_agents_columns_t *columns) {
    char whole[GUARD + 1];
    memset(whole, guard_byte(columns), sizeof whole);
    for (size_t i = 0; i < columns->count; i++) {
        const sim_agents_column_t *c = &columns->column[i];
        const char *begin = c->data, *end = begin + c->rows * sim_agents_type_size(c->type);
        if (columns->guarded[i] &&
            (memcmp(begin - GUARD, whole, GUARD) != 0 || memcmp(end, whole, GUARD) != 0))
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
