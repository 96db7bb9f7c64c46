/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about outputs share. Private to the store room. */
#ifndef SIM_STORE_OUTPUTS_PARTS_H
#define SIM_STORE_OUTPUTS_PARTS_H

#include <sqlite3.h>

#include "sim/record/spells.h"
#include "sim/store/agent_columns.h"
#include "sim/store/outputs.h"

/* ---- the tables of one run (outputs_rows.c) ---- */

typedef enum {
    SIM_STORE_OUTPUTS_SUMMARY,
    SIM_STORE_OUTPUTS_SERIES,
    SIM_STORE_OUTPUTS_SPELLS,
    SIM_STORE_OUTPUTS_TABLE,
    SIM_STORE_OUTPUTS_OUTPUT,
    SIM_STORE_OUTPUTS_AGENTS
} sim_store_outputs_kind_t;

/* A table as the queries see it: rows of the current record, nothing copied. Column 0 is run_id,
 * which is 1. Table agent of a new file is filled from one, whose run_id SELECT * leaves out. */
typedef struct {
    sim_store_outputs_kind_t kind;
    const char *name;
    size_t table;             /* of the model's tables, for SIM_STORE_OUTPUTS_TABLE */
    const sim_field_t *field; /* columns behind run_id */
    size_t n_fields;
    sim_field_t *own;                  /* `field`, when it was made here; owned */
    const sim_record_spells_t *spells; /* for SIM_STORE_OUTPUTS_SPELLS */
    const sim_record_t *const *record; /* not for SIM_STORE_OUTPUTS_AGENTS, */
    sim_cell_t *const *row;            /* which has rows of its own */
    size_t rows;
    bool read; /* a query has named it */
} sim_store_outputs_table_t;

/* Makes the table known to a database under its name, as a virtual one. SQLite's code. */
int sim_store_outputs_table_declare(sqlite3 *db, sim_store_outputs_table_t *table);

/* ---- the database (outputs_sql.c) ---- */

typedef struct {
    sqlite3 *db;
    const sim_store_outputs_t *outputs;
    sim_store_outputs_table_t *table; /* owned; summary, series, output, spells, the model's */
    size_t n_tables;
    sim_record_spells_t spells;
    sim_store_agent_columns_t agent; /* of table agent */
    sqlite3_stmt **clear, **fill;    /* of each view, which is a table; owned */
    bool *used;                      /* of each view: a query has named it; owned */
    size_t n_views;
    const sim_record_t *record; /* the run that is measured; NULL: none, and tables are empty */
    const volatile sig_atomic_t *stop;
    size_t known;       /* outputs that the statement being prepared may read */
    bool agents;        /* a query has named `agent` */
    bool reads;         /* only statements of outputs are prepared from now on */
    sim_base_why_t why; /* what was refused, a sentence without its end */
} sim_store_outputs_db_t;

/* Opens a database with the tables of the outputs' model, empty, and no view. SIM_ERR_MEMORY or
 * SIM_ERR_STORE. Close it in any case. */
int sim_store_outputs_db_open(const sim_store_outputs_t *outputs, sim_store_outputs_db_t *db);
void sim_store_outputs_db_close(sim_store_outputs_db_t *db);

/* Adds the next view. SIM_ERR_CONFIG with db->why, or SIM_ERR_MEMORY. */
int sim_store_outputs_view(sim_store_outputs_db_t *db, const sim_store_view_t *view);

/* Prepares the query of a view once more, so that what it reads is noted. 0, SIM_ERR_CONFIG or
 * SIM_ERR_MEMORY. */
int sim_store_outputs_view_reads(sim_store_outputs_db_t *db, size_t view);

/* Computes the views that the outputs use for db->record, once, however many outputs read them.
 * SIM_ERR_MODEL with the place of the view and db->why, SIM_ERR_MEMORY, SIM_ERR_INTERRUPTED. */
int sim_store_outputs_fill(sim_store_outputs_db_t *db, size_t *view);

/* Prepares the query of the k-th output. SIM_ERR_CONFIG with db->why, or SIM_ERR_MEMORY. */
int sim_store_outputs_prepare(sim_store_outputs_db_t *db, size_t k, sqlite3_stmt **out);

/* The number that a query gives for db->record; NaN for NULL or no row. SIM_ERR_MODEL with
 * db->why, SIM_ERR_MEMORY, SIM_ERR_INTERRUPTED. */
int sim_store_outputs_value(sim_store_outputs_db_t *db, sqlite3_stmt *query, double *value);

/* ---- functions of queries (outputs_functions.c) ---- */

/* Defines those that are the engine's own. SQLite's code. */
int sim_store_outputs_functions(sqlite3 *db);

/* NULL when a query may call the function; else why not, as in "it ...". */
const char *sim_store_outputs_function_refused(const char *name);

/* The allowed names, NULL-terminated: for the nearest one. */
extern const char *const sim_store_outputs_function_names[];

/* ---- checks of a list, read from wherever (outputs_check.c) ---- */

/* The columns of table `target` behind target_id, in their order: what an output holds. */
typedef struct {
    size_t offset;
    enum { SIM_STORE_OUTPUT_TEXT, SIM_STORE_OUTPUT_REAL, SIM_STORE_OUTPUT_YEAR } type;
} sim_store_output_column_t;
enum { SIM_STORE_OUTPUT_COLUMNS = 16 };
extern const sim_store_output_column_t sim_store_output_columns[SIM_STORE_OUTPUT_COLUMNS];

/* The digest of the list. 0 or SIM_ERR_MEMORY. */
int sim_store_outputs_digest(sim_store_outputs_t *outputs);

/* Keeps a copy of `text` with the outputs; NULL without memory. */
const char *sim_store_outputs_text(sim_store_outputs_t *outputs, const char *text);

/* Prepares all views and queries and notes what they read. A problem is told by tell(user, k of the
 * view or output, whether it is a view, sentence). 0, SIM_ERR_CONFIG when any was told,
 * SIM_ERR_MEMORY, SIM_ERR_STORE. */
typedef void sim_store_outputs_tell_t(void *user, size_t k, bool view, const char *sentence);
int sim_store_outputs_compile(sim_store_outputs_t *outputs, sim_store_outputs_tell_t *tell,
                              void *user);

#endif
