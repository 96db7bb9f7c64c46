/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/json.h"

#include <stdio.h>

#include "sim/base/error.h"

static cJSON *made(sim_cli_json_t *json, cJSON *item) {
    json->failed = json->failed || !item;
    return item;
}

void sim_cli_json_init(sim_cli_json_t *json) {
    *json = (sim_cli_json_t){0};
    json->root = made(json, cJSON_CreateObject());
}

void sim_cli_json_free(sim_cli_json_t *json) {
    cJSON_Delete(json->root);
    json->root = NULL;
}

void sim_cli_json_text(sim_cli_json_t *json, cJSON *object, const char *key, const char *value) {
    made(json,
         value ? cJSON_AddStringToObject(object, key, value) : cJSON_AddNullToObject(object, key));
}

void sim_cli_json_flag(sim_cli_json_t *json, cJSON *object, const char *key, bool value) {
    made(json, cJSON_AddBoolToObject(object, key, value));
}

void sim_cli_json_number(sim_cli_json_t *json, cJSON *object, const char *key, double value) {
    made(json, cJSON_AddNumberToObject(object, key, value));
}

void sim_cli_json_digits(sim_cli_json_t *json, cJSON *object, const char *key, const char *digits) {
    made(json, cJSON_AddRawToObject(object, key, digits));
}

cJSON *sim_cli_json_object(sim_cli_json_t *json, cJSON *object, const char *key) {
    return made(json, cJSON_AddObjectToObject(object, key));
}

cJSON *sim_cli_json_array(sim_cli_json_t *json, cJSON *object, const char *key) {
    return made(json, cJSON_AddArrayToObject(object, key));
}

/* The item belongs to the array, or is gone. */
static cJSON *append(sim_cli_json_t *json, cJSON *array, cJSON *item) {
    if (item && !cJSON_AddItemToArray(array, item)) {
        cJSON_Delete(item);
        item = NULL;
    }
    return made(json, item);
}

void sim_cli_json_word(sim_cli_json_t *json, cJSON *array, const char *value) {
    (void)append(json, array, cJSON_CreateString(value));
}

cJSON *sim_cli_json_object_in(sim_cli_json_t *json, cJSON *array, const char *const *members) {
    cJSON *object = append(json, array, cJSON_CreateObject());
    for (; *members; members += 2)
        sim_cli_json_text(json, object, members[0], members[1]);
    return object;
}

int sim_cli_json_print(const sim_cli_json_t *json) {
    char *text = json->failed ? NULL : cJSON_Print(json->root);
    if (text)
        puts(text); /* sim_cli_finish_output() looks whether it arrived */
    cJSON_free(text);
    return text ? SIM_OK : SIM_ERR_MEMORY;
}
