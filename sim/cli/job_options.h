/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that `run`, `fork` and `sweep` share. */
#ifndef SIM_CLI_JOB_OPTIONS_H
#define SIM_CLI_JOB_OPTIONS_H

#include "sim/cli/options.h"
#include "sim/schedule/world.h"

typedef struct {
    const char *out;
    const char *targets; /* the file of --targets; NULL: not asked for */
    const char *draws;   /* the file of --draws; NULL when not given */
    const char **set;    /* --set, then the settings that other options stand for; the array is
                            owned, the texts are argv's or the options' own */
    size_t n_sets;
    char reps[64], seed[64]; /* the settings that --reps and --seed stand for; "": not given */
    int64_t draws_reps;      /* 0 when not given */
    int threads, detail;     /* detail: sim_detail_t, or -1 when not given */
    bool resume, retry_failed, force, paranoid, quiet, help;
} sim_cli_job_options_t;

/* They come first in the tables of the three commands; what a command has alone follows. */
enum {
    SIM_CLI_OUT,
    SIM_CLI_REPS,
    SIM_CLI_SEED,
    SIM_CLI_SET,
    SIM_CLI_DETAIL,
    SIM_CLI_TARGETS,
    SIM_CLI_THREADS,
    SIM_CLI_DRAWS,
    SIM_CLI_DRAWS_REPS,
    SIM_CLI_RESUME,
    SIM_CLI_RETRY_FAILED,
    SIM_CLI_FORCE,
    SIM_CLI_PARANOID,
    SIM_CLI_QUIET,
    SIM_CLI_HELP,
    SIM_CLI_N_SHARED
};
#define SIM_CLI_JOB_OPTIONS                                                                        \
    [SIM_CLI_OUT] = {"--out", "R.db"}, [SIM_CLI_REPS] = {"--reps", "N"},                           \
    [SIM_CLI_SEED] = {"--seed", "S"}, [SIM_CLI_SET] = {"--set", "KEY=VALUE"},                      \
    [SIM_CLI_DETAIL] = {"--detail", "summary|series|full|choices"},                                \
    [SIM_CLI_TARGETS] = {"--targets", "FILE.cfg"}, [SIM_CLI_THREADS] = {"--threads", "T"},         \
    [SIM_CLI_DRAWS] = {"--draws", "P.csv"}, [SIM_CLI_DRAWS_REPS] = {"--draws-reps", "K"},          \
    [SIM_CLI_RESUME] = {"--resume", NULL}, [SIM_CLI_RETRY_FAILED] = {"--retry-failed", NULL},      \
    [SIM_CLI_FORCE] = {"--force", NULL}, [SIM_CLI_PARANOID] = {"--paranoid", NULL},                \
    [SIM_CLI_QUIET] = {"--quiet", NULL}, [SIM_CLI_HELP] = {"--help", NULL}

/* What the help of the commands says of them, where it is the same. */
#define SIM_CLI_HELP_DRAWS                                                                         \
    "  --draws P.csv         draws of parameters, a column each and perhaps one called weight:\n"  \
    "                        replicate r uses row r (after the last the first again; with "        \
    "weights\n"                                                                                    \
    "                        a systematic resample that the seed fixes). What a scenario's own "   \
    "file\n"                                                                                       \
    "                        or --set gives is kept; what its base gives is drawn\n"               \
    "  --draws-reps K        K replicates in a row share a draw, which tells how much of the\n"    \
    "                        variance is chance and how much the parameters'\n"
#define SIM_CLI_HELP_THREADS                                                                       \
    "  --threads T           threads, 1 to 1024 (default: the processors that this process may\n"  \
    "                        use); no result depends on it\n"
#define SIM_CLI_HELP_RESUME                                                                        \
    "  --resume              continue a results file that was interrupted, or begin it\n"          \
    "  --retry-failed        resume, and make the runs again that failed or took too long\n"

/* Room for as many settings as there are arguments, and some more. SIM_ERR_MEMORY, which is a
 * problem as well. Free it in any case. */
int sim_cli_job_options_init(sim_cli_job_options_t *o, int argc, sim_base_diag_t *diag);
void sim_cli_job_options_free(sim_cli_job_options_t *o);

/* Takes one of the options above. */
void sim_cli_job_option(sim_cli_job_options_t *o, int option, const char *value,
                        sim_base_diag_t *diag);

/* Lays --reps and --seed over the settings. */
void sim_cli_job_options_set(sim_cli_job_options_t *o);

/* What --draws-reps needs; and that --retry-failed resumes, as there is nothing else that it could
 * be about. Problems to diag. */
void sim_cli_job_options_check(sim_cli_job_options_t *o, sim_base_diag_t *diag);

#endif
