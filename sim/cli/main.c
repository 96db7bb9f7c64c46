/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_errno.h>
#include <libconfig.h>
#include <omp.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "sim/base/instructions.h"
#include "sim/cli/cli.h"
#include "sim/cli/commands.h"
#include "sim/cli/crash.h"
#include "sim/record/identity.h"
#include "sim/rng/rng.h"
#include "sim/schedule/world.h"
#include "sim/team/ranks.h"

/* Bytes of the longest path that the system takes: Linux's PATH_MAX without its end. */
enum { LONGEST = 4095 };

static void help(FILE *stream) {
    fputs("Usage: kumiai COMMAND [OPTIONS]\n\nCommands:\n", stream);
    for (const sim_cli_command_t *c = sim_cli_commands; c->name; c++)
        fprintf(stream, "  %-12s%s\n", c->name, c->doc);
    fputs("\n`kumiai COMMAND --help` tells the options of a command; `kumiai --version` what this\n"
          "program is built from.\n",
          stream);
}

static const char *c_library(void) {
#ifdef __GLIBC__
    return gnu_get_libc_version();
#else
    return "of another kind";
#endif
}

static int version(void) {
    const char *mpi = sim_team_ranks_library();
    sim_record_identity_t identity;
    char processor[SIM_BASE_CPU_NAME];
    sim_record_identity(&identity);
    sim_base_cpu_name(processor);
    printf("kumiai %s\nbuild: %s\nrandom numbers: %s\n", sim_record_program_version(),
           sim_record_build_id(), SIM_RNG_VERSION);
    fputs("identity, which files that are resumed or merged must share:\n", stdout);
    for (size_t i = 0; i < SIM_RECORD_IDENTITY_PARTS; i++)
        printf("  %s: %s\n", sim_record_identity_key(i), identity.value[i]);
    printf("libraries: SQLite %s, libconfig %d.%d.%d, C library %s\n", sqlite3_libversion(),
           LIBCONFIG_VER_MAJOR, LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION, c_library());
    printf("processor: %s\n", processor);
    printf("several machines: %s\n",
           mpi ? mpi : "not in this build (KUMIAI_MPI was OFF, or no MPI was found)");
    return sim_cli_finish_output();
}

/* A program of its own stands beside this one. */
static int moved(const char *word) {
    return sim_cli_usage_error(NULL,
                               "%s is a command of its own: kumiai-%s R.db --to DIR [OPTIONS] "
                               "(scripts/kumiai-%s in the sources)",
                               word, word, word);
}

static int unknown(const char *word) {
    enum { MOST = 32 };
    if (strcmp(word, "export") == 0)
        return moved(word);
    const char *names[MOST + 1] = {"--help", "--version"};
    for (size_t i = 0; 2 + i < MOST && sim_cli_commands[i].name; i++)
        names[2 + i] = sim_cli_commands[i].name;
    sim_base_hint_t hint;
    return sim_cli_usage_error(NULL, "unknown %s '%s'%s", word[0] == '-' ? "option" : "command",
                               word, sim_base_hint(&hint, word, names, "'", ""));
}

/* Started as one of many that it cannot join: they would all write the same file. */
static int refuse_strangers(void) {
    const char *variable = NULL, *library = sim_team_ranks_library();
    int claimed = sim_team_claimed_ranks(&variable);
    if (library)
        fprintf(stderr,
                "kumiai: this program was built with %s, but another MPI has started it as one of "
                "%d processes (%s), which cannot find each other; start it with the mpirun of %s\n",
                library, claimed, variable, library);
    else
        fprintf(stderr,
                "kumiai: this program was built without MPI, but was started as one of %d "
                "processes (%s), which would all do the same; build it with -DKUMIAI_MPI=ON, or "
                "start it without mpirun\n",
                claimed, variable);
    return SIM_CLI_USAGE;
}

static bool is_stranger(void) {
    const char *variable = NULL;
    return sim_team_ranks() == 1 && sim_team_claimed_ranks(&variable) > 1;
}

