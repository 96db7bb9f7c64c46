/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai sweep`: a design over the parameters of one scenario. */
#include "sim/cli/sweep.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/file.h"
#include "sim/cli/cli.h"
#include "sim/cli/targets.h"

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
    "                        kept\n" SIM_CLI_HELP_DRAWS
    "  --targets FILE        measure the outputs of a targets file on every run; their values are\n"
    "                        kept at any detail\n" SIM_CLI_HELP_THREADS
    "                        (with mpirun: each process's share of them)\n"
    "  --shard I/N           the I-th of N parts, for several machines; `kumiai merge` joins them\n"
    "  --append              add the points of this design that a results file does not have, as\n"
    "                        another wave of it, or begin it; the same command continues the "
    "wave\n" SIM_CLI_HELP_RESUME
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

void sim_cli_sweep_title(const sim_design_sweep_t *sweep, char *buffer, size_t size) {
    const sim_design_t *design = &sweep->design;
    snprintf(buffer, size,
             "Sweep %s of scenario %.200s: %" PRIu64 " point%s x %" PRId64
             " replicate%s, %zu factor%s",
             sim_design_kinds[design->kind], sweep->config->name, design->points,
             design->points == 1 ? "" : "s", sweep->config->run.reps,
             sweep->config->run.reps == 1 ? "" : "s", design->n_factors,
             design->n_factors == 1 ? "" : "s");
}

/* What the design varies is kept. */
static int attach_draws(sim_cli_job_t *job, const sim_design_sweep_t *sweep) {
    const sim_cli_job_options_t *o = &job->options;
    const sim_design_t *design = &sweep->design;
    const sim_param_t **factor = calloc(design->n_factors + 1, sizeof *factor);
    if (!factor)
        return SIM_ERR_MEMORY;
    for (size_t f = 0; f < design->n_factors; f++)
        factor[f] = design->factor[f].row;
    int rc = sim_param_draws_read(o->draws, o->draws_reps ? (uint64_t)o->draws_reps : 1,
                                  sweep->config->model, &job->diag, &job->draws);
    if (rc == 0)
        rc = sim_param_draws_attach(&job->draws, sweep->config, factor, design->n_factors,
                                    &job->diag);
    free(factor);
    return rc;
}

static int get_ready(sim_cli_job_t *job, int argc, char **argv) {
    sim_cli_sweep_job_t *all = (sim_cli_sweep_job_t *)job;
    sim_cli_job_options_t *o = &job->options;
    sim_design_sweep_t *sweep = &all->sweep;
    sim_cli_sweep_options(argc, argv, o, &all->options, &job->diag);
    if (o->help)
        return 0;
    int rc = 0;
    if (all->options.file)
        rc = sim_experiment_sweep_load(all->options.file, o->set, &job->diag, sweep);
    if (rc && rc != SIM_ERR_CONFIG && job->diag.count == 0)
        return rc;
    if (rc == 0 && o->draws)
        rc = attach_draws(job, sweep);
    if (rc == SIM_ERR_MEMORY)
        return rc;
    job->config = &sweep->config;
    job->shared = &sweep->shared;
    job->n = sweep->config ? 1 : 0;
    job->detail = o->detail < 0 ? SIM_DETAIL_SUMMARY : (sim_detail_t)o->detail;
    rc = sim_cli_targets_load(o->targets, job->config, job->n, &job->diag, &job->outputs);
    if (rc && rc != SIM_ERR_CONFIG)
        return rc;
    sweep->shard = all->options.shard;
    sweep->shards = all->options.shards;
    sweep->append = all->options.append;
    job->task.wave = &job->resumed.wave;
    job->task.shard = sweep->shard;
    job->task.shards = sweep->shards;
    return job->diag.count || rc ? SIM_ERR_CONFIG : 0;
}

/* ---- the batch ---- */

static int open_store(sim_cli_job_t *job) {
    sim_cli_sweep_job_t *all = (sim_cli_sweep_job_t *)job;
    int rc = sim_experiment_sweep_record(&all->sweep, &all->design);
    if (rc)
        return sim_base_why_fail(&job->why, rc, "%s", sim_base_strerror(rc));
    sim_store_plan_t plan = sim_cli_job_plan(job);
    plan.design = &all->design;
    return sim_cli_job_open(job, &plan);
}

static void complete_batch(sim_cli_job_t *job, sim_experiment_batch_t *batch) {
    const sim_design_sweep_t *sweep = &((sim_cli_sweep_job_t *)job)->sweep;
    batch->assign = sim_experiment_sweep_assign;
    batch->assign_user = sweep;
    batch->identity = sweep->digest;
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

static int summarise(sim_cli_job_t *job) {
    const sim_cli_sweep_job_t *all = (const sim_cli_sweep_job_t *)job;
    char title[512];
    sim_store_counts_t counts;
    int rc = sim_store_counts_read(job->options.out, &counts, &job->why);
    if (rc) {
        fprintf(stderr, "kumiai: %s\n", job->why.text);
        return SIM_CLI_FAILED;
    }
    sim_cli_sweep_title(&all->sweep, title, sizeof title);
    printf("%s\n", title);
    if (all->options.append)
        sim_cli_sweep_tell_wave(&job->resumed.wave);
    if (all->sweep.shards > 1)
        printf("Shard %u of %u. ", all->sweep.shard, all->sweep.shards);
    printf("Runs: %" PRIu64 " ok, %" PRIu64 " failed, %" PRIu64 " given up after the time limit\n",
           counts.ok, counts.failed, counts.timeout);
    printf("Results: %s\n", job->options.out);
    rc = sim_cli_finish_output();
    if (rc || counts.failed + counts.timeout == 0)
        return rc;
    sim_cli_tell_failed(&counts, counts.ok + counts.failed + counts.timeout, job->options.out,
                        all->sweep.design.block ? "; view block tells which blocks are not whole"
                                                : "");
    return SIM_CLI_PARTLY;
}

/* ---- without a results file ---- */

/* Not even --force replaces what the sweep itself is read from. */
static int check_inputs(const sim_cli_sweep_job_t *all) {
    const char *const to[] = {all->options.design_csv, all->options.salib};
    const char *table = all->sweep.table;
    for (size_t i = 0; i < sizeof to / sizeof to[0]; i++)
        if (to[i] && (sim_param_config_reads(all->sweep.config, to[i]) ||
                      (table && sim_base_same_file(table, to[i])))) {
            fprintf(stderr, "kumiai: %s: %s is a file that this sweep reads; choose another name\n",
                    i ? "--salib" : "--design-csv", to[i]);
            return SIM_CLI_USAGE;
        }
    return SIM_CLI_OK;
}

static int before(sim_cli_job_t *job, bool *over) {
    const sim_cli_sweep_job_t *all = (const sim_cli_sweep_job_t *)job;
    const sim_cli_sweep_options_t *o = &all->options;
    int status = check_inputs(all);
    if (all->sweep.note[0] && !job->options.quiet)
        fprintf(stderr, "kumiai: %s\n", all->sweep.note);
    if (status == SIM_CLI_OK && o->design_csv)
        status = sim_cli_sweep_csv(&all->sweep, o->design_csv);
    if (status == SIM_CLI_OK && o->salib)
        status = sim_cli_sweep_salib(&all->sweep, o->salib);
    if (status == SIM_CLI_OK && o->dry_run)
        status = sim_cli_sweep_dry_run(all);
    *over = o->dry_run || !job->options.out;
    return status;
}

static void sweep_free(sim_cli_job_t *job) {
    sim_cli_sweep_job_t *all = (sim_cli_sweep_job_t *)job;
    sim_experiment_sweep_record_free(&all->design);
    sim_experiment_sweep_free(&all->sweep);
}

int sim_cli_sweep(int argc, char **argv) {
    static const sim_cli_job_command_t command = {.get_ready = get_ready,
                                                  .before = before,
                                                  .open = open_store,
                                                  .batch = complete_batch,
                                                  .summarise = summarise,
                                                  .free = sweep_free};
    sim_cli_sweep_job_t all = {.job = {.command = &command, .help = help}};
    return sim_cli_job(&all.job, argc, argv);
}
