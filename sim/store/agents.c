/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agents of a new file: gathered from the models, then inserted by one statement, to which they
 * are a virtual table (https://www.sqlite.org/vtab.html). A statement a row takes three times as
 * long. What is handed over is hashed as it comes, so that it need not be read back. */
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/schedule/hooks.h"
#include "sim/store/parts.h"

enum { TEXTS = 6, REALS = 3, FIRST_TEXT = 2, FIRST_REAL = FIRST_TEXT + TEXTS };

typedef struct {
    int64_t scenario_id, agent_id;
    const char *text[TEXTS]; /* in the sink's memory */
    double real[REALS];
    int estimated;
} row_t;

typedef struct {
    sim_record_sink_t base; /* first, so that the one is the other */
    int64_t scenario_id;
    row_t *row;
    size_t count;
    sim_base_arena_t texts;
    sim_store_hash_t hash;
} sink_t;

/* ---- what models hand over ---- */

static row_t *new_row(sink_t *sink) {
    row_t *grown = sim_base_grow(sink->row, sink->count, sizeof *grown);
    if (!grown)
        return NULL;
    sink->row = grown;
    return &sink->row[sink->count++];
}

static int keep_texts(sink_t *sink, row_t *row) {
    size_t length[TEXTS], all = 0;
    for (int t = 0; t < TEXTS; t++)
        all += length[t] = row->text[t] ? strlen(row->text[t]) + 1 : 0;
    char *to = sim_base_arena_alloc(&sink->texts, all, 1);
    if (!to)
        return SIM_ERR_MEMORY;
    for (int t = 0; t < TEXTS; to += length[t++])
        if (row->text[t])
            row->text[t] = memcpy(to, row->text[t], length[t]);
    return 0;
}

static void hash_row(sim_store_hash_t *hash, const row_t *row) {
    sim_store_hash_integer(hash, row->scenario_id);
    sim_store_hash_integer(hash, row->agent_id);
    for (int t = 0; t < TEXTS; t++)
        sim_store_hash_text(hash, row->text[t]);
    for (int r = 0; r < REALS; r++)
        sim_store_hash_real(hash, row->real[r]);
    if (row->estimated < 0)
        sim_store_hash_null(hash);
    else
        sim_store_hash_integer(hash, row->estimated);
}

static int take(sim_record_sink_t *base, const sim_record_agent_t *agent) {
    sink_t *sink = (sink_t *)base;
    row_t *row = new_row(sink);
    if (!row)
        return SIM_ERR_MEMORY;
    *row = (row_t){
        sink->scenario_id,
        agent->agent_id,
        {agent->kind, agent->code, agent->name, agent->name_local, agent->area, agent->region},
        {agent->lat, agent->lon, agent->population},
        agent->estimated};
    hash_row(&sink->hash, row);
    return keep_texts(sink, row);
}

/* ---- the virtual table ---- */

typedef struct {
    sqlite3_vtab base;
    const sink_t *sink;
} table_t;

typedef struct {
    sqlite3_vtab_cursor base;
    const row_t *row, *end;
} cursor_t;

static int open_table(sqlite3 *db, void *sink, int argc, const char *const *argv,
                      sqlite3_vtab **out, char **why) {
    (void)argc, (void)argv, (void)why;
    table_t *table = calloc(1, sizeof *table);
    if (!table)
        return SQLITE_NOMEM;
    table->sink = sink;
    *out = &table->base;
    return sqlite3_declare_vtab(db, "CREATE TABLE agents (scenario_id, agent_id, kind, code, name,"
                                    " name_local, area, region, lat, lon, population, estimated)");
}

static int close_table(sqlite3_vtab *table) {
    free(table);
    return SQLITE_OK;
}

static int plan_query(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table, (void)info; /* all rows, in their order */
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
    cursor_t *cursor = calloc(1, sizeof *cursor);
    (void)table;
    *out = cursor ? &cursor->base : NULL;
    /* cppcheck-suppress memleak ; SQLite has it, as the first member of what it gets */
    return cursor ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
    free(cursor);
    return SQLITE_OK;
}

static int first_row(sqlite3_vtab_cursor *base, int plan, const char *text, int argc,
                     sqlite3_value **argv) {
    cursor_t *cursor = (cursor_t *)base;
    const sink_t *sink = ((const table_t *)base->pVtab)->sink;
    (void)plan, (void)text, (void)argc, (void)argv;
    cursor->row = sink->row;
    cursor->end = sink->row + sink->count;
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base) {
    ((cursor_t *)base)->row++;
    return SQLITE_OK;
}

static int no_row(sqlite3_vtab_cursor *base) {
    const cursor_t *cursor = (const cursor_t *)base;
    return cursor->row == cursor->end;
}

static int give_cell(sqlite3_vtab_cursor *base, sqlite3_context *to, int column) {
    const row_t *row = ((const cursor_t *)base)->row;
    if (column == 0)
        sqlite3_result_int64(to, row->scenario_id);
    else if (column == 1)
        sqlite3_result_int64(to, row->agent_id);
    else if (column < FIRST_REAL) /* NULL text is NULL */
        sqlite3_result_text(to, row->text[column - FIRST_TEXT], -1, SQLITE_STATIC);
    else if (column < FIRST_REAL + REALS) /* NaN is NULL */
        sqlite3_result_double(to, row->real[column - FIRST_REAL]);
    else if (row->estimated >= 0) /* else nothing, which is NULL */
        sqlite3_result_int(to, row->estimated);
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
    const cursor_t *cursor = (const cursor_t *)base;
    *rowid = cursor->row - ((const table_t *)base->pVtab)->sink->row + 1;
    return SQLITE_OK;
}

static const sqlite3_module agents_module = {.xConnect = open_table,
                                             .xDisconnect = close_table,
                                             .xBestIndex = plan_query,
                                             .xOpen = open_cursor,
                                             .xClose = close_cursor,
                                             .xFilter = first_row,
                                             .xNext = next_row,
                                             .xEof = no_row,
                                             .xColumn = give_cell,
                                             .xRowid = give_rowid};

/* ---- the table ---- */

/* The module goes with the last statement, or after a failure with the connection, whose message
 * stays. */
static int insert(sink_t *sink, sqlite3 *db) {
    int rc = sqlite3_create_module(db, "kumiai_agents", &agents_module, sink);
    if (rc == SQLITE_OK)
        rc = sim_store_sql(db, "INSERT INTO agent SELECT * FROM kumiai_agents");
    if (rc == SQLITE_OK)
        rc = sqlite3_create_module(db, "kumiai_agents", NULL, NULL);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

int sim_store_write_agents(const sim_store_plan_t *plan, sqlite3 *db,
                           char digest[SIM_STORE_DIGEST]) {
    sink_t sink = {.base.take = take};
    sim_base_arena_init(&sink.texts);
    int rc = sim_store_hash_init(&sink.hash);
    if (rc == 0)
        sim_store_hash_begin(&sink.hash, "agent");
    for (size_t i = 0; rc == 0 && i < plan->n_configs; i++) {
        const sim_model_t *model = plan->configs[i]->model;
        sink.scenario_id = (int64_t)i + 1;
        if (model->agents)
            rc = model->agents(plan->shared ? plan->shared[i] : NULL, &sink.base);
    }
    if (rc == 0)
        rc = insert(&sink, db);
    if (rc == 0)
        sim_store_digest_text(sim_store_hash_end(&sink.hash), digest);
    sim_store_hash_free(&sink.hash);
    sim_base_arena_free(&sink.texts);
    free(sink.row);
    return rc;
}
