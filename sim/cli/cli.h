/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: one function per subcommand and the little they share. Only this room
 * prints. Data goes to standard output, everything else to standard error. */
#ifndef SIM_CLI_CLI_H
#define SIM_CLI_CLI_H

#include <stddef.h>

#include "sim/base/diag.h"

/* Exit statuses of the program. */
enum {
    SIM_CLI_OK = 0,
    SIM_CLI_FAILED = 1,
    SIM_CLI_USAGE = 2,  /* usage or configuration error: nothing was run or written */
    SIM_CLI_PARTLY = 3, /* some runs failed */
    SIM_CLI_INTERRUPTED = 130
};

/* The whole program for the models in sim_models: returns its exit status. */
int sim_cli_main(int argc, char **argv);

/* Ends the program with a message where it was built for a processor that this one is not. Called
 * before main() already; that main() calls it too is what links it into programs that take the
 * command line from a library. */
void sim_cli_check_processor(void);

/* One function per subcommand: argv[0] is its name. Each returns an exit status. */
int sim_cli_run(int argc, char **argv);
int sim_cli_fork(int argc, char **argv);
int sim_cli_check(int argc, char **argv);
int sim_cli_describe(int argc, char **argv);
int sim_cli_bench(int argc, char **argv);
int sim_cli_sweep(int argc, char **argv);
int sim_cli_merge(int argc, char **argv);
int sim_cli_verify(int argc, char **argv);
int sim_cli_targets(int argc, char **argv);
int sim_cli_completion(int argc, char **argv);

/* Prints every problem to standard error, in the order given, as `file:line: text`
 * (`file: text` without a line, `kumiai: text` without a file). */
void sim_cli_print_problems(const sim_base_diag_t *diag);

/* Prints `kumiai COMMAND: text` and where to find help to standard error; command may be
 * NULL. Returns SIM_CLI_USAGE. */
int sim_cli_usage_error(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Flushes standard output. SIM_CLI_OK, or SIM_CLI_FAILED (with a message) when what was
 * printed could not be written, e.g. on a full disk. */
int sim_cli_finish_output(void);

/* Prints a text to standard output, and flushes it as above. */
int sim_cli_print_help(const char *help);

/* Words of the command line in the order given: names of files, or the values of an option that may
 * be given several times. */
typedef struct {
    const char **text; /* borrowed words; room for as many as there are arguments */
    size_t count;
} sim_cli_words_t;

#endif