/* A process of an mpirun has one thread more than those that compute. */
static bool is_short_of_threads(void) {
    return sim_team_ranks() > 1 && omp_get_thread_limit() < 2;
}

static int refuse_one_thread(void) {
    if (sim_team_rank() > 0) /* rank 0 says it */
        return SIM_CLI_OK;
    fputs(
        "kumiai: OMP_THREAD_LIMIT is 1, but each process of an mpirun needs two threads, one that "
        "computes and one that sends; raise it or unset it\n",
        stderr);
    return SIM_CLI_USAGE;
}

/* An author's mistakes, all at once and before anything depends on them. */
static bool models_are_sound(void) {
    sim_base_diag_t diag;
    bool sound = true;
    sim_base_diag_init(&diag);
    for (size_t i = 0; sim_models[i]; i++) {
        for (size_t k = 0; k < i; k++)
            if (strcmp(sim_models[k]->name, sim_models[i]->name) == 0)
                sim_base_diag_add(&diag, NULL, 0, "there are two models %s", sim_models[i]->name);
        (void)sim_model_check(sim_models[i], &diag);
    }
    sound = diag.count == 0 && !diag.truncated;
    if (!sound && sim_team_rank() == 0)
        sim_cli_print_problems(&diag);
    sim_base_diag_free(&diag);
    return sound;
}

/* A file's name that is none, which no sentence could hold; NULL when there is none. Settings may
 * be of any length. */
static const char *too_long(int argc, char **argv) {
    for (int i = 2; i < argc; i++) {
        bool set = strncmp(argv[i], "--set=", 6) == 0 || strcmp(argv[i - 1], "--set") == 0;
        const char *equals = strncmp(argv[i], "--", 2) == 0 ? strchr(argv[i], '=') : NULL;
        const char *value = equals ? equals + 1 : argv[i];
        if (!set && strlen(value) > LONGEST)
            return value;
    }
    return NULL;
}

static int refuse_long(const char *name) {
    return sim_cli_usage_error(NULL, "the name '%.40s...' has %zu bytes; at most %d are possible",
                               name, strlen(name), LONGEST);
}

static int command(int argc, char **argv) {
    const sim_cli_command_t *found = sim_cli_command_find(argv[1]);
    if (sim_team_rank() > 0 && !(found && found->shared))
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
    if (!found)
        return unknown(argv[1]);
    if (too_long(argc, argv))
        return refuse_long(too_long(argc, argv));
    if (found->writes && is_stranger())
        return refuse_strangers();
    return found->shared && is_short_of_threads() ? refuse_one_thread()
                                                  : found->run(argc - 1, argv + 1);
}

/* GSL's own answer is abort(). Whoever it has no memory for gets NULL and says so; nobody looks for
 * its other errors, which are mistakes of the model or of ours. What was committed stays. */
static void on_gsl_error(const char *reason, const char *file, int line, int code) {
    const char *slash = strrchr(file, '/');
    if (code == GSL_ENOMEM)
        return;
    fprintf(stderr, "kumiai: the mathematical library GSL gives up in its %s, line %d: %s\n",
            slash ? slash + 1 : file, line, reason);
    fflush(NULL);
    _exit(SIM_CLI_FAILED);
}

int sim_cli_main(int argc, char **argv) {
    sim_cli_check_processor();
    sim_cli_tell_crashes();
    (void)gsl_set_error_handler(on_gsl_error);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* a lock a call, for what nobody asks */
    if (!sim_team_ranks_begin()) {
        fputs("kumiai: MPI could not be begun\n", stderr);
        return SIM_CLI_FAILED;
    }
    int status = models_are_sound() ? command(argc, argv) : SIM_CLI_FAILED;
    bool lost = sim_team_rank() > 0 && status != SIM_CLI_OK;
    if (!sim_team_ranks_end(lost)) {
        fflush(NULL);
        _exit(status);
    }
    return status;
}

int kumiai_main(int argc, char **argv, const sim_model_t *const models[]) {
    static const sim_model_t *const none[] = {NULL};
    sim_models = models ? models : none;
    return sim_cli_main(argc, argv);
}
