/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the export share. Private to the record room.
 *
 * Every file comes from queries; the query of a table is written into the manifest with its
 * numbers filled in, so that each row can be asked for again. */
#ifndef SIM_RECORD_EXPORT_PARTS_H
#define SIM_RECORD_EXPORT_PARTS_H

#include <sqlite3.h>
#include <stdio.h>

#include "sim/base/error.h"
#include "sim/record/export.h"

typedef struct cJSON cJSON;

/* A run whose network is written. */
typedef struct {
    int64_t run_id, scenario_id, rep;
    double start, end;  /* years; end: of the last step */
    char scenario[256]; /* name, in full */
    char label[160];    /* begins the names of the run's files */
} sim_export_run_t;

typedef struct {
    const sim_export_ask_t *ask;
    sim_export_told_t *told;
    sqlite3 *db;
    char *folder;          /* where the files are written until all are there */
    cJSON *files;          /* of the manifest */
    char *run_filter;      /* SQL list of run_ids, NULL: all runs */
    sim_export_run_t *run; /* of the formats that are written run by run */
    size_t n_runs;
    char *nodes; /* SQL of agent ids that are the nodes of a run; NULL: those that have a tie */
    char *why;
    size_t why_size;
    int broken; /* the code of the first query that failed, whoever asked; why tells it */
} sim_export_t;

/* ---- failures: each leaves a sentence in why ---- */

