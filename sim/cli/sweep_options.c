/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/file.h"
#include "sim/cli/sweep.h"
#include "sim/cli/targets.h"
#include "sim/team/ranks.h"

enum { MAX_THREADS = 1024, MAX_SHARDS = 1000000 };

enum {
    OUT,
    REPS,
    SEED,
    TIMEOUT,
    SET,
    DETAIL,
    TARGETS,
    THREADS,
    SHARD,
    DRAWS,
    DRAWS_REPS,
    DESIGN_CSV,
    SALIB,
    APPEND,
    RESUME,
    RETRY_FAILED,
    FORCE,
    DRY_RUN,
    PARANOID,
    QUIET,
    HELP
};
const sim_cli_option_t sim_cli_sweep_table[] = {
    [OUT] = {"--out", "R.db"},
    [REPS] = {"--reps", "N"},
    [SEED] = {"--seed", "S"},
    [TIMEOUT] = {"--timeout", "SECONDS"},
    [SET] = {"--set", "KEY=VALUE"},
    [DETAIL] = {"--detail", "summary|series|full|choices"},
    [TARGETS] = {"--targets", "FILE.cfg"},
    [THREADS] = {"--threads", "T"},
    [SHARD] = {"--shard", "I/N"},
    [DRAWS] = {"--draws", "P.csv"},
    [DRAWS_REPS] = {"--draws-reps", "K"},
    [DESIGN_CSV] = {"--design-csv", "FILE.csv"},
    [SALIB] = {"--salib", "FILE.json"},
    [APPEND] = {"--append", NULL},
    [RESUME] = {"--resume", NULL},
    [RETRY_FAILED] = {"--retry-failed", NULL},
    [FORCE] = {"--force", NULL},
    [DRY_RUN] = {"--dry-run", NULL},
    [PARANOID] = {"--paranoid", NULL},
    [QUIET] = {"--quiet", NULL},
    [HELP] = {"--help", NULL},
    {NULL, NULL},
};

/* "I/N" with 1 <= I <= N. */
static void read_shard(sim_cli_sweep_options_t *o, const char *text, sim_base_diag_t *diag) {
    char *end = NULL;
    errno = 0;
    long shard = strtol(text, &end, 10), shards = 0;
    bool good = end != text && *end == '/' && errno == 0;
    const char *rest = end + 1;
    if (good)
        shards = strtol(rest, &end, 10);
    good = good && end != rest && *end == '\0' && errno == 0;
    if (!good || shard < 1 || shard > shards || shards > MAX_SHARDS) {
        sim_base_diag_add(diag, NULL, 0,
                          "--shard: '%s' is not I/N, e.g. 2/8, with I from 1 to N and N at most %d",
                          text, MAX_SHARDS);
        return;
    }
    o->shard = (uint32_t)shard;
    o->shards = (uint32_t)shards;
}

static void read_timeout(sim_cli_sweep_options_t *o, const char *text, sim_base_diag_t *diag) {
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end == text || *end || !(seconds > 0) || seconds > 1e9)
        sim_base_diag_add(diag, NULL, 0, "--timeout: '%s' is not a number of seconds above 0",
                          text);
    else
        snprintf(o->timeout, sizeof o->timeout, "run.timeout=%.17g", seconds);
}

static void take_value(sim_cli_sweep_options_t *o, int option, const char *value,
                       sim_base_diag_t *diag) {
    int detail = 0;
    switch (option) {
    case OUT:
        if (o->out)
            sim_base_diag_add(diag, NULL, 0, "--out is given twice: %s and %s", o->out, value);
        o->out = value;
        break;
    case REPS:
        snprintf(o->reps, sizeof o->reps, "run.reps=%" PRId64,
                 sim_cli_whole("--reps", value, 1, 1000000, diag));
        break;
    case SEED:
        snprintf(o->seed, sizeof o->seed, "run.seed=%" PRId64,
                 sim_cli_whole("--seed", value, 0, SIM_PARAM_MAX_SEED, diag));
        break;
    case TIMEOUT:
        read_timeout(o, value, diag);
        break;
    case SET:
        o->set[o->n_sets++] = value;
        break;
    case DETAIL:
        detail = sim_cli_detail(value, diag);
        o->detail = detail < 0 ? SIM_DETAIL_SUMMARY : (sim_detail_t)detail;
        break;
    case TARGETS:
        o->targets = sim_cli_targets_file(o->targets, value, diag);
        break;
    case THREADS:
        o->threads = (int)sim_cli_whole("--threads", value, 1, MAX_THREADS, diag);
        break;
    case SHARD:
        read_shard(o, value, diag);
        break;
    case DRAWS:
        o->draws = value;
        break;
    case DRAWS_REPS:
        o->draws_reps = sim_cli_whole("--draws-reps", value, 1, 1000000, diag);
        break;
    case DESIGN_CSV:
        o->design_csv = value;
        break;
    default:
        o->salib = value;
    }
}

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    sim_cli_sweep_options_t *o = user;
    bool *const flag[] = {
        [APPEND] = &o->append, [RESUME] = &o->resume,   [RETRY_FAILED] = &o->retry_failed,
        [FORCE] = &o->force,   [DRY_RUN] = &o->dry_run, [PARANOID] = &o->paranoid,
        [QUIET] = &o->quiet,   [HELP] = &o->help};
    if (option >= APPEND)
        *flag[option] = true;
    else if (option >= 0)
        take_value(o, option, value, diag);
    else if (o->file)
        sim_base_diag_add(diag, NULL, 0, "a sweep is one file, but there are two: %s and %s",
                          o->file, value);
    else
        o->file = value;
}

