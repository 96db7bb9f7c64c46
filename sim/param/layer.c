/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One parsed file, walked setting by setting. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/param/parts.h"

sim_param_place_t sim_param_place_of(sim_param_load_t *load, const sim_param_layer_t *layer,
                                     const config_setting_t *setting) {
    const char *fragment = config_setting_source_file(setting);
    sim_param_place_t place = {.file = layer->file,
                               .line = (int)config_setting_source_line(setting)};
    if (fragment)
        place.file = sim_param_keep(load, sim_param_path_join(layer->dir, fragment));
    return place;
}

sim_param_found_t sim_param_found_in(const config_setting_t *setting) {
    sim_param_found_t found = {.type = config_setting_type(setting)};
    switch (found.type) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        found.integer = config_setting_get_int64(setting);
        break;
    case CONFIG_TYPE_FLOAT:
        found.real = config_setting_get_float(setting);
        break;
    case CONFIG_TYPE_BOOL:
        found.flag = config_setting_get_bool(setting) != 0;
        break;
    case CONFIG_TYPE_STRING:
        found.text = config_setting_get_string(setting);
        break;
    default:
        break;
    }
    if (found.type == CONFIG_TYPE_STRING && !found.text)
        found.text = ""; /* libconfig gives NULL for "" */
    return found;
}

bool sim_param_odd(const sim_param_load_t *load, const sim_param_layer_t *layer,
                   const config_setting_t *setting, const sim_param_place_t *place) {
    int type = config_setting_type(setting);
    bool integer = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    return integer && layer->odd_integers && sim_param_reported(&load->report, place);
}

const char *sim_param_path_from(sim_param_load_t *load, const sim_param_layer_t *layer,
                                const sim_param_place_t *place, const char *name) {
    bool fragment = strcmp(place->file, layer->file) != 0;
    char *dir = fragment ? sim_base_folder_of(place->file) : strdup(layer->dir);
    const char *path = sim_param_keep(load, dir ? sim_param_path_join(dir, name) : NULL);
    free(dir);
    return path;
}

static void apply_leaf(sim_param_load_t *load, const sim_param_layer_t *layer,
                       const config_setting_t *setting, const char *name, int rank) {
    const sim_param_place_t place = sim_param_place_of(load, layer, setting);
    sim_param_value_t value = {0};
    size_t index = sim_param_row_find(load, name);
    if (index == load->n_rows) {
        sim_param_unknown(load, &place, name);
        return;
    }
    const sim_param_t *row = sim_param_row(load, index);
    sim_param_found_t found = sim_param_found_in(setting);
    sim_param_date_value(load->config.model, row, &found);
    if (row->type == SIM_PARAM_WORDS)
        sim_param_words_in(load, setting, &found);
    bool odd = sim_param_odd(load, layer, setting, &place);
    bool good = !odd && sim_param_accept(row, &found, &place, &load->report, &value);
    if (good && row->type == SIM_PARAM_PATH && value.path[0] != '\0')
        value.path = sim_param_path_from(load, layer, &place, value.path);
    /* A refused value takes the slot's place all the same: its file must not look as if it
     * had left the leaf to its base. */
    load->slot[index].place = place;
    load->slot[index].rank = rank;
    if (good)
        load->slot[index].value = value;
}

static void apply_group(sim_param_load_t *load, const sim_param_layer_t *layer,
                        const config_setting_t *group, int rank) {
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *leaf = config_setting_get_elem(group, (unsigned)i);
        char *name = NULL;
        if (asprintf(&name, "%s.%s", config_setting_name(group), config_setting_name(leaf)) < 0) {
            load->report.failed = true;
            return;
        }
        apply_leaf(load, layer, leaf, name, rank);
        free(name);
    }
}

/* It is read with data_files, which it belongs to: data.c. */
static void check_data_root(sim_param_load_t *load, const sim_param_layer_t *layer,
                            const config_setting_t *setting, const sim_param_place_t *place) {
    const config_setting_t *top = config_root_setting(&layer->tree);
    if (config_setting_type(setting) != CONFIG_TYPE_STRING) {
        sim_param_problem(&load->report, place,
                          "data_root must be the name of a folder in quotes, but is %s",
                          sim_param_type_name(config_setting_type(setting)));
    } else if (!config_setting_get_member(top, "data_files")) {
        sim_param_problem(&load->report, place,
                          "data_root goes with data_files, as in a stored configuration");
    }
}

/* `model` and `base` have been read before: chain.c, model.c. */
static void apply_top(sim_param_load_t *load, const sim_param_layer_t *layer,
                      const config_setting_t *setting, int rank) {
    const char *name = config_setting_name(setting);
    const sim_param_place_t place = sim_param_place_of(load, layer, setting);
    if (strcmp(name, "model") == 0 || strcmp(name, "base") == 0)
        return;
    if (strcmp(name, "interventions") == 0) {
        sim_param_interventions_apply(load, layer, setting, &place);
    } else if (strcmp(name, "data_files") == 0) {
        sim_param_data_apply(load, layer, setting, rank);
    } else if (strcmp(name, "data_root") == 0) {
        check_data_root(load, layer, setting, &place);
    } else if (!sim_param_group_known(load, name)) {
        sim_param_unknown(load, &place, name);
    } else if (!config_setting_is_group(setting)) {
        sim_param_problem(&load->report, &place, "%s must be a group { ... }, but is %s", name,
                          sim_param_type_name(config_setting_type(setting)));
    } else {
        apply_group(load, layer, setting, rank);
    }
}

/* Years and steps say the same thing twice; across files the nearer one wins. */
static void check_horizon(sim_param_load_t *load, int rank) {
    const sim_param_slot_t *years = sim_param_slot(load, "run.years");
    const sim_param_slot_t *steps = sim_param_slot(load, "run.steps");
    if (years->rank == rank && steps->rank == rank) {
        const sim_param_slot_t *later = years->place.line > steps->place.line ? years : steps;
        sim_param_problem(&load->report, &later->place,
                          "run.years and run.steps are both given; one of them is enough");
    }
}

void sim_param_layer_apply(sim_param_load_t *load, const sim_param_layer_t *layer, int rank) {
    const config_setting_t *root = config_root_setting(&layer->tree);
    for (int i = 0; i < config_setting_length(root); i++)
        apply_top(load, layer, config_setting_get_elem(root, (unsigned)i), rank);
    check_horizon(load, rank);
}
