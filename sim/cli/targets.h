/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The option --targets, and how a targets file is told. */
#ifndef SIM_CLI_TARGETS_H
#define SIM_CLI_TARGETS_H

#include "sim/store/outputs.h"

/* The value of --targets; a problem when it is empty. */
const char *sim_cli_targets_file(const char *value, sim_base_diag_t *diag);

/* Reads the file for the configurations that were loaded (NULL: not) and has their runs measured.
 * `file` NULL: nothing. Problems to diag; SIM_ERR_CONFIG or SIM_ERR_MEMORY. *out is the caller's,
 * and must outlive the configurations' runs. */
int sim_cli_targets_load(const char *file, sim_config_t *const *configs, size_t n,
                         sim_base_diag_t *diag, sim_store_outputs_t **out);

/* Whether a run of the configuration covers the years of the targets: for those to fit all of them,
 * or the end of the year before it; for those to test any. Problems to diag, each after `kind`,
 * which is "warning: " for commands that measure all the same; SIM_ERR_CONFIG. `outputs` NULL:
 * nothing. */
int sim_cli_targets_years(const char *file, const sim_store_outputs_t *outputs,
                          const sim_config_t *config, const char *kind, sim_base_diag_t *diag);

/* Print to standard output: 0 or SIM_ERR_MEMORY. */
int sim_cli_targets_json(const sim_store_outputs_t *outputs);

#endif
