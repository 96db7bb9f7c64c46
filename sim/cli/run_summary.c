/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/run_summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/rng/math.h"

enum { WIDTH = 100, CELL_MIN = 20, CELL_MAX = 44, LABEL_MAX = 34, ROWS_MAX = 12, TEXT = 96 };

/* Characters, not bytes, of UTF-8. */
static int characters(const char *text) {
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Right-aligned, apart from its neighbour; a text that is too long is cut, with a mark. */
static void cell(FILE *stream, const char *text, int width) {
    int n = characters(text);
    if (n < width) {
        fprintf(stream, "%*s%s", width - n, "", text);
        return;
    }
    fputc(' ', stream);
    for (int left = width - 2; *text; text++) {
        left -= ((unsigned char)*text & 0xC0) != 0x80;
        if (left < 0)
            break;
        fputc(*text, stream);
    }
    fputs("…", stream);
}

static void label(FILE *stream, const char *text, int width) {
    fprintf(stream, "%-*.*s", width, width, text);
}

/* Two digits of the shorter side of the interval, and the mean to the same place. */
static void value(const sim_store_mean_t *m, char *buffer, size_t size) {
    double side = fmin(m->mean - m->low, m->high - m->mean);
    side = side > 0 ? side : m->high - m->low;
    bool fixed = side > 1e-9 && fabs(m->mean) < 1e6 && fabs(m->high) < 1e6;
    int places = fixed ? 1 - (int)floor(sim_math_log10(side)) : 0;
    places = places > 0 ? places : 0;
    if (m->n == 0)
        snprintf(buffer, size, "-");
    else if (isnan(m->low))
        snprintf(buffer, size, "%.6g (%s)", m->mean,
                 m->n == 1       ? "one run"
                 : m->draws == 1 ? "one draw"
                                 : "all alike");
    else if (fixed)
        snprintf(buffer, size, "%.*f (%.*f to %.*f)", places, m->mean, places, m->low, places,
                 m->high);
    else
        snprintf(buffer, size, "%.5g (%.5g to %.5g)", m->mean, m->low, m->high);
}

/* A column that no run has a value in says nothing. */
static bool has_value(const sim_store_means_t *m, size_t column) {
    for (size_t s = 0; s < m->n_scenarios; s++)
        if (m->cell[s * m->n_columns + column].n > 0)
            return true;
    return false;
}

static size_t choose(const sim_store_means_t *m, size_t *column) {
    size_t n = 0;
    for (size_t c = 0; c < m->n_columns && n < ROWS_MAX; c++)
        if (has_value(m, c))
            column[n++] = c;
    return n;
}

/* As wide as the longest value asks, within bounds. */
static int cell_width(const sim_store_means_t *m, const size_t *column, size_t n) {
    char text[TEXT];
    int width = CELL_MIN;
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < m->n_scenarios; s++) {
            value(&m->cell[s * m->n_columns + column[i]], text, sizeof text);
            int length = characters(text) + 2;
            width = length > width ? length : width;
        }
    return width > CELL_MAX ? CELL_MAX : width;
}

static int label_width(const sim_store_means_t *m, const size_t *column, size_t n) {
    int width = (int)strlen("scenario");
    for (size_t i = 0; i < n; i++) {
        int length = (int)strlen(m->column[column[i]]);
        width = length > width ? length : width;
    }
    return width > LABEL_MAX ? LABEL_MAX : width;
}

static void counts(FILE *stream, const sim_store_means_t *m, size_t first, size_t end, int width,
                   int cells) {
    char text[TEXT];
    fputc('\n', stream);
    label(stream, "scenario", width);
    for (size_t s = first; s < end; s++)
        cell(stream, m->scenario[s], cells);
    fputc('\n', stream);
    label(stream, "runs", width);
    for (size_t s = first; s < end; s++) {
        int length = snprintf(text, sizeof text, "%" PRIu64, m->ok[s]);
        if (m->failed[s])
            snprintf(text + length, sizeof text - (size_t)length, " (%" PRIu64 " failed)",
                     m->failed[s]);
        cell(stream, text, cells);
    }
    fputc('\n', stream);
}

/* ---- draws of parameters ---- */

static bool has_parts(const sim_store_means_t *m, size_t column) {
    for (size_t s = 0; s < m->n_scenarios; s++)
        if (m->cell[s * m->n_columns + column].chance >= 0)
            return true;
    return false;
}

static void part(const sim_store_mean_t *m, char *buffer, size_t size) {
    double all = m->chance + m->parameters;
    if (!(all > 0))
        snprintf(buffer, size, "-");
    else
        snprintf(buffer, size, "%.0f %%", 100 * m->parameters / all);
}

/* Of the rows that are printed those that have replicates with a draw in common. */
static void parts(FILE *stream, const sim_store_means_t *m, const size_t *column, size_t rows) {
    int width = label_width(m, column, rows);
    size_t across = (size_t)((WIDTH - width) / CELL_MIN);
    char text[TEXT];
    bool any = false;
    for (size_t r = 0; r < rows; r++)
        any = any || has_parts(m, column[r]);
    if (!any) {
        fputs("\nParameters are drawn. To see how much of the variance they account for, give each "
              "of two\nor more draws several replicates: --draws-reps 2 or more.\n",
              stream);
        return;
    }
    fputs("\nShare of a run's variance that the drawn parameters make; the rest is chance:\n",
          stream);
    for (size_t first = 0; first < m->n_scenarios; first += across) {
        size_t end = first + across < m->n_scenarios ? first + across : m->n_scenarios;
        label(stream, "scenario", width);
        for (size_t s = first; s < end; s++)
            cell(stream, m->scenario[s], CELL_MIN);
        fputc('\n', stream);
        for (size_t r = 0; r < rows; r++) {
            label(stream, m->column[column[r]], width);
            for (size_t s = first; s < end; s++) {
                part(&m->cell[s * m->n_columns + column[r]], text, sizeof text);
                cell(stream, text, CELL_MIN);
            }
            fputc('\n', stream);
        }
    }
}

void sim_cli_run_summary(FILE *stream, const sim_store_means_t *m, const char *path) {
    size_t column[ROWS_MAX] = {0};
    size_t rows = choose(m, column);
    int width = label_width(m, column, rows), cells = cell_width(m, column, rows);
    size_t across = (size_t)((WIDTH - width) / cells);
    char text[TEXT];
    fputs("Means over runs, in brackets 95 % intervals. Where all runs are alike there is\n"
          "none, except for shares and for counts that are 0 in five or more runs.\n",
          stream);
    for (size_t first = 0; first < m->n_scenarios; first += across) {
        size_t end = first + across < m->n_scenarios ? first + across : m->n_scenarios;
        counts(stream, m, first, end, width, cells);
        for (size_t r = 0; r < rows; r++) {
            label(stream, m->column[column[r]], width);
            for (size_t s = first; s < end; s++) {
                value(&m->cell[s * m->n_columns + column[r]], text, sizeof text);
                cell(stream, text, cells);
            }
            fputc('\n', stream);
        }
    }
    if (m->drawn)
        parts(stream, m, column, rows);
    fputc('\n', stream);
    if (m->n_columns > rows)
        fprintf(stream, "All %zu columns: table summary of the results file.\n", m->n_columns);
    fprintf(stream, "Results: %s\n", path);
}
