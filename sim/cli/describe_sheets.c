/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptor of a model turned into sheets of text. */
#define _GNU_SOURCE
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/cli/describe.h"
#include "sim/param/constraint.h"
#include "sim/param/distribution.h"
#include "sim/record/spells.h"
#include "sim/store/store.h"

const sim_cli_tag_t sim_cli_tags[] = {{'S', "the study the model is built on"},
                                      {'F', "a public document"},
                                      {'D', "derived from S or F"},
                                      {'B', "background knowledge, not verified"},
                                      {'A', "an assumption"},
                                      {0, NULL}};

const char *sim_cli_param_type(sim_param_type_t type) {
    static const char *const name[] = {
        [SIM_PARAM_REAL] = "real",     [SIM_PARAM_INT] = "integer", [SIM_PARAM_BOOL] = "boolean",
        [SIM_PARAM_CHOICE] = "choice", [SIM_PARAM_PATH] = "file",   [SIM_PARAM_WORDS] = "words"};
    return name[type];
}

const char *sim_cli_agent_param_type(sim_param_type_t type) {
    return type == SIM_PARAM_WORDS ? "agent" : sim_cli_param_type(type);
}

const char *sim_cli_reduce_name(sim_reduce_t how) {
    static const char *const name[] = {[SIM_REDUCE_MEAN] = "mean",
                                       [SIM_REDUCE_SUM] = "sum",
                                       [SIM_REDUCE_MAX] = "max",
                                       [SIM_REDUCE_FINAL] = "final",
                                       [SIM_REDUCE_MODEL] = "model"};
    return name[how];
}

const char *sim_cli_field_type(sim_field_type_t type) {
    static const char *const name[] = {[SIM_FIELD_INTEGER] = "integer",
                                       [SIM_FIELD_REAL] = "real",
                                       [SIM_FIELD_LABEL] = "label",
                                       [SIM_FIELD_TEXT] = "text"};
    return name[type];
}

/* ---- sheets ---- */

/* The next free sheet; `head` is NULL-terminated. The limit is far above what a model has. */
static sim_cli_sheet_t *begin(sim_cli_sheets_t *sheets, const char *title, const char *note,
                              const char *const *head) {
    if (sheets->count == SIM_CLI_SHEETS) {
        sheets->code = SIM_ERR_LIMIT;
        return NULL;
    }
    sim_cli_sheet_t *sheet = &sheets->sheet[sheets->count++];
    sheet->title = title;
    sheet->note = note;
    while (sheet->columns < SIM_CLI_SHEET_COLUMNS && head[sheet->columns]) {
        sheet->head[sheet->columns] = head[sheet->columns];
        sheet->columns++;
    }
    return sheet;
}

/* Appends a cell and owns its text; NULL means that memory ran out where it was made. */
static void put(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, char *text) {
    char **larger = sheet && text ? sim_base_grow(sheet->cell, sheet->count, sizeof *larger) : NULL;
    if (!larger) {
        sheets->code = sheets->code ? sheets->code : SIM_ERR_MEMORY;
        free(text);
        return;
    }
    sheet->cell = larger;
    sheet->cell[sheet->count++] = text;
}

static void add(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const char *text) {
    put(sheets, sheet, strdup(text ? text : ""));
}

__attribute__((format(printf, 3, 4))) static void
add_format(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) {
        text = NULL;
    }
    va_end(arguments);
    put(sheets, sheet, text);
}

/* Words joined by ", ". */
static void add_words(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const char *const *words) {
    size_t size = 1, used = 0;
    for (size_t i = 0; words && words[i]; i++) {
        size += strlen(words[i]) + 2;
    }
    char *text = calloc(size, 1);
    for (size_t i = 0; text && words && words[i]; i++) {
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", words[i]);
    }
    put(sheets, sheet, text);
}

/* ---- parameters ---- */

/* A row like run.steps has no default; its value lies outside its range to say so. */
bool sim_cli_param_has_default(const sim_param_t *row) {
    switch (row->type) {
    case SIM_PARAM_REAL:
    case SIM_PARAM_INT:
        return row->value >= row->min && row->value <= row->max;
    case SIM_PARAM_PATH:
        return row->text && *row->text;
    default:
        return true;
    }
}

