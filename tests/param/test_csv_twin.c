/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast ways of reading a table beside their slow twins: libcsv, strtod(), byte after byte. */
#define _GNU_SOURCE
#include <csv.h>

#include "sim/rng/rng.h"
#include "tests/param/fixture.h"

TestSuite(csv_twin, .init = fixture_begin, .fini = fixture_end);

enum { MOST_CELLS = 256, MOST_BYTES = 4096, TEXTS = 400 };

static sim_rng_draw_t draw;

static uint32_t below(uint32_t n) {
    return sim_rng_below(&draw, n);
}

static void draws_of(uint32_t which) {
    sim_rng_t rng = sim_rng_at(sim_rng_key(1, 0), SIM_RNG_PURPOSE_TEST, 0);
    draw = sim_rng_draw(&rng, which, 0);
}

/* ---- rows ---- */

typedef struct {
    char *cell[MOST_CELLS];
    int cells;
} expected_t;

static void take(void *bytes, size_t size, void *user) {
    expected_t *e = user;
    char *cell = calloc(size + 1, 1); /* libcsv ends its cells with nothing */
    cr_assert(cell);
    if (size)
        memcpy(cell, bytes, size);
    e->cell[e->cells++] = cell;
}

static void end_row(int terminator, void *user) {
    (void)terminator, (void)user;
}

static void by_libcsv(const char *text, expected_t *e) {
    struct csv_parser parser;
    size_t size = strlen(text);
    cr_assert(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    cr_assert(csv_parse(&parser, text, size, take, end_row, e) == size, "%s", text);
    cr_assert(csv_fini(&parser, take, end_row, e) == 0);
    csv_free(&parser);
}

/* Rows of two cells, the first of which is never empty; with every kind of line end and blank. */
static void make_table(char *text, uint32_t which) {
    static const char *const first[] = {"a",      " b", "c\t", "\t d e ",  "\xC3\xA9",
                                        "\"q,\"", "f",  "g",   "\"r\ns\"", "h"};
    static const char *const second[] = {"", "1", " ", "2 ", "\t", "\" 3\"", "4", "5"};
    static const char *const end[] = {"\n", "\r\n", "\n\n", "\n \t\n", "\r\n\r\n", "\r"};
    uint32_t kinds = which % 4 ? 5 : 6, words = which % 3 ? 5 : 10; /* lone returns; quotes */
    char *at = stpcpy(text, "name,size\n");
    for (uint32_t row = 0, rows = 1 + below(20); row < rows; row++) {
        at = stpcpy(at, first[below(words)]);
        *at++ = ',';
        at = stpcpy(at, second[below(words < 10 ? 5 : 8)]);
        at = stpcpy(at, row + 1 < rows || below(2) ? end[below(kinds)] : "");
    }
}

Test(csv_twin, rows_are_those_of_libcsv) {
    static const char *const columns[] = {"name", "size", NULL};
    char text[MOST_BYTES];
    for (uint32_t t = 0; t < TEXTS; t++) {
        expected_t expected = {.cells = 0};
        sim_param_csv_t csv;
        draws_of(t);
        make_table(text, t);
        by_libcsv(text, &expected);
        again();
        ASSERT_GOOD(sim_param_csv_read(write_text("t.csv", text), columns, &fx.diag, &csv));
        cr_assert_eq(2 * csv.rows + 2, (size_t)expected.cells, "%s", text);
        for (int k = 0; k < expected.cells; k++) {
            if (k >= 2)
                cr_assert_str_eq(csv.cell[k - 2], expected.cell[k], "%s", text);
            free(expected.cell[k]);
        }
        sim_param_csv_free(&csv);
    }
}

/* ---- numbers ---- */

static void make_number(char *text) {
    char *at = text;
    static const char digit[] = "0123456789";
    *at = '-';
    at += below(2);
    for (uint32_t n = below(20); n > 0; n--)
        *at++ = digit[below(10)];
    *at = '.';
    at += below(4) > 0;
    for (uint32_t n = 1 + below(20); n > 0; n--)
        *at++ = digit[below(10)];
    *at = '\0';
    if (below(8) == 0)
        sprintf(at, "e%d", (int)below(40) - 20);
}

Test(csv_twin, numbers_are_those_of_strtod) {
    enum { ROWS = 2000 };
    static const char *const columns[] = {"x", NULL};
    static char text[ROWS * 64];
    char *at = stpcpy(text, "x\n-0\n-0.0\n.5\n5.\n0.1\n999999999999999\n0.000000000000001\n");
    sim_param_csv_t csv;
    draws_of(0);
    for (int i = 0; i < ROWS; i++) {
        make_number(at);
        at = stpcpy(strchr(at, '\0'), "\n");
    }
    ASSERT_GOOD(sim_param_csv_read(write_text("t.csv", text), columns, &fx.diag, &csv));
    for (size_t i = 0; i < csv.rows; i++) {
        double value = 0, expected = strtod(csv.cell[i], NULL);
        ASSERT_GOOD(sim_param_csv_real(&csv, i, 0, -1e300, 1e300, &value) ? 0 : 1);
        cr_assert(memcmp(&value, &expected, sizeof value) == 0, "%s", csv.cell[i]);
    }
    sim_param_csv_free(&csv);
}

/* ---- text ---- */

Test(csv_twin, what_is_no_text_is_found_wherever_it_stands) {
    enum { SIZE = 64 };
    for (int at = 0; at < SIZE; at++)
        for (int wide = 0; wide < 2; wide++)
            for (int nul = 0; nul < 2; nul++) {
                char bytes[SIZE];
                int expected = 1, line = 0;
                for (int i = 0; i < SIZE; i++)
                    bytes[i] = i % 5 == 4 ? '\n' : 'a';
                if (wide && at != 30 && at != 31) /* what leaves the eights */
                    bytes[30] = '\xC3', bytes[31] = '\xA9';
                for (int i = 0; i < at; i++)
                    expected += bytes[i] == '\n';
                cr_assert(sim_param_not_text(bytes, SIZE, &line) == NULL);
                bytes[at] = nul ? '\0' : '\xFF';
                cr_assert(sim_param_not_text(bytes, SIZE, &line) != NULL, "%d", at);
                cr_assert_eq(line, expected, "%d: %d", at, line);
            }
}
