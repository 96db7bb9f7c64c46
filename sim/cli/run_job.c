/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/cli/run_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/cli/metrics.h"
#include "sim/cli/targets.h"

/* ---- before anything is computed ---- */

void sim_cli_run_check_names(sim_cli_job_t *job, const sim_cli_run_options_t *options) {
    for (size_t i = 0; i < job->n; i++)
        for (size_t k = 0; k < i; k++)
            if (job->config[i] && job->config[k] &&
                strcmp(job->config[i]->name, job->config[k]->name) == 0)
                sim_base_diag_add(&job->diag, options->scenario[i], 0,
                                  "scenario '%s' is on the command line already, as %s",
                                  job->config[i]->name, options->scenario[k]);
}

/* Reads data files also of sound scenarios beside unsound ones, to list all problems. */
static void prepare(sim_cli_job_t *job) {
    for (size_t i = 0; i < job->n; i++) {
        if (!job->config[i])
            continue;
        size_t known = job->diag.count;
        int rc = sim_experiment_prepare(job->config[i], &job->diag, &job->shared[i]);
        if (rc && job->diag.count == known)
            sim_base_diag_add(&job->diag, job->config[i]->file, 0, "preparing the model: %s",
                              sim_base_strerror(rc));
    }
}

/* --detail, else the largest that a scenario asks for, else series. */
static sim_detail_t detail_of(const sim_cli_job_t *job) {
    int found = job->options.detail;
    for (size_t i = 0; job->options.detail < 0 && i < job->n; i++)
        if (job->config[i]->run.detail_given && job->config[i]->run.detail > found)
            found = job->config[i]->run.detail;
    return found < 0 ? SIM_DETAIL_SERIES : (sim_detail_t)found;
}

/* What is written and read beside the results file. */
static int make_plan(sim_cli_run_job_t *run) {
    static const char suffix[] = ".checkpoints";
    const sim_cli_job_t *job = &run->job;
    size_t size = strlen(job->options.out) + sizeof suffix;
    run->folder = malloc(size);
    if (!run->folder)
        return SIM_ERR_MEMORY;
    snprintf(run->folder, size, "%s%s", job->options.out, suffix);
    run->plan = (sim_checkpoint_plan_t){.folder = run->folder,
                                        .every = run->options.checkpoint_every,
                                        .trunk = run->fork ? job->config[0] : NULL,
                                        .fork_year = run->options.at};
    return 0;
}

static void check_only_rep(sim_cli_job_t *job, int64_t rep) {
    for (size_t i = 0; rep >= 0 && i < job->n; i++)
        if (job->config[i] && rep >= job->config[i]->run.reps)
            sim_base_diag_add(&job->diag, NULL, 0,
                              "--only-rep %" PRId64 ": the replicates of scenario '%s' are 0 to "
                              "%" PRId64,
                              rep, job->config[i]->name, job->config[i]->run.reps - 1);
}

static bool all_loaded(const sim_cli_job_t *job) {
    bool all = !job->diag.truncated;
    for (size_t i = 0; i < job->n; i++)
        all = all && job->config[i];
    return all;
}

static bool is_metric(const sim_cli_job_t *job, const char *word) {
    for (size_t i = 0; i < job->n; i++)
        if (job->config[i] && sim_cli_metric_column(job->config[i]->model, word) != SIZE_MAX)
            return true;
    return false;
}

/* A metric after a space instead of = was read as the file of a scenario. */
static void check_watched(sim_cli_job_t *job, const sim_cli_run_options_t *o) {
    for (size_t i = 0; o->watch && !o->watched && i < o->n_scenarios; i++)
        if (access(o->scenario[i], F_OK) && is_metric(job, o->scenario[i]))
            sim_base_diag_add(&job->diag, NULL, 0, "--watch takes its metrics after =: --watch=%s",
                              o->scenario[i]);
}

