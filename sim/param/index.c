/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a CSV table by the text of a column: a hash table with open addressing, at most half
 * full, so that large tables are read in time proportional to their rows. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/error.h"
#include "sim/param/parts.h"
#include "sim/param/table.h"

enum { FEWEST_SLOTS = 16 };

/* Where `text` is, or the empty slot where it would be. */
static size_t slot_of(const sim_param_csv_index_t *index, const char *text) {
    size_t at = (size_t)XXH3_64bits(text, strlen(text)) & index->mask;
    while (index->slot[at] &&
           strcmp(sim_param_csv_cell(index->csv, index->slot[at] - 1, index->column), text) != 0)
        at = (at + 1) & index->mask;
    return at;
}

static void report_double(const sim_param_csv_t *csv, size_t column, size_t row, size_t earlier,
                          sim_param_report_t *report) {
    sim_param_place_t place = {.file = csv->file, .line = csv->line[row]};
    sim_param_problem(report, &place, "column %s: \"%.80s\" is in line %d already",
                      csv->head[column], sim_param_csv_cell(csv, row, column), csv->line[earlier]);
}

int sim_param_csv_index(const sim_param_csv_t *csv, size_t column, sim_param_csv_index_t *index) {
    sim_param_report_t report = {.diag = csv->diag, .first = csv->rows ? csv->diag->count : 0};
    size_t slots = FEWEST_SLOTS;
    while (slots < 2 * csv->rows)
        slots *= 2;
    *index = (sim_param_csv_index_t){.csv = csv, .column = column, .mask = slots - 1};
    index->slot = calloc(slots, sizeof *index->slot);
    if (!index->slot)
        return SIM_ERR_MEMORY;
    for (size_t row = 0; row < csv->rows; row++) {
        size_t at = slot_of(index, sim_param_csv_cell(csv, row, column));
        if (index->slot[at])
            report_double(csv, column, row, index->slot[at] - 1, &report);
        else
            index->slot[at] = row + 1;
    }
    return report.count ? SIM_ERR_CONFIG : SIM_OK;
}

size_t sim_param_csv_find(const sim_param_csv_index_t *index, const char *text) {
    size_t row = index->slot[slot_of(index, text)];
    return row ? row - 1 : SIM_PARAM_CSV_NONE;
}

void sim_param_csv_index_free(sim_param_csv_index_t *index) {
    free(index->slot);
    *index = (sim_param_csv_index_t){0};
}
