/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SIM_CLI_RUN_SUMMARY_H
#define SIM_CLI_RUN_SUMMARY_H

#include <stdio.h>

#include "sim/store/means.h"

/* Prints runs and the first summary columns of a results file: columns as rows, scenarios as
 * columns, in blocks of at most 100 characters' width. */
void sim_cli_run_summary(FILE *stream, const sim_store_means_t *means, const char *path);

#endif
