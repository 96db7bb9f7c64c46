/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work that `run` and `fork` share: scenarios x replicates into one results file. */
#define _POSIX_C_SOURCE 200809L
#include "sim/cli/run_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/cli.h"
#include "sim/cli/options.h"
#include "sim/cli/run_summary.h"
#include "sim/experiment/experiment.h"
#include "sim/experiment/ranks.h"

/* ---- before anything is computed ---- */

void sim_cli_run_check_names(sim_cli_run_job_t *job) {
    for (size_t i = 0; i < job->n; i++)
        for (size_t k = 0; k < i; k++)
            if (job->config[i] && job->config[k] &&
                strcmp(job->config[i]->name, job->config[k]->name) == 0)
                sim_base_diag_add(&job->diag, job->options.scenario[i], 0,
                                  "scenario '%s' is on the command line already, as %s",
                                  job->config[i]->name, job->options.scenario[k]);
}

/* Reads data files also of sound scenarios beside unsound ones, so that the list of problems is
 * whole. */
static void prepare(sim_cli_run_job_t *job) {
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
static sim_detail_t detail(const sim_cli_run_job_t *job) {
    int found = job->options.detail;
    for (size_t i = 0; job->options.detail < 0 && i < job->n; i++)
        if (job->config[i]->run.detail_given && job->config[i]->run.detail > found)
            found = job->config[i]->run.detail;
    return found < 0 ? SIM_DETAIL_SERIES : (sim_detail_t)found;
}

/* What is written and read beside the results file. */
static int make_plan(sim_cli_run_job_t *job, bool fork) {
    static const char suffix[] = ".checkpoints";
    const sim_cli_run_options_t *o = &job->options;
    size_t size = strlen(o->out) + sizeof suffix;
    job->folder = malloc(size);
    if (!job->folder)
        return SIM_ERR_MEMORY;
    snprintf(job->folder, size, "%s%s", o->out, suffix);
    job->plan = (sim_checkpoint_plan_t){.folder = job->folder,
                                        .every = o->checkpoint_every,
                                        .trunk = fork ? job->config[0] : NULL,
                                        .fork_year = o->at};
    return 0;
}

static int get_ready(sim_cli_run_job_t *job, int argc, char **argv,
                     const sim_cli_run_command_t *command) {
    int rc = sim_cli_run_options(argc - 1, argv + 1, command->fork, &job->options, &job->diag);
    if (job->options.help)
        return 0;
    size_t places = job->options.n_scenarios + 1;
    job->config = calloc(places, sizeof *job->config);
    job->shared = calloc(places, sizeof *job->shared);
    job->command_line = sim_cli_command_line(argc, argv);
    if (!job->config || !job->shared || !job->command_line || rc == SIM_ERR_MEMORY)
        return SIM_ERR_MEMORY;
    command->load(job);
    prepare(job);
    if (job->diag.count)
        return SIM_ERR_CONFIG;
    job->detail = detail(job);
    return make_plan(job, command->fork);
}

/* ---- checkpoints ---- */

static bool uses_checkpoints(const sim_cli_run_job_t *job) {
    return job->options.resume || job->plan.every > 0 || job->plan.trunk;
}

/* The files of the runs that are still to be made, before anything is computed. */
static int inspect_checkpoints(sim_cli_run_job_t *job, uint64_t done) {
    sim_checkpoint_run_t run = {.plan = &job->plan, .detail = job->detail};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < job->n; i++)
        for (int64_t rep = 0; rc == 0 && rep < job->config[i]->run.reps; rep++) {
            run.config = job->config[i];
            run.replicate = (uint32_t)rep;
            if (run.number++ >= done)
                rc = sim_checkpoint_inspect(&run, job->why, sizeof job->why);
        }
    if (rc == SIM_ERR_CONFIG)
        snprintf(job->why + strlen(job->why), sizeof job->why - strlen(job->why),
                 "; without this file the run begins at its start");
    return rc;
}

/* What an earlier batch of this name left behind must not be taken for ours. */
static int begin_checkpoints(sim_cli_run_job_t *job, uint64_t done) {
    struct stat status;
    if (!job->options.resume)
        sim_checkpoint_clear(&job->plan);
    return stat(job->folder, &status) ? 0 : inspect_checkpoints(job, done);
}

/* A run that is safe in the results file needs no checkpoint any more. */
static void drop_checkpoints(sim_cli_run_job_t *job, uint64_t committed) {
    while (uses_checkpoints(job) && job->cleared < committed)
        sim_checkpoint_remove(&job->plan, ++job->cleared);
}

/* ---- the batch ---- */

static int take(void *user, const sim_record_t *record) {
    sim_cli_run_job_t *job = user;
    int rc = sim_record_store_run(job->store, record);
    if (rc)
        return rc;
    sim_cli_progress_run(&job->progress);
    drop_checkpoints(job, sim_record_store_committed(job->store));
    return 0;
}

static uint64_t planned(const sim_cli_run_job_t *job) {
    uint64_t runs = 0;
    for (size_t i = 0; i < job->n; i++)
        runs += (uint64_t)job->config[i]->run.reps;
    return runs;
}

static int open_store(sim_cli_run_job_t *job, uint64_t *done) {
    const sim_cli_run_options_t *o = &job->options;
    sim_record_open_t how = o->resume  ? SIM_STORE_RESUME
                            : o->force ? SIM_STORE_REPLACE
                                       : SIM_STORE_NEW;
    return sim_record_store_open(o->out, how, (const sim_config_t *const *)job->config, job->shared,
                                 job->n, job->detail, job->command_line, &job->store, done,
                                 job->why, sizeof job->why);
}

