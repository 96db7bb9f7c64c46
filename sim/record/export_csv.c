/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queries, and their rows as CSV files. */
#define _POSIX_C_SOURCE 200809L
#include <cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/record/export_parts.h"
#include "sim/record/store_parts.h"

/* ---- failures and remarks ---- */

int sim_export_refuse(sim_export_t *x, int code, const char *format, ...) {
    va_list arguments;
    if (x->broken)
        return x->broken; /* what follows from it would be told in its place */
    va_start(arguments, format);
    vsnprintf(x->why, x->why_size, format, arguments);
    va_end(arguments);
    return code;
}

void sim_export_remark(const sim_export_t *x, const char *format, ...) {
    va_list arguments;
    size_t length = strlen(x->told->note);
    if (length)
        length += (size_t)snprintf(x->told->note + length, sizeof x->told->note - length, "; ");
    if (length >= sizeof x->told->note)
        return;
    va_start(arguments, format);
    vsnprintf(x->told->note + length, sizeof x->told->note - length, format, arguments);
    va_end(arguments);
}

int sim_export_store_failed(sim_export_t *x) {
    if (!x->broken)
        x->broken = sim_record_db_failed(x->db, x->ask->results, x->why, x->why_size);
    return x->broken;
}

int sim_export_file_failed(sim_export_t *x, const char *name) {
    return sim_export_refuse(x, SIM_ERR_IO, "%s%s%s cannot be written: %s", x->ask->to,
                             name ? "/" : "", name ? name : "", strerror(errno));
}

/* ---- queries ---- */

