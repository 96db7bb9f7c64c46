/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work that `run` and `fork` share: scenarios x replicates into one results file. */
#define _POSIX_C_SOURCE 200809L
#include "sim/cli/run_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/cli/cli.h"
#include "sim/cli/kept.h"
#include "sim/cli/metrics.h"
#include "sim/cli/options.h"
#include "sim/cli/targets.h"
#include "sim/experiment/experiment.h"
#include "sim/plan/order.h"
#include "sim/team/batch.h"
#include "sim/team/ranks.h"

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

static void check_only_rep(sim_cli_run_job_t *job) {
    int64_t rep = job->options.only_rep;
    for (size_t i = 0; rep >= 0 && i < job->n; i++)
        if (job->config[i] && rep >= job->config[i]->run.reps)
            sim_base_diag_add(&job->diag, NULL, 0,
                              "--only-rep %" PRId64 ": the replicates of scenario '%s' are 0 to "
                              "%" PRId64,
                              rep, job->config[i]->name, job->config[i]->run.reps - 1);
}

static bool all_loaded(const sim_cli_run_job_t *job) {
    bool all = !job->diag.truncated;
    for (size_t i = 0; i < job->n; i++)
        all = all && job->config[i];
    return all;
}

static bool is_metric(const sim_cli_run_job_t *job, const char *word) {
    for (size_t i = 0; i < job->n; i++)
        if (job->config[i] && sim_cli_metric_column(job->config[i]->model, word) != SIZE_MAX)
            return true;
    return false;
}

/* A metric after a space instead of = was read as the file of a scenario. */
static void check_watched(sim_cli_run_job_t *job) {
    const sim_cli_run_options_t *o = &job->options;
    for (size_t i = 0; o->watch && !o->watched && i < o->n_scenarios; i++)
        if (access(o->scenario[i], F_OK) && is_metric(job, o->scenario[i]))
            sim_base_diag_add(&job->diag, NULL, 0, "--watch takes its metrics after =: --watch=%s",
                              o->scenario[i]);
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
    int read =
        sim_cli_targets_load(job->options.targets, job->config, job->n, &job->diag, &job->outputs);
    if (read == SIM_ERR_MEMORY)
        return read;
    prepare(job);
    check_only_rep(job);
    check_watched(job);
    if (job->options.draws && all_loaded(job) && job->n > 0)
        sim_cli_run_attach_draws(job);
    if (job->options.until)
        sim_cli_until_check(&job->options.target, (const sim_config_t *const *)job->config, job->n,
                            &job->diag);
    if (job->options.watch && all_loaded(job) &&
        sim_cli_watch_init(&job->watch, job->options.watched,
                           (const sim_config_t *const *)job->config, job->n,
                           &job->diag) == SIM_ERR_MEMORY)
        return SIM_ERR_MEMORY;
    if (job->diag.count)
        return SIM_ERR_CONFIG;
    if (!all_loaded(job)) /* and nothing to say against them */
        return SIM_ERR_MEMORY;
    job->detail = detail(job);
    return make_plan(job, command->fork);
}

/* ---- checkpoints ---- */

static bool uses_checkpoints(const sim_cli_run_job_t *job) {
    return job->options.resume || job->plan.every > 0 || job->plan.trunk;
}

/* Scenario by scenario, but with --until in rounds. */
static sim_plan_order_t order_of(const sim_cli_run_job_t *job) {
    bool only = job->options.only_rep >= 0;
    return (sim_plan_order_t){.n = job->n,
                              .configs = (const sim_config_t *const *)job->config,
                              .rounds = job->options.until,
                              .only = only,
                              .rep = only ? (uint32_t)job->options.only_rep : 0};
}

uint64_t sim_cli_run_planned(const sim_cli_run_job_t *job) {
    const sim_plan_order_t order = order_of(job);
    return sim_plan_runs(&order);
}

/* The place in the file, from 0, of the j-th run of this command: first those that failed. */
static uint64_t in_file(const sim_cli_run_job_t *job, uint64_t j) {
    const sim_store_resumed_t *resumed = &job->resumed;
    return j < resumed->n_retry ? resumed->retry[j] : resumed->done + j - resumed->n_retry;
}

