/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A descriptor as JSON: numbers are numbers, what there is not is null. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>

#include "sim/cli/describe.h"
#include "sim/param/constraint.h"
#include "sim/param/distribution.h"
#include "sim/record/spells.h"
#include "sim/store/store.h"

/* Memory that runs out anywhere is remembered here; cJSON takes NULL parents without harm. */
typedef struct {
    bool failed;
} maker_t;

static cJSON *made(maker_t *maker, cJSON *item) {
    maker->failed = maker->failed || !item;
    return item;
}

static void text(maker_t *maker, cJSON *object, const char *key, const char *value) {
    made(maker,
         value ? cJSON_AddStringToObject(object, key, value) : cJSON_AddNullToObject(object, key));
}

/* cJSON writes 15 digits where these come near enough: not to 2^53 - 1. */
static void number(maker_t *maker, cJSON *object, const char *key, bool given, double value) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.0f", value);
    bool large = given && fabs(value) > 1e14 && fabs(value) < 0x1p53;
    made(maker, !given  ? cJSON_AddNullToObject(object, key)
                : large ? cJSON_AddRawToObject(object, key, digits)
                        : cJSON_AddNumberToObject(object, key, value));
}

static cJSON *array(maker_t *maker, cJSON *object, const char *key) {
    return made(maker, cJSON_AddArrayToObject(object, key));
}

/* A new object at the end of a list. */
static cJSON *element(maker_t *maker, cJSON *list) {
    cJSON *object = made(maker, cJSON_CreateObject());
    if (object && !cJSON_AddItemToArray(list, object)) {
        cJSON_Delete(object);
        object = made(maker, NULL);
    }
    return object;
}

static void word(maker_t *maker, cJSON *items, const char *value) {
    cJSON *item = made(maker, cJSON_CreateString(value));
    if (item && !cJSON_AddItemToArray(items, item)) {
        cJSON_Delete(item);
        made(maker, NULL);
    }
}

static void words(maker_t *maker, cJSON *object, const char *key, const char *const *list) {
    cJSON *items = array(maker, object, key);
    for (size_t i = 0; list && list[i]; i++)
        word(maker, items, list[i]);
}

/* The words of "a|b" as a list. */
static void split(maker_t *maker, cJSON *object, const char *key, const char *choices) {
    enum { MOST = 64, BYTES = 1024 };
    char buffer[BYTES];
    const char *word[MOST + 1] = {buffer};
    size_t count = 1;
    snprintf(buffer, sizeof buffer, "%s", choices);
    for (char *at = buffer; *at && count < MOST; at++) {
        if (*at == '|') {
            *at = '\0';
            word[count++] = at + 1;
        }
    }
    words(maker, object, key, word);
}

static void standard(maker_t *maker, cJSON *object, const sim_param_t *row) {
    char buffer[64];
    sim_param_t one = *row;
    int choice = (int)row->value;
    one.offset = 0;
    if (row->type == SIM_PARAM_BOOL) {
        made(maker, cJSON_AddBoolToObject(object, "default", row->value != 0));
    } else if (row->type == SIM_PARAM_CHOICE) {
        text(maker, object, "default", sim_param_format(&one, &choice, buffer, sizeof buffer));
    } else if (row->type == SIM_PARAM_PATH || row->type == SIM_PARAM_WORDS) {
        text(maker, object, "default", sim_cli_param_has_default(row) ? row->text : NULL);
    } else {
        number(maker, object, "default", sim_cli_param_has_default(row), row->value);
    }
}

/* Null where none is declared. */
static void prior(maker_t *maker, cJSON *parameter, const sim_param_t *row) {
    const sim_distribution_t d = sim_param_prior(row);
    if (d.kind == SIM_DISTRIBUTION_NONE) {
        text(maker, parameter, "prior", NULL);
        return;
    }
    cJSON *object = made(maker, cJSON_AddObjectToObject(parameter, "prior"));
    text(maker, object, "distribution", sim_param_distributions[d.kind]);
    number(maker, object, "min", sim_cli_param_bounded(d.min), d.min);
    number(maker, object, "max", sim_cli_param_bounded(d.max), d.max);
    for (int i = 0; i < 2; i++) {
        const char *name = sim_param_distribution_argument(d.kind, i);
        if (name) {
            number(maker, object, name, true, i ? d.b : d.a);
        }
    }
}

