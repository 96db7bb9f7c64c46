/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A descriptor as a document of JSON: numbers are numbers, what there is not is null. */
#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* cJSON writes 15 digits where these come near enough: not to 2^53 - 1. */
static void number(sim_cli_json_t *json, cJSON *object, const char *key, bool given, double value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.0f", value);
    if (!given)
        sim_cli_json_text(json, object, key, NULL);
    else if (fabs(value) > 1e14 && fabs(value) < 0x1p53)
        sim_cli_json_digits(json, object, key, digits);
    else
        sim_cli_json_number(json, object, key, value);
}

static void words(sim_cli_json_t *json, cJSON *object, const char *key, const char *const *list) {
    cJSON *items = sim_cli_json_array(json, object, key);
    for (size_t i = 0; list && list[i]; i++)
        sim_cli_json_word(json, items, list[i]);
}

/* The words of "a|b" as a list. */
static void split(sim_cli_json_t *json, cJSON *object, const char *key, const char *choices) {
    cJSON *items = sim_cli_json_array(json, object, key);
    char word[256];
    for (const char *at = choices; *at;) {
        size_t length = strcspn(at, "|");
        snprintf(word, sizeof word, "%.*s", (int)length, at);
        sim_cli_json_word(json, items, word);
        at += length + (at[length] == '|');
    }
}

/* ---- parameters ---- */

static const char *const type_names[] = {
    [SIM_PARAM_REAL] = "real",     [SIM_PARAM_INT] = "integer", [SIM_PARAM_BOOL] = "boolean",
    [SIM_PARAM_CHOICE] = "choice", [SIM_PARAM_PATH] = "file",   [SIM_PARAM_WORDS] = "words"};

/* A stand-in for no bound is none. */
static bool is_bounded(double bound) {
    return fabs(bound) < 1e300;
}

static bool is_number(const sim_param_t *row) {
    return row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
}

/* A row like run.steps has no default; its value lies outside its range to say so. */
static void standard(sim_cli_json_t *json, cJSON *object, const sim_param_t *row) {
    char buffer[64];
    sim_param_t one = *row;
    int choice = (int)row->value;
    one.offset = 0;
    if (row->type == SIM_PARAM_BOOL)
        sim_cli_json_flag(json, object, "default", row->value != 0);
    else if (row->type == SIM_PARAM_CHOICE)
        sim_cli_json_text(json, object, "default",
                          sim_param_format(&one, &choice, buffer, sizeof buffer));
    else if (is_number(row))
        number(json, object, "default", row->value >= row->min && row->value <= row->max,
               row->value);
    else
        sim_cli_json_text(json, object, "default",
                          row->type == SIM_PARAM_PATH && row->text && !*row->text ? NULL
                                                                                  : row->text);
}

/* What follows a type, and perhaps a default. */
static void rest_of_row(sim_cli_json_t *json, cJSON *object, const sim_param_t *row) {
    const char tag[2] = {(char)row->tag, '\0'};
    number(json, object, "min", is_number(row) && is_bounded(row->min), row->min);
    number(json, object, "max", is_number(row) && is_bounded(row->max), row->max);
    if (row->type == SIM_PARAM_CHOICE)
        split(json, object, "choices", row->choices);
    sim_cli_json_text(json, object, "unit", row->unit);
    sim_cli_json_text(json, object, "description", row->doc);
    sim_cli_json_text(json, object, "tag", tag);
    sim_cli_json_text(json, object, "source", row->source);
}

/* Null where none is declared. */
static void prior(sim_cli_json_t *json, cJSON *parameter, const sim_param_t *row) {
    const sim_distribution_t d = sim_param_prior(row);
    if (d.kind == SIM_DISTRIBUTION_NONE) {
        sim_cli_json_text(json, parameter, "prior", NULL);
        return;
    }
    cJSON *object = sim_cli_json_object(json, parameter, "prior");
    sim_cli_json_text(json, object, "distribution", sim_param_distributions[d.kind]);
    number(json, object, "min", is_bounded(d.min), d.min);
    number(json, object, "max", is_bounded(d.max), d.max);
    for (int i = 0; i < 2; i++) {
        const char *name = sim_param_distribution_argument(d.kind, i);
        if (name)
            number(json, object, name, true, i ? d.b : d.a);
    }
}

