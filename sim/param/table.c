/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/table.h"

#include <csv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/param/parts.h"

enum { MAX_FILE_MIB = 1024, MAX_CELL_BYTES = 65536 };

/* Cells in the order of the file. All arrays are made before parsing, from a count of
 * separators: every cell ends at one, so the callbacks of libcsv cannot run out of room. */
typedef struct {
    const char *file;
    sim_param_report_t report;
    const char *bytes, *end; /* of the file, without its mark */
    bool plain;              /* rows end at line ends alone */
    const char *quote;       /* the next one, as far as it has been looked for; `end`: none */
    char *text;              /* the cells, each with its NUL */
    size_t used;
    char **cell;
    size_t n_cells;
    size_t *first; /* of each row: index of its first cell; one more than there are rows */
    int *line;     /* of each row: where it starts */
    size_t n_rows;
    int now;       /* line being parsed */
    int open_line; /* where the row being parsed starts, 0 between rows */
} reader_t;

static void problem_at(reader_t *reader, int line, const char *text) {
    sim_param_place_t place = {.file = reader->file, .line = line};
    sim_param_problem(&reader->report, &place, "%s", text);
}

/* `size` bytes stand at `cell`, and there is room for one more. */
static void end_cell(reader_t *reader, char *cell, size_t size) {
    if (size > MAX_CELL_BYTES) {
        problem_at(reader, reader->open_line ? reader->open_line : reader->now,
                   "a cell of this row is longer than 64 KiB");
    }
    cell[size] = '\0';
    reader->cell[reader->n_cells++] = cell;
}

static void take_cell(void *bytes, size_t size, void *user) {
    reader_t *reader = user;
    char *cell = reader->text + reader->used;
    if (size > 0)
        memcpy(cell, bytes, size);
    reader->used += size + 1;
    end_cell(reader, cell, size);
}

static void take_row(int terminator, void *user) {
    reader_t *reader = user;
    (void)terminator;
    reader->line[reader->n_rows++] = reader->open_line ? reader->open_line : reader->now;
    reader->first[reader->n_rows] = reader->n_cells;
    reader->open_line = 0;
}

/* Whether every carriage return belongs to a line end; libcsv also ends rows at lone ones. */
static bool ends_are_plain(const char *at, const char *end) {
    while ((at = memchr(at, '\r', (size_t)(end - at))))
        if (++at == end || *at != '\n')
            return false;
    return true;
}

/* How often a byte occurs. The count of a few bytes fits into a byte, so that compilers count with
 * vectors of bytes. */
static size_t count_byte(const char *bytes, size_t size, char byte) {
    enum { FEW = 240 };
    size_t count = 0;
    for (size_t from = 0; from < size; from += FEW) {
        size_t end = size - from < FEW ? size : from + FEW;
        uint8_t found = 0;
        for (size_t i = from; i < end; i++)
            found = (uint8_t)(found + (bytes[i] == byte));
        count += found;
    }
    return count;
}

static int reader_init(reader_t *reader, const char *bytes, size_t size) {
    size_t rows = 2 + count_byte(bytes, size, '\n') + count_byte(bytes, size, '\r');
    size_t cells = rows + count_byte(bytes, size, ',');
    reader->bytes = reader->quote = bytes;
    reader->end = bytes + size;
    reader->plain = ends_are_plain(bytes, reader->end);
    reader->text = malloc(size + cells);
    reader->cell = malloc(cells * sizeof *reader->cell);
    reader->first = calloc(rows + 1, sizeof *reader->first);
    reader->line = malloc(rows * sizeof *reader->line);
    return reader->text && reader->cell && reader->first && reader->line ? SIM_OK : SIM_ERR_MEMORY;
}

static void reader_free(reader_t *reader) {
    free(reader->text);
    free(reader->cell);
    free(reader->first);
    free(reader->line);
}

/* ---- rows ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Whether the line up to `end` begins between two rows and has no quotes. */
static bool is_plain(reader_t *reader, const char *line, const char *end) {
    if (reader->quote < line) {
        const char *next = memchr(line, '"', (size_t)(reader->end - line));
        reader->quote = next ? next : reader->end;
    }
    return reader->plain && reader->open_line == 0 && reader->quote >= end;
}

/* The row of a plain line, as libcsv would take it: cells without the blanks around them. They stay
 * in the line, whose commas become their ends. */
static void take_plain_row(reader_t *reader, const char *line, size_t length) {
    char *at = memcpy(reader->text + reader->used, line, length), *end = at + length;
    reader->used += length + 1;
    for (char *next; at; at = next) {
        char *comma = memchr(at, ',', (size_t)(end - at)), *last = comma ? comma : end;
        next = comma ? comma + 1 : NULL;
        while (at < last && is_blank(*at))
            at++;
        while (last > at && is_blank(last[-1]))
            last--;
        end_cell(reader, at, (size_t)(last - at));
    }
    take_row('\n', reader);
}

