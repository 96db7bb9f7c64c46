/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a state table says, and what is wrong with one that compiles. */
#include <string.h>

#include "sim/base/readable.h"
#include "sim/state/arrays.h"

enum { MOST = 4096 };

const char *sim_state_type_name(const sim_state_row_t *row) {
    if (row->kind != SIM_STATE_IS_COLUMN && row->kind != SIM_STATE_IS_VALUE &&
        row->kind != SIM_STATE_IS_ARC)
        return "";
    return row->type == SIM_STATE_F64 ? "real" : "integer";
}

const char *sim_state_kind_name(sim_state_kind_t kind) {
    static const char *const name[] = {
        [SIM_STATE_IS_END] = "end",         [SIM_STATE_IS_POPULATION] = "population",
        [SIM_STATE_IS_COLUMN] = "column",   [SIM_STATE_IS_VALUE] = "value",
        [SIM_STATE_IS_DERIVED] = "derived", [SIM_STATE_IS_TIES] = "ties",
        [SIM_STATE_IS_GRAPH] = "graph",     [SIM_STATE_IS_ARCS] = "arcs",
        [SIM_STATE_IS_ARC] = "arc",         [SIM_STATE_IS_SCRATCH] = "scratch",
        [SIM_STATE_IS_OWN] = "own"};
    return name[kind];
}

const sim_state_row_t *sim_state_row_at(const sim_state_row_t *table, sim_state_kind_t kind,
                                        size_t offset) {
    for (; table && table->kind != SIM_STATE_IS_END; table++)
        if (table->kind == kind && table->offset == offset)
            return table;
    return NULL;
}

const sim_state_row_t *sim_state_population_row(const sim_state_row_t *table,
                                                const sim_state_row_t *row) {
    return sim_state_row_at(table, SIM_STATE_IS_POPULATION, row->population);
}

const sim_state_row_t *sim_state_other_row(const sim_state_row_t *table,
                                           const sim_state_row_t *row) {
    if (row->kind == SIM_STATE_IS_ARC)
        return sim_state_row_at(table, SIM_STATE_IS_ARCS, row->other);
    return row->kind == SIM_STATE_IS_ARCS
               ? sim_state_row_at(table, SIM_STATE_IS_POPULATION, row->other)
               : NULL;
}

static bool name_is_taken(const sim_state_row_t *table, const sim_state_row_t *row) {
    for (; table < row; table++)
        if (strcmp(table->name, row->name) == 0)
            return true;
    return false;
}

/* Rows are counted by the columns that are saved. */
static bool has_column(const sim_state_row_t *table, const sim_state_row_t *population) {
    for (; table->kind != SIM_STATE_IS_END; table++)
        if (table->kind == SIM_STATE_IS_COLUMN && table->population == population->offset)
            return true;
    return false;
}

/* Bytes of the struct that belong to a row. */
typedef struct {
    size_t first, end, align;
} span_t;

static span_t span_of(const sim_state_row_t *row) {
    size_t size = row->size, align = sizeof(void *);
    switch (row->kind) {
    case SIM_STATE_IS_POPULATION:
        size = sizeof(sim_state_population_t);
        align = _Alignof(sim_state_population_t);
        break;
    case SIM_STATE_IS_COLUMN:
    case SIM_STATE_IS_ARC:
    case SIM_STATE_IS_DERIVED:
    case SIM_STATE_IS_SCRATCH:
        size = sizeof(void *);
        break;
    case SIM_STATE_IS_VALUE:
        size = row->size * row->cells;
        align = sim_state_type_size(row->type);
        break;
    default: /* of any type: as much as the place has, up to that of a pointer */
        while (row->offset % align)
            align /= 2;
    }
    return (span_t){row->offset, row->offset + size, align};
}

