/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What runs share: made by the model from files, once, and from nothing that a sweep may vary. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/list.h"
#include "sim/experiment/parts.h"
#include "sim/param/draws.h"
#include "sim/schedule/targets.h"

bool sim_experiment_prepare_reads(const sim_model_t *model, const sim_param_t *row) {
    const char *const *names = model->prepare_reads ? model->prepare_reads : model->start_only;
    return model->prepare && (row->type == SIM_PARAM_PATH || sim_base_among(row->name, names));
}

/* A value that no model takes for one that was set. */
static void blind(const sim_param_t *row, void *params) {
    sim_param_value_t value = {0};
    if (row->type == SIM_PARAM_REAL)
        value.real = NAN;
    else if (row->type == SIM_PARAM_INT)
        value.integer = INT64_MIN;
    else if (row->type == SIM_PARAM_CHOICE)
        value.choice = -1;
    sim_param_store(row, &value, params);
}

/* What the hook makes is kept only when it has nothing to say against the configuration; refusing
 * without a reason is a mistake in the model. */
static int ask_model(const sim_config_t *seen, sim_base_diag_t *diag, void **shared) {
    sim_base_diag_t own;
    sim_base_diag_init(&own);
    int rc = seen->model->prepare(seen, &own, shared);
    if (rc && rc != SIM_ERR_MEMORY && own.count == 0 && !own.truncated)
        rc = sim_base_diag_add(&own, seen->file, 0,
                               "prepare() of model %s refuses this configuration with code %d and "
                               "does not say why",
                               seen->model->name, rc);
    int taken = sim_base_diag_take(diag, &own);
    if (rc == SIM_OK && taken) {
        sim_experiment_release(seen, *shared);
        *shared = NULL;
    }
    return rc ? rc : taken;
}

/* What the model makes of a configuration of which it sees what it may read. */
static int prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared) {
    const sim_model_t *model = config->model;
    sim_config_t seen = *config;
    if (!model->prepare)
        return SIM_OK;
    seen.params = malloc(model->params_size ? model->params_size : 1);
    if (!seen.params)
        return SIM_ERR_MEMORY;
    memcpy(seen.params, config->params, model->params_size);
    for (const sim_param_t *row = model->params; row && row->name; row++)
        if (!sim_experiment_prepare_reads(model, row))
            blind(row, seen.params);
    int rc = ask_model(&seen, diag, shared);
    free(seen.params);
    return rc;
}

void sim_experiment_draw(sim_experiment_run_t *run, void *params) {
    const sim_param_draws_t *draws = run->config->draws;
    if (!draws)
        return;
    size_t draw = sim_param_draws_of(run->config, run->replicate);
    sim_param_draws_apply(run->config, draw, params);
    run->draw_id = draw + 1;
    for (size_t c = 0; c < draws->n_rows; c++)
        run->prepare =
            run->prepare || (!run->config->kept[c] &&
                             sim_experiment_prepare_reads(run->config->model, draws->row[c]));
}

/* Whom interventions are about is known now. */
int sim_experiment_prepare(const sim_config_t *config, sim_base_diag_t *diag, void **shared) {
    *shared = NULL;
    int rc = prepare(config, diag, shared);
    if (!rc && (rc = sim_schedule_targets_check(config, *shared, diag))) {
        sim_experiment_release(config, *shared);
        *shared = NULL;
    }
    return rc;
}

int sim_experiment_prepare_own(const sim_config_t *config, sim_record_t *record, void **shared) {
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    int rc = sim_experiment_prepare(config, &diag, shared);
    if (rc && diag.count)
        snprintf(record->note, sizeof record->note, "%.200s", diag.problem[0].text);
    sim_base_diag_free(&diag);
    return rc;
}

void sim_experiment_release(const sim_config_t *config, void *shared) {
    if (shared && config->model->release)
        config->model->release(shared);
}
