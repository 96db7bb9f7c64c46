/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/param/parts.h"

const char *sim_param_type_name(int config_type) {
    static const char *const name[] = {
        [CONFIG_TYPE_GROUP] = "a group",    [CONFIG_TYPE_INT] = "an integer",
        [CONFIG_TYPE_INT64] = "an integer", [CONFIG_TYPE_FLOAT] = "a real number",
        [CONFIG_TYPE_STRING] = "a text",    [CONFIG_TYPE_BOOL] = "true or false",
        [CONFIG_TYPE_ARRAY] = "an array",   [CONFIG_TYPE_LIST] = "a list",
        [CONFIG_TYPE_NONE] = "nothing"};
    return name[config_type];
}

static const char *const expected_name[] = {[SIM_PARAM_REAL] = "a real number",
                                            [SIM_PARAM_INT] = "an integer",
                                            [SIM_PARAM_BOOL] = "true or false",
                                            [SIM_PARAM_CHOICE] = "a word in quotes",
                                            [SIM_PARAM_PATH] = "the name of a file in quotes",
                                            [SIM_PARAM_WORDS] =
                                                "a list of words, [ \"...\", \"...\" ]"};

const char *const *sim_param_choices(const sim_param_t *row, sim_param_choices_t *choices) {
    enum { MOST = sizeof choices->word / sizeof *choices->word - 1 };
    size_t count = 0;
    char *rest = NULL;
    snprintf(choices->text, sizeof choices->text, "%s", row->choices);
    for (char *at = strtok_r(choices->text, "|", &rest); at && count < MOST;
         at = strtok_r(NULL, "|", &rest))
        choices->word[count++] = at;
    choices->word[count] = NULL;
    return choices->word;
}

const char *sim_param_join(const char *const *words, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; words[i] && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", words[i]);
    return text;
}

static bool accept_choice(const sim_param_t *row, const char *text, const sim_param_place_t *place,
                          sim_param_report_t *report, sim_param_value_t *value) {
    sim_param_choices_t choices;
    char list[sizeof choices.text];
    const char *const *word = sim_param_choices(row, &choices);
    for (int i = 0; word[i]; i++) {
        if (strcmp(word[i], text) == 0) {
            value->choice = i;
            return true;
        }
    }
    sim_param_join(word, list, sizeof list);
    const char *nearest = sim_base_nearest(text, word);
    if (nearest) {
        sim_param_problem(report, place, "%s is \"%.80s\"; did you mean \"%s\"? It may be: %s",
                          row->name, text, nearest, list);
    } else {
        sim_param_problem(report, place, "%s is \"%.80s\"; it may be: %s", row->name, text, list);
    }
    return false;
}

/* A bound of a range for messages: integers in full, no "-0.0" or trailing ".0". */
static void format_bound(double bound, char *buffer, size_t size) {
    if (bound >= 0x1p63)
        snprintf(buffer, size, "%" PRId64, INT64_MAX);
    else if (fabs(bound) < 0x1p53 && bound == floor(bound))
        snprintf(buffer, size, "%.0f", bound);
    else
        sim_param_format_real(bound, buffer, size);
}

static bool in_range(const sim_param_t *row, double number, const char *written,
                     const sim_param_place_t *place, sim_param_report_t *report) {
    char low[32], high[32];
    char unit[64];
    snprintf(unit, sizeof unit, row->unit && *row->unit ? " (%s)" : "%s",
             row->unit ? row->unit : "");
    if (number >= row->min && number <= row->max)
        return true;
    format_bound(row->min, low, sizeof low);
    format_bound(row->max, high, sizeof high);
    if (row->max >= 1e300) {
        sim_param_problem(report, place, "%s is %s; it must be at least %s%s", row->name, written,
                          low, unit);
    } else if (row->min <= -1e300) {
        sim_param_problem(report, place, "%s is %s; it must be at most %s%s", row->name, written,
                          high, unit);
    } else {
        sim_param_problem(report, place, "%s is %s; it must lie between %s and %s%s", row->name,
                          written, low, high, unit);
    }
    return false;
}

