/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of one run as virtual tables (https://www.sqlite.org/vtab.html): a query reads the
 * record where it lies, so that what no query reads costs nothing. An equality with a label or a
 * whole number is tested here, before SQLite sees the row. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/record/replicate.h"
#include "sim/store/bulk.h"
#include "sim/store/outputs_parts.h"

enum { MOST_KEYS = 4, RUN_ID = 1 };

typedef struct {
    sqlite3_vtab base;
    const sim_store_outputs_table_t *table;
} vtab_t;

/* An equality that a row must meet. */
typedef struct {
    size_t field;
    int64_t value;
} key_t;

typedef struct {
    sqlite3_vtab_cursor base;
    size_t row, end;
    key_t key[MOST_KEYS];
    size_t n_keys;
    sim_cell_t spell[SIM_RECORD_SPELL_FIELDS]; /* cells of the current spell */
} cursor_t;

static const sim_store_outputs_table_t *table_of(const sqlite3_vtab_cursor *cursor) {
    return ((const vtab_t *)cursor->pVtab)->table;
}

/* ---- rows of the record ---- */

static size_t count_rows(const sim_store_outputs_table_t *table) {
    if (table->kind == SIM_STORE_OUTPUTS_AGENTS)
        return table->rows;
    const sim_record_t *record = *table->record;
    if (!record)
        return 0;
    switch (table->kind) {
    case SIM_STORE_OUTPUTS_SERIES:
        return sim_record_series_rows(record);
    case SIM_STORE_OUTPUTS_SPELLS:
        return record->n_ties;
    case SIM_STORE_OUTPUTS_TABLE:
        return record->table[table->table].rows;
    default:
        return 1;
    }
}

/* Columns of the series are the step, the time and the metrics. */
static sim_cell_t series_cell(const sim_record_t *record, size_t row, size_t field) {
    int32_t step = (int32_t)row + SIM_RECORD_START;
    if (field == 0)
        return (sim_cell_t){.i = step};
    return (sim_cell_t){.r = field == 1 ? sim_record_time(record, step)
                                        : sim_record_step(record, step)[field - 2]};
}

/* Of the cursor's current row. */
static sim_cell_t cell_of(const cursor_t *cursor, size_t field) {
    const sim_store_outputs_table_t *table = table_of(&cursor->base);
    size_t row = cursor->row;
    if (table->kind == SIM_STORE_OUTPUTS_AGENTS)
        return table->row[row][field];
    const sim_record_t *record = *table->record;
    switch (table->kind) {
    case SIM_STORE_OUTPUTS_SUMMARY:
        return (sim_cell_t){.r = record->summary[field]};
    case SIM_STORE_OUTPUTS_OUTPUT:
        return (sim_cell_t){.r = record->target[field]};
    case SIM_STORE_OUTPUTS_SPELLS:
        return cursor->spell[field];
    case SIM_STORE_OUTPUTS_TABLE:
        return record->table[table->table].cell[row * table->n_fields + field];
    default:
        return series_cell(record, row, field);
    }
}

static void load_row(cursor_t *cursor) {
    const sim_store_outputs_table_t *table = table_of(&cursor->base);
    if (table->kind == SIM_STORE_OUTPUTS_SPELLS)
        sim_record_spell_cells(table->spells, &(*table->record)->tie[cursor->row], cursor->row,
                               cursor->spell);
}

static bool meets_keys(const cursor_t *cursor) {
    for (size_t k = 0; k < cursor->n_keys; k++)
        if (cell_of(cursor, cursor->key[k].field).i != cursor->key[k].value)
            return false;
    return true;
}

/* The first row from the current one on that meets the keys. */
static void settle(cursor_t *cursor) {
    for (; cursor->row < cursor->end; cursor->row++) {
        load_row(cursor);
        if (meets_keys(cursor))
            return;
    }
}

/* ---- the module ---- */

static int connect(sqlite3 *db, void *user, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **why) {
    (void)argc, (void)argv, (void)why;
    const sim_store_outputs_table_t *table = user;
    sqlite3_str *sql = sqlite3_str_new(db);
    sqlite3_str_appendf(sql, "CREATE TABLE \"%w\" (run_id INTEGER%s", table->name,
                        table->kind == SIM_STORE_OUTPUTS_AGENTS ? " HIDDEN" : "");
    for (size_t f = 0; f < table->n_fields; f++)
        sqlite3_str_appendf(sql, ", \"%w\" %s", table->field[f].name,
                            sim_store_type_name(table->field[f].type));
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    vtab_t *vtab = calloc(1, sizeof *vtab);
    int rc = text && vtab ? sqlite3_declare_vtab(db, text) : SQLITE_NOMEM;
    if (rc == SQLITE_OK)
        rc = sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    sqlite3_free(text);
    if (rc) {
        free(vtab);
        return rc;
    }
    vtab->table = table;
    *out = &vtab->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *vtab) {
    free(vtab);
    return SQLITE_OK;
}

/* Whether an equality can be tested here. A label in another collation cannot. */
static bool is_key(const sim_store_outputs_table_t *table, sqlite3_index_info *info, int k) {
    const struct sqlite3_index_constraint *c = &info->aConstraint[k];
    if (!c->usable || c->op != SQLITE_INDEX_CONSTRAINT_EQ || c->iColumn < 1)
        return false;
    sim_field_type_t type = table->field[c->iColumn - 1].type;
    return type == SIM_FIELD_INTEGER ||
           (type == SIM_FIELD_LABEL && strcmp(sqlite3_vtab_collation(info, k), "BINARY") == 0);
}

/* idxStr: the columns of the keys, a character each, from '0' on. SQLite tests them once more. */
static int best_index(sqlite3_vtab *base, sqlite3_index_info *info) {
    enum { ROWS = 4096, SELECTIVITY = 8 };
    const sim_store_outputs_table_t *table = ((const vtab_t *)base)->table;
    char column[MOST_KEYS + 1] = "";
    int n = 0;
    info->estimatedRows = ROWS;
    for (int k = 0; k < info->nConstraint && n < MOST_KEYS; k++) {
        if (!is_key(table, info, k) || info->aConstraint[k].iColumn > 'z' - '0')
            continue;
        column[n++] = (char)('0' + info->aConstraint[k].iColumn);
        info->aConstraintUsage[k].argvIndex = n;
        info->estimatedRows /= SELECTIVITY;
    }
    info->estimatedCost = n ? ROWS / 4.0 + (double)info->estimatedRows : ROWS;
    info->idxStr = sqlite3_mprintf("%s", column);
    info->needToFreeIdxStr = 1;
    return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static int open_cursor(sqlite3_vtab *vtab, sqlite3_vtab_cursor **out) {
    (void)vtab;
    cursor_t *cursor = calloc(1, sizeof *cursor);
    *out = cursor ? &cursor->base : NULL;
    /* cppcheck-suppress memleak ; SQLite has it, as the first member of what it gets */
    return cursor ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
    free(cursor);
    return SQLITE_OK;
}

/* Adds what a value asks of a column. Values of other types are left to SQLite. */
static void add_key(cursor_t *cursor, size_t field, sqlite3_value *value) {
    const sim_store_outputs_table_t *table = table_of(&cursor->base);
    const sim_field_t *of = &table->field[field];
    int type = sqlite3_value_type(value);
    key_t *key = &cursor->key[cursor->n_keys];
    key->field = field;
    if (of->type == SIM_FIELD_INTEGER && type == SQLITE_INTEGER)
        key->value = sqlite3_value_int64(value);
    else if (of->type == SIM_FIELD_LABEL && type == SQLITE_TEXT)
        key->value = /* -1 when there is none of this text */
            (int64_t)SIM_BASE_PLACE(of->labels, (const char *)sqlite3_value_text(value));
    else
        return;
    cursor->n_keys++;
}

/* A spell's number is its place. */
static void narrow(cursor_t *cursor) {
    if (table_of(&cursor->base)->kind != SIM_STORE_OUTPUTS_SPELLS)
        return;
    for (size_t k = 0; k < cursor->n_keys; k++)
        if (cursor->key[k].field == 0 && (uint64_t)cursor->key[k].value < cursor->end) {
            cursor->row = (size_t)cursor->key[k].value;
            cursor->end = cursor->row + 1;
        }
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *columns, int argc,
                  sqlite3_value **argv) {
    (void)plan;
    cursor_t *cursor = (cursor_t *)base;
    cursor->row = 0;
    cursor->end = count_rows(table_of(base));
    cursor->n_keys = 0;
    for (int k = 0; k < argc; k++)
        add_key(cursor, (size_t)(columns[k] - '0') - 1, argv[k]);
    narrow(cursor);
    settle(cursor);
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base) {
    cursor_t *cursor = (cursor_t *)base;
    cursor->row++;
    settle(cursor);
    return SQLITE_OK;
}

static int no_row(sqlite3_vtab_cursor *base) {
    const cursor_t *cursor = (const cursor_t *)base;
    return cursor->row >= cursor->end;
}

/* A label that has no word is NULL, as is what the record calls so. */
static void give_label(sqlite3_context *to, const sim_field_t *field, int64_t label) {
    if (label >= 0 && (size_t)label < SIM_BASE_COUNT(field->labels))
        sqlite3_result_text(to, field->labels[label], -1, SQLITE_STATIC);
}

static int give_cell(sqlite3_vtab_cursor *base, sqlite3_context *to, int column) {
    const cursor_t *cursor = (const cursor_t *)base;
    if (column == 0) {
        sqlite3_result_int(to, RUN_ID);
        return SQLITE_OK;
    }
    const sim_field_t *field = &table_of(base)->field[column - 1];
    sim_cell_t cell = cell_of(cursor, (size_t)column - 1);
    if (field->type == SIM_FIELD_LABEL)
        give_label(to, field, cell.i);
    else if (field->type == SIM_FIELD_TEXT) /* NULL text is NULL */
        sqlite3_result_text(to, cell.text, -1, SQLITE_STATIC);
    else if (field->type == SIM_FIELD_REAL)
        sqlite3_result_double(to, cell.r + 0.0); /* NaN is NULL, as -0.0 is 0.0 */
    else if (cell.i != SIM_NULL_INT)
        sqlite3_result_int64(to, cell.i);
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid) {
    *rowid = (sqlite3_int64)((const cursor_t *)base)->row + 1;
    return SQLITE_OK;
}

static const sqlite3_module rows_module = {.xConnect = connect,
                                           .xDisconnect = disconnect,
                                           .xBestIndex = best_index,
                                           .xOpen = open_cursor,
                                           .xClose = close_cursor,
                                           .xFilter = filter,
                                           .xNext = next_row,
                                           .xEof = no_row,
                                           .xColumn = give_cell,
                                           .xRowid = give_rowid};

int sim_store_outputs_table_declare(sqlite3 *db, sim_store_outputs_table_t *table) {
    int rc = sqlite3_create_module(db, table->name, &rows_module, table);
    /* It is connected when it is first named, which the authorizer would take for a write. */
    char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\" LIMIT 0", table->name);
    if (rc == SQLITE_OK)
        rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return rc;
}