/* The number of this run. A file that grows is in rounds, but the other processes of an mpirun do
 * not know. */
static uint64_t number_of(const void *user, uint64_t j) {
    const sim_cli_run_job_t *job = user;
    sim_plan_order_t order = order_of(job), rounds = order;
    rounds.rounds = true;
    uint64_t number = in_file(job, j);
    return job->growing ? sim_plan_number(&order, sim_plan_run(&rounds, number)) : number;
}

/* How many runs this command makes. */
static uint64_t to_make(const sim_cli_run_job_t *job) {
    uint64_t all = sim_cli_run_planned(job), done = job->resumed.done;
    return job->resumed.n_retry + (all > done ? all - done : 0);
}

/* The files of the runs that are still to be made, before anything is computed. */
static int inspect_checkpoints(sim_cli_run_job_t *job) {
    const sim_plan_order_t order = order_of(job);
    sim_checkpoint_run_t run = {.plan = &job->plan, .detail = job->detail};
    int rc = 0;
    for (uint64_t j = 0; rc == 0 && j < to_make(job); j++) {
        uint64_t number = number_of(job, j);
        sim_plan_run_t place = sim_plan_run(&order, number);
        run.config = job->config[place.scenario];
        run.replicate = (uint32_t)place.rep;
        run.number = number + 1;
        rc = sim_checkpoint_inspect(&run, &job->why);
    }
    if (rc == SIM_ERR_CONFIG)
        sim_base_why_add(&job->why, "; without this file the run begins at its start");
    return rc;
}

/* What an earlier batch of this name left behind must not be taken for ours. */
static int begin_checkpoints(sim_cli_run_job_t *job) {
    struct stat status;
    if (!job->options.resume)
        sim_checkpoint_clear(&job->plan);
    return stat(job->folder, &status) ? 0 : inspect_checkpoints(job);
}

/* A run that is safe in the results file needs no checkpoint any more. Where runs are not in the
 * order of the file, all go at the end. */
static void drop_checkpoints(sim_cli_run_job_t *job, uint64_t committed) {
    if (job->growing || job->resumed.n_retry)
        return;
    while (uses_checkpoints(job) && job->cleared < committed)
        sim_checkpoint_remove(&job->plan, ++job->cleared);
}

/* ---- the batch ---- */

static int take(void *user, const sim_record_t *record) {
    sim_cli_run_job_t *job = user;
    sim_record_t placed = *record;
    placed.run_id = in_file(job, job->taken) + 1;
    int rc = sim_store_run(job->store, &placed);
    if (rc)
        return rc;
    job->taken++;
    if (job->options.watch)
        sim_cli_watch_take(&job->watch, record);
    sim_cli_progress_run(&job->progress);
    drop_checkpoints(job, sim_store_committed(job->store));
    if (!job->options.until)
        return 0;
    sim_cli_until_take(&job->options.target, record, job->config[record->scenario]);
    return sim_cli_until_over(&job->options.target) ? SIM_ERR_INTERRUPTED : 0;
}

/* Which run it is follows from its number alone. */
static void assign(const void *user, uint64_t number, sim_experiment_run_t *run,
                   sim_config_t *config, void *params) {
    const sim_cli_run_job_t *job = user;
    const sim_plan_order_t order = order_of(job);
    sim_plan_run_t place = sim_plan_run(&order, number);
    size_t scenario = place.scenario;
    run->replicate = (uint32_t)place.rep;
    run->config = job->config[scenario];
    run->shared = job->shared[scenario];
    run->scenario = (uint32_t)scenario;
    if (!job->config[scenario]->draws)
        return;
    *config = *job->config[scenario]; /* the scenario's own but for what is drawn */
    config->params = memcpy(params, config->params, config->model->params_size);
    run->config = config;
    sim_experiment_draw(run, params);
}

