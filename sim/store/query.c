/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/store/query.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "sim/base/error.h"

static int prepare(sqlite3 *db, sqlite3_stmt **s, const char *format, va_list arguments) {
    char *sql = sqlite3_vmprintf(format, arguments);
    *s = NULL;
    int rc = sql ? sqlite3_prepare_v2(db, sql, -1, s, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

static int first_row(sqlite3 *db, sqlite3_stmt **s, const char *format, va_list arguments) {
    int rc = prepare(db, s, format, arguments), row = rc ? SQLITE_ERROR : sqlite3_step(*s);
    if (row == SQLITE_ROW)
        return 0;
    sqlite3_finalize(*s);
    *s = NULL;
    return row == SQLITE_DONE ? 0 : SIM_ERR_STORE;
}

int sim_store_sql(sqlite3 *db, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    int rc = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

int sim_store_prepare(sqlite3 *db, sqlite3_stmt **s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int rc = prepare(db, s, format, arguments);
    va_end(arguments);
    return rc;
}

/* ---- asking ---- */

int sim_store_first(sqlite3 *db, sqlite3_stmt **s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int rc = first_row(db, s, format, arguments);
    va_end(arguments);
    return rc;
}

int sim_store_number(sqlite3 *db, int64_t *number, const char *format, ...) {
    sqlite3_stmt *s = NULL;
    va_list arguments;
    va_start(arguments, format);
    int rc = first_row(db, &s, format, arguments);
    va_end(arguments);
    *number = s ? sqlite3_column_int64(s, 0) : 0;
    rc = s ? rc : SIM_ERR_STORE;
    sqlite3_finalize(s);
    return rc;
}

int sim_store_text(sqlite3 *db, char **text, const char *format, ...) {
    sqlite3_stmt *s = NULL;
    va_list arguments;
    va_start(arguments, format);
    int rc = first_row(db, &s, format, arguments);
    va_end(arguments);
    bool some = s && sqlite3_column_type(s, 0) != SQLITE_NULL;
    const char *found = some ? (const char *)sqlite3_column_text(s, 0) : NULL;
    *text = found ? sqlite3_mprintf("%s", found) : NULL;
    sqlite3_finalize(s);
    return some && !*text ? SIM_ERR_STORE : rc;
}

int sim_store_each(sqlite3 *db, sim_store_take_t *take, void *user, const char *format, ...) {
    sqlite3_stmt *s = NULL;
    va_list arguments;
    va_start(arguments, format);
    int rc = prepare(db, &s, format, arguments), row = SQLITE_DONE;
    va_end(arguments);
    while (rc == 0 && (row = sqlite3_step(s)) == SQLITE_ROW)
        rc = take(user, s);
    sqlite3_finalize(s);
    return rc == 0 && row != SQLITE_DONE ? SIM_ERR_STORE : rc;
}

const char *sim_store_cell_text(sqlite3_stmt *row, int column) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? text : "";
}

char *sim_store_cell_copy(sqlite3_stmt *row, int column) {
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text ? strdup(text) : NULL;
}

double sim_store_cell_real(sqlite3_stmt *row, int column) {
    bool none = sqlite3_column_type(row, column) == SQLITE_NULL;
    return none ? (double)NAN : sqlite3_column_double(row, column);
}

/* ---- rows ---- */

int sim_store_prepare_insert(sqlite3 *db, sqlite3_stmt **s, const char *table, size_t columns) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    *s = NULL;
    sqlite3_str_appendf(text, "INSERT INTO \"%w\" VALUES (?", table);
    for (size_t i = 1; i < columns; i++)
        sqlite3_str_appendall(text, ",?");
    sqlite3_str_appendall(text, ")");
    char *sql = sqlite3_str_finish(text);
    int rc =
        sql ? sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return rc == SQLITE_OK ? 0 : SIM_ERR_STORE;
}

static int bind(sqlite3_stmt *s, int at, const sim_store_value_t *value) {
    switch (value->type) {
    case SIM_STORE_IS_INTEGER:
        return sqlite3_bind_int64(s, at, value->as.integer);
    case SIM_STORE_IS_REAL:
        return sqlite3_bind_double(s, at, value->as.real);
    case SIM_STORE_IS_TEXT:
        return sqlite3_bind_text(s, at, value->as.text, -1, SQLITE_STATIC);
    default:
        return sqlite3_bind_value(s, at, value->as.like);
    }
}

/* Bound or not: reset tells the code of the step again. */
static int put(sqlite3_stmt *s, bool bound) {
    if (bound)
        (void)sqlite3_step(s);
    return sqlite3_reset(s) == SQLITE_OK && bound ? 0 : SIM_ERR_STORE;
}

int sim_store_put_values(sqlite3_stmt *s, const sim_store_value_t *value, size_t n) {
    bool bound = true;
    for (size_t i = 0; bound && i < n; i++)
        bound = bind(s, (int)i + 1, &value[i]) == SQLITE_OK;
    return put(s, bound);
}

int sim_store_put_like(sqlite3_stmt *s, sqlite3_stmt *row, const int64_t *first) {
    bool bound = !first || sqlite3_bind_int64(s, 1, *first) == SQLITE_OK;
    for (int c = first ? 1 : 0; bound && c < sqlite3_column_count(row); c++)
        bound = sqlite3_bind_value(s, c + 1, sqlite3_column_value(row, c)) == SQLITE_OK;
    return put(s, bound);
}
