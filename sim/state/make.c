/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model's state from its table; populations that grow and shrink. */
#include <stdio.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/state/parts.h"

enum { SMALLEST = 16, JUNK = 0x5e };

size_t sim_state_rows(const sim_state_row_t *table) {
    size_t n = 0;
    while (table && table[n].kind != SIM_STATE_IS_END)
        n++;
    return n;
}

static bool is_array(const sim_state_row_t *row) {
    return row->kind == SIM_STATE_IS_COLUMN || row->kind == SIM_STATE_IS_DERIVED ||
           row->kind == SIM_STATE_IS_SCRATCH;
}

/* ---- counts ---- */

static int count_populations(sim_state_arrays_t *arrays) {
    arrays->counted =
        sim_base_arena_alloc(arrays->arena, sim_state_rows(arrays->table), sizeof *arrays->counted);
    arrays->n_counted = 0;
    return arrays->counted ? SIM_OK : SIM_ERR_MEMORY;
}

/* Both counts change by as many rows, so that one that differs stays so until somebody looks. */
static void set_count(sim_state_arrays_t *arrays, const sim_state_row_t *of,
                      sim_state_population_t *population, uint32_t count) {
    for (size_t i = 0; i < arrays->n_counted; i++)
        if (arrays->counted[i].row == of)
            arrays->counted[i].count += count - population->count;
    population->count = count;
}

const sim_state_counted_t *sim_state_miscounted(const sim_state_arrays_t *arrays) {
    for (size_t i = 0; i < arrays->n_counted; i++)
        if (arrays->counted[i].count != sim_state_count_at(arrays, arrays->counted[i].row->offset))
            return &arrays->counted[i];
    return NULL;
}

/* ---- making ---- */

static int size_population(sim_state_arrays_t *arrays, const sim_state_row_t *row,
                           const struct sim_world *world, const void *params) {
    sim_state_population_t *population = (void *)(arrays->base + row->offset);
    uint64_t rows = 0;
    if (row->rows)
        rows = row->rows(world);
    else if (!row->grows)
        rows = (uint64_t) * (const int64_t *)(const void *)((const char *)params + row->parameter);
    if (rows > UINT32_MAX)
        return SIM_ERR_LIMIT;
    population->count = population->capacity = (uint32_t)rows;
    arrays->counted[arrays->n_counted++] = (sim_state_counted_t){row, population->count};
    return SIM_OK;
}

/* NULL when memory is out or the product overflows. */
static void *new_array(const sim_state_arrays_t *arrays, const sim_state_row_t *row,
                       uint32_t rows) {
    size_t bytes = row->size * row->cells;
    return rows && bytes > SIZE_MAX / rows ? NULL : sim_state_guarded(arrays, bytes * rows);
}

static void **member_of(const sim_state_arrays_t *arrays, const sim_state_row_t *row) {
    return (void **)(void *)(arrays->base + row->offset);
}

/* NULL when memory is out. */
static const char *full_name(const sim_state_arrays_t *arrays, const sim_state_row_t *row) {
    if (row->whole_name)
        return row->name;
    size_t size = strlen(arrays->model) + strlen(row->name) + 2;
    char *full = sim_base_arena_alloc(arrays->arena, size, 1);
    if (full)
        snprintf(full, size, "%s.%s", arrays->model, row->name);
    return full;
}

static int make_row(sim_state_arrays_t *arrays, const sim_state_row_t *row) {
    const sim_state_population_t *population = sim_state_population_of(arrays, row);
    sim_state_array_t array = {NULL, row->type, row->cells, arrays->base + row->offset};
    sim_state_slot_t slot = {.row = row};
    if (is_array(row)) {
        array.data = new_array(arrays, row, population->capacity);
        if (!array.data)
            return SIM_ERR_MEMORY;
        *member_of(arrays, row) = array.data;
        array.rows = population->count * row->cells;
        slot.guarded = true;
        slot.bytes = array.rows * row->size;
    }
    if (row->kind != SIM_STATE_IS_COLUMN && row->kind != SIM_STATE_IS_VALUE)
        return SIM_OK;
    array.name = full_name(arrays, row);
    return array.name ? sim_state_add(arrays, &array, &slot) : SIM_ERR_MEMORY;
}

int sim_state_make(sim_state_arrays_t *arrays, const struct sim_world *world, const void *params,
                   const sim_state_row_t **wrong) {
    int rc = count_populations(arrays);
    for (const sim_state_row_t *row = arrays->table; row->kind != SIM_STATE_IS_END && !rc; row++)
        if (row->kind == SIM_STATE_IS_POPULATION) {
            rc = size_population(arrays, row, world, params);
            *wrong = row;
        }
    for (const sim_state_row_t *row = arrays->table; row->kind != SIM_STATE_IS_END && !rc; row++)
        rc = make_row(arrays, row);
    return rc;
}

void sim_state_poison(sim_state_arrays_t *arrays) {
    for (const sim_state_row_t *row = arrays->table; row && row->kind != SIM_STATE_IS_END; row++)
        if (row->kind == SIM_STATE_IS_SCRATCH)
            memset(*member_of(arrays, row), JUNK,
                   (size_t)sim_state_population_of(arrays, row)->capacity * row->size * row->cells);
}

/* ---- growing and shrinking ---- */