static int open_store(sim_cli_run_job_t *job, bool rounds) {
    const sim_cli_run_options_t *o = &job->options;
    sim_store_open_t how = o->resume  ? SIM_STORE_RESUME
                           : o->force ? SIM_STORE_REPLACE
                                      : SIM_STORE_NEW;
    const sim_store_plan_t plan = {.path = o->out,
                                   .configs = (const sim_config_t *const *)job->config,
                                   .shared = job->shared,
                                   .n_configs = job->n,
                                   .detail = job->detail,
                                   .command_line = job->command_line,
                                   .rounds = rounds,
                                   .only = o->only_rep >= 0,
                                   .only_rep = o->only_rep};
    sim_store_resumed_free(&job->resumed);
    int rc = sim_store_open(&plan, how, &job->store, &job->resumed, &job->why);
    if (rc == 0)
        sim_store_wait(job->store, &job->wait);
    return rc;
}

/* ---- until it is precise ---- */

static void set_reps(sim_cli_run_job_t *job, int64_t reps) {
    for (size_t i = 0; i < job->n; i++)
        job->config[i]->run.reps = reps;
}

/* Counts what the file holds; from the start, since the rule looks at fixed places. */
static int count_anew(sim_cli_run_job_t *job) {
    sim_cli_run_options_t *o = &job->options;
    sim_cli_until_free(&o->target);
    int rc = sim_cli_until_begin(&o->target, job->n, (uint64_t)o->max_reps,
                                 job->draws.weight ? 0 : (uint64_t)job->draws.n);
    return rc ? rc : sim_cli_until_read(&o->target, o->out, &job->why);
}

/* A finished file of `reps` replicates must be one of this command. Either it is precise as it is,
 * or it is put into rounds to be added to. */
static int take_up_finished(sim_cli_run_job_t *job, int64_t reps) {
    set_reps(job, reps);
    int rc = open_store(job, false);
    if (rc == 0)
        rc = sim_store_close(job->store, &job->why);
    job->store = NULL;
    if (rc == 0)
        rc = count_anew(job);
    job->finished = rc == 0 && sim_cli_until_over(&job->options.target);
    if (rc || job->finished)
        return rc;
    set_reps(job, job->options.max_reps);
    return sim_store_rounds_begin(job->options.out, job->n, &job->wait, &job->why);
}

static int open_until(sim_cli_run_job_t *job) {
    const sim_cli_run_options_t *o = &job->options;
    int64_t reps = 0;
    int rc = 0;
    if (o->resume && access(o->out, F_OK) == 0)
        rc = sim_store_rounds_reps(o->out, job->n, &reps, &job->why);
    if (rc == 0 && reps)
        rc = take_up_finished(job, reps);
    if (rc || job->finished)
        return rc;
    rc = open_store(job, true);
    if (rc == 0 && (rc = count_anew(job))) {
        sim_store_close(job->store, NULL);
        job->store = NULL;
    }
    return rc;
}

/* ---- more replicates of a finished file ---- */

/* A file of fewer replicates than asked for is put into rounds, as one that --until adds to; one
 * whose growth was interrupted is in rounds already. Any other is opened as it is. */
static int open_growing(sim_cli_run_job_t *job) {
    const sim_cli_run_options_t *o = &job->options;
    int64_t asked = job->config[0]->run.reps, reps = 0;
    bool there = o->reps[0] && !job->plan.trunk && access(o->out, F_OK) == 0;
    int rc = there ? sim_store_rounds_reps(o->out, job->n, &reps, &job->why) : 0;
    bool grows = there && rc == 0 && reps < asked;
    if (rc == SIM_ERR_STORE)
        return rc;
    rc = 0;
    if (!grows)
        return open_store(job, false);
    if (reps > 0) { /* is it of this command? */
        set_reps(job, reps);
        rc = open_store(job, false);
        if (rc == 0)
            rc = sim_store_close(job->store, &job->why);
        job->store = NULL;
        set_reps(job, asked);
        if (rc == 0)
            rc = sim_store_rounds_begin(o->out, job->n, &job->wait, &job->why);
    }
    if (rc == 0)
        rc = open_store(job, true);
    job->growing = rc == 0;
    if (rc || job->resumed.done <= sim_cli_run_planned(job))
        return rc;
    sim_store_close(job->store, NULL);
    job->store = NULL;
    return sim_base_why_fail(&job->why, SIM_ERR_CONFIG,
                             "cannot resume %s: it has %" PRIu64 " runs, more than --reps %" PRId64
                             " has",
                             o->out, job->resumed.done, asked);
}

