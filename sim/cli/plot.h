/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines in the character cells of a terminal: two by four dots a cell with braille patterns, or a
 * letter a cell where there are only ASCII characters. */
#ifndef SIM_CLI_PLOT_H
#define SIM_CLI_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    uint8_t dots; /* bits of the braille pattern */
    uint8_t line; /* 1 + number of the line that was drawn last; 0: none */
    bool end;     /* here the line ends, and has its letter */
} sim_cli_cell_t;

typedef struct {
    size_t width, height; /* cells */
    double x_min, x_max, y_min, y_max;
    bool ascii, colour;
    sim_cli_cell_t *cell; /* height x width, the top row first */
} sim_cli_plot_t;

/* Empties a plot of which all but the cells is given, x_min < x_max; a range of y without extent is
 * widened. 0 or SIM_ERR_MEMORY; free in any case. */
int sim_cli_plot_init(sim_cli_plot_t *plot);
void sim_cli_plot_free(sim_cli_plot_t *plot);

/* Joins n points, all finite, of rising x, by line `number` (from 0; after 25 the letters begin
 * again). */
void sim_cli_plot_line(sim_cli_plot_t *plot, size_t number, const double *x, const double *y,
                       size_t n);

/* One row of cells, without what ends a line. */
void sim_cli_plot_row(const sim_cli_plot_t *plot, size_t row, FILE *stream);

/* The letter of a line, in its colour. */
void sim_cli_plot_key(const sim_cli_plot_t *plot, size_t number, FILE *stream);

/* Columns of a terminal that a text takes in the locale of this thread; bytes that are no
 * character take one. */
size_t sim_cli_plot_columns(const char *text);

/* Prints as much of a text as fits into so many columns, with an ellipsis when something is
 * missing; returns the columns that it took. */
size_t sim_cli_plot_text(const char *text, size_t columns, bool ascii, FILE *stream);

#endif
