/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models of a program, which of them a configuration is for, and what its rows are called. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/models.h"
#include "sim/param/parts.h"

enum { MAX_NAMES = 2048, MAX_LEAF = 256 };

/* The one variable of the engine: which program this is, which no thread changes. */
const sim_model_t *const *sim_models = sim_built_in_models;

const sim_model_t *sim_model_find(const char *name) {
    for (size_t i = 0; sim_models[i]; i++)
        if (strcmp(sim_models[i]->name, name) == 0)
            return sim_models[i];
    return NULL;
}

const sim_param_t *sim_param_row(const sim_param_load_t *load, size_t index) {
    return load->slot[index].row;
}

const void *sim_param_row_struct(const sim_param_load_t *load, size_t index) {
    return index < load->n_engine ? (const void *)&load->config.run : load->config.params;
}

size_t sim_param_row_find(const sim_param_load_t *load, const char *name) {
    size_t index = 0;
    while (index < load->n_rows && strcmp(sim_param_row(load, index)->name, name) != 0)
        index++;
    return index;
}

const sim_param_t *sim_param_named(const sim_param_t *row, const char *name) {
    while (row && row->name && strcmp(row->name, name) != 0)
        row++;
    return row && row->name ? row : NULL;
}

sim_param_slot_t *sim_param_slot(const sim_param_load_t *load, const char *name) {
    return &load->slot[sim_param_row_find(load, name)];
}

static size_t group_length(const char *name) {
    return strcspn(name, ".");
}

bool sim_param_group_known(const sim_param_load_t *load, const char *group) {
    size_t length = strlen(group);
    for (size_t i = 0; i < load->n_rows; i++) {
        const char *name = sim_param_row(load, i)->name;
        if (group_length(name) == length && strncmp(name, group, length) == 0)
            return true;
    }
    return false;
}

/* The leaf of the same group that is nearest; else the same leaf of another group; else the
 * nearest full name. */
static const char *nearest_leaf(const sim_param_load_t *load, const char *name) {
    const char *candidates[MAX_NAMES + 1];
    size_t prefix = group_length(name) + 1, count = 0;
    for (size_t i = 0; i < load->n_rows && count < MAX_NAMES; i++) {
        const char *row = sim_param_row(load, i)->name;
        if (strncmp(row, name, prefix) == 0)
            candidates[count++] = row + prefix;
    }
    candidates[count] = NULL;
    const char *leaf = sim_base_nearest(name + prefix, candidates);
    if (leaf)
        return leaf - prefix; /* the full name that the candidate is the end of */
    count = 0;
    for (size_t i = 0; i < load->n_rows && count < MAX_NAMES; i++) {
        const char *row = sim_param_row(load, i)->name;
        if (strcmp(row + group_length(row), name + prefix - 1) == 0)
            return row;
        candidates[count++] = row;
    }
    candidates[count] = NULL;
    return sim_base_nearest(name, candidates);
}

/* A group, or a leaf that was written without its group. */
static const char *nearest_top(const sim_param_load_t *load, const char *name,
                               char buffer[MAX_LEAF]) {
    static const char *const own[] = {"model",     "base",       "interventions",
                                      "data_root", "data_files", NULL};
    char groups[64][MAX_LEAF];
    const char *candidates[64 + 6];
    size_t count = 0, n_groups = 0;
    for (size_t i = 0; i < load->n_rows; i++) {
        const char *row = sim_param_row(load, i)->name;
        size_t length = group_length(row);
        if (strcmp(row + length + (row[length] == '.'), name) == 0)
            return row;
        bool new_group = n_groups == 0 || strncmp(groups[n_groups - 1], row, length) != 0 ||
                         groups[n_groups - 1][length] != '\0';
        if (new_group && n_groups < 64) {
            snprintf(groups[n_groups], MAX_LEAF, "%.*s", (int)length, row);
            candidates[count++] = groups[n_groups++];
        }
    }
    for (size_t i = 0; own[i]; i++)
        candidates[count++] = own[i];
    candidates[count] = NULL;
    const char *nearest = sim_base_nearest(name, candidates);
    if (nearest)
        snprintf(buffer, MAX_LEAF, "%s", nearest);
    return nearest ? buffer : NULL;
}

