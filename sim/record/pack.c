/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/record/pack.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"
#include "sim/record/replicate.h"

/* A checksum of the rest; the struct itself (its pointers mean nothing to the reader), series,
 * summary, targets, ties, then each table: its rows and cells. */
typedef struct {
    unsigned char *at;
    size_t left;
    bool bad;
} cursor_t;

/* Rows of the series that go along. */
static size_t rows_kept(const sim_record_t *record) {
    bool kept = record->series && record->detail > SIM_DETAIL_SUMMARY && record->steps >= 0;
    return kept ? sim_record_series_rows(record) : 0;
}

static size_t series_bytes(const sim_record_t *record) {
    return rows_kept(record) * record->n_metrics * sizeof *record->series;
}

static size_t cell_bytes(const sim_record_rows_t *rows) {
    return rows->rows * rows->fields * sizeof *rows->cell;
}

static size_t total(const sim_record_t *record) {
    size_t size = sizeof(XXH64_hash_t) + sizeof *record + series_bytes(record);
    size += record->n_reducers * sizeof *record->summary;
    size += record->n_targets * sizeof *record->target;
    size += record->n_ties * sizeof *record->tie;
    for (size_t t = 0; record->table && t < record->n_tables; t++)
        size += sizeof *record->table + cell_bytes(&record->table[t]);
    return size;
}

static XXH64_hash_t checksum(const unsigned char *bytes, size_t size) {
    return XXH3_64bits(bytes + sizeof(XXH64_hash_t), size - sizeof(XXH64_hash_t));
}

static void put(cursor_t *to, const void *bytes, size_t size) {
    if (size)
        memcpy(to->at, bytes, size);
    to->at += size;
}

int sim_record_pack(const sim_record_t *record, unsigned char **bytes, size_t *size) {
    sim_record_t head = *record;
    head.n_reducers = record->summary ? record->n_reducers : 0; /* without memory at its begin */
    head.n_targets = record->target ? record->n_targets : 0;
    head.n_tables = record->table ? record->n_tables : 0;
    head.steps = record->series ? record->steps : 0;
    *size = total(&head);
    *bytes = malloc(*size);
    if (!*bytes)
        return SIM_ERR_MEMORY;
    cursor_t to = {.at = *bytes + sizeof(XXH64_hash_t)};
    put(&to, &head, sizeof head);
    put(&to, head.series, series_bytes(&head));
    put(&to, head.summary, head.n_reducers * sizeof *head.summary);
    put(&to, head.target, head.n_targets * sizeof *head.target);
    put(&to, head.tie, head.n_ties * sizeof *head.tie);
    for (size_t t = 0; t < head.n_tables; t++) {
        put(&to, &head.table[t], sizeof head.table[t]);
        put(&to, head.table[t].cell, cell_bytes(&head.table[t]));
    }
    XXH64_hash_t sum = checksum(*bytes, *size);
    memcpy(*bytes, &sum, sizeof sum);
    return SIM_OK;
}

/* A copy of the next rows * columns items, and room for one more so that it is not NULL. */
static void *get(cursor_t *from, size_t rows, size_t columns, size_t size) {
    size_t most = from->left / size;
    if (from->bad || (columns && rows > most / columns)) {
        from->bad = true;
        return NULL;
    }
    size_t bytes = rows * columns * size;
    void *copy = malloc(bytes + 1);
    if (copy) {
        memcpy(copy, from->at, bytes);
        from->at += bytes;
        from->left -= bytes;
    }
    return copy;
}

static bool get_table(cursor_t *from, sim_record_rows_t *rows) {
    sim_record_rows_t *head = get(from, 1, 1, sizeof *head);
    if (!head)
        return false;
    *rows = *head;
    free(head);
    rows->capacity = rows->rows;
    rows->kept = NULL;
    rows->labels = NULL;
    rows->cell = get(from, rows->rows, rows->fields, sizeof *rows->cell);
    return rows->cell != NULL;
}

static bool get_arrays(cursor_t *from, size_t series_rows, sim_record_t *record) {
    record->series = get(from, series_rows, record->n_metrics, sizeof *record->series);
    record->summary = get(from, record->n_reducers, 1, sizeof *record->summary);
    record->target = get(from, record->n_targets, 1, sizeof *record->target);
    record->tie = get(from, record->n_ties, 1, sizeof *record->tie);
    bool room = record->n_tables <= from->left / sizeof *record->table;
    from->bad = from->bad || !room;
    record->table = room ? calloc(record->n_tables + 1, sizeof *record->table) : NULL;
    bool good = record->series && record->summary && record->target && record->tie && record->table;
    for (size_t t = 0; good && t < record->n_tables; t++)
        good = get_table(from, &record->table[t]);
    return good;
}

static bool intact(const unsigned char *bytes, size_t size) {
    XXH64_hash_t sum;
    if (size < sizeof sum)
        return false;
    memcpy(&sum, bytes, sizeof sum);
    return sum == checksum(bytes, size);
}

int sim_record_unpack(const unsigned char *bytes, size_t size, sim_record_t *record) {
    *record = (sim_record_t){0};
    if (!intact(bytes, size))
        return SIM_ERR_ARGUMENT;
    cursor_t from = {.at = (unsigned char *)bytes + sizeof(XXH64_hash_t),
                     .left = size - sizeof(XXH64_hash_t)};
    sim_record_t *head = get(&from, 1, 1, sizeof *head);
    if (!head)
        return from.bad ? SIM_ERR_ARGUMENT : SIM_ERR_MEMORY;
    *record = *head;
    free(head);
    size_t series_rows = rows_kept(record); /* while it still shows what the sender has */
    record->series = record->summary = record->target = NULL;
    record->tie = NULL;
    record->table = NULL;
    bool good = get_arrays(&from, series_rows, record);
    if (good && from.left == 0)
        return SIM_OK;
    sim_record_clear(record);
    return good || from.bad ? SIM_ERR_ARGUMENT : SIM_ERR_MEMORY;
}
