/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/columns.h"

#include <stdlib.h>
#include <string.h>

#include "sim/param/parts.h"
#include "sim/param/words.h"
#include "sim/state/arrays.h"

static bool is_network(const sim_state_row_t *row) {
    return row->kind == SIM_STATE_IS_ARCS || row->kind == SIM_STATE_IS_GRAPH;
}

static bool can_be_shown(const sim_state_row_t *row) {
    return row->kind == SIM_STATE_IS_COLUMN ? row->cells == 1
                                            : row->kind == SIM_STATE_IS_ARC || is_network(row);
}

void sim_param_columns_of(const sim_model_t *model, const char **word, size_t most) {
    const sim_state_row_t *row = model->state;
    size_t n = 0;
    for (; row && row->kind != SIM_STATE_IS_END && n < most; row++)
        if (can_be_shown(row))
            word[n++] = row->name;
    word[n] = NULL;
}

/* A column of a population or of arcs, or a network itself. */
static bool is_shown(const sim_param_load_t *load, const sim_state_row_t *of,
                     const sim_state_row_t *row) {
    bool own = row == of;
    if (row->kind == SIM_STATE_IS_COLUMN)
        own = of->kind == SIM_STATE_IS_POPULATION && row->population == of->offset;
    else if (row->kind == SIM_STATE_IS_ARC)
        own = of->kind == SIM_STATE_IS_ARCS && row->other == of->offset;
    return own && can_be_shown(row) && sim_param_words_have(load->config.run.columns, row->name);
}

/* "state_agent"; dots of names become underscores. */
static const char *name_with(sim_param_load_t *load, const char *head, const char *name) {
    char *text = NULL;
    if (asprintf(&text, "%s%s", head, name) < 0)
        text = NULL;
    for (char *at = text; at && *at; at++)
        if (*at == '.')
            *at = '_';
    return sim_param_keep(load, text);
}

static sim_field_t field_of(sim_param_load_t *load, const sim_state_row_t *row) {
    return (sim_field_t){.name = name_with(load, "", row->name),
                         .type = row->type == SIM_STATE_F64 ? SIM_FIELD_REAL : SIM_FIELD_INTEGER,
                         .doc = row->doc};
}

static sim_field_t end_of(sim_param_load_t *load, const char *name,
                          const sim_state_row_t *population) {
    return (sim_field_t){name, SIM_FIELD_INTEGER, NULL,
                         name_with(load, "place, from 0, in population ", population->name)};
}

/* The row, or both ends: those of arcs between two populations have their names. */
static size_t add_ends(sim_param_load_t *load, const sim_state_row_t *of, sim_field_t *field) {
    const sim_state_row_t *table = load->config.model->state, *tails = of, *heads = of;
    bool directed = of->kind == SIM_STATE_IS_ARCS;
    if (is_network(of))
        heads = tails = sim_state_population_row(table, of);
    if (directed)
        heads = sim_state_other_row(table, of);
    bool two = heads != tails;
    field[SIM_PARAM_STATES_ROW] = end_of(load,
                                         two        ? name_with(load, "", tails->name)
                                         : directed ? "tail"
                                                    : "row",
                                         tails);
    if (!is_network(of))
        return SIM_PARAM_STATES_OTHER;
    field[SIM_PARAM_STATES_OTHER] = end_of(load,
                                           two        ? name_with(load, "", heads->name)
                                           : directed ? "head"
                                                      : "other_row",
                                           heads);
    return SIM_PARAM_STATES_MOST;
}

/* The table of a population or network of which n are shown. */
static void add_states(sim_param_load_t *load, sim_param_columns_t *columns, sim_table_t *table,
                       const sim_state_row_t *of, size_t n) {
    sim_param_states_t *states = &columns->states[columns->n++];
    sim_field_t *field = sim_param_keep_block(load, SIM_PARAM_STATES_MOST + n + 1, sizeof *field);
    states->column = sim_param_keep_block(load, n + 1, sizeof *states->column);
    *table = (sim_table_t){name_with(load, "state_", of->name), of->doc, field, false,
                           is_network(of) ? SIM_ROLE_ARCS : SIM_ROLE_STATES};
    if (!field || !states->column)
        return;
    states->of = of;
    field[SIM_PARAM_STATES_STEP] =
        (sim_field_t){"step", SIM_FIELD_INTEGER, NULL, "steps that were done"};
    field[SIM_PARAM_STATES_TIME] =
        (sim_field_t){"time", SIM_FIELD_REAL, NULL, "year after these steps"};
    states->first = add_ends(load, of, field);
    for (const sim_state_row_t *row = load->config.model->state; row->kind != SIM_STATE_IS_END;
         row++)
        if (row != of && is_shown(load, of, row)) {
            field[states->first + states->n] = field_of(load, row);
            states->column[states->n++] = row;
        }
}

static size_t count_shown(const sim_param_load_t *load, const sim_state_row_t *of) {
    const sim_state_row_t *row = load->config.model->state;
    size_t n = 0;
    for (; row->kind != SIM_STATE_IS_END; row++)
        n += is_shown(load, of, row);
    return n;
}

void sim_param_columns_add(sim_param_load_t *load) {
    const sim_model_t *model = load->config.model;
    size_t own = 0, rows = sim_state_rows(model->state);
    if (!load->config.run.columns || !load->config.run.columns[0])
        return;
    while (model->tables && model->tables[own].name)
        own++;
    sim_param_columns_t *columns = sim_param_keep_block(load, 1, sizeof *columns);
    sim_table_t *table = sim_param_keep_block(load, own + rows + 1, sizeof *table);
    sim_param_states_t *states = sim_param_keep_block(load, rows + 1, sizeof *states);
    if (!columns || !table || !states)
        return;
    columns->states = states;
    if (own)
        memcpy(table, model->tables, own * sizeof *table);
    for (const sim_state_row_t *of = model->state; of && of < model->state + rows; of++) {
        size_t n = count_shown(load, of), at = own + columns->n;
        if (n == 0)
            continue;
        add_states(load, columns, &table[at], of, n);
        columns->states[columns->n - 1].table = (int)at;
    }
    columns->model = *model;
    columns->model.tables = table;
    load->config.columns = columns;
    load->config.model = &columns->model;
}
