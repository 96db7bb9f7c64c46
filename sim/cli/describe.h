/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kumiai describe` has to say: a document of JSON, and from it sheets of text that each other
 * format prints its own way. */
#ifndef SIM_CLI_DESCRIBE_H
#define SIM_CLI_DESCRIBE_H

#include <stddef.h>

#include "sim/cli/json.h"
#include "sim/schedule/world.h"

enum { SIM_CLI_SHEET_COLUMNS = 13 };

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
    const char *title, *note; /* note: a sentence under the title, or NULL */
    char names[160];          /* of the columns, cut apart */
    const char *head[SIM_CLI_SHEET_COLUMNS];
    size_t columns, rows;
    const char *const *cell; /* rows x columns */
} sim_cli_sheet_t;

typedef struct {
    const sim_model_t *model; /* NULL: the program itself */
    sim_cli_sheet_t *sheet;   /* owned, as the cells and their text */
    size_t count;
    const char **cell;
    char *text;
} sim_cli_sheets_t;

/* Everything that there is to say of a model, or of the engine and the list of models. 0 or
 * SIM_ERR_MEMORY; free it in any case. */
int sim_cli_describe_document(const sim_model_t *model, sim_cli_json_t *json);

/* The same as sheets, which borrow from the document. 0 or SIM_ERR_MEMORY; always free them. */
int sim_cli_sheets_init(sim_cli_sheets_t *sheets, const sim_model_t *model, const cJSON *root);
void sim_cli_sheets_free(sim_cli_sheets_t *sheets);

static inline const char *sim_cli_sheet_cell(const sim_cli_sheet_t *sheet, size_t row,
                                             size_t column) {
    return sheet->cell[row * sheet->columns + column];
}

/* What the letters of the column `tag` stand for; ends with a letter 0. */
typedef struct {
    char letter;
    const char *meaning;
} sim_cli_tag_t;
extern const sim_cli_tag_t sim_cli_tags[];

/* Print to standard output. */
void sim_cli_describe_text(const sim_cli_sheets_t *sheets);
void sim_cli_describe_csv(const sim_cli_sheets_t *sheets);
void sim_cli_describe_markdown(const sim_cli_sheets_t *sheets);

#endif
