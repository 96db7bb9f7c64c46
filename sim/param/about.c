/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an intervention sets on agents, and on whom, as far as it can be told without the agents:
 * they are known once the model has read its data (sim/schedule/targets.c). */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"

enum { MAX_NAMES = 256, TEXT_BYTES = 512 };

/* ---- names ---- */

const sim_agent_param_t *sim_param_about_row(const sim_model_t *model, const char *name) {
    const sim_agent_param_t *param = model ? model->agent_params : NULL;
    while (param && param->row.name && strcmp(param->row.name, name) != 0)
        param++;
    return param && param->row.name ? param : NULL;
}

/* "agent", "kind" and the model's classes; NULL-terminated, room for MAX_NAMES + 1. */
static void condition_names(const sim_model_t *model, const char **name) {
    size_t n = 0;
    name[n++] = "agent";
    name[n++] = "kind";
    for (const sim_agent_class_t *c = model->agent_classes; c && c->name && n < MAX_NAMES; c++)
        name[n++] = c->name;
    name[n] = NULL;
}

static void settable_names(const sim_model_t *model, const char **name) {
    size_t n = 0;
    for (const sim_agent_param_t *p = model->agent_params; p && p->row.name && n < MAX_NAMES; p++)
        name[n++] = p->row.name;
    name[n] = NULL;
}

static bool sets_agents(const sim_model_t *model) {
    return model && model->agent_params && model->agent_params->row.name;
}

/* The key in text that lasts, or NULL. */
static const char *condition_key(const sim_model_t *model, const char *name) {
    const char *known[MAX_NAMES + 1];
    condition_names(model, known);
    for (size_t i = 0; known[i]; i++)
        if (strcmp(known[i], name) == 0)
            return known[i];
    return NULL;
}

void sim_param_about_unknown(sim_param_load_t *load, const sim_param_place_t *place,
                             const char *name) {
    const sim_model_t *model = load->config.model;
    const char *all[MAX_NAMES + 8] = {"at", "set", "value"};
    char text[TEXT_BYTES];
    size_t n = 3;
    if (sets_agents(model)) {
        all[n++] = "with";
        condition_names(model, all + n);
    }
    const char *nearest = sim_base_nearest(name, all);
    if (n == 3 && model && (strcmp(name, "agent") == 0 || strcmp(name, "kind") == 0)) {
        sim_param_problem(&load->report, place,
                          "model %s has nothing that an intervention could set on agents",
                          model->name);
    } else if (nearest) {
        sim_param_problem(&load->report, place,
                          "an intervention has no setting %.80s; did you mean %s?", name, nearest);
    } else if (n > 3) {
        sim_param_problem(&load->report, place,
                          "an intervention has no setting %.80s; it has at, set and value, and for "
                          "agents %s",
                          name, sim_param_join(all + 3, text, sizeof text));
    } else {
        sim_param_problem(&load->report, place,
                          "an intervention has no setting %.80s; it has at, set and value", name);
    }
}

/* ---- the settings ---- */

static const char *expected(const char *key) {
    bool agent = strcmp(key, "agent") == 0 || strcmp(key, "with") == 0;
    return agent ? "the code or the name of an agent" : "a word";
}

static bool is_list(const config_setting_t *setting) {
    return config_setting_is_array(setting) || config_setting_is_list(setting);
}

/* Writes a text of a setting; false after a problem when it is none. */
static bool write_word(sim_param_load_t *load, const config_setting_t *one, const char *key,
                       const sim_param_place_t *place, FILE *out) {
    sim_param_found_t found = sim_param_found_in(one);
    bool text = found.type == CONFIG_TYPE_STRING;
    if (text && *found.text) {
        fputs(found.text, out);
        return true;
    }
    sim_param_problem(&load->report, place, "%s must be %s in quotes, but is %s", key,
                      expected(key), text ? "empty" : sim_param_type_name(found.type));
    return false;
}

/* The texts of a setting, one or a list of them, joined by '\n'; "" after a problem. */
static const char *read_words(sim_param_load_t *load, const config_setting_t *setting,
                              const sim_param_place_t *place) {
    const char *key = config_setting_name(setting);
    int n = is_list(setting) ? config_setting_length(setting) : 1;
    sim_base_text_t text;
    bool good = n > 0;
    FILE *out = sim_base_text_open(&text);
    if (n == 0) {
        sim_param_problem(&load->report, place, "%s is an empty list; it must be %s in quotes", key,
                          expected(key));
    }
    for (int i = 0; out && i < n; i++) {
        const config_setting_t *one =
            is_list(setting) ? config_setting_get_elem(setting, (unsigned)i) : setting;
        fputs(i ? "\n" : "", out);
        good = write_word(load, one, key, place, out) && good;
    }
    const char *kept = sim_param_keep_stream(load, out, &text);
    return good ? kept : "";
}

static size_t count_conditions(const sim_param_about_t *about) {
    size_t n = 0;
    while (about->who[n].key)
        n++;
    return n;
}

/* Codes choose agents one by one, classes by what they are: not both. */
static void add_condition(sim_param_load_t *load, const sim_param_condition_t *condition,
                          const sim_param_place_t *place, sim_param_about_t *about) {
    size_t n = count_conditions(about);
    bool named = strcmp(condition->key, "agent") == 0;
    if (n > 0 && (named || strcmp(about->who[0].key, "agent") == 0)) {
        const char *class = named ? about->who[0].key : condition->key;
        sim_param_problem(&load->report, place,
                          "agent names agents and %s chooses a class of them; an intervention has "
                          "one of the two",
                          class);
        return;
    }
    if (n < SIM_PARAM_CONDITIONS) /* the model's descriptor was checked: it always is */
        about->who[n] = *condition;
}

