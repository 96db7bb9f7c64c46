/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of `kumiai bench` share. */
#ifndef SIM_CLI_BENCH_H
#define SIM_CLI_BENCH_H

#include <stdbool.h>

#include "sim/base/diag.h"
#include "sim/experiment/experiment.h"

#define SIM_CLI_BASELINE "scenarios/baseline.cfg"

enum { SIM_CLI_BENCH_MOST = 64 };

typedef struct {
    const char *baseline;
    const char *against; /* another program, NULL without */
    bool baseline_given, quick, profile;
} sim_cli_bench_options_t;

typedef struct {
    double at[SIM_CLI_BENCH_MOST];
    int count;
} sim_cli_times_t;

/* Sorts them; NaN of none. */
double sim_cli_median(sim_cli_times_t *times);

/* A line of the benchmark: what, its value, its unit. */
void sim_cli_bench_line(const char *what, double value, const char *unit);

/* The model contagion with so many agents, 200 steps a replicate. */
int sim_cli_bench_contagion(int64_t agents, int reps, sim_base_diag_t *diag, sim_config_t **config);

/* One replicate; one that fails is told of, and is a code. Free the record in any case. */
int sim_cli_bench_run(sim_experiment_run_t *run, sim_base_arena_t *arena, sim_record_t *record);

/* Where the time of the baseline (or of contagion, where there is none) goes, phase by phase. */
int sim_cli_bench_profile(const sim_cli_bench_options_t *options, sim_base_diag_t *diag);

/* Runs this program's benchmark and another's in turns; prints medians and ratios. An exit code. */
int sim_cli_bench_against(const sim_cli_bench_options_t *options);

#endif
