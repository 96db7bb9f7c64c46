/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/param/config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/error.h"
#include "sim/base/file.h"
#include "sim/param/parts.h"

static size_t count_rows(const sim_param_t *table) {
    size_t count = 0;
    while (table && table[count].name)
        count++;
    return count;
}

/* "scenarios/baseline.cfg" -> "baseline". */
static char *scenario_name(const char *file) {
    const char *slash = strrchr(file, '/'), *start = slash ? slash + 1 : file;
    size_t length = strlen(start);
    if (length > 4 && strcmp(start + length - 4, ".cfg") == 0)
        length -= 4;
    return strndup(start, length);
}

/* NULL: out of memory. */
static sim_param_load_t *make_load(const char *file, sim_base_diag_t *diag, sim_config_t **out) {
    sim_param_load_t *load = calloc(1, sizeof *load);
    *out = NULL;
    if (load) {
        load->report = (sim_param_report_t){.diag = diag, .first = diag->count};
        load->config.load = load;
        load->config.name = sim_param_keep(load, scenario_name(file));
        load->config.file = sim_param_keep(load, strdup(file));
    }
    return load;
}

static int make_slots(sim_param_load_t *load) {
    const sim_param_t *of_model = load->config.model ? load->config.model->params : NULL;
    load->n_engine = count_rows(sim_param_engine_table);
    load->n_rows = load->n_engine + count_rows(of_model);
    load->slot = sim_param_keep_block(load, load->n_rows, sizeof *load->slot);
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
static void lay_over(sim_param_load_t *load, const char *const *sets) {
    int rank = 0;
    for (size_t i = load->n_layers; i-- > load->n_over;) {
        rank++;
        if (load->layer[i].parsed)
            sim_param_layer_apply(load, &load->layer[i], rank);
    }
    for (size_t i = 0; sets && sets[i]; i++)
        sim_param_set_apply(load, sets[i], ++rank);
    if (load->n_over > 0)
        sim_param_fork_apply(load, rank);
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

/* The configuration as it is, while another takes its place. */
typedef struct {
    void *params;
    sim_param_slot_t *slot;
} kept_t;

/* From now on values can be tried. SIM_ERR_MEMORY; end it in any case. */
static int begin_trial(sim_param_load_t *load, kept_t *kept) {
    size_t size = load->config.model->params_size, slots = load->n_rows * sizeof *load->slot;
    void *params = malloc(size ? size : 1);
    sim_param_slot_t *slot = malloc(slots);
    *kept = (kept_t){load->config.params, load->slot};
    if (!params || !slot) {
        free(params);
        free(slot);
        return SIM_ERR_MEMORY;
    }
    memcpy(params, kept->params, size);
    memcpy(slot, kept->slot, slots);
    load->config.params = params;
    load->slot = slot;
    return SIM_OK;
}

static void end_trial(sim_param_load_t *load, const kept_t *kept) {
    if (load->slot == kept->slot)
        return; /* it has not begun */
    free(load->config.params);
    free(load->slot);
    load->config.params = kept->params;
    load->slot = kept->slot;
}

/* The model's own conditions, once every single value is good. */
static int model_check(sim_param_load_t *load) {
    kept_t kept;
    int code = check_once(load);
    if (code || load->n_changes == 0)
        return code;
    code = begin_trial(load, &kept);
    if (!code)
        code = check_changes(load);
    end_trial(load, &kept);
    return code;
}

int sim_param_config_try(sim_config_t *config, const sim_param_assignment_t *assignment, size_t n,
                         sim_base_diag_t *diag) {
    sim_param_load_t *load = config->load;
    kept_t kept;
    int code = begin_trial(load, &kept);
    for (size_t i = 0; i < n && !code; i++) {
        size_t row = (size_t)(assignment[i].row - config->model->params);
        const sim_param_place_t place = {.file = assignment[i].file, .line = assignment[i].line};
        sim_param_store(assignment[i].row, &assignment[i].value, config->params);
        set_later(&load->slot[load->n_engine + row], &place);
    }
    if (!code) {
        load->report = (sim_param_report_t){.diag = diag, .first = diag->count};
        code = model_check(load);
    }
    end_trial(load, &kept);
    load->report.diag = NULL;
    return code;
}

static int finish(sim_param_load_t *load, const char *const *sets) {
    sim_param_choose_model(load, sets);
    int code = make_slots(load);
    if (!code) {
        lay_over(load, sets);
        sim_param_resolve(load);
    }
    if (!code && (load->report.count > 0 || !load->config.model))
        code = SIM_ERR_CONFIG;
    if (!code && !load->report.failed)
        code = sim_param_echo(load);
    return code || load->report.failed ? code : model_check(load);
}

static void keep_names(sim_param_load_t *load) {
    load->file = sim_param_keep_block(load, load->n_layers + 1, sizeof *load->file);
    for (size_t i = 0; load->file && i < load->n_layers; i++)
        load->file[load->n_files++] = load->layer[i].file;
}

/* Works out what the files say, sorts the problems, drops what only loading needed, and hands over
 * or destroys. */
static int conclude(sim_param_load_t *load, const char *const *sets, sim_config_t **out) {
    int code = load->report.failed ? SIM_ERR_MEMORY : finish(load, sets);
    keep_names(load);
    sim_param_sort_problems(&load->report, load->file, load->n_files);
    sim_param_chain_free(load);
    load->report.diag = NULL;
    if (load->report.failed)
        code = SIM_ERR_MEMORY;
    if (code) {
        sim_param_config_destroy(&load->config);
        return code;
    }
    *out = &load->config;
    return SIM_OK;
}

int sim_param_config_load(const char *file, const char *const *sets, sim_base_diag_t *diag,
                          sim_config_t **out) {
    sim_param_load_t *load = make_load(file, diag, out);
    if (!load)
        return SIM_ERR_MEMORY;
    sim_param_chain_file(load, file);
    return conclude(load, sets, out);
}

int sim_param_config_fork(const char *scenario, const char *policy, double year,
                          const char *const *sets, sim_base_diag_t *diag, sim_config_t **out) {
    sim_param_load_t *load = make_load(policy, diag, out);
    if (!load)
        return SIM_ERR_MEMORY;
    load->fork_year = year;
    sim_param_chain_policy(load, policy, scenario);
    return conclude(load, sets, out);
}

int sim_param_config_parse(const char *text, const char *name, const char *dir,
                           const char *const *sets, sim_base_diag_t *diag, sim_config_t **out) {
    sim_param_load_t *load = make_load(name, diag, out);
    if (!load)
        return SIM_ERR_MEMORY;
    sim_param_chain_text(load, text, name, dir);
    return conclude(load, sets, out);
}

void sim_param_config_destroy(sim_config_t *config) {
    sim_param_load_t *load = config ? config->load : NULL;
    if (!load)
        return;
    sim_param_chain_free(load);
    free(load->change);
    free(load->pin);
    sim_param_pool_free(&load->pool);
    free(load);
}

const char *sim_param_origin(const sim_config_t *config, const char *name, int *line) {
    const sim_param_load_t *load = config->load;
    size_t index = sim_param_row_find(load, name);
    const sim_param_slot_t *slot = index < load->n_rows ? &load->slot[index] : NULL;
    if (strcmp(name, "model") == 0)
        slot = &load->model_slot;
    if (line)
        *line = slot ? slot->place.line : 0;
    return !slot              ? "default"
           : slot->place.set  ? "--set"
           : slot->place.file ? slot->place.file
                              : "default";
}

bool sim_param_config_reads(const sim_config_t *config, const char *path) {
    const sim_param_load_t *load = config->load;
    for (size_t i = 0; i < load->n_files; i++)
        if (sim_base_same_file(path, load->file[i]))
            return true;
    for (size_t i = 0; i < load->n_rows; i++) {
        const sim_param_slot_t *slot = &load->slot[i];
        if (slot->row->type == SIM_PARAM_PATH && sim_base_same_file(path, slot->value.path))
            return true;
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