static void parameters(sim_cli_json_t *json, const sim_model_t *model) {
    const sim_param_t *row = model ? model->params : sim_param_engine_table;
    cJSON *list = sim_cli_json_array(json, json->root, "parameters");
    for (; row && row->name; row++) {
        cJSON *object =
            SIM_CLI_JSON_ROW(json, list, "name", row->name, "type", type_names[row->type]);
        standard(json, object, row);
        rest_of_row(json, object, row);
        sim_cli_json_flag(json, object, "start_only", sim_param_start_only(model, row));
        prior(json, object, row);
    }
}

static void constraints(sim_cli_json_t *json, const sim_model_t *model) {
    cJSON *list = sim_cli_json_array(json, json->root, "constraints");
    for (const sim_constraint_t *c = model->constraints; c && c->why; c++)
        (void)SIM_CLI_JSON_ROW(json, list, "left", sim_param_at(model, c->low)->name, "relation",
                               sim_param_constraint_relation(c), "right",
                               sim_param_at(model, c->high)->name, "why", c->why);
}

/* ---- what interventions set on agents ---- */

/* A value of type WORDS is another agent. */
static void agent_params(sim_cli_json_t *json, const sim_agent_param_t *param) {
    cJSON *list = sim_cli_json_array(json, json->root, "agent_parameters");
    for (; param && param->row.name; param++) {
        const char *type =
            param->row.type == SIM_PARAM_WORDS ? "agent" : type_names[param->row.type];
        cJSON *object = SIM_CLI_JSON_ROW(json, list, "name", param->row.name, "type", type);
        rest_of_row(json, object, &param->row);
        split(json, object, "kinds", param->kinds);
        if (param->with)
            split(json, object, "with", param->with);
    }
}

static void agent_classes(sim_cli_json_t *json, const sim_model_t *model) {
    cJSON *list = sim_cli_json_array(json, json->root, "agent_classes");
    if (!model->agent_params)
        return;
    (void)SIM_CLI_JSON_ROW(json, list, "name", "kind", "description",
                           "column kind of the table agent");
    for (const sim_agent_class_t *row = model->agent_classes; row && row->name; row++)
        (void)SIM_CLI_JSON_ROW(json, list, "name", row->name, "description", row->doc);
}

/* ---- what comes out ---- */

static void metrics(sim_cli_json_t *json, const sim_metric_t *row) {
    cJSON *list = sim_cli_json_array(json, json->root, "metrics");
    for (; row && row->name; row++)
        (void)SIM_CLI_JSON_ROW(json, list, "name", row->name, "unit", row->unit, "description",
                               row->doc);
}

static void reducers(sim_cli_json_t *json, const sim_reducer_t *row) {
    static const char *const how[] = {[SIM_REDUCE_MEAN] = "mean",
                                      [SIM_REDUCE_SUM] = "sum",
                                      [SIM_REDUCE_MAX] = "max",
                                      [SIM_REDUCE_FINAL] = "final",
                                      [SIM_REDUCE_MODEL] = "model"};
    cJSON *list = sim_cli_json_array(json, json->root, "summary");
    for (; row && row->name; row++) {
        bool window = row->from != 0 || row->to != 0;
        cJSON *object = SIM_CLI_JSON_ROW(json, list, "name", row->name, "unit", row->unit, "how",
                                         how[row->how], "metric", row->metric);
        number(json, object, "from", window, row->from);
        number(json, object, "to", window, row->to);
        sim_cli_json_text(json, object, "description", row->doc);
    }
}