bool sim_cli_param_bounded(double bound) {
    return fabs(bound) < 1e300;
}

/* `number` in the notation of configuration files, whole numbers without ".0". */
static void add_number(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_param_t *row,
                       double number) {
    char buffer[64];
    sim_param_t one = *row;
    int64_t whole = number >= 0x1p63 ? INT64_MAX : (int64_t)number;
    one.offset = 0;
    sim_param_format(&one, row->type == SIM_PARAM_INT ? (void *)&whole : (void *)&number, buffer,
                     sizeof buffer);
    size_t length = strlen(buffer);
    if (length > 2 && strcmp(buffer + length - 2, ".0") == 0) {
        buffer[length - 2] = '\0';
    }
    add(sheets, sheet, buffer);
}

static void add_default(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_param_t *row) {
    char buffer[64];
    sim_param_t one = *row;
    int choice = (int)row->value;
    one.offset = 0;
    if (!sim_cli_param_has_default(row)) {
        add(sheets, sheet, "");
    } else if (row->type == SIM_PARAM_BOOL) {
        add(sheets, sheet, row->value != 0 ? "true" : "false");
    } else if (row->type == SIM_PARAM_CHOICE) {
        add(sheets, sheet, sim_param_format(&one, &choice, buffer, sizeof buffer));
    } else if (row->type == SIM_PARAM_PATH || row->type == SIM_PARAM_WORDS) {
        add(sheets, sheet, row->text);
    } else {
        add_number(sheets, sheet, row, row->value);
    }
}

static void add_bound(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_param_t *row,
                      double bound) {
    bool number = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
    if (number && sim_cli_param_bounded(bound)) {
        add_number(sheets, sheet, row, bound);
    } else {
        add(sheets, sheet, "");
    }
}

static void add_prior(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_param_t *row) {
    char text[SIM_PARAM_DISTRIBUTION_TEXT];
    const sim_distribution_t prior = sim_param_prior(row);
    add(sheets, sheet, sim_param_distribution_text(&prior, text));
}

static void add_parameters(sim_cli_sheets_t *sheets, const sim_model_t *model) {
    const sim_param_t *rows = model ? model->params : sim_param_engine_table;
    static const char *const head[] = {[SIM_CLI_COLUMN_NAME] = "name",
                                       [SIM_CLI_COLUMN_TYPE] = "type",
                                       [SIM_CLI_COLUMN_DEFAULT] = "default",
                                       [SIM_CLI_COLUMN_MIN] = "min",
                                       [SIM_CLI_COLUMN_MAX] = "max",
                                       [SIM_CLI_COLUMN_UNIT] = "unit",
                                       [SIM_CLI_COLUMN_CHOICES] = "choices",
                                       [SIM_CLI_COLUMN_DOC] = "description",
                                       [SIM_CLI_COLUMN_TAG] = "tag",
                                       [SIM_CLI_COLUMN_SOURCE] = "source",
                                       [SIM_CLI_COLUMN_CHANGES] = "changes",
                                       [SIM_CLI_COLUMN_PRIOR] = "prior",
                                       [SIM_CLI_COLUMN_CONSTRAINTS] = "constraints",
                                       NULL};
    sim_cli_sheet_t *sheet = begin(
        sheets, "Parameters",
        model ? "A prior says which values are plausible: a factor of a sweep takes it when it "
                "says nothing else, and the whole valid range where there is no prior."
              : NULL,
        head);
    for (const sim_param_t *row = rows; row && row->name; row++) {
        add(sheets, sheet, row->name);
        add(sheets, sheet, sim_cli_param_type(row->type));
        add_default(sheets, sheet, row);
        add_bound(sheets, sheet, row, row->min);
        add_bound(sheets, sheet, row, row->max);
        add(sheets, sheet, row->unit);
        add(sheets, sheet, row->choices);
        add(sheets, sheet, row->doc);
        add_format(sheets, sheet, "%c", (char)row->tag);
        add(sheets, sheet, row->source);
        add(sheets, sheet, sim_param_start_only(model, row) ? "only at the start" : "any time");
        add_prior(sheets, sheet, row);
        put(sheets, sheet, model ? sim_param_constraint_text(model, row) : strdup(""));
    }
}

