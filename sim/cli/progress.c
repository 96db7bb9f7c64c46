/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* the size of the terminal */
#include "sim/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/base/text.h"
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

void sim_cli_duration(double s, char *buffer, size_t size) {
    if (s < 100)
        snprintf(buffer, size, s < 9.95 ? "%.2g s" : "%.0f s", s);
    else if (s < 6000)
        snprintf(buffer, size, "%.0f min", s / 60);
    else
        snprintf(buffer, size, "%.1f h", s / 3600);
}

/* ---- on a terminal ---- */

/* Every line is cleared behind its end, so that nothing below it stays. Returns how many. */
static size_t put_lines(const char *text, FILE *out) {
    size_t lines = 0;
    for (; *text; text++) {
        if (*text == '\n') {
            fputs("\033[K", out);
            lines++;
        }
        fputc(*text, out);
    }
    return lines;
}

/* To the begin of what was drawn last. A terminal that changed its size has broken the lines in
 * places of its own: then the screen is cleared. */
static void go_back(sim_cli_progress_t *p, size_t columns, size_t lines, FILE *out) {
    bool same = columns == p->columns && lines == p->lines;
    if (p->above && !same)
        fputs("\033[H\033[2J", out);
    else if (p->above)
        fprintf(out, "\r\033[%zuA", p->above);
    else
        fputc('\r', out);
    p->columns = columns;
    p->lines = lines;
}

static void put_picture(sim_cli_progress_t *p, size_t columns, size_t lines, FILE *out) {
    sim_base_text_t text;
    FILE *stream = sim_base_text_open(&text);
    if (!stream)
        return;
    p->picture(p->picture_user, stream, columns, lines);
    if (sim_base_text_close(stream, &text))
        return;
    size_t before = p->above;
    go_back(p, columns, lines, out);
    p->above = put_lines(text.bytes, out);
    if (p->above < before) /* what is below the new picture is of the old one */
        fputs("\033[J", out);
    free(text.bytes);
}

/* Without the end of a line, and shorter than the terminal is wide. */
static void put_bar(const sim_cli_progress_t *p, const char *rate, size_t columns, FILE *out) {
    char bar[BAR + 1], line[160];
    size_t filled = (size_t)(BAR * (double)p->done / (double)p->total);
    memset(bar, '.', BAR);
    memset(bar, '#', filled);
    bar[BAR] = '\0';
    snprintf(line, sizeof line, "[%s] %" PRIu64 "/%" PRIu64 " runs  %s", bar, p->done, p->total,
             rate);
    fprintf(out, "\r%.*s\033[K", (int)columns - 1, line);
}

/* The picture, if there is one, and the bar below it, in one go; without memory nothing. */
static void put_all(sim_cli_progress_t *p, const char *rate) {
    struct winsize size = {0};
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row;
    size_t columns = known ? size.ws_col : 80, lines = known ? size.ws_row : 24;
    sim_base_text_t text;
    FILE *out = sim_base_text_open(&text);
    if (!out)
        return;
    if (p->picture)
        put_picture(p, columns, lines, out);
    if (rate)
        put_bar(p, rate, columns, out);
    if (sim_base_text_close(out, &text))
        return;
    fwrite(text.bytes, 1, text.size, stderr);
    fflush(stderr);
    free(text.bytes);
}

static void draw(sim_cli_progress_t *p, double now) {
    char left[32], text[96];
    double rate = (double)(p->done - p->first) / (now - p->begun);
    sim_cli_duration((double)(p->total - p->done) / rate, left, sizeof left);
    snprintf(text, sizeof text, "%.3g runs/s%s %s left", rate, p->terminal ? " " : ",", left);
    if (p->terminal)
        put_all(p, text);
    else
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " runs, %s\n", p->done, p->total, text);
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
    if (progress->above)
        fprintf(stderr, "\r\033[%zuA\033[J", progress->above);
    else if (progress->terminal && progress->drawn)
        fputs("\r\033[K", stderr);
    progress->above = 0;
    fprintf(stderr, "kumiai: warning: %s\n", sentence);
}

void sim_cli_progress_end(sim_cli_progress_t *progress) {
    bool has_picture = progress->terminal && progress->picture && progress->done > progress->first;
    if (has_picture)
        put_all(progress, NULL);
    if (progress->terminal && (progress->drawn || has_picture))
        fputs("\r\033[K", stderr);
    progress->above = 0; /* what was drawn stays */
}
