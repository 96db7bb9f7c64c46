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

/* The columns of `target` behind target_id, in their order. */
enum {
    NAME,
    LABEL,
    PATTERN,
    METRIC,
    SQL,
    VALUE,
    SD,
    DISCREPANCY,
    SCALE,
    FROM,
    TO,
    OBSERVED,
    SCOPE,
    TAG,
    SOURCE,
    USE,
    COLUMNS
};

const char sim_store_targets_sql[] =
    "CREATE TABLE target (target_id INTEGER PRIMARY KEY, name TEXT, label TEXT, pattern TEXT,"
    " metric TEXT, sql TEXT, value REAL, sd REAL, discrepancy REAL, scale TEXT, from_year INTEGER,"
    " to_year INTEGER, observed TEXT, scope TEXT, tag TEXT, source TEXT, use TEXT);"
    "CREATE TABLE target_view (name TEXT, sql TEXT);"
    "CREATE TABLE target_value (run_id INTEGER, target_id INTEGER, value REAL);";

/* ---- a new file ---- */

static int bind_text(sqlite3_stmt *s, int at, const char *text) {
    return sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC); /* NULL text binds NULL */
}

static int bind_year(sqlite3_stmt *s, int at, int64_t year) {
    return year == SIM_NULL_INT ? sqlite3_bind_null(s, at) : sqlite3_bind_int64(s, at, year);
}

static int put_output(sqlite3_stmt *s, size_t k, const sim_store_output_t *o) {
    const struct {
        int column;
        const char *text;
    } text[] = {{NAME, o->name},         {LABEL, o->label}, {PATTERN, o->pattern},
                {METRIC, o->metric},     {SQL, o->sql},     {SCALE, o->scale},
                {OBSERVED, o->observed}, {SCOPE, o->scope}, {TAG, o->tag},
                {SOURCE, o->source},     {USE, o->use}};
    int bound = sqlite3_bind_int64(s, 1, (int64_t)k + 1);
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        bound |= bind_text(s, text[i].column + 2, text[i].text);
    bound |= sqlite3_bind_double(s, VALUE + 2, o->value); /* NaN binds NULL */
    bound |= sqlite3_bind_double(s, SD + 2, o->sd);
    bound |= sqlite3_bind_double(s, DISCREPANCY + 2, o->discrepancy);
    bound |= bind_year(s, FROM + 2, o->from);
    bound |= bind_year(s, TO + 2, o->to);
    return sim_store_put(s, bound);
}

static int write_outputs(const sim_store_outputs_t *outputs, sqlite3 *db) {
    sqlite3_stmt *s = NULL;
    char *sql = sim_store_insert_sql("target", 1 + COLUMNS);
    int rc = sql ? sqlite3_prepare_v2(db, sql, -1, &s, NULL) : SQLITE_NOMEM;
    for (size_t k = 0; rc == SQLITE_OK && k < outputs->n_outputs; k++)
        rc = put_output(s, k, &outputs->output[k]);
    sqlite3_finalize(s);
    sqlite3_free(sql);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

static int put_pair(sqlite3_stmt *s, const char *first, const char *second) {
    int bound = bind_text(s, 1, first);
    bound |= bind_text(s, 2, second);
    return sim_store_put(s, bound);
}

static int write_views(const sim_store_outputs_t *outputs, sqlite3 *db) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, "INSERT INTO target_view VALUES (?, ?)", -1, &s, NULL);
    for (size_t v = 0; rc == SQLITE_OK && v < outputs->n_views; v++)
        rc = put_pair(s, outputs->view[v].name, outputs->view[v].sql);
    sqlite3_finalize(s);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

