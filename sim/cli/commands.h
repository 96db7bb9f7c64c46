/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands of the program: one table, which help, errors and completion read. */
#ifndef SIM_CLI_COMMANDS_H
#define SIM_CLI_COMMANDS_H

#include <stdbool.h>

#include "sim/cli/options.h"

typedef struct {
    const char *name; /* NULL ends the table */
    int (*run)(int argc, char **argv);
    const char *doc;
    const sim_cli_option_t *options;
    const char *takes; /* what its words are, as the value of an option */
    bool shared;       /* by all processes of an mpirun; others are the business of rank 0 */
    bool writes;       /* what two processes must not write at a time */
} sim_cli_command_t;

extern const sim_cli_command_t sim_cli_commands[];

/* The command of that name, which may be NULL; NULL when there is none. */
const sim_cli_command_t *sim_cli_command_find(const char *name);

#endif