void sim_param_unknown_to(const sim_param_load_t *load, const sim_param_place_t *place,
                          const char *name, sim_param_report_t *report) {
    char buffer[MAX_LEAF];
    bool leaf = strchr(name, '.') != NULL;
    size_t length = group_length(name);
    if (!load->config.model && strncmp(name, "run.", 4) != 0 && strncmp(name, "output.", 7) != 0)
        return; /* without a model nobody knows */
    if (leaf) {
        char group[MAX_LEAF];
        snprintf(group, sizeof group, "%.*s", (int)length, name);
        leaf = sim_param_group_known(load, group);
    }
    const char *last = strrchr(name, '.');
    const sim_agent_param_t *param =
        leaf ? NULL : sim_param_about_row(load->config.model, last ? last + 1 : name);
    if (param) {
        sim_param_problem(report, place,
                          "%.200s is no parameter: %s is set on agents, by interventions in a file",
                          name, param->row.name);
        return;
    }
    const char *nearest =
        leaf || strchr(name, '.') ? nearest_leaf(load, name) : nearest_top(load, name, buffer);
    const char *what = leaf ? "parameter" : "setting";
    if (nearest) {
        sim_param_problem(report, place, "there is no %s %.200s; did you mean %s?", what, name,
                          nearest);
    } else {
        sim_param_problem(report, place, "there is no %s %.200s", what, name);
    }
}

void sim_param_unknown(sim_param_load_t *load, const sim_param_place_t *place, const char *name) {
    sim_param_unknown_to(load, place, name, &load->report);
}

const char *sim_param_model_hint(sim_base_hint_t *hint, const char *name, const char *quote) {
    const char *candidates[MAX_NAMES + 1];
    size_t count = 0;
    for (; count < MAX_NAMES && sim_models[count]; count++)
        candidates[count] = sim_models[count]->name;
    candidates[count] = NULL;
    return sim_base_hint(hint, name, candidates, quote, "; `kumiai describe` lists them");
}

static void unknown_model(sim_param_load_t *load, const sim_param_place_t *place,
                          const char *name) {
    sim_base_hint_t hint;
    sim_param_problem(&load->report, place, "there is no model \"%.80s\"%s", name,
                      sim_param_model_hint(&hint, name, "\""));
}

/* `named` becomes true when the layer has a setting `model`, good or not. */
static void model_of_layer(sim_param_load_t *load, const sim_param_layer_t *layer, bool *named) {
    const config_setting_t *setting =
        config_setting_get_member(config_root_setting(&layer->tree), "model");
    if (!setting)
        return;
    const sim_param_place_t place = sim_param_place_of(load, layer, setting);
    const char *name = config_setting_get_string(setting);
    const sim_model_t *model = name ? sim_model_find(name) : NULL;
    if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
        sim_param_problem(&load->report, &place,
                          "model must be the name of a model in quotes, but is %s",
                          sim_param_type_name(config_setting_type(setting)));
    } else if (!model) {
        unknown_model(load, &place, name ? name : "");
    } else if (!*named) {
        load->config.model = model;
        load->model_slot.place = place;
    }
    *named = true;
}

/* The last one counts. */
static void model_of_sets(sim_param_load_t *load, const char *const *sets, bool *named) {
    sim_param_place_t place = {.set = NULL};
    for (size_t i = 0; sets && sets[i]; i++)
        if (strncmp(sets[i], "model=", 6) == 0)
            place.set = sets[i];
    if (!place.set)
        return;
    load->config.model = sim_model_find(place.set + 6);
    load->model_slot.place = place;
    *named = true;
    if (!load->config.model)
        unknown_model(load, &place, place.set + 6);
}

void sim_param_choose_model(sim_param_load_t *load, const char *const *sets) {
    bool named = false, all_parsed = load->n_layers > load->n_over && load->report.count == 0;
    model_of_sets(load, sets, &named);
    for (size_t i = load->n_over; i < load->n_layers; i++) /* a policy has its scenario's model */
        if (load->layer[i].parsed)
            model_of_layer(load, &load->layer[i], &named);
    if (!named && all_parsed) {
        const sim_param_layer_t *own = &load->layer[load->n_over];
        const sim_param_place_t place = {.file = own->file};
        bool sweep = config_setting_get_member(config_root_setting(&own->tree), "sweep");
        sim_param_problem(&load->report, &place, "%s",
                          sweep ? "it is a sweep, not a scenario: `kumiai sweep` runs it"
                                : "no model is named; write base = \"FILE\", the configuration to "
                                  "build on, or model = \"...\" (`kumiai describe` lists them)");
    }
}
