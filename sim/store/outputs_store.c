/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs in results files: tables `target`, `target_view` and `target_value`. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/store/outputs_parts.h"
#include "sim/store/outputs_store.h"
#include "sim/store/parts.h"

const char sim_store_targets_sql[] =
    "CREATE TABLE target (target_id INTEGER PRIMARY KEY, name TEXT, label TEXT, pattern TEXT,"
    " metric TEXT, sql TEXT, value REAL, sd REAL, discrepancy REAL, scale TEXT, from_year INTEGER,"
    " to_year INTEGER, observed TEXT, scope TEXT, tag TEXT, source TEXT, use TEXT);"
    "CREATE TABLE target_view (name TEXT, sql TEXT);"
    "CREATE TABLE target_value (run_id INTEGER, target_id INTEGER, value REAL);";

/* ---- a new file ---- */

static sim_store_value_t value_of(const sim_store_output_t *output,
                                  const sim_store_output_column_t *column) {
    const void *member = (const char *)output + column->offset;
    if (column->type == SIM_STORE_OUTPUT_TEXT)
        return sim_store_word(*(const char *const *)member);
    if (column->type == SIM_STORE_OUTPUT_REAL)
        return sim_store_real(*(const double *)member);
    int64_t year = *(const int64_t *)member;
    return year == SIM_NULL_INT ? sim_store_word(NULL) : sim_store_int(year);
}

static int write_outputs(const sim_store_outputs_t *outputs, sqlite3 *db) {
    enum { COLUMNS = 1 + SIM_STORE_OUTPUT_COLUMNS };
    sqlite3_stmt *s = NULL;
    int rc = sim_store_prepare_insert(db, &s, "target", COLUMNS);
    for (size_t k = 0; rc == 0 && k < outputs->n_outputs; k++) {
        sim_store_value_t value[COLUMNS] = {sim_store_int((int64_t)k + 1)};
        for (size_t c = 1; c < COLUMNS; c++)
            value[c] = value_of(&outputs->output[k], &sim_store_output_columns[c - 1]);
        rc = sim_store_put_values(s, value, COLUMNS);
    }
    sqlite3_finalize(s);
    return rc;
}

int sim_store_write_targets(const sim_store_outputs_t *outputs, sqlite3 *db) {
    int rc = write_outputs(outputs, db);
    for (size_t v = 0; rc == 0 && v < outputs->n_views; v++)
        rc = sim_store_sql(db, "INSERT INTO target_view VALUES (%Q, %Q)", outputs->view[v].name,
                           outputs->view[v].sql);
    if (rc == 0)
        rc = sim_store_sql(db, "INSERT INTO meta VALUES (%Q, %Q)", SIM_STORE_TARGETS_DIGEST,
                           outputs->digest);
    if (rc == 0 && outputs->fit_until != SIM_NULL_INT)
        rc = sim_store_sql(db, "INSERT INTO meta VALUES (%Q, '%lld')", SIM_STORE_TARGETS_UNTIL,
                           (long long)outputs->fit_until);
    return rc;
}

/* ---- a file that is there ---- */

int sim_store_check_targets(const sim_store_check_t *r) {
    const sim_store_outputs_t *outputs = r->plan->configs[0]->outputs;
    char *has = NULL;
    int rc = 0;
    if (sim_store_meta(r->db, SIM_STORE_TARGETS_DIGEST, &has))
        return sim_store_check_failed(r);
    bool same = has && outputs ? strcmp(has, outputs->digest) == 0 : !has && !outputs;
    if (!same)
        rc = sim_store_refuse(r, "it was begun with %s, this command has %s",
                              has ? outputs ? "other --targets" : "--targets" : "no --targets",
                              outputs ? has ? "these" : "some" : "none");
    sqlite3_free(has);
    return rc;
}

/* ---- reading them back ---- */

typedef struct {
    sim_store_outputs_t *outputs;
    sim_base_why_t *why;
} stored_t;

static const char *text_of(sim_store_outputs_t *outputs, sqlite3_stmt *s, int column,
                           bool *no_memory) {
    const char *found = (const char *)sqlite3_column_text(s, column);
    const char *copy = found ? sim_store_outputs_text(outputs, found) : NULL;
    *no_memory = *no_memory || (found && !copy);
    return copy;
}

