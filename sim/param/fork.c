/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A policy: files laid over a scenario from a year on. What they say otherwise than the scenario
 * becomes interventions of that year; all that lies before is the scenario's. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/param/config.h"
#include "sim/param/parts.h"

/* What the scenario says, while the policy's files are laid over it. */
typedef struct {
    sim_param_slot_t *slot;
    sim_param_change_t *change;
    size_t n_changes;
    bool own_list; /* the policy has a list of interventions itself */
} trunk_t;

/* Whether row `index` is given by one of the policy's files. */
static bool is_given(const sim_param_load_t *load, const trunk_t *trunk, size_t index) {
    return load->slot[index].rank != trunk->slot[index].rank;
}

/* ---- the list ---- */

static void check_own_list(sim_param_load_t *load) {
    char at[32], year[32];
    sim_param_format_real(load->fork_year, year, sizeof year);
    for (size_t i = 0; i < load->n_changes; i++) {
        if (load->change[i].what.at < load->fork_year) {
            sim_param_date_text(&load->change[i].date, at, sizeof at);
            sim_param_problem(&load->report, &load->change[i].place,
                              "at is %s; a policy begins when it parts from the scenario, at %s",
                              at, year);
        }
    }
}

/* A value that the policy gives takes the place of the one that the scenario sets at that date. */
static bool is_replaced(const sim_param_load_t *load, const trunk_t *trunk,
                        const sim_param_change_t *change) {
    if (change->what.about)
        return false; /* a leaf is no agent's */
    size_t index = sim_param_row_find(load, change->what.row->name);
    return change->what.at == load->fork_year && is_given(load, trunk, index);
}

/* The scenario's list up to the year; then the policy's own, else the scenario's. */
static void join_lists(sim_param_load_t *load, const trunk_t *trunk) {
    sim_param_change_t *own = load->change;
    size_t n_own = load->n_changes;
    load->change = NULL;
    load->n_changes = 0;
    for (size_t i = 0; i < trunk->n_changes; i++) {
        const sim_param_change_t *change = &trunk->change[i];
        bool past = change->what.at < load->fork_year;
        if (past || (!trunk->own_list && !is_replaced(load, trunk, change)))
            sim_param_interventions_append(load, change);
    }
    for (size_t i = 0; i < n_own; i++)
        sim_param_interventions_append(load, &own[i]);
    free(own);
}

/* ---- leaves ---- */

static bool same_value(const sim_param_t *row, const sim_param_value_t *a,
                       const sim_param_value_t *b) {
    if (row->type == SIM_PARAM_PATH)
        return strcmp(a->path, b->path) == 0 || sim_base_same_file(a->path, b->path);
    if (row->type == SIM_PARAM_WORDS)
        return strcmp(a->words, b->words) == 0;
    if (row->type == SIM_PARAM_REAL) /* 0 and -0 are the same */
        return a->real >= b->real && a->real <= b->real;
    return memcmp(a, b, sim_param_value_size(row->type)) == 0;
}

/* The value of the scenario just before the year. */
static sim_param_value_t value_before(const sim_param_load_t *load, const trunk_t *trunk,
                                      size_t index) {
    sim_param_value_t value = trunk->slot[index].value;
    const sim_param_change_t *last = NULL;
    for (size_t i = 0; i < trunk->n_changes; i++) {
        const sim_param_change_t *change = &trunk->change[i];
        bool past = change->what.at < load->fork_year;
        if (past && change->what.row == trunk->slot[index].row &&
            (!last || change->what.at >= last->what.at))
            last = change;
    }
    return last ? last->what.value : value;
}

/* Takes a leaf that the policy gives back to the scenario, and dates it. */
static void date_leaf(sim_param_load_t *load, const trunk_t *trunk, size_t index) {
    const sim_param_slot_t given = load->slot[index];
    const sim_param_t *row = given.row;
    const sim_param_value_t before = value_before(load, trunk, index);
    bool of_run = index < load->n_engine;
    if (strncmp(row->name, "output.", 7) == 0)
        return; /* moves no result */
    load->slot[index] = trunk->slot[index];
    if (same_value(row, &given.value, &before))
        return;
    if (sim_param_start_only(of_run ? NULL : load->config.model, row)) {
        sim_param_problem(&load->report, &given.place,
                          of_run ? "%s is of the whole run; no policy can change it"
                                 : "%s is read only at the start; no policy can change it",
                          row->name);
        return;
    }
    const sim_param_change_t change = {.what = {.at = load->fork_year,
                                                .row = row,
                                                .value = given.value,
                                                .file = given.place.file,
                                                .line = given.place.line},
                                       .date = {.decimal = load->fork_year},
                                       .place = given.place};
    sim_param_interventions_append(load, &change);
}

/* ---- the whole ---- */

/* A policy may name the model of its scenario, and no other. */
static void check_model(sim_param_load_t *load, const sim_param_layer_t *layer) {
    const config_setting_t *setting =
        config_setting_get_member(config_root_setting(&layer->tree), "model");
    const char *name = setting ? config_setting_get_string(setting) : NULL;
    const sim_model_t *model = load->config.model;
    if (!setting || !model || (name && strcmp(name, model->name) == 0))
        return;
    const sim_param_place_t place = sim_param_place_of(load, layer, setting);
    sim_param_problem(
        &load->report, &place, "the policy is for model %s%.80s%s, the scenario for model \"%s\"",
        name ? "\"" : "", name ? name : sim_param_type_name(config_setting_type(setting)),
        name ? "\"" : "", model->name);
}

static void lay_over(sim_param_load_t *load, trunk_t *trunk, int rank) {
    for (size_t i = load->n_over; i-- > 0;) {
        const sim_param_layer_t *layer = &load->layer[i];
        if (!layer->parsed)
            continue;
        trunk->own_list =
            trunk->own_list ||
            config_setting_get_member(config_root_setting(&layer->tree), "interventions");
        check_model(load, layer);
        sim_param_layer_apply(load, layer, ++rank);
    }
}

void sim_param_fork_apply(sim_param_load_t *load, int rank) {
    trunk_t trunk = {.slot = sim_param_keep_block(load, load->n_rows, sizeof *trunk.slot),
                     .change = load->change,
                     .n_changes = load->n_changes};
    const sim_param_calendar_t calendar = sim_param_load_calendar(load);
    sim_param_change_t own = {.date = {.decimal = load->fork_year}};
    sim_param_interventions_settle(&own, 1, &calendar);
    load->fork_year = own.what.at;
    sim_param_interventions_settle(trunk.change, trunk.n_changes, &calendar);
    load->change = NULL;
    load->n_changes = 0;
    if (trunk.slot) {
        memcpy(trunk.slot, load->slot, load->n_rows * sizeof *trunk.slot);
        lay_over(load, &trunk, rank);
        sim_param_interventions_settle(load->change, load->n_changes, &calendar);
        check_own_list(load);
        join_lists(load, &trunk);
    }
    for (size_t i = 0; trunk.slot && i < load->n_rows; i++)
        if (is_given(load, &trunk, i))
            date_leaf(load, &trunk, i);
    free(trunk.change);
}