static void constraints(maker_t *maker, cJSON *root, const sim_model_t *model) {
    cJSON *list = array(maker, root, "constraints");
    for (const sim_constraint_t *c = model->constraints; c && c->why; c++) {
        cJSON *object = element(maker, list);
        text(maker, object, "left", sim_param_at(model, c->low)->name);
        text(maker, object, "relation", sim_param_constraint_relation(c));
        text(maker, object, "right", sim_param_at(model, c->high)->name);
        text(maker, object, "why", c->why);
    }
}

static void parameters(maker_t *maker, cJSON *root, const sim_model_t *model) {
    const sim_param_t *rows = model ? model->params : sim_param_engine_table;
    cJSON *list = array(maker, root, "parameters");
    for (const sim_param_t *row = rows; row && row->name; row++) {
        char tag[2] = {(char)row->tag, '\0'};
        bool ranged = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
        cJSON *object = element(maker, list);
        text(maker, object, "name", row->name);
        text(maker, object, "type", sim_cli_param_type(row->type));
        standard(maker, object, row);
        number(maker, object, "min", ranged && sim_cli_param_bounded(row->min), row->min);
        number(maker, object, "max", ranged && sim_cli_param_bounded(row->max), row->max);
        if (row->type == SIM_PARAM_CHOICE) {
            split(maker, object, "choices", row->choices);
        }
        text(maker, object, "unit", row->unit);
        text(maker, object, "description", row->doc);
        text(maker, object, "tag", tag);
        text(maker, object, "source", row->source);
        made(maker, cJSON_AddBoolToObject(object, "start_only", sim_param_start_only(model, row)));
        prior(maker, object, row);
    }
}

static void agent_params(maker_t *maker, cJSON *root, const sim_agent_param_t *params) {
    cJSON *list = array(maker, root, "agent_parameters");
    for (const sim_agent_param_t *param = params; param && param->row.name; param++) {
        const sim_param_t *row = &param->row;
        char tag[2] = {(char)row->tag, '\0'};
        bool ranged = row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
        cJSON *object = element(maker, list);
        text(maker, object, "name", row->name);
        text(maker, object, "type", sim_cli_agent_param_type(row->type));
        number(maker, object, "min", ranged && sim_cli_param_bounded(row->min), row->min);
        number(maker, object, "max", ranged && sim_cli_param_bounded(row->max), row->max);
        if (row->type == SIM_PARAM_CHOICE) {
            split(maker, object, "choices", row->choices);
        }
        text(maker, object, "unit", row->unit);
        text(maker, object, "description", row->doc);
        text(maker, object, "tag", tag);
        text(maker, object, "source", row->source);
        split(maker, object, "kinds", param->kinds);
        if (param->with) {
            split(maker, object, "with", param->with);
        }
    }
}

static void agent_classes(maker_t *maker, cJSON *root, const sim_model_t *model) {
    static const sim_agent_class_t kind = {"kind", "column kind of the table agent", NULL};
    cJSON *list = array(maker, root, "agent_classes");
    const sim_agent_class_t *row = model->agent_params ? &kind : NULL;
    while (row && row->name) {
        cJSON *object = element(maker, list);
        text(maker, object, "name", row->name);
        text(maker, object, "description", row->doc);
        row = row == &kind ? model->agent_classes : row + 1;
    }
}

static void tags(maker_t *maker, cJSON *root) {
    cJSON *object = made(maker, cJSON_AddObjectToObject(root, "tags"));
    for (const sim_cli_tag_t *tag = sim_cli_tags; tag->letter; tag++) {
        char key[2] = {tag->letter, '\0'};
        text(maker, object, key, tag->meaning);
    }
}

static void metrics(maker_t *maker, cJSON *root, const sim_metric_t *rows) {
    cJSON *list = array(maker, root, "metrics");
    for (const sim_metric_t *row = rows; row && row->name; row++) {
        cJSON *object = element(maker, list);
        text(maker, object, "name", row->name);
        text(maker, object, "unit", row->unit);
        text(maker, object, "description", row->doc);
    }
}

