/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings about rows that a command does not keep. */
#ifndef SIM_CLI_KEPT_H
#define SIM_CLI_KEPT_H

#include "sim/base/diag.h"
#include "sim/param/config.h"
#include "sim/record/record.h"

/* Adds a warning for output.tables and output.events where they are set although rows of tables
 * are not kept. */
void sim_cli_warn_unkept(const sim_config_t *config, sim_detail_t detail, sim_base_diag_t *diag);

/* Names on standard error what of the draws of parameters a configuration keeps. */
void sim_cli_tell_kept(const sim_config_t *config);

#endif