/* The number of replicates is known now: the file becomes that of a run with --reps. */
static int end_until(sim_cli_run_job_t *job) {
    sim_cli_run_options_t *o = &job->options;
    int64_t reps = job->growing ? job->config[0]->run.reps : (int64_t)o->target.rule.replicates;
    sim_config_t **config = calloc(job->n, sizeof *config);
    int rc = config ? 0 : SIM_ERR_MEMORY;
    snprintf(o->reps, sizeof o->reps, "run.reps=%" PRId64, reps);
    for (size_t i = 0; rc == 0 && i < job->n; i++) {
        rc = sim_param_config_load(o->scenario[i], o->set, o->n_sets, &job->diag, &config[i]);
        if (rc == 0 && strcmp(config[i]->digest, job->config[i]->digest) != 0)
            rc = SIM_ERR_CONFIG;
    }
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

static void tell(void *user, const char *sentence) {
    sim_cli_progress_warn(&((sim_cli_run_job_t *)user)->progress, sentence);
}

static sim_experiment_batch_t batch_of(sim_cli_run_job_t *job) {
    const sim_cli_run_options_t *o = &job->options;
    return (sim_experiment_batch_t){.configs = (const sim_config_t *const *)job->config,
                                    .shared = job->shared,
                                    .n_configs = job->n,
                                    .detail = job->detail,
                                    .threads = o->threads,
                                    .paranoid = o->paranoid,
                                    .checkpoint = uses_checkpoints(job) ? &job->plan : NULL,
                                    .stop = job->stop,
                                    .assign = assign,
                                    .assign_user = job,
                                    .number = number_of,
                                    .total = to_make(job),
                                    .take = take,
                                    .tell = tell,
                                    .user = job};
}

static int run_batch(sim_cli_run_job_t *job) {
    const sim_cli_run_options_t *o = &job->options;
    sim_experiment_tally_t tally = {0};
    const sim_experiment_batch_t batch = batch_of(job);
    sim_cli_progress_begin(&job->progress, sim_cli_run_planned(job),
                           job->resumed.done - job->resumed.n_retry, o->quiet);
    if (o->watch)
        sim_cli_watch_begin(&job->watch, o->until ? 0 : (double)to_make(job) / (double)job->n,
                            &job->progress);
    bool over = o->until && sim_cli_until_over(&o->target);
    int rc = over ? 0 : sim_team_batch(&batch, &tally);
    if (rc == SIM_ERR_INTERRUPTED && o->until && sim_cli_until_over(&o->target))
        rc = 0;                        /* precise as wanted: what lies ahead is not needed */
    (void)sim_store_flush(job->store); /* its failure is told by what follows */
    job->progress.done -= sim_store_open_runs(job->store);
    int closed = sim_store_close(job->store, &job->why);
    job->store = NULL;
    sim_cli_progress_end(&job->progress);
    if (closed)
        return closed;
    drop_checkpoints(job, job->progress.done);
    if (rc == 0)
        sim_checkpoint_clear(&job->plan);
    if (rc && rc != SIM_ERR_INTERRUPTED)
        sim_base_why_set(&job->why, "%s", *tally.why.text ? tally.why.text : sim_base_strerror(rc));
    return rc;
}

static int conclude(sim_cli_run_job_t *job, int rc) {
    if (rc == 0 && ((job->options.until && !job->finished) || job->growing))
        rc = end_until(job);
    if (rc == 0)
        return sim_cli_run_summarise(job);
    if (rc == SIM_ERR_INTERRUPTED) {
        fprintf(stderr,
                "kumiai: interrupted after %" PRIu64 " of %s%" PRIu64
                " runs; the same command with --resume continues\n",
                job->progress.done, job->options.until ? "at most " : "", sim_cli_run_planned(job));
        return SIM_CLI_INTERRUPTED;
    }
    fprintf(stderr, "kumiai: %s\n", job->why.text);
    return SIM_CLI_FAILED;
}

/* The runs that are made again. */
static int read_failed(sim_cli_run_job_t *job) {
    int rc = sim_store_failed(job->store, &job->resumed);
    if (rc == 0)
        return 0;
    sim_base_why_set(&job->why, "%s: its failed runs cannot be read: %s", job->options.out,
                     sim_base_strerror(rc));
    sim_store_close(job->store, NULL);
    return rc;
}

/* A results file that cannot be begun is a matter of the command, unless the disk gave out. */
static int begin(sim_cli_run_job_t *job, bool fork) {
    job->wait = (sim_store_wait_t){.stop = job->stop, .tell = tell, .user = job};
    bool there = access(job->options.out, F_OK) == 0;
    int rc = job->options.until    ? open_until(job)
             : job->options.resume ? open_growing(job)
                                   : open_store(job, false);
    if (rc == 0 && job->finished)
        return conclude(job, 0);
    if (rc == 0 && job->options.retry_failed)
        rc = read_failed(job);
    if (rc == 0 && (rc = begin_checkpoints(job))) {
        sim_store_close(job->store, NULL);
        if (!there) /* a refused command leaves nothing behind */
            (void)unlink(job->options.out);
    }
    if (rc == SIM_ERR_INTERRUPTED) {
        job->progress.done = job->resumed.done;
        return conclude(job, rc);
    }
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why.text);
        bool usage = rc == SIM_ERR_EXISTS || rc == SIM_ERR_CONFIG || rc == SIM_ERR_IO;
        return usage ? SIM_CLI_USAGE : SIM_CLI_FAILED;
    }
    sim_cli_run_tell_dates(job, fork);
    for (size_t i = 0; i < job->n && !job->options.quiet; i++)
        sim_cli_tell_kept(job->config[i]);
    for (size_t i = 0; i < job->n; i++) {
        sim_cli_warn_unkept(job->config[i], job->detail, &job->diag);
        sim_cli_targets_warn(job->options.targets, job->outputs, job->config[i], &job->diag);
    }
    sim_cli_print_problems(&job->diag);
    return conclude(job, run_batch(job));
}

