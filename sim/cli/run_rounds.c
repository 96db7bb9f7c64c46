/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the results file of `run` and `fork`: also one whose number of replicates is not known
 * yet
 * (--until), or that gets more of them. Such a file is in rounds meanwhile. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/run_job.h"

static int open_store(sim_cli_run_job_t *run, bool rounds) {
    sim_store_plan_t plan = sim_cli_job_plan(&run->job);
    plan.rounds = rounds;
    plan.only = run->options.only_rep >= 0;
    plan.only_rep = run->options.only_rep;
    return sim_cli_job_open(&run->job, &plan);
}

static void give_up(sim_cli_job_t *job) {
    sim_store_close(job->store, NULL);
    job->store = NULL;
}

static void set_reps(sim_cli_job_t *job, int64_t reps) {
    for (size_t i = 0; i < job->n; i++)
        job->config[i]->run.reps = reps;
}

/* Whether a finished file of so many replicates is one of this command. */
static int check_finished(sim_cli_run_job_t *run, int64_t reps) {
    set_reps(&run->job, reps);
    int rc = open_store(run, false);
    if (rc == 0)
        rc = sim_store_close(run->job.store, &run->job.why);
    run->job.store = NULL;
    return rc;
}

/* ---- until it is precise ---- */

/* Counts what the file holds; from the start, since the rule looks at fixed places. */
static int count_again(sim_cli_run_job_t *run) {
    const sim_cli_job_t *job = &run->job;
    sim_cli_until_t *target = &run->options.target;
    sim_cli_until_free(target);
    int rc = sim_cli_until_begin(target, job->n, (uint64_t)run->options.max_reps,
                                 job->draws.weight ? 0 : (uint64_t)job->draws.n);
    return rc ? rc : sim_cli_until_read(target, job->options.out, &run->job.why);
}

/* Either a finished file is precise as it is, or it is put into rounds to be added to. */
static int take_up_finished(sim_cli_run_job_t *run, int64_t reps) {
    sim_cli_job_t *job = &run->job;
    int rc = check_finished(run, reps);
    if (rc == 0)
        rc = count_again(run);
    job->finished = rc == 0 && sim_cli_until_over(&run->options.target);
    if (rc || job->finished)
        return rc;
    set_reps(job, run->options.max_reps);
    return sim_store_rounds_begin(job->options.out, job->n, &job->wait, &job->why);
}

static int open_until(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    int64_t reps = 0;
    int rc = 0;
    if (job->options.resume && access(job->options.out, F_OK) == 0)
        rc = sim_store_rounds_reps(job->options.out, job->n, &reps, &job->why);
    if (rc == 0 && reps)
        rc = take_up_finished(run, reps);
    if (rc || job->finished)
        return rc;
    rc = open_store(run, true);
    if (rc == 0 && (rc = count_again(run)))
        give_up(job);
    return rc;
}

/* ---- more replicates of a finished file ---- */

/* A file of fewer replicates than asked for is put into rounds, as one that --until adds to; one
 * whose growth was interrupted is in rounds already. Any other is opened as it is. */
static int open_growing(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    const sim_cli_job_options_t *o = &job->options;
    int64_t asked = job->config[0]->run.reps, reps = 0;
    bool there = o->reps[0] && !run->plan.trunk && access(o->out, F_OK) == 0;
    int rc = there ? sim_store_rounds_reps(o->out, job->n, &reps, &job->why) : 0;
    bool grows = there && rc == 0 && reps < asked;
    if (rc == SIM_ERR_STORE)
        return rc;
    if (!grows)
        return open_store(run, false);
    if (reps > 0) {
        rc = check_finished(run, reps);
        set_reps(job, asked);
        if (rc == 0)
            rc = sim_store_rounds_begin(o->out, job->n, &job->wait, &job->why);
    }
    if (rc == 0)
        rc = open_store(run, true);
    job->task.grows = rc == 0;
    if (rc || job->resumed.done <= sim_plan_task_planned(&job->task))
        return rc;
    give_up(job);
    return sim_base_why_fail(&job->why, SIM_ERR_CONFIG,
                             "cannot resume %s: it has %" PRIu64 " runs, more than --reps %" PRId64
                             " has",
                             o->out, job->resumed.done, asked);
}

int sim_cli_run_open(sim_cli_run_job_t *run) {
    return run->options.until        ? open_until(run)
           : run->job.options.resume ? open_growing(run)
                                     : open_store(run, false);
}

/* ---- the end ---- */

/* Reads the scenario again, with the replicates that it has now. */
static int load_again(sim_cli_run_job_t *run, size_t i, sim_config_t **config) {
    sim_cli_job_t *job = &run->job;
    int rc = sim_param_config_load(run->options.scenario[i], job->options.set, &job->diag, config);
    bool other = rc == 0 && strcmp((*config)->digest, job->config[i]->digest) != 0;
    return other ? SIM_ERR_CONFIG : rc;
}

int sim_cli_run_end_rounds(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    sim_cli_job_options_t *o = &job->options;
    int64_t reps =
        job->task.grows ? job->config[0]->run.reps : (int64_t)run->options.target.rule.replicates;
    sim_config_t **config = calloc(job->n, sizeof *config);
    int rc = config ? 0 : SIM_ERR_MEMORY;
    snprintf(o->reps, sizeof o->reps, "run.reps=%" PRId64, reps);
    for (size_t i = 0; rc == 0 && i < job->n; i++)
        rc = load_again(run, i, &config[i]);
    if (rc)
        sim_base_why_set(&job->why,
                         "%s: all runs are there, but a scenario cannot be read as before: %s",
                         o->out, sim_base_strerror(rc));
    else
        rc = sim_store_rounds_end(o->out, (const sim_config_t *const *)config, job->n, reps,
                                  &job->wait, &job->why);
    set_reps(job, reps);
    for (size_t i = 0; config && i < job->n; i++)
        sim_param_config_destroy(config[i]);
    free(config);
    return rc;
}
