/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `run` and `fork` share: configurations x replicates into one results file, with checkpoints
 * beside it, and means at the end. */
#ifndef SIM_CLI_RUN_JOB_H
#define SIM_CLI_RUN_JOB_H

#include "sim/checkpoint/checkpoint.h"
#include "sim/cli/job.h"
#include "sim/cli/run_options.h"
#include "sim/cli/watch.h"

typedef struct sim_cli_run_job sim_cli_run_job_t;

struct sim_cli_run_job {
    sim_cli_job_t job; /* the first member: a pointer to it is one to the whole */
    bool fork;         /* the first configuration is the trunk of the others */
    /* Loads the configurations; problems to job.diag. */
    void (*load)(sim_cli_run_job_t *run);
    sim_cli_run_options_t options;
    sim_checkpoint_plan_t plan;
    char *folder;     /* of the checkpoints */
    uint64_t cleared; /* runs whose checkpoints are gone */
    sim_cli_watch_t watch;
};

/* Complains about configurations of one name, which nobody could tell apart in the results. */
void sim_cli_run_check_names(sim_cli_job_t *job, const sim_cli_run_options_t *options);

/* Opens the results file; more replicates of a finished one, and --until, included. */
int sim_cli_run_open(sim_cli_run_job_t *run);

/* Once all runs are there, their number is known: the file becomes that of a run with --reps. */
int sim_cli_run_end_rounds(sim_cli_run_job_t *run);

/* What dates mean that are not just the begin of a step, on standard error; policies repeat what
 * their scenario has. */
void sim_cli_run_tell_dates(const sim_cli_job_t *job);

/* Means, what --until found, and how many runs failed. Returns the exit status. */
int sim_cli_run_summarise(sim_cli_job_t *job);

/* Functions of a command (job.h) whose job is that of a sim_cli_run_job_t. */
extern const sim_cli_job_command_t sim_cli_run_command;

#endif