/* ---- the rest of a model ---- */

static void add_constraints(sim_cli_sheets_t *sheets, const sim_model_t *model) {
    static const char *const head[] = {"parameter", "relation", "parameter", "description", NULL};
    sim_cli_sheet_t *sheet =
        begin(sheets, "Constraints", "At the start, and after every intervention.", head);
    for (const sim_constraint_t *c = model->constraints; c->why; c++) {
        add(sheets, sheet, sim_param_at(model, c->low)->name);
        add(sheets, sheet, sim_param_constraint_relation(c));
        add(sheets, sheet, sim_param_at(model, c->high)->name);
        add(sheets, sheet, c->why);
    }
}

static void add_models(sim_cli_sheets_t *sheets) {
    static const char *const head[] = {"name", "title", NULL};
    sim_cli_sheet_t *sheet =
        begin(sheets, "Models", "`kumiai describe MODEL` tells all about one of them.", head);
    for (size_t i = 0; sim_models[i]; i++) {
        add(sheets, sheet, sim_models[i]->name);
        add(sheets, sheet, sim_models[i]->title);
    }
}

static void add_metrics(sim_cli_sheets_t *sheets, const sim_metric_t *metrics) {
    static const char *const head[] = {"name", "unit", "description", NULL};
    sim_cli_sheet_t *sheet = begin(sheets, "Metrics", "Columns of the table series.", head);
    for (const sim_metric_t *metric = metrics; metric && metric->name; metric++) {
        add(sheets, sheet, metric->name);
        add(sheets, sheet, metric->unit);
        add(sheets, sheet, metric->doc);
    }
}

static void add_reducers(sim_cli_sheets_t *sheets, const sim_reducer_t *reducers) {
    static const char *const head[] = {"name",  "unit",        "how", "metric",
                                       "years", "description", NULL};
    sim_cli_sheet_t *sheet = begin(sheets, "Summary", "Columns of the table summary.", head);
    for (const sim_reducer_t *reducer = reducers; reducer && reducer->name; reducer++) {
        add(sheets, sheet, reducer->name);
        add(sheets, sheet, reducer->unit);
        add(sheets, sheet, sim_cli_reduce_name(reducer->how));
        add(sheets, sheet, reducer->metric);
        if (reducer->from == 0 && reducer->to == 0) {
            add(sheets, sheet, "all");
        } else {
            add_format(sheets, sheet, "%d-%d", reducer->from, reducer->to - 1);
        }
        add(sheets, sheet, reducer->doc);
    }
}

static void add_table(sim_cli_sheets_t *sheets, const sim_table_t *table) {
    static const char *const head[] = {"field", "type", "description", "words", NULL};
    sim_cli_sheet_t *sheet = begin(sheets, table->name, table->doc, head);
    for (const sim_field_t *field = table->fields; field && field->name; field++) {
        add(sheets, sheet, field->name);
        add(sheets, sheet, sim_cli_field_type(field->type));
        add(sheets, sheet, field->doc);
        add_words(sheets, sheet, field->type == SIM_FIELD_LABEL ? field->labels : NULL);
    }
}

static void add_role(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_table_t *table) {
    const char *role = sim_record_role_name(table->role);
    add(sheets, sheet, table->name);
    add(sheets, sheet, role ? role : "");
    add(sheets, sheet, sim_store_detail_name(sim_table_detail(table)));
    add(sheets, sheet, table->doc);
}

static void add_tables(sim_cli_sheets_t *sheets, const sim_model_t *model) {
    static const char *const head[] = {"table", "role", "from detail", "description", NULL};
    sim_record_spells_t spells;
    bool ties = sim_record_spells(model, &spells);
    if (!ties && !(model->tables && model->tables->name))
        return;
    sim_cli_sheet_t *sheet =
        begin(sheets, "Tables", "Of the results; the role says what the rows are.", head);
    if (ties)
        add_role(sheets, sheet, &spells.table);
    for (const sim_table_t *table = model->tables; table && table->name; table++)
        add_role(sheets, sheet, table);
    if (ties)
        add_table(sheets, &spells.table);
    for (const sim_table_t *table = model->tables; table && table->name; table++)
        add_table(sheets, table);
}

