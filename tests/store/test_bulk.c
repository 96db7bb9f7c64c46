/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that are laid out as pages and copied by SQLite must be those that it makes of a statement a
 * row: the slow twin here. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/store/digests.h"
#include "sim/store/encode.h"

static char word_57[58], word_58[59], word_300[301];
static const char *const words[] = {"", "one", "zwölf", word_57, word_58, word_300, NULL};
enum { N_WORDS = 6 };

static const sim_field_t fields[] = {
    {"whole", SIM_FIELD_INTEGER, NULL, NULL}, {"number", SIM_FIELD_REAL, NULL, NULL},
    {"word", SIM_FIELD_LABEL, words, NULL},   {"other", SIM_FIELD_LABEL, words, NULL},
    {"more", SIM_FIELD_REAL, NULL, NULL},     {NULL, SIM_FIELD_INTEGER, NULL, NULL}};
enum { FIELDS = 5 };
#define COLUMNS "(run_id INTEGER, whole INTEGER, number REAL, word TEXT, other TEXT, more REAL)"
static const char *const tables[] = {"first", "second"};

static sqlite3 *fast, *slow;

static void run_sql(sqlite3 *db, const char *sql) {
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s: %s", sql,
                 sqlite3_errmsg(db));
}

static void set_up(void) {
    memset(word_57, 'a', 57);
    memset(word_58, 'b', 58);
    memset(word_300, 'c', 300);
    for (sqlite3 **db = &fast;; db = &slow) {
        cr_assert_eq(sqlite3_open(":memory:", db), SQLITE_OK);
        run_sql(*db, "CREATE TABLE first " COLUMNS "; CREATE TABLE second " COLUMNS);
        if (db == &slow)
            break;
    }
}

static void tear_down(void) {
    sqlite3_close(fast);
    sqlite3_close(slow);
}

TestSuite(bulk, .init = set_up, .fini = tear_down, .timeout = 60);

/* ---- rows ---- */

static int64_t whole_of(size_t k) {
    int shift = (int)(k / 6 % 64);
    int64_t power = shift < 63 ? INT64_C(1) << shift : INT64_MAX;
    const int64_t near[] = {power, power - 1, -power, -power - 1, 0, SIM_NULL_INT};
    return near[k % 6];
}

static double number_of(size_t k) {
    const double some[] = {0.0,    -0.0,    NAN,     1.0,
                           -1.0,   0.1,     1985.25, 140737488355327.0,
                           0x1p47, -0x1p47, 1e300,   -140737488355327.0,
                           0x1p63, 5e-324,  255,     32768};
    return some[k % (sizeof some / sizeof *some)];
}

static void row_of(size_t k, sim_cell_t cell[FIELDS]) {
    cell[0].i = whole_of(k);
    cell[1].r = number_of(k);
    cell[2].i = k % 7 == 6 ? SIM_NULL_INT : (int64_t)(k % N_WORDS);
    cell[3].i = (int64_t)(k / 3 % (N_WORDS - 1));
    cell[4].r = (double)k / 8;
}

static void bind_cell(sqlite3_stmt *s, int at, const sim_field_t *field, sim_cell_t cell) {
    if (field->type == SIM_FIELD_REAL)
        sqlite3_bind_double(s, at, cell.r);
    else if (cell.i == SIM_NULL_INT)
        sqlite3_bind_null(s, at);
    else if (field->type == SIM_FIELD_INTEGER)
        sqlite3_bind_int64(s, at, cell.i);
    else
        sqlite3_bind_text(s, at, words[cell.i], -1, SQLITE_STATIC);
}

static void put_slowly(const char *table, int64_t run_id, const sim_cell_t cell[FIELDS]) {
    char sql[80];
    sqlite3_stmt *s = NULL;
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?, ?, ?, ?, ?, ?)", table);
    cr_assert_eq(sqlite3_prepare_v2(slow, sql, -1, &s, NULL), SQLITE_OK);
    sqlite3_bind_int64(s, 1, run_id);
    for (int f = 0; f < FIELDS; f++)
        bind_cell(s, 2 + f, &fields[f], cell[f]);
    cr_assert_eq(sqlite3_step(s), SQLITE_DONE);
    sqlite3_finalize(s);
}

