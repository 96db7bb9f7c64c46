/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables from CSV files. */
#define _GNU_SOURCE
#include "tests/param/fixture.h"

TestSuite(csv, .init = fixture_begin, .fini = fixture_end);

static const char *const columns[] = {"name", "size", NULL};
enum { NAME, SIZE };

static sim_param_csv_t csv;
static sim_param_csv_index_t names;

static int read_bytes(const char *bytes, size_t size) {
    again();
    return sim_param_csv_read(write_bytes("t.csv", bytes, size), columns, &fx.diag, &csv);
}

static int read_text(const char *text) {
    return read_bytes(text, strlen(text));
}

#define CELL(row, column) sim_param_csv_cell(&csv, row, column)

/* A refused table holds nothing. */
static void refused(const char *text, int line, const char *words) {
    int code = read_text(text);
    cr_assert(code == SIM_ERR_CONFIG, "%s", text);
    cr_assert(csv.rows == 0 && !csv.cell && !csv.line && !csv.head && !csv.memory);
    ASSERT_PROBLEM("t.csv", line, words);
    cr_assert(fx.diag.count == 1, "%s", all_problems());
}

Test(csv, columns_come_in_the_order_asked_for) {
    ASSERT_GOOD(read_text("x,size,name\n1,2,a\n3,4,b\n"));
    cr_assert(csv.rows == 2 && csv.columns == 2);
    cr_assert_str_eq(csv.head[NAME], "name");
    cr_assert_str_eq(CELL(0, NAME), "a");
    cr_assert_str_eq(CELL(1, SIZE), "4");
    cr_assert(csv.line[0] == 2 && csv.line[1] == 3);
    sim_param_csv_free(&csv);
    sim_param_csv_free(&csv);
    cr_assert(csv.rows == 0);
}

Test(csv, a_column_with_a_default_may_be_missing) {
    static const char *const some[] = {"name", "size=7", NULL};
    for (int there = 0; there < 2; there++) {
        const char *text = there ? "size,name\n3,a\n4,b\n" : "name,sizes\na,3\nb,4\n";
        again();
        ASSERT_GOOD(
            sim_param_csv_read(write_bytes("t.csv", text, strlen(text)), some, &fx.diag, &csv));
        cr_assert_str_eq(CELL(0, SIZE), there ? "3" : "7");
        cr_assert_str_eq(CELL(1, SIZE), there ? "4" : "7");
        sim_param_csv_free(&csv);
    }
    refused("names,size\na,3\n", 1, "the column name is missing");
}

Test(csv, mark_dos_line_ends_blank_lines_and_no_last_line_end) {
    ASSERT_GOOD(read_text("\xEF\xBB\xBFname,size\r\n\r\na,1\r\n\r\n\r\nb,2"));
    cr_assert(csv.rows == 2);
    cr_assert_str_eq(CELL(1, SIZE), "2");
    cr_assert(csv.line[0] == 3 && csv.line[1] == 6);
    sim_param_csv_free(&csv);
}

Test(csv, a_lone_return_ends_a_line) {
    ASSERT_GOOD(read_text("name,size\r\"a\n\rb\",1\r\rc,2\r\nd,3"));
    cr_assert(csv.rows == 3);
    cr_assert(csv.line[0] == 2 && csv.line[1] == 6 && csv.line[2] == 7);
    sim_param_csv_free(&csv);
}

Test(csv, quoted_cells_keep_commas_quotes_and_line_ends) {
    ASSERT_GOOD(read_text("name,size\n\"a, \"\"b\"\"\nc\",1\n\"\",2\n d ,3\n"));
    cr_assert(csv.rows == 3);
    cr_assert_str_eq(CELL(0, NAME), "a, \"b\"\nc");
    cr_assert_str_eq(CELL(1, NAME), "");
    cr_assert_str_eq(CELL(2, NAME), "d");
    cr_assert(csv.line[0] == 2 && csv.line[1] == 4 && csv.line[2] == 5);
    sim_param_csv_free(&csv);
}