static void reducers(maker_t *maker, cJSON *root, const sim_reducer_t *rows) {
    cJSON *list = array(maker, root, "summary");
    for (const sim_reducer_t *row = rows; row && row->name; row++) {
        cJSON *object = element(maker, list);
        bool window = row->from != 0 || row->to != 0;
        text(maker, object, "name", row->name);
        text(maker, object, "unit", row->unit);
        text(maker, object, "how", sim_cli_reduce_name(row->how));
        text(maker, object, "metric", row->metric);
        number(maker, object, "from", window, row->from);
        number(maker, object, "to", window, row->to);
        text(maker, object, "description", row->doc);
    }
}

/* The causes by which a tie goes on as another one. */
static void conversions(maker_t *maker, cJSON *object, const sim_network_labels_t *labels) {
    cJSON *items = array(maker, object, "conversions");
    const uint8_t *c = labels->conversions;
    for (; c && *c != SIM_NETWORK_NO_CAUSE; c++)
        word(maker, items, labels->causes[*c]);
}

static void ties(maker_t *maker, cJSON *root, const sim_network_labels_t *labels) {
    if (!labels) {
        text(maker, root, "ties", NULL);
        return;
    }
    cJSON *object = made(maker, cJSON_AddObjectToObject(root, "ties"));
    words(maker, object, "kinds", labels->kinds);
    words(maker, object, "modes", labels->modes);
    words(maker, object, "forms", labels->forms);
    words(maker, object, "topics", labels->topics);
    words(maker, object, "stages", labels->stages);
    words(maker, object, "causes", labels->causes);
    conversions(maker, object, labels);
}

static void table(maker_t *maker, cJSON *list, const sim_table_t *row) {
    cJSON *object = element(maker, list);
    text(maker, object, "name", row->name);
    text(maker, object, "role", sim_record_role_name(row->role));
    text(maker, object, "description", row->doc);
    text(maker, object, "detail", sim_store_detail_name(sim_table_detail(row)));
    cJSON *fields = array(maker, object, "fields");
    for (const sim_field_t *field = row->fields; field && field->name; field++) {
        cJSON *entry = element(maker, fields);
        text(maker, entry, "name", field->name);
        text(maker, entry, "type", sim_cli_field_type(field->type));
        text(maker, entry, "description", field->doc);
        if (field->type == SIM_FIELD_LABEL) {
            words(maker, entry, "words", field->labels);
        }
    }
}

static void tables(maker_t *maker, cJSON *root, const sim_model_t *model) {
    cJSON *list = array(maker, root, "tables");
    sim_record_spells_t spells;
    if (sim_record_spells(model, &spells))
        table(maker, list, &spells.table);
    for (const sim_table_t *row = model->tables; row && row->name; row++)
        table(maker, list, row);
}

static void phases(maker_t *maker, cJSON *root, const sim_phase_t *rows) {
    char every[24];
    cJSON *list = array(maker, root, "phases");
    for (const sim_phase_t *row = rows; row && row->name; row++) {
        cJSON *object = element(maker, list);
        text(maker, object, "name", row->name);
        text(maker, object, "every", sim_cli_phase_every(row, every, sizeof every));
        text(maker, object, "description", row->doc);
    }
}

static void purposes(maker_t *maker, cJSON *root, const char *const *names) {
    cJSON *list = array(maker, root, "purposes");
    for (int i = 0; names && names[i]; i++) {
        cJSON *object = element(maker, list);
        number(maker, object, "number", true, SIM_RNG_PURPOSE_MODEL + i);
        text(maker, object, "name", names[i]);
    }
}

static void populations(maker_t *maker, cJSON *root, const sim_model_t *model) {
    cJSON *list = array(maker, root, "populations");
    const sim_state_row_t *row = model->state;
    for (; row && row->kind != SIM_STATE_IS_END; row++) {
        if (row->kind == SIM_STATE_IS_POPULATION) {
            cJSON *object = element(maker, list);
            bool by_parameter = !row->grows && !row->rows;
            text(maker, object, "name", row->name);
            text(maker, object, "parameter",
                 by_parameter ? sim_cli_population_size(model, row) : NULL);
            made(maker, cJSON_AddBoolToObject(object, "grows", row->grows));
            text(maker, object, "description", row->doc);
        }
    }
}