/* Has all replicates use the draws of --draws, which are tried on every scenario. */
static void attach_draws(sim_cli_job_t *job) {
    const sim_cli_job_options_t *o = &job->options;
    int rc = sim_param_draws_read(o->draws, o->draws_reps ? (uint64_t)o->draws_reps : 1,
                                  job->config[0]->model, &job->diag, &job->draws);
    for (size_t i = 0; rc == 0 && i < job->n; i++)
        rc = sim_param_draws_attach(&job->draws, job->config[i], NULL, 0, &job->diag);
    if (rc == SIM_ERR_MEMORY)
        sim_base_diag_add(&job->diag, o->draws, 0, "%s", sim_base_strerror(rc));
}

/* Scenario by scenario, but with --until in rounds. */
static void make_task(sim_cli_run_job_t *run) {
    bool only = run->options.only_rep >= 0;
    run->job.open_ended = run->options.until;
    run->job.task.order =
        (sim_plan_order_t){.n = run->job.n,
                           .configs = (const sim_config_t *const *)run->job.config,
                           .rounds = run->options.until,
                           .only = only,
                           .rep = only ? (uint32_t)run->options.only_rep : 0};
}

/* What can be said of the configurations. SIM_ERR_MEMORY or SIM_ERR_STORE. */
static int check_all(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    const sim_config_t *const *configs = (const sim_config_t *const *)job->config;
    sim_cli_run_options_t *o = &run->options;
    int rc =
        sim_cli_targets_load(job->options.targets, job->config, job->n, &job->diag, &job->outputs);
    if (rc && rc != SIM_ERR_CONFIG)
        return rc;
    prepare(job);
    check_only_rep(job, o->only_rep);
    check_watched(job, o);
    if (job->options.draws && all_loaded(job) && job->n > 0)
        attach_draws(job);
    if (o->until)
        sim_cli_until_check(&o->target, configs, job->n, &job->diag);
    return o->watch && all_loaded(job)
               ? sim_cli_watch_init(&run->watch, o->watched, configs, job->n, &job->diag)
               : 0;
}

static int get_ready(sim_cli_job_t *job, int argc, char **argv) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    int rc = sim_cli_run_options(argc, argv, run->fork, &job->options, &run->options, &job->diag);
    if (job->options.help)
        return 0;
    size_t places = run->options.n_scenarios + 1;
    job->config = calloc(places, sizeof *job->config);
    job->shared = calloc(places, sizeof *job->shared);
    if (!job->config || !job->shared || rc == SIM_ERR_MEMORY)
        return SIM_ERR_MEMORY;
    job->n = run->options.n_scenarios;
    run->load(run);
    rc = check_all(run);
    if (rc && rc != SIM_ERR_CONFIG)
        return rc;
    if (job->diag.count)
        return SIM_ERR_CONFIG;
    if (!all_loaded(job)) /* and nothing to say against them */
        return SIM_ERR_MEMORY;
    job->detail = detail_of(job);
    make_task(run);
    return make_plan(run);
}

/* ---- checkpoints ---- */

static bool uses_checkpoints(const sim_cli_run_job_t *run) {
    return run->job.options.resume || run->plan.every > 0 || run->plan.trunk;
}

/* The files of the runs that are still to be made, before anything is computed. */
static int inspect_checkpoints(sim_cli_run_job_t *run) {
    sim_cli_job_t *job = &run->job;
    sim_checkpoint_run_t found = {.plan = &run->plan, .detail = job->detail};
    int rc = 0;
    for (uint64_t j = 0; rc == 0 && j < sim_plan_task_runs(&job->task); j++) {
        uint64_t number = sim_plan_task_number(&job->task, j);
        sim_plan_run_t place = sim_plan_run(&job->task.order, number);
        found.config = job->config[place.scenario];
        found.replicate = (uint32_t)place.rep;
        found.number = number + 1;
        rc = sim_checkpoint_inspect(&found, &job->why);
    }
    if (rc == SIM_ERR_CONFIG)
        sim_base_why_add(&job->why, "; without this file the run begins at its start");
    return rc;
}

