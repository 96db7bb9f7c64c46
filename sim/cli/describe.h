/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kumiai describe` has to say, as sheets of text that each format prints its own way. */
#ifndef SIM_CLI_DESCRIBE_H
#define SIM_CLI_DESCRIBE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/schedule/world.h"

enum { SIM_CLI_SHEETS = 32, SIM_CLI_SHEET_COLUMNS = 13 };

/* Columns of the sheet of parameters, which is always the first of a list. */
enum {
    SIM_CLI_COLUMN_NAME,
    SIM_CLI_COLUMN_TYPE,
    SIM_CLI_COLUMN_DEFAULT,
    SIM_CLI_COLUMN_MIN,
    SIM_CLI_COLUMN_MAX,
    SIM_CLI_COLUMN_UNIT,
    SIM_CLI_COLUMN_CHOICES,
    SIM_CLI_COLUMN_DOC,
    SIM_CLI_COLUMN_TAG,
    SIM_CLI_COLUMN_SOURCE,
    SIM_CLI_COLUMN_CHANGES,    /* "any time", or "only at the start": no intervention may set it */
    SIM_CLI_COLUMN_PRIOR,      /* "uniform(min=0.1, max=0.5)"; empty: none is declared */
    SIM_CLI_COLUMN_CONSTRAINTS /* "g.a <= g.b; ..." */
};

typedef struct {
    const char *title, *note; /* note: a sentence under the title, or NULL; borrowed */
    const char *head[SIM_CLI_SHEET_COLUMNS];
    size_t columns;
    char **cell; /* count cells, row major; owned */
    size_t count;
} sim_cli_sheet_t;

typedef struct {
    const sim_model_t *model; /* NULL: the program itself */
    sim_cli_sheet_t sheet[SIM_CLI_SHEETS];
    size_t count;
    int code; /* SIM_ERR_MEMORY or SIM_ERR_LIMIT once filling failed */
} sim_cli_sheets_t;

/* Fills the sheets of a model, or of the engine and the list of models. 0, SIM_ERR_MEMORY or
 * SIM_ERR_LIMIT (too many tables); free them in any case. */
int sim_cli_sheets_init(sim_cli_sheets_t *sheets, const sim_model_t *model);
void sim_cli_sheets_free(sim_cli_sheets_t *sheets);

static inline const char *sim_cli_sheet_cell(const sim_cli_sheet_t *sheet, size_t row,
                                             size_t column) {
    return sheet->cell[row * sheet->columns + column];
}
static inline size_t sim_cli_sheet_rows(const sim_cli_sheet_t *sheet) {
    return sheet->columns ? sheet->count / sheet->columns : 0;
}

/* The parameter that has a population's size, or where else it comes from. */
const char *sim_cli_population_size(const sim_model_t *model, const sim_state_row_t *row);

/* What the letters of the column `tag` stand for; ends with a letter 0. */
typedef struct {
    char letter;
    const char *meaning;
} sim_cli_tag_t;
extern const sim_cli_tag_t sim_cli_tags[];

/* How often a phase is due, in words: "step", "year", "4 steps". Returns the text. */
const char *sim_cli_phase_every(const sim_phase_t *phase, char *text, size_t size);

const char *sim_cli_param_type(sim_param_type_t type);
/* Of what is set on agents, whose value may be an agent. */
const char *sim_cli_agent_param_type(sim_param_type_t type);
const char *sim_cli_reduce_name(sim_reduce_t how);
const char *sim_cli_field_type(sim_field_type_t type);
bool sim_cli_param_has_default(const sim_param_t *row); /* false: it must be given, or need not */
bool sim_cli_param_bounded(double bound);               /* false: a stand-in for no bound */

/* Print to standard output. */
void sim_cli_describe_text(const sim_cli_sheets_t *sheets);
void sim_cli_describe_csv(const sim_cli_sheets_t *sheets);
void sim_cli_describe_markdown(const sim_cli_sheets_t *sheets);
int sim_cli_describe_json(const sim_model_t *model); /* 0 or SIM_ERR_MEMORY */

#endif
