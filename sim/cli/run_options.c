/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "sim/cli/run_options.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/options.h"
#include "sim/cli/targets.h"
#include "sim/team/ranks.h"

enum { MAX_THREADS = 1024, MAX_REPS = 1000000, MAX_EVERY = 10000000, UNTIL_CAP = 1000 };
static const double SHORTEST = 0.01; /* years between checkpoints: every step, however short */

/* Those of both commands; after them come those of one of them alone. */
enum {
    OUT,
    REPS,
    SEED,
    THREADS,
    SET,
    DETAIL,
    TARGETS,
    CHECKPOINT_EVERY,
    DRAWS,
    DRAWS_REPS,
    WATCH,
    COLUMNS,
    EVERY,
    RESUME,
    RETRY_FAILED,
    FORCE,
    PARANOID,
    QUIET,
    HELP,
    N_SHARED
};
enum { AT = N_SHARED };
enum { UNTIL = N_SHARED, MAX_REPS_OPTION, ONLY_REP };

#define SHARED                                                                                     \
    [OUT] = {"--out", "R.db"}, [REPS] = {"--reps", "N"}, [SEED] = {"--seed", "S"},                 \
    [THREADS] = {"--threads", "T"}, [SET] = {"--set", "KEY=VALUE"},                                \
    [DETAIL] = {"--detail", "summary|series|full|choices"}, [TARGETS] = {"--targets", "FILE.cfg"}, \
    [CHECKPOINT_EVERY] = {"--checkpoint-every", "YEARS"}, [DRAWS] = {"--draws", "P.csv"},          \
    [DRAWS_REPS] = {"--draws-reps", "K"}, [WATCH] = {"--watch", "[METRIC,...]"},                   \
    [COLUMNS] = {"--columns", "NAME,..."}, [EVERY] = {"--every", "STEPS"},                         \
    [RESUME] = {"--resume", NULL}, [RETRY_FAILED] = {"--retry-failed", NULL},                      \
    [FORCE] = {"--force", NULL}, [PARANOID] = {"--paranoid", NULL}, [QUIET] = {"--quiet", NULL},   \
    [HELP] = {"--help", NULL}

const sim_cli_option_t sim_cli_run_table[] = {SHARED,
                                              [UNTIL] = {"--until", "METRIC:HALFWIDTH"},
                                              [MAX_REPS_OPTION] = {"--max-reps", "N"},
                                              [ONLY_REP] = {"--only-rep", "K"},
                                              {NULL, NULL}};

const sim_cli_option_t sim_cli_fork_table[] = {SHARED, [AT] = {"--at", "DATE"}, {NULL, NULL}};

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

/* An option that takes no value. */
static void take_flag(sim_cli_run_options_t *o, int option) {
    o->resume = o->resume || option == RESUME;
    o->retry_failed = o->retry_failed || option == RETRY_FAILED;
    o->force = o->force || option == FORCE;
    o->paranoid = o->paranoid || option == PARANOID;
    o->quiet = o->quiet || option == QUIET;
    o->help = o->help || option == HELP;
}

static void take_shared(sim_cli_run_options_t *o, int option, const char *value,
                        sim_base_diag_t *diag) {
    switch (option) {
    case OUT:
        if (o->out)
            sim_base_diag_add(diag, NULL, 0, "--out is given twice: %s and %s", o->out, value);
        o->out = value;
        break;
    case REPS: /* the ranges of run.reps and run.seed, here in the words of the user */
        snprintf(o->reps, sizeof o->reps, "run.reps=%" PRId64,
                 sim_cli_whole("--reps", value, 1, MAX_REPS, diag));
        break;
    case SEED:
        snprintf(o->seed, sizeof o->seed, "run.seed=%" PRId64,
                 sim_cli_whole("--seed", value, 0, SIM_PARAM_MAX_SEED, diag));
        break;
    case THREADS:
        o->threads = (int)sim_cli_whole("--threads", value, 1, MAX_THREADS, diag);
        break;
    case SET:
        o->set[o->n_sets++] = value;
        break;
    case DETAIL:
        o->detail = sim_cli_detail(value, diag);
        break;
    case TARGETS:
        o->targets = sim_cli_targets_file(o->targets, value, diag);
        break;
    case CHECKPOINT_EVERY:
        o->checkpoint_every = years("--checkpoint-every", value, SHORTEST, 10000, diag);
        break;
    case DRAWS:
        o->draws = value;
        break;
    case DRAWS_REPS:
        o->draws_reps = sim_cli_whole("--draws-reps", value, 1, MAX_REPS, diag);
        break;
    case COLUMNS:
        o->columns = value;
        break;
    case EVERY:
        snprintf(o->every, sizeof o->every, "output.every=%" PRId64,
                 sim_cli_whole("--every", value, 1, MAX_EVERY, diag));
        break;
    case WATCH:
        o->watch = true;
        o->watched = value;
        break;
    default:
        take_flag(o, option);
    }
}

static void take_of_run(void *user, int option, const char *value, sim_base_diag_t *diag) {
    sim_cli_run_options_t *o = user;
    if (option < 0)
        o->scenario[o->n_scenarios++] = value;
    else if (option == UNTIL) {
        o->until = value;
        sim_cli_until_parse(value, &o->target, diag);
    } else if (option == MAX_REPS_OPTION)
        o->max_reps = sim_cli_whole("--max-reps", value, 2, MAX_REPS, diag);
    else if (option == ONLY_REP)
        o->only_rep = sim_cli_whole("--only-rep", value, 0, MAX_REPS - 1, diag);
    else
        take_shared(o, option, value, diag);
}

