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
#include <strings.h>

#include "sim/param/parts.h"
#include "sim/param/table.h"

static sim_param_place_t place_of(const sim_param_csv_t *csv, size_t row) {
    return (sim_param_place_t){.file = csv->file, .line = csv->line[row]};
}

/* What to do about a cell that is a number to its writer, else NULL. */
static const char *cure(const char *cell) {
    static const char *const missing[] = {"NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", NULL};
    size_t digits = strspn(cell, "+-0123456789");
    for (size_t i = 0; missing[i]; i++)
        if (strcmp(cell, missing[i]) == 0)
            return "a value is missing here";
    if (cell[strspn(cell, "+-0123456789., '_eE\xc2\xa0\xe2\x80\xaf")] == '%' && digits)
        return "write a share as a decimal, such as 0.05 for 5%";
    /* plain digits, point and exponent need no other separator */
    if (!digits || cell[strspn(cell, "+-0123456789., '_eE\xc2\xa0\xe2\x80\xaf")] ||
        !cell[strspn(cell, "+-0123456789.eE")])
        return NULL;
    return "write decimals with a point, such as 0.5, and thousands without a separator, such as "
           "1000";
}

/* A problem about a cell; always false. */
static bool refuse(const sim_param_csv_t *csv, size_t row, size_t column, const char *expected,
                   bool number) {
    sim_param_report_t report = {.diag = csv->diag, .first = csv->diag->count};
    sim_param_place_t place = place_of(csv, row);
    const char *cell = sim_param_csv_cell(csv, row, column);
    if (*cell == '\0') {
        sim_param_problem(&report, &place, "column %s: the cell is empty; expected %s",
                          csv->head[column], expected);
    } else {
        const char *how = number ? cure(cell) : NULL;
        sim_param_problem(&report, &place, "column %s: \"%.80s\" is not %s%s%s", csv->head[column],
                          cell, expected, how ? "; " : "", how ? how : "");
    }
    return false;
}

static bool out_of_range(const sim_param_csv_t *csv, size_t row, size_t column, const char *low,
                         const char *high) {
    sim_param_report_t report = {.diag = csv->diag, .first = csv->diag->count};
    sim_param_place_t place = place_of(csv, row);
    sim_param_problem(&report, &place, "column %s: %s must lie between %s and %s",
                      csv->head[column], sim_param_csv_cell(csv, row, column), low, high);
    return false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Digits with or without a point, few enough that their integer and the power of ten are exact:
 * then so is the quotient's rounding, and it is what strtod() gives (Clinger 1990). */
static bool short_number(const char *cell, double *value) {
    static const double power[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    enum { MOST = sizeof power / sizeof *power - 1 };
    const char *at = cell + (*cell == '-'), *point = NULL;
    int64_t digits = 0;
    int n = 0;
    for (; is_digit(*at) || (*at == '.' && !point); at++)
        if (*at == '.')
            point = at;
        else if (++n <= MOST)
            digits = 10 * digits + (*at - '0');
    if (*at || n == 0 || n > MOST)
        return false;
    double size = (double)digits / power[point ? at - point - 1 : 0];
    *value = *cell == '-' ? -size : size;
    return true;
}

/* Plain decimal notation only: no "nan", "inf" or hexadecimal. */
static bool plain_number(const char *cell, double *value) {
    char *end = NULL;
    if (short_number(cell, value))
        return true;
    if (*cell == '\0' || cell[strspn(cell, "0123456789+-.eE")])
        return false;
    *value = strtod(cell, &end);
    return end != cell && *end == '\0' && isfinite(*value);
}

bool sim_param_csv_real(const sim_param_csv_t *csv, size_t row, size_t column, double min,
                        double max, double *out) {
    char low[32], high[32];
    double value = 0;
    if (!plain_number(sim_param_csv_cell(csv, row, column), &value))
        return refuse(csv, row, column, "a number", true);
    if (!(value >= min && value <= max)) {
        sim_param_format_real(min, low, sizeof low);
        sim_param_format_real(max, high, sizeof high);
        return out_of_range(csv, row, column, low, high);
    }
    *out = value;
    return true;
}

/* Digits, or a decimal that is whole: programs with missing values beside whole numbers write them
 * as 100.0 or 1E+05. */
static bool whole_number(const char *cell, long long *value) {
    char *end = NULL;
    double real = 0;
    errno = 0;
    *value = isspace((unsigned char)*cell) ? 0 : strtoll(cell, &end, 10);
    if (end && end != cell && *end == '\0')
        return errno != ERANGE;
    if (!plain_number(cell, &real) || real != floor(real) || fabs(real) > 0x1p53)
        return false;
    *value = (long long)real;
    return true;
}

bool sim_param_csv_int(const sim_param_csv_t *csv, size_t row, size_t column, int64_t min,
                       int64_t max, int64_t *out) {
    char low[32], high[32];
    long long value = 0;
    if (!whole_number(sim_param_csv_cell(csv, row, column), &value))
        return refuse(csv, row, column, "an integer", true);
    if (value < min || value > max) {
        snprintf(low, sizeof low, "%" PRId64, min);
        snprintf(high, sizeof high, "%" PRId64, max);
        return out_of_range(csv, row, column, low, high);
    }
    *out = value;
    return true;
}

bool sim_param_csv_flag(const sim_param_csv_t *csv, size_t row, size_t column, bool *out) {
    const char *cell = sim_param_csv_cell(csv, row, column);
    long long value = -1;
    bool is_true = strcasecmp(cell, "true") == 0, is_false = strcasecmp(cell, "false") == 0;
    if (!is_true && !is_false && (!whole_number(cell, &value) || value < 0 || value > 1))
        return refuse(csv, row, column, "one of: false, true (or 0, 1)", false);
    *out = is_true || value == 1;
    return true;
}

/* Tells the words that are allowed, and the one that may be meant. */
static void refuse_word(const sim_param_csv_t *csv, size_t row, size_t column,
                        const char *const *words) {
    const char *cell = sim_param_csv_cell(csv, row, column);
    char expected[SIM_PARAM_WHY], list[SIM_PARAM_WHY - sizeof "one of: "];
    snprintf(expected, sizeof expected, "one of: %s", sim_param_join(words, list, sizeof list));
    const char *nearest = *cell ? sim_base_nearest(cell, words) : NULL;
    if (!nearest) {
        (void)refuse(csv, row, column, expected, false);
        return;
    }
    sim_param_report_t report = {.diag = csv->diag, .first = csv->diag->count};
    sim_param_place_t place = place_of(csv, row);
    sim_param_problem(&report, &place, "column %s: \"%.80s\"; did you mean \"%s\"? Allowed are %s",
                      csv->head[column], cell, nearest, expected);
}

bool sim_param_csv_word(const sim_param_csv_t *csv, size_t row, size_t column,
                        const char *const *words, int *out) {
    const char *cell = sim_param_csv_cell(csv, row, column);
    for (int i = 0; words[i]; i++) {
        if (strcasecmp(words[i], cell) == 0) {
            *out = i;
            return true;
        }
    }
    refuse_word(csv, row, column, words);
    return false;
}
