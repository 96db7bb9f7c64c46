/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_version.h>
#include <libconfig.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/identity.h"
#include "sim/cli/cli.h"
#include "sim/experiment/ranks.h"
#include "sim/rng/rng.h"

typedef struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *doc;
    bool shared; /* by all processes of an mpirun; others are the business of rank 0 */
} command_t;

static const command_t commands[] = {
    {"run", sim_cli_run, "run scenarios into a results file and print means", true},
    {"check", sim_cli_check, "report all problems of configuration files", false},
    {"describe", sim_cli_describe, "parameters, metrics, tie kinds and phases of the models",
     false},
    {"bench", sim_cli_bench, "time the models, in ns per agent and step", false},
    {"sweep", sim_cli_sweep, "run a design over parameters", true},
    {"merge", sim_cli_merge, "join the shards of a sweep", false},
    {"fork", sim_cli_fork, "run to a year once, then one policy after the other", true},
    {"export", sim_cli_export, "write tables and network files for other programs", false},
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
    const char *mpi = sim_experiment_ranks_library();
    sim_base_identity_t identity;
    sim_base_identity(&identity);
    printf("kumiai %s\nbuild: %s\nrandom numbers: %s\n", sim_base_version(), sim_base_build_id(),
           SIM_RNG_VERSION);
    fputs("identity, which files that are resumed or merged must share:\n", stdout);
    for (size_t i = 0; i < SIM_BASE_IDENTITY_PARTS; i++)
        printf("  %s: %s\n", sim_base_identity_key(i), identity.value[i]);
    printf("libraries: GSL %s, SQLite %s, libconfig %d.%d.%d\n", gsl_version, sqlite3_libversion(),
           LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION);
    printf("several machines: %s\n",
           mpi ? mpi : "not in this build (KUMIAI_MPI was OFF, or no MPI was found)");
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

static bool is_shared(const char *name) {
    for (size_t i = 0; name && i < N_COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].shared;
    return false;
}

static int command(int argc, char **argv) {
    if (sim_experiment_rank() > 0 && !is_shared(argv[1]))
        return SIM_CLI_OK;
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

int main(int argc, char **argv) {
    if (!sim_experiment_ranks_begin()) {
        fputs("kumiai: MPI could not be begun\n", stderr);
        return SIM_CLI_FAILED;
    }
    int status = command(argc, argv);
    bool lost = sim_experiment_rank() > 0 && status != SIM_CLI_OK;
    if (!sim_experiment_ranks_end(lost)) {
        fflush(NULL);
        _exit(status);
    }
    return status;
}
