/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/error.h"

void sim_cli_print_problems(const sim_base_diag_t *diag) {
    for (size_t i = 0; i < diag->count; i++) {
        const sim_base_problem_t *problem = &diag->problem[i];
        if (!problem->file)
            fprintf(stderr, "kumiai: %s\n", problem->text);
        else if (problem->line > 0)
            fprintf(stderr, "%s:%d: %s\n", problem->file, problem->line, problem->text);
        else
            fprintf(stderr, "%s: %s\n", problem->file, problem->text);
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
