/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/job_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/cli/targets.h"
#include "sim/team/ranks.h"

enum { MAX_THREADS = 1024, MAX_REPS = 1000000, MORE_SETS = 5 };

int sim_cli_job_options_init(sim_cli_job_options_t *o, int argc, sim_base_diag_t *diag) {
    *o = (sim_cli_job_options_t){.threads = sim_team_processors(), .detail = -1};
    o->set = calloc((size_t)argc + MORE_SETS, sizeof *o->set);
    if (o->set)
        return 0;
    sim_base_diag_add(diag, NULL, 0, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    return SIM_ERR_MEMORY;
}

void sim_cli_job_options_free(sim_cli_job_options_t *o) {
    free(o->set);
}

void sim_cli_job_option(sim_cli_job_options_t *o, int option, const char *value,
                        sim_base_diag_t *diag) {
    bool *const flag[SIM_CLI_N_SHARED] = {[SIM_CLI_RESUME] = &o->resume,
                                          [SIM_CLI_RETRY_FAILED] = &o->retry_failed,
                                          [SIM_CLI_FORCE] = &o->force,
                                          [SIM_CLI_PARANOID] = &o->paranoid,
                                          [SIM_CLI_QUIET] = &o->quiet};
    if (flag[option])
        *flag[option] = true;
    else if (option == SIM_CLI_OUT)
        o->out = value;
    else if (option == SIM_CLI_REPS) /* the ranges of run.reps and run.seed, in the user's words */
        snprintf(o->reps, sizeof o->reps, "run.reps=%" PRId64,
                 sim_cli_whole("--reps", value, 1, MAX_REPS, diag));
    else if (option == SIM_CLI_SEED)
        snprintf(o->seed, sizeof o->seed, "run.seed=%" PRId64,
                 sim_cli_whole("--seed", value, 0, SIM_PARAM_MAX_SEED, diag));
    else if (option == SIM_CLI_SET)
        o->set[o->n_sets++] = value;
    else if (option == SIM_CLI_DETAIL)
        o->detail = sim_cli_detail(value, diag);
    else if (option == SIM_CLI_TARGETS)
        o->targets = sim_cli_targets_file(value, diag);
    else if (option == SIM_CLI_THREADS)
        o->threads = (int)sim_cli_whole("--threads", value, 1, MAX_THREADS, diag);
    else if (option == SIM_CLI_DRAWS)
        o->draws = value;
    else
        o->draws_reps = sim_cli_whole("--draws-reps", value, 1, MAX_REPS, diag);
}

void sim_cli_job_options_set(sim_cli_job_options_t *o) {
    if (o->reps[0])
        o->set[o->n_sets++] = o->reps;
    if (o->seed[0])
        o->set[o->n_sets++] = o->seed;
}

void sim_cli_job_options_check(sim_cli_job_options_t *o, sim_base_diag_t *diag) {
    if (o->draws_reps && !o->draws)
        sim_base_diag_add(diag, NULL, 0, "--draws-reps: --draws FILE.csv is missing: which draws?");
    if (!o->retry_failed)
        return;
    if (o->force && !o->resume)
        sim_base_diag_add(diag, NULL, 0, "--retry-failed and --force exclude each other");
    else
        o->resume = true;
    sim_cli_check_retry(o->out, diag);
}