/* Columns as in the table. */
static int add_output(void *user, sqlite3_stmt *s) {
    sim_store_outputs_t *outputs = user;
    sim_store_output_t *grown = sim_base_grow(outputs->output, outputs->n_outputs, sizeof *grown);
    bool no_memory = !grown;
    if (no_memory)
        return SIM_ERR_MEMORY;
    outputs->output = grown;
    sim_store_output_t *output = &grown[outputs->n_outputs++];
    *output = (sim_store_output_t){0};
    for (int c = 1; c <= SIM_STORE_OUTPUT_COLUMNS; c++) {
        const sim_store_output_column_t *column = &sim_store_output_columns[c - 1];
        void *member = (char *)output + column->offset;
        if (column->type == SIM_STORE_OUTPUT_TEXT)
            *(const char **)member = text_of(outputs, s, c, &no_memory);
        else if (column->type == SIM_STORE_OUTPUT_REAL)
            *(double *)member = sim_store_cell_real(s, c);
        else
            *(int64_t *)member = sqlite3_column_type(s, c) == SQLITE_NULL
                                     ? SIM_NULL_INT
                                     : sqlite3_column_int64(s, c);
    }
    return no_memory ? SIM_ERR_MEMORY : 0;
}

static int add_view(void *user, sqlite3_stmt *s) {
    sim_store_outputs_t *outputs = user;
    sim_store_view_t *grown = sim_base_grow(outputs->view, outputs->n_views, sizeof *grown);
    bool no_memory = !grown;
    if (no_memory)
        return SIM_ERR_MEMORY;
    outputs->view = grown;
    grown[outputs->n_views].name = text_of(outputs, s, 0, &no_memory);
    grown[outputs->n_views++].sql = text_of(outputs, s, 1, &no_memory);
    return no_memory ? SIM_ERR_MEMORY : 0;
}

static int read_until(sim_store_outputs_t *outputs, sqlite3 *db) {
    char *until = NULL;
    int rc = sim_store_meta(db, SIM_STORE_TARGETS_UNTIL, &until);
    outputs->fit_until = until ? strtoll(until, NULL, 10) : SIM_NULL_INT;
    sqlite3_free(until);
    return rc;
}

static void tell_query(void *user, size_t k, bool view, const char *sentence) {
    const stored_t *stored = user;
    sim_base_why_set(
        stored->why, "the query of %s '%.60s' cannot be used: %.400s", view ? "view" : "output",
        view ? stored->outputs->view[k].name : stored->outputs->output[k].name, sentence);
}

static int read_all(stored_t *stored, sqlite3 *db, const char *digest) {
    sim_store_outputs_t *outputs = stored->outputs;
    int rc = read_until(outputs, db);
    if (rc == 0)
        rc = sim_store_each(db, add_output, outputs, "SELECT * FROM target ORDER BY target_id");
    if (rc == 0)
        rc = sim_store_each(db, add_view, outputs, "SELECT * FROM target_view ORDER BY rowid");
    if (rc == 0)
        rc = sim_store_outputs_compile(outputs, tell_query, stored);
    if (rc == 0)
        rc = sim_store_outputs_digest(outputs);
    if (rc == 0 && strcmp(outputs->digest, digest) != 0) {
        sim_base_why_set(stored->why,
                         "table target does not hold the targets that the file was begun with");
        rc = SIM_ERR_CONFIG;
    }
    return rc;
}

int sim_store_outputs_stored(const char *path, const sim_model_t *model, sim_store_outputs_t **out,
                             sim_base_why_t *why) {
    sqlite3 *db = NULL;
    char *digest = NULL;
    stored_t stored = {.why = why};
    *out = NULL;
    int rc = sim_store_db_open(path, SQLITE_OPEN_READONLY, &db, why);
    if (rc == 0 && sim_store_meta(db, SIM_STORE_TARGETS_DIGEST, &digest))
        rc = SIM_ERR_STORE;
    if (rc == 0 && digest) {
        stored.outputs = calloc(1, sizeof *stored.outputs);
        rc = stored.outputs ? 0 : SIM_ERR_MEMORY;
    }
    if (rc == 0 && digest) {
        stored.outputs->model = model;
        rc = read_all(&stored, db, digest);
    }
    if (rc == SIM_ERR_STORE && db)
        sim_store_db_failed(db, path, why);
    else if (rc == SIM_ERR_MEMORY)
        sim_base_why_set(why, "%s", sim_base_strerror(rc));
    if (rc)
        sim_store_outputs_destroy(stored.outputs);
    else
        *out = stored.outputs;
    sqlite3_free(digest);
    sqlite3_close(db);
    return rc;
}
