/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options that name a metric of the summary. */
#ifndef SIM_CLI_METRICS_H
#define SIM_CLI_METRICS_H

#include "sim/schedule/world.h"

/* The place of a metric among the columns of a model's summary; SIZE_MAX when there is none. */
size_t sim_cli_metric_column(const sim_model_t *model, const char *metric);

/* A problem for each model of these configurations (some of which may be NULL) that has no such
 * metric, with the nearest name; `option` is the one that names it. */
void sim_cli_metric_check(const char *option, const char *metric,
                          const sim_config_t *const *configs, size_t n, sim_base_diag_t *diag);

#endif
