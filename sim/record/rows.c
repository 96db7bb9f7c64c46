/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a world is recorded, and rows that a model adds to its own results tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/record/replicate.h"

bool sim_world_records_rows(const sim_world_t *world) {
    return world->record && world->record->detail >= SIM_DETAIL_FULL;
}

bool sim_world_records_table(const sim_world_t *world, int table) {
    return sim_world_records_rows(world) && !world->record->table[table].dropped;
}

bool sim_world_records_series(const sim_world_t *world) {
    return world->record && world->record->detail >= SIM_DETAIL_SERIES;
}

static int check_table(sim_world_t *world, int table) {
    if (table >= 0 && (size_t)table < world->record->n_tables)
        return 0;
    return sim_world_fail(world, SIM_ERR_ARGUMENT, "there is no results table %d", table);
}

static int no_label(sim_world_t *world, int table, size_t field, int64_t value) {
    const sim_table_t *of = &world->model->tables[table];
    return sim_world_fail(world, SIM_ERR_ARGUMENT, "%s.%s is %lld, which has no label", of->name,
                          of->fields[field].name, (long long)value);
}

static int infinite(sim_world_t *world, int table, size_t field) {
    const sim_table_t *of = &world->model->tables[table];
    return sim_world_fail(world, SIM_ERR_MODEL, "%.60s.%.60s is infinite (no value is NaN)",
                          of->name, of->fields[field].name);
}

static int check_cells(sim_world_t *world, int table, const sim_cell_t *cell) {
    const sim_record_rows_t *rows = &world->record->table[table];
    const sim_field_t *field = world->model->tables[table].fields;
    for (size_t f = 0; f < rows->fields; f++) {
        if (field[f].type == SIM_FIELD_LABEL && (uint64_t)cell[f].i >= rows->labels[f] &&
            cell[f].i != SIM_NULL_INT)
            return no_label(world, table, f, cell[f].i);
        if (field[f].type == SIM_FIELD_REAL && isinf(cell[f].r))
            return infinite(world, table, f);
    }
    return 0;
}

int sim_record_rows_reserve(sim_record_rows_t *rows, size_t wanted) {
    size_t capacity = rows->capacity ? rows->capacity : 64;
    if (wanted <= rows->capacity)
        return 0;
    if (wanted > SIZE_MAX / 2 / sizeof *rows->cell / rows->fields) /* of a checkpoint's number */
        return SIM_ERR_MEMORY;
    while (capacity < wanted)
        capacity *= 2;
    sim_cell_t *grown = realloc(rows->cell, capacity * rows->fields * sizeof *grown);
    if (!grown)
        return SIM_ERR_MEMORY;
    rows->cell = grown;
    rows->capacity = capacity;
    return 0;
}

int sim_world_row(sim_world_t *world, int table, const sim_cell_t *cell) {
    if (sim_base_arena_is_shut(&world->arena, "sim_world_row()"))
        return SIM_ERR_ARGUMENT;
    if (!sim_world_records_rows(world))
        return 0;
    int rc = check_table(world, table);
    if (rc)
        return rc;
    sim_record_rows_t *rows = &world->record->table[table];
    if (rows->dropped)
        return 0;
    rc = check_cells(world, table, cell);
    if (rc)
        return rc;
    if (rows->kept && cell[rows->kind_field].i != SIM_NULL_INT &&
        !rows->kept[cell[rows->kind_field].i])
        return 0;
    if (rows->rows == rows->capacity && (rc = sim_record_rows_reserve(rows, rows->rows + 1)))
        return rc;
    memcpy(rows->cell + rows->rows * rows->fields, cell, rows->fields * sizeof *cell);
    rows->rows++;
    return 0;
}
