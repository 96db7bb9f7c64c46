/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One parsed file, walked setting by setting. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/param/parts.h"

int sim_param_setting_place(sim_param_load_t *load, const sim_param_layer_t *layer,
                            const config_setting_t *setting, sim_param_place_t *place) {
    const char *fragment = config_setting_source_file(setting);
    place->set = NULL;
    place->line = (int)config_setting_source_line(setting);
    place->file = layer->file;
    if (fragment) {
        place->file = sim_param_pool_take(&load->pool, sim_param_path_join(layer->dir, fragment));
    }
    return place->file ? SIM_OK : SIM_ERR_MEMORY;
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
    if (found.type == CONFIG_TYPE_STRING && !found.text) {
        found.text = ""; /* libconfig gives NULL for "" */
    }
    return found;
}

bool sim_param_odd(const sim_param_load_t *load, const sim_param_layer_t *layer,
                   const config_setting_t *setting, const sim_param_place_t *place) {
    int type = config_setting_type(setting);
    bool integer = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;
    return integer && layer->odd_integers && sim_param_reported(&load->report, place);
}

/* A file that a file names is looked for in that file's own folder. */
static int path_from(sim_param_load_t *load, const char *file, const sim_param_layer_t *layer,
                     const char *text, const char **path) {
    char *dir = strcmp(file, layer->file) == 0 ? strdup(layer->dir) : sim_param_path_dir(file);
    *path = dir ? sim_param_pool_take(&load->pool, sim_param_path_join(dir, text)) : NULL;
    free(dir);
    return *path ? SIM_OK : SIM_ERR_MEMORY;
}

static int apply_leaf(sim_param_load_t *load, const sim_param_layer_t *layer,
                      const config_setting_t *setting, const char *name,
                      const sim_param_place_t *place, int rank) {
    sim_param_value_t value = {0};
    size_t index = sim_param_row_find(load, name);
    if (index == load->n_rows) {
        sim_param_unknown(load, place, name);
        return SIM_OK;
    }
    const sim_param_t *row = sim_param_row(load, index);
    sim_param_found_t found = sim_param_found_in(setting);
    sim_param_date_value(load->config.model, row, &found);
    if (row->type == SIM_PARAM_WORDS && sim_param_words_in(load, setting, &found)) {
        return SIM_ERR_MEMORY;
    }
    bool odd = sim_param_odd(load, layer, setting, place);
    bool good = !odd && sim_param_accept(row, &found, place, &load->report, &value);
    if (good && row->type == SIM_PARAM_PATH && value.path[0] != '\0') {
        int code = path_from(load, place->file, layer, value.path, &value.path);
        if (code) {
            return code;
        }
    }
    /* A refused value takes the slot's place all the same: its file must not look as if it
     * had left the leaf to its base. */
    load->slot[index].place = *place;
    load->slot[index].rank = rank;
    if (good) {
        load->slot[index].value = value;
    }
    return SIM_OK;
}

static int apply_group(sim_param_load_t *load, const sim_param_layer_t *layer,
                       const config_setting_t *group, int rank) {
    int code = SIM_OK;
    for (int i = 0; i < config_setting_length(group) && !code; i++) {
        const config_setting_t *leaf = config_setting_get_elem(group, (unsigned)i);
        sim_param_place_t place;
        char *name = NULL;
        code = sim_param_setting_place(load, layer, leaf, &place);
        if (!code &&
            asprintf(&name, "%s.%s", config_setting_name(group), config_setting_name(leaf)) < 0) {
            name = NULL;
            code = SIM_ERR_MEMORY;
        }
        if (!code) {
            code = apply_leaf(load, layer, leaf, name, &place, rank);
        }
        free(name);
    }
    return code;
}

/* It is read with data_files, which it belongs to: data.c. */
static int check_data_root(sim_param_load_t *load, const sim_param_layer_t *layer,
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
    return SIM_OK;
}

/* `model` and `base` have been read before: chain.c, model.c. */
static int apply_top(sim_param_load_t *load, const sim_param_layer_t *layer,
                     const config_setting_t *setting, int rank) {
    const char *name = config_setting_name(setting);
    sim_param_place_t place;
    int code = sim_param_setting_place(load, layer, setting, &place);
    if (code || strcmp(name, "model") == 0 || strcmp(name, "base") == 0) {
        return code;
    }
    if (strcmp(name, "interventions") == 0) {
        return sim_param_interventions_apply(load, layer, setting, &place);
    }
    if (strcmp(name, "data_files") == 0) {
        return sim_param_data_apply(load, layer, setting, rank);
    }
    if (strcmp(name, "data_root") == 0) {
        return check_data_root(load, layer, setting, &place);
    }
    if (!sim_param_group_known(load, name)) {
        sim_param_unknown(load, &place, name);
    } else if (!config_setting_is_group(setting)) {
        sim_param_problem(&load->report, &place, "%s must be a group { ... }, but is %s", name,
                          sim_param_type_name(config_setting_type(setting)));
    } else {
        return apply_group(load, layer, setting, rank);
    }
    return SIM_OK;
}

/* Years and steps say the same thing twice; across files the nearer one wins. */
static void check_horizon(sim_param_load_t *load, int rank) {
    const sim_param_slot_t *years = &load->slot[sim_param_row_find(load, "run.years")];
    const sim_param_slot_t *steps = &load->slot[sim_param_row_find(load, "run.steps")];
    if (years->rank == rank && steps->rank == rank) {
        const sim_param_slot_t *later = years->place.line > steps->place.line ? years : steps;
        sim_param_problem(&load->report, &later->place,
                          "run.years and run.steps are both given; one of them is enough");
    }
}

int sim_param_layer_apply(sim_param_load_t *load, const sim_param_layer_t *layer, int rank) {
    const config_setting_t *root = config_root_setting(&layer->tree);
    int code = SIM_OK;
    for (int i = 0; i < config_setting_length(root) && !code; i++) {
        code = apply_top(load, layer, config_setting_get_elem(root, (unsigned)i), rank);
    }
    if (!code) {
        check_horizon(load, rank);
    }
    return code;
}