static void take_of_fork(void *user, int option, const char *value, sim_base_diag_t *diag) {
    sim_cli_run_options_t *o = user;
    if (option < 0)
        o->scenario[o->n_scenarios++] = value;
    else if (option == AT)
        take_date(o, value, diag);
    else
        take_shared(o, option, value, diag);
}

/* ---- the results file, as far as it can be seen beforehand ---- */

static void check_out(const sim_cli_run_options_t *o, sim_base_diag_t *diag) {
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

static void check_draws(sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    if (o->draws_reps && !o->draws)
        sim_base_diag_add(diag, NULL, 0, "--draws-reps: --draws FILE.csv is missing: which draws?");
    if (o->draws_reps > 1 && o->until)
        sim_base_diag_add(diag, NULL, 0,
                          "--until needs --draws-reps 1: replicates that share a draw are not "
                          "independent");
    o->draws_reps = o->draws_reps ? o->draws_reps : 1;
}

static void check_only_rep(const sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    if (o->only_rep >= 0 && o->until)
        sim_base_diag_add(diag, NULL, 0, "--only-rep and --until exclude each other");
    if (o->only_rep >= 0 && o->resume)
        sim_base_diag_add(diag, NULL, 0,
                          "--only-rep and --resume exclude each other: one replicate is made anew, "
                          "into a file of its own");
}

/* As settings; what has been asked for is kept, unless another detail was asked for too. */
static int take_columns(sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    if (o->every[0] && !o->columns)
        sim_base_diag_add(diag, NULL, 0, "--every: --columns NAME,... is missing: which columns?");
    if (o->every[0])
        o->set[o->n_sets++] = o->every;
    if (!o->columns)
        return 0;
    if (asprintf(&o->columns_set, "output.columns=%s", o->columns) < 0) {
        o->columns_set = NULL;
        return sim_base_diag_add(diag, NULL, 0, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    }
    o->set[o->n_sets++] = o->columns_set;
    o->detail = o->detail < 0 ? (int)SIM_DETAIL_FULL : o->detail;
    return 0;
}

/* Alone it resumes as well: there is nothing else that it could be about. */
static void check_retry(sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    if (!o->retry_failed)
        return;
    if (o->until || o->only_rep >= 0)
        sim_base_diag_add(diag, NULL, 0, "--retry-failed and %s exclude each other",
                          o->until ? "--until" : "--only-rep");
    if (o->force && !o->resume)
        sim_base_diag_add(diag, NULL, 0, "--retry-failed and --force exclude each other");
    else if (o->only_rep < 0)
        o->resume = true;
    sim_cli_check_retry(o->out, diag);
}

/* The cap stands in the place of --reps until the number is known. */
static void check_until(sim_cli_run_options_t *o, sim_base_diag_t *diag) {
    if (!o->until) {
        if (o->max_reps)
            sim_base_diag_add(diag, NULL, 0, "--max-reps is the cap of --until, which is missing");
        return;
    }
    if (o->reps[0])
        sim_base_diag_add(diag, NULL, 0,
                          "--until and --reps exclude each other; --max-reps is the cap");
    if (o->n_scenarios == 1)
        sim_base_diag_add(diag, NULL, 0,
                          "--until compares scenarios with the first one, but only one is given");
    o->max_reps = o->max_reps ? o->max_reps : UNTIL_CAP;
    snprintf(o->reps, sizeof o->reps, "run.reps=%" PRId64, o->max_reps);
}

int sim_cli_run_options(int argc, char **argv, bool fork, sim_cli_run_options_t *o,
                        sim_base_diag_t *diag) {
    *o = (sim_cli_run_options_t){.threads = sim_team_processors(), .detail = -1, .only_rep = -1};
    o->scenario = calloc((size_t)argc + 1, sizeof *o->scenario);
    o->set = calloc((size_t)argc + 5, sizeof *o->set);
    if (!o->scenario || !o->set)
        return sim_base_diag_add(diag, NULL, 0, "%s", sim_base_strerror(SIM_ERR_MEMORY));
    sim_cli_options_read(argc, argv, fork ? sim_cli_fork_table : sim_cli_run_table,
                         fork ? take_of_fork : take_of_run, o, diag);
    check_until(o, diag);
    check_draws(o, diag);
    check_only_rep(o, diag);
    check_retry(o, diag);
    if (o->watch && o->quiet)
        sim_base_diag_add(diag, NULL, 0, "--watch and --quiet exclude each other");
    if (o->reps[0])
        o->set[o->n_sets++] = o->reps;
    if (o->seed[0])
        o->set[o->n_sets++] = o->seed;
    if (take_columns(o, diag))
        return SIM_ERR_CONFIG;
    if (o->help)
        return 0;
    if (o->n_scenarios == 0)
        sim_base_diag_add(diag, NULL, 0, "no scenario file is given");
    if (fork)
        check_fork(o, diag);
    check_out(o, diag);
    return diag->count ? SIM_ERR_CONFIG : 0;
}

void sim_cli_run_options_free(sim_cli_run_options_t *options) {
    free(options->scenario);
    free(options->set);
    free(options->columns_set);
}