Test(csv, what_is_no_table) {
    refused("", 0, "empty");
    refused("name,size\n", 1, "no rows");
    refused("name\na\n", 1, "the column size is missing");
    refused("name,sise\na,1\n", 1, "is it the one called \"sise\"?");
    refused("name,size,name\na,1,b\n", 1, "two columns name");
    refused("name,size\na,1\nb\nc,3\n", 3, "the row has 1 cell, but the header has 2");
    refused("name,size\na,1,2\n", 2, "the row has 3 cells, but the header has 2");
    refused("name,size\na,1\nb,\"2\nc,3\n", 3, "quotes");
    refused("name,size\na,1\nb,\"2\"x\n", 3, "quotes");
    refused("name,size\na,1\nb\xff,2\n", 3, "UTF-8");
    cr_assert(read_bytes("name,size\na,1\nb,\0\n", 19) == SIM_ERR_CONFIG);
    ASSERT_PROBLEM("t.csv", 3, "NUL");
}

Test(csv, what_is_no_file) {
    cr_assert(sim_param_csv_read(path_of("no.csv"), columns, &fx.diag, &csv) == SIM_ERR_CONFIG);
    ASSERT_PROBLEM("no.csv", 0, "cannot read the file: No such file");
    cr_assert(sim_param_csv_read(fx.dir, columns, &fx.diag, &csv) == SIM_ERR_CONFIG);
    ASSERT_PROBLEM(fx.dir, 0, "folder");
}

Test(csv, a_cell_without_end_is_refused) {
    size_t size = 70000;
    char *text = malloc(size + 16);
    cr_assert(text != NULL);
    strcpy(text, "name,size\n");
    memset(text + 10, 'x', size);
    strcpy(text + 10 + size - 10, ",1\n");
    cr_assert(read_text(text) == SIM_ERR_CONFIG);
    ASSERT_PROBLEM("t.csv", 2, "longer than 64 KiB");
    free(text);
}

Test(csv, all_ragged_rows_are_reported) {
    cr_assert(read_text("name,size\na\nb,1\nc\n") == SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == 2);
    ASSERT_PROBLEM("t.csv", 2, "1 cell,");
    ASSERT_PROBLEM("t.csv", 4, "1 cell,");
}

/* ---- cells ---- */

/* Reads a table of one row whose cell `size` is `cell`. */
static void with_cell(const char *cell) {
    char text[256];
    sim_param_csv_free(&csv); /* of the cell before it */
    snprintf(text, sizeof text, "name,size\na,%s\n", cell);
    ASSERT_GOOD(read_text(text));
}

static bool real_of(const char *cell, double *value) {
    with_cell(cell);
    bool good = sim_param_csv_real(&csv, 0, SIZE, -10, 10, value);
    sim_param_csv_free(&csv);
    return good;
}

static bool integer_of(const char *cell, int64_t *value) {
    with_cell(cell);
    bool good = sim_param_csv_int(&csv, 0, SIZE, -10, 10, value);
    sim_param_csv_free(&csv);
    return good;
}

Test(csv, real_cells) {
    double value = 0;
    cr_assert(real_of("-1.5e0", &value) && value == -1.5);
    cr_assert(real_of("10", &value) && value == 10);
    static const char *const wrong[] = {"",    "x",    "1x",  "nan", "inf", "1e999", "0x1",
                                        "1 2", "1,5x", "--1", ".",   "e5",  "10.1",  "-11"};
    static const char *const words[] = {"the cell is empty; expected a number", "is not a number"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char quoted[32];
        snprintf(quoted, sizeof quoted, "\"%s\"", wrong[i]);
        cr_assert(!real_of(quoted, &value), "%s", wrong[i]);
        const char *expected = i >= 12 ? "must lie between -10.0 and 10.0" : words[i > 0];
        ASSERT_PROBLEM("t.csv", 2, expected);
        ASSERT_PROBLEM("t.csv", 2, "column size");
    }
    cr_assert(value == 10, "a refused cell leaves the value alone");
}

