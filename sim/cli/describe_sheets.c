/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of a model as sheets of text: which of its lists are sheets, and their columns. */
#define _POSIX_C_SOURCE 200809L
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
    const char *table = text_of(row, "table", NULL);
    fprintf(out, "%s%s%s", text_of(row, "kind", ""), table ? ", table " : "", table ? table : "");
}

/* "agent", or "from agent to firm". */
static void write_ends(FILE *out, const row_t *row) {
    const char *of = text_of(row, "population", NULL), *heads = text_of(row, "heads", NULL);
    if (of && heads)
        fprintf(out, "from %s to %s", of, heads);
    else
        fputs(of ? of : "any agents", out);
}

/* Columns that are not a member of the row as it is. */
static const struct {
    const char *list, *head;
    void (*write)(FILE *out, const row_t *row);
} written[] = {{"parameters", "choices", write_choices},
               {"parameters", "changes", write_changes},
               {"parameters", "prior", write_prior},
               {"parameters", "constraints", write_constraints},
               {"agent_parameters", "allowed", write_allowed},
               {"agent_parameters", "description", write_meaning},
               {"summary", "years", write_years},
               {"populations", "size", write_size},
               {"state", "of", write_owner},
               {"networks", "kind", write_kind},
               {"networks", "of", write_ends}};

static void write_cell(FILE *out, const row_t *row, const char *list, const char *head,
                       const char *key) {
    for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
        if (strcmp(written[i].list, list) == 0 && strcmp(written[i].head, head) == 0) {
            written[i].write(out, row);
            return;
        }
    }
    write_member(out, row, key);
}

/* ---- sheets ---- */

typedef struct {
    const char *title, *note; /* note: a sentence under the title, or NULL */
    const char *list;         /* of the document */
    const char *columns;      /* "head,head,..."; head=member where the names are not the same */
    enum { ALWAYS, WITH_ROWS, WITH_STATE } when; /* it is there */
    const char *needs; /* a member that is null in rows to leave out; NULL: none is */
} spec_t;

static const spec_t of_engine[] = {{"Models",
                                    "`kumiai describe MODEL` tells all about one of them.",
                                    "models", "name,title", ALWAYS, NULL},
                                   {NULL, NULL, NULL, NULL, ALWAYS, NULL}};

/* In the order of SIM_CLI_COLUMN_... */
static const spec_t parameters = {"Parameters",
                                  NULL,
                                  "parameters",
                                  "name,type,default,min,max,unit,choices,description,tag,source,"
                                  "changes,prior,constraints",
                                  ALWAYS,
                                  NULL};
static const char note_on_priors[] =
    "A prior says which values are plausible: a factor of a sweep takes it when it says nothing "
    "else, and the whole valid range where there is no prior.";

static const spec_t of_model[] = {
    {"Constraints", "At the start, and after every intervention.", "constraints",
     "parameter=left,relation,parameter=right,description=why", WITH_ROWS, NULL},
    {"Set on agents",
     "By interventions: { at = ...; agent = \"CODE\"; set = \"name\"; value = ...; }. agent is a "
     "code, a name or a list of them; classes choose several.",
     "agent_parameters", "name,type,allowed,unit,description", WITH_ROWS, NULL},
    {"Classes of agents",
     "An intervention may give several; it is about the agents that meet all. Words: one, or a "
     "list.",
     "agent_classes", "name,description", WITH_ROWS, NULL},
    {"Metrics", "Columns of the table series.", "metrics", "name,unit,description", ALWAYS, NULL},
    {"Summary", "Columns of the table summary.", "summary",
     "name,unit,how,metric,years,description", ALWAYS, NULL},
    {"Populations", "What the state has rows of.", "populations", "name,size,description",
     WITH_STATE, NULL},
    {"State",
     "What a checkpoint keeps of a run: a number for each row of a population or each arc, or one "
     "of the run.",
     "state", "name,of,type,unit,description", WITH_STATE, "type"},
    {"Networks", "Graphs have no direction; arcs have one; ties have spells.", "networks",
     "name,kind,of,description", WITH_ROWS, NULL},
    {"Phases", "In the order in which they run.", "phases", "name,every,description", ALWAYS, NULL},
    {"Purposes", "What random numbers are drawn for; each has its own.", "purposes", "number,name",
     ALWAYS, NULL},
    {"Tables", "Of the results; the role says what the rows are.", "tables",
     "table=name,role,from detail=detail,description", WITH_ROWS, NULL},
    {NULL, NULL, NULL, NULL, ALWAYS, NULL}};

static void cut_columns(sim_cli_sheet_t *sheet, const char *columns, const char **key) {
    char *rest = NULL;
    snprintf(sheet->names, sizeof sheet->names, "%s", columns);
    for (char *at = strtok_r(sheet->names, ",", &rest); at; at = strtok_r(NULL, ",", &rest)) {
        char *mark = strchr(at, '=');
        key[sheet->columns] = mark ? mark + 1 : at;
        if (mark)
            *mark = '\0';
        sheet->head[sheet->columns++] = at;
    }
}

/* A sheet's cells go to the stream, each with a NUL behind it. */
static void add(sim_cli_sheets_t *sheets, FILE *out, const spec_t *spec, const cJSON *list) {
    const char *key[SIM_CLI_SHEET_COLUMNS] = {NULL};
    sim_cli_sheet_t *sheet = &sheets->sheet[sheets->count++];
    *sheet = (sim_cli_sheet_t){.title = spec->title, .note = spec->note};
    cut_columns(sheet, spec->columns, key);
    row_t row = {.model = sheets->model};
    cJSON_ArrayForEach(row.json, list) {
        bool kept = !spec->needs || !cJSON_IsNull(member(&row, spec->needs));
        for (size_t j = 0; kept && j < sheet->columns; j++) {
            write_cell(out, &row, spec->list, sheet->head[j], key[j]);
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
            (spec->when == WITH_STATE && model && model->state))
            add(sheets, out, spec, list);
    }
    cJSON_ArrayForEach(table, cJSON_GetObjectItem(root, "tables")) {
        const row_t row = {.json = table};
        const spec_t spec = {.title = text_of(&row, "name", ""),
                             .note = text_of(&row, "description", NULL),
                             .list = "fields",
                             .columns = "field=name,type,description,words"};
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
