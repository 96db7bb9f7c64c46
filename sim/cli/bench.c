/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai bench`: the reference model alone and as an ensemble, and the baseline when it is
 * there. Figures are medians: a busy machine spoils means. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/base/usage.h"
#include "sim/cli/bench.h"
#include "sim/cli/cli.h"
#include "sim/cli/options.h"
#include "sim/schedule/hooks.h"

enum { STEPS = 200, ENSEMBLE_AGENTS = 2000, ENSEMBLE_REPS = 64 };

static const char usage[] =
    "Usage: kumiai bench [--quick] [--baseline FILE.cfg] [--against PROGRAM | --profile]\n\n"
    "Times the model contagion with 10^4, 10^5 and 10^6 agents and an ensemble of it, each on one\n"
    "and on two threads, and the baseline scenario. Medians; run it on a machine at rest.\n\n"
    "  --quick          one run each instead of several\n"
    "  --baseline FILE  scenario to time (default " SIM_CLI_BASELINE
    ", left out when it is not there)\n"
    "  --against PROGRAM  another kumiai, such as an older one: the short benchmarks of both in\n"
    "                   turns, seven rounds (with --quick one), medians and ratios side by side\n"
    "  --profile        where the time of the baseline goes, by phase\n"
    "  --help           this text\n";

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double sim_cli_median(sim_cli_times_t *times) {
    qsort(times->at, (size_t)times->count, sizeof times->at[0], ascending);
    int middle = times->count / 2;
    return times->count % 2 ? times->at[middle] : (times->at[middle - 1] + times->at[middle]) / 2.0;
}

void sim_cli_bench_line(const char *what, double value, const char *unit) {
    printf("%-34s %10.3f  %s\n", what, value, unit);
    fflush(stdout);
}

int sim_cli_bench_run(sim_experiment_run_t *run, sim_base_arena_t *arena, sim_record_t *record) {
    *record = (sim_record_t){0};
    int rc = sim_experiment_replicate(run, arena, record);
    if (!rc && record->status) {
        fprintf(stderr, "kumiai bench: %s: %s\n", run->config->name, record->note);
        rc = record->status;
    }
    return rc;
}

/* Runs `count` replicates one after the other, each on so many threads; seconds per replicate, of
 * the steps alone or with the set-up. */
static int time_runs(const sim_config_t *config, const void *shared, int count, int threads,
                     bool with_setup, sim_cli_times_t *times) {
    sim_base_arena_t arena;
    int rc = SIM_OK;
    sim_base_arena_init(&arena);
    times->count = 0;
    for (int i = 0; i < count && !rc; i++) {
        sim_record_t record;
        sim_experiment_run_t run = {.config = config,
                                    .shared = shared,
                                    .replicate = (uint32_t)i,
                                    .detail = SIM_DETAIL_SUMMARY,
                                    .threads = threads};
        rc = sim_cli_bench_run(&run, &arena, &record);
        times->at[times->count++] = record.step_s + (with_setup ? record.setup_s : 0.0);
        sim_experiment_record_free(&record);
    }
    sim_base_arena_free(&arena);
    return rc;
}

int sim_cli_bench_contagion(int64_t agents, int reps, sim_base_diag_t *diag,
                            sim_config_t **config) {
    char text[256];
    snprintf(text, sizeof text,
             "model = \"contagion\";\n"
             "run = { steps_per_year = 1; steps = %d; seed = 1; reps = %d; };\n"
             "contagion = { agents = %" PRId64 "; };\n",
             STEPS, reps, agents);
    return sim_param_config_parse(text, "contagion", ".", NULL, diag, config);
}

static int bench_single(bool quick, sim_base_diag_t *diag) {
    static const int64_t agents[] = {10000, 100000, 1000000};
    static const int reps[] = {11, 5, 3};
    int rc = SIM_OK;
    for (int i = 0; i < 3 && !rc; i++) {
        sim_config_t *config = NULL;
        rc = sim_cli_bench_contagion(agents[i], 1, diag, &config);
        for (int threads = 1; threads <= 2 && !rc; threads++) {
            sim_cli_times_t times = {.count = 0};
            char what[64];
            rc = time_runs(config, NULL, quick ? 1 : reps[i], threads, false, &times);
            snprintf(what, sizeof what, "contagion, %" PRId64 "%s", agents[i],
                     threads > 1 ? ", 2 threads" : " agents");
            if (!rc)
                sim_cli_bench_line(what, 1e9 * sim_cli_median(&times) / (double)agents[i] / STEPS,
                                   "ns per agent and step");
        }
        sim_param_config_destroy(config);
    }
    return rc;
}

static int count_run(void *user, const sim_record_t *record) {
    uint64_t *failed = user;
    *failed += record->status != 0;
    return SIM_OK;
}

static int time_ensemble(const sim_config_t *config, int threads, double *per_second) {
    void *shared = NULL;
    uint64_t failed = 0;
    sim_experiment_tally_t tally;
    sim_experiment_batch_t batch = {.configs = &config,
                                    .shared = &shared,
                                    .n_configs = 1,
                                    .detail = SIM_DETAIL_SUMMARY,
                                    .threads = threads,
                                    .take = count_run,
                                    .user = &failed};
    double begun = sim_base_seconds();
    int rc = sim_experiment_batch(&batch, &tally);
    *per_second = (double)tally.done / (sim_base_seconds() - begun);
    return rc ? rc : failed ? SIM_ERR_MODEL : SIM_OK;
}

/* One and two threads in turn, so that a busy spell of the machine meets both. */
static int bench_ensemble(bool quick, sim_base_diag_t *diag) {
    sim_config_t *config = NULL;
    sim_cli_times_t one = {.count = 0}, two = {.count = 0}, ratio = {.count = 0};
    int rc = sim_cli_bench_contagion(ENSEMBLE_AGENTS, ENSEMBLE_REPS, diag, &config);
    for (int i = 0; i < (quick ? 1 : 7) && !rc; i++) {
        rc = time_ensemble(config, 1, &one.at[one.count++]);
        if (!rc)
            rc = time_ensemble(config, 2, &two.at[two.count++]);
        ratio.at[ratio.count++] = rc ? 0.0 : two.at[i] / one.at[i];
    }
    if (!rc) {
        sim_cli_bench_line("ensemble of 2000 agents, 1 thread", sim_cli_median(&one),
                           "replicates/s");
        sim_cli_bench_line("ensemble of 2000 agents, 2 threads", sim_cli_median(&two),
                           "replicates/s");
        sim_cli_bench_line("ensemble, 2 threads against 1", sim_cli_median(&ratio), "times");
    }
    sim_param_config_destroy(config);
    return rc;
}

/* A sink that counts the named agents of a model. */
typedef struct {
    sim_record_sink_t base; /* first, so that the one is the other */
    int64_t count;
} counter_t;

static int count_agent(sim_record_sink_t *sink, const sim_record_agent_t *agent) {
    (void)agent;
    ((counter_t *)sink)->count++;
    return SIM_OK;
}

static void print_baseline(const sim_config_t *config, int64_t agents, double run_s, double step_s,
                           uint64_t peak) {
    char what[64];
    snprintf(what, sizeof what, "%.40s, %" PRId64 " agents", config->name, agents);
    sim_cli_bench_line(what, 1e3 * run_s, "ms per replicate");
    if (agents > 0)
        sim_cli_bench_line(what, 1e9 * step_s / (double)agents / (double)config->run.steps,
                           "ns per agent and step");
    sim_cli_bench_line(what, (double)peak / (1 << 20), "MB at most, whole program");
}

/* Must come first: the peak of memory is the program's so far. */
static int bench_baseline(const sim_cli_bench_options_t *options, sim_base_diag_t *diag) {
    sim_config_t *config = NULL;
    void *shared = NULL;
    sim_cli_times_t whole = {.count = 0}, steps = {.count = 0};
    counter_t agents = {.base.take = count_agent};
    int reps = options->quick ? 3 : 31;
    if (!options->baseline_given && access(options->baseline, R_OK) != 0)
        return SIM_OK;
    int rc = sim_param_config_load(options->baseline, NULL, diag, &config);
    if (!rc)
        rc = sim_experiment_prepare(config, diag, &shared);
    if (!rc)
        rc = time_runs(config, shared, reps, 1, true, &whole);
    if (!rc)
        rc = time_runs(config, shared, reps, 1, false, &steps);
    uint64_t peak = sim_base_resident();
    if (!rc && config->model->agents)
        rc = config->model->agents(shared, &agents.base);
    if (!rc)
        print_baseline(config, agents.count, sim_cli_median(&whole), sim_cli_median(&steps), peak);
    if (config)
        sim_experiment_release(config, shared);
    sim_param_config_destroy(config);
    return rc;
}

/* A program with models of its own has no other than these. */
static bool has_yardstick(void) {
    return sim_model_find("contagion") != NULL;
}

enum { QUICK, BASELINE, AGAINST, PROFILE };
const sim_cli_option_t sim_cli_bench_table[] = {[QUICK] = {"--quick", NULL},
                                                [BASELINE] = {"--baseline", "FILE.cfg"},
                                                [AGAINST] = {"--against", "FILE"},
                                                [PROFILE] = {"--profile", NULL},
                                                {"--help", NULL},
                                                {NULL, NULL}};

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    sim_cli_bench_options_t *o = user;
    bool empty = value && !*value;
    if (option < 0)
        sim_base_diag_add(diag, NULL, 0, "unknown argument '%s'", value);
    else if (empty)
        sim_base_diag_add(diag, NULL, 0, "%s needs a value: %s", sim_cli_bench_table[option].name,
                          sim_cli_bench_table[option].value);
    else if (option == BASELINE) {
        o->baseline_given = true;
        o->baseline = value;
    } else if (option == AGAINST)
        o->against = value;
    else
        *(option == QUICK ? &o->quick : &o->profile) = true;
}

static int bench_all(const sim_cli_bench_options_t *options, sim_base_diag_t *diag) {
    int rc = bench_baseline(options, diag);
    if (!has_yardstick())
        return rc;
    if (!rc)
        rc = bench_single(options->quick, diag);
    return rc ? rc : bench_ensemble(options->quick, diag);
}

int sim_cli_bench(int argc, char **argv) {
    static const sim_cli_reader_t reader = {usage, sim_cli_bench_table, take};
    sim_cli_bench_options_t options = {.baseline = SIM_CLI_BASELINE};
    sim_base_diag_t diag;
    int status = SIM_CLI_OK;
    if (!sim_cli_options_good(argc, argv, &reader, &options, &status))
        return status;
    if (options.against && options.profile)
        return sim_cli_usage_error("bench", "--against and --profile exclude each other");
    if (!options.baseline_given && !has_yardstick())
        return sim_cli_usage_error("bench",
                                   "this program has no model \"contagion\", which is what "
                                   "is timed; name a scenario with --baseline FILE.cfg");
    if (options.against)
        return sim_cli_bench_against(&options);
    sim_base_diag_init(&diag);
    int rc = options.profile ? sim_cli_bench_profile(&options, &diag) : bench_all(&options, &diag);
    sim_cli_print_problems(&diag);
    if (rc && !diag.count)
        fprintf(stderr, "kumiai bench: %s\n", sim_base_strerror(rc));
    sim_base_diag_free(&diag);
    status = sim_cli_finish_output();
    return rc == SIM_ERR_CONFIG ? SIM_CLI_USAGE : rc ? SIM_CLI_FAILED : status;
}
