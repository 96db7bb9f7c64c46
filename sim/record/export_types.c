/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cells of a CSV file are, and the calls with which pandas and R read them as that. */
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sim/record/export_parts.h"

static bool is_truth(const char *text) {
    return strcmp(text, "TRUE") == 0 || strcmp(text, "FALSE") == 0;
}

sim_export_cells_t *sim_export_cells_new(sqlite3_stmt *s) {
    int n = sqlite3_column_count(s);
    sim_export_cells_t *cells = calloc((size_t)(n ? n : 1), sizeof *cells);
    for (int c = 0; cells && c < n; c++) {
        cells[c].declared = sim_export_type(s, c);
        cells[c].made = !sqlite3_column_table_name(s, c);
    }
    return cells;
}

void sim_export_cells_count(sim_export_cells_t *cells, sqlite3_stmt *s) {
    for (int c = 0; c < sqlite3_column_count(s); c++) {
        sim_export_cells_t *cell = &cells[c];
        int type = sqlite3_column_type(s, c);
        cell->missing += type == SQLITE_NULL;
        cell->real |= type == SQLITE_FLOAT;
        if (type == SQLITE_INTEGER) {
            int64_t value = sqlite3_column_int64(s, c);
            cell->min = !cell->integer || value < cell->min ? value : cell->min;
            cell->max = !cell->integer || value > cell->max ? value : cell->max;
            cell->integer = true;
        } else if (type == SQLITE_TEXT) {
            cell->truth |= is_truth((const char *)sqlite3_column_text(s, c));
            cell->text |= !is_truth((const char *)sqlite3_column_text(s, c)) || !cell->made;
        }
    }
}

/* 'T' text, 'B' truth value, 'I' integer, 'R' real. Integers that no double holds are texts to all
 * readers but the exact. */
static char type_of(const sim_export_cells_t *cell) {
    const int64_t exact = INT64_C(1) << 53;
    if (cell->text)
        return 'T';
    if (cell->truth)
        return 'B';
    if (cell->real)
        return 'R';
    if (cell->integer)
        return cell->min < -exact || cell->max > exact ? 'T' : 'I';
    return cell->declared;
}

static const char *word_of(char type) {
    return type == 'T' ? "text" : type == 'B' ? "truth" : type == 'I' ? "integer" : "real";
}

static const char *pandas_of(const sim_export_cells_t *cell, char type) {
    switch (type) {
    case 'T':
        return "str";
    case 'B':
        return cell->missing ? "boolean" : "bool";
    case 'I':
        return cell->missing ? "Int64" : "int64";
    default:
        return "float64";
    }
}

static const char *r_of(const sim_export_cells_t *cell, char type) {
    bool small = cell->min > INT32_MIN && cell->max <= INT32_MAX; /* INT32_MIN is R's NA */
    switch (type) {
    case 'T':
        return "character";
    case 'B':
        return "logical";
    case 'I':
        return small ? "integer" : "numeric";
    default:
        return "numeric";
    }
}

void sim_export_cells_describe(const sim_export_cells_t *cells, cJSON *columns) {
    const sim_export_cells_t *cell = cells;
    cJSON *column = NULL;
    cJSON_ArrayForEach(column, columns) {
        char type = type_of(cell);
        cJSON_AddStringToObject(column, "type", word_of(type));
        cJSON_AddStringToObject(column, "pandas", pandas_of(cell, type));
        cJSON_AddStringToObject(column, "R", r_of(cell, type));
        cJSON_AddNumberToObject(column, "missing", (double)cell->missing);
        if (cell->prefixed)
            cJSON_AddNumberToObject(column, "prefixed", (double)cell->prefixed);
        cell++;
    }
}

/* A text in quotes, as Python and R read it. */
static void add_quoted(sqlite3_str *call, const char *text) {
    cJSON *string = cJSON_CreateString(text);
    char *quoted = string ? cJSON_PrintUnformatted(string) : NULL;
    sqlite3_str_appendall(call, quoted ? quoted : "\"\"");
    cJSON_free(quoted);
    cJSON_Delete(string);
}

/* The pairs of names and types: of a column its member `reader`. */
static void add_types(sqlite3_str *call, const cJSON *columns, const char *reader,
                      const char *between) {
    const cJSON *column = NULL;
    bool first = true;
    cJSON_ArrayForEach(column, columns) {
        sqlite3_str_appendall(call, first ? "" : ", ");
        add_quoted(call, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(column, "name")));
        sqlite3_str_appendall(call, between);
        add_quoted(call, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(column, reader)));
        first = false;
    }
}

static void add_call(cJSON *read, const char *reader, sqlite3_str *call) {
    char *text = sqlite3_str_finish(call);
    cJSON_AddStringToObject(read, reader, text ? text : "");
    sqlite3_free(text);
}

void sim_export_add_calls(const sim_export_t *x, cJSON *file) {
    const cJSON *columns = cJSON_GetObjectItemCaseSensitive(file, "columns");
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(file, "file"));
    cJSON *read = cJSON_AddObjectToObject(file, "read");
    sqlite3_str *pandas = sqlite3_str_new(NULL), *r = sqlite3_str_new(NULL);
    sqlite3_str_appendall(pandas, "pandas.read_csv(");
    add_quoted(pandas, name);
    sqlite3_str_appendall(pandas, ", dtype={");
    add_types(pandas, columns, "pandas", ": ");
    sqlite3_str_appendf(pandas,
                        "}, keep_default_na=False, na_values=[\"\"], float_precision="
                        "\"round_trip\", encoding=\"%s\")",
                        x->ask->bom ? "utf-8-sig" : "utf-8");
    sqlite3_str_appendall(r, "read.csv(");
    add_quoted(r, name);
    sqlite3_str_appendall(r, ", colClasses=c(");
    add_types(r, columns, "R", "=");
    sqlite3_str_appendf(r, "), na.strings=\"\", check.names=FALSE, %s)",
                        x->ask->bom ? "fileEncoding=\"UTF-8-BOM\"" : "encoding=\"UTF-8\"");
    add_call(read, "pandas", pandas);
    add_call(read, "R", r);
}