static const char *wrong_with(const sim_state_row_t *table, const sim_state_row_t *row,
                              size_t size) {
    bool of_population = row->kind != SIM_STATE_IS_POPULATION && row->population != SIM_STATE_ONCE;
    if (name_is_taken(table, row))
        return "is there twice";
    if (!row->doc || !row->doc[0])
        return "has no doc";
    if (row->offset >= size)
        return "is not in the struct; is state_size that of the struct of the table?";
    if (of_population && !sim_state_population_row(table, row))
        return "belongs to a population that has no row of its own";
    if (row->kind == SIM_STATE_IS_ARCS && !sim_state_other_row(table, row))
        return "leads to a population that has no row of its own";
    if (row->kind == SIM_STATE_IS_ARC && !sim_state_other_row(table, row))
        return "belongs to arcs that have no row of their own";
    if (row->kind == SIM_STATE_IS_POPULATION && row->grows && !has_column(table, row))
        return "grows, but has no column, without which nothing saves how many there are";
    if (span_of(row).first == span_of(row).end)
        return "has no size";
    bool has_cells = row->kind != SIM_STATE_IS_POPULATION && !sim_state_is_network(row);
    if (has_cells && row->cells == 0)
        return "has no cells";
    return NULL;
}

/* ---- members without a row ---- */

/* The end of what rows cover from `at` on without a hole. */
static size_t end_of_cover(const sim_state_row_t *table, size_t n, size_t at) {
    for (size_t i = 0; i < n; i++) {
        span_t span = span_of(&table[i]);
        if (span.first <= at && at < span.end) {
            at = span.end;
            i = SIZE_MAX; /* from the first row again */
        }
    }
    return at;
}

/* The first row behind `at`; behind the last one the end of the struct, which is a member of the
 * next one in an array. */
static span_t next_span(const sim_state_row_t *table, size_t n, size_t at, size_t size) {
    span_t next = {size, size, 1};
    for (size_t i = 0; i < n; i++) {
        span_t span = span_of(&table[i]);
        if (next.first == size && span.align > next.align)
            next.align = span.align;
        if (span.first >= at && span.first < next.first)
            next = span;
    }
    return next;
}

/* Of the row that ends at a place, for messages. */
static const char *before(const sim_state_row_t *table, size_t n, size_t at) {
    for (size_t i = 0; i < n; i++)
        if (span_of(&table[i]).end == at)
            return table[i].name;
    return "its begin";
}

/* A compiler leaves as many bytes free as the next member's alignment needs, and no more. */
static size_t check_members(const sim_state_row_t *table, size_t n, size_t size, const char *model,
                            sim_base_diag_t *diag) {
    size_t problems = 0;
    for (size_t at = end_of_cover(table, n, 0); at < size;) {
        span_t next = next_span(table, n, at, size);
        if ((at + next.align - 1) / next.align * next.align != next.first) {
            sim_base_diag_add(
                diag, NULL, 0,
                "model %s: bytes %zu to %zu of its state, behind %s, have no row in "
                "the table: a pointer there stays NULL, and a number is not saved; "
                "give each member a row, SIM_STATE_OWN() if the model makes it itself",
                model, at, next.first - 1, before(table, n, at));
            problems++;
        }
        at = end_of_cover(table, n, next.first);
    }
    return problems;
}

/* ---- the whole ---- */

static bool is_end(const sim_state_row_t *row) {
    return row->kind == SIM_STATE_IS_END && row->doc;
}

/* What lies behind a table without its end is read as rows. */
static bool is_row(const sim_state_row_t *row, uintptr_t *page) {
    return (int)row->kind > SIM_STATE_IS_END && row->kind <= SIM_STATE_IS_OWN &&
           sim_base_is_text(row->name, page) && (!row->doc || sim_base_is_text(row->doc, page)) &&
           (!row->unit || sim_base_is_text(row->unit, page));
}

size_t sim_state_check(const sim_state_row_t *table, size_t size, const char *model,
                       sim_base_diag_t *diag) {
    size_t problems = 0, n = 0;
    uintptr_t page = 0;
    if (!table)
        return 0;
    for (; !is_end(&table[n]); n++)
        if (n == MOST || !is_row(&table[n], &page)) {
            sim_base_diag_add(diag, NULL, 0,
                              "model %s: row %zu of its state is none; does the table end with "
                              "SIM_STATE_END?",
                              model, n);
            return 1;
        }
    for (const sim_state_row_t *row = table; row < table + n; row++) {
        const char *wrong = wrong_with(table, row, size);
        if (!wrong)
            continue;
        sim_base_diag_add(diag, NULL, 0, "model %s: %s of its state %s", model, row->name, wrong);
        problems++;
    }
    return problems ? problems : check_members(table, n, size, model, diag);
}
