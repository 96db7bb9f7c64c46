/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai sweep --dry-run`: what a sweep would take, from a few of its runs. */
#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/base/usage.h"
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/sweep.h"
#include "sim/param/words.h"
#include "sim/rng/math.h"

/* The cost of a run may differ tenfold over a design: as many runs as a few seconds allow. Their
 * records tell the size of the file; a few are kept, as a sweep keeps those under way. */
enum { PROBE_RUNS = 100, KEPT = 8, SAMPLE_RUNS = 2000, SAMPLE_BYTES = 1 << 20 };
/* What SQLite keeps of a large file in memory: the cache that the store asks for. */
static const double CACHE_BYTES = 16000 * 1024.0;
static const double PROBE_SECONDS = 5;

typedef struct {
    const sim_cli_job_t *job;
    const sim_design_sweep_t *sweep;
    bool append;
    sim_store_resumed_t resumed; /* what a file that is gone on with has */
    sim_plan_task_t task;
    uint64_t runs; /* that are left to do, those that are made again among them */
    uint64_t size; /* bytes of the file that is gone on with */
    sim_record_t record[KEPT];
    double seconds[PROBE_RUNS]; /* of each run */
    size_t n, kept, failed;
    uint64_t memory;                              /* of the program on all its threads */
    uint64_t begin;                               /* bytes of a file without runs */
    double bytes;                                 /* of a run in the file */
    double write;                                 /* seconds that it takes to write one */
    char reason[sizeof((sim_record_t *)0)->note]; /* of a failure */
} probe_t;

static uint64_t common_divisor(uint64_t a, uint64_t b) {
    return b ? common_divisor(b, a % b) : a;
}

/* Steps of so many runs visit all of them, and the first few are spread over the design already:
 * about the golden section. */
static uint64_t stride(uint64_t runs) {
    uint64_t step = (uint64_t)((double)runs * 0.6180339887498949);
    while (common_divisor(runs, step) > 1)
        step++;
    return step;
}

static sim_store_plan_t plan_of(const probe_t *probe, const char *path,
                                const sim_store_design_t *design) {
    sim_store_plan_t plan = sim_cli_job_plan(probe->job);
    plan.path = path;
    plan.design = design;
    return plan;
}

/* What there is to do: all, or what a file that is gone on with lacks. */
static int look(probe_t *probe, sim_base_why_t *why) {
    const sim_design_sweep_t *sweep = probe->sweep;
    const sim_cli_job_options_t *o = &probe->job->options;
    sim_store_design_t design;
    sim_store_t *store = NULL;
    struct stat there;
    int rc = sim_experiment_sweep_record(sweep, &design);
    probe->resumed.wave =
        sim_plan_wave_first(sweep->design.points, (uint64_t)sweep->config->run.reps);
    if (rc == 0 && o->resume && o->out && stat(o->out, &there) == 0) {
        probe->size = (uint64_t)there.st_size;
        const sim_store_plan_t plan = plan_of(probe, o->out, &design);
        rc = sim_store_open(&plan, SIM_STORE_LOOK, &store, &probe->resumed, why);
    }
    probe->task = (sim_plan_task_t){.wave = &probe->resumed.wave,
                                    .shard = sweep->shard,
                                    .shards = sweep->shards,
                                    .done = probe->resumed.done,
                                    .retry = probe->resumed.retry,
                                    .again = probe->resumed.again,
                                    .n_retry = o->retry_failed ? probe->resumed.n_retry : 0};
    probe->runs = sim_plan_task_runs(&probe->task);
    sim_experiment_sweep_record_free(&design);
    return rc;
}

static int run_one(probe_t *probe, uint64_t run, sim_base_arena_t *arena) {
    sim_record_t record;
    double begun = sim_base_seconds();
    int rc = sim_experiment_sweep_one(probe->sweep, sim_plan_task_number(&probe->task, run),
                                      probe->job->detail, probe->job->stop, arena, &record);
    probe->seconds[probe->n++] = sim_base_seconds() - begun;
    if (record.status) {
        probe->failed++;
        memcpy(probe->reason, record.note, sizeof probe->reason);
    }
    if (probe->kept < KEPT)
        probe->record[probe->kept++] = record;
    else
        sim_experiment_record_free(&record);
    return rc;
}

static int run_some(probe_t *probe) {
    uint64_t runs = probe->runs, step = stride(runs), run = 0;
    uint64_t wanted = runs < PROBE_RUNS ? runs : PROBE_RUNS;
    sim_base_arena_t arena;
    double begun = sim_base_seconds();
    int rc = 0;
    sim_base_arena_init(&arena);
    while (rc == 0 && runs > 0 && probe->n < wanted &&
           (probe->n == 0 || sim_base_seconds() - begun < PROBE_SECONDS)) {
        rc = run_one(probe, run, &arena);
        run = (run + step) % runs;
    }
    probe->memory =
        sim_base_resident() + (uint64_t)(probe->job->options.threads - 1) * arena.reserved;
    sim_base_arena_free(&arena);
    return rc;
}

/* A file in memory gets the runs again and again, until its pages tell the size of one. */
static int measure_file(probe_t *probe, sim_base_why_t *why) {
    const sim_design_sweep_t *sweep = probe->sweep;
    sim_store_design_t design;
    sim_store_resumed_t resumed;
    sim_store_t *store = NULL;
    size_t written = 0;
    const sim_store_plan_t plan = plan_of(probe, "(dry run)", &design);
    int rc = sim_experiment_sweep_record(sweep, &design);
    if (rc == 0)
        rc = sim_store_open(&plan, SIM_STORE_MEMORY, &store, &resumed, why);
    if (rc == 0)
        probe->begin = sim_store_bytes(store);
    double begun = sim_base_seconds();
    while (rc == 0 && written < SAMPLE_RUNS &&
           sim_store_bytes(store) < probe->begin + SAMPLE_BYTES) {
        sim_record_t record = probe->record[written % probe->kept];
        record.run_id = ++written;
        rc = sim_store_run(store, &record);
    }
    if (rc == 0 && written) {
        probe->bytes = (double)(sim_store_bytes(store) - probe->begin) / (double)written;
        probe->write = (sim_base_seconds() - begun) / (double)written;
    }
    int closed = sim_store_close(store, why);
    sim_experiment_sweep_record_free(&design);
    return rc ? rc : closed;
}

/* ---- what is told ---- */

static void amount(double bytes, char *buffer, size_t size) {
    static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB"};
    int u = 0;
    while (bytes >= 999.5 && u < 4) {
        bytes /= 1000;
        u++;
    }
    snprintf(buffer, size, "%.3g %s", bytes, unit[u]);
}

/* Rows that the runs of the shard leave in a table, from the mean of the probe. */
static void print_rows(const char *table, size_t in_probe, const probe_t *probe, bool *first) {
    double runs = (double)probe->runs;
    if (in_probe == 0)
        return;
    printf("%s%s %.0f", *first ? "" : ", ", table, (double)in_probe / (double)probe->kept * runs);
    *first = false;
}

static void rows(const probe_t *probe) {
    const sim_table_t *table = probe->sweep->config->model->tables;
    size_t ok = 0, steps = 0, ties = 0;
    bool first = true;
    for (size_t i = 0; i < probe->kept; i++) {
        bool whole = probe->record[i].status == 0;
        ok += whole;
        steps += whole ? (size_t)probe->record[i].steps : 0;
        ties += whole ? probe->record[i].n_ties : 0;
    }
    fputs("rows          ", stdout);
    print_rows("run", probe->kept, probe, &first);
    print_rows("summary", ok, probe, &first);
    print_rows("series", probe->job->detail >= SIM_DETAIL_SERIES ? steps : 0, probe, &first);
    print_rows(sim_param_spells_table(probe->sweep->config->model), ties, probe, &first);
    for (size_t t = 0; table && table[t].name; t++) {
        size_t n = 0;
        for (size_t i = 0; i < probe->kept; i++)
            n += probe->record[i].status == 0 ? probe->record[i].table[t].rows : 0;
        print_rows(table[t].name, n, probe, &first);
    }
    uint64_t points = probe->resumed.wave.added;
    printf(", point %" PRIu64 ", point_value %" PRIu64 "\n", points,
           points * probe->sweep->design.n_factors);
}

/* The whole takes the mean of the runs measured, give or take its error: those that were not
 * measured may take longer or shorter. One thread writes what all compute. */
static void print_time(const probe_t *probe, double runs) {
    char whole[64], one[64];
    double threads = probe->job->options.threads < runs ? probe->job->options.threads : runs;
    double n = (double)probe->n, mean = gsl_stats_mean(probe->seconds, 1, probe->n);
    double each = mean / threads + probe->write;
    sim_cli_duration(each * runs, whole, sizeof whole);
    sim_cli_duration(mean, one, sizeof one);
    printf("time          about %s on %d thread%s, %.2g %% of it for writing (%s a run", whole,
           probe->job->options.threads, probe->job->options.threads == 1 ? "" : "s",
           100 * probe->write / each, one);
    if (probe->n > 1 && n < runs)
        printf(" +- %.0f %%", 100 * sim_math_student_quantile(0.975, n - 1) *
                                  gsl_stats_sd(probe->seconds, 1, probe->n) / sqrt(n) / mean);
    printf("; %zu measured)\n", probe->n);
}

static void tell(const probe_t *probe) {
    char title[512], text[64], one[64];
    double runs = (double)probe->runs;
    sim_cli_sweep_title(probe->sweep, title, sizeof title);
    printf("%s\n", title);
    if (probe->append)
        sim_cli_sweep_tell_wave(&probe->resumed.wave);
    printf("runs          %.0f", runs);
    if (probe->resumed.done)
        printf(" left, %" PRIu64 " are there", probe->resumed.done);
    if (probe->sweep->shards > 1)
        printf(" in shard %u/%u", probe->sweep->shard, probe->sweep->shards);
    fputc('\n', stdout);
    rows(probe);
    uint64_t before = probe->size ? probe->size : probe->begin;
    double bytes = (double)before + runs * probe->bytes;
    amount(bytes, text, sizeof text);
    amount(probe->bytes, one, sizeof one);
    printf("results file  about %s (%s a run)\n", text, one);
    amount((double)probe->memory + (bytes < CACHE_BYTES ? bytes : CACHE_BYTES), text, sizeof text);
    printf("memory        about %s on %d thread%s\n", text, probe->job->options.threads,
           probe->job->options.threads == 1 ? "" : "s");
    print_time(probe, runs);
    if (probe->failed)
        printf("failures      %zu of the %zu runs measured: %s\n", probe->failed, probe->n,
               probe->reason);
    puts("Nothing was written.");
}

static void tell_nothing(const probe_t *probe) {
    if (probe->resumed.done)
        puts("Nothing is left to do: all runs are there.");
    else if (probe->append)
        sim_cli_sweep_tell_wave(&probe->resumed.wave);
    else
        puts("This shard has no runs.");
}

int sim_cli_sweep_dry_run(const sim_cli_sweep_job_t *all) {
    probe_t probe = {.job = &all->job, .sweep = &all->sweep, .append = all->options.append};
    sim_base_why_t why = {""};
    int status = SIM_CLI_FAILED;
    int rc = look(&probe, &why);
    bool refused = rc == SIM_ERR_CONFIG || rc == SIM_ERR_IO;
    if (rc == 0)
        rc = run_some(&probe);
    if (rc == 0 && probe.kept > 0)
        rc = measure_file(&probe, &why);
    if (rc == SIM_ERR_INTERRUPTED) {
        status = SIM_CLI_INTERRUPTED;
    } else if (rc) {
        fprintf(stderr, "kumiai: %s\n", why.text[0] ? why.text : sim_base_strerror(rc));
        status = refused ? SIM_CLI_USAGE : SIM_CLI_FAILED;
    } else if (probe.n == 0) {
        tell_nothing(&probe);
        status = sim_cli_finish_output();
    } else {
        tell(&probe);
        status = sim_cli_finish_output();
    }
    for (size_t i = 0; i < probe.kept; i++)
        sim_experiment_record_free(&probe.record[i]);
    sim_store_resumed_free(&probe.resumed);
    return status;
}