bool sim_param_about_key(const sim_model_t *model, const char *name) {
    return sets_agents(model) && (strcmp(name, "with") == 0 || condition_key(model, name));
}

void sim_param_about_read(sim_param_load_t *load, const config_setting_t *setting,
                          const sim_param_place_t *place, sim_param_about_t *about) {
    const char *name = config_setting_name(setting);
    bool with = strcmp(name, "with") == 0;
    sim_param_condition_t condition = {.key =
                                           with ? "with" : condition_key(load->config.model, name),
                                       .words = "",
                                       .file = place->file,
                                       .line = place->line};
    if (with && config_setting_type(setting) != CONFIG_TYPE_STRING) {
        sim_param_problem(&load->report, place, "with must be %s in quotes, but is %s",
                          expected(name), sim_param_type_name(config_setting_type(setting)));
    } else {
        condition.words = read_words(load, setting, place);
    }
    if (with)
        about->with = condition;
    else if (condition.key) /* the caller has asked for it: it always is */
        add_condition(load, &condition, place, about);
}

/* ---- what is set ---- */

static void check_with(sim_param_load_t *load, const sim_param_place_t *place,
                       const sim_param_about_t *about) {
    const sim_agent_param_t *param = about->param;
    bool needed = param->with && param->row.type != SIM_PARAM_WORDS;
    if (needed && !about->with.key) {
        sim_param_problem(&load->report, place,
                          "%s is set between two agents: say `with` whom, the code or the name of "
                          "one of kind %s",
                          param->row.name, param->with);
    } else if (!needed && about->with.key) {
        const sim_param_place_t with = {.file = about->with.file, .line = about->with.line};
        sim_param_problem(&load->report, &with, "%s is of one agent and takes no `with`",
                          param->row.name);
    }
}

static void unknown_row(sim_param_load_t *load, const sim_param_place_t *place, const char *name) {
    const char *known[MAX_NAMES + 1];
    char text[TEXT_BYTES];
    if (sim_param_row_find(load, name) < load->n_rows) {
        sim_param_problem(&load->report, place,
                          "%s is a parameter and belongs to no agent; leave out whom it is about",
                          name);
        return;
    }
    settable_names(load->config.model, known);
    const char *nearest = sim_base_nearest(name, known);
    sim_param_problem(&load->report, place, "there is no %.80s that could be set on agents; %s%s%s",
                      name, nearest ? "did you mean " : "there are ",
                      nearest ? nearest : sim_param_join(known, text, sizeof text),
                      nearest ? "?" : "");
}

bool sim_param_about_given(const sim_param_about_t *about) {
    return about->who[0].key || about->with.key;
}

const sim_param_t *sim_param_about_set(sim_param_load_t *load, const sim_param_place_t *place,
                                       const char *name, sim_param_about_t *about) {
    const char *known[MAX_NAMES + 1];
    char text[TEXT_BYTES];
    about->param = sim_param_about_row(load->config.model, name);
    if (!about->param) {
        unknown_row(load, place, name);
        return NULL;
    }
    if (!about->who[0].key) {
        condition_names(load->config.model, known);
        sim_param_problem(&load->report, place, "%s is set on agents; say on whom, by one of: %s",
                          name, sim_param_join(known, text, sizeof text));
        return NULL;
    }
    check_with(load, place, about);
    return &about->param->row;
}

bool sim_param_about_value(sim_param_load_t *load, const sim_param_found_t *found,
                           const sim_param_place_t *place, sim_param_about_t *about,
                           sim_param_value_t *value) {
    if (found->type != CONFIG_TYPE_STRING || !*found->text) {
        bool text = found->type == CONFIG_TYPE_STRING;
        sim_param_problem(&load->report, place, "%s must be %s in quotes, but is %s",
                          about->param->row.name, expected("agent"),
                          text ? "empty" : sim_param_type_name(found->type));
        return false;
    }
    about->with = (sim_param_condition_t){
        .key = "value", .words = found->text, .file = place->file, .line = place->line};
    value->words = found->text;
    return true;
}

void sim_param_about_keep(sim_param_load_t *load, const sim_param_about_t *about,
                          sim_param_intervention_t *what) {
    sim_param_about_t *kept = sim_param_keep_block(load, 1, sizeof *kept);
    if (!kept)
        return;
    *kept = *about;
    what->about = kept;
    if (about->param->row.type == SIM_PARAM_WORDS) { /* the file's own text goes with the file */
        kept->with.words = sim_param_keep(load, strdup(what->value.words));
        what->value.words = kept->with.words;
    }
}

/* ---- as text ---- */

static void write_condition(FILE *out, const sim_param_condition_t *condition) {
    bool several = strchr(condition->words, '\n') != NULL;
    const char *at = condition->words;
    fprintf(out, " %s = %s", condition->key, several ? "[ " : "");
    for (bool first = true; at; first = false) {
        size_t length = strcspn(at, "\n");
        fputs(first ? "" : ", ", out);
        sim_param_write_string(out, at, length);
        at = at[length] ? at + length + 1 : NULL;
    }
    fprintf(out, "%s;", several ? " ]" : "");
}

void sim_param_about_write(FILE *out, const sim_param_about_t *about) {
    for (size_t i = 0; about->who[i].key; i++)
        write_condition(out, &about->who[i]);
    if (about->with.key && strcmp(about->with.key, "with") == 0)
        write_condition(out, &about->with);
}
