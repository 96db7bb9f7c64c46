/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/file.h"
#include "sim/param/parts.h"
#include "sim/record/record.h"

static size_t count_rows(const sim_param_t *table) {
    size_t count = 0;
    while (table && table[count].name) {
        count++;
    }
    return count;
}

/* "scenarios/baseline.cfg" -> "baseline". */
static char *scenario_name(const char *file) {
    const char *slash = strrchr(file, '/'), *start = slash ? slash + 1 : file;
    size_t length = strlen(start);
    if (length > 4 && strcmp(start + length - 4, ".cfg") == 0) {
        length -= 4;
    }
    return strndup(start, length);
}

static int make_load(const char *file, sim_base_diag_t *diag, sim_param_load_t **out) {
    sim_param_load_t *load = calloc(1, sizeof *load);
    if (!load) {
        return SIM_ERR_MEMORY;
    }
    *out = load;
    load->report = (sim_param_report_t){.diag = diag, .first = diag->count};
    load->config.load = load;
    load->config.name = scenario_name(file);
    load->config.file = strdup(file);
    return load->config.name && load->config.file ? SIM_OK : SIM_ERR_MEMORY;
}

static int make_slots(sim_param_load_t *load) {
    const sim_param_t *of_model = load->config.model ? load->config.model->params : NULL;
    load->n_engine = count_rows(sim_param_engine_table);
    load->n_rows = load->n_engine + count_rows(of_model);
    load->slot = calloc(load->n_rows + 1, sizeof *load->slot); /* never of no bytes */
    if (!load->slot) {
        load->n_rows = 0;
        return SIM_ERR_MEMORY;
    }
    for (size_t i = 0; i < load->n_rows; i++) {
        load->slot[i].row =
            i < load->n_engine ? &sim_param_engine_table[i] : &of_model[i - load->n_engine];
        load->slot[i].value = sim_param_default(load->slot[i].row);
    }
    return SIM_OK;
}

/* From the base of all towards the scenario, then the sets, then a policy. */
static int lay_over(sim_param_load_t *load, const char *const *sets, size_t n_sets) {
    int rank = 0, code = SIM_OK;
    for (size_t i = load->n_layers; i-- > load->n_over && !code;) {
        rank++;
        code = load->layer[i].parsed ? sim_param_layer_apply(load, &load->layer[i], rank) : SIM_OK;
    }
    for (size_t i = 0; i < n_sets && !code; i++) {
        code = sim_param_set_apply(load, sets[i], ++rank);
    }
    return code || load->n_over == 0 ? code : sim_param_fork_apply(load, rank);
}

/* What is set now is later than all that was set before. */
static void set_later(sim_param_slot_t *slot, const sim_param_place_t *place) {
    slot->place = *place;
    slot->rank = INT_MAX;
}

/* A hook that refuses without a reason would be taken for lack of memory. */
static int check_once(sim_param_load_t *load) {
    const sim_model_t *model = load->config.model;
    sim_base_diag_t own;
    sim_base_diag_init(&own);
    int broken = sim_param_constraints_check(load, &own);
    int code = model->check ? model->check(&load->config, &own) : SIM_OK;
    if (code && code != SIM_ERR_MEMORY && own.count == 0 && !own.truncated) {
        code = sim_base_diag_add(&own, load->config.file, 0,
                                 "check() of model %s refuses this configuration with code %d and "
                                 "does not say why",
                                 model->name, code);
    }
    int taken = sim_base_diag_take(load->report.diag, &own);
    return code ? code : broken ? broken : taken;
}

/* The state that the interventions bring about at each of their times. While a condition is
 * looked at, a parameter's origin is the intervention that set it. */
static int check_changes(sim_param_load_t *load) {
    int code = SIM_OK;
    for (size_t i = 0; i < load->n_changes && !code; i++) {
        const sim_param_change_t *change = &load->change[i];
        bool last = i + 1 == load->n_changes || change[1].what.at > change->what.at;
        if (sim_param_of_model(&change->what)) {
            sim_param_store(change->what.row, &change->what.value, load->config.params);
            set_later(&load->slot[sim_param_row_find(load, change->what.row->name)],
                      &change->place);
        }
        code = last ? check_once(load) : SIM_OK;
    }
    return code;
}

/* The model's own conditions, once every single value is good. */
static int model_check(sim_param_load_t *load) {
    void *params = load->config.params;
    sim_param_slot_t *slot = load->slot;
    size_t size = load->config.model->params_size, slots = load->n_rows * sizeof *slot;
    int code = check_once(load);
    if (code || load->n_changes == 0) {
        return code;
    }
    void *later = malloc(size);
    sim_param_slot_t *later_slot = malloc(slots);
    code = later && later_slot ? SIM_OK : SIM_ERR_MEMORY;
    if (!code) {
        load->config.params = memcpy(later, params, size);
        load->slot = memcpy(later_slot, slot, slots);
        code = check_changes(load);
    }
    load->config.params = params;
    load->slot = slot;
    free(later);
    free(later_slot);
    return code;
}

