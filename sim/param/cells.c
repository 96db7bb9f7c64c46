/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the cells of a CSV table. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/param/parts.h"
#include "sim/param/table.h"

static sim_param_place_t place_of(const sim_param_csv_t *csv, size_t row) {
    return (sim_param_place_t){.file = csv->file, .line = csv->line[row]};
}

/* A problem about a cell; always false. */
static bool refuse(const sim_param_csv_t *csv, size_t row, size_t column, sim_base_diag_t *diag,
                   const char *expected) {
    sim_param_report_t report = {.diag = diag, .first = diag->count};
    sim_param_place_t place = place_of(csv, row);
    const char *cell = sim_param_csv_cell(csv, row, column);
    if (*cell == '\0') {
        sim_param_problem(&report, &place, "column %s: the cell is empty; expected %s",
                          csv->head[column], expected);
    } else {
        sim_param_problem(&report, &place, "column %s: \"%.80s\" is not %s", csv->head[column],
                          cell, expected);
    }
    return false;
}

static bool out_of_range(const sim_param_csv_t *csv, size_t row, size_t column,
                         sim_base_diag_t *diag, const char *low, const char *high) {
    sim_param_report_t report = {.diag = diag, .first = diag->count};
    sim_param_place_t place = place_of(csv, row);
    sim_param_problem(&report, &place, "column %s: %s must lie between %s and %s",
                      csv->head[column], sim_param_csv_cell(csv, row, column), low, high);
    return false;
}

bool sim_param_csv_real(const sim_param_csv_t *csv, size_t row, size_t column, double min,
                        double max, sim_base_diag_t *diag, double *out) {
    const char *cell = sim_param_csv_cell(csv, row, column);
    char *end = NULL;
    char low[32], high[32];
    /* Plain decimal notation only: no "nan", "inf" or hexadecimal. */
    bool plain = *cell && cell[strspn(cell, "0123456789+-.eE")] == '\0';
    double value = plain ? strtod(cell, &end) : NAN;
    if (!plain || end == cell || *end || !isfinite(value)) {
        return refuse(csv, row, column, diag, "a number");
    }
    if (!(value >= min && value <= max)) {
        sim_param_format_real(min, low, sizeof low);
        sim_param_format_real(max, high, sizeof high);
        return out_of_range(csv, row, column, diag, low, high);
    }
    *out = value;
    return true;
}

bool sim_param_csv_int(const sim_param_csv_t *csv, size_t row, size_t column, int64_t min,
                       int64_t max, sim_base_diag_t *diag, int64_t *out) {
    const char *cell = sim_param_csv_cell(csv, row, column);
    char *end = NULL;
    char low[32], high[32];
    errno = 0;
    long long value = isspace((unsigned char)*cell) ? 0 : strtoll(cell, &end, 10);
    if (!end || end == cell || *end || errno == ERANGE) {
        return refuse(csv, row, column, diag, "an integer");
    }
    if (value < min || value > max) {
        snprintf(low, sizeof low, "%" PRId64, min);
        snprintf(high, sizeof high, "%" PRId64, max);
        return out_of_range(csv, row, column, diag, low, high);
    }
    *out = value;
    return true;
}

bool sim_param_csv_word(const sim_param_csv_t *csv, size_t row, size_t column,
                        const char *const *words, sim_base_diag_t *diag, int *out) {
    const char *cell = sim_param_csv_cell(csv, row, column);
    char expected[SIM_PARAM_WHY] = "one of: ";
    size_t used = strlen(expected);
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], cell) == 0) {
            *out = i;
            return true;
        }
        int printed =
            snprintf(expected + used, sizeof expected - used, "%s%s", i ? ", " : "", words[i]);
        used += printed > 0 && (size_t)printed < sizeof expected - used ? (size_t)printed : 0;
    }
    const char *nearest = *cell ? sim_base_nearest(cell, words) : NULL;
    if (!nearest) {
        return refuse(csv, row, column, diag, expected);
    }
    sim_param_report_t report = {.diag = diag, .first = diag->count};
    sim_param_place_t place = place_of(csv, row);
    sim_param_problem(&report, &place, "column %s: \"%.80s\"; did you mean \"%s\"? Allowed are %s",
                      csv->head[column], cell, nearest, expected);
    return false;
}

typedef struct {
    const sim_param_csv_t *csv;
    size_t column;
} order_t;

static int by_cell(const void *a, const void *b, void *user) {
    const order_t *order = user;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int words = strcmp(sim_param_csv_cell(order->csv, x, order->column),
                       sim_param_csv_cell(order->csv, y, order->column));
    return words ? words : (x > y) - (x < y);
}

/* earlier[row] = the first row with the same cell. */
static void find_earlier(const sim_param_csv_t *csv, size_t column, size_t *sorted,
                         size_t *earlier) {
    order_t order = {csv, column};
    for (size_t i = 0; i < csv->rows; i++) {
        sorted[i] = i;
    }
    qsort_r(sorted, csv->rows, sizeof *sorted, by_cell, &order);
    for (size_t i = 0; i < csv->rows; i++) {
        bool same = i > 0 && strcmp(sim_param_csv_cell(csv, sorted[i - 1], column),
                                    sim_param_csv_cell(csv, sorted[i], column)) == 0;
        earlier[sorted[i]] = same ? earlier[sorted[i - 1]] : sorted[i];
    }
}

bool sim_param_csv_unique(const sim_param_csv_t *csv, size_t column, sim_base_diag_t *diag) {
    sim_param_report_t report = {.diag = diag, .first = diag->count};
    sim_param_place_t place = {.file = csv->file};
    size_t *sorted = malloc((2 * csv->rows + 1) * sizeof *sorted);
    if (!sorted) {
        sim_param_problem(&report, &place, "%s", sim_base_strerror(SIM_ERR_MEMORY));
        return false;
    }
    size_t *earlier = sorted + csv->rows;
    find_earlier(csv, column, sorted, earlier);
    for (size_t i = 0; i < csv->rows; i++) {
        if (earlier[i] != i) {
            place.line = csv->line[i];
            sim_param_problem(&report, &place, "column %s: \"%.80s\" is in line %d already",
                              csv->head[column], sim_param_csv_cell(csv, i, column),
                              csv->line[earlier[i]]);
        }
    }
    free(sorted);
    return report.count == 0;
}
