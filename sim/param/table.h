/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files with a header row, read whole (libcsv). Every problem is named with its line. */
#ifndef SIM_PARAM_TABLE_H
#define SIM_PARAM_TABLE_H

#include "sim/base/diag.h"
#include "sim/param/param.h"

typedef struct {
    const char *file; /* as given; borrowed */
    size_t rows, columns;
    const char **cell;     /* rows * columns, row major; "" for an empty cell; owned by the table */
    int *line;             /* rows: line of each row in the file */
    const char **head;     /* columns */
    sim_base_diag_t *diag; /* where problems go; borrowed */
    void *memory;
} sim_param_csv_t;

/* Empty columns at the right and rows of empty cells, as spreadsheets leave them, do not count.
 *
 * Reads `file`, which must have at least the named columns (NULL-terminated), in any order;
 * cells come back in the order of `columns`, further columns are ignored; a column "name=default"
 * may be missing, and has that text in all rows then; without `columns` (NULL)
 * all columns come in the order of the file. Missing file,
 * missing or doubled column, row with another number of cells, bad quoting, no data rows:
 * problems in diag and SIM_ERR_CONFIG. Those of its cells go to diag as well, which must outlive
 * it. */
int sim_param_csv_read(const char *file, const char *const *columns, sim_base_diag_t *diag,
                       sim_param_csv_t *out);
void sim_param_csv_free(sim_param_csv_t *csv);

static inline const char *sim_param_csv_cell(const sim_param_csv_t *csv, size_t row,
                                             size_t column) {
    return csv->cell[row * csv->columns + column];
}

/* Cell readers; a bad cell is a problem in csv->diag (file, line, column name, what was found,
 * what is allowed, nearest word) and false. `words` is NULL-terminated. */
bool sim_param_csv_real(const sim_param_csv_t *csv, size_t row, size_t column, double min,
                        double max, double *out);
bool sim_param_csv_int(const sim_param_csv_t *csv, size_t row, size_t column, int64_t min,
                       int64_t max, int64_t *out);
/* TRUE, True, true, 1, 1.0 and their opposites. */
bool sim_param_csv_flag(const sim_param_csv_t *csv, size_t row, size_t column, bool *out);
/* In any case of its letters. */
bool sim_param_csv_word(const sim_param_csv_t *csv, size_t row, size_t column,
                        const char *const *words, int *out);

/* The value of a parameter of type REAL, INT, BOOL or CHOICE, by its name in the results file: a
 * number, a truth value, a word, or of a date also a month. */
bool sim_param_csv_number(const sim_param_csv_t *csv, size_t row, size_t column,
                          const sim_param_t *param, const struct sim_model *model, double *number);

/* The rows of a table by the text in one of its columns; the table must outlive it. */
typedef struct {
    const sim_param_csv_t *csv;
    size_t column, mask;
    size_t *slot; /* row + 1, 0: empty; owned */
} sim_param_csv_index_t;

#define SIM_PARAM_CSV_NONE SIZE_MAX

/* Reports every text that occurs twice: SIM_ERR_CONFIG, and the first of its rows is found. Free
 * the index in any case; after SIM_ERR_MEMORY nothing may be looked for. */
int sim_param_csv_index(const sim_param_csv_t *csv, size_t column, sim_param_csv_index_t *index);
/* The row, or SIM_PARAM_CSV_NONE. */
size_t sim_param_csv_find(const sim_param_csv_index_t *index, const char *text);
void sim_param_csv_index_free(sim_param_csv_index_t *index);

#endif
