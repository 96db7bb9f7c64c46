/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai verify`: whether a results file holds what was written. */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "sim/base/usage.h"
#include "sim/cli/cli.h"
#include "sim/cli/options.h"
#include "sim/cli/verify.h"
#include "sim/schedule/world.h"

static const char help[] =
    "Usage: kumiai verify R.db [--rerun K]\n"
    "\n"
    "Reads all rows of a results file and compares them with the digests that were written with\n"
    "them: one for the rows of each run, one for each other table. Prints a line for each run and\n"
    "table that differs or cannot be read. Of an interrupted batch it says how many runs are in\n"
    "the file, which is no error.\n"
    "\n"
    "  --rerun K  also makes K of the finished runs again from the configuration in the file, "
    "spread\n"
    "             evenly, and compares their final states and rows; only the program that made "
    "the\n"
    "             file can do so\n"
    "  --help     this text\n"
    "\n"
    "Exit status: 0 all is as it was written; 1 something differs or cannot be read; 2 usage "
    "error,\n"
    "no results file, or for --rerun one of another program; 130 interrupted.\n";

enum { RERUN };
const sim_cli_option_t sim_cli_verify_table[] = {
    [RERUN] = {"--rerun", "K"}, {"--help", NULL}, {NULL, NULL}};

typedef struct {
    const char *file;
    int64_t rerun;
} options_t;

static void take(void *user, int option, const char *value, sim_base_diag_t *diag) {
    options_t *o = user;
    if (option == RERUN)
        o->rerun = sim_cli_whole("--rerun", value, 1, INT64_C(1000000000), diag);
    else if (o->file)
        sim_base_diag_add(diag, NULL, 0, "verify takes one results file, but there is '%s' too",
                          value);
    else
        o->file = value;
}

static void tell(void *user, const char *sentence) {
    const options_t *o = user;
    printf("%s: %s\n", o->file, sentence);
}

static int code_of(int rc) {
    return rc == SIM_ERR_INTERRUPTED                      ? SIM_CLI_INTERRUPTED
           : rc == SIM_ERR_CONFIG || rc == SIM_ERR_EXISTS ? SIM_CLI_USAGE
                                                          : SIM_CLI_FAILED;
}

static const char *plural(uint64_t n) {
    return n == 1 ? "" : "s";
}

static int report(const options_t *o, const sim_store_verified_t *found, double seconds) {
    struct stat status;
    double megabytes = stat(o->file, &status) == 0 ? (double)status.st_size / 1e6 : 0;
    if (!found->digests && found->problems == 0) {
        printf("%s: the program that made it wrote no digests, so there is nothing to compare its "
               "rows with\n",
               o->file);
        (void)sim_cli_finish_output(); /* which tells what it says itself */
        return SIM_CLI_FAILED;
    }
    if (found->problems)
        printf("%s: %" PRIu64 " problem%s in %" PRIu64 " run%s and %" PRIu64 " tables\n", o->file,
               found->problems, plural(found->problems), found->runs, plural(found->runs),
               found->tables);
    else
        printf("%s: %" PRIu64 " run%s with %" PRIu64 " rows, %" PRIu64
               " tables: all as written (%.1f MB, %.0f MB/s)\n",
               o->file, found->runs, plural(found->runs), found->rows, found->tables, megabytes,
               seconds > 0 ? megabytes / seconds : 0);
    if (found->problems == 0 && found->unfinished[0]) /* a damaged one is not to be resumed */
        printf("%s: %s\n", o->file, found->unfinished);
    return sim_cli_finish_output() || found->problems ? SIM_CLI_FAILED : SIM_CLI_OK;
}

static int verify(options_t *o, const volatile sig_atomic_t *stop) {
    sim_base_why_t why = {""};
    sim_store_verified_t found;
    sim_store_stored_t stored = {0};
    int rc = 0, status = SIM_CLI_OK;
    if (o->rerun)
        rc = sim_store_stored_read(o->file, (uint64_t)o->rerun, &stored, &why);
    double begun = sim_base_seconds();
    if (rc == 0)
        rc = sim_store_verify(o->file, tell, o, stop, &found, &why);
    if (rc == 0)
        status = report(o, &found, sim_base_seconds() - begun);
    if (rc == 0 && o->rerun) {
        uint64_t differ = 0;
        rc = sim_cli_rerun(o->file, &stored, stop, &differ, &why);
        int printed = sim_cli_finish_output();
        status = printed || differ ? SIM_CLI_FAILED : status;
    }
    sim_store_stored_free(&stored);
    if (rc == 0)
        return status;
    fprintf(stderr, "kumiai: %s\n", why.text);
    return code_of(rc);
}

int sim_cli_verify(int argc, char **argv) {
    options_t options = {0};
    int status = SIM_CLI_USAGE;
    sim_base_diag_t diag;
    sim_base_diag_init(&diag);
    const volatile sig_atomic_t *stop = sim_cli_catch_signals();
    bool asked =
        sim_cli_options_read(argc - 1, argv + 1, sim_cli_verify_table, take, &options, &diag);
    if (!options.file || !*options.file)
        sim_base_diag_add(&diag, NULL, 0, "verify needs a results file");
    if (asked)
        status = sim_cli_print_help(help);
    else if (diag.count || !options.file)
        sim_cli_print_problems(&diag);
    else
        status = verify(&options, stop);
    sim_base_diag_free(&diag);
    return status;
}
