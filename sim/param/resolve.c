/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
/* Conditions on the laid-over whole, then the structs that models read. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/param/config.h"
#include "sim/param/parts.h"

static void check_steps_per_year(sim_param_load_t *load) {
    const sim_param_slot_t *slot = sim_param_slot(load, "run.steps_per_year");
    int64_t value = slot->value.integer;
    if (value != 1 && value != 4 && value != 12) {
        sim_param_problem(&load->report, &slot->place,
                          "run.steps_per_year is %" PRId64 "; it must be 1, 4 or 12", value);
    }
}

static void check_path(sim_param_load_t *load, size_t index) {
    const sim_param_t *row = sim_param_row(load, index);
    sim_param_slot_t *slot = &load->slot[index];
    sim_base_why_t why;
    sim_param_data_find(load, index);
    sim_param_place_t place = slot->place;
    if (slot->value.path[0] == '\0') {
        if (!place.set && !place.file && row->value <= 0) {
            place.file = load->layer[load->n_over].file;
            sim_param_problem(&load->report, &place, "%s must be given: the name of a file",
                              row->name);
        } /* else optional, or a value that was refused and reported */
    } else if (sim_param_unreadable(slot->value.path, &why)) {
        sim_param_problem(&load->report, &place, "%s: cannot read \"%.300s\": %s", row->name,
                          slot->value.path, why.text);
    } else {
        slot->value.path = sim_param_keep(load, realpath(slot->value.path, NULL));
    }
}

/* run.steps is always the length; run.years is rounded up when steps were given. */
static void resolve_horizon(sim_param_load_t *load) {
    sim_param_slot_t *years = sim_param_slot(load, "run.years"),
                     *steps = sim_param_slot(load, "run.steps");
    int64_t per_year = sim_param_slot(load, "run.steps_per_year")->value.integer;
    load->steps_given = steps->rank > years->rank;
    if (load->steps_given)
        years->value.integer = (steps->value.integer + per_year - 1) / per_year;
    else
        steps->value.integer = years->value.integer * per_year;
}

static void fill_structs(sim_param_load_t *load) {
    sim_config_t *config = &load->config;
    size_t size = config->model->params_size;
    config->params = sim_param_keep_block(load, 1, size ? size : 1);
    for (size_t i = 0; config->params && i < load->n_rows; i++) {
        void *owner = i < load->n_engine ? (void *)&config->run : config->params;
        sim_param_store(sim_param_row(load, i), &load->slot[i].value, owner);
    }
    config->run.detail_given = sim_param_slot(load, "output.detail")->rank > 0;
}

void sim_param_resolve(sim_param_load_t *load) {
    bool has_files = load->n_layers > load->n_over;
    check_steps_per_year(load);
    for (size_t i = 0; has_files && i < load->n_rows; i++)
        if (sim_param_row(load, i)->type == SIM_PARAM_PATH)
            check_path(load, i);
    sim_param_words_check(load);
    resolve_horizon(load);
    sim_param_interventions_check(load);
    if (load->report.count == 0 && !load->report.failed && load->config.model) {
        sim_param_interventions_fill(load);
        fill_structs(load);
        sim_param_columns_add(load);
    }
}
