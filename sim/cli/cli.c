/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/error.h"

enum { MOST_OF_A_FILE = 20 }; /* lines: whoever has more has one cause, and reads no more */

static void print_problem(const sim_base_problem_t *problem) {
    if (!problem->file)
        fprintf(stderr, "kumiai: %s\n", problem->text);
    else if (problem->line > 0)
        fprintf(stderr, "%s:%d: %s\n", problem->file, problem->line, problem->text);
    else
        fprintf(stderr, "%s: %s\n", problem->file, problem->text);
}

/* How many of the first n problems are of this file. */
static size_t count_of(const sim_base_diag_t *diag, size_t n, const char *file) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += diag->problem[i].file && strcmp(diag->problem[i].file, file) == 0;
    return count;
}

void sim_cli_print_problems(const sim_base_diag_t *diag) {
    for (size_t i = 0; i < diag->count; i++) {
        const char *file = diag->problem[i].file;
        size_t before = file ? count_of(diag, i, file) : 0;
        if (before < MOST_OF_A_FILE)
            print_problem(&diag->problem[i]);
        else if (before == MOST_OF_A_FILE)
            fprintf(stderr, "%s: and %zu more problems like these\n", file,
                    count_of(diag, diag->count, file) - MOST_OF_A_FILE);
    }
    if (diag->truncated)
        fputs("kumiai: memory ran out; there are more problems than these\n", stderr);
}

int sim_cli_usage_error(const char *command, const char *format, ...) {
    va_list arguments;
    fprintf(stderr, "kumiai%s%s: ", command ? " " : "", command ? command : "");
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nTry `kumiai%s%s --help`.\n", command ? " " : "", command ? command : "");
    return SIM_CLI_USAGE;
}

int sim_cli_finish_output(void) {
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "kumiai: standard output could not be written: %s\n", strerror(errno));
        return SIM_CLI_FAILED;
    }
    return SIM_CLI_OK;
}

int sim_cli_print_help(const char *help) {
    fputs(help, stdout);
    return sim_cli_finish_output();
}
