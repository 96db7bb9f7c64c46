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
#include "sim/team/ranks.h"

enum { MAX_SHARDS = 1000000 };

enum { TIMEOUT = SIM_CLI_N_SHARED, SHARD, DESIGN_CSV, SALIB, APPEND, DRY_RUN };
const sim_cli_option_t sim_cli_sweep_table[] = {SIM_CLI_JOB_OPTIONS,
                                                [TIMEOUT] = {"--timeout", "SECONDS"},
                                                [SHARD] = {"--shard", "I/N"},
                                                [DESIGN_CSV] = {"--design-csv", "FILE.csv"},
                                                [SALIB] = {"--salib", "FILE.json"},
                                                [APPEND] = {"--append", NULL},
                                                [DRY_RUN] = {"--dry-run", NULL},
                                                {NULL, NULL}};

typedef struct {
    sim_cli_job_options_t *shared;
    sim_cli_sweep_options_t *o;
} taking_t;

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

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    taking_t *to = user;
    sim_cli_sweep_options_t *o = to->o;
    if (option < 0 && o->file)
        sim_base_diag_add(diag, NULL, 0, "a sweep is one file, but there are two: %s and %s",
                          o->file, value);
    else if (option < 0)
        o->file = value;
    else if (option < SIM_CLI_N_SHARED)
        sim_cli_job_option(to->shared, option, value, diag);
    else if (option == TIMEOUT)
        read_timeout(o, value, diag);
    else if (option == SHARD)
        read_shard(o, value, diag);
    else if (option == DESIGN_CSV)
        o->design_csv = value;
    else if (option == SALIB)
        o->salib = value;
    else
        *(option == APPEND ? &o->append : &o->dry_run) = true;
}

/* A file to write the design to; whatever stands there may be somebody's results. */
static void check_export(const char *option, const char *file, const sim_cli_job_options_t *shared,
                         const sim_cli_sweep_options_t *o, sim_base_diag_t *diag) {
    if (!file || strcmp(file, "-") == 0 || sim_base_is_device(file))
        return;
    if ((shared->out && sim_base_same_file(file, shared->out)) ||
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
    else if (!shared->force && access(file, F_OK) == 0)
        sim_base_diag_add(diag, NULL, 0, "%s: %s exists already; --force replaces it", option,
                          file);
}

/* Without a results file these would have no effect. */
static void check_no_out(const sim_cli_job_options_t *shared, const sim_cli_sweep_options_t *o,
                         sim_base_diag_t *diag) {
    const bool runs = o->dry_run;
    const struct {
        bool given;
        const char *name;
    } option[] = {{shared->resume && !o->append && !shared->retry_failed, "--resume"},
                  {!runs && o->shards > 1, "--shard"},
                  {!runs && o->timeout[0], "--timeout"},
                  {!runs && shared->detail >= 0, "--detail"},
                  {!runs && shared->paranoid, "--paranoid"}};
    for (size_t i = 0; i < sizeof option / sizeof option[0]; i++)
        if (option[i].given)
            sim_base_diag_add(diag, NULL, 0, "%s: --out R.db is missing: of which runs?",
                              option[i].name);
}

static void check(const sim_cli_job_options_t *shared, const sim_cli_sweep_options_t *o,
                  sim_base_diag_t *diag) {
    bool only_looks = o->dry_run || o->design_csv || o->salib;
    if (!o->file)
        sim_base_diag_add(diag, NULL, 0, "no sweep file is given");
    check_export("--design-csv", o->design_csv, shared, o, diag);
    check_export("--salib", o->salib, shared, o, diag);
    if (o->design_csv && o->salib && strcmp(o->design_csv, "-") != 0 &&
        sim_base_same_file(o->design_csv, o->salib))
        sim_base_diag_add(diag, NULL, 0, "--design-csv and --salib name the same file, %s",
                          o->salib);
    if (o->dry_run && shared->paranoid)
        sim_base_diag_add(
            diag, NULL, 0,
            "--dry-run and --paranoid exclude each other: the runs that are timed are "
            "not checked");
    if (shared->retry_failed && !shared->out)
        sim_base_diag_add(diag, NULL, 0, "--retry-failed: --out R.db is missing: whose runs?");
    else if (shared->out && *shared->out && !o->dry_run)
        sim_cli_check_out(shared->out, shared->resume, shared->force, diag);
    else if (only_looks && !shared->out)
        check_no_out(shared, o, diag);
    else if (!only_looks)
        sim_base_diag_add(diag, NULL, 0, "--out R.db is missing: where should the results go?");
}

void sim_cli_sweep_options(int argc, char **argv, sim_cli_job_options_t *shared,
                           sim_cli_sweep_options_t *o, sim_base_diag_t *diag) {
    taking_t to = {shared, o};
    *o = (sim_cli_sweep_options_t){.shard = 1, .shards = 1};
    if (sim_cli_job_options_init(shared, argc, diag))
        return;
    shared->help = sim_cli_options_read(argc, argv, sim_cli_sweep_table, take, &to, diag);
    sim_cli_job_options_set(shared);
    if (o->timeout[0])
        shared->set[shared->n_sets++] = o->timeout;
    if (o->append && shared->force)
        sim_base_diag_add(diag, NULL, 0, "--append and --force exclude each other");
    if (o->append && !shared->out)
        sim_base_diag_add(diag, NULL, 0, "--append: --out R.db is missing: to which file?");
    shared->resume = shared->resume || o->append; /* a file that is there is gone on with */
    sim_cli_job_options_check(shared, diag);
    if (!shared->help)
        check(shared, o, diag);
}