int sim_export_refuse(sim_export_t *x, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int sim_export_store_failed(sim_export_t *x);

/* One more thing that is told beside the files, after what is told already. */
void sim_export_remark(const sim_export_t *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int sim_export_file_failed(sim_export_t *x, const char *name);

/* ---- queries ---- */

/* Prepares sqlite3_mprintf-style SQL; the caller finalizes. */
int sim_export_prepare(sim_export_t *x, sqlite3_stmt **statement, const char *format, ...);

/* 1 and a row, 0 at the end, or a negative code (also when the export is to stop). */
int sim_export_step(sim_export_t *x, sqlite3_stmt *statement);

/* First cell of the first row; `missing` without row or with NULL. After a failure too, which the
 * export then ends with. */
int64_t sim_export_integer(sim_export_t *x, int64_t missing, const char *format, ...);

/* ---- files (names are relative to the folder) ---- */

FILE *sim_export_open(sim_export_t *x, const char *name);

/* Closes; SIM_ERR_IO when something could not be written. */
int sim_export_close(sim_export_t *x, FILE *file, const char *name);

/* What the columns of a query are, for the manifest. */
cJSON *sim_export_columns(sim_export_t *x, sqlite3_stmt *statement);

/* Adds a file to the manifest. `described` (its columns) is taken over and may be NULL, as may
 * `query`. */
int sim_export_note_file(sim_export_t *x, const char *name, const char *what, uint64_t rows,
                         cJSON *described, const char *query);

/* The rows of a query as CSV (RFC 4180; NULL empty, empty text in quotes, doubles that read back to
 * the same bits), and its entry in the manifest. Finalizes the statement, also NULL after `rc`. */
int sim_export_csv(sim_export_t *x, const char *name, const char *what, sqlite3_stmt *statement);

/* The same from a name and SQL made by sqlite3_mprintf, which it frees; either may be NULL for lack
 * of memory. */
int sim_export_sql_csv(sim_export_t *x, char *name, const char *what, char *sql);

/* ---- what cells are ---- */

/* Of one column: what its cells were so far. */
typedef struct {
    char declared;
    bool made; /* by the query, from no table */
    bool text, truth, real, integer;
    int64_t min, max; /* of integers */
    uint64_t missing, prefixed;
} sim_export_cells_t;

/* One for each column of a query, NULL: out of memory; free() it. */
sim_export_cells_t *sim_export_cells_new(sqlite3_stmt *statement);
void sim_export_cells_count(sim_export_cells_t *cells, sqlite3_stmt *statement);

/* Adds types and numbers of missing cells to the manifest's columns; and to a file whose columns
 * have them the calls that read it. */
void sim_export_cells_describe(const sim_export_cells_t *cells, cJSON *columns);
void sim_export_add_calls(const sim_export_t *x, cJSON *file);

/* Whether pandas, R or a spreadsheet, unless told otherwise, take a text for a number, a date, a
 * truth value, a formula or a missing value: NA, 0012, 1E5, MAR1, TRUE. Such texts, and those that
 * begin with _, have a _ before them in CSV files: without it each is what it was. */
bool sim_export_is_odd(const char *text);

/* A text as part of a file's name: letters and digits of any script stay, what file systems refuse
 * and blanks become _, and it ends before `size` bytes between two characters. Whether it is the
 * text still. */
bool sim_export_file_part(const char *text, char *out, size_t size);

/* The same where two texts must be told apart: one that is not the text still has a mark. */
void sim_export_file_word(const char *text, char *out, size_t size);

/* A column's declared type as SQLite tells it: 'I', 'R' or 'T'. */
char sim_export_type(sqlite3_stmt *statement, int column);

/* A double's shortest digits that read back to the same bits. */
void sim_export_real(double value, char *buffer, size_t size);

/* Unit and meaning of a column (NULL: not told): as the file tells, else as every file has it. */
void sim_export_meaning(sim_export_t *x, const char *table, const char *column, char **unit,
                        char **doc);

/* Rows as an array of JSON objects; NULL after a failure. */
cJSON *sim_export_json(sim_export_t *x, const char *format, ...);

int sim_export_write_manifest(sim_export_t *x);

/* ---- runs that are written one by one ---- */

/* Fills x->run from x->run_filter. Runs of models without ties and agents are left out, with a
 * note; refused when none is left. */
int sim_export_read_runs(sim_export_t *x);

/* Fiscal years: those asked for, or all of the run. A network of a year is that at its end. */
int64_t sim_export_first_year(const sim_export_run_t *run);
int64_t sim_export_last_year(const sim_export_run_t *run);
int sim_export_check_years(sim_export_t *x);
size_t sim_export_n_years(const sim_export_t *x, const sim_export_run_t *run);
int64_t sim_export_year(const sim_export_t *x, const sim_export_run_t *run, size_t i);

/* ---- ties of a run ---- */

/* Subquery: run_id, start and finish of runs in years. */
#define SIM_EXPORT_SPANS                                                                           \
    "(SELECT run.run_id, first.time AS start, last.time + coalesce(second.time - first.time, 1.0)" \
    " AS finish FROM run JOIN series AS first ON first.run_id = run.run_id AND first.step = 0"     \
    " JOIN series AS last ON last.run_id = run.run_id AND last.step = run.steps - 1 LEFT JOIN"     \
    " series AS second ON second.run_id = run.run_id AND second.step = 1)"

/* Condition: alive at the end of a fiscal year, the moment before the next one begins. */
char *sim_export_alive_sql(int64_t year);

/* Subquery: run_id, agent_id, entered and gone (years) of agents that began or ceased to be, by the
 * events that are named. And whether there are such events. */
char *sim_export_presence_sql(const sim_export_t *x);
/* "R.db keeps no table ...: it was run with output.tables = ..." when the runs kept no rows of the
 * table, or of these events of it (kind may be NULL); else NULL. sqlite3_free() it. */
char *sim_export_not_kept(const sim_export_t *x, const char *table, const char *kind);
int sim_export_check_events(sim_export_t *x);

/* SQL of the agents that have a tie in the run (or of all), one row each: agent_id, all that
 * `agent` tells but the scenario, entered, gone. And of the ties, with the funder of their first
 * project: donor_id, partner_id, tie_id, ... `where` filters ties and may be "". sqlite3_free()
 * them. */
char *sim_export_nodes_sql(const sim_export_t *x, const sim_export_run_t *run);
char *sim_export_ties_sql(const sim_export_t *x, const sim_export_run_t *run, const char *where);

/* SQL of the agents of one side ("donor" or "partner") of a kind of tie: a column agent_id. */
char *sim_export_actors_sql(sim_export_t *x, const sim_export_run_t *run, const char *kind,
                            const char *end);

/* Whether there are the kinds of agents that are asked for. */
int sim_export_check_actors(sim_export_t *x);

/* Calls each() for every kind of tie that the run has (or the one that is asked for). */
int sim_export_each_kind(sim_export_t *x, const sim_export_run_t *run,
                         int (*each)(sim_export_t *x, const sim_export_run_t *run,
                                     const char *kind));

/* ---- yearly states of agents ---- */

/* One side of a kind of tie. */
typedef struct {
    const char *kind;
    const char *end; /* "donor" or "partner" */
} sim_export_side_t;

/* SQL of the rows of a table of states. `actors`: SQL of the agent_ids of the side; `columns`: what
 * the states are, ", s.\"a\", s.\"b\"", of the table under the name s. */
typedef char *sim_export_states_sql_t(const sim_export_t *x, const sim_export_run_t *run,
                                      const sim_export_side_t *side, const char *actors,
                                      const char *table, const char *columns);

/* Writes a file for each table of yearly states that has a row of the side's actors; none where the
 * model or the detail has no such table. */
int sim_export_states(sim_export_t *x, const sim_export_run_t *run, const sim_export_side_t *side,
                      sim_export_states_sql_t *make);

/* ---- formats ---- */

int sim_export_tables(sim_export_t *x);
int sim_export_spells(sim_export_t *x);
int sim_export_graphml(sim_export_t *x);
int sim_export_gexf(sim_export_t *x);
int sim_export_rsiena(sim_export_t *x);
int sim_export_goldfish(sim_export_t *x);

#endif
