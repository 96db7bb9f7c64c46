/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets as text of at most 100 columns. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/describe.h"

enum { WIDTH = 100, INDENT = 2, DEEPER = 6 };

/* Columns on the screen: characters, not bytes. */
static size_t width_of(const char *text, size_t bytes) {
    size_t width = 0;
    for (size_t i = 0; i < bytes; i++)
        width += ((unsigned char)text[i] & 0xC0U) != 0x80U;
    return width;
}

static void spaces(size_t count) {
    printf("%*s", (int)count, "");
}

/* Prints the words of `text` from column `at` on and breaks before column WIDTH; further lines
 * begin at column `indent`. A word that is too long stands alone. Ends the line. */
static void wrap(size_t at, size_t indent, const char *text) {
    size_t column = at;
    while (*(text += strspn(text, " \n"))) {
        size_t bytes = strcspn(text, " \n"), width = width_of(text, bytes);
        if (column > at && column + 1 + width > WIDTH) {
            putchar('\n');
            spaces(indent);
            column = at = indent;
        } else if (column > at) {
            putchar(' ');
            column++;
        }
        fwrite(text, 1, bytes, stdout);
        column += width;
        text += bytes;
    }
    putchar('\n');
}

static void paragraph(size_t indent, const char *text) {
    spaces(indent);
    wrap(indent, indent, text);
}

static void padded(const char *text, size_t width) {
    size_t own = width_of(text, strlen(text));
    fputs(text, stdout);
    spaces(own < width ? width - own : 0);
}

/* ---- parameters: values in columns, words below ---- */

static void range(const char *min, const char *max, char *buffer, size_t size) {
    const char *before = *min && !*max ? "at least " : !*min && *max ? "at most " : "";
    snprintf(buffer, size, "%s%s%s%s", before, min, *min && *max ? " to " : "", max);
}

/* Cells side by side, each padded to its width but the last that has text; what is too long
 * pushes the rest of its line to the right. Ends the line. */
static void line_of(const char *const *cell, const size_t *width, size_t count) {
    while (count > 1 && !*cell[count - 1])
        count--;
    spaces(INDENT);
    for (size_t i = 0; i + 1 < count; i++) {
        padded(cell[i], width[i]);
        putchar(' ');
    }
    puts(cell[count - 1]);
}

static void choice_words(const char *choices) {
    spaces(DEEPER);
    fputs("One of ", stdout);
    for (const char *at = choices; *at; at++)
        fputs(*at == '|' ? ", " : (char[]){*at, '\0'}, stdout);
    puts(".");
}

/* A line of its own, unless there is nothing to say. */
static void labelled(const char *label, const char *text) {
    if (*text) {
        spaces(DEEPER);
        fputs(label, stdout);
        wrap(DEEPER + strlen(label), DEEPER + strlen(label), text);
    }
}

static const size_t parameter_width[] = {38, 7, 11, 18, 0};

static void parameter(const char *const *cell) {
    char limits[96];
    const char *standard = cell[SIM_CLI_COLUMN_DEFAULT], *source = cell[SIM_CLI_COLUMN_SOURCE];
    const char *const line[] = {cell[SIM_CLI_COLUMN_NAME], cell[SIM_CLI_COLUMN_TYPE],
                                *standard ? standard : "-", limits, cell[SIM_CLI_COLUMN_UNIT]};
    range(cell[SIM_CLI_COLUMN_MIN], cell[SIM_CLI_COLUMN_MAX], limits, sizeof limits);
    line_of(line, parameter_width, sizeof line / sizeof line[0]);
    paragraph(DEEPER, cell[SIM_CLI_COLUMN_DOC]);
    if (*cell[SIM_CLI_COLUMN_CHOICES])
        choice_words(cell[SIM_CLI_COLUMN_CHOICES]);
    labelled("Prior: ", cell[SIM_CLI_COLUMN_PRIOR]);
    labelled("Constraints: ", cell[SIM_CLI_COLUMN_CONSTRAINTS]);
    if (strcmp(cell[SIM_CLI_COLUMN_CHANGES], "any time") != 0)
        paragraph(DEEPER, "Only at the start.");
    spaces(DEEPER);
    printf("%s%s", cell[SIM_CLI_COLUMN_TAG], *source ? ": " : "");
    wrap(DEEPER + 3, DEEPER + 3, source);
}