static bool accept_real(const sim_param_t *row, double number, const sim_param_place_t *place,
                        sim_param_report_t *report, sim_param_value_t *value) {
    char written[32];
    if (!isfinite(number)) {
        sim_param_problem(report, place, "%s is %s; it must be a finite number", row->name,
                          isnan(number) ? "not a number" : "infinite");
        return false;
    }
    sim_param_format_real(number, written, sizeof written);
    value->real = number;
    return in_range(row, number, written, place, report);
}

static bool accept_integer(const sim_param_t *row, int64_t number, const sim_param_place_t *place,
                           sim_param_report_t *report, sim_param_value_t *value) {
    char written[32];
    snprintf(written, sizeof written, "%" PRId64, number);
    value->integer = number;
    return in_range(row, (double)number, written, place, report);
}

static bool wrong_type(const sim_param_t *row, const sim_param_found_t *found,
                       const sim_param_place_t *place, sim_param_report_t *report) {
    const char *expected = expected_name[row->type];
    if (found->type == CONFIG_TYPE_STRING) {
        sim_param_problem(report, place, "%s must be %s, but is the text \"%.80s\"", row->name,
                          expected, found->text);
    } else {
        sim_param_problem(report, place, "%s must be %s, but is %s", row->name, expected,
                          sim_param_type_name(found->type));
    }
    return false;
}

/* A file may be left out where the row's number says so. */
static bool may_be_text(const sim_param_t *row, const char *text) {
    return row->type == SIM_PARAM_CHOICE || row->type == SIM_PARAM_WORDS ||
           (row->type == SIM_PARAM_PATH && (text[0] != '\0' || row->value > 0));
}

bool sim_param_accept(const sim_param_t *row, const sim_param_found_t *found,
                      const sim_param_place_t *place, sim_param_report_t *report,
                      sim_param_value_t *value) {
    bool integer = found->type == CONFIG_TYPE_INT || found->type == CONFIG_TYPE_INT64;
    if (row->type == SIM_PARAM_REAL && (integer || found->type == CONFIG_TYPE_FLOAT)) {
        double number = integer ? (double)found->integer : found->real;
        return accept_real(row, number, place, report, value);
    }
    if (row->type == SIM_PARAM_INT && integer)
        return accept_integer(row, found->integer, place, report, value);
    if (row->type == SIM_PARAM_BOOL && found->type == CONFIG_TYPE_BOOL) {
        value->flag = found->flag;
        return true;
    }
    if (found->type != CONFIG_TYPE_STRING || !may_be_text(row, found->text))
        return wrong_type(row, found, place, report);
    if (row->type == SIM_PARAM_CHOICE)
        return accept_choice(row, found->text, place, report, value);
    if (row->type == SIM_PARAM_WORDS)
        value->words = found->text;
    else /* what is left out must outlive the text it was read from */
        value->path = found->text[0] ? found->text : "";
    return true;
}

static bool read_integer(const char *text, int64_t *number) {
    char *end = NULL;
    int base = strncasecmp(text, "0x", 2) == 0 ? 16 : 10;
    errno = 0;
    *number = strtoll(text, &end, base);
    if (end == text || errno == ERANGE)
        return false;
    return *end == '\0' || strcmp(end, "L") == 0 || strcmp(end, "LL") == 0;
}

sim_param_found_t sim_param_found_text(const sim_param_t *row, const char *bare, bool quoted) {
    sim_param_found_t found = {.type = CONFIG_TYPE_STRING, .text = bare};
    char *end = NULL;
    bool text = row->type == SIM_PARAM_CHOICE || row->type == SIM_PARAM_PATH ||
                row->type == SIM_PARAM_WORDS;
    if (quoted || text || *bare == '\0')
        return found;
    if (strcasecmp(bare, "true") == 0 || strcasecmp(bare, "false") == 0) {
        found.type = CONFIG_TYPE_BOOL;
        found.flag = strcasecmp(bare, "true") == 0;
    } else if (read_integer(bare, &found.integer)) {
        found.type = CONFIG_TYPE_INT64;
    } else {
        found.real = strtod(bare, &end);
        found.type = end != bare && *end == '\0' ? CONFIG_TYPE_FLOAT : CONFIG_TYPE_STRING;
    }
    return found;
}