/* What an earlier batch of this name left behind must not be taken for ours. */
static int begin_checkpoints(sim_cli_run_job_t *run) {
    struct stat status;
    if (!run->job.options.resume)
        sim_checkpoint_clear(&run->plan);
    return stat(run->folder, &status) ? 0 : inspect_checkpoints(run);
}

/* A run that is safe in the results file needs no checkpoint any more. Where runs are not in the
 * order of the file, all go at the end. */
static void drop_checkpoints(sim_cli_run_job_t *run, uint64_t committed) {
    if (run->job.task.grows || run->job.task.n_retry)
        return;
    while (uses_checkpoints(run) && run->cleared < committed)
        sim_checkpoint_remove(&run->plan, ++run->cleared);
}

/* ---- the batch ---- */

static int open_all(sim_cli_job_t *job) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    bool there = access(job->options.out, F_OK) == 0;
    int rc = sim_cli_run_open(run);
    if (rc || job->finished || (rc = begin_checkpoints(run)) == 0)
        return rc;
    sim_store_close(job->store, NULL);
    job->store = NULL;
    if (!there) /* a refused command leaves nothing behind */
        (void)unlink(job->options.out);
    return rc;
}

static void complete_batch(sim_cli_job_t *job, sim_experiment_batch_t *batch) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    batch->checkpoint = uses_checkpoints(run) ? &run->plan : NULL;
}

static bool is_precise(const sim_cli_run_job_t *run) {
    return run->options.until && sim_cli_until_over(&run->options.target);
}

static bool begun(sim_cli_job_t *job) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    if (run->options.watch)
        sim_cli_watch_begin(
            &run->watch,
            run->options.until ? 0 : (double)sim_plan_task_runs(&job->task) / (double)job->n,
            &job->progress);
    return is_precise(run);
}

static int took(sim_cli_job_t *job, const sim_record_t *record) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    if (run->options.watch)
        sim_cli_watch_take(&run->watch, record);
    drop_checkpoints(run, sim_store_committed(job->store));
    if (!run->options.until)
        return 0;
    sim_cli_until_take(&run->options.target, record, job->config[record->scenario]);
    return is_precise(run) ? SIM_ERR_INTERRUPTED : 0;
}

/* Precise as wanted: what lies ahead is not needed. */
static int ended(sim_cli_job_t *job, int code) {
    return code == SIM_ERR_INTERRUPTED && is_precise((sim_cli_run_job_t *)job) ? 0 : code;
}

static int closed(sim_cli_job_t *job, int code) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    drop_checkpoints(run, job->progress.done);
    if (code)
        return code;
    sim_checkpoint_clear(&run->plan);
    return run->options.until || job->task.grows ? sim_cli_run_end_rounds(run) : 0;
}

static void run_free(sim_cli_job_t *job) {
    sim_cli_run_job_t *run = (sim_cli_run_job_t *)job;
    for (size_t i = 0; job->config && job->shared && i < job->n; i++) {
        if (job->config[i])
            sim_experiment_release(job->config[i], job->shared[i]);
        sim_param_config_destroy(job->config[i]);
    }
    free(job->config);
    free(job->shared);
    free(run->folder);
    sim_cli_until_free(&run->options.target);
    sim_cli_watch_free(&run->watch);
    sim_cli_run_options_free(&run->options);
}

const sim_cli_job_command_t sim_cli_run_command = {.get_ready = get_ready,
                                                   .open = open_all,
                                                   .tell = sim_cli_run_tell_dates,
                                                   .batch = complete_batch,
                                                   .begun = begun,
                                                   .took = took,
                                                   .ended = ended,
                                                   .closed = closed,
                                                   .summarise = sim_cli_run_summarise,
                                                   .free = run_free};