static void take_plain_line(reader_t *reader, const char *line, const char *end) {
    while (end > line && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    while (line < end && is_blank(*line))
        line++;
    if (line < end)
        take_plain_row(reader, line, (size_t)(end - line));
}

/* Behind the end of a line: \n, \r\n or a lone \r. */
static const char *after_line(const reader_t *reader, const char *line) {
    if (reader->plain) {
        const char *end = memchr(line, '\n', (size_t)(reader->end - line));
        return end ? end + 1 : reader->end;
    }
    line += strcspn(line, "\r\n");
    return line + (line < reader->end) + (line[0] == '\r' && line[1] == '\n');
}

/* Line by line, because libcsv does not say where it is, and because lines without quotes need no
 * parser: most tables have no others. A row keeps the line it starts on, also when quotes hold line
 * ends; there is no row in a blank line. */
static int parse_lines(reader_t *reader, struct csv_parser *parser) {
    reader->now = 1;
    for (const char *line = reader->bytes, *end; line < reader->end; line = end, reader->now++) {
        end = after_line(reader, line);
        size_t length = (size_t)(end - line);
        if (is_plain(reader, line, end)) {
            take_plain_line(reader, line, end);
            continue;
        }
        if (reader->open_line == 0 && strspn(line, " \t\r\n") < length)
            reader->open_line = reader->now;
        if (csv_parse(parser, line, length, take_cell, take_row, reader) != length)
            return csv_error(parser);
    }
    return csv_fini(parser, take_cell, take_row, reader) == 0 ? CSV_SUCCESS : csv_error(parser);
}

static void wrong_separator(reader_t *reader, int line, const char *name) {
    sim_param_place_t place = {.file = reader->file, .line = line};
    sim_param_problem(&reader->report, &place,
                      "the columns are separated by %s: save the table with commas between "
                      "columns and points in decimals (Excel: CSV UTF-8 in a system language "
                      "with decimal points; R: write.csv; pandas: to_csv)",
                      name);
}

/* Quotes that another separator follows look as if they were out of order. */
static bool told_separator(reader_t *reader) {
    static const char *const mark[][2] = {
        {"\";", "semicolons"}, {"\"\t", "tabs"}, {"\" \"", "spaces"}};
    size_t size = (size_t)(reader->end - reader->bytes);
    const char *end = memchr(reader->bytes, '\n', size);
    size_t length = end ? (size_t)(end - reader->bytes) : size;
    for (size_t i = 0; i < sizeof mark / sizeof mark[0]; i++) {
        if (memmem(reader->bytes, length, mark[i][0], strlen(mark[i][0]))) {
            wrong_separator(reader, 1, mark[i][1]);
            return true;
        }
    }
    return false;
}

/* 0 with all rows in the reader, SIM_ERR_CONFIG after a report, or SIM_ERR_MEMORY. */
static int parse(reader_t *reader) {
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return SIM_ERR_MEMORY;
    int code = parse_lines(reader, &parser);
    csv_free(&parser);
    if (code == CSV_EPARSE && told_separator(reader))
        return SIM_ERR_CONFIG;
    if (code == CSV_EPARSE) {
        problem_at(reader, reader->open_line ? reader->open_line : reader->now,
                   "the quotes of the row that starts here are not in order");
        return SIM_ERR_CONFIG;
    }
    return code == CSV_SUCCESS ? SIM_OK : SIM_ERR_MEMORY;
}

/* ---- what spreadsheets leave around a table ---- */

static const char *cell_at(const reader_t *reader, size_t row, size_t column) {
    size_t at = reader->first[row] + column;
    return at < reader->first[row + 1] ? reader->cell[at] : "";
}

/* Columns without the empty ones at the end: no name, and nothing in any row. */
static size_t used_columns(const reader_t *reader) {
    size_t width = reader->first[1];
    for (bool empty = true; empty && width > 1; width -= empty)
        for (size_t i = 0; i < reader->n_rows && empty; i++)
            empty = *cell_at(reader, i, width - 1) == '\0';
    return width;
}

/* How many of a row's cells are left without the empty ones beyond the last column; none of a row
 * of empty cells. */
static size_t kept_cells(const reader_t *reader, size_t begin, size_t end, size_t width) {
    size_t all = end - begin, used = 0;
    if (all <= width && all > 0 && *reader->cell[begin])
        return all; /* most rows; the rest need not be looked at */
    for (size_t j = begin; j < end; j++)
        used = *reader->cell[j] ? j + 1 - begin : used;
    if (begin > 0 && used == 0 && all > 1)
        return 0;
    return all > width && used <= width ? width : all;
}

/* Takes away empty cells beyond the last column, and rows of empty cells: in a spreadsheet they
 * look like nothing. */
static void drop_empty(reader_t *reader) {
    size_t width = reader->n_rows ? used_columns(reader) : 0, kept = 0, n_rows = 0;
    for (size_t i = 0, begin = 0, end; i < reader->n_rows; i++, begin = end) {
        end = reader->first[i + 1];
        size_t cells = kept_cells(reader, begin, end, width);
        if (cells == 0)
            continue;
        if (kept < begin)
            memmove(reader->cell + kept, reader->cell + begin, cells * sizeof *reader->cell);
        reader->line[n_rows] = reader->line[i];
        reader->first[n_rows++] = kept;
        kept += cells;
        reader->first[n_rows] = kept;
    }
    reader->n_rows = n_rows;
}

/* A table with other separators than commas would be told as one of missing columns. */
static bool other_separator(reader_t *reader) {
    const char *head = reader->n_rows ? reader->cell[0] : "";
    bool one = reader->n_rows && reader->first[1] == 1;
    const char *name = one && strchr(head, ';')    ? "semicolons"
                       : one && strchr(head, '\t') ? "tabs"
                                                   : NULL;
    sim_param_place_t place = {.file = reader->file, .line = reader->n_rows ? reader->line[0] : 0};
    if (strncmp(head, "sep=", 4) == 0) {
        problem_at(reader, place.line,
                   "the line sep= is for Excel alone: take it out, so that the first line has the "
                   "names of the columns");
    } else if (name) {
        wrong_separator(reader, place.line, name);
    } else if (*head == '#' && one) {
        problem_at(reader, place.line,
                   "a CSV file has no comments: take the line out, so that the first line has the "
                   "names of the columns");
    }
    return reader->report.count > 0;
}

/* Place of `name` in the header row, or the number of its cells. */
static size_t find_head(const reader_t *reader, const char *name) {
    size_t at = 0;
    while (at < reader->first[1] && strcmp(reader->cell[at], name) != 0)
        at++;
    return at;
}

/* What stands for a column that may be missing, "name=default" in the list; NULL: it may not. */
static const char *default_of(const char *column) {
    const char *mark = strchr(column, '=');
    return mark ? mark + 1 : NULL;
}

/* Place of a column of the list, with a default or not, or the number of cells in the header. */
static size_t find_column(const reader_t *reader, const char *column) {
    size_t at = find_head(reader, column), length = strcspn(column, "=");
    if (at < reader->first[1] || !default_of(column))
        return at;
    at = 0;
    while (at < reader->first[1] &&
           (strncmp(reader->cell[at], column, length) != 0 || reader->cell[at][length] != '\0'))
        at++;
    return at;
}

static int report_missing(reader_t *reader, const char *name) {
    sim_param_place_t place = {.file = reader->file, .line = reader->line[0]};
    size_t width = reader->first[1];
    const char **words = calloc(width + 1, sizeof *words);
    if (!words)
        return SIM_ERR_MEMORY;
    memcpy(words, reader->cell, width * sizeof *words);
    const char *nearest = sim_base_nearest(name, words);
    if (nearest) {
        sim_param_problem(&reader->report, &place,
                          "the column %s is missing; is it the one called \"%.80s\"?", name,
                          nearest);
    } else {
        sim_param_problem(&reader->report, &place, "the column %s is missing", name);
    }
    free(words);
    return SIM_OK;
}

static int find_columns(reader_t *reader, const char *const *columns, size_t n_columns,
                        size_t *source) {
    sim_param_place_t place = {.file = reader->file, .line = reader->line[0]};
    for (size_t i = 0; i < n_columns; i++) {
        source[i] = find_column(reader, columns[i]);
        if (source[i] == reader->first[1] && !default_of(columns[i])) {
            int code = report_missing(reader, columns[i]);
            if (code)
                return code;
        }
    }
    for (size_t i = 1; i < reader->first[1]; i++) {
        const char *name = reader->cell[i];
        if (*name && find_head(reader, name) < i)
            sim_param_problem(&reader->report, &place, "there are two columns %.80s", name);
    }
    return SIM_OK;
}

static void check_widths(reader_t *reader) {
    size_t width = reader->first[1];
    for (size_t i = 1; i < reader->n_rows; i++) {
        sim_param_place_t place = {.file = reader->file, .line = reader->line[i]};
        size_t cells = reader->first[i + 1] - reader->first[i];
        if (cells != width) {
            sim_param_problem(&reader->report, &place,
                              "the row has %zu cell%s, but the header has %zu%s", cells,
                              cells == 1 ? "" : "s", width,
                              cells > width ? " (a decimal needs a point, 0.5 and not 0,5; a text "
                                              "with a comma needs quotes)"
                                            : "");
        }
    }
}

/* The asked-for columns in the asked-for order; the text goes over to the table. */
static int fill(reader_t *reader, const char *const *columns, const size_t *source,
                size_t n_columns, sim_param_csv_t *out) {
    size_t rows = reader->n_rows - 1, width = reader->first[1];
    out->head = malloc((n_columns + 1) * sizeof *out->head);
    out->cell = malloc((rows * n_columns + 1) * sizeof *out->cell);
    out->line = malloc(rows * sizeof *out->line);
    if (!out->head || !out->cell || !out->line)
        return SIM_ERR_MEMORY;
    out->rows = rows;
    out->columns = n_columns;
    for (size_t j = 0; j < n_columns; j++)
        out->head[j] = source[j] < width ? reader->cell[source[j]] : columns[j];
    for (size_t i = 0; i < rows; i++) {
        out->line[i] = reader->line[i + 1];
        for (size_t j = 0; j < n_columns; j++) {
            out->cell[i * n_columns + j] = source[j] < width
                                               ? reader->cell[reader->first[i + 1] + source[j]]
                                               : default_of(columns[j]);
        }
    }
    out->memory = reader->text;
    reader->text = NULL;
    return SIM_OK;
}

static size_t count_columns(const reader_t *reader, const char *const *columns) {
    size_t count = 0;
    if (!columns)
        return reader->n_rows > 0 ? reader->first[1] : 0;
    while (columns[count])
        count++;
    return count;
}

static int build(reader_t *reader, const char *const *columns, sim_param_csv_t *out) {
    if (other_separator(reader))
        return SIM_ERR_CONFIG;
    drop_empty(reader);
    size_t n_columns = count_columns(reader, columns);
    if (!columns)
        columns = (const char *const *)reader->cell; /* it begins with the header row */
    if (reader->n_rows < 2) {
        problem_at(reader, reader->n_rows ? reader->line[0] : 0,
                   reader->n_rows ? "there are no rows below the header" : "the file is empty");
    }
    size_t *source = calloc(n_columns + 1, sizeof *source);
    int code = source ? SIM_OK : SIM_ERR_MEMORY;
    if (!code && reader->n_rows > 0) {
        code = find_columns(reader, columns, n_columns, source);
        check_widths(reader);
    }
    if (!code && (reader->n_rows < 2 || reader->report.count > 0))
        code = SIM_ERR_CONFIG;
    if (!code)
        code = fill(reader, columns, source, n_columns, out);
    free(source);
    return code;
}

static int read_bytes(reader_t *reader, char **bytes, size_t *size) {
    sim_base_why_t why;
    sim_param_place_t place = {.file = reader->file};
    int code = sim_param_slurp(reader->file, (size_t)MAX_FILE_MIB << 20, bytes, size, NULL, &why);
    if (code == SIM_ERR_IO) {
        sim_param_problem(&reader->report, &place, "cannot read the file: %s", why.text);
        return SIM_ERR_CONFIG;
    }
    const char *wrong = code ? NULL : sim_param_not_text(*bytes, *size, &place.line);
    if (wrong) {
        sim_param_problem(&reader->report, &place, "%s", wrong);
        return SIM_ERR_CONFIG;
    }
    return code;
}

int sim_param_csv_read(const char *file, const char *const *columns, sim_base_diag_t *diag,
                       sim_param_csv_t *out) {
    reader_t reader = {.file = file, .report = {.diag = diag, .first = diag->count}};
    char *bytes = NULL;
    size_t size = 0;
    *out = (sim_param_csv_t){.file = file, .diag = diag};
    int code = read_bytes(&reader, &bytes, &size);
    if (code)
        goto done;
    size_t mark = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    code = reader_init(&reader, bytes + mark, size - mark);
    if (!code)
        code = parse(&reader);
    if (!code)
        code = build(&reader, columns, out);
done:
    sim_param_sort_problems(&reader.report, &file, 1);
    if (code)
        sim_param_csv_free(out);
    reader_free(&reader);
    free(bytes);
    return code;
}

void sim_param_csv_free(sim_param_csv_t *csv) {
    free(csv->cell);
    free(csv->line);
    free(csv->head);
    free(csv->memory);
    *csv = (sim_param_csv_t){.file = csv->file};
}
