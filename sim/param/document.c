/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/document.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/list.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"

/* A load that never goes beyond its files; layer 0 is the document. */
struct sim_param_document {
    sim_param_load_t load;
};

int sim_param_document_read(const char *file, sim_base_diag_t *diag, sim_param_document_t **out) {
    sim_param_document_t *document = calloc(1, sizeof *document);
    *out = NULL;
    if (!document)
        return SIM_ERR_MEMORY;
    sim_param_load_t *load = &document->load;
    load->report = (sim_param_report_t){.diag = diag, .first = diag->count};
    sim_param_chain_file(load, file);
    int code = load->report.failed                             ? SIM_ERR_MEMORY
               : load->report.count > 0 || load->n_layers == 0 ? SIM_ERR_CONFIG
                                                               : SIM_OK;
    if (code) {
        sim_param_document_sort(document);
        sim_param_document_destroy(document);
        return code;
    }
    *out = document;
    return SIM_OK;
}

void sim_param_document_destroy(sim_param_document_t *document) {
    if (!document)
        return;
    sim_param_chain_free(&document->load);
    sim_param_pool_free(&document->load.pool);
    free(document);
}

bool sim_param_document_has(const char *file, const char *name) {
    sim_base_diag_t diag;
    sim_param_document_t *document = NULL;
    sim_base_diag_init(&diag);
    bool has = sim_param_document_read(file, &diag, &document) == 0 &&
               config_setting_get_member(sim_param_document_root(document), name);
    sim_param_document_destroy(document);
    sim_base_diag_free(&diag);
    return has;
}

const config_setting_t *sim_param_document_root(const sim_param_document_t *document) {
    return config_root_setting(&document->load.layer[0].tree);
}

/* Without memory for the name of a fragment the file itself is named, and the problem is told. */
static sim_param_place_t place_of(sim_param_document_t *document, const config_setting_t *setting) {
    sim_param_layer_t *layer = &document->load.layer[0];
    sim_param_place_t place = {.file = layer->file};
    if (setting)
        place = sim_param_place_of(&document->load, layer, setting);
    if (document->load.report.failed) {
        document->load.report.failed = false;
        place.file = layer->file;
    }
    return place;
}

int sim_param_document_problem(sim_param_document_t *document, const config_setting_t *setting,
                               const char *format, ...) {
    char text[1024];
    sim_param_place_t place = place_of(document, setting);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sim_param_problem(&document->load.report, &place, "%s", text);
    return SIM_ERR_CONFIG;
}

size_t sim_param_document_problems(const sim_param_document_t *document) {
    return document->load.report.count;
}

void sim_param_document_sort(sim_param_document_t *document) {
    const sim_param_load_t *load = &document->load;
    const char *file = load->n_layers ? load->layer[0].file : NULL;
    sim_param_sort_problems(&document->load.report, &file, file ? 1 : 0);
}

static const sim_param_t *find_row(sim_param_document_t *document, const sim_param_place_t *place,
                                   const char *name, const sim_config_t *config) {
    const sim_param_load_t *of = config->load;
    size_t index = sim_param_row_find(of, name);
    if (index == of->n_rows) {
        sim_param_unknown_to(of, place, name, &document->load.report);
        return NULL;
    }
    if (index < of->n_engine) {
        sim_param_problem(&document->load.report, place,
                          "%s is of the whole run, not a parameter of the model %s", name,
                          config->model->name);
        return NULL;
    }
    return sim_param_row(of, index);
}

const sim_param_t *sim_param_document_row(sim_param_document_t *document,
                                          const config_setting_t *setting, const char *name,
                                          const sim_config_t *config) {
    sim_param_place_t place = place_of(document, setting);
    return find_row(document, &place, name, config);
}

const sim_param_t *sim_param_document_row_in(sim_param_document_t *document, const char *file,
                                             int line, const char *name,
                                             const sim_config_t *config) {
    sim_param_place_t place = {.file = file, .line = line};
    return find_row(document, &place, name, config);
}

bool sim_param_document_odd(sim_param_document_t *document, const config_setting_t *setting) {
    sim_param_place_t place = place_of(document, setting);
    return sim_param_odd(&document->load, &document->load.layer[0], setting, &place);
}

void sim_param_document_keys(sim_param_document_t *document, const config_setting_t *group,
                             const char *what, const char *const *keys) {
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(setting);
        sim_base_hint_t hint;
        if (SIM_BASE_PLACE(keys, name) == SIZE_MAX)
            sim_param_document_problem(document, setting, "%s has no setting %.80s%s", what, name,
                                       sim_base_hint(&hint, name, keys, "", ""));
    }
}

double sim_param_document_number(sim_param_document_t *document, const config_setting_t *setting,
                                 const char *name) {
    if (sim_param_document_odd(document, setting))
        return (double)NAN;
    if (config_setting_is_number(setting))
        return config_setting_type(setting) == CONFIG_TYPE_FLOAT
                   ? config_setting_get_float(setting)
                   : (double)config_setting_get_int64(setting);
    sim_param_document_problem(document, setting, "%s must be a number, but is %s", name,
                               sim_param_document_type(setting));
    return (double)NAN;
}

bool sim_param_document_value(sim_param_document_t *document, const config_setting_t *setting,
                              const sim_param_t *row, const sim_config_t *config,
                              sim_param_value_t *value) {
    sim_param_place_t place = place_of(document, setting);
    sim_param_found_t found = sim_param_found_in(setting);
    sim_param_date_value(config->model, row, &found);
    return !sim_param_document_odd(document, setting) &&
           sim_param_accept(row, &found, &place, &document->load.report, value);
}

const char *sim_param_document_path(sim_param_document_t *document, const char *name) {
    sim_param_load_t *load = &document->load;
    const char *path = sim_param_keep(load, sim_param_path_join(load->layer[0].dir, name));
    return load->report.failed ? NULL : path;
}

const char *sim_param_document_type(const config_setting_t *setting) {
    return sim_param_type_name(config_setting_type(setting));
}
