/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A targets file as JSON, the keys as the columns of table `target`. */
#include <math.h>
#include <stdio.h>

#include "sim/cli/json.h"
#include "sim/cli/targets.h"

static void number(sim_cli_json_t *json, cJSON *object, const char *key, double value) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", value);
    if (isnan(value))
        sim_cli_json_text(json, object, key, NULL);
    else
        sim_cli_json_digits(json, object, key, digits);
}

static void year(sim_cli_json_t *json, cJSON *object, const char *key, int64_t value) {
    number(json, object, key, value == SIM_NULL_INT ? (double)NAN : (double)value);
}

static void add_output(sim_cli_json_t *json, cJSON *list, size_t k, const sim_store_output_t *o) {
    cJSON *object = SIM_CLI_JSON_ROW(json, list, NULL);
    number(json, object, "target_id", (double)k + 1);
    sim_cli_json_text(json, object, "name", o->name);
    sim_cli_json_text(json, object, "label", o->label);
    sim_cli_json_text(json, object, "pattern", o->pattern);
    sim_cli_json_text(json, object, "metric", o->metric);
    sim_cli_json_text(json, object, "sql", o->sql);
    number(json, object, "value", o->value);
    number(json, object, "sd", o->sd);
    number(json, object, "discrepancy", o->discrepancy);
    sim_cli_json_text(json, object, "scale", o->scale);
    year(json, object, "from_year", o->from);
    year(json, object, "to_year", o->to);
    sim_cli_json_text(json, object, "observed", o->observed);
    sim_cli_json_text(json, object, "scope", o->scope);
    sim_cli_json_text(json, object, "tag", o->tag);
    sim_cli_json_text(json, object, "source", o->source);
    sim_cli_json_text(json, object, "use", o->use);
}

int sim_cli_targets_json(const sim_store_outputs_t *outputs) {
    sim_cli_json_t json;
    sim_cli_json_init(&json);
    sim_cli_json_text(&json, json.root, "model", outputs->model->name);
    sim_cli_json_text(&json, json.root, "digest", outputs->digest);
    year(&json, json.root, "fit_until", outputs->fit_until);
    cJSON *views = sim_cli_json_array(&json, json.root, "views");
    for (size_t v = 0; v < outputs->n_views; v++)
        (void)SIM_CLI_JSON_ROW(&json, views, "name", outputs->view[v].name, "sql",
                               outputs->view[v].sql);
    cJSON *targets = sim_cli_json_array(&json, json.root, "targets");
    for (size_t k = 0; k < outputs->n_outputs; k++)
        add_output(&json, targets, k, &outputs->output[k]);
    int code = sim_cli_json_print(&json);
    sim_cli_json_free(&json);
    return code;
}
