/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/cli/run_options.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_REPS = 1000000, MAX_EVERY = 10000000, UNTIL_CAP = 1000 };
static const double SHORTEST = 0.01; /* years between checkpoints: every step, however short */

/* Those of `run` and `fork`; after them come those of one of them alone. */
enum { CHECKPOINT_EVERY = SIM_CLI_N_SHARED, WATCH, COLUMNS, EVERY, N_BOTH };
enum { AT = N_BOTH };
enum { UNTIL = N_BOTH, MAX_REPS_OPTION, ONLY_REP };

#define BOTH                                                                                       \
    SIM_CLI_JOB_OPTIONS, [CHECKPOINT_EVERY] = {"--checkpoint-every", "YEARS"},                     \
                         [WATCH] = {"--watch", "[METRIC,...]"},                                    \
                         [COLUMNS] = {"--columns", "NAME,..."}, [EVERY] = {"--every", "STEPS"}

const sim_cli_option_t sim_cli_run_table[] = {BOTH,
                                              [UNTIL] = {"--until", "METRIC:HALFWIDTH"},
                                              [MAX_REPS_OPTION] = {"--max-reps", "N"},
                                              [ONLY_REP] = {"--only-rep", "K"},
                                              {NULL, NULL}};

const sim_cli_option_t sim_cli_fork_table[] = {BOTH, [AT] = {"--at", "DATE"}, {NULL, NULL}};

typedef struct {
    sim_cli_job_options_t *shared;
    sim_cli_run_options_t *o;
    bool fork;
} taking_t;

/* A number of years in [min, max], or a problem and infinity. */
static double years(const char *option, const char *text, double min, double max,
                    sim_base_diag_t *diag) {
    char *end = NULL;
    double value = strtod(text, &end);
    if (end != text && *end == '\0' && value >= min && value <= max)
        return value;
    sim_base_diag_add(diag, NULL, 0, "%s: '%s' is not a number of years from %g to %g", option,
                      text, min, max);
    return (double)INFINITY;
}

static void take_date(sim_cli_run_options_t *o, const char *text, sim_base_diag_t *diag) {
    sim_base_why_t why;
    o->at_text = text;
    o->at_good = sim_param_date_read(text, &o->date, &why);
    if (!o->at_good)
        sim_base_diag_add(diag, NULL, 0,
                          "--at: '%s' is not a number of years, such as 2020.25, or a month, such "
                          "as 2020-06",
                          text);
}

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    taking_t *to = user;
    sim_cli_run_options_t *o = to->o;
    if (option < 0)
        o->scenario[o->n_scenarios++] = value;
    else if (option < SIM_CLI_N_SHARED)
        sim_cli_job_option(to->shared, option, value, diag);
    else if (option == CHECKPOINT_EVERY)
        o->checkpoint_every = years("--checkpoint-every", value, SHORTEST, 10000, diag);
    else if (option == COLUMNS)
        o->columns = value;
    else if (option == EVERY)
        snprintf(o->every, sizeof o->every, "output.every=%" PRId64,
                 sim_cli_whole("--every", value, 1, MAX_EVERY, diag));
    else if (option == WATCH) {
        o->watch = true;
        o->watched = value;
    } else if (to->fork)
        take_date(o, value, diag);
    else if (option == UNTIL) {
        o->until = value;
        sim_cli_until_parse(value, &o->target, diag);
    } else if (option == MAX_REPS_OPTION)
        o->max_reps = sim_cli_whole("--max-reps", value, 2, MAX_REPS, diag);
    else
        o->only_rep = sim_cli_whole("--only-rep", value, 0, MAX_REPS - 1, diag);
}

/* ---- the results file, as far as it can be seen beforehand ---- */

static void check_out(const sim_cli_job_options_t *o, sim_base_diag_t *diag) {
    if (o->out && *o->out)
        sim_cli_check_out(o->out, o->resume, o->force, diag);
    else
        sim_base_diag_add(diag, NULL, 0, "--out R.db is missing: where should the results go?");
}

static void check_fork(const sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    if (!o->at_text)
        sim_base_diag_add(diag, NULL, 0, "--at YEAR is missing: when do the policies begin?");
    if (o->n_scenarios == 1)
        sim_base_diag_add(diag, NULL, 0, "no policy file is given after the scenario");
}

