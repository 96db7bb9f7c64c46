/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a replicate leaves behind, kept in memory until the store writes it in run order.
 * Recording only looks: no setting here can move a result. */
#ifndef SIM_RECORD_RECORD_H
#define SIM_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each holds all that those before it hold. */
typedef enum {
    SIM_DETAIL_SUMMARY,
    SIM_DETAIL_SERIES,
    SIM_DETAIL_FULL,
    SIM_DETAIL_CHOICES
} sim_detail_t;

/* ---- what a model declares (tables end with a NULL name) ---- */

typedef struct {
    const char *name, *unit, *doc;
} sim_metric_t;

enum { SIM_RECORD_MOST_METRICS = 1024 }; /* of a model */

typedef enum {
    SIM_REDUCE_MEAN, /* over the steps of the window */
    SIM_REDUCE_SUM,
    SIM_REDUCE_MAX,
    SIM_REDUCE_FINAL, /* the window's last step */
    SIM_REDUCE_MODEL  /* the model's summarise hook fills it */
} sim_reduce_t;

/* A column of `summary`. The window is [from, to) in years of the model; 0, 0 = the whole run.
 * No step in the window: NULL. */
typedef struct {
    const char *name, *unit, *doc;
    sim_reduce_t how;
    const char *metric; /* NULL for SIM_REDUCE_MODEL */
    int from, to;
} sim_reducer_t;

typedef enum {
    SIM_FIELD_INTEGER,
    SIM_FIELD_REAL,
    SIM_FIELD_LABEL,
    SIM_FIELD_TEXT /* any text: of agents alone */
} sim_field_type_t;

typedef struct {
    const char *name;
    sim_field_type_t type;
    const char *const *labels; /* LABEL: NULL-terminated words */
    const char *doc;
} sim_field_t;

/* What the rows of a results table are, so that a reader finds a table by what it holds, whatever
 * the model calls it: written to `table_doc`. Several tables may have the role of states or flows;
 * those of spells and events are one at most. */
typedef enum {
    SIM_ROLE_NONE,
    SIM_ROLE_SPELLS,   /* relations from a beginning to an end: ends, onset, terminus, cause */
    SIM_ROLE_STATES,   /* how things stood at a time */
    SIM_ROLE_FLOWS,    /* amounts between accounts, a row for each pair and year */
    SIM_ROLE_COUNTS,   /* how often something was so, by reason */
    SIM_ROLE_EPISODES, /* undertakings with a start and a finish */
    SIM_ROLE_EVENTS,   /* what happened at a time, by kind; output.events chooses among the kinds */
    SIM_N_ROLES
} sim_role_t;

/* A results table of the model's own, written at detail full, run_id first. */
typedef struct {
    const char *name, *doc;
    const sim_field_t *fields; /* NULL-name-terminated */
    /* Kept at detail choices alone: what decisions and hazards looked at, row by row, for those who
     * estimate the model from its results. */
    bool choices;
    sim_role_t role;
} sim_table_t;

/* The least detail at which rows of the table are kept. */
static inline sim_detail_t sim_table_detail(const sim_table_t *table) {
    return table->choices ? SIM_DETAIL_CHOICES : SIM_DETAIL_FULL;
}

/* One cell; SIM_NULL_INT, NaN or no text become NULL. */
typedef union {
    int64_t i;        /* INTEGER, LABEL (index) */
    double r;         /* REAL */
    const char *text; /* TEXT */
} sim_cell_t;
#define SIM_NULL_INT INT64_MIN

/* ---- one tie row of the results file, resolved to numbers ---- */
typedef struct {
    int64_t donor, partner;
    double onset, terminus; /* years */
    uint8_t kind, mode, sector, stage, cause, onset_censored, terminus_censored, form;
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
    int32_t start_year, steps_per_year;
    double *series;  /* steps * n_metrics, row major */
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

/* Where models hand over their agents, one call each (table `agent`). NULL text = NULL. Kind, code
 * and name must last as long as what prepare() made. */
typedef struct {
    uint32_t agent_id;
    const char *kind, *code, *name;
    const sim_cell_t *cell; /* one for each of the model's agent_fields; NULL: all are NULL */
} sim_record_agent_t;
/* The results file is one; interventions that name agents have another. */
typedef struct sim_record_sink {
    int (*take)(struct sim_record_sink *sink, const sim_record_agent_t *agent);
} sim_record_sink_t;
static inline int sim_record_agent(sim_record_sink_t *sink, const sim_record_agent_t *agent) {
    return sink->take(sink, agent);
}

#endif