Test(csv, integer_cells) {
    int64_t value = 0;
    cr_assert(integer_of("-7", &value) && value == -7);
    /* as spreadsheets and data frames write whole numbers */
    cr_assert(integer_of("7.0", &value) && value == 7);
    cr_assert(integer_of("1E+01", &value) && value == 10);
    cr_assert(integer_of("-7", &value) && value == -7);
    static const char *const wrong[] = {"",    "x", "1.5", "1e-1", "99999999999999999999",
                                        "0x1", "11"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert(!integer_of(wrong[i], &value), "%s", wrong[i]);
        ASSERT_PROBLEM("t.csv", 2, i == 6 ? "between -10 and 10" : "an integer");
    }
    cr_assert(value == -7);
}

Test(csv, word_cells) {
    static const char *const words[] = {"small", "middle", "large", NULL};
    int value = -1;
    with_cell("middle");
    cr_assert(sim_param_csv_word(&csv, 0, SIZE, words, &value) && value == 1);
    sim_param_csv_free(&csv);
    with_cell("lrage");
    cr_assert(!sim_param_csv_word(&csv, 0, SIZE, words, &value));
    ASSERT_PROBLEM("t.csv", 2, "did you mean \"large\"?");
    sim_param_csv_free(&csv);
    with_cell("quux");
    cr_assert(!sim_param_csv_word(&csv, 0, SIZE, words, &value) && value == 1);
    ASSERT_PROBLEM("t.csv", 2, "is not one of: small, middle, large");
    sim_param_csv_free(&csv);
}

Test(csv, doubled_codes_name_both_lines) {
    ASSERT_GOOD(read_text("name,size\na,1\nb,1\na,2\na,3\n"));
    cr_assert_eq(sim_param_csv_index(&csv, NAME, &names), SIM_ERR_CONFIG);
    cr_assert(fx.diag.count == 2);
    ASSERT_PROBLEM("t.csv", 4, "column name: \"a\" is in line 2 already");
    ASSERT_PROBLEM("t.csv", 5, "is in line 2 already");
    cr_assert_eq(sim_param_csv_find(&names, "a"), 0);
    sim_param_csv_index_free(&names);
    sim_param_csv_free(&csv);
}

Test(csv, rows_are_found_by_their_text) {
    enum { ROWS = 1000 };
    char text[ROWS * 12] = "name,size\n", code[8];
    for (int i = 0; i < ROWS; i++)
        sprintf(strchr(text, '\0'), "c%d,%d\n", i, i);
    ASSERT_GOOD(read_text(text));
    ASSERT_GOOD(sim_param_csv_index(&csv, NAME, &names));
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(code, sizeof code, "c%zu", i);
        cr_assert_eq(sim_param_csv_find(&names, code), i);
    }
    cr_assert(sim_param_csv_find(&names, "c1000") == SIM_PARAM_CSV_NONE);
    cr_assert(sim_param_csv_find(&names, "") == SIM_PARAM_CSV_NONE);
    sim_param_csv_index_free(&names);
    sim_param_csv_free(&csv);
}

/* ---- what spreadsheets write ---- */

Test(csv, truth_values_in_all_their_forms) {
    static const char *const yes[] = {"TRUE", "True", "true", "1", "1.0"},
                             *const no[] = {"FALSE", "False", "false", "0", "0.0"},
                             *const wrong[] = {"", "2", "yes", "VRAI", "0.5", "-1"};
    bool flag = false;
    for (size_t i = 0; i < 5; i++) {
        with_cell(yes[i]);
        cr_expect(sim_param_csv_flag(&csv, 0, SIZE, &flag) && flag, "%s", yes[i]);
        with_cell(no[i]);
        cr_expect(sim_param_csv_flag(&csv, 0, SIZE, &flag) && !flag, "%s", no[i]);
    }
    for (size_t i = 0; i < 6; i++) {
        char quoted[32];
        snprintf(quoted, sizeof quoted, "\"%s\"", wrong[i]);
        with_cell(quoted);
        cr_expect(!sim_param_csv_flag(&csv, 0, SIZE, &flag), "%s", wrong[i]);
    }
    sim_param_csv_free(&csv);
}
