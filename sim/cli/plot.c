/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* wcwidth */
#include "sim/cli/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "sim/base/error.h"

enum { ACROSS = 2, DOWN = 4, LETTERS = 26 }; /* dots of a cell */

int sim_cli_plot_init(sim_cli_plot_t *plot) {
    double top = plot->y_max, margin = top > plot->y_min ? 0 : top != 0 ? 0.1 * fabs(top) : 1;
    plot->y_min -= margin;
    plot->y_max += margin;
    plot->cell = calloc(plot->width * plot->height, sizeof *plot->cell);
    return plot->cell ? 0 : SIM_ERR_MEMORY;
}

void sim_cli_plot_free(sim_cli_plot_t *plot) {
    free(plot->cell);
    plot->cell = NULL;
}

/* ---- lines ---- */

/* The dot, from 0 to count - 1, of a share of the range. */
static size_t dot_of(double share, size_t count) {
    double at = floor(share * (double)(count - 1) + 0.5);
    return at < 0 ? 0 : at > (double)(count - 1) ? count - 1 : (size_t)at;
}

static size_t column_of(const sim_cli_plot_t *p, double x) {
    return dot_of((x - p->x_min) / (p->x_max - p->x_min), p->width * ACROSS);
}

/* From the top. */
static size_t row_of(const sim_cli_plot_t *p, double y) {
    return dot_of((p->y_max - y) / (p->y_max - p->y_min), p->height * DOWN);
}

static sim_cli_cell_t *set_dot(sim_cli_plot_t *p, size_t number, size_t column, size_t row) {
    static const uint8_t bit[DOWN][ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    sim_cli_cell_t *cell = &p->cell[row / DOWN * p->width + column / ACROSS];
    cell->dots |= bit[row % DOWN][column % ACROSS];
    cell->line = (uint8_t)(1 + number % LETTERS);
    cell->end = false;
    return cell;
}

/* Dots of one column, between two rows. */
static void set_column(sim_cli_plot_t *p, size_t number, size_t column, size_t from, size_t to) {
    size_t low = from < to ? from : to, high = from < to ? to : from;
    for (size_t row = low; row <= high; row++)
        (void)set_dot(p, number, column, row);
}

/* Between two points: in each column as many dots as the line is steep. */
static void join(sim_cli_plot_t *p, size_t number, const double x[2], const double y[2]) {
    size_t first = column_of(p, x[0]), last = column_of(p, x[1]);
    size_t row = row_of(p, y[0]);
    if (first == last)
        set_column(p, number, first, row, row_of(p, y[1]));
    for (size_t column = first + 1; column <= last; column++) {
        double share = (double)(column - first) / (double)(last - first);
        size_t next = row_of(p, y[0] + share * (y[1] - y[0]));
        set_column(p, number, column, row, next);
        row = next;
    }
}

void sim_cli_plot_line(sim_cli_plot_t *plot, size_t number, const double *x, const double *y,
                       size_t n) {
    for (size_t i = 0; i + 1 < n; i++)
        join(plot, number, &x[i], &y[i]);
    if (n > 0)
        set_dot(plot, number, column_of(plot, x[n - 1]), row_of(plot, y[n - 1]))->end = true;
}

/* ---- printing ---- */

static char letter(size_t number) {
    return (char)('a' + number % LETTERS);
}

/* Six colours that can be read on a dark ground and on a light one. */
static void begin_colour(const sim_cli_plot_t *p, size_t number, FILE *stream) {
    static const int colour[] = {36, 35, 33, 32, 34, 31};
    if (p->colour)
        fprintf(stream, "\033[%dm", colour[number % (sizeof colour / sizeof colour[0])]);
}

static void end_colour(const sim_cli_plot_t *p, FILE *stream) {
    if (p->colour)
        fputs("\033[0m", stream);
}

/* U+2800 and the dots, in UTF-8. */
static void put_braille(uint8_t dots, FILE *stream) {
    fputc(0xe2, stream);
    fputc(0xa0 | dots >> 6, stream);
    fputc(0x80 | (dots & 0x3f), stream);
}

void sim_cli_plot_row(const sim_cli_plot_t *plot, size_t row, FILE *stream) {
    size_t colour = 0; /* as `line` of a cell */
    for (size_t i = 0; i < plot->width; i++) {
        const sim_cli_cell_t *cell = &plot->cell[row * plot->width + i];
        if (cell->line != colour) {
            if (colour)
                end_colour(plot, stream);
            if (cell->line)
                begin_colour(plot, cell->line - 1U, stream);
            colour = cell->line;
        }
        if (!cell->line)
            fputc(' ', stream);
        else if (cell->end || plot->ascii)
            fputc(letter(cell->line - 1U), stream);
        else
            put_braille(cell->dots, stream);
    }
    if (colour)
        end_colour(plot, stream);
}

void sim_cli_plot_key(const sim_cli_plot_t *plot, size_t number, FILE *stream) {
    begin_colour(plot, number, stream);
    fputc(letter(number), stream);
    end_colour(plot, stream);
}

/* ---- texts ---- */

/* Bytes of the first character of a text that is not empty, and the columns that it takes. */
static size_t character(const char *text, size_t *columns) {
    wchar_t wide = 0;
    mbstate_t state = {0};
    size_t bytes = mbrtowc(&wide, text, strlen(text), &state);
    bool good = bytes != 0 && bytes != (size_t)-1 && bytes != (size_t)-2;
    int width = good ? wcwidth(wide) : 1;
    *columns = width < 0 ? 1 : (size_t)width;
    return good ? bytes : 1;
}

size_t sim_cli_plot_columns(const char *text) {
    size_t all = 0, columns = 0;
    for (; *text; text += character(text, &columns), all += columns)
        ;
    return all;
}

size_t sim_cli_plot_text(const char *text, size_t columns, bool ascii, FILE *stream) {
    const char *more = ascii ? "..." : "\xe2\x80\xa6";
    size_t taken = 0, width = 0, room = ascii ? 3 : 1;
    bool whole = sim_cli_plot_columns(text) <= columns;
    if (!whole && columns < room)
        return 0;
    for (size_t bytes; *text; text += bytes, taken += width) {
        bytes = character(text, &width);
        if (!whole && taken + width + room > columns)
            break;
        fwrite(text, 1, bytes, stream);
    }
    if (!whole)
        fputs(more, stream);
    return whole ? taken : taken + room;
}
