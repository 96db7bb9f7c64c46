/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/pack.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/record/replicate.h"

/* The struct itself (its pointers mean nothing to the reader), series, summary, ties, then each
 * table: its rows and cells. */
typedef struct {
    unsigned char *at;
    size_t left;
    bool bad;
} cursor_t;

static size_t series_bytes(const sim_record_t *record) {
    bool kept = record->detail > SIM_DETAIL_SUMMARY && record->steps > 0;
    return kept ? (size_t)record->steps * record->n_metrics * sizeof *record->series : 0;
}

static size_t cell_bytes(const sim_record_rows_t *rows) {
    return rows->rows * rows->fields * sizeof *rows->cell;
}

static size_t total(const sim_record_t *record) {
    size_t size = sizeof *record + series_bytes(record);
    size += record->n_reducers * sizeof *record->summary;
    size += record->n_ties * sizeof *record->tie;
    for (size_t t = 0; record->table && t < record->n_tables; t++)
        size += sizeof *record->table + cell_bytes(&record->table[t]);
    return size;
}

static void put(cursor_t *to, const void *bytes, size_t size) {
    if (size)
        memcpy(to->at, bytes, size);
    to->at += size;
}

int sim_record_pack(const sim_record_t *record, unsigned char **bytes, size_t *size) {
    sim_record_t head = *record;
    head.n_reducers = record->summary ? record->n_reducers : 0; /* without memory at its begin */
    head.n_tables = record->table ? record->n_tables : 0;
    head.steps = record->series ? record->steps : 0;
    *size = total(&head);
    *bytes = malloc(*size);
    if (!*bytes)
        return SIM_ERR_MEMORY;
    cursor_t to = {.at = *bytes};
    put(&to, &head, sizeof head);
    put(&to, head.series, series_bytes(&head));
    put(&to, head.summary, head.n_reducers * sizeof *head.summary);
    put(&to, head.tie, head.n_ties * sizeof *head.tie);
    for (size_t t = 0; t < head.n_tables; t++) {
        put(&to, &head.table[t], sizeof head.table[t]);
        put(&to, head.table[t].cell, cell_bytes(&head.table[t]));
    }
    return SIM_OK;
}

/* A copy of the next `count` items, and room for one more so that it is not NULL. */
static void *get(cursor_t *from, size_t count, size_t size) {
    if (from->bad || (size && count > from->left / size)) {
        from->bad = true;
        return NULL;
    }
    void *copy = malloc(count * size + 1);
    if (copy) {
        memcpy(copy, from->at, count * size);
        from->at += count * size;
        from->left -= count * size;
    }
    return copy;
}

static bool get_table(cursor_t *from, sim_record_rows_t *rows) {
    sim_record_rows_t *head = get(from, 1, sizeof *head);
    if (!head)
        return false;
    *rows = *head;
    free(head);
    rows->capacity = rows->rows;
    bool fits = rows->fields == 0 || rows->rows <= SIZE_MAX / sizeof *rows->cell / rows->fields;
    from->bad = from->bad || !fits;
    rows->cell = get(from, fits ? rows->rows * rows->fields : 0, sizeof *rows->cell);
    return rows->cell != NULL;
}

static bool get_arrays(cursor_t *from, sim_record_t *record) {
    size_t series = series_bytes(record);
    record->series = get(from, series, 1);
    record->summary = get(from, record->n_reducers, sizeof *record->summary);
    record->tie = get(from, record->n_ties, sizeof *record->tie);
    bool room = record->n_tables <= from->left / sizeof *record->table;
    from->bad = from->bad || !room;
    record->table = room ? calloc(record->n_tables + 1, sizeof *record->table) : NULL;
    bool good = record->series && record->summary && record->tie && record->table;
    for (size_t t = 0; good && t < record->n_tables; t++)
        good = get_table(from, &record->table[t]);
    return good;
}

int sim_record_unpack(const unsigned char *bytes, size_t size, sim_record_t *record) {
    cursor_t from = {.at = (unsigned char *)bytes, .left = size};
    sim_record_t *head = get(&from, 1, sizeof *head);
    *record = (sim_record_t){0};
    if (!head)
        return from.bad ? SIM_ERR_ARGUMENT : SIM_ERR_MEMORY;
    *record = *head;
    free(head);
    record->series = record->summary = NULL;
    record->tie = NULL;
    record->table = NULL;
    bool good = get_arrays(&from, record);
    if (good && from.left == 0)
        return SIM_OK;
    sim_record_clear(record);
    return good || from.bad ? SIM_ERR_ARGUMENT : SIM_ERR_MEMORY;
}
