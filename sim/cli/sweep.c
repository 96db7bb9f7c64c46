/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai sweep`: a design over the parameters of one scenario. */
#include "sim/cli/sweep.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/cli/cli.h"
#include "sim/cli/kept.h"
#include "sim/cli/progress.h"
#include "sim/cli/targets.h"
#include "sim/param/draws.h"
#include "sim/team/batch.h"
#include "sim/team/ranks.h"

static const char help[] =
    "Usage: kumiai sweep SWEEP.cfg --out R.db [OPTIONS]\n"
    "       kumiai sweep SWEEP.cfg [--dry-run] [--design-csv FILE] [--salib FILE]\n"
    "\n"
    "Runs a scenario at every point of a design over its parameters, with replicates, into one\n"
    "results file (SQLite): replicate 0 of all points first, then replicate 1, so that a sweep\n"
    "that is cut short is balanced. With the same seeds at all points (the default) points are\n"
    "compared as matched pairs. scenarios/SWEEPS.md says what a sweep file holds.\n"
    "\n"
    "  --out R.db            results file; it must not exist, unless --resume or --force\n"
    "  --reps N              replicates, in place of sweep.reps; with --resume also more than\n"
    "                        before\n"
    "  --seed S              seed, in place of the scenario's run.seed\n"
    "  --set KEY=VALUE       a setting of the scenario; repeatable\n"
    "  --timeout SECONDS     gives a run up that takes longer, in place of run.timeout\n"
    "  --detail LEVEL        summary (default), series, full or choices: how much of each run is\n"
    "                        kept\n"
    "  --draws P.csv         draws of parameters, a column each and perhaps one called weight:\n"
    "                        replicate r uses row r (after the last the first again; with weights\n"
    "                        a systematic resample that the seed fixes). What a scenario's own "
    "file\n"
    "                        or --set gives is kept; what its base gives is drawn\n"
    "  --draws-reps K        K replicates in a row share a draw, which tells how much of the\n"
    "                        variance is chance and how much the parameters'\n"
    "  --targets FILE        measure the outputs of a targets file on every run; their values are\n"
    "                        kept at any detail\n"
    "  --threads T           threads, 1 to 1024 (default: the processors that this process may\n"
    "                        use); no result depends on it\n"
    "                        (with mpirun: each process's share of them)\n"
    "  --shard I/N           the I-th of N parts, for several machines; `kumiai merge` joins them\n"
    "  --append              add the points of this design that a results file does not have, as\n"
    "                        another wave of it, or begin it; the same command continues the wave\n"
    "  --resume              continue a results file that was interrupted, or begin it\n"
    "  --retry-failed        resume, and make the runs again that failed or took too long\n"
    "  --force               replace an existing file (results, --design-csv, --salib)\n"
    "  --dry-run             make a few runs and tell rows, bytes, memory and time of the whole\n"
    "  --design-csv FILE     write the points (- for standard output)\n"
    "  --salib FILE          write the problem as SALib wants it, in JSON\n"
    "  --paranoid            check all invariants after every step\n"
    "  --quiet               no progress on standard error\n"
    "  --help                this text\n"
    "\n"
    "Exit status: 0 all done; 1 failed; 2 usage or configuration error, nothing run or written;\n"
    "3 some runs failed, their notes are in table run; 130 interrupted, --resume continues.\n";

typedef struct {
    sim_cli_sweep_options_t options;
    sim_design_sweep_t sweep;
    sim_param_draws_t draws;
    sim_store_outputs_t *outputs; /* of --targets; NULL without */
    sim_store_design_t design;
    sim_store_t *store;
    sim_store_resumed_t resumed;
    sim_cli_progress_t progress;
    const volatile sig_atomic_t *stop;
    sim_store_wait_t wait;
    char *command_line;
    sim_base_diag_t diag;
    sim_base_why_t why;
} job_t;

void sim_cli_sweep_title(const sim_design_sweep_t *sweep, char *buffer, size_t size) {
    const sim_design_t *design = &sweep->design;
    snprintf(buffer, size,
             "Sweep %s of scenario %.200s: %" PRIu64 " point%s x %" PRId64
             " replicate%s, %zu factor%s",
             sim_design_kind_name(design->kind), sweep->config->name, design->points,
             design->points == 1 ? "" : "s", sweep->config->run.reps,
             sweep->config->run.reps == 1 ? "" : "s", design->n_factors,
             design->n_factors == 1 ? "" : "s");
}

/* What the design varies is kept. */
static int attach_draws(job_t *job) {
    const sim_cli_sweep_options_t *o = &job->options;
    const sim_design_t *design = &job->sweep.design;
    const sim_param_t **factor = calloc(design->n_factors + 1, sizeof *factor);
    if (!factor)
        return SIM_ERR_MEMORY;
    for (size_t f = 0; f < design->n_factors; f++)
        factor[f] = design->factor[f].row;
    int rc = sim_param_draws_read(o->draws, o->draws_reps ? (uint64_t)o->draws_reps : 1,
                                  job->sweep.config->model, &job->diag, &job->draws);
    if (rc == 0)
        rc = sim_param_draws_attach(&job->draws, job->sweep.config, factor, design->n_factors,
                                    &job->diag);
    free(factor);
    return rc;
}

static int get_ready(job_t *job, int argc, char **argv) {
    sim_cli_sweep_options_t *o = &job->options;
    sim_cli_sweep_options(argc - 1, argv + 1, o, &job->diag);
    if (o->help)
        return 0;
    job->command_line = sim_cli_command_line(argc, argv);
    if (!job->command_line)
        return SIM_ERR_MEMORY;
    int rc = 0;
    if (o->file)
        rc = sim_experiment_sweep_load(o->file, o->set, o->n_sets, &job->diag, &job->sweep);
    if (rc && rc != SIM_ERR_CONFIG && job->diag.count == 0)
        return rc;
    if (rc == 0 && o->draws)
        rc = attach_draws(job);
    rc = sim_cli_targets_load(o->targets, &job->sweep.config, job->sweep.config ? 1 : 0, &job->diag,
                              &job->outputs);
    if (rc == SIM_ERR_MEMORY)
        return rc;
    job->sweep.shard = o->shard;
    job->sweep.shards = o->shards;
    job->sweep.append = o->append;
    return job->diag.count || rc ? SIM_ERR_CONFIG : 0;
}

/* ---- the batch ---- */

static int take(void *user, const sim_record_t *record) {
    job_t *job = user;
    int rc = sim_store_run(job->store, record);
    if (rc == 0)
        sim_cli_progress_run(&job->progress);
    return rc;
}

static void tell(void *user, const char *sentence) {
    sim_cli_progress_warn(&((job_t *)user)->progress, sentence);
}

static int open_store(job_t *job) {
    const sim_cli_sweep_options_t *o = &job->options;
    sim_store_open_t how = o->resume  ? SIM_STORE_RESUME
                           : o->force ? SIM_STORE_REPLACE
                                      : SIM_STORE_NEW;
    int rc = sim_experiment_sweep_record(&job->sweep, &job->design);
    if (rc) {
        sim_base_why_set(&job->why, "%s", sim_base_strerror(rc));
        return rc;
    }
    const sim_store_plan_t plan = {.path = o->out,
                                   .configs = (const sim_config_t *const *)&job->sweep.config,
                                   .shared = &job->sweep.shared,
                                   .n_configs = 1,
                                   .detail = o->detail,
                                   .command_line = job->command_line,
                                   .design = &job->design};
    rc = sim_store_open(&plan, how, &job->store, &job->resumed, &job->why);
    job->wait = (sim_store_wait_t){.stop = job->stop, .tell = tell, .user = job};
    if (rc == 0)
        sim_store_wait(job->store, &job->wait);
    return rc;
}

static sim_experiment_sweep_batch_t batch_of(job_t *job) {
    const sim_cli_sweep_options_t *o = &job->options;
    return (sim_experiment_sweep_batch_t){.sweep = &job->sweep,
                                          .wave = &job->resumed.wave,
                                          .again = job->resumed.again,
                                          .retry = job->resumed.retry,
                                          .n_retry = o->retry_failed ? job->resumed.n_retry : 0,
                                          .done = job->resumed.done,
                                          .detail = o->detail,
                                          .threads = o->threads,
                                          .paranoid = o->paranoid,
                                          .stop = job->stop,
                                          .take = take,
                                          .tell = tell,
                                          .user = job,
                                          .run = sim_team_batch};
}

static int run_batch(job_t *job) {
    const sim_cli_sweep_options_t *o = &job->options;
    sim_experiment_tally_t tally = {0};
    const sim_experiment_sweep_batch_t batch = batch_of(job);
    sim_cli_progress_begin(&job->progress, sim_experiment_sweep_total(&batch),
                           job->resumed.done - batch.n_retry, o->quiet);
    int rc = sim_experiment_sweep_run(&batch, &tally);
    (void)sim_store_flush(job->store);
    job->progress.done -= sim_store_open_runs(job->store);
    int closed = sim_store_close(job->store, &job->why);
    job->store = NULL;
    sim_cli_progress_end(&job->progress);
    if (closed)
        return closed;
    if (rc && rc != SIM_ERR_INTERRUPTED)
        sim_base_why_set(&job->why, "%s", sim_base_strerror(rc));
    return rc;
}

/* ---- what is told at the end ---- */

void sim_cli_sweep_tell_wave(const sim_plan_wave_t *wave) {
    uint64_t known = 0;
    for (uint64_t p = 0; wave->point && p < wave->points; p++)
        known += wave->point[p] < wave->first_point;
    if (wave->found)
        printf("Nothing to add: wave %" PRId64 " has all points and replicates\n", wave->found);
    else if (wave->runs == 0)
        printf("Nothing to add: the file has all points and replicates\n");
    else
        printf("Wave %" PRId64 ": %" PRIu64 " new point%s, %" PRIu64 " that the file had; %" PRIu64
               " run%s\n",
               wave->id, wave->added, wave->added == 1 ? "" : "s", known, wave->runs,
               wave->runs == 1 ? "" : "s");
}

static int summarise(job_t *job) {
    char title[512];
    sim_store_counts_t counts;
    int rc = sim_store_counts_read(job->options.out, &counts, &job->why);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why.text);
        return SIM_CLI_FAILED;
    }
    sim_cli_sweep_title(&job->sweep, title, sizeof title);
    printf("%s\n", title);
    if (job->options.append)
        sim_cli_sweep_tell_wave(&job->resumed.wave);
    if (job->sweep.shards > 1)
        printf("Shard %u of %u. ", job->sweep.shard, job->sweep.shards);
    printf("Runs: %" PRIu64 " ok, %" PRIu64 " failed, %" PRIu64 " given up after the time limit\n",
           counts.ok, counts.failed, counts.timeout);
    printf("Results: %s\n", job->options.out);
    rc = sim_cli_finish_output();
    if (rc || counts.failed + counts.timeout == 0)
        return rc;
    fprintf(stderr,
            "kumiai: %" PRIu64 " of %" PRIu64 " runs failed; table run of %s says why, "
            "--retry-failed makes them again%s\n",
            counts.failed + counts.timeout, counts.ok + counts.failed + counts.timeout,
            job->options.out,
            job->sweep.design.block ? "; view block tells which blocks are not whole" : "");
    return SIM_CLI_PARTLY;
}

static int conclude(job_t *job, int rc) {
    if (rc == 0)
        return summarise(job);
    if (rc == SIM_ERR_INTERRUPTED) {
        fprintf(stderr,
                "kumiai: interrupted after %" PRIu64 " of %" PRIu64
                " runs; the same command with --resume continues\n",
                job->progress.done, job->progress.total);
        return SIM_CLI_INTERRUPTED;
    }
    fprintf(stderr, "kumiai: %s\n", job->why.text);
    return SIM_CLI_FAILED;
}

/* A results file that cannot be begun is a matter of the command, unless the disk gave out. */
static int begin(job_t *job) {
    int rc = open_store(job);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why.text);
        bool usage = rc == SIM_ERR_EXISTS || rc == SIM_ERR_CONFIG || rc == SIM_ERR_IO;
        return usage ? SIM_CLI_USAGE : SIM_CLI_FAILED;
    }
    if (!job->options.quiet)
        sim_cli_tell_kept(job->sweep.config);
    sim_cli_warn_unkept(job->sweep.config, job->options.detail, &job->diag);
    sim_cli_targets_warn(job->options.targets, job->outputs, job->sweep.config, &job->diag);
    sim_cli_print_problems(&job->diag);
    return conclude(job, run_batch(job));
}

/* Not even --force replaces what the sweep itself is read from. */
static int check_inputs(const job_t *job) {
    const char *const to[] = {job->options.design_csv, job->options.salib};
    const char *table = job->sweep.table;
    for (size_t i = 0; i < sizeof to / sizeof to[0]; i++)
        if (to[i] && (sim_param_config_reads(job->sweep.config, to[i]) ||
                      (table && sim_base_same_file(table, to[i])))) {
            fprintf(stderr, "kumiai: %s: %s is a file that this sweep reads; choose another name\n",
                    i ? "--salib" : "--design-csv", to[i]);
            return SIM_CLI_USAGE;
        }
    return SIM_CLI_OK;
}

static int work(job_t *job) {
    const sim_cli_sweep_options_t *o = &job->options;
    int status = check_inputs(job);
    if (job->sweep.note[0] && !o->quiet)
        fprintf(stderr, "kumiai: %s\n", job->sweep.note);
    if (status == SIM_CLI_OK && o->design_csv)
        status = sim_cli_sweep_csv(&job->sweep, o->design_csv);
    if (status == SIM_CLI_OK && o->salib)
        status = sim_cli_sweep_salib(&job->sweep, o->salib);
    if (status == SIM_CLI_OK && o->dry_run)
        return sim_cli_sweep_dry_run(&job->sweep, o, job->command_line, job->stop);
    return status == SIM_CLI_OK && o->out ? begin(job) : status;
}

/* Ranks above 0 compute; what there is to say rank 0 says. */
static int follow(job_t *job, int rc) {
    sim_experiment_tally_t tally;
    const sim_experiment_sweep_batch_t batch = batch_of(job);
    if (sim_cli_stay_out(job->options.help, rc, &job->diag))
        return SIM_CLI_OK;
    return sim_cli_followed(sim_experiment_sweep_run(&batch, &tally), job->options.out);
}

static void job_free(job_t *job) {
    sim_experiment_sweep_record_free(&job->design);
    sim_experiment_sweep_free(&job->sweep);
    sim_param_draws_free(&job->draws);
    sim_store_resumed_free(&job->resumed);
    sim_store_outputs_destroy(job->outputs);
    free(job->command_line);
    sim_cli_sweep_options_free(&job->options);
    sim_base_diag_free(&job->diag);
}

int sim_cli_sweep(int argc, char **argv) {
    job_t job = {.stop = sim_cli_catch_signals()};
    int status = SIM_CLI_FAILED;
    sim_base_diag_init(&job.diag);
    int rc = get_ready(&job, argc, argv);
    if (sim_team_rank() > 0) {
        status = follow(&job, rc);
    } else if (job.options.help) {
        fputs(help, stdout);
        status = sim_cli_finish_output();
    } else if (rc == SIM_ERR_CONFIG) {
        sim_cli_print_problems(&job.diag);
        status = SIM_CLI_USAGE;
    } else if (rc) {
        fprintf(stderr, "kumiai: %s\n", sim_base_strerror(rc));
    } else {
        if (!job.options.quiet)
            sim_cli_threads_note(job.options.threads);
        status = work(&job);
    }
    job_free(&job);
    return status;
}
