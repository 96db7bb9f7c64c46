/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets as CSV and as Markdown. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/describe.h"

/* ---- CSV (RFC 4180) ---- */

static void csv_cell(const char *text, bool last) {
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        putchar('"');
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            putchar('"');
        putchar(*at);
    }
    fputs(quoted ? "\"" : "", stdout);
    fputs(last ? "\r\n" : ",", stdout);
}

void sim_cli_describe_csv(const sim_cli_sheets_t *sheets) {
    const sim_cli_sheet_t *sheet = &sheets->sheet[0];
    for (size_t j = 0; j < sheet->columns; j++)
        csv_cell(sheet->head[j], j + 1 == sheet->columns);
    for (size_t i = 0; i < sheet->rows; i++)
        for (size_t j = 0; j < sheet->columns; j++)
            csv_cell(sim_cli_sheet_cell(sheet, i, j), j + 1 == sheet->columns);
}

/* ---- Markdown ---- */

/* Backslashes before what would start emphasis, code, a link, HTML or another cell. */
static void markdown_text(const char *text) {
    for (const char *at = text; *at; at++) {
        if (strchr("\\`*<|~[", *at))
            putchar('\\');
        putchar(*at == '\n' ? ' ' : *at);
    }
}

static void markdown_sheet(const sim_cli_sheet_t *sheet) {
    for (size_t j = 0; j < sheet->columns; j++)
        printf("| %s ", sheet->head[j]);
    fputs("|\n", stdout);
    for (size_t j = 0; j < sheet->columns; j++)
        fputs("| --- ", stdout);
    fputs("|\n", stdout);
    for (size_t i = 0; i < sheet->rows; i++) {
        for (size_t j = 0; j < sheet->columns; j++) {
            const char *cell = sim_cli_sheet_cell(sheet, i, j);
            fputs(*cell ? "| " : "|", stdout);
            if (j == 0)
                printf("`%s`", cell);
            else
                markdown_text(cell);
            putchar(' ');
        }
        fputs("|\n", stdout);
    }
}

static void markdown_tags(void) {
    fputs("Tags of sources: ", stdout);
    for (const sim_cli_tag_t *tag = sim_cli_tags; tag->letter; tag++)
        printf("%s**%c** %s", tag == sim_cli_tags ? "" : "; ", tag->letter, tag->meaning);
    fputs(".\n\n", stdout);
}

void sim_cli_describe_markdown(const sim_cli_sheets_t *sheets) {
    const sim_model_t *model = sheets->model;
    printf("# %s\n", model ? model->name : "kumiai");
    if (model) {
        fputs("\n**", stdout);
        markdown_text(model->title);
        fputs("**\n\n", stdout);
        markdown_text(model->doc);
        putchar('\n');
    }
    for (size_t i = 0; i < sheets->count; i++) {
        const sim_cli_sheet_t *sheet = &sheets->sheet[i];
        bool own_table = islower((unsigned char)sheet->title[0]);
        printf(own_table ? "\n## Table `%s`\n\n" : "\n## %s\n\n", sheet->title);
        if (sheet->note && *sheet->note) {
            markdown_text(sheet->note);
            fputs("\n\n", stdout);
        }
        if (i == 0)
            markdown_tags();
        markdown_sheet(sheet);
    }
}
