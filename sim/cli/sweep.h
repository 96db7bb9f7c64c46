/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of `kumiai sweep` share. */
#ifndef SIM_CLI_SWEEP_H
#define SIM_CLI_SWEEP_H

#include "sim/cli/options.h"
#include "sim/experiment/sweep.h"
#include "sim/store/store.h"

typedef struct {
    const char *file, *out;
    const char *targets; /* the file of --targets; NULL: not asked for */
    const char **set;    /* --set, then the settings that --reps, --seed and --timeout stand for */
    size_t n_sets;
    char reps[64], seed[64], timeout[64];
    const char *draws;              /* the file of --draws; NULL when not given */
    int64_t draws_reps;             /* of --draws-reps; 0 when not given */
    const char *design_csv, *salib; /* files to write; NULL: not asked for */
    uint32_t shard, shards;
    int threads;
    sim_detail_t detail;
    bool append, resume, retry_failed, force, dry_run, paranoid, quiet, help;
} sim_cli_sweep_options_t;

/* Reads the arguments after `sweep`. All problems go to diag. Free *options in any case. */
void sim_cli_sweep_options(int argc, char **argv, sim_cli_sweep_options_t *options,
                           sim_base_diag_t *diag);
void sim_cli_sweep_options_free(sim_cli_sweep_options_t *options);

/* Write the design: points as CSV, the problem as JSON for SALib. `file` "-" is standard output.
 * Each returns an exit status, after a message when it is not SIM_CLI_OK; a file is there whole or
 * not at all. */
int sim_cli_sweep_csv(const sim_design_sweep_t *sweep, const char *file);
int sim_cli_sweep_salib(const sim_design_sweep_t *sweep, const char *file);

/* Prints how many points and runs a wave adds. */
void sim_cli_sweep_tell_wave(const sim_plan_wave_t *wave);

/* Makes a few of the runs, writes nothing and prints what the whole would take; of a file that is
 * gone on with, what is left to do. */
int sim_cli_sweep_dry_run(const sim_design_sweep_t *sweep, const sim_cli_sweep_options_t *options,
                          const char *command_line, const volatile sig_atomic_t *stop);

/* "lhs of scenario x: 200 points x 4 replicates, 2 factors". */
void sim_cli_sweep_title(const sim_design_sweep_t *sweep, char *buffer, size_t size);

#endif