static int write_keys(const sim_store_outputs_t *outputs, sqlite3 *db) {
    char until[32];
    sqlite3_stmt *s = NULL;
    snprintf(until, sizeof until, "%lld", (long long)outputs->fit_until);
    int rc = sqlite3_prepare_v2(db, "INSERT INTO meta VALUES (?, ?)", -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = put_pair(s, SIM_STORE_TARGETS_DIGEST, outputs->digest);
    if (rc == SQLITE_OK && outputs->fit_until != SIM_NULL_INT)
        rc = put_pair(s, SIM_STORE_TARGETS_UNTIL, until);
    sqlite3_finalize(s);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

int sim_store_write_targets(const sim_store_outputs_t *outputs, sqlite3 *db) {
    int rc = write_outputs(outputs, db);
    if (rc == 0)
        rc = write_views(outputs, db);
    return rc ? rc : write_keys(outputs, db);
}

/* ---- a file that is there ---- */

int sim_store_check_targets(const sim_store_check_t *r) {
    const sim_store_outputs_t *outputs = r->plan->configs[0]->outputs;
    char *has = NULL;
    int rc = 0;
    if (sim_store_meta(r->db, SIM_STORE_TARGETS_DIGEST, &has))
        return sim_store_db_failed(r->db, r->plan->path, r->why);
    bool same = has && outputs ? strcmp(has, outputs->digest) == 0 : !has && !outputs;
    if (!same) {
        sim_base_why_set(r->why, "cannot resume %s: it was begun with %s, this command has %s",
                         r->plan->path,
                         has ? outputs ? "other --targets" : "--targets" : "no --targets",
                         outputs ? has ? "these" : "some" : "none");
        rc = SIM_ERR_CONFIG;
    }
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

static double number_of(sqlite3_stmt *s, int column) {
    bool none = sqlite3_column_type(s, column) == SQLITE_NULL;
    return none ? (double)NAN : sqlite3_column_double(s, column);
}

static int64_t year_of(sqlite3_stmt *s, int column) {
    bool none = sqlite3_column_type(s, column) == SQLITE_NULL;
    return none ? SIM_NULL_INT : sqlite3_column_int64(s, column);
}

static int add_output(sim_store_outputs_t *outputs, sqlite3_stmt *s) {
    sim_store_output_t *grown = sim_base_grow(outputs->output, outputs->n_outputs, sizeof *grown);
    const char *text[COLUMNS] = {NULL};
    bool no_memory = !grown;
    if (no_memory)
        return SIM_ERR_MEMORY;
    outputs->output = grown;
    for (int c = 0; c < COLUMNS; c++)
        if (c != VALUE && c != SD && c != DISCREPANCY && c != FROM && c != TO)
            text[c] = text_of(outputs, s, c + 1, &no_memory);
    grown[outputs->n_outputs++] = (sim_store_output_t){.name = text[NAME],
                                                       .label = text[LABEL],
                                                       .pattern = text[PATTERN],
                                                       .metric = text[METRIC],
                                                       .sql = text[SQL],
                                                       .scale = text[SCALE],
                                                       .observed = text[OBSERVED],
                                                       .scope = text[SCOPE],
                                                       .tag = text[TAG],
                                                       .source = text[SOURCE],
                                                       .use = text[USE],
                                                       .value = number_of(s, VALUE + 1),
                                                       .sd = number_of(s, SD + 1),
                                                       .discrepancy = number_of(s, DISCREPANCY + 1),
                                                       .from = year_of(s, FROM + 1),
                                                       .to = year_of(s, TO + 1)};
    return no_memory ? SIM_ERR_MEMORY : 0;
}

static int add_view(sim_store_outputs_t *outputs, sqlite3_stmt *s) {
    sim_store_view_t *grown = sim_base_grow(outputs->view, outputs->n_views, sizeof *grown);
    bool no_memory = !grown;
    if (no_memory)
        return SIM_ERR_MEMORY;
    outputs->view = grown;
    grown[outputs->n_views].name = text_of(outputs, s, 0, &no_memory);
    grown[outputs->n_views++].sql = text_of(outputs, s, 1, &no_memory);
    return no_memory ? SIM_ERR_MEMORY : 0;
}

static int read_rows(sim_store_outputs_t *outputs, sqlite3 *db, const char *sql,
                     int (*add)(sim_store_outputs_t *outputs, sqlite3_stmt *s)) {
    sqlite3_stmt *s = NULL;
    int row = SQLITE_DONE, rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    rc = rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
    while (rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW)
        rc = add(outputs, s);
    if (rc == 0 && row != SQLITE_DONE)
        rc = SIM_ERR_STORE;
    sqlite3_finalize(s);
    return rc;
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
        rc = read_rows(outputs, db, "SELECT * FROM target ORDER BY target_id", add_output);
    if (rc == 0)
        rc = read_rows(outputs, db, "SELECT * FROM target_view ORDER BY rowid", add_view);
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
