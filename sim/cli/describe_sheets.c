/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of a model as sheets of text: which of its lists are sheets, and what the columns of
 * each are. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/cli/describe.h"
#include "sim/param/constraint.h"
#include "sim/param/distribution.h"

/* A row of a list, and where it stands. */
typedef struct {
    const sim_model_t *model;
    const cJSON *json;
    size_t number;
} row_t;

typedef struct {
    const char *head; /* NULL ends the columns */
    const char *key;  /* its member in a row; NULL: the same as the head */
    void (*write)(FILE *out, const row_t *row); /* NULL: the member as it is */
} column_t;

static const cJSON *member(const row_t *row, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(row->json, key);
}

/* The text of a member, or what stands for null. */
static const char *text_of(const row_t *row, const char *key, const char *otherwise) {
    const cJSON *item = member(row, key);
    return cJSON_IsString(item) ? item->valuestring : otherwise;
}

static bool is_true(const row_t *row, const char *key) {
    return cJSON_IsTrue(member(row, key));
}

/* ---- cells ---- */

static void write_list(FILE *out, const cJSON *list, const char *between) {
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, list) {
        fprintf(out, "%s%s", item == list->child ? "" : between, item->valuestring);
    }
}

/* In the notation of configuration files, whole numbers without ".0". */
static void write_number(FILE *out, const cJSON *item, bool whole) {
    char buffer[64];
    double number = cJSON_IsRaw(item) ? strtod(item->valuestring, NULL) : item->valuedouble;
    const sim_param_t real = {.type = SIM_PARAM_REAL};
    if (whole) {
        fprintf(out, "%" PRId64, number >= 0x1p63 ? INT64_MAX : (int64_t)number);
        return;
    }
    sim_param_format(&real, &number, buffer, sizeof buffer);
    size_t length = strlen(buffer);
    bool point = length > 2 && strcmp(buffer + length - 2, ".0") == 0;
    fprintf(out, "%.*s", (int)(point ? length - 2 : length), buffer);
}

static void write_member(FILE *out, const row_t *row, const char *key) {
    const cJSON *item = member(row, key);
    if (cJSON_IsString(item))
        fputs(item->valuestring, out);
    else if (cJSON_IsBool(item))
        fputs(cJSON_IsTrue(item) ? "true" : "false", out);
    else if (cJSON_IsArray(item))
        write_list(out, item, ", ");
    else if (cJSON_IsNumber(item) || cJSON_IsRaw(item))
        write_number(out, item, strcmp(text_of(row, "type", ""), "integer") == 0);
}

static const sim_param_t *param_of(const row_t *row) {
    return &(row->model ? row->model->params : sim_param_engine_table)[row->number];
}

static void write_choices(FILE *out, const row_t *row) {
    write_list(out, member(row, "choices"), "|");
}

static void write_changes(FILE *out, const row_t *row) {
    fputs(is_true(row, "start_only") ? "only at the start" : "any time", out);
}

static void write_prior(FILE *out, const row_t *row) {
    char text[SIM_PARAM_DISTRIBUTION_TEXT];
    const sim_distribution_t prior = sim_param_prior(param_of(row));
    fputs(sim_param_distribution_text(&prior, text), out);
}

static void write_constraints(FILE *out, const row_t *row) {
    char *text = row->model ? sim_param_constraint_text(row->model, param_of(row)) : NULL;
    fputs(text ? text : "", out);
    free(text);
}

/* "0 to 1", "at least 0"; words of a choice; or nothing. */
static void write_allowed(FILE *out, const row_t *row) {
    const cJSON *min = member(row, "min"), *max = member(row, "max");
    if (cJSON_IsNumber(max))
        fprintf(out, "%g to %g", min->valuedouble, max->valuedouble);
    else if (cJSON_IsNumber(min))
        fprintf(out, "at least %g", min->valuedouble);
    else
        write_choices(out, row);
}

/* What it is, whose, with whom, and the source: too much for columns of their own. */
static void write_meaning(FILE *out, const row_t *row) {
    fprintf(out, "%s. Of: ", text_of(row, "description", ""));
    write_list(out, member(row, "kinds"), ", ");
    fputs(member(row, "with") ? "; with: " : "", out);
    write_list(out, member(row, "with"), ", ");
    fprintf(out, ". %s: %s", text_of(row, "tag", ""), text_of(row, "source", ""));
}

static void write_years(FILE *out, const row_t *row) {
    const cJSON *from = member(row, "from"), *to = member(row, "to");
    if (cJSON_IsNumber(from))
        fprintf(out, "%.0f-%.0f", from->valuedouble, to->valuedouble - 1);
    else
        fputs("all", out);
}

static void write_size(FILE *out, const row_t *row) {
    const char *otherwise = is_true(row, "grows") ? "changes in a run" : "set by the model";
    fputs(text_of(row, "parameter", otherwise), out);
}

static void write_owner(FILE *out, const row_t *row) {
    fputs(text_of(row, "network", text_of(row, "population", "run")), out);
}

