/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/cli/kept.h"
#include "sim/cli/targets.h"
#include "sim/team/ranks.h"

/* ---- the results file ---- */

sim_store_plan_t sim_cli_job_plan(const sim_cli_job_t *job) {
    return (sim_store_plan_t){.path = job->options.out,
                              .configs = (const sim_config_t *const *)job->config,
                              .shared = job->shared,
                              .n_configs = job->n,
                              .detail = job->detail,
                              .command_line = job->command_line};
}

/* The runs that are made again; of a sweep they are known. */
static int read_failed(sim_cli_job_t *job) {
    int rc = sim_store_failed(job->store, &job->resumed);
    if (rc == 0)
        return 0;
    sim_store_close(job->store, NULL);
    job->store = NULL;
    return sim_base_why_fail(&job->why, rc, "%s: its failed runs cannot be read: %s",
                             job->options.out, sim_base_strerror(rc));
}

int sim_cli_job_open(sim_cli_job_t *job, const sim_store_plan_t *plan) {
    sim_store_open_t how = job->options.resume  ? SIM_STORE_RESUME
                           : job->options.force ? SIM_STORE_REPLACE
                                                : SIM_STORE_NEW;
    sim_store_resumed_free(&job->resumed);
    int rc = sim_store_open(plan, how, &job->store, &job->resumed, &job->why);
    if (rc == 0)
        sim_store_wait(job->store, &job->wait);
    if (rc == 0 && job->options.retry_failed && !plan->design)
        rc = read_failed(job);
    job->task.done = job->resumed.done;
    job->task.retry = job->resumed.retry;
    job->task.again = job->resumed.again;
    job->task.n_retry = job->options.retry_failed ? job->resumed.n_retry : 0;
    return rc;
}

/* ---- the batch ---- */

static int take(void *user, const sim_record_t *record) {
    sim_cli_job_t *job = user;
    int rc = sim_store_run(job->store, record);
    if (rc == 0 && job->command->took)
        rc = job->command->took(job, record);
    if (rc == 0 || rc == SIM_ERR_INTERRUPTED)
        sim_cli_progress_run(&job->progress);
    return rc;
}

static void tell(void *user, const char *sentence) {
    sim_cli_progress_warn(&((sim_cli_job_t *)user)->progress, sentence);
}

static sim_experiment_batch_t batch_of(sim_cli_job_t *job) {
    sim_experiment_batch_t batch = {.configs = (const sim_config_t *const *)job->config,
                                    .shared = job->shared,
                                    .n_configs = job->n,
                                    .task = &job->task,
                                    .detail = job->detail,
                                    .threads = job->options.threads,
                                    .paranoid = job->options.paranoid,
                                    .stop = job->stop,
                                    .take = take,
                                    .tell = tell,
                                    .user = job};
    job->command->batch(job, &batch);
    return batch;
}

static int run_batch(sim_cli_job_t *job) {
    const sim_cli_job_command_t *command = job->command;
    sim_experiment_tally_t tally = {0};
    const sim_experiment_batch_t batch = batch_of(job);
    sim_cli_progress_begin(&job->progress, sim_plan_task_planned(&job->task),
                           job->task.done - job->task.n_retry, job->options.quiet);
    bool over = command->begun && command->begun(job);
    int rc = over ? 0 : sim_team_batch(&batch, &tally);
    if (command->ended)
        rc = command->ended(job, rc);
    (void)sim_store_flush(job->store); /* its failure is told by what follows */
    job->progress.done -= sim_store_open_runs(job->store);
    int closed = sim_store_close(job->store, &job->why);
    job->store = NULL;
    sim_cli_progress_end(&job->progress);
    if (closed)
        return closed;
    if (rc && rc != SIM_ERR_INTERRUPTED)
        sim_base_why_set(&job->why, "%s", *tally.why.text ? tally.why.text : sim_base_strerror(rc));
    return command->closed ? command->closed(job, rc) : rc;
}

