/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that a model adds to its own results tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/record/replicate.h"

static int check_row(sim_world_t *world, int table, const sim_cell_t *cell) {
    const sim_record_t *record = world->record;
    if (table < 0 || (size_t)table >= record->n_tables)
        return sim_world_fail(world, SIM_ERR_ARGUMENT, "there is no results table %d", table);
    const sim_field_t *field = world->model->tables[table].fields;
    for (size_t f = 0; field[f].name; f++) {
        if (field[f].type == SIM_FIELD_REAL && isinf(cell[f].r))
            return sim_world_fail(world, SIM_ERR_MODEL, "%.60s.%.60s is infinite (no value is NaN)",
                                  world->model->tables[table].name, field[f].name);
        if (field[f].type != SIM_FIELD_LABEL || cell[f].i == SIM_NULL_INT)
            continue;
        if (cell[f].i < 0 || (size_t)cell[f].i >= sim_record_words(field[f].labels))
            return sim_world_fail(world, SIM_ERR_ARGUMENT, "%s.%s is %lld, which has no label",
                                  world->model->tables[table].name, field[f].name,
                                  (long long)cell[f].i);
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
    if (!sim_world_records_rows(world))
        return 0;
    int rc = check_row(world, table, cell);
    if (rc)
        return rc;
    sim_record_rows_t *rows = &world->record->table[table];
    rc = sim_record_rows_reserve(rows, rows->rows + 1);
    if (rc)
        return rc;
    memcpy(rows->cell + rows->rows * rows->fields, cell, rows->fields * sizeof *cell);
    rows->rows++;
    return 0;
}
