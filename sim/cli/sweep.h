/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of `kumiai sweep` share. */
#ifndef SIM_CLI_SWEEP_H
#define SIM_CLI_SWEEP_H

#include "sim/cli/job.h"
#include "sim/experiment/sweep.h"
#include "sim/store/store.h"

typedef struct {
    const char *file;
    char timeout[64];               /* the setting that --timeout stands for */
    const char *design_csv, *salib; /* files to write; NULL: not asked for */
    uint32_t shard, shards;
    bool append, dry_run;
} sim_cli_sweep_options_t;

typedef struct {
    sim_cli_job_t job; /* the first member: a pointer to it is one to the whole */
    sim_cli_sweep_options_t options;
    sim_design_sweep_t sweep;
    sim_store_design_t design; /* what the results file tells of it */
} sim_cli_sweep_job_t;

/* Reads the arguments after `sweep`. All problems go to diag. Free *shared in any case. */
void sim_cli_sweep_options(int argc, char **argv, sim_cli_job_options_t *shared,
                           sim_cli_sweep_options_t *options, sim_base_diag_t *diag);

/* Write the design: points as CSV, the problem as JSON for SALib. `file` "-" is standard output.
 * Each returns an exit status, with a message if not SIM_CLI_OK; a file is whole or not there. */
int sim_cli_sweep_csv(const sim_design_sweep_t *sweep, const char *file);
int sim_cli_sweep_salib(const sim_design_sweep_t *sweep, const char *file);

/* Prints how many points and runs a wave adds. */
void sim_cli_sweep_tell_wave(const sim_plan_wave_t *wave);

/* Makes a few of the runs, writes nothing and prints what the whole would take; of a file that is
 * gone on with, what is left to do. */
int sim_cli_sweep_dry_run(const sim_cli_sweep_job_t *all);

/* "lhs of scenario x: 200 points x 4 replicates, 2 factors". */
void sim_cli_sweep_title(const sim_design_sweep_t *sweep, char *buffer, size_t size);

#endif
