/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work that `run` and `fork` share: configurations x replicates into one results file, with
 * checkpoints beside it, and means at the end. */
#ifndef SIM_CLI_RUN_JOB_H
#define SIM_CLI_RUN_JOB_H

#include "sim/base/why.h"
#include "sim/checkpoint/checkpoint.h"
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/run_options.h"
#include "sim/cli/watch.h"
#include "sim/param/draws.h"
#include "sim/store/outputs.h"

typedef struct {
    sim_cli_run_options_t options;
    sim_config_t **config; /* n places; NULL where loading failed */
    void **shared;
    size_t n;
    sim_param_draws_t draws;      /* of --draws */
    sim_store_outputs_t *outputs; /* of --targets; NULL without */
    sim_detail_t detail;
    char *command_line;
    char *folder; /* of the checkpoints */
    sim_checkpoint_plan_t plan;
    sim_store_resumed_t resumed; /* what the file held; `retry` only with --retry-failed */
    uint64_t taken;              /* runs of this command that were written */
    sim_store_wait_t wait;
    uint64_t cleared; /* runs whose checkpoints are gone */
    bool growing;     /* --resume adds replicates to a finished file */
    bool finished;    /* --until found nothing to add to a finished file */
    sim_store_t *store;
    sim_cli_progress_t progress;
    sim_cli_watch_t watch; /* of --watch */
    const volatile sig_atomic_t *stop;
    sim_base_diag_t diag;
    sim_base_why_t why;
} sim_cli_run_job_t;

typedef struct {
    const char *help;
    bool fork; /* options of a fork; the first configuration is the trunk of the others */
    /* Sets job->n and loads the configurations; problems to job->diag. */
    void (*load)(sim_cli_run_job_t *job);
} sim_cli_run_command_t;

/* Complains about configurations of one name, which nobody could tell apart in the results. */
void sim_cli_run_check_names(sim_cli_run_job_t *job);

/* Has all replicates use the draws of --draws, which are tried on every scenario. Problems to
 * job->diag. */
void sim_cli_run_attach_draws(sim_cli_run_job_t *job);

/* Runs of the whole batch, those that the file has included. */
uint64_t sim_cli_run_planned(const sim_cli_run_job_t *job);

/* What dates mean that are not just the begin of a step, on standard error; policies repeat what
 * their scenario has. */
void sim_cli_run_tell_dates(const sim_cli_run_job_t *job, bool fork);

/* Means, what --until found, and how many runs failed. Returns the exit status. */
int sim_cli_run_summarise(sim_cli_run_job_t *job);

/* The whole command; argv[0] is its name. Returns an exit status. */
int sim_cli_run_job(int argc, char **argv, const sim_cli_run_command_t *command);

#endif
