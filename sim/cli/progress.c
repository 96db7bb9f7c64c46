/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/usage.h"

enum { BAR = 30 };
static const double TERMINAL_SECONDS = 0.1, PLAIN_SECONDS = 10;

void sim_cli_progress_begin(sim_cli_progress_t *progress, uint64_t total, uint64_t first,
                            bool quiet) {
    double now = sim_base_seconds();
    *progress = (sim_cli_progress_t){.total = total,
                                     .first = first,
                                     .done = first,
                                     .begun = now,
                                     .shown = now,
                                     .quiet = quiet,
                                     .terminal = isatty(STDERR_FILENO) == 1};
}

static void duration(double s, char *buffer, size_t size) {
    if (s < 100)
        snprintf(buffer, size, "%.0f s", s);
    else if (s < 6000)
        snprintf(buffer, size, "%.0f min", s / 60);
    else
        snprintf(buffer, size, "%.1f h", s / 3600);
}

static void draw(const sim_cli_progress_t *p, double now) {
    char left[32], bar[BAR + 1];
    double rate = (double)(p->done - p->first) / (now - p->begun);
    duration((double)(p->total - p->done) / rate, left, sizeof left);
    if (!p->terminal) {
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " runs, %.3g runs/s, %s left\n", p->done,
                p->total, rate, left);
        return;
    }
    size_t filled = (size_t)(BAR * (double)p->done / (double)p->total);
    memset(bar, '.', BAR);
    memset(bar, '#', filled);
    bar[BAR] = '\0';
    fprintf(stderr, "\r[%s] %" PRIu64 "/%" PRIu64 " runs  %.3g runs/s  %s left\033[K", bar, p->done,
            p->total, rate, left);
    fflush(stderr);
}

void sim_cli_progress_run(sim_cli_progress_t *progress) {
    progress->done++;
    if (progress->quiet)
        return;
    double now = sim_base_seconds();
    if (now - progress->shown < (progress->terminal ? TERMINAL_SECONDS : PLAIN_SECONDS))
        return;
    draw(progress, now);
    progress->shown = now;
    progress->drawn = true;
}

void sim_cli_progress_warn(sim_cli_progress_t *progress, const char *sentence) {
    sim_cli_progress_end(progress);
    fprintf(stderr, "kumiai: warning: %s\n", sentence);
}

void sim_cli_progress_end(sim_cli_progress_t *progress) {
    if (progress->terminal && progress->drawn)
        fputs("\r\033[K", stderr);
}
