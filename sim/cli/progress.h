/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress of a batch on stderr: a bar with rate and time left on a terminal, a plain line every
 * ten seconds otherwise, nothing when quiet. */
#ifndef SIM_CLI_PROGRESS_H
#define SIM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t total, first, done; /* first = done before this command began */
    double begun, shown;         /* seconds on the monotonic clock */
    bool quiet, terminal, drawn;
} sim_cli_progress_t;

void sim_cli_progress_begin(sim_cli_progress_t *progress, uint64_t total, uint64_t first,
                            bool quiet);

/* One more run is done; cheap, draws only when it is time to. */
void sim_cli_progress_run(sim_cli_progress_t *progress);

/* Prints a warning in between. */
void sim_cli_progress_warn(sim_cli_progress_t *progress, const char *sentence);

/* Takes the bar off the terminal. */
void sim_cli_progress_end(sim_cli_progress_t *progress);

#endif