static bool same_group(const char *a, const char *b) {
    size_t length = strcspn(a, ".");
    return length == strcspn(b, ".") && strncmp(a, b, length) == 0;
}

static void parameters(const sim_cli_sheet_t *sheet) {
    char tags[512] = "The letter tells the kind of source:";
    for (const sim_cli_tag_t *tag = sim_cli_tags; tag->letter; tag++) {
        size_t used = strlen(tags);
        snprintf(tags + used, sizeof tags - used, " %c %s%s", tag->letter, tag->meaning,
                 tag[1].letter ? "," : ".");
    }
    paragraph(INDENT, tags);
    static const char *const head[] = {"name", "type", "default", "range", "unit"};
    putchar('\n');
    line_of(head, parameter_width, sizeof head / sizeof head[0]);
    for (size_t i = 0; i < sheet->rows; i++) {
        const char *const *cell = &sheet->cell[i * sheet->columns], *name = *cell;
        if (i == 0 || !same_group(cell[-(ptrdiff_t)sheet->columns], name))
            putchar('\n');
        parameter(cell);
    }
}

/* ---- any other sheet: columns, the last one wrapped ---- */

static size_t column_width(const sim_cli_sheet_t *sheet, size_t column) {
    size_t width = 0;
    for (size_t i = 0; i < sheet->rows; i++) {
        const char *cell = sim_cli_sheet_cell(sheet, i, column);
        size_t own = width_of(cell, strlen(cell));
        width = own > width ? own : width;
    }
    return width;
}

/* The first `shown` cells of a row, each padded to its width; with `ends` the last is wrapped and
 * ends the line. */
static void row(const sim_cli_sheet_t *sheet, size_t i, size_t shown, const size_t *width,
                bool ends) {
    size_t at = INDENT;
    spaces(INDENT);
    for (size_t j = 0; j < shown; j++) {
        const char *cell = sim_cli_sheet_cell(sheet, i, j);
        if (ends && j + 1 == shown)
            wrap(at, at, cell);
        else
            padded(cell, width[j]);
        at += width[j];
    }
}

static void table(const sim_cli_sheet_t *sheet) {
    size_t last = sheet->columns - 1, width[SIM_CLI_SHEET_COLUMNS] = {0}, indent = INDENT;
    for (size_t j = 0; j < last; j++) {
        width[j] = column_width(sheet, j);
        width[j] += width[j] > 0 ? 2 : 0; /* a column without a word takes no place */
        indent += width[j];
    }
    bool below = indent > WIDTH / 2 + DEEPER; /* too little is left: the last column goes below */
    for (size_t i = 0; i < sheet->rows; i++) {
        const char *words = sim_cli_sheet_cell(sheet, i, last);
        size_t shown = last; /* no blanks at the end of a line */
        while ((below || !*words) && shown > 1 && !*sim_cli_sheet_cell(sheet, i, shown - 1))
            shown--;
        row(sheet, i, shown, width, below || !*words);
        if (below && *words)
            paragraph(DEEPER, words);
        else if (*words)
            wrap(indent, indent, words);
    }
}

void sim_cli_describe_text(const sim_cli_sheets_t *sheets) {
    const sim_model_t *model = sheets->model;
    if (model) {
        printf("%s: ", model->name);
        wrap(strlen(model->name) + 2, strlen(model->name) + 2, model->title);
        putchar('\n');
        paragraph(0, model->doc);
    }
    for (size_t i = 0; i < sheets->count; i++) {
        /* Without a model the list of models comes before the long list of parameters. */
        const sim_cli_sheet_t *sheet = &sheets->sheet[model ? i : sheets->count - 1 - i];
        bool own_table = islower((unsigned char)sheet->title[0]);
        printf("%s%s%s%s\n", model || i ? "\n" : "", own_table ? "Table " : "", sheet->title,
               !model && sheet == sheets->sheet ? " of the engine" : "");
        if (sheet->note && *sheet->note)
            paragraph(INDENT, sheet->note);
        if (sheet == sheets->sheet)
            parameters(sheet);
        else
            table(sheet);
    }
    if (model) {
        fputs("\n`kumiai describe` tells the parameters of the engine, run.* and output.*.\n",
              stdout);
    }
}