/* Ranks above 0 compute; what there is to say rank 0 says. */
static int follow(sim_cli_run_job_t *job, int rc) {
    sim_experiment_tally_t tally;
    if (sim_cli_stay_out(job->options.help, rc, &job->diag))
        return SIM_CLI_OK;
    const sim_experiment_batch_t batch = batch_of(job);
    return sim_cli_followed(sim_team_batch(&batch, &tally), job->options.out);
}

static void job_free(sim_cli_run_job_t *job) {
    for (size_t i = 0; job->config && job->shared && i < job->n; i++) {
        if (job->config[i])
            sim_experiment_release(job->config[i], job->shared[i]);
        sim_param_config_destroy(job->config[i]);
    }
    sim_store_outputs_destroy(job->outputs);
    free(job->config);
    free(job->shared);
    sim_param_draws_free(&job->draws);
    free(job->command_line);
    free(job->folder);
    sim_store_resumed_free(&job->resumed);
    sim_cli_until_free(&job->options.target);
    sim_cli_watch_free(&job->watch);
    sim_cli_run_options_free(&job->options);
    sim_base_diag_free(&job->diag);
}

int sim_cli_run_job(int argc, char **argv, const sim_cli_run_command_t *command) {
    sim_cli_run_job_t job = {0};
    int status = SIM_CLI_FAILED;
    sim_base_diag_init(&job.diag);
    job.stop = sim_cli_catch_signals();
    int rc = get_ready(&job, argc, argv, command);
    if (sim_team_rank() > 0) {
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
        if (!job.options.quiet)
            sim_cli_threads_note(job.options.threads);
        status = begin(&job, command->fork);
    }
    job_free(&job);
    return status;
}
