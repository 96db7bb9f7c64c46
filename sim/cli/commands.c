/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/cli/commands.h"

#include <stddef.h>
#include <string.h>

#include "sim/cli/cli.h"

const sim_cli_command_t sim_cli_commands[] = {
    {"run", sim_cli_run, "run scenarios into a results file and print means", sim_cli_run_table,
     "SCENARIO.cfg", true, true},
    {"check", sim_cli_check, "report all problems of configuration files", sim_cli_check_table,
     "FILE.cfg", false, false},
    {"describe", sim_cli_describe, "parameters, metrics, tie kinds and phases of the models",
     sim_cli_describe_table, "MODEL", false, false},
    {"bench", sim_cli_bench, "time the models, in ns per agent and step", sim_cli_bench_table, NULL,
     false, false},
    {"sweep", sim_cli_sweep, "run a design over parameters", sim_cli_sweep_table, "SWEEP.cfg", true,
     true},
    {"targets", sim_cli_targets, "print the outputs and targets of a file, checked",
     sim_cli_targets_table, "FILE.cfg", false, false},
    {"merge", sim_cli_merge, "join the shards of a sweep", sim_cli_merge_table, "R.db", false,
     true},
    {"fork", sim_cli_fork, "run to a year once, then one policy after the other",
     sim_cli_fork_table, "SCENARIO.cfg", true, true},
    {"verify", sim_cli_verify, "compare a results file with its digests", sim_cli_verify_table,
     "R.db", false, false},
    {"completion", sim_cli_completion, "print what completes these commands in a shell",
     sim_cli_completion_table, "bash|zsh", false, false},
    {NULL, NULL, NULL, NULL, NULL, false, false},
};

const sim_cli_command_t *sim_cli_command_find(const char *name) {
    for (const sim_cli_command_t *c = sim_cli_commands; name && c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