int sim_param_config_try(sim_config_t *config, const sim_param_assignment_t *assignment, size_t n,
                         sim_base_diag_t *diag) {
    sim_param_load_t *load = config->load;
    void *params = config->params;
    sim_param_slot_t *slot = load->slot;
    size_t size = config->model->params_size, slots = load->n_rows * sizeof *slot;
    void *tried = malloc(size ? size : 1);
    sim_param_slot_t *tried_slot = malloc(slots);
    int code = tried && tried_slot ? SIM_OK : SIM_ERR_MEMORY;
    if (!code) {
        config->params = memcpy(tried, params, size);
        load->slot = memcpy(tried_slot, slot, slots);
        load->report = (sim_param_report_t){.diag = diag, .first = diag->count};
        for (size_t i = 0; i < n; i++) {
            sim_param_place_t place = {.file = assignment[i].file, .line = assignment[i].line};
            size_t row = (size_t)(assignment[i].row - config->model->params);
            sim_param_store(assignment[i].row, &assignment[i].value, tried);
            set_later(&load->slot[load->n_engine + row], &place);
        }
        code = model_check(load);
    }
    config->params = params;
    load->slot = slot;
    load->report.diag = NULL;
    free(tried);
    free(tried_slot);
    return code;
}

static int finish(sim_param_load_t *load, const char *const *sets, size_t n_sets) {
    int code = sim_param_choose_model(load, sets, n_sets);
    if (!code) {
        code = make_slots(load);
    }
    if (!code) {
        code = lay_over(load, sets, n_sets);
    }
    if (!code) {
        code = sim_param_resolve(load);
    }
    if (!code && (load->report.count > 0 || !load->config.model)) {
        code = SIM_ERR_CONFIG;
    }
    if (!code) {
        code = sim_param_echo(load);
    }
    return code ? code : model_check(load);
}

static int keep_names(sim_param_load_t *load) {
    load->file = malloc((load->n_layers + 1) * sizeof *load->file);
    for (size_t i = 0; load->file && i < load->n_layers; i++) {
        load->file[load->n_files++] = load->layer[i].file;
    }
    return load->file ? 0 : SIM_ERR_MEMORY;
}

/* Sorts the problems, drops what only loading needed, and hands over or destroys. */
static int conclude(sim_param_load_t *load, int code, sim_config_t **out) {
    if (keep_names(load)) {
        code = code ? code : SIM_ERR_MEMORY;
    }
    sim_param_sort_problems(&load->report, load->file, load->n_files);
    sim_param_chain_free(load);
    load->report.diag = NULL;
    if (code) {
        sim_param_config_destroy(&load->config);
        return code;
    }
    *out = &load->config;
    return SIM_OK;
}

int sim_param_config_load(const char *file, const char *const *sets, size_t n_sets,
                          sim_base_diag_t *diag, sim_config_t **out) {
    sim_param_load_t *load = NULL;
    *out = NULL;
    int code = make_load(file, diag, &load);
    if (!code) {
        code = sim_param_chain_file(load, file);
    }
    if (!code) {
        code = finish(load, sets, n_sets);
    }
    return load ? conclude(load, code, out) : code;
}

int sim_param_config_fork(const char *scenario, const char *policy, double year,
                          const char *const *sets, size_t n_sets, sim_base_diag_t *diag,
                          sim_config_t **out) {
    sim_param_load_t *load = NULL;
    *out = NULL;
    int code = make_load(policy, diag, &load);
    if (!code) {
        load->fork_year = year;
        code = sim_param_chain_policy(load, policy, scenario);
    }
    if (!code) {
        code = finish(load, sets, n_sets);
    }
    return load ? conclude(load, code, out) : code;
}

int sim_param_config_parse(const char *text, const char *name, const char *dir,
                           const char *const *sets, size_t n_sets, sim_base_diag_t *diag,
                           sim_config_t **out) {
    sim_param_load_t *load = NULL;
    *out = NULL;
    int code = make_load(name, diag, &load);
    if (!code) {
        code = sim_param_chain_text(load, text, name, dir);
    }
    if (!code) {
        code = finish(load, sets, n_sets);
    }
    return load ? conclude(load, code, out) : code;
}

void sim_param_config_destroy(sim_config_t *config) {
    sim_param_load_t *load = config ? config->load : NULL;
    if (!load) {
        return;
    }
    sim_param_chain_free(load);
    free(load->slot);
    free(load->change);
    free(load->pin);
    free(load->file);
    free(config->interventions);
    sim_param_pool_free(&load->pool);
    free(config->name);
    free(config->file);
    free(config->params);
    free(config->text);
    free(load);
}

const char *sim_param_origin(const sim_config_t *config, const char *name, int *line) {
    const sim_param_load_t *load = config->load;
    size_t index = sim_param_row_find(load, name);
    const sim_param_slot_t *slot = index < load->n_rows ? &load->slot[index] : NULL;
    if (strcmp(name, "model") == 0) {
        slot = &load->model_slot;
    }
    if (line) {
        *line = slot ? slot->place.line : 0;
    }
    return !slot              ? "default"
           : slot->place.set  ? "--set"
           : slot->place.file ? slot->place.file
                              : "default";
}

bool sim_param_config_reads(const sim_config_t *config, const char *path) {
    const sim_param_load_t *load = config->load;
    for (size_t i = 0; i < load->n_files; i++) {
        if (sim_base_same_file(path, load->file[i])) {
            return true;
        }
    }
    for (size_t i = 0; i < load->n_rows; i++) {
        const sim_param_slot_t *slot = &load->slot[i];
        if (slot->row->type == SIM_PARAM_PATH && sim_base_same_file(path, slot->value.path)) {
            return true;
        }
    }
    return false;
}

const void *sim_param_struct(const sim_config_t *config) {
    return config->params;
}

double sim_param_begin(const sim_config_t *config) {
    return (double)config->run.start_year;
}

double sim_param_end(const sim_config_t *config) {
    return sim_param_begin(config) + (double)config->run.steps / (double)config->run.steps_per_year;
}