static void ties(sim_cli_json_t *json, const sim_network_labels_t *labels) {
    if (!labels) {
        sim_cli_json_text(json, json->root, "ties", NULL);
        return;
    }
    cJSON *object = sim_cli_json_object(json, json->root, "ties");
    words(json, object, "kinds", labels->kinds);
    words(json, object, "modes", labels->modes);
    words(json, object, "forms", labels->forms);
    words(json, object, "topics", labels->topics);
    words(json, object, "stages", labels->stages);
    words(json, object, "causes", labels->causes);
    /* The causes by which a tie goes on as another one. */
    cJSON *items = sim_cli_json_array(json, object, "conversions");
    for (const uint8_t *c = labels->conversions; c && *c != SIM_NETWORK_NO_CAUSE; c++)
        sim_cli_json_word(json, items, labels->causes[*c]);
}

static void table(sim_cli_json_t *json, cJSON *list, const sim_table_t *row) {
    static const char *const type[] = {[SIM_FIELD_INTEGER] = "integer",
                                       [SIM_FIELD_REAL] = "real",
                                       [SIM_FIELD_LABEL] = "label",
                                       [SIM_FIELD_TEXT] = "text"};
    cJSON *object = SIM_CLI_JSON_ROW(json, list, "name", row->name, "role",
                                     sim_record_role_name(row->role), "description", row->doc,
                                     "detail", sim_store_detail_name(sim_table_detail(row)));
    cJSON *fields = sim_cli_json_array(json, object, "fields");
    for (const sim_field_t *field = row->fields; field && field->name; field++) {
        cJSON *entry = SIM_CLI_JSON_ROW(json, fields, "name", field->name, "type",
                                        type[field->type], "description", field->doc);
        if (field->type == SIM_FIELD_LABEL)
            words(json, entry, "words", field->labels);
    }
}

static void tables(sim_cli_json_t *json, const sim_model_t *model) {
    cJSON *list = sim_cli_json_array(json, json->root, "tables");
    sim_record_spells_t spells;
    if (sim_record_spells(model, &spells))
        table(json, list, &spells.table);
    for (const sim_table_t *row = model->tables; row && row->name; row++)
        table(json, list, row);
}

/* ---- the state ---- */

static void populations(sim_cli_json_t *json, const sim_model_t *model) {
    const sim_state_row_t *row = model->state;
    cJSON *list = sim_cli_json_array(json, json->root, "populations");
    for (; row && row->kind != SIM_STATE_IS_END; row++) {
        if (row->kind == SIM_STATE_IS_POPULATION) {
            bool fixed = row->grows || row->rows;
            cJSON *object =
                SIM_CLI_JSON_ROW(json, list, "name", row->name, "parameter",
                                 fixed ? NULL : sim_param_at(model, row->parameter)->name);
            sim_cli_json_flag(json, object, "grows", row->grows);
            sim_cli_json_text(json, object, "description", row->doc);
        }
    }
}

/* Columns and values, and what is not saved; with null for what holds only for the others. */
static void state(sim_cli_json_t *json, const sim_state_row_t *rows) {
    cJSON *list = sim_cli_json_array(json, json->root, "state");
    for (const sim_state_row_t *row = rows; row && row->kind != SIM_STATE_IS_END; row++) {
        if (row->kind != SIM_STATE_IS_POPULATION && !sim_state_is_network(row)) {
            const sim_state_row_t *of = sim_state_population_row(rows, row);
            const sim_state_row_t *arcs = sim_state_other_row(rows, row);
            const char *type = sim_state_type_name(row);
            cJSON *object =
                SIM_CLI_JSON_ROW(json, list, "name", row->name, "kind",
                                 sim_state_kind_name(row->kind), "population", of ? of->name : NULL,
                                 "network", arcs ? arcs->name : NULL, "type", *type ? type : NULL);
            number(json, object, "cells", true, (double)row->cells);
            sim_cli_json_text(json, object, "unit", row->unit);
            sim_cli_json_text(json, object, "description", row->doc);
        }
    }
}

