/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai run --until METRIC:HALFWIDTH`: what the rule of sim/experiment/until.h has to do with the
 * command line and the results file. */
#ifndef SIM_CLI_RUN_UNTIL_H
#define SIM_CLI_RUN_UNTIL_H

#include <stdio.h>

#include "sim/base/why.h"
#include "sim/experiment/until.h"
#include "sim/schedule/world.h"
#include "sim/store/rounds.h"

typedef struct {
    char metric[128];
    sim_experiment_until_t rule;
    double *value; /* of the replicate that is coming in, one per scenario */
    size_t scenarios, have;
} sim_cli_until_t;

/* Reads METRIC:HALFWIDTH or METRIC:PERCENT%; problems to diag. */
void sim_cli_until_parse(const char *text, sim_cli_until_t *until, sim_base_diag_t *diag);

/* Complains about scenarios whose model has no such column of table summary. */
void sim_cli_until_check(const sim_cli_until_t *until, const sim_config_t *const *configs, size_t n,
                         sim_base_diag_t *diag);

/* Begins to count n scenarios with at most `cap` replicates, which use `draws` draws of parameters
 * one after the other; 0: none, or each has its own. 0 or SIM_ERR_MEMORY; free in any case. */
int sim_cli_until_begin(sim_cli_until_t *until, size_t n, uint64_t cap, uint64_t draws);
void sim_cli_until_free(sim_cli_until_t *until);

/* Values in rounds: from the file, then from the runs themselves. */
int sim_cli_until_read(sim_cli_until_t *until, const char *path, sim_base_why_t *why);
void sim_cli_until_take(sim_cli_until_t *until, const sim_record_t *record,
                        const sim_config_t *config);
bool sim_cli_until_over(const sim_cli_until_t *until);

/* The table of differences. */
void sim_cli_until_print(FILE *stream, const sim_cli_until_t *until,
                         const sim_config_t *const *configs);

#endif
