/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of a sweep. */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/sweep.h"

int sim_experiment_sweep_load(const char *file, const char *const *sets, sim_base_diag_t *diag,
                              sim_design_sweep_t *sweep) {
    *sweep = (sim_design_sweep_t){.shard = 1, .shards = 1};
    sweep->file = strdup(file);
    if (!sweep->file)
        return SIM_ERR_MEMORY;
    int rc = sim_design_read(file, sets, diag, sweep);
    if (!sweep->config)
        return rc;
    /* Also beside other problems: the list is whole then. */
    int prepared = sim_experiment_prepare(sweep->config, diag, &sweep->shared);
    for (size_t f = 0; f < sweep->design.n_factors; f++)
        sweep->prepare_each =
            sweep->prepare_each ||
            sim_experiment_prepare_reads(sweep->config->model, sweep->design.factor[f].row);
    return rc ? rc : prepared;
}

void sim_experiment_sweep_free(sim_design_sweep_t *sweep) {
    if (sweep->config)
        sim_experiment_release(sweep->config, sweep->shared);
    sim_param_config_destroy(sweep->config);
    sim_design_free(&sweep->design);
    free(sweep->file);
    free(sweep->table);
    free(sweep->text);
    *sweep = (sim_design_sweep_t){0};
}

/* ---- the design in a results file ---- */

static void record_point(const void *user, uint64_t point, double *value,
                         sim_store_place_t *place) {
    const sim_design_t *design = &((const sim_design_sweep_t *)user)->design;
    sim_design_place_t found = sim_design_place(design, point);
    sim_design_point(design, point, value);
    *place = (sim_store_place_t){.block = design->block ? found.block + 1 : 0, .role = found.role};
    if (found.factor >= 0)
        place->parameter = design->factor[found.factor].row->name;
}

static int64_t record_seed(const void *user, uint64_t point) {
    return sim_design_sweep_seed(user, point);
}

static const char *type_name(sim_param_type_t type) {
    static const char *const name[] = {
        [SIM_PARAM_REAL] = "real",     [SIM_PARAM_INT] = "integer", [SIM_PARAM_BOOL] = "bool",
        [SIM_PARAM_CHOICE] = "choice", [SIM_PARAM_PATH] = "path",   [SIM_PARAM_WORDS] = "words"};
    return name[type];
}

static int record_factor(const sim_design_sweep_t *sweep, size_t f, sim_store_factor_t *out) {
    const sim_design_factor_t *factor = &sweep->design.factor[f];
    bool listed = factor->scale == SIM_DESIGN_LEVELS && sweep->design.kind != SIM_DESIGN_TABLE;
    *out = (sim_store_factor_t){.parameter = factor->row->name,
                                .type = type_name(factor->row->type),
                                .scale = sim_design_scale_name(factor->scale),
                                .choices = factor->row->choices,
                                .min = factor->min,
                                .max = factor->max};
    int rc = listed ? sim_design_levels_text(factor, &out->levels) : 0;
    bool tailed = factor->scale > SIM_DESIGN_LEVELS;
    return rc == 0 && tailed ? sim_design_arguments_text(factor, &out->arguments) : rc;
}

int sim_experiment_sweep_record(const sim_design_sweep_t *sweep, sim_store_design_t *out) {
    size_t n = sweep->design.n_factors;
    *out = (sim_store_design_t){.kind = sim_design_kinds[sweep->design.kind],
                                .text = sweep->text,
                                .digest = sweep->digest,
                                .seeds = sweep->independent ? "independent" : "common",
                                .points = sweep->design.points,
                                .block = sweep->design.block,
                                .reps = sweep->config->run.reps,
                                .shard = sweep->shard,
                                .shards = sweep->shards,
                                .append = sweep->append,
                                .factor = calloc(n + 1, sizeof *out->factor),
                                .n_factors = n,
                                .point = record_point,
                                .seed = record_seed,
                                .user = sweep};
    int rc = out->factor ? 0 : SIM_ERR_MEMORY;
    for (size_t f = 0; rc == 0 && f < n; f++)
        rc = record_factor(sweep, f, &out->factor[f]);
    return rc;
}

void sim_experiment_sweep_record_free(sim_store_design_t *out) {
    for (size_t f = 0; out->factor && f < out->n_factors; f++) {
        free(out->factor[f].levels);
        free(out->factor[f].arguments);
    }
    free(out->factor);
    *out = (sim_store_design_t){0};
}

/* ---- running ---- */

/* Values of a point over those of the scenario: `config` becomes the scenario's with other params,
 * which are in the caller's buffer. */
static void vary(const sim_design_sweep_t *sweep, uint64_t point, sim_config_t *config,
                 void *params, double *value) {
    const sim_design_t *design = &sweep->design;
    *config = *sweep->config;
    config->params = params;
    config->run.seed = sim_design_sweep_seed(sweep, point);
    memcpy(params, sweep->config->params, config->model->params_size);
    sim_design_point(design, point, value);
    for (size_t f = 0; f < design->n_factors; f++) {
        const sim_param_t *row = design->factor[f].row;
        sim_param_value_t of_row = sim_param_from_number(row, value[f]);
        sim_param_store(row, &of_row, params);
    }
}

void sim_experiment_sweep_assign(const void *user, uint64_t number, sim_experiment_run_t *run,
                                 sim_config_t *config, void *params) {
    const sim_design_sweep_t *sweep = user;
    double value[SIM_DESIGN_MAX_FACTORS];
    uint64_t rep = 0, place = sim_plan_design_place(sweep->design.points, number, &rep);
    vary(sweep, place, config, params, value);
    run->config = config;
    run->shared = sweep->shared;
    run->prepare = sweep->prepare_each;
    run->replicate = (uint32_t)rep;
    sim_experiment_draw(run, params); /* what the design varies is kept */
    run->run_id = number + 1;
    run->point_id = place + 1;
}

int sim_experiment_sweep_one(const sim_design_sweep_t *sweep, uint64_t number, sim_detail_t detail,
                             const volatile sig_atomic_t *stop, sim_base_arena_t *arena,
                             sim_record_t *record) {
    sim_experiment_run_t run = {.detail = detail, .threads = 1, .digest = true, .stop = stop};
    sim_config_t config;
    size_t size = sweep->config->model->params_size;
    void *params = malloc(size ? size : 1);
    *record = (sim_record_t){0};
    if (!params)
        return SIM_ERR_MEMORY;
    sim_experiment_sweep_assign(sweep, number, &run, &config, params);
    int rc = sim_experiment_replicate(&run, arena, record);
    free(params);
    return rc;
}
