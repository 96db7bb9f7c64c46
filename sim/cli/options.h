/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What commands that compute share: reading their options, signals, the results file as far as it
 * can be seen beforehand. */
#ifndef SIM_CLI_OPTIONS_H
#define SIM_CLI_OPTIONS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"

typedef struct {
    const char *name;  /* "--out"; NULL ends a table */
    const char *value; /* what its value is, in the words of the help, such as R.db; NULL when it
                          takes none, in brackets when it may be left out: then it is
                          given as --name=value only. Completion offers files for FILE, R.cfg, R.csv
                          and R.db, folders for DIR, and the choices of a|b */
} sim_cli_option_t;

/* The options of each command. */
extern const sim_cli_option_t sim_cli_run_table[], sim_cli_check_table[], sim_cli_describe_table[],
    sim_cli_bench_table[], sim_cli_sweep_table[], sim_cli_targets_table[], sim_cli_merge_table[],
    sim_cli_fork_table[], sim_cli_verify_table[], sim_cli_completion_table[];

/* Takes an argument: the option's place in the table and its value (NULL for one that takes none),
 * or -1 and a word that is no option. */
typedef void sim_cli_take_t(void *user, int option, const char *value, sim_base_diag_t *diag);

/* Hands every argument to take() but --help, of which it returns whether it is among them. `--name
 * value`, `--name=value`, -h for --help, `--` before words that begin with '-'. Problems go to
 * diag: also a file that is given twice, of which one would have no effect. */
bool sim_cli_options_read(int argc, char **argv, const sim_cli_option_t *table,
                          sim_cli_take_t *take, void *user, sim_base_diag_t *diag);

/* The same for commands that stop at a problem of the options: prints them all as `kumiai COMMAND:
 * ...`, argv[0] being the command, or the help that was asked for. Whether the command is to go on;
 * else *status is what it ends in. */
typedef struct {
    const char *help;
    const sim_cli_option_t *table;
    sim_cli_take_t *take;
} sim_cli_reader_t;
bool sim_cli_options_good(int argc, char **argv, const sim_cli_reader_t *reader, void *user,
                          int *status);

/* A whole number in [min, max], or a problem and min. */
int64_t sim_cli_whole(const char *option, const char *text, int64_t min, int64_t max,
                      sim_base_diag_t *diag);

/* The place of the word of --format among the names; or 0 and a problem, which says what is
 * `allowed` unless a name is near. */
int sim_cli_format(const char *word, const char *const *names, const char *allowed,
                   sim_base_diag_t *diag);

/* sim_detail_t by its name, or a problem and -1. */
int sim_cli_detail(const char *text, sim_base_diag_t *diag);

/* Warns when more threads were asked for than the control group gives processors. */
void sim_cli_threads_note(int threads);

/* The problem of a file to write whose name is that of a part of a results file. */
void sim_cli_refuse_journal(const char *option, const char *file, sim_base_diag_t *diag);

/* Problems of --out, --resume and --force that can be seen before anything is computed. */
void sim_cli_check_out(const char *out, bool resume, bool force, sim_base_diag_t *diag);

/* The problem of --retry-failed without a file; out may be NULL. */
void sim_cli_check_retry(const char *out, sim_base_diag_t *diag);

/* A process that is not the first of an mpirun, made ready with this code: whether it takes no part
 * in the batch. Then the first one has been told why. */
bool sim_cli_stay_out(bool help, int code, const sim_base_diag_t *diag);

/* The exit status of a rank above 0 that has followed, from the code of its batch. */
int sim_cli_followed(int code, const char *out);

/* `kumiai COMMAND ...` as a shell would take it again; the caller frees it, NULL without memory. */
char *sim_cli_command_line(int argc, char **argv);

/* From now on SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGXCPU set the flag that is returned; a second
 * SIGINT or SIGTERM ends the program at once. A file size limit is reported by the write that meets
 * it, not by a signal. */
const volatile sig_atomic_t *sim_cli_catch_signals(void);

#endif
