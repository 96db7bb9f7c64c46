/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements of SQL: how the store room asks a database and writes rows. `format` is that of
 * sqlite3_mprintf: %Q quotes a text, %w a name, %lld is a number. Functions return 0 or
 * SIM_ERR_STORE, with the reason in the database. Private to the store room. */
#ifndef SIM_STORE_QUERY_H
#define SIM_STORE_QUERY_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* Runs statements without results. */
int sim_store_sql(sqlite3 *db, const char *format, ...);

/* Prepares one; the caller finalizes *s, which is NULL after a failure. */
int sim_store_prepare(sqlite3 *db, sqlite3_stmt **s, const char *format, ...);

/* ---- asking ---- */

/* The first row of a query: *s stands there, NULL when there is none. The caller finalizes it. */
int sim_store_first(sqlite3 *db, sqlite3_stmt **s, const char *format, ...);

/* The first cell of a query: as a number, and it is a failure when there is no row; as a text, NULL
 * for NULL and for no row, which sqlite3_free() gives back. */
int sim_store_number(sqlite3 *db, int64_t *number, const char *format, ...);
int sim_store_text(sqlite3 *db, char **text, const char *format, ...);

/* Hands the rows of a query on. What take() returns other than 0 ends it and is returned. */
typedef int sim_store_take_t(void *user, sqlite3_stmt *row);
int sim_store_each(sqlite3 *db, sim_store_take_t *take, void *user, const char *format, ...);

/* A cell of the current row: as text until the next step, "" for NULL; the same as the caller's
 * (free), NULL for NULL and without memory; as a real number, NaN for NULL. */
const char *sim_store_cell_text(sqlite3_stmt *row, int column);
char *sim_store_cell_copy(sqlite3_stmt *row, int column);
double sim_store_cell_real(sqlite3_stmt *row, int column);

/* ---- rows ---- */

/* Prepares the insertion of rows of so many cells, for long. */
int sim_store_prepare_insert(sqlite3 *db, sqlite3_stmt **s, const char *table, size_t columns);

/* What a cell is to be. */
typedef struct {
    enum { SIM_STORE_IS_INTEGER, SIM_STORE_IS_REAL, SIM_STORE_IS_TEXT, SIM_STORE_IS_LIKE } type;
    union {
        int64_t integer;
        double real;
        const char *text;
        sqlite3_value *like;
    } as;
} sim_store_value_t;

static inline sim_store_value_t sim_store_int(int64_t value) {
    return (sim_store_value_t){SIM_STORE_IS_INTEGER, {.integer = value}};
}
static inline sim_store_value_t sim_store_real(double value) { /* NaN is NULL */
    return (sim_store_value_t){SIM_STORE_IS_REAL, {.real = value}};
}
static inline sim_store_value_t sim_store_word(const char *text) { /* NULL is NULL */
    return (sim_store_value_t){SIM_STORE_IS_TEXT, {.text = text}};
}
static inline sim_store_value_t sim_store_like(sqlite3_stmt *row, int column) {
    return (sim_store_value_t){SIM_STORE_IS_LIKE, {.like = sqlite3_column_value(row, column)}};
}

/* Runs a prepared statement with these values in its places, and makes it ready for the next. */
int sim_store_put_values(sqlite3_stmt *s, const sim_store_value_t *value, size_t n);
#define SIM_STORE_PUT(s, ...)                                                                      \
    sim_store_put_values((s), (const sim_store_value_t[]){__VA_ARGS__},                            \
                         sizeof((const sim_store_value_t[]){__VA_ARGS__}) /                        \
                             sizeof(sim_store_value_t))

/* The same with the cells of another statement's row; the first one is `first`, unless NULL. */
int sim_store_put_like(sqlite3_stmt *s, sqlite3_stmt *row, const int64_t *first);

#endif