/* Spells that are recorded have the direction that the labels say. */
static bool is_directed(const sim_model_t *model, const sim_state_row_t *row) {
    const sim_network_names_t *names = row->recorded && model->labels ? model->labels->names : NULL;
    return row->kind != SIM_STATE_IS_GRAPH && !(names && names->undirected);
}

/* Arcs are directed; of one mode where both populations are the same. Ties with spells have any
 * agents at their ends. */
static void networks(sim_cli_json_t *json, const sim_model_t *model) {
    cJSON *list = sim_cli_json_array(json, json->root, "networks");
    const sim_state_row_t *row = model->state;
    for (; row && row->kind != SIM_STATE_IS_END; row++) {
        if (sim_state_is_network(row)) {
            const sim_state_row_t *of = sim_state_population_row(model->state, row);
            const sim_state_row_t *heads = sim_state_other_row(model->state, row);
            cJSON *object = SIM_CLI_JSON_ROW(
                json, list, "name", row->name, "kind", sim_state_kind_name(row->kind), "population",
                of ? of->name : NULL, "heads", heads ? heads->name : NULL);
            sim_cli_json_flag(json, object, "directed", is_directed(model, row));
            sim_cli_json_flag(json, object, "recorded", row->recorded);
            sim_cli_json_text(json, object, "description", row->doc);
        }
    }
}

/* ---- how it runs ---- */

static void phases(sim_cli_json_t *json, const sim_phase_t *row) {
    cJSON *list = sim_cli_json_array(json, json->root, "phases");
    for (; row && row->name; row++) {
        char steps[24];
        const char *every = row->every == SIM_EVERY_YEAR ? "year" : "step";
        snprintf(steps, sizeof steps, "%d steps", row->every - SIM_EVERY_YEAR);
        (void)SIM_CLI_JSON_ROW(json, list, "name", row->name, "every",
                               row->every > SIM_EVERY_YEAR ? steps : every, "description",
                               row->doc);
    }
}

static void purposes(sim_cli_json_t *json, const char *const *names) {
    cJSON *list = sim_cli_json_array(json, json->root, "purposes");
    for (int i = 0; names && names[i]; i++) {
        cJSON *object = SIM_CLI_JSON_ROW(json, list, NULL);
        number(json, object, "number", true, SIM_RNG_PURPOSE_MODEL + i);
        sim_cli_json_text(json, object, "name", names[i]);
    }
}

/* ---- the whole ---- */

static void tags(sim_cli_json_t *json) {
    cJSON *object = sim_cli_json_object(json, json->root, "tags");
    for (const sim_cli_tag_t *tag = sim_cli_tags; tag->letter; tag++) {
        const char key[2] = {tag->letter, '\0'};
        sim_cli_json_text(json, object, key, tag->meaning);
    }
}

static void of_engine(sim_cli_json_t *json) {
    cJSON *list = sim_cli_json_array(json, json->root, "models");
    for (const sim_model_t *const *model = sim_models; *model; model++)
        (void)SIM_CLI_JSON_ROW(json, list, "name", (*model)->name, "title", (*model)->title,
                               "description", (*model)->doc);
    tags(json);
    parameters(json, NULL);
}

static void of_model(sim_cli_json_t *json, const sim_model_t *model) {
    sim_cli_json_text(json, json->root, "name", model->name);
    sim_cli_json_text(json, json->root, "title", model->title);
    sim_cli_json_text(json, json->root, "description", model->doc);
    tags(json);
    parameters(json, model);
    constraints(json, model);
    agent_params(json, model->agent_params);
    agent_classes(json, model);
    metrics(json, model->metrics);
    reducers(json, model->reducers);
    ties(json, model->labels);
    tables(json, model);
    populations(json, model);
    state(json, model->state);
    networks(json, model);
    phases(json, model->phases);
    purposes(json, model->purposes);
}

int sim_cli_describe_document(const sim_model_t *model, sim_cli_json_t *json) {
    sim_cli_json_init(json);
    if (model)
        of_model(json, model);
    else
        of_engine(json);
    return json->failed ? SIM_ERR_MEMORY : SIM_OK;
}
