/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns and networks of the state that a run writes down, output.columns: the results get a table
 * state_<population> for each population with one of these columns, and state_<network>; in it a
 * row for each of its rows, arcs or ties every output.every steps, and before the first. */
#ifndef SIM_PARAM_COLUMNS_H
#define SIM_PARAM_COLUMNS_H

#include "sim/model.h"

/* Fields of such a table before the columns; OTHER is the second end in a network. */
enum {
    SIM_PARAM_STATES_STEP,
    SIM_PARAM_STATES_TIME,
    SIM_PARAM_STATES_ROW,
    SIM_PARAM_STATES_OTHER,
    SIM_PARAM_STATES_MOST
};

typedef struct {
    int table;                      /* index in the tables of the configuration's model */
    const sim_state_row_t *of;      /* the population or network */
    const sim_state_row_t **column; /* n of them */
    size_t n, first;                /* the field of the first one */
} sim_param_states_t;

typedef struct sim_param_columns {
    sim_model_t model; /* the model with the tables */
    sim_param_states_t *states;
    size_t n;
} sim_param_columns_t;

/* What can be written of a model: columns with one cell a row, networks without spells and columns
 * of arcs. NULL-terminated, `word` has room for most + 1. */
void sim_param_columns_of(const sim_model_t *model, const char **word, size_t most);

#endif
