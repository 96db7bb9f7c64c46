/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/metrics.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t sim_cli_metric_column(const sim_model_t *model, const char *metric) {
    size_t i = 0;
    while (model->reducers && model->reducers[i].name &&
           strcmp(model->reducers[i].name, metric) != 0)
        i++;
    return model->reducers && model->reducers[i].name ? i : SIZE_MAX;
}

static void unknown(const char *option, const char *metric, const sim_model_t *model,
                    sim_base_diag_t *diag) {
    size_t n = 0;
    while (model->reducers && model->reducers[n].name)
        n++;
    const char **names = calloc(n + 1, sizeof *names);
    for (size_t i = 0; names && i < n; i++)
        names[i] = model->reducers[i].name;
    sim_base_hint_t hint;
    sim_base_diag_add(diag, NULL, 0,
                      "%s: model '%s' has no summary metric '%s' (`kumiai describe %s` lists"
                      " them)%s",
                      option, model->name, metric, model->name,
                      names ? sim_base_hint(&hint, metric, names, "", "") : "");
    free(names);
}

void sim_cli_metric_check(const char *option, const char *metric,
                          const sim_config_t *const *configs, size_t n, sim_base_diag_t *diag) {
    for (size_t i = 0; i < n; i++) {
        bool told = false;
        for (size_t k = 0; k < i; k++)
            told = told ||
                   (configs[k] && configs[i] && configs[k]->model->name == configs[i]->model->name);
        if (configs[i] && !told && sim_cli_metric_column(configs[i]->model, metric) == SIZE_MAX)
            unknown(option, metric, configs[i]->model, diag);
    }
}
