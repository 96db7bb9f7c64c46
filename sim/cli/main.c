/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_version.h>
#include <libconfig.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kumiai_build.h"
#include "sim/cli/cli.h"
#include "sim/rng/rng.h"

typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *doc;
} command_t;

static const command_t commands[] = {
    {"run", sim_cli_run, "run scenarios into a results file and print means"},
    {"check", sim_cli_check, "report all problems of configuration files"},
    {"describe", sim_cli_describe, "parameters, metrics, tie kinds and phases of the models"},
    {"bench", sim_cli_bench, "time the models, in ns per agent and step"},
    {"sweep", sim_cli_sweep, "run a design over parameters"},
    {"merge", sim_cli_merge, "join the shards of a sweep"},
    {"fork", sim_cli_fork, "run to a year once, then one policy after the other"},
    {"export", sim_cli_export, "write tables and network files for other programs"},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

static void help(FILE *stream) {
    fputs("Usage: kumiai COMMAND [OPTIONS]\n\nCommands:\n", stream);
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(stream, "  %-10s%s\n", commands[i].name, commands[i].doc);
    fputs("\n`kumiai COMMAND --help` tells the options of a command; `kumiai --version` what this\n"
          "program is built from.\n",
          stream);
}

static int version(void) {
    printf("kumiai %s\nbuild: %s\nrandom numbers: %s\n", KUMIAI_VERSION, KUMIAI_BUILD_ID,
           SIM_RNG_VERSION);
    printf("libraries: GSL %s, SQLite %s, libconfig %d.%d.%d\n", gsl_version, sqlite3_libversion(),
           LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION);
    return sim_cli_finish_output();
}

static int unknown(const char *word) {
    const char *names[N_COMMANDS + 3] = {"--help", "--version"};
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[2 + i] = commands[i].name;
    const char *near = sim_base_nearest(word, names);
    const char *what = word[0] == '-' ? "option" : "command";
    return near ? sim_cli_usage_error(NULL, "unknown %s '%s'; did you mean '%s'?", what, word, near)
                : sim_cli_usage_error(NULL, "unknown %s '%s'", what, word);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        help(stderr);
        return SIM_CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help(stdout);
        return sim_cli_finish_output();
    }
    if (strcmp(argv[1], "--version") == 0)
        return version();
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return unknown(argv[1]);
}