/* Rows [from, to) of run 300 + `from` into both tables in turn, the second getting every third. */
static void put_rows(sim_store_image_t *image, const sim_store_encoder_t *encoder,
                     sim_store_hash_t *hash, size_t from, size_t to) {
    sim_cell_t cell[FIELDS];
    for (size_t k = from; k < to; k++) {
        size_t table = k % 3 == 2;
        int64_t run_id = 300 + (int64_t)from;
        row_of(k, cell);
        cr_assert_eq(sim_store_encode(encoder, run_id, cell, image, table, hash), 0);
        put_slowly(tables[table], run_id, cell);
    }
}

/* ---- comparing ---- */

static void text_of(sqlite3 *db, const char *sql, char *text, size_t size) {
    sqlite3_stmt *s = NULL;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    snprintf(text, size, "%s", sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
}

static void expect_sound(sqlite3 *db, const char *pragma) {
    char text[256];
    text_of(db, pragma, text, sizeof text);
    cr_expect_str_eq(text, "ok", "%s: %s", pragma, text);
}

/* Rows in their order, with the types as they are stored. */
static void expect_same(void) {
    sim_store_hash_t hash;
    cr_assert_eq(sim_store_hash_init(&hash), 0);
    for (size_t t = 0; t < 2; t++) {
        char a[SIM_STORE_DIGEST], b[SIM_STORE_DIGEST], types[2][128], sql[256];
        cr_assert_eq(sim_store_table_digest(fast, tables[t], &hash, a), 0);
        cr_assert_eq(sim_store_table_digest(slow, tables[t], &hash, b), 0);
        cr_expect_str_eq(a, b, "%s", tables[t]);
        snprintf(sql, sizeof sql,
                 "SELECT count(*) || ' ' || sum(typeof(whole) = 'integer') || ' ' || "
                 "sum(typeof(number) = 'real') || ' ' || max(rowid) || ' ' || sum(length(word)) "
                 "FROM %s",
                 tables[t]);
        text_of(fast, sql, types[0], sizeof types[0]);
        text_of(slow, sql, types[1], sizeof types[1]);
        cr_expect_str_eq(types[0], types[1], "%s", tables[t]);
    }
    sim_store_hash_free(&hash);
}

static void size_of(sqlite3 *db, sqlite3_int64 *size) {
    sqlite3_free(sqlite3_serialize(db, "main", size, 0));
}

/* `batches` transactions of so many rows, in pages of this size. */
static void check(size_t page_size, size_t batches, size_t rows) {
    sim_store_image_t image;
    sim_store_encoder_t encoder;
    sim_store_hash_t hash;
    cr_assert_eq(sim_store_image_init(&image, fast, tables, 2, page_size), 0);
    cr_assert_eq(sim_store_encoder_init(&encoder, fields), 0);
    cr_assert_eq(sim_store_hash_init(&hash), 0);
    sim_store_hash_begin(&hash, "rows");
    for (size_t b = 0; b < batches; b++) {
        run_sql(fast, "BEGIN IMMEDIATE");
        put_rows(&image, &encoder, &hash, b * rows, (b + 1) * rows);
        cr_assert_eq(sim_store_image_copy(&image, fast), SQLITE_OK, "%s", sqlite3_errmsg(fast));
        expect_sound(fast, "PRAGMA kumiai_rows.quick_check");
        run_sql(fast, "COMMIT");
        cr_assert_eq(sim_store_image_detach(fast), SQLITE_OK);
    }
    expect_sound(fast, "PRAGMA integrity_check");
    expect_same();
    sqlite3_int64 has, had;
    size_of(fast, &has);
    size_of(slow, &had);
    cr_expect_leq(has, had, "the pages take %lld bytes, not %lld", (long long)has, (long long)had);
    sim_store_hash_free(&hash);
    sim_store_encoder_free(&encoder);
    sim_store_image_free(&image);
}

Test(bulk, a_single_leaf) {
    check(SIM_STORE_IMAGE_PAGE, 1, 3);
}
Test(bulk, many_leaves_below_the_root) {
    check(SIM_STORE_IMAGE_PAGE, 3, 4000);
}
/* Pages of 1,024 bytes have room for 67 pages below them, and for a row or two: four levels. */
Test(bulk, levels_between) {
    check(1024, 2, 12000);
}

/* What is hashed on the way is what a reader of the file hashes. */
Test(bulk, the_digest_is_that_of_the_file) {
    sim_store_image_t image;
    sim_store_encoder_t encoder;
    sim_store_hash_t hash;
    sqlite3_stmt *s = NULL;
    sim_cell_t cell[FIELDS];
    cr_assert_eq(sim_store_image_init(&image, fast, tables, 2, SIM_STORE_IMAGE_PAGE), 0);
    cr_assert_eq(sim_store_encoder_init(&encoder, fields), 0);
    cr_assert_eq(sim_store_hash_init(&hash), 0);
    sim_store_hash_begin(&hash, "first");
    for (size_t k = 0; k < 2000; k++) {
        row_of(k, cell);
        cr_assert_eq(sim_store_encode(&encoder, 7, cell, &image, 0, &hash), 0);
    }
    const sim_store_digest_t made = sim_store_hash_end(&hash);
    run_sql(fast, "BEGIN IMMEDIATE");
    cr_assert_eq(sim_store_image_copy(&image, fast), SQLITE_OK);
    run_sql(fast, "COMMIT");
    cr_assert_eq(sqlite3_prepare_v2(fast, "SELECT * FROM first", -1, &s, NULL), SQLITE_OK);
    sim_store_hash_begin(&hash, "first");
    while (sqlite3_step(s) == SQLITE_ROW)
        for (int c = 1; c <= FIELDS; c++)
            sim_store_hash_column(&hash, s, c);
    sqlite3_finalize(s);
    const sim_store_digest_t read = sim_store_hash_end(&hash);
    cr_expect(made.low == read.low && made.high == read.high);
    sim_store_hash_free(&hash);
    sim_store_encoder_free(&encoder);
    sim_store_image_free(&image);
}

/* A transaction that is rolled back leaves nothing, and the next one nothing of it. */
Test(bulk, a_rollback_forgets) {
    sim_store_image_t image;
    sim_store_encoder_t encoder;
    sim_store_hash_t hash;
    char count[32];
    cr_assert_eq(sim_store_image_init(&image, fast, tables, 2, SIM_STORE_IMAGE_PAGE), 0);
    cr_assert_eq(sim_store_encoder_init(&encoder, fields), 0);
    cr_assert_eq(sim_store_hash_init(&hash), 0);
    sim_store_hash_begin(&hash, "rows");
    run_sql(fast, "BEGIN IMMEDIATE");
    put_rows(&image, &encoder, &hash, 0, 50);
    cr_assert_eq(sim_store_image_copy(&image, fast), SQLITE_OK);
    run_sql(fast, "ROLLBACK");
    cr_assert_eq(sim_store_image_detach(fast), SQLITE_OK);
    put_rows(&image, &encoder, &hash, 50, 60);
    sim_store_image_clear(&image);
    put_rows(&image, &encoder, &hash, 60, 90);
    run_sql(fast, "BEGIN IMMEDIATE");
    cr_assert_eq(sim_store_image_copy(&image, fast), SQLITE_OK);
    run_sql(fast, "COMMIT");
    text_of(fast, "SELECT (SELECT count(*) FROM first) || ' ' || (SELECT count(*) FROM second)",
            count, sizeof count);
    cr_expect_str_eq(count, "20 10");
    sim_store_hash_free(&hash);
    sim_store_encoder_free(&encoder);
    sim_store_image_free(&image);
}
