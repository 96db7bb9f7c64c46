/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of the state that a run writes down, output.columns: for each population with one of them
 * the results get a table state_<population>, a row for each of its rows every output.every steps,
 * and one before the first step. */
#ifndef SIM_PARAM_COLUMNS_H
#define SIM_PARAM_COLUMNS_H

#include "sim/model.h"

/* Fields of such a table before the columns. */
enum { SIM_PARAM_STATES_STEP, SIM_PARAM_STATES_TIME, SIM_PARAM_STATES_ROW, SIM_PARAM_STATES_FIRST };

typedef struct {
    int table;                      /* index in the tables of the configuration's model */
    const sim_state_row_t *of;      /* the population */
    const sim_state_row_t **column; /* n of them */
    size_t n;
} sim_param_states_t;

typedef struct sim_param_columns {
    sim_model_t model; /* the model with the tables */
    sim_param_states_t *states;
    size_t n;
} sim_param_columns_t;

/* The columns of a model that can be written: those with one cell a row. NULL-terminated, `word`
 * has room for most + 1. */
void sim_param_columns_of(const sim_model_t *model, const char **word, size_t most);

#endif
