/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kumiai run` or `kumiai fork` was asked for. */
#ifndef SIM_CLI_RUN_OPTIONS_H
#define SIM_CLI_RUN_OPTIONS_H

#include <stdbool.h>

#include "sim/cli/job_options.h"
#include "sim/cli/run_until.h"
#include "sim/param/date.h"
#include "sim/schedule/world.h"

/* What the help of both says of options that they share. */
#define SIM_CLI_HELP_COLUMNS                                                                       \
    "  --columns NAME,...    write these columns of the state (see kumiai describe; all: every "   \
    "one)\n"                                                                                       \
    "                        into tables state_POPULATION: before the first step, then after "     \
    "each;\n"                                                                                      \
    "                        at detail full, which is the default with it\n"                       \
    "  --every STEPS         with --columns: only after every so many steps\n"
#define SIM_CLI_HELP_LAST                                                                          \
    "  --force               replace an existing results file\n"                                   \
    "  --paranoid            check all invariants after every step\n"                              \
    "  --watch[=METRIC,...]  draw the running means of these summary metrics on the terminal "     \
    "(by\n"                                                                                        \
    "                        default of the model's first two), of the runs that this command "    \
    "makes\n"                                                                                      \
    "  --quiet               no progress on standard error\n"                                      \
    "  --help                this text\n"

typedef struct {
    const char **scenario; /* files, of fork the scenario and its policies; the array is owned, the
                              texts are argv's */
    size_t n_scenarios;
    double checkpoint_every; /* years; 0 when not given */
    sim_param_date_t date;   /* of the fork, as it is written */
    const char *at_text;     /* NULL when not given */
    bool at_good;            /* it was read into `date` */
    double at;               /* begin of the step that it means, once the run is known */
    const char *until;       /* --until as given, read into `target`; NULL without */
    sim_cli_until_t target;
    int64_t max_reps;    /* of --until; 0 when not given */
    int64_t only_rep;    /* the one replicate to make; -1 when not given */
    const char *columns; /* of --columns; NULL when not given */
    char *columns_set;   /* the setting that it stands for; owned */
    char every[64];      /* the setting that --every stands for */
    const char *watched; /* metrics of --watch; NULL when not given */
    bool watch;
} sim_cli_run_options_t;

/* Reads the arguments after `run` or (fork) `fork`. Problems go to diag, all of them, those with
 * the results file that can be seen before anything is computed included. Free both in any
 * case. */
int sim_cli_run_options(int argc, char **argv, bool fork, sim_cli_job_options_t *shared,
                        sim_cli_run_options_t *options, sim_base_diag_t *diag);
void sim_cli_run_options_free(sim_cli_run_options_t *options);

#endif