static void exclude(bool both, const char *one, const char *other, sim_base_diag_t *diag) {
    if (both)
        sim_base_diag_add(diag, NULL, 0, "%s and %s exclude each other", one, other);
}

/* What one option makes meaningless of another. */
static void check_pairs(const sim_cli_job_options_t *shared, const sim_cli_run_options_t *o,
                        sim_base_diag_t *diag) {
    const bool only = o->only_rep >= 0;
    if (shared->draws_reps > 1 && o->until)
        sim_base_diag_add(diag, NULL, 0,
                          "--until needs --draws-reps 1: replicates that share a draw are not "
                          "independent");
    exclude(only && o->until, "--only-rep", "--until", diag);
    if (only && shared->resume)
        sim_base_diag_add(diag, NULL, 0,
                          "--only-rep and --resume exclude each other: one replicate is made anew, "
                          "into a file of its own");
    exclude(shared->retry_failed && o->until, "--retry-failed", "--until", diag);
    exclude(shared->retry_failed && only, "--retry-failed", "--only-rep", diag);
    exclude(o->watch && shared->quiet, "--watch", "--quiet", diag);
}

/* As settings; what has been asked for is kept, unless another detail was asked for too. */
static int take_columns(sim_cli_job_options_t *shared, sim_cli_run_options_t *o,
                        sim_base_diag_t *diag) {
    if (o->every[0] && !o->columns)
        sim_base_diag_add(diag, NULL, 0, "--every: --columns NAME,... is missing: which columns?");
    if (o->every[0])
        shared->set[shared->n_sets++] = o->every;
    if (!o->columns)
        return 0;
    if (asprintf(&o->columns_set, "output.columns=%s", o->columns) < 0) {
        o->columns_set = NULL;
        return sim_base_diag_add(diag, NULL, 0, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    }
    shared->set[shared->n_sets++] = o->columns_set;
    shared->detail = shared->detail < 0 ? (int)SIM_DETAIL_FULL : shared->detail;
    return 0;
}

/* The cap stands in the place of --reps until the number is known. */
static void check_until(sim_cli_job_options_t *shared, sim_cli_run_options_t *o,
                        sim_base_diag_t *diag) {
    if (!o->until) {
        if (o->max_reps)
            sim_base_diag_add(diag, NULL, 0, "--max-reps is the cap of --until, which is missing");
        return;
    }
    if (shared->reps[0])
        sim_base_diag_add(diag, NULL, 0,
                          "--until and --reps exclude each other; --max-reps is the cap");
    if (o->n_scenarios == 1)
        sim_base_diag_add(diag, NULL, 0,
                          "--until compares scenarios with the first one, but only one is given");
    o->max_reps = o->max_reps ? o->max_reps : UNTIL_CAP;
    snprintf(shared->reps, sizeof shared->reps, "run.reps=%" PRId64, o->max_reps);
}

int sim_cli_run_options(int argc, char **argv, bool fork, sim_cli_job_options_t *shared,
                        sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    taking_t to = {shared, o, fork};
    *o = (sim_cli_run_options_t){.only_rep = -1};
    o->scenario = calloc((size_t)argc + 1, sizeof *o->scenario);
    if (sim_cli_job_options_init(shared, argc, diag) || !o->scenario)
        return SIM_ERR_MEMORY;
    shared->help = sim_cli_options_read(argc, argv, fork ? sim_cli_fork_table : sim_cli_run_table,
                                        take, &to, diag);
    check_until(shared, o, diag);
    check_pairs(shared, o, diag);
    sim_cli_job_options_check(shared, diag);
    sim_cli_job_options_set(shared);
    if (take_columns(shared, o, diag))
        return SIM_ERR_CONFIG;
    if (shared->help)
        return 0;
    if (o->n_scenarios == 0)
        sim_base_diag_add(diag, NULL, 0, "no scenario file is given");
    if (fork)
        check_fork(o, diag);
    check_out(shared, diag);
    return diag->count ? SIM_ERR_CONFIG : 0;
}

void sim_cli_run_options_free(sim_cli_run_options_t *options) {
    free(options->scenario);
    free(options->columns_set);
}