static int prepare(sim_export_t *x, sqlite3_stmt **statement, char *sql) {
    int rc = sql ? sqlite3_prepare_v2(x->db, sql, -1, statement, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return rc == SQLITE_OK ? 0 : sim_export_store_failed(x);
}

int sim_export_prepare(sim_export_t *x, sqlite3_stmt **statement, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    *statement = NULL;
    return prepare(x, statement, sql);
}

int sim_export_step(sim_export_t *x, sqlite3_stmt *statement) {
    if (x->ask->stop && *x->ask->stop)
        return x->broken =
                   sim_export_refuse(x, SIM_ERR_INTERRUPTED, "interrupted; nothing was exported");
    int rc = sqlite3_step(statement);
    return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : sim_export_store_failed(x);
}

int64_t sim_export_integer(sim_export_t *x, int64_t missing, const char *format, ...) {
    va_list arguments;
    sqlite3_stmt *s = NULL;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    int rc = prepare(x, &s, sql), step = rc ? SQLITE_ERROR : sqlite3_step(s);
    if (step == SQLITE_ROW && sqlite3_column_type(s, 0) != SQLITE_NULL)
        missing = sqlite3_column_int64(s, 0);
    if (rc == 0 && step != SQLITE_ROW && step != SQLITE_DONE)
        rc = sim_export_store_failed(x);
    x->broken = x->broken ? x->broken : rc;
    sqlite3_finalize(s);
    return missing;
}

/* ---- files ---- */

FILE *sim_export_open(sim_export_t *x, const char *name) {
    char *path = sqlite3_mprintf("%s/%s", x->folder, name);
    FILE *file = path ? fopen(path, "wb") : NULL;
    if (!file)
        sim_export_file_failed(x, name);
    sqlite3_free(path);
    return file;
}

int sim_export_close(sim_export_t *x, FILE *file, const char *name) {
    bool bad = fflush(file) != 0 || ferror(file) != 0;
    int reason = errno;
    bool closed = fclose(file) == 0;
    if (!bad && closed)
        return 0;
    errno = bad ? reason : errno;
    return sim_export_file_failed(x, name);
}

/* ---- cells ---- */

void sim_export_real(double value, char *buffer, size_t size) {
    if (isinf(value)) {
        snprintf(buffer, size, "%s", value > 0 ? "Inf" : "-Inf");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, size, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            return;
    }
}

/* A cell of the two texts. */
static void write_text(FILE *file, const char *prefix, const char *text) {
    if (*text && text[strcspn(text, ",\"\r\n")] == '\0') {
        fputs(prefix, file);
        fputs(text, file);
        return;
    }
    fputc('"', file);
    fputs(prefix, file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

/* False when SQLite found no memory for a text. */
static bool write_cell(FILE *file, sqlite3_stmt *s, int column, sim_export_cells_t *cell) {
    const char *text = NULL;
    char number[40];
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
        break;
    case SQLITE_FLOAT:
        sim_export_real(sqlite3_column_double(s, column), number, sizeof number);
        fputs(number, file);
        break;
    case SQLITE_TEXT:
        text = (const char *)sqlite3_column_text(s, column);
        if (text && !cell->made && sim_export_is_odd(text)) {
            write_text(file, "_", text);
            cell->prefixed++;
            break;
        }    /* fallthrough */
    default: /* of whole numbers the text is their digits */
        text = (const char *)sqlite3_column_text(s, column);
        write_text(file, "", text ? text : "");
        return text != NULL;
    }
    return true;
}

static bool write_row(FILE *file, sqlite3_stmt *s, sim_export_cells_t *cells) {
    bool whole = true;
    sim_export_cells_count(cells, s);
    for (int c = 0; c < sqlite3_column_count(s); c++) {
        if (c)
            fputc(',', file);
        whole = write_cell(file, s, c, &cells[c]) && whole;
    }
    fputs("\r\n", file);
    return whole;
}

static void write_header(FILE *file, sqlite3_stmt *s) {
    for (int c = 0; c < sqlite3_column_count(s); c++) {
        if (c)
            fputc(',', file);
        write_text(file, "", sqlite3_column_name(s, c));
    }
    fputs("\r\n", file);
}

char sim_export_type(sqlite3_stmt *statement, int column) {
    const char *type = sqlite3_column_decltype(statement, column);
    const char *name = sqlite3_column_name(statement, column);
    if (!type && (strcmp(name, "entered") == 0 || strcmp(name, "gone") == 0))
        return 'R'; /* of an expression SQLite tells no type; the others are words */
    bool number = type && (*type == 'I' || *type == 'R');
    return (char)(number ? *type : 'T');
}

/* ---- a table ---- */

/* The table that a column comes from is what SQLite says. */
cJSON *sim_export_columns(sim_export_t *x, sqlite3_stmt *s) {
    cJSON *columns = cJSON_CreateArray();
    for (int c = 0; columns && c < sqlite3_column_count(s); c++) {
        char *unit = NULL, *doc = NULL;
        const char *name = sqlite3_column_name(s, c);
        cJSON *column = cJSON_CreateObject();
        sim_export_meaning(x, sqlite3_column_table_name(s, c), name, &unit, &doc);
        cJSON_AddStringToObject(column, "name", name);
        if (unit && *unit)
            cJSON_AddStringToObject(column, "unit", unit);
        if (doc && *doc)
            cJSON_AddStringToObject(column, "meaning", doc);
        cJSON_AddItemToArray(columns, column);
        sqlite3_free(unit);
        sqlite3_free(doc);
    }
    return columns;
}

int sim_export_csv(sim_export_t *x, const char *name, const char *what, sqlite3_stmt *statement) {
    uint64_t rows = 0;
    sim_export_cells_t *cells = sim_export_cells_new(statement);
    FILE *file = cells ? sim_export_open(x, name) : NULL;
    int rc = file ? 0 : cells ? SIM_ERR_IO : SIM_ERR_MEMORY;
    if (!cells)
        (void)sim_export_refuse(x, rc, "out of memory");
    if (file && x->ask->bom)
        fputs("\xEF\xBB\xBF", file);
    if (file)
        write_header(file, statement);
    while (rc == 0 && !ferror(file) && (rc = sim_export_step(x, statement)) == 1) {
        rc = write_row(file, statement, cells) ? 0 : sim_export_store_failed(x);
        rows++;
    }
    if (file) {
        int closed = sim_export_close(x, file, name);
        rc = rc ? rc : closed;
    }
    if (rc == 0) {
        char *query = sqlite3_expanded_sql(statement);
        cJSON *columns = sim_export_columns(x, statement);
        sim_export_cells_describe(cells, columns);
        rc = sim_export_note_file(x, name, what, rows, columns, query);
        sqlite3_free(query);
    }
    if (rc == 0)
        sim_export_add_calls(x, cJSON_GetArrayItem(x->files, cJSON_GetArraySize(x->files) - 1));
    free(cells);
    sqlite3_finalize(statement);
    return rc;
}

int sim_export_sql_csv(sim_export_t *x, char *name, const char *what, char *sql) {
    sqlite3_stmt *s = NULL;
    int rc = name && sql
                 ? sim_export_prepare(x, &s, "%s", sql)
                 : sim_export_refuse(x, SIM_ERR_MEMORY, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    if (rc == 0)
        rc = sim_export_csv(x, name, what, s);
    sqlite3_free(name);
    sqlite3_free(sql);
    return rc;
}
