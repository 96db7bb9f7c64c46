/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress of a batch on stderr: a bar with rate and time left on a terminal, a plain line every
 * ten seconds otherwise, nothing when quiet. On a terminal a picture may be above the bar. */
#ifndef SIM_CLI_PROGRESS_H
#define SIM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
    uint64_t total, first, done; /* first = done before this command began */
    double begun, shown;         /* seconds on the monotonic clock */
    bool quiet, terminal, drawn;
    /* Of a picture above the bar: prints at most lines - 1 lines of fewer than `columns` columns,
     * each with its end; NULL: there is none. */
    void (*picture)(void *user, FILE *stream, size_t columns, size_t lines);
    void *picture_user;
    size_t above;          /* lines of the picture that is on the terminal */
    size_t columns, lines; /* of the terminal when it was drawn */
} sim_cli_progress_t;

void sim_cli_progress_begin(sim_cli_progress_t *progress, uint64_t total, uint64_t first,
                            bool quiet);

/* One more run is done; cheap, draws only when it is time to. */
void sim_cli_progress_run(sim_cli_progress_t *progress);

/* Prints a warning in between. */
void sim_cli_progress_warn(sim_cli_progress_t *progress, const char *sentence);

/* Takes the bar off the terminal; the picture stays, as it is at the end. */
void sim_cli_progress_end(sim_cli_progress_t *progress);

void sim_cli_duration(double s, char *buffer, size_t size); /* as "1.5 s", "20 min", "3.2 h" */

#endif