const char *sim_cli_phase_every(const sim_phase_t *phase, char *text, size_t size) {
    if (phase->every > SIM_EVERY_YEAR)
        snprintf(text, size, "%d steps", phase->every - SIM_EVERY_YEAR);
    else
        snprintf(text, size, phase->every == SIM_EVERY_YEAR ? "year" : "step");
    return text;
}

static void add_phases(sim_cli_sheets_t *sheets, const sim_phase_t *phases) {
    static const char *const head[] = {"name", "every", "description", NULL};
    char every[24];
    sim_cli_sheet_t *sheet = begin(sheets, "Phases", "In the order in which they run.", head);
    for (const sim_phase_t *phase = phases; phase && phase->name; phase++) {
        add(sheets, sheet, phase->name);
        add(sheets, sheet, sim_cli_phase_every(phase, every, sizeof every));
        add(sheets, sheet, phase->doc);
    }
}

/* The parameter that has a population's size, or where else it comes from. */
const char *sim_cli_population_size(const sim_model_t *model, const sim_state_row_t *row) {
    if (row->grows) {
        return "changes in a run";
    }
    return row->rows ? "set by the model" : sim_param_at(model, row->parameter)->name;
}

static void add_populations(sim_cli_sheets_t *sheets, const sim_model_t *model) {
    static const char *const head[] = {"name", "size", "description", NULL};
    sim_cli_sheet_t *sheet = begin(sheets, "Populations", "What the state has rows of.", head);
    for (const sim_state_row_t *row = model->state; row->kind != SIM_STATE_IS_END; row++) {
        if (row->kind == SIM_STATE_IS_POPULATION) {
            add(sheets, sheet, row->name);
            add(sheets, sheet, sim_cli_population_size(model, row));
            add(sheets, sheet, row->doc);
        }
    }
}

static void add_state(sim_cli_sheets_t *sheets, const sim_state_row_t *table) {
    static const char *const head[] = {"name", "of", "type", "unit", "description", NULL};
    sim_cli_sheet_t *sheet = begin(sheets, "State",
                                   "What a checkpoint keeps of a run: a number for each row of a "
                                   "population or each arc, or one of the run.",
                                   head);
    for (const sim_state_row_t *row = table; row->kind != SIM_STATE_IS_END; row++) {
        if (sim_state_type_name(row)[0]) {
            const sim_state_row_t *of = row->kind == SIM_STATE_IS_ARC
                                            ? sim_state_other_row(table, row)
                                            : sim_state_population_row(table, row);
            add(sheets, sheet, row->name);
            add(sheets, sheet, of ? of->name : "run");
            add(sheets, sheet, sim_state_type_name(row));
            add(sheets, sheet, row->unit);
            add(sheets, sheet, row->doc);
        }
    }
}

/* "agent", or "from agent to firm". */
static void add_ends(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_state_row_t *table,
                     const sim_state_row_t *row) {
    const sim_state_row_t *of = sim_state_population_row(table, row);
    const sim_state_row_t *heads = sim_state_other_row(table, row);
    if (of && heads) {
        add_format(sheets, sheet, "from %s to %s", of->name, heads->name);
    } else {
        add(sheets, sheet, of ? of->name : "any agents");
    }
}

static void add_networks(sim_cli_sheets_t *sheets, const sim_state_row_t *table) {
    static const char *const head[] = {"name", "kind", "of", "description", NULL};
    sim_cli_sheet_t *sheet = NULL;
    for (const sim_state_row_t *row = table; row->kind != SIM_STATE_IS_END; row++) {
        if (!sim_state_is_network(row)) {
            continue;
        }
        if (!sheet) {
            sheet = begin(sheets, "Networks",
                          "Graphs have no direction; arcs have one; ties have spells.", head);
        }
        add(sheets, sheet, row->name);
        add(sheets, sheet, row->recorded ? "ties, table tie" : sim_state_kind_name(row->kind));
        add_ends(sheets, sheet, table, row);
        add(sheets, sheet, row->doc);
    }
}

static void add_purposes(sim_cli_sheets_t *sheets, const char *const *purposes) {
    static const char *const head[] = {"number", "name", NULL};
    sim_cli_sheet_t *sheet =
        begin(sheets, "Purposes", "What random numbers are drawn for; each has its own.", head);
    for (int i = 0; purposes && purposes[i]; i++) {
        add_format(sheets, sheet, "%d", SIM_RNG_PURPOSE_MODEL + i);
        add(sheets, sheet, purposes[i]);
    }
}

