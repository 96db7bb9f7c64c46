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

static sim_state_span_t span_of(const void *rows, size_t i) {
    const sim_state_row_t *row = (const sim_state_row_t *)rows + i;
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
    return (sim_state_span_t){row->name, row->offset, row->offset + size, align};
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
    if (span_of(row, 0).first == span_of(row, 0).end)
        return "has no size";
    bool has_cells = row->kind != SIM_STATE_IS_POPULATION && !sim_state_is_network(row);
    if (has_cells && row->cells == 0)
        return "has no cells";
    return NULL;
}

/* ---- members without a row ---- */

/* The end of what rows cover from `at` on without a hole. Most tables are in the struct's order:
 * then they are read twice. */
static size_t end_of_cover(const sim_state_cover_t *cover, size_t at) {
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < cover->n; i++) {
            sim_state_span_t span = cover->span(cover->rows, i);
            if (span.first <= at && at < span.end) {
                at = span.end;
                found = true;
            }
        }
    }
    return at;
}

/* The first row behind `at`; behind the last one the end of the struct, which is a member of the
 * next one in an array. */
static sim_state_span_t next_span(const sim_state_cover_t *cover, size_t at, size_t size) {
    sim_state_span_t next = {NULL, size, size, 1};
    for (size_t i = 0; i < cover->n; i++) {
        sim_state_span_t span = cover->span(cover->rows, i);
        if (next.first == size && span.align > next.align)
            next.align = span.align;
        if (span.first >= at && span.first < next.first)
            next = span;
    }
    return next;
}

/* Of the row that ends at a place, for messages. */
static const char *before(const sim_state_cover_t *cover, size_t at) {
    for (size_t i = 0; i < cover->n; i++)
        if (cover->span(cover->rows, i).end == at)
            return cover->span(cover->rows, i).name;
    return "its begin";
}

/* A compiler leaves as many bytes free as the next member's alignment needs, and no more. */
sim_state_span_t sim_state_gap(const sim_state_cover_t *cover, size_t size, size_t at) {
    for (at = end_of_cover(cover, at); at < size;) {
        sim_state_span_t next = next_span(cover, at, size);
        if ((at + next.align - 1) / next.align * next.align != next.first)
            return (sim_state_span_t){before(cover, at), at, next.first, 1};
        at = end_of_cover(cover, next.first);
    }
    return (sim_state_span_t){NULL, size, size, 1};
}

static size_t check_members(const sim_state_cover_t *cover, size_t size, const char *model,
                            sim_base_diag_t *diag) {
    size_t problems = 0;
    sim_state_span_t gap = sim_state_gap(cover, size, 0);
    for (; gap.first < gap.end; gap = sim_state_gap(cover, size, gap.end), problems++)
        sim_base_diag_add(diag, NULL, 0,
                          "model %s: bytes %zu to %zu of its state, behind %s, have no row in "
                          "the table: a pointer there stays NULL, and a number is not saved; "
                          "give each member a row, SIM_STATE_OWN() if the model makes it itself",
                          model, gap.first, gap.end - 1, gap.name);
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
    uintptr_t page[SIM_BASE_PAGES] = {0};
    if (!table)
        return 0;
    for (; !is_end(&table[n]); n++)
        if (n == MOST || !is_row(&table[n], page)) {
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
    return problems ? problems
                    : check_members(&(sim_state_cover_t){table, n, span_of}, size, model, diag);
}