static int conclude(sim_cli_job_t *job, int rc) {
    if (rc == 0)
        return job->command->summarise(job);
    if (rc == SIM_ERR_INTERRUPTED) {
        fprintf(stderr,
                "kumiai: interrupted after %" PRIu64 " of %s%" PRIu64
                " runs; the same command with --resume continues\n",
                job->progress.done, job->open_ended ? "at most " : "",
                sim_plan_task_planned(&job->task));
        return SIM_CLI_INTERRUPTED;
    }
    fprintf(stderr, "kumiai: %s\n", job->why.text);
    return SIM_CLI_FAILED;
}

/* ---- the command ---- */

/* What concerns the runs of each configuration. */
static void tell_all(sim_cli_job_t *job) {
    if (job->command->tell)
        job->command->tell(job);
    for (size_t i = 0; i < job->n && !job->options.quiet; i++)
        sim_cli_tell_kept(job->config[i]);
    sim_cli_warn_sets(job->options.set, job->options.n_sets, &job->diag);
    sim_cli_warn_same(job->config, job->n, &job->diag);
    for (size_t i = 0; i < job->n; i++) {
        sim_cli_warn_unkept(job->config[i], job->detail, &job->diag);
        (void)sim_cli_targets_years(job->options.targets, job->outputs, job->config[i],
                                    "warning: ", &job->diag);
    }
    sim_cli_print_problems(&job->diag);
}

/* A results file that cannot be begun is a matter of the command, unless the disk gave out. */
static int begin(sim_cli_job_t *job) {
    job->wait = (sim_store_wait_t){.stop = job->stop, .tell = tell, .user = job};
    int rc = job->command->open(job);
    if (rc == 0 && job->finished)
        return conclude(job, 0);
    if (rc == SIM_ERR_INTERRUPTED) {
        job->progress.done = job->resumed.done;
        return conclude(job, rc);
    }
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why.text);
        bool usage = rc == SIM_ERR_EXISTS || rc == SIM_ERR_CONFIG || rc == SIM_ERR_IO;
        return usage ? SIM_CLI_USAGE : SIM_CLI_FAILED;
    }
    tell_all(job);
    return conclude(job, run_batch(job));
}

/* Ranks above 0 compute; what there is to say rank 0 says. */
static int follow(sim_cli_job_t *job, int rc) {
    sim_experiment_tally_t tally;
    if (sim_cli_stay_out(job->options.help, rc, &job->diag))
        return SIM_CLI_OK;
    const sim_experiment_batch_t batch = batch_of(job);
    return sim_cli_followed(sim_team_batch(&batch, &tally), job->options.out);
}

static int lead(sim_cli_job_t *job, int rc) {
    bool over = false;
    if (job->options.help)
        return sim_cli_print_help(job->help);
    if (rc == SIM_ERR_CONFIG) {
        sim_cli_print_problems(&job->diag);
        return SIM_CLI_USAGE;
    }
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", sim_base_strerror(rc));
        return SIM_CLI_FAILED;
    }
    if (!job->options.quiet)
        sim_cli_threads_note(job->options.threads);
    int status = job->command->before ? job->command->before(job, &over) : SIM_CLI_OK;
    return status == SIM_CLI_OK && !over ? begin(job) : status;
}

void sim_cli_tell_failed(const sim_store_counts_t *counts, uint64_t runs, const char *out,
                         const char *more) {
    fprintf(stderr,
            "kumiai: %" PRIu64 " of %" PRIu64 " runs failed; the first is %s\n"
            "kumiai: table run of %s has the other notes; --retry-failed makes them again%s\n",
            counts->failed + counts->timeout, runs, counts->first, out, more);
}

static void job_free(sim_cli_job_t *job) {
    job->command->free(job);
    sim_param_draws_free(&job->draws);
    sim_store_outputs_destroy(job->outputs);
    sim_store_resumed_free(&job->resumed);
    free(job->command_line);
    sim_cli_job_options_free(&job->options);
    sim_base_diag_free(&job->diag);
}

int sim_cli_job(sim_cli_job_t *job, int argc, char **argv) {
    sim_base_diag_init(&job->diag);
    job->stop = sim_cli_catch_signals();
    job->command_line = sim_cli_command_line(argc, argv);
    int rc = job->command->get_ready(job, argc - 1, argv + 1);
    if (rc == 0 && !job->command_line)
        rc = SIM_ERR_MEMORY;
    int status = sim_team_rank() > 0 ? follow(job, rc) : lead(job, rc);
    job_free(job);
    return status;
}
