/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai bench --profile`: the time of a replicate by what it goes into. A clock is read around
 * each phase; without --profile none is. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sim/base/usage.h"
#include "sim/cli/bench.h"

enum { REPS = 21, CONTAGION_AGENTS = 100000, OTHERS = 4 };

/* Seconds of each replicate: all phases of the model, then set-up, observing, recording and the
 * rest of the steps. */
typedef struct {
    size_t n_phases;
    sim_cli_times_t *part;
} shares_t;

static size_t count_phases(const sim_model_t *model) {
    size_t n = 0;
    while (model->phases[n].name)
        n++;
    return n;
}

static void keep(shares_t *shares, const sim_experiment_profile_t *profile,
                 const sim_record_t *record) {
    size_t n = shares->n_phases;
    double rest = record->step_s - profile->observe_s;
    for (size_t k = 0; k < n; k++) {
        shares->part[k].at[shares->part[k].count++] = profile->phase_s[k];
        rest -= profile->phase_s[k];
    }
    const double other[OTHERS] = {record->setup_s, profile->observe_s, profile->record_s, rest};
    for (size_t k = 0; k < OTHERS; k++)
        shares->part[n + k].at[shares->part[n + k].count++] = other[k];
}

static int run_one(const sim_config_t *config, const void *shared, uint32_t replicate,
                   shares_t *shares, sim_base_arena_t *arena) {
    sim_record_t record = {0};
    sim_experiment_profile_t profile = {.phase_s = calloc(shares->n_phases + 1, sizeof(double))};
    sim_experiment_run_t run = {.config = config,
                                .shared = shared,
                                .replicate = replicate,
                                .detail = SIM_DETAIL_SUMMARY,
                                .threads = 1,
                                .profile = &profile};
    int rc = profile.phase_s ? sim_cli_bench_run(&run, arena, &record) : SIM_ERR_MEMORY;
    if (!rc)
        keep(shares, &profile, &record);
    free(profile.phase_s);
    sim_experiment_record_free(&record);
    return rc;
}

static void print_shares(const sim_config_t *config, shares_t *shares) {
    static const char *const other[OTHERS] = {"set-up", "observing", "recording",
                                              "rest of the steps"};
    double all = 0;
    for (size_t k = 0; k < shares->n_phases + OTHERS; k++)
        all += sim_cli_median(&shares->part[k]);
    for (size_t k = 0; k < shares->n_phases + OTHERS; k++) {
        char what[64], unit[64];
        double one = sim_cli_median(&shares->part[k]);
        if (k < shares->n_phases)
            snprintf(what, sizeof what, "phase %.50s", config->model->phases[k].name);
        else
            snprintf(what, sizeof what, "%s", other[k - shares->n_phases]);
        snprintf(unit, sizeof unit, "ms per replicate, %4.1f %%", all > 0 ? 100 * one / all : 0.0);
        sim_cli_bench_line(what, 1e3 * one, unit);
    }
    sim_cli_bench_line("all of it", 1e3 * all, "ms per replicate");
}

static int profile_runs(const sim_config_t *config, const void *shared, bool quick) {
    sim_base_arena_t arena;
    shares_t shares = {.n_phases = count_phases(config->model)};
    int rc = SIM_OK;
    shares.part = calloc(shares.n_phases + OTHERS, sizeof *shares.part);
    if (!shares.part)
        return SIM_ERR_MEMORY;
    sim_base_arena_init(&arena);
    for (uint32_t i = 0; i < (quick ? 3 : REPS) && !rc; i++)
        rc = run_one(config, shared, i, &shares, &arena);
    if (!rc)
        print_shares(config, &shares);
    sim_base_arena_free(&arena);
    free(shares.part);
    return rc;
}

int sim_cli_bench_profile(const sim_cli_bench_options_t *options, sim_base_diag_t *diag) {
    sim_config_t *config = NULL;
    void *shared = NULL;
    bool there = options->baseline_given || access(options->baseline, R_OK) == 0;
    int rc = there ? sim_param_config_load(options->baseline, NULL, diag, &config)
                   : sim_cli_bench_contagion(CONTAGION_AGENTS, 1, diag, &config);
    if (!rc)
        rc = sim_experiment_prepare(config, diag, &shared);
    if (!rc)
        rc = profile_runs(config, shared, options->quick);
    if (config)
        sim_experiment_release(config, shared);
    sim_param_config_destroy(config);
    return rc;
}