/* A file to write the design to; whatever stands there may be somebody's results. */
static void check_export(const char *option, const char *file, const sim_cli_sweep_options_t *o,
                         sim_base_diag_t *diag) {
    if (!file || strcmp(file, "-") == 0 || sim_base_is_device(file))
        return;
    if ((o->out && sim_base_same_file(file, o->out)) ||
        (o->file && sim_base_same_file(file, o->file)))
        sim_base_diag_add(diag, NULL, 0, "%s: %s is another file of this command", option, file);
    else if (sim_base_is_journal(file))
        sim_cli_refuse_journal(option, file, diag);
    else if (sim_team_rank() > 0)
        return; /* rank 0 alone writes it, and may have done so already */
    else if (sim_base_is_database(file))
        sim_base_diag_add(diag, NULL, 0,
                          "%s: %s is a results file, which nothing else replaces; choose another "
                          "name",
                          option, file);
    else if (!o->force && access(file, F_OK) == 0)
        sim_base_diag_add(diag, NULL, 0, "%s: %s exists already; --force replaces it", option,
                          file);
}

static void check(const sim_cli_sweep_options_t *o, sim_base_diag_t *diag) {
    bool only_looks = o->dry_run || o->design_csv || o->salib;
    if (o->draws_reps && !o->draws)
        sim_base_diag_add(diag, NULL, 0, "--draws-reps: --draws FILE.csv is missing: which draws?");
    if (!o->file)
        sim_base_diag_add(diag, NULL, 0, "no sweep file is given");
    check_export("--design-csv", o->design_csv, o, diag);
    check_export("--salib", o->salib, o, diag);
    if (o->design_csv && o->salib && strcmp(o->design_csv, "-") != 0 &&
        sim_base_same_file(o->design_csv, o->salib))
        sim_base_diag_add(diag, NULL, 0, "--design-csv and --salib name the same file, %s",
                          o->salib);
    if (o->retry_failed && !o->out)
        sim_base_diag_add(diag, NULL, 0, "--retry-failed: --out R.db is missing: whose runs?");
    else if (o->out && *o->out && !o->dry_run)
        sim_cli_check_out(o->out, o->resume, o->force, diag);
    else if (!only_looks)
        sim_base_diag_add(diag, NULL, 0, "--out R.db is missing: where should the results go?");
}

void sim_cli_sweep_options(int argc, char **argv, sim_cli_sweep_options_t *o,
                           sim_base_diag_t *diag) {
    *o = (sim_cli_sweep_options_t){
        .threads = sim_team_processors(), .detail = SIM_DETAIL_SUMMARY, .shard = 1, .shards = 1};
    o->set = calloc((size_t)argc + 4, sizeof *o->set);
    if (!o->set) {
        sim_base_diag_add(diag, NULL, 0, "%s", sim_base_strerror(SIM_ERR_MEMORY));
        return;
    }
    sim_cli_options_read(argc, argv, sim_cli_sweep_table, take, o, diag);
    const char *const more[] = {o->reps, o->seed, o->timeout};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (more[i][0])
            o->set[o->n_sets++] = more[i];
    if (o->append && o->force)
        sim_base_diag_add(diag, NULL, 0, "--append and --force exclude each other");
    if (o->append && !o->out)
        sim_base_diag_add(diag, NULL, 0, "--append: --out R.db is missing: to which file?");
    o->resume = o->resume || o->append; /* a file that is there is gone on with */
    if (o->retry_failed && o->force && !o->resume)
        sim_base_diag_add(diag, NULL, 0, "--retry-failed and --force exclude each other");
    else if (o->retry_failed) /* there is nothing else that it could be about */
        o->resume = true;
    if (o->retry_failed)
        sim_cli_check_retry(o->out, diag);
    if (!o->help)
        check(o, diag);
}

void sim_cli_sweep_options_free(sim_cli_sweep_options_t *options) {
    free(options->set);
}
