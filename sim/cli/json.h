/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents of JSON, in which what there is not is null. Memory that runs out anywhere sets
 * `failed`, and everything may go on until the end: cJSON takes NULL parents without harm. */
#ifndef SIM_CLI_JSON_H
#define SIM_CLI_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

typedef struct {
    cJSON *root; /* an object; owned */
    bool failed;
} sim_cli_json_t;

void sim_cli_json_init(sim_cli_json_t *json);
void sim_cli_json_free(sim_cli_json_t *json);

/* Members of an object. A text is a copy; NULL is null. */
void sim_cli_json_text(sim_cli_json_t *json, cJSON *object, const char *key, const char *value);
void sim_cli_json_flag(sim_cli_json_t *json, cJSON *object, const char *key, bool value);
void sim_cli_json_number(sim_cli_json_t *json, cJSON *object, const char *key, double value);
/* A value in the text's own digits. */
void sim_cli_json_digits(sim_cli_json_t *json, cJSON *object, const char *key, const char *digits);
cJSON *sim_cli_json_object(sim_cli_json_t *json, cJSON *object, const char *key);
cJSON *sim_cli_json_array(sim_cli_json_t *json, cJSON *object, const char *key);

/* At the end of an array: a text, and an object. It begins with the texts after `array`, each a key
 * and a value that may be NULL; NULL alone: with none. */
void sim_cli_json_word(sim_cli_json_t *json, cJSON *array, const char *value);
cJSON *sim_cli_json_object_in(sim_cli_json_t *json, cJSON *array, const char *const *members);
#define SIM_CLI_JSON_ROW(JSON, ARRAY, ...)                                                         \
    sim_cli_json_object_in(JSON, ARRAY, (const char *const[]){__VA_ARGS__, NULL})

/* To standard output, with the end of a line: 0 or SIM_ERR_MEMORY. */
int sim_cli_json_print(const sim_cli_json_t *json);

#endif
