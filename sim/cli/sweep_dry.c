/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai sweep --dry-run`: what a sweep would take, from a few of its runs. */
#define _DEFAULT_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "sim/cli/cli.h"
#include "sim/cli/sweep.h"

/* Enough runs for a mean, not so many that the probe itself takes long. */
enum { PROBE_RUNS = 8, SAMPLE_RUNS = 2000, SAMPLE_BYTES = 1 << 20 };
/* What SQLite keeps of a large file in memory: the cache that the store asks for. */
static const double CACHE_BYTES = 16000 * 1024.0;
static const double PROBE_SECONDS = 5;

typedef struct {
    const sim_experiment_sweep_t *sweep;
    const sim_cli_sweep_options_t *options;
    sim_record_t record[PROBE_RUNS];
    size_t n, failed;
    double seconds;     /* of all of them */
    uint64_t memory;    /* of the program on all its threads */
    uint64_t begin;     /* bytes of a file without runs */
    double bytes;       /* of a run in the file */
    double write;       /* seconds that it takes to write one */
    const char *reason; /* of a failure; of one of the records */
} probe_t;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Runs from the beginning to the end of the design. */
static int run_some(probe_t *probe, const volatile sig_atomic_t *stop) {
    uint64_t runs = sim_experiment_sweep_runs(probe->sweep);
    uint64_t wanted = runs < PROBE_RUNS ? runs : PROBE_RUNS;
    struct rusage usage;
    sim_base_arena_t arena;
    double begun = now();
    int rc = 0;
    sim_base_arena_init(&arena);
    while (rc == 0 && probe->n < wanted && (probe->n == 0 || now() - begun < PROBE_SECONDS)) {
        sim_record_t *record = &probe->record[probe->n];
        uint64_t number = sim_experiment_sweep_number(probe->sweep, probe->n * runs / wanted);
        rc = sim_experiment_sweep_one(probe->sweep, number, probe->options->detail, stop, &arena,
                                      record);
        probe->n++;
        probe->failed += record->status != 0;
        probe->reason = record->status ? record->note : probe->reason;
    }
    probe->seconds = now() - begun;
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        probe->memory = (uint64_t)usage.ru_maxrss * 1024 +
                        (uint64_t)(probe->options->threads - 1) * arena.reserved;
    sim_base_arena_free(&arena);
    return rc;
}

/* A file in memory gets the runs again and again, until its pages tell the size of one. */
static int measure_file(probe_t *probe, const char *command_line, char *why, size_t why_size) {
    const sim_experiment_sweep_t *sweep = probe->sweep;
    sim_record_design_t design;
    sim_record_resumed_t resumed;
    sim_record_store_t *store = NULL;
    size_t written = 0;
    int rc = sim_experiment_sweep_record(sweep, &design);
    if (rc == 0)
        rc = sim_record_store_open_sweep("(dry run)", SIM_STORE_MEMORY,
                                         (const sim_config_t *const *)&sweep->config,
                                         &sweep->shared, probe->options->detail, command_line,
                                         &design, &store, &resumed, why, why_size);
    if (rc == 0)
        probe->begin = sim_record_store_bytes(store);
    double begun = now();
    while (rc == 0 && written < SAMPLE_RUNS &&
           sim_record_store_bytes(store) < probe->begin + SAMPLE_BYTES) {
        sim_record_t record = probe->record[written % probe->n];
        record.run_id = ++written;
        rc = sim_record_store_run(store, &record);
    }
    if (rc == 0 && written) {
        probe->bytes = (double)(sim_record_store_bytes(store) - probe->begin) / (double)written;
        probe->write = (now() - begun) / (double)written;
    }
    int closed = sim_record_store_close(store, why, why_size);
    sim_experiment_sweep_record_free(&design);
    return rc ? rc : closed;
}

/* ---- what is told ---- */

static void amount(double bytes, char *buffer, size_t size) {
    static const char *const unit[] = {"bytes", "kB", "MB", "GB", "TB"};
    int u = 0;
    while (bytes >= 1000 && u < 4) {
        bytes /= 1000;
        u++;
    }
    snprintf(buffer, size, "%.3g %s", bytes, unit[u]);
}

static void duration(double s, char *buffer, size_t size) {
    if (s < 100)
        snprintf(buffer, size, "%.2g s", s);
    else if (s < 6000)
        snprintf(buffer, size, "%.0f min", s / 60);
    else
        snprintf(buffer, size, "%.1f h", s / 3600);
}

/* Rows that the runs of the shard leave in a table, from the mean of the probe. */
static void print_rows(const char *table, size_t in_probe, const probe_t *probe, bool *first) {
    double runs = (double)sim_experiment_sweep_runs(probe->sweep);
    if (in_probe == 0)
        return;
    printf("%s%s %.0f", *first ? "" : ", ", table, (double)in_probe / (double)probe->n * runs);
    *first = false;
}

static void rows(const probe_t *probe) {
    const sim_table_t *table = probe->sweep->config->model->tables;
    size_t ok = 0, steps = 0, ties = 0;
    bool first = true;
    for (size_t i = 0; i < probe->n; i++) {
        bool whole = probe->record[i].status == 0;
        ok += whole;
        steps += whole ? (size_t)probe->record[i].steps : 0;
        ties += whole ? probe->record[i].n_ties : 0;
    }
    fputs("rows          ", stdout);
    print_rows("run", probe->n, probe, &first);
    print_rows("summary", ok, probe, &first);
    print_rows("series", probe->options->detail >= SIM_DETAIL_SERIES ? steps : 0, probe, &first);
    print_rows("tie", ties, probe, &first);
    for (size_t t = 0; table && table[t].name; t++) {
        size_t n = 0;
        for (size_t i = 0; i < probe->n; i++)
            n += probe->record[i].status == 0 ? probe->record[i].table[t].rows : 0;
        print_rows(table[t].name, n, probe, &first);
    }
    printf(", point %" PRIu64 ", point_value %" PRIu64 "\n", probe->sweep->design.points,
           probe->sweep->design.points * probe->sweep->design.n_factors);
}

static void tell(const probe_t *probe) {
    char title[512], text[64], one[64];
    double runs = (double)sim_experiment_sweep_runs(probe->sweep);
    double each = probe->seconds / (double)probe->n;
    double threads = probe->options->threads < runs ? probe->options->threads : runs;
    sim_cli_sweep_title(probe->sweep, title, sizeof title);
    printf("%s\n", title);
    printf("runs          %.0f", runs);
    if (probe->sweep->shards > 1)
        printf(" in shard %u/%u", probe->sweep->shard, probe->sweep->shards);
    fputc('\n', stdout);
    rows(probe);
    double bytes = (double)probe->begin + runs * probe->bytes;
    amount(bytes, text, sizeof text);
    amount(probe->bytes, one, sizeof one);
    printf("results file  about %s (%s a run)\n", text, one);
    amount((double)probe->memory + (bytes < CACHE_BYTES ? bytes : CACHE_BYTES), text, sizeof text);
    printf("memory        about %s on %d threads\n", text, probe->options->threads);
    duration((each / threads + probe->write) * runs, text, sizeof text);
    duration(each, one, sizeof one);
    printf("time          about %s on %d threads (%s a run; %zu measured)\n", text,
           probe->options->threads, one, probe->n);
    if (probe->failed)
        printf("failures      %zu of the %zu runs measured: %s\n", probe->failed, probe->n,
               probe->reason);
    puts("Nothing was written.");
}

int sim_cli_sweep_dry_run(const sim_experiment_sweep_t *sweep,
                          const sim_cli_sweep_options_t *options, const char *command_line,
                          const volatile sig_atomic_t *stop) {
    probe_t probe = {.sweep = sweep, .options = options};
    char why[1024] = "";
    int status = SIM_CLI_FAILED;
    int rc = run_some(&probe, stop);
    if (rc == 0 && probe.n > 0)
        rc = measure_file(&probe, command_line, why, sizeof why);
    if (rc == SIM_ERR_INTERRUPTED) {
        status = SIM_CLI_INTERRUPTED;
    } else if (rc) {
        fprintf(stderr, "kumiai: %s\n", why[0] ? why : sim_base_strerror(rc));
    } else if (probe.n == 0) {
        puts("This shard has no runs.");
        status = sim_cli_finish_output();
    } else {
        tell(&probe);
        status = sim_cli_finish_output();
    }
    for (size_t i = 0; i < probe.n; i++)
        sim_experiment_record_free(&probe.record[i]);
    return status;
}