static void tell(void *user, const char *sentence) {
    sim_cli_progress_warn(&((sim_cli_run_job_t *)user)->progress, sentence);
}

static sim_experiment_batch_t batch_of(sim_cli_run_job_t *job, uint64_t done) {
    const sim_cli_run_options_t *o = &job->options;
    return (sim_experiment_batch_t){.configs = (const sim_config_t *const *)job->config,
                                    .shared = job->shared,
                                    .n_configs = job->n,
                                    .first = done,
                                    .detail = job->detail,
                                    .threads = o->threads,
                                    .paranoid = o->paranoid,
                                    .checkpoint = uses_checkpoints(job) ? &job->plan : NULL,
                                    .stop = job->stop,
                                    .take = take,
                                    .tell = tell,
                                    .user = job};
}

static int run_batch(sim_cli_run_job_t *job, uint64_t done) {
    const sim_cli_run_options_t *o = &job->options;
    sim_experiment_tally_t tally = {0};
    const sim_experiment_batch_t batch = batch_of(job, done);
    sim_cli_progress_begin(&job->progress, planned(job), done, o->quiet);
    int rc = sim_experiment_batch(&batch, &tally);
    int closed = sim_record_store_close(job->store, job->why, sizeof job->why);
    job->store = NULL;
    sim_cli_progress_end(&job->progress);
    if (closed)
        return closed;
    drop_checkpoints(job, job->progress.done);
    if (rc == 0)
        sim_checkpoint_clear(&job->plan);
    if (rc && rc != SIM_ERR_INTERRUPTED)
        snprintf(job->why, sizeof job->why, "%s", *tally.why ? tally.why : sim_base_strerror(rc));
    return rc;
}

/* ---- what is told at the end ---- */

static int summarise(sim_cli_run_job_t *job) {
    sim_record_means_t means = {0};
    uint64_t failed = 0;
    int rc = sim_record_means_read(job->options.out, &means, job->why, sizeof job->why);
    if (rc == 0)
        sim_cli_run_summary(stdout, &means, job->options.out);
    for (size_t i = 0; rc == 0 && i < means.n_scenarios; i++)
        failed += means.failed[i];
    sim_record_means_free(&means);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why);
        return SIM_CLI_FAILED;
    }
    rc = sim_cli_finish_output();
    if (rc == 0 && failed) {
        fprintf(stderr,
                "kumiai: %" PRIu64 " of %" PRIu64 " runs failed; table run of %s says why\n",
                failed, planned(job), job->options.out);
        rc = SIM_CLI_PARTLY;
    }
    return rc;
}

static int conclude(sim_cli_run_job_t *job, int rc) {
    if (rc == 0)
        return summarise(job);
    if (rc == SIM_ERR_INTERRUPTED) {
        fprintf(stderr,
                "kumiai: interrupted after %" PRIu64 " of %" PRIu64
                " runs; the same command with --resume continues\n",
                job->progress.done, planned(job));
        return SIM_CLI_INTERRUPTED;
    }
    fprintf(stderr, "kumiai: %s\n", job->why);
    return SIM_CLI_FAILED;
}

/* A results file that cannot be begun is a matter of the command, unless the disk gave out. */
static int begin(sim_cli_run_job_t *job) {
    uint64_t done = 0;
    int rc = open_store(job, &done);
    if (rc == 0 && (rc = begin_checkpoints(job, done)))
        sim_record_store_close(job->store, NULL, 0);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why);
        bool usage = rc == SIM_ERR_EXISTS || rc == SIM_ERR_CONFIG || rc == SIM_ERR_IO;
        return usage ? SIM_CLI_USAGE : SIM_CLI_FAILED;
    }
    return conclude(job, run_batch(job, done));
}

/* Ranks above 0 compute; what there is to say rank 0 says. */
static int follow(sim_cli_run_job_t *job, int rc) {
    sim_experiment_tally_t tally;
    if (sim_cli_stay_out(job->options.help, rc, &job->diag))
        return SIM_CLI_OK;
    const sim_experiment_batch_t batch = batch_of(job, 0);
    return sim_experiment_batch(&batch, &tally) == SIM_ERR_IO ? SIM_CLI_FAILED : SIM_CLI_OK;
}

static void job_free(sim_cli_run_job_t *job) {
    for (size_t i = 0; job->config && job->shared && i < job->n; i++) {
        if (job->config[i])
            sim_experiment_release(job->config[i], job->shared[i]);
        sim_param_config_destroy(job->config[i]);
    }
    free(job->config);
    free(job->shared);
    free(job->command_line);
    free(job->folder);
    sim_cli_run_options_free(&job->options);
    sim_base_diag_free(&job->diag);
}

int sim_cli_run_job(int argc, char **argv, const sim_cli_run_command_t *command) {
    sim_cli_run_job_t job = {0};
    int status = SIM_CLI_FAILED;
    sim_base_diag_init(&job.diag);
    job.stop = sim_cli_catch_signals();
    int rc = get_ready(&job, argc, argv, command);
    if (sim_experiment_rank() > 0) {
        status = follow(&job, rc);
    } else if (job.options.help) {
        fputs(command->help, stdout);
        status = sim_cli_finish_output();
    } else if (rc == SIM_ERR_CONFIG) {
        sim_cli_print_problems(&job.diag);
        status = SIM_CLI_USAGE;
    } else if (rc) {
        fprintf(stderr, "kumiai: %s\n", sim_base_strerror(rc));
    } else {
        status = begin(&job);
    }
    job_free(&job);
    return status;
}
