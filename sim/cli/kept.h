/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings about which a command does what may not be meant: rows that it does not keep, settings
 * given twice, scenarios that are the same. */
#ifndef SIM_CLI_KEPT_H
#define SIM_CLI_KEPT_H

#include "sim/base/diag.h"
#include "sim/param/config.h"
#include "sim/record/record.h"

/* Adds a warning for output.tables and output.events where they are set although rows of tables
 * are not kept. */
void sim_cli_warn_unkept(const sim_config_t *config, sim_detail_t detail, sim_base_diag_t *diag);

/* Adds a warning for each setting of --set that another one of the same name replaces. */
void sim_cli_warn_sets(const char *const *sets, size_t n, sim_base_diag_t *diag);

/* Adds a warning for each of the scenarios whose settings are those of an earlier one. */
void sim_cli_warn_same(sim_config_t *const *config, size_t n, sim_base_diag_t *diag);

/* Names on standard error what of the draws of parameters a configuration keeps. */
void sim_cli_tell_kept(const sim_config_t *config);

#endif