/* The row of a population that grows; NULL for another one. */
static const sim_state_row_t *growing(const sim_state_arrays_t *arrays,
                                      const sim_state_population_t *population) {
    const size_t offset = (size_t)((const char *)population - arrays->base);
    const sim_state_row_t *row = sim_state_row_at(arrays->table, SIM_STATE_IS_POPULATION, offset);
    return row && row->grows ? row : NULL;
}

/* What is left of an array that moved stays in the arena: less than the array itself takes. */
static int move_arrays(sim_state_arrays_t *arrays, const sim_state_row_t *of, uint32_t count,
                       uint32_t capacity) {
    for (const sim_state_row_t *row = arrays->table; row->kind != SIM_STATE_IS_END; row++) {
        if (!is_array(row) || row->population != of->offset)
            continue;
        void *larger = new_array(arrays, row, capacity), **member = member_of(arrays, row);
        if (!larger)
            return SIM_ERR_MEMORY;
        memcpy(larger, *member, count * row->size * row->cells);
        *member = larger;
    }
    return SIM_OK;
}

/* The list follows what is in the struct, so that a failure on the way leaves it whole. */
static void follow(sim_state_arrays_t *arrays, const sim_state_row_t *of,
                   const sim_state_population_t *population) {
    for (size_t i = 0; i < arrays->count; i++) {
        const sim_state_row_t *row = arrays->slot[i].row;
        if (!row || row->kind != SIM_STATE_IS_COLUMN || row->population != of->offset)
            continue;
        arrays->array[i].data = *member_of(arrays, row);
        arrays->array[i].rows = population->count * row->cells;
        arrays->slot[i].bytes = population->capacity * row->cells * row->size;
    }
}

/* Rows that are not in use are zero, as they are to be when the population grows. */
static void clear_rows(const sim_state_arrays_t *arrays, const sim_state_row_t *of, uint32_t first,
                       uint32_t end) {
    for (const sim_state_row_t *row = arrays->table; row->kind != SIM_STATE_IS_END; row++)
        if (is_array(row) && row->population == of->offset) {
            size_t bytes = row->size * row->cells;
            memset((char *)*member_of(arrays, row) + first * bytes, 0, (end - first) * bytes);
        }
}

static int resize(sim_state_arrays_t *arrays, const sim_state_row_t *of,
                  sim_state_population_t *population, uint32_t count) {
    uint64_t capacity = population->capacity ? population->capacity : SMALLEST;
    while (capacity < count)
        capacity *= 2;
    if (capacity > UINT32_MAX)
        return SIM_ERR_LIMIT;
    if (capacity > population->capacity) {
        int rc = move_arrays(arrays, of, population->count, (uint32_t)capacity);
        if (rc)
            return rc;
        population->capacity = (uint32_t)capacity;
    }
    if (count < population->count)
        clear_rows(arrays, of, count, population->count);
    set_count(arrays, of, population, count);
    follow(arrays, of, population);
    return SIM_OK;
}

int sim_state_grow(sim_state_arrays_t *arrays, sim_state_population_t *population, uint32_t more) {
    const sim_state_row_t *of = growing(arrays, population);
    if (!of)
        return SIM_ERR_ARGUMENT;
    return more > UINT32_MAX - population->count
               ? SIM_ERR_LIMIT
               : resize(arrays, of, population, population->count + more);
}

int sim_state_remove(sim_state_arrays_t *arrays, sim_state_population_t *population, uint32_t at) {
    const sim_state_row_t *of = growing(arrays, population);
    if (!of || at >= population->count)
        return SIM_ERR_ARGUMENT;
    uint32_t last = population->count - 1;
    set_count(arrays, of, population, last);
    for (const sim_state_row_t *row = arrays->table; row->kind != SIM_STATE_IS_END; row++) {
        if (!is_array(row) || row->population != of->offset)
            continue;
        char *data = *member_of(arrays, row);
        size_t bytes = row->size * row->cells;
        if (at != last)
            memcpy(data + at * bytes, data + last * bytes, bytes);
    }
    clear_rows(arrays, of, last, last + 1);
    follow(arrays, of, population);
    return SIM_OK;
}

bool sim_state_population_grows(const sim_state_arrays_t *arrays,
                                const sim_state_population_t *population) {
    return growing(arrays, population) != NULL;
}

uint32_t sim_state_count_at(const sim_state_arrays_t *arrays, size_t offset) {
    return ((const sim_state_population_t *)(const void *)(arrays->base + offset))->count;
}

bool sim_state_grows(const sim_state_arrays_t *arrays, size_t array) {
    const sim_state_row_t *row = arrays->slot[array].row;
    return row && row->kind == SIM_STATE_IS_COLUMN &&
           growing(arrays, sim_state_population_of(arrays, row));
}

int sim_state_fit(sim_state_arrays_t *arrays, size_t array, size_t cells) {
    const sim_state_row_t *row = arrays->slot[array].row;
    if (cells == arrays->array[array].rows)
        return SIM_OK;
    if (!sim_state_grows(arrays, array) || cells % row->cells || cells / row->cells > UINT32_MAX)
        return SIM_ERR_VERIFY;
    sim_state_population_t *population = sim_state_population_of(arrays, row);
    return resize(arrays, growing(arrays, population), population, (uint32_t)(cells / row->cells));
}
