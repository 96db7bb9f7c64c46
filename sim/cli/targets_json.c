/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A targets file as JSON, the keys as the columns of table `target`. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>

#include "sim/cli/targets.h"

/* Memory that runs out anywhere is remembered; cJSON takes NULL parents without harm. */
static void text(bool *failed, cJSON *object, const char *key, const char *value) {
    cJSON *item =
        value ? cJSON_AddStringToObject(object, key, value) : cJSON_AddNullToObject(object, key);
    *failed = *failed || !item;
}

static void number(bool *failed, cJSON *object, const char *key, double value) {
    char digits[40];
    snprintf(digits, sizeof digits, "%.17g", value);
    cJSON *item = isnan(value) ? cJSON_AddNullToObject(object, key)
                               : cJSON_AddRawToObject(object, key, digits);
    *failed = *failed || !item;
}

static void year(bool *failed, cJSON *object, const char *key, int64_t value) {
    number(failed, object, key, value == SIM_NULL_INT ? (double)NAN : (double)value);
}

static cJSON *element(bool *failed, cJSON *list) {
    cJSON *object = cJSON_CreateObject();
    if (object && !cJSON_AddItemToArray(list, object)) {
        cJSON_Delete(object);
        object = NULL;
    }
    *failed = *failed || !object;
    return object;
}

static cJSON *array(bool *failed, cJSON *object, const char *key) {
    cJSON *list = cJSON_AddArrayToObject(object, key);
    *failed = *failed || !list;
    return list;
}

static void add_output(bool *failed, cJSON *list, size_t k, const sim_store_output_t *o) {
    cJSON *object = element(failed, list);
    number(failed, object, "target_id", (double)k + 1);
    text(failed, object, "name", o->name);
    text(failed, object, "label", o->label);
    text(failed, object, "pattern", o->pattern);
    text(failed, object, "metric", o->metric);
    text(failed, object, "sql", o->sql);
    number(failed, object, "value", o->value);
    number(failed, object, "sd", o->sd);
    number(failed, object, "discrepancy", o->discrepancy);
    text(failed, object, "scale", o->scale);
    year(failed, object, "from_year", o->from);
    year(failed, object, "to_year", o->to);
    text(failed, object, "observed", o->observed);
    text(failed, object, "scope", o->scope);
    text(failed, object, "tag", o->tag);
    text(failed, object, "source", o->source);
    text(failed, object, "use", o->use);
}

int sim_cli_targets_json(const sim_store_outputs_t *outputs) {
    bool failed = false;
    cJSON *root = cJSON_CreateObject();
    text(&failed, root, "model", outputs->model->name);
    text(&failed, root, "digest", outputs->digest);
    year(&failed, root, "fit_until", outputs->fit_until);
    cJSON *views = array(&failed, root, "views");
    for (size_t v = 0; v < outputs->n_views; v++) {
        cJSON *view = element(&failed, views);
        text(&failed, view, "name", outputs->view[v].name);
        text(&failed, view, "sql", outputs->view[v].sql);
    }
    cJSON *targets = array(&failed, root, "targets");
    for (size_t k = 0; k < outputs->n_outputs; k++)
        add_output(&failed, targets, k, &outputs->output[k]);
    char *all = failed ? NULL : cJSON_Print(root);
    if (all)
        printf("%s\n", all);
    cJSON_free(all);
    cJSON_Delete(root);
    return all ? 0 : SIM_ERR_MEMORY;
}
