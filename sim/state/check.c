/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a state table says, and what is wrong with one that compiles. */
#include <string.h>

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
        [SIM_STATE_IS_ARC] = "arc",         [SIM_STATE_IS_SCRATCH] = "scratch"};
    return name[kind];
}

static const sim_state_row_t *row_at(const sim_state_row_t *table, sim_state_kind_t kind,
                                     size_t offset) {
    for (; table->kind != SIM_STATE_IS_END; table++)
        if (table->kind == kind && table->offset == offset)
            return table;
    return NULL;
}

const sim_state_row_t *sim_state_population_row(const sim_state_row_t *table,
                                                const sim_state_row_t *row) {
    return row_at(table, SIM_STATE_IS_POPULATION, row->population);
}

const sim_state_row_t *sim_state_other_row(const sim_state_row_t *table,
                                           const sim_state_row_t *row) {
    if (row->kind == SIM_STATE_IS_ARC)
        return row_at(table, SIM_STATE_IS_ARCS, row->other);
    return row->kind == SIM_STATE_IS_ARCS ? row_at(table, SIM_STATE_IS_POPULATION, row->other)
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
    bool has_cells = row->kind != SIM_STATE_IS_POPULATION && !sim_state_is_network(row);
    if (has_cells && row->cells == 0)
        return "has no cells";
    return NULL;
}

size_t sim_state_check(const sim_state_row_t *table, size_t size, const char *model,
                       sim_base_diag_t *diag) {
    size_t problems = 0, n = 0;
    if (!table)
        return 0;
    for (; table[n].kind != SIM_STATE_IS_END; n++)
        if (n == MOST || (int)table[n].kind < 0 || table[n].kind > SIM_STATE_IS_SCRATCH ||
            !table[n].name) {
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
    return problems;
}