static void write_kind(FILE *out, const row_t *row) {
    fputs(is_true(row, "recorded") ? "ties, table tie" : text_of(row, "kind", ""), out);
}

/* "agent", or "from agent to firm". */
static void write_ends(FILE *out, const row_t *row) {
    const char *of = text_of(row, "population", NULL), *heads = text_of(row, "heads", NULL);
    if (of && heads)
        fprintf(out, "from %s to %s", of, heads);
    else
        fputs(of ? of : "any agents", out);
}

/* ---- sheets ---- */

/* When a sheet is left out, and a row. */
typedef enum { ALWAYS, WITH_ROWS, WITH_STATE } when_t;

typedef struct {
    const char *title, *note; /* note: a sentence under the title, or NULL */
    const char *list;         /* of the document */
    const column_t *column;
    when_t when;
    const char *needs; /* a member that is null in rows to leave out; NULL: none is */
} spec_t;

#define COLUMN(HEAD)                                                                               \
    { HEAD, NULL, NULL }
#define WRITTEN(HEAD, WRITE)                                                                       \
    { HEAD, NULL, WRITE }
#define COLUMNS_END                                                                                \
    { NULL, NULL, NULL }
#define COLUMNS(...)                                                                               \
    (const column_t[]) {                                                                           \
        __VA_ARGS__, COLUMNS_END                                                                   \
    }

static const spec_t of_engine[] = {
    {"Models", "`kumiai describe MODEL` tells all about one of them.", "models",
     COLUMNS(COLUMN("name"), COLUMN("title")), ALWAYS, NULL},
    {NULL, NULL, NULL, NULL, ALWAYS, NULL}};

static const column_t of_parameter[] = {
    [SIM_CLI_COLUMN_NAME] = COLUMN("name"),
    [SIM_CLI_COLUMN_TYPE] = COLUMN("type"),
    [SIM_CLI_COLUMN_DEFAULT] = COLUMN("default"),
    [SIM_CLI_COLUMN_MIN] = COLUMN("min"),
    [SIM_CLI_COLUMN_MAX] = COLUMN("max"),
    [SIM_CLI_COLUMN_UNIT] = COLUMN("unit"),
    [SIM_CLI_COLUMN_CHOICES] = WRITTEN("choices", write_choices),
    [SIM_CLI_COLUMN_DOC] = COLUMN("description"),
    [SIM_CLI_COLUMN_TAG] = COLUMN("tag"),
    [SIM_CLI_COLUMN_SOURCE] = COLUMN("source"),
    [SIM_CLI_COLUMN_CHANGES] = WRITTEN("changes", write_changes),
    [SIM_CLI_COLUMN_PRIOR] = WRITTEN("prior", write_prior),
    [SIM_CLI_COLUMN_CONSTRAINTS] = WRITTEN("constraints", write_constraints),
    COLUMNS_END};

static const spec_t parameters = {"Parameters", NULL, "parameters", of_parameter, ALWAYS, NULL};
static const char note_on_priors[] =
    "A prior says which values are plausible: a factor of a sweep takes it when it says nothing "
    "else, and the whole valid range where there is no prior.";

static const spec_t of_model[] = {
    {"Constraints", "At the start, and after every intervention.", "constraints",
     COLUMNS({"parameter", "left", NULL}, COLUMN("relation"), {"parameter", "right", NULL},
             {"description", "why", NULL}),
     WITH_ROWS, NULL},
    {"Set on agents",
     "By interventions: { at = ...; agent = \"CODE\"; set = \"name\"; value = ...; }. agent is a "
     "code, a name or a list of them; classes choose several.",
     "agent_parameters",
     COLUMNS(COLUMN("name"), COLUMN("type"), WRITTEN("allowed", write_allowed), COLUMN("unit"),
             WRITTEN("description", write_meaning)),
     WITH_ROWS, NULL},
    {"Classes of agents",
     "An intervention may give several; it is about the agents that meet all. Words: one, or a "
     "list.",
     "agent_classes", COLUMNS(COLUMN("name"), COLUMN("description")), WITH_ROWS, NULL},
    {"Metrics", "Columns of the table series.", "metrics",
     COLUMNS(COLUMN("name"), COLUMN("unit"), COLUMN("description")), ALWAYS, NULL},
    {"Summary", "Columns of the table summary.", "summary",
     COLUMNS(COLUMN("name"), COLUMN("unit"), COLUMN("how"), COLUMN("metric"),
             WRITTEN("years", write_years), COLUMN("description")),
     ALWAYS, NULL},
    {"Populations", "What the state has rows of.", "populations",
     COLUMNS(COLUMN("name"), WRITTEN("size", write_size), COLUMN("description")), WITH_STATE, NULL},
    {"State",
     "What a checkpoint keeps of a run: a number for each row of a population or each arc, or one "
     "of the run.",
     "state",
     COLUMNS(COLUMN("name"), WRITTEN("of", write_owner), COLUMN("type"), COLUMN("unit"),
             COLUMN("description")),
     WITH_STATE, "type"},
    {"Networks", "Graphs have no direction; arcs have one; ties have spells.", "networks",
     COLUMNS(COLUMN("name"), WRITTEN("kind", write_kind), WRITTEN("of", write_ends),
             COLUMN("description")),
     WITH_ROWS, NULL},
    {"Phases", "In the order in which they run.", "phases",
     COLUMNS(COLUMN("name"), COLUMN("every"), COLUMN("description")), ALWAYS, NULL},
    {"Purposes", "What random numbers are drawn for; each has its own.", "purposes",
     COLUMNS(COLUMN("number"), COLUMN("name")), ALWAYS, NULL},
    {"Tables", "Of the results; the role says what the rows are.", "tables",
     COLUMNS({"table", "name", NULL}, COLUMN("role"), {"from detail", "detail", NULL},
             COLUMN("description")),
     WITH_ROWS, NULL},
    {NULL, NULL, NULL, NULL, ALWAYS, NULL}};

