/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values between structs and text. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/parts.h"

/* memcpy: the offsets come from a table, and a wrong one must not be undefined alignment. */
void sim_param_store(const sim_param_t *row, const sim_param_value_t *value, void *params) {
    char *at = (char *)params + row->offset;
    switch (row->type) {
    case SIM_PARAM_REAL:
        memcpy(at, &value->real, sizeof value->real);
        break;
    case SIM_PARAM_INT:
        memcpy(at, &value->integer, sizeof value->integer);
        break;
    case SIM_PARAM_BOOL:
        memcpy(at, &value->flag, sizeof value->flag);
        break;
    case SIM_PARAM_CHOICE:
        memcpy(at, &value->choice, sizeof value->choice);
        break;
    case SIM_PARAM_PATH:
        memcpy(at, &value->path, sizeof value->path);
        break;
    }
}

sim_param_value_t sim_param_fetch(const sim_param_t *row, const void *params) {
    sim_param_value_t value = {0};
    const char *at = (const char *)params + row->offset;
    switch (row->type) {
    case SIM_PARAM_REAL:
        memcpy(&value.real, at, sizeof value.real);
        break;
    case SIM_PARAM_INT:
        memcpy(&value.integer, at, sizeof value.integer);
        break;
    case SIM_PARAM_BOOL:
        memcpy(&value.flag, at, sizeof value.flag);
        break;
    case SIM_PARAM_CHOICE:
        memcpy(&value.choice, at, sizeof value.choice);
        break;
    case SIM_PARAM_PATH:
        memcpy(&value.path, at, sizeof value.path);
        break;
    }
    return value;
}

void sim_param_format_real(double value, char *buffer, size_t size) {
    if (fabs(value) < 1e9 && value == floor(value)) { /* "20.0", not "2e+01" */
        snprintf(buffer, size, "%.1f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, size, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) {
            break;
        }
    }
    if (!strpbrk(buffer, ".en")) { /* n: inf and nan keep their names */
        size_t length = strlen(buffer);
        snprintf(buffer + length, size - length, ".0");
    }
}

void sim_param_format_bound(double bound, char *buffer, size_t size) {
    if (bound >= 0x1p63 && bound < 1e19) {
        snprintf(buffer, size, "%" PRId64, INT64_MAX);
    } else if (fabs(bound) < 1e15 && bound == floor(bound)) {
        snprintf(buffer, size, "%.0f", bound);
    } else {
        sim_param_format_real(bound, buffer, size);
    }
}

void sim_param_split_words(const char *choices, char buffer[SIM_PARAM_WORD_BYTES],
                           const char *word[SIM_PARAM_MAX_WORDS + 1]) {
    size_t count = 0;
    char *rest = NULL;
    snprintf(buffer, SIM_PARAM_WORD_BYTES, "%s", choices);
    for (char *at = strtok_r(buffer, "|", &rest); at && count < SIM_PARAM_MAX_WORDS;
         at = strtok_r(NULL, "|", &rest)) {
        word[count++] = at;
    }
    word[count] = NULL;
}

static void format_choice(const char *choices, int index, char *buffer, size_t size) {
    char words[SIM_PARAM_WORD_BYTES];
    const char *word[SIM_PARAM_MAX_WORDS + 1];
    int count = 0;
    sim_param_split_words(choices, words, word);
    while (word[count]) {
        count++;
    }
    snprintf(buffer, size, "%s", index >= 0 && index < count ? word[index] : "");
}

static const char *format_value(const sim_param_t *row, const sim_param_value_t *value,
                                char *buffer, size_t size) {
    switch (row->type) {
    case SIM_PARAM_REAL:
        sim_param_format_real(value->real, buffer, size);
        break;
    case SIM_PARAM_INT:
        snprintf(buffer, size, "%" PRId64, value->integer);
        break;
    case SIM_PARAM_BOOL:
        snprintf(buffer, size, "%s", value->flag ? "true" : "false");
        break;
    case SIM_PARAM_CHOICE:
        format_choice(row->choices, value->choice, buffer, size);
        break;
    case SIM_PARAM_PATH:
        return value->path ? value->path : "";
    }
    return buffer;
}

const char *sim_param_format(const sim_param_t *row, const void *params, char *buffer,
                             size_t size) {
    sim_param_value_t value = sim_param_fetch(row, params);
    return format_value(row, &value, buffer, size);
}

const char *sim_param_type_word(const sim_param_t *row) {
    static const char *const word[] = {"real", "integer", "boolean", "choice", "path"};
    return word[row->type];
}

static bool has_range(const sim_param_t *row) {
    return row->type == SIM_PARAM_REAL || row->type == SIM_PARAM_INT;
}

const char *sim_param_default_text(const sim_param_t *row, char *buffer, size_t size) {
    sim_param_value_t value = sim_param_default(row);
    if (has_range(row) && !(row->value >= row->min && row->value <= row->max)) {
        return "";
    }
    return format_value(row, &value, buffer, size);
}

static const char *bound_text(const sim_param_t *row, double bound, char *buffer, size_t size) {
    if (!has_range(row) || fabs(bound) >= SIM_PARAM_UNLIMITED) {
        return "";
    }
    sim_param_format_bound(bound, buffer, size);
    return buffer;
}

const char *sim_param_min_text(const sim_param_t *row, char *buffer, size_t size) {
    return bound_text(row, row->min, buffer, size);
}

const char *sim_param_max_text(const sim_param_t *row, char *buffer, size_t size) {
    return bound_text(row, row->max, buffer, size);
}
