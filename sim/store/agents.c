/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agents of a new file: gathered from the models, then inserted by one statement, to which they
 * are a virtual table (https://www.sqlite.org/vtab.html). A statement a row takes three times as
 * long. What is handed over is hashed as it comes, so that it need not be read back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/schedule/hooks.h"
#include "sim/store/parts.h"

enum { TEXTS = 3, FIRST_TEXT = 2 };

typedef struct {
    int64_t scenario_id, agent_id;
    const char *text[TEXTS]; /* kind, code, name; in the sink's memory, as those of `cell` */
    sim_cell_t *cell;        /* of the columns; labels as texts */
} row_t;

typedef struct {
    sim_record_sink_t base; /* first, so that the one is the other */
    const sim_store_agent_columns_t *columns;
    const sim_model_t *model;
    size_t *from; /* of each column: which of the model's fields it is */
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

static int keep_text(sink_t *sink, const char **text) {
    size_t length = *text ? strlen(*text) + 1 : 0;
    char *to = length ? sim_base_arena_alloc(&sink->texts, length, 1) : NULL;
    if (length && !to)
        return SIM_ERR_MEMORY;
    if (length)
        *text = memcpy(to, *text, length);
    return 0;
}

static bool is_text(const sim_field_t *field) {
    return field->type == SIM_FIELD_LABEL || field->type == SIM_FIELD_TEXT;
}

static sim_cell_t null_of(const sim_field_t *column) {
    sim_cell_t cell = {.i = SIM_NULL_INT};
    if (is_text(column))
        cell.text = NULL;
    else if (column->type == SIM_FIELD_REAL)
        cell.r = (double)NAN;
    return cell;
}

/* What the agent has in column c: its own model may not have it. */
static sim_cell_t cell_of(const sink_t *sink, size_t c, const sim_record_agent_t *agent) {
    size_t f = sink->from[c];
    if (f == SIM_STORE_NO_COLUMN || !agent->cell)
        return null_of(sink->columns->field[c]);
    const sim_field_t *own = &sink->model->agent_fields[f];
    int64_t label = agent->cell[f].i;
    if (own->type != SIM_FIELD_LABEL)
        return agent->cell[f];
    return (sim_cell_t){.text = label == SIM_NULL_INT ? NULL : own->labels[label]};
}

/* From here on agents are of this scenario and model. */
static void begin_scenario(sink_t *sink, int64_t scenario_id, const sim_model_t *model) {
    const sim_field_t *own = model->agent_fields;
    sink->scenario_id = scenario_id;
    sink->model = model;
    for (size_t c = 0; c < sink->columns->count; c++) {
        sink->from[c] = SIM_STORE_NO_COLUMN;
        for (size_t f = 0; own && own[f].name; f++)
            if (strcmp(own[f].name, sink->columns->field[c]->name) == 0)
                sink->from[c] = f;
    }
}

static void hash_cell(sim_store_hash_t *hash, const sim_field_t *column, sim_cell_t cell) {
    if (is_text(column))
        sim_store_hash_text(hash, cell.text);
    else if (column->type == SIM_FIELD_REAL)
        sim_store_hash_real(hash, cell.r);
    else if (cell.i == SIM_NULL_INT)
        sim_store_hash_null(hash);
    else
        sim_store_hash_integer(hash, cell.i);
}

static void hash_row(sink_t *sink, const row_t *row) {
    sim_store_hash_integer(&sink->hash, row->scenario_id);
    sim_store_hash_integer(&sink->hash, row->agent_id);
    for (int t = 0; t < TEXTS; t++)
        sim_store_hash_text(&sink->hash, row->text[t]);
    for (size_t c = 0; c < sink->columns->count; c++)
        hash_cell(&sink->hash, sink->columns->field[c], row->cell[c]);
}

static int keep_cells(sink_t *sink, row_t *row, const sim_record_agent_t *agent) {
    size_t n = sink->columns->count;
    int rc = 0;
    row->cell = sim_base_arena_alloc(&sink->texts, n + 1, sizeof *row->cell);
    if (!row->cell)
        return SIM_ERR_MEMORY;
    for (size_t c = 0; rc == 0 && c < n; c++) {
        row->cell[c] = cell_of(sink, c, agent);
        if (is_text(sink->columns->field[c]))
            rc = keep_text(sink, &row->cell[c].text);
    }
    return rc;
}

static int take(sim_record_sink_t *base, const sim_record_agent_t *agent) {
    sink_t *sink = (sink_t *)base;
    row_t *row = new_row(sink);
    if (!row)
        return SIM_ERR_MEMORY;
    *row =
        (row_t){sink->scenario_id, agent->agent_id, {agent->kind, agent->code, agent->name}, NULL};
    int rc = 0;
    for (int t = 0; rc == 0 && t < TEXTS; t++)
        rc = keep_text(sink, &row->text[t]);
    if (rc == 0)
        rc = keep_cells(sink, row, agent);
    if (rc == 0)
        hash_row(sink, row);
    return rc;
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
    sqlite3_str *sql = sqlite3_str_new(db);
    sim_store_agent_columns_sql(table->sink->columns, "agents", false, sql);
    char *statement = sqlite3_str_finish(sql);
    int rc = statement ? sqlite3_declare_vtab(db, statement) : SQLITE_NOMEM;
    sqlite3_free(statement);
    if (rc)
        free(table);
    return rc;
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

static void give_own(sqlite3_context *to, const sim_field_t *column, sim_cell_t cell) {
    if (is_text(column))
        sqlite3_result_text(to, cell.text, -1, SQLITE_STATIC);
    else if (column->type == SIM_FIELD_REAL) /* NaN is NULL */
        sqlite3_result_double(to, cell.r);
    else if (cell.i != SIM_NULL_INT) /* else nothing, which is NULL */
        sqlite3_result_int64(to, cell.i);
}

static int give_cell(sqlite3_vtab_cursor *base, sqlite3_context *to, int column) {
    const row_t *row = ((const cursor_t *)base)->row;
    const sink_t *sink = ((const table_t *)base->pVtab)->sink;
    if (column == 0)
        sqlite3_result_int64(to, row->scenario_id);
    else if (column == 1)
        sqlite3_result_int64(to, row->agent_id);
    else if (column < FIRST_TEXT + TEXTS) /* NULL text is NULL */
        sqlite3_result_text(to, row->text[column - FIRST_TEXT], -1, SQLITE_STATIC);
    else
        give_own(to, sink->columns->field[column - FIRST_TEXT - TEXTS],
                 row->cell[column - FIRST_TEXT - TEXTS]);
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

int sim_store_write_agents(const sim_store_plan_t *plan, const sim_store_agent_columns_t *columns,
                           sqlite3 *db, char digest[SIM_STORE_DIGEST]) {
    sink_t sink = {.base.take = take, .columns = columns};
    sim_base_arena_init(&sink.texts);
    sink.from = calloc(columns->count + 1, sizeof *sink.from);
    int rc = sim_store_hash_init(&sink.hash);
    if (!sink.from)
        rc = SIM_ERR_MEMORY;
    if (rc == 0)
        sim_store_hash_begin(&sink.hash, "agent");
    for (size_t i = 0; rc == 0 && i < plan->n_configs; i++) {
        const sim_model_t *model = plan->configs[i]->model;
        begin_scenario(&sink, (int64_t)i + 1, model);
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
    free(sink.from);
    return rc;
}