static const column_t of_table[] = {
    {"field", "name", NULL}, COLUMN("type"), COLUMN("description"), COLUMN("words"), COLUMNS_END};

/* A sheet's cells go to the stream, each with a NUL behind it. */
static void add(sim_cli_sheets_t *sheets, FILE *out, const spec_t *spec, const cJSON *list) {
    sim_cli_sheet_t *sheet = &sheets->sheet[sheets->count++];
    *sheet = (sim_cli_sheet_t){.title = spec->title, .note = spec->note};
    for (; spec->column[sheet->columns].head; sheet->columns++)
        sheet->head[sheet->columns] = spec->column[sheet->columns].head;
    row_t row = {.model = sheets->model};
    cJSON_ArrayForEach(row.json, list) {
        bool kept = !spec->needs || !cJSON_IsNull(member(&row, spec->needs));
        for (const column_t *column = spec->column; kept && column->head; column++) {
            if (column->write)
                column->write(out, &row);
            else
                write_member(out, &row, column->key ? column->key : column->head);
            fputc('\0', out);
        }
        sheet->rows += kept;
        row.number++;
    }
}

static void add_all(sim_cli_sheets_t *sheets, FILE *out, const cJSON *root) {
    const sim_model_t *model = sheets->model;
    const cJSON *table = NULL;
    add(sheets, out, &parameters, cJSON_GetObjectItem(root, parameters.list));
    sheets->sheet[0].note = model ? note_on_priors : NULL;
    for (const spec_t *spec = model ? of_model : of_engine; spec->title; spec++) {
        const cJSON *list = cJSON_GetObjectItem(root, spec->list);
        if (spec->when == ALWAYS || (spec->when == WITH_ROWS && list->child) ||
            (spec->when == WITH_STATE && model->state))
            add(sheets, out, spec, list);
    }
    cJSON_ArrayForEach(table, cJSON_GetObjectItem(root, "tables")) {
        const row_t row = {.json = table};
        const spec_t spec = {.title = text_of(&row, "name", ""),
                             .note = text_of(&row, "description", NULL),
                             .column = of_table};
        add(sheets, out, &spec, member(&row, "fields"));
    }
}

/* Gives every sheet its cells in the text. */
static int find_cells(sim_cli_sheets_t *sheets, size_t size) {
    const char *at = sheets->text, *end = at + size;
    size_t count = 0;
    for (const char *nul = at; (nul = memchr(nul, '\0', (size_t)(end - nul))); nul++)
        count++;
    sheets->cell = malloc((count + 1) * sizeof *sheets->cell);
    if (!sheets->cell)
        return SIM_ERR_MEMORY;
    for (size_t i = 0; i < count; i++, at += strlen(at) + 1)
        sheets->cell[i] = at;
    const char *const *cell = sheets->cell;
    for (sim_cli_sheet_t *sheet = sheets->sheet; sheet < sheets->sheet + sheets->count; sheet++) {
        sheet->cell = cell;
        cell += sheet->rows * sheet->columns;
    }
    return SIM_OK;
}

int sim_cli_sheets_init(sim_cli_sheets_t *sheets, const sim_model_t *model, const cJSON *root) {
    size_t n = 1 + sizeof of_model / sizeof *of_model +
               (size_t)cJSON_GetArraySize(cJSON_GetObjectItem(root, "tables"));
    sim_base_text_t text;
    *sheets = (sim_cli_sheets_t){.model = model, .sheet = calloc(n, sizeof *sheets->sheet)};
    FILE *out = sheets->sheet ? sim_base_text_open(&text) : NULL;
    if (!out)
        return SIM_ERR_MEMORY;
    add_all(sheets, out, root);
    if (sim_base_text_close(out, &text))
        return SIM_ERR_MEMORY;
    sheets->text = text.bytes;
    return find_cells(sheets, text.size);
}

void sim_cli_sheets_free(sim_cli_sheets_t *sheets) {
    free(sheets->sheet);
    free(sheets->cell);
    free(sheets->text);
    *sheets = (sim_cli_sheets_t){0};
}