/* Columns and values, and what is not saved; with null for what holds only for the others. */
static void state(maker_t *maker, cJSON *root, const sim_state_row_t *table) {
    cJSON *list = array(maker, root, "state");
    for (const sim_state_row_t *row = table; row && row->kind != SIM_STATE_IS_END; row++) {
        if (row->kind != SIM_STATE_IS_POPULATION && !sim_state_is_network(row)) {
            cJSON *object = element(maker, list);
            const sim_state_row_t *of = sim_state_population_row(table, row);
            const sim_state_row_t *arcs = sim_state_other_row(table, row);
            const char *type = sim_state_type_name(row);
            text(maker, object, "name", row->name);
            text(maker, object, "kind", sim_state_kind_name(row->kind));
            text(maker, object, "population", of ? of->name : NULL);
            text(maker, object, "network", arcs ? arcs->name : NULL);
            text(maker, object, "type", type[0] ? type : NULL);
            number(maker, object, "cells", true, (double)row->cells);
            text(maker, object, "unit", row->unit);
            text(maker, object, "description", row->doc);
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
static void networks(maker_t *maker, cJSON *root, const sim_model_t *model) {
    const sim_state_row_t *table = model->state;
    cJSON *list = array(maker, root, "networks");
    for (const sim_state_row_t *row = table; row && row->kind != SIM_STATE_IS_END; row++) {
        if (sim_state_is_network(row)) {
            cJSON *object = element(maker, list);
            const sim_state_row_t *of = sim_state_population_row(table, row);
            const sim_state_row_t *heads = sim_state_other_row(table, row);
            text(maker, object, "name", row->name);
            text(maker, object, "kind", sim_state_kind_name(row->kind));
            text(maker, object, "population", of ? of->name : NULL);
            text(maker, object, "heads", heads ? heads->name : NULL);
            made(maker, cJSON_AddBoolToObject(object, "directed", is_directed(model, row)));
            made(maker, cJSON_AddBoolToObject(object, "recorded", row->recorded));
            text(maker, object, "description", row->doc);
        }
    }
}

static void of_model(maker_t *maker, cJSON *root, const sim_model_t *model) {
    text(maker, root, "name", model->name);
    text(maker, root, "title", model->title);
    text(maker, root, "description", model->doc);
    tags(maker, root);
    parameters(maker, root, model);
    constraints(maker, root, model);
    agent_params(maker, root, model->agent_params);
    agent_classes(maker, root, model);
    metrics(maker, root, model->metrics);
    reducers(maker, root, model->reducers);
    ties(maker, root, model->labels);
    tables(maker, root, model);
    populations(maker, root, model);
    state(maker, root, model->state);
    networks(maker, root, model);
    phases(maker, root, model->phases);
    purposes(maker, root, model->purposes);
}

static void of_engine(maker_t *maker, cJSON *root) {
    cJSON *list = array(maker, root, "models");
    for (size_t i = 0; sim_models[i]; i++) {
        cJSON *object = element(maker, list);
        text(maker, object, "name", sim_models[i]->name);
        text(maker, object, "title", sim_models[i]->title);
        text(maker, object, "description", sim_models[i]->doc);
    }
    tags(maker, root);
    parameters(maker, root, NULL);
}

int sim_cli_describe_json(const sim_model_t *model) {
    maker_t maker = {false};
    char *printed = NULL;
    cJSON *root = made(&maker, cJSON_CreateObject());
    if (model) {
        of_model(&maker, root, model);
    } else {
        of_engine(&maker, root);
    }
    if (!maker.failed) {
        printed = cJSON_Print(root);
    }
    int code = printed ? SIM_OK : SIM_ERR_MEMORY;
    if (printed) {
        puts(printed); /* sim_cli_finish_output() looks whether it arrived */
    }
    cJSON_free(printed);
    cJSON_Delete(root);
    return code;
}