/* ---- what interventions set on agents ---- */

/* "0 to 1", "at least 0"; words of a choice; or nothing. */
static void add_allowed(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet, const sim_param_t *row) {
    bool number = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
    if (number && sim_cli_param_bounded(row->max)) {
        add_format(sheets, sheet, "%g to %g", row->min, row->max);
    } else if (number) {
        add_format(sheets, sheet, "at least %g", row->min);
    } else {
        add(sheets, sheet, row->choices);
    }
}

/* "a, b" of "a|b". */
static void spell_words(const char *words, char *text, size_t size) {
    size_t used = 0;
    for (; *words && used + 3 < size; words++) {
        bool end = *words == '|';
        text[used++] = *(end ? "," : words);
        if (end) {
            text[used++] = ' ';
        }
    }
    text[used] = '\0';
}

/* What it is, whose, with whom, and the source: too much for columns of their own. */
static void add_meaning(sim_cli_sheets_t *sheets, sim_cli_sheet_t *sheet,
                        const sim_agent_param_t *param) {
    char kinds[256], with[256];
    spell_words(param->kinds, kinds, sizeof kinds);
    spell_words(param->with ? param->with : "", with, sizeof with);
    add_format(sheets, sheet, "%s. Of: %s%s%s. %c: %s", param->row.doc, kinds,
               param->with ? "; with: " : "", with, (char)param->row.tag, param->row.source);
}

static void add_agent_params(sim_cli_sheets_t *sheets, const sim_agent_param_t *param) {
    static const char *const head[] = {"name", "type", "allowed", "unit", "description", NULL};
    sim_cli_sheet_t *sheet =
        begin(sheets, "Set on agents",
              "By interventions: { at = ...; agent = \"CODE\"; set = \"name\"; value = ...; }. "
              "agent is a code, a name or a list of them; classes choose several.",
              head);
    for (; param->row.name; param++) {
        add(sheets, sheet, param->row.name);
        add(sheets, sheet, sim_cli_agent_param_type(param->row.type));
        add_allowed(sheets, sheet, &param->row);
        add(sheets, sheet, param->row.unit);
        add_meaning(sheets, sheet, param);
    }
}

static void add_agent_classes(sim_cli_sheets_t *sheets, const sim_agent_class_t *row) {
    static const char *const head[] = {"name", "description", NULL};
    sim_cli_sheet_t *sheet = begin(sheets, "Classes of agents",
                                   "An intervention may give several; it is about the agents that "
                                   "meet all. Words: one, or a list.",
                                   head);
    add(sheets, sheet, "kind");
    add(sheets, sheet, "column kind of the table agent");
    for (; row && row->name; row++) {
        add(sheets, sheet, row->name);
        add(sheets, sheet, row->doc);
    }
}

int sim_cli_sheets_init(sim_cli_sheets_t *sheets, const sim_model_t *model) {
    *sheets = (sim_cli_sheets_t){.model = model};
    add_parameters(sheets, model);
    if (!model) {
        add_models(sheets);
        return sheets->code;
    }
    if (model->constraints) {
        add_constraints(sheets, model);
    }
    if (model->agent_params) {
        add_agent_params(sheets, model->agent_params);
        add_agent_classes(sheets, model->agent_classes);
    }
    add_metrics(sheets, model->metrics);
    add_reducers(sheets, model->reducers);
    if (model->state) {
        add_populations(sheets, model);
        add_state(sheets, model->state);
        add_networks(sheets, model->state);
    }
    add_phases(sheets, model->phases);
    add_purposes(sheets, model->purposes);
    add_tables(sheets, model);
    return sheets->code;
}

void sim_cli_sheets_free(sim_cli_sheets_t *sheets) {
    for (size_t i = 0; i < sheets->count; i++) {
        for (size_t j = 0; j < sheets->sheet[i].count; j++) {
            free(sheets->sheet[i].cell[j]);
        }
        free(sheets->sheet[i].cell);
    }
    *sheets = (sim_cli_sheets_t){0};
}
