/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `--watch`: how the running means of some metrics come to rest, drawn above the progress bar while
 * the runs land. It reads what is recorded and changes nothing: results are the same without. It
 * leaves every mode of the terminal alone, so that there is none to restore. */
#ifndef SIM_CLI_WATCH_H
#define SIM_CLI_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/cli/progress.h"
#include "sim/record/record.h"

enum { SIM_CLI_WATCH_METRICS = 6, SIM_CLI_WATCH_POINTS = 512 };

/* The running mean of one metric in one scenario. */
typedef struct {
    double count, mean, squares; /* Welford: squares is the sum of squared deviations */
    double x[SIM_CLI_WATCH_POINTS], y[SIM_CLI_WATCH_POINTS]; /* every stride-th mean */
    size_t points, stride;
} sim_cli_watch_line_t;

typedef struct {
    char *text; /* names, cut apart; owned */
    const char *metric[SIM_CLI_WATCH_METRICS];
    size_t n_metrics, n_scenarios;
    const sim_config_t *const *config;
    sim_cli_watch_line_t *line; /* metric x scenario */
    double planned;             /* replicates of a scenario; 0: open */
    bool ascii, colour;
} sim_cli_watch_t;

/* Which metrics to draw: `names` with commas, or the first two of the first model when it is NULL.
 * Names that the model of a scenario does not have are problems. 0, SIM_ERR_CONFIG or
 * SIM_ERR_MEMORY; free in any case. */
int sim_cli_watch_init(sim_cli_watch_t *watch, const char *names, const sim_config_t *const *config,
                       size_t n_scenarios, sim_base_diag_t *diag);
void sim_cli_watch_free(sim_cli_watch_t *watch);

/* From now on the picture is above the bar. Where standard error is no terminal that can, a note
 * says so, and nothing is drawn. planned: replicates of a scenario, 0 while they are not known. */
void sim_cli_watch_begin(sim_cli_watch_t *watch, double planned, sim_cli_progress_t *progress);

/* One more run; those that failed count nothing. */
void sim_cli_watch_take(sim_cli_watch_t *watch, const sim_record_t *record);

#endif
