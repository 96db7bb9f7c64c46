/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How `run`, `fork` and `sweep` go: read options and files, open the results file, make the runs,
 * commit, sum up. The commands are tables of what differs. */
#ifndef SIM_CLI_JOB_H
#define SIM_CLI_JOB_H

#include "sim/base/why.h"
#include "sim/cli/cli.h"
#include "sim/cli/job_options.h"
#include "sim/cli/progress.h"
#include "sim/experiment/experiment.h"
#include "sim/param/draws.h"
#include "sim/store/store.h"

typedef struct sim_cli_job sim_cli_job_t;

/* Functions that return a code have put a sentence into job->why; what may be NULL says so. */
typedef struct {
    /* Reads options and files, all of them: problems to job->diag. Sets configurations, shared,
     * detail and what the task is of. SIM_ERR_CONFIG or SIM_ERR_MEMORY. */
    int (*get_ready)(sim_cli_job_t *job, int argc, char **argv);
    /* What is done without a results file: an exit status; *over: that was all. May be NULL. */
    int (*before)(sim_cli_job_t *job, bool *over);
    /* Opens job->store, or sets job->finished. */
    int (*open)(sim_cli_job_t *job);
    /* Says what is to be said before the runs; may be NULL. */
    void (*tell)(const sim_cli_job_t *job);
    /* Completes what is handed to the team. */
    void (*batch)(sim_cli_job_t *job, sim_experiment_batch_t *batch);
    /* Around the runs; may be NULL. begun() says whether there is nothing to make, took() ends the
     * batch by SIM_ERR_INTERRUPTED, ended() gets the code of the batch and may make it 0. */
    bool (*begun)(sim_cli_job_t *job);
    int (*took)(sim_cli_job_t *job, const sim_record_t *record);
    int (*ended)(sim_cli_job_t *job, int code);
    /* After the store is closed: what is left to do with the code of the batch. May be NULL. */
    int (*closed)(sim_cli_job_t *job, int code);
    /* Prints means and counts: an exit status. */
    int (*summarise)(sim_cli_job_t *job);
    void (*free)(sim_cli_job_t *job);
} sim_cli_job_command_t;

struct sim_cli_job {
    const sim_cli_job_command_t *command;
    const char *help;
    sim_cli_job_options_t options;
    sim_config_t **config; /* n; the command's, as what the models have prepared */
    void **shared;
    size_t n;
    sim_detail_t detail;
    sim_param_draws_t draws;      /* of --draws */
    sim_store_outputs_t *outputs; /* of --targets; NULL without */
    char *command_line;
    sim_store_t *store;
    sim_store_wait_t wait;
    sim_store_resumed_t resumed; /* what the file held; `retry` matters with --retry-failed only */
    sim_plan_task_t task;        /* the runs of this command */
    bool open_ended;             /* the runs that are planned are the most that there may be */
    bool finished;               /* there is nothing to add to the file */
    sim_cli_progress_t progress;
    const volatile sig_atomic_t *stop;
    sim_base_diag_t diag;
    sim_base_why_t why;
};

/* The plan of the results file, for scenarios x replicates in their own order. */
sim_store_plan_t sim_cli_job_plan(const sim_cli_job_t *job);

/* Opens what the plan says as --resume and --force have it, and completes the task by what the file
 * has and by what --retry-failed wants. */
int sim_cli_job_open(sim_cli_job_t *job, const sim_store_plan_t *plan);

/* To stderr: how many of `runs` failed, the first and why. `more`: what else to say, or "". */
void sim_cli_tell_failed(const sim_store_counts_t *counts, uint64_t runs, const char *out,
                         const char *more);

/* The whole command; argv[0] is its name. `job` is zeroed but for its command and help, and the
 * first member of what the command has. Returns an exit status. */
int sim_cli_job(sim_cli_job_t *job, int argc, char **argv);

#endif
