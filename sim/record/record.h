/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a replicate leaves behind, kept in memory until the store writes it in run order.
 * Recording only looks: no setting here can move a result. */
#ifndef SIM_RECORD_RECORD_H
#define SIM_RECORD_RECORD_H

#include "sim/model.h"

/* Each holds all that those before it hold. */
typedef enum {
    SIM_DETAIL_SUMMARY,
    SIM_DETAIL_SERIES,
    SIM_DETAIL_FULL,
    SIM_DETAIL_CHOICES
} sim_detail_t;

/* What the roles of results tables are, by which a reader finds a table, whatever the model calls
 * it; written to `table_doc`. spells: relations from a beginning to an end: ends, onset, terminus,
 * cause. states: how things stood at a time. flows: amounts between accounts, a row for each pair
 * and year. counts: how often something was so, by reason. episodes: undertakings with a start and
 * a finish. events: what happened at a time, by kind, among which output.events chooses. arcs: who
 * was tied to whom at a time. Several tables may have the role of states, flows or arcs; those of
 * spells and events are one at most. */

/* The least detail at which rows of the table are kept. */
static inline sim_detail_t sim_table_detail(const sim_table_t *table) {
    return table->choices ? SIM_DETAIL_CHOICES : SIM_DETAIL_FULL;
}

/* ---- one tie row of the results file, resolved to numbers ---- */
typedef struct {
    int64_t from, to;
    double onset, terminus; /* years */
    uint8_t kind, mode, topic, stage, cause, onset_censored, terminus_censored, form;
} sim_record_tie_t;

typedef struct {
    sim_cell_t *cell; /* rows * fields */
    size_t rows, capacity, fields;
    bool dropped; /* no row is kept */
    bool *kept;   /* of each label of kind_field whether its rows are; NULL: all. Owned */
    size_t kind_field;
    uint32_t *labels; /* of each field how many there are; owned; NULL: nothing is checked */
} sim_record_rows_t;

typedef struct sim_record {
    sim_detail_t detail;
    bool no_ties; /* their rows are not kept */
    size_t n_metrics, n_reducers, n_tables, n_targets;
    int32_t steps; /* steps done */
    bool begun;    /* the state before the first step has been recorded */
    int32_t start_year, steps_per_year;
    double *series;  /* (1 + steps) * n_metrics, row major; first the state before the first step */
    double *summary; /* n_reducers; NaN = NULL */
    double *target;  /* n_targets: what the outputs gave (outputs.h); NaN = NULL */
    sim_record_rows_t *table;
    sim_record_tie_t *tie;
    size_t n_ties;
    uint32_t scenario, replicate; /* index of the scenario in its batch */
    uint64_t run_id, point_id;    /* of a sweep, from 1; else 0 */
    uint64_t draw_id;             /* of the parameters, from 1; 0: none are drawn */
    uint64_t seed;
    int status;     /* 0 or the negative code that ended the run */
    char note[256]; /* why, when status != 0 */
    double setup_s, step_s;
    char digest[33];
} sim_record_t;

#endif