sim_param_value_t sim_param_default(const sim_param_t *row) {
    sim_param_value_t value = sim_param_from_number(row, row->value);
    if (row->type == SIM_PARAM_PATH)
        value.path = row->text ? row->text : "";
    else if (row->type == SIM_PARAM_WORDS)
        value.words = row->text;
    return value;
}

size_t sim_param_value_size(sim_param_type_t type) {
    static const size_t size[] = {
        [SIM_PARAM_REAL] = sizeof(double),       [SIM_PARAM_INT] = sizeof(int64_t),
        [SIM_PARAM_BOOL] = sizeof(bool),         [SIM_PARAM_CHOICE] = sizeof(int),
        [SIM_PARAM_PATH] = sizeof(const char *), [SIM_PARAM_WORDS] = sizeof(const char *)};
    return size[type];
}

/* memcpy: the offsets come from a table, and a wrong one must not be undefined alignment. All
 * members of the union begin where it begins. */
void sim_param_store(const sim_param_t *row, const sim_param_value_t *value, void *params) {
    memcpy((char *)params + row->offset, value, sim_param_value_size(row->type));
}

sim_param_value_t sim_param_fetch(const sim_param_t *row, const void *params) {
    sim_param_value_t value = {0};
    memcpy(&value, (const char *)params + row->offset, sim_param_value_size(row->type));
    return value;
}

double sim_param_to_number(const sim_param_t *row, sim_param_value_t value) {
    return row->type == SIM_PARAM_REAL   ? value.real
           : row->type == SIM_PARAM_INT  ? (double)value.integer
           : row->type == SIM_PARAM_BOOL ? value.flag
                                         : value.choice;
}

double sim_param_number(const sim_param_t *row, const void *params) {
    return sim_param_to_number(row, sim_param_fetch(row, params));
}

sim_param_value_t sim_param_from_number(const sim_param_t *row, double number) {
    sim_param_value_t value = {0};
    if (row->type == SIM_PARAM_REAL)
        value.real = number;
    else if (row->type == SIM_PARAM_INT)
        value.integer = llround(number);
    else if (row->type == SIM_PARAM_BOOL)
        value.flag = number != 0;
    else if (row->type == SIM_PARAM_CHOICE)
        value.choice = (int)number;
    return value;
}

void sim_param_format_real(double value, char *buffer, size_t size) {
    if (fabs(value) < 1e9 && value == floor(value)) { /* "20.0", not "2e+01" */
        snprintf(buffer, size, "%.1f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(buffer, size, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    if (!strpbrk(buffer, ".en")) { /* n: inf and nan keep their names */
        size_t length = strlen(buffer);
        snprintf(buffer + length, size - length, ".0");
    }
}

const char *sim_param_format(const sim_param_t *row, const void *params, char *buffer,
                             size_t size) {
    sim_param_choices_t choices;
    const char *const *word = NULL;
    sim_param_value_t value = sim_param_fetch(row, params);
    switch (row->type) {
    case SIM_PARAM_REAL:
        sim_param_format_real(value.real, buffer, size);
        break;
    case SIM_PARAM_INT:
        snprintf(buffer, size, "%" PRId64, value.integer);
        break;
    case SIM_PARAM_BOOL:
        snprintf(buffer, size, "%s", value.flag ? "true" : "false");
        break;
    case SIM_PARAM_CHOICE:
        word = sim_param_choices(row, &choices);
        for (int i = 0; *word && i != value.choice; i++)
            word++;
        snprintf(buffer, size, "%s", *word ? *word : "");
        break;
    case SIM_PARAM_PATH:
        return value.path ? value.path : "";
    case SIM_PARAM_WORDS:
        return value.words ? value.words : "";
    }
    return buffer;
}
