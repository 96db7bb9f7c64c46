/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai merge`: the shards of a sweep into one file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/cli/cli.h"
#include "sim/cli/options.h"
#include "sim/schedule/world.h"
#include "sim/store/store.h"

static const char help[] =
    "Usage: kumiai merge OUT.db SHARD.db...\n"
    "\n"
    "Joins the results files that `kumiai sweep --shard 1/N` to `--shard N/N` have written into\n"
    "one, in any order. It is the same as the one that the sweep writes without --shard: runs,\n"
    "their order and their numbers. Refused when the shards are not all there, are not finished,\n"
    "overlap, or come from different sweeps or builds. The shards stay as they are.\n"
    "\n"
    "Whole sweeps of different designs over one scenario, without shards and with common seeds,\n"
    "become waves of one file, in the order of the command: as if `kumiai sweep --append` had\n"
    "added the others to the first.\n"
    "\n"
    "  --force  replace an existing OUT.db\n"
    "  --help   this text\n";

enum { FORCE };
const sim_cli_option_t sim_cli_merge_table[] = {
    [FORCE] = {"--force", NULL}, {"--help", NULL}, {NULL, NULL}};

typedef struct {
    sim_cli_words_t files; /* OUT.db, then the shards */
    bool force;
} options_t;

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    options_t *o = user;
    (void)diag;
    if (option == FORCE)
        o->force = true;
    else
        o->files.text[o->files.count++] = value;
}

static void check(const options_t *o, sim_base_diag_t *diag) {
    if (o->files.count < 2)
        sim_base_diag_add(diag, NULL, 0, "merge needs OUT.db and at least one shard");
    else if (sim_base_is_journal(o->files.text[0]))
        sim_cli_refuse_journal("OUT.db", o->files.text[0], diag);
    for (size_t i = 1; i < o->files.count; i++)
        for (size_t k = 0; k < i; k++)
            if (sim_base_same_file(o->files.text[k], o->files.text[i]))
                sim_base_diag_add(diag, NULL, 0, "%s is named twice%s", o->files.text[i],
                                  k == 0 ? ": as the file to write and as a shard" : "");
}

static int merge(const options_t *o, const char *command_line, const volatile sig_atomic_t *stop) {
    sim_base_why_t why = {""};
    sim_store_counts_t counts = {0};
    const char *out = o->files.text[0];
    const sim_store_merge_t what = {out,          o->force, o->files.text + 1, o->files.count - 1,
                                    command_line, stop};
    int rc = sim_store_merge(&what, &why);
    if (rc == 0)
        rc = sim_store_counts_read(out, &counts, &why);
    if (rc) {
        bool usage = rc == SIM_ERR_EXISTS || rc == SIM_ERR_CONFIG || rc == SIM_ERR_IO;
        fprintf(stderr, "kumiai: %s%s\n", why.text,
                rc == SIM_ERR_EXISTS ? "; --force replaces it" : "");
        return rc == SIM_ERR_INTERRUPTED ? SIM_CLI_INTERRUPTED
               : usage                   ? SIM_CLI_USAGE
                                         : SIM_CLI_FAILED;
    }
    printf("%zu shards, %" PRIu64 " runs: %" PRIu64 " ok, %" PRIu64 " failed, %" PRIu64
           " given up after the time limit\nResults: %s\n",
           o->files.count - 1, counts.ok + counts.failed + counts.timeout, counts.ok, counts.failed,
           counts.timeout, out);
    return sim_cli_finish_output();
}

int sim_cli_merge(int argc, char **argv) {
    options_t options = {.files.text = calloc((size_t)argc, sizeof(char *))};
    int status = SIM_CLI_FAILED;
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    const volatile sig_atomic_t *stop = sim_cli_catch_signals();
    char *command_line = sim_cli_command_line(argc, argv);
    bool whole = command_line && options.files.text;
    bool asked = whole && sim_cli_options_read(argc - 1, argv + 1, sim_cli_merge_table, take,
                                               &options, &diag);
    if (whole && !asked)
        check(&options, &diag);
    if (!whole) {
        fprintf(stderr, "kumiai merge: %s\n", sim_base_strerror(SIM_ERR_MEMORY));
    } else if (asked) {
        status = sim_cli_print_help(help);
    } else if (diag.count) {
        sim_cli_print_problems(&diag);
        status = SIM_CLI_USAGE;
    } else {
        status = merge(&options, command_line, stop);
    }
    free(command_line);
    free(options.files.text);
    sim_base_diag_free(&diag);
    return status;
}
