/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `kumiai bench --against PROGRAM`: this program and another, such as one built from an older
 * state, run their short benchmarks in turns. A busy spell of the machine then meets both, and the
 * ratio of medians tells more than two runs one after the other. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/cli/bench.h"
#include "sim/cli/cli.h"

enum { ROUNDS = 7, MOST_LINES = 64, NAME = 64 };

typedef struct {
    char what[NAME], unit[NAME];
    sim_cli_times_t times[2]; /* this program's, the other's */
} line_t;

typedef struct {
    line_t line[MOST_LINES];
    size_t count;
} lines_t;

static line_t *line_of(lines_t *lines, const char *what, const char *unit) {
    for (size_t i = 0; i < lines->count; i++)
        if (strcmp(lines->line[i].what, what) == 0 && strcmp(lines->line[i].unit, unit) == 0)
            return &lines->line[i];
    if (lines->count == MOST_LINES)
        return NULL;
    line_t *line = &lines->line[lines->count++];
    snprintf(line->what, NAME, "%.*s", NAME - 1, what);
    snprintf(line->unit, NAME, "%.*s", NAME - 1, unit);
    return line;
}

/* "what   value  unit", as sim_cli_bench_line() writes it; anything else is passed over. */
static void take_line(lines_t *lines, char *text, int whose) {
    char *unit = NULL, *end = NULL;
    text[strcspn(text, "\n")] = '\0';
    for (unit = text; (unit = strstr(unit, "  ")); unit++) {
        char *number = unit + strspn(unit, " ");
        double value = strtod(number, &end);
        line_t *line = NULL;
        if (end == number || strncmp(end, "  ", 2) != 0)
            continue;
        *unit = '\0';
        line = line_of(lines, text, end + 2);
        if (line && line->times[whose].count < SIM_CLI_BENCH_MOST)
            line->times[whose].at[line->times[whose].count++] = value;
        return;
    }
}

static _Noreturn void become(const char *program, const sim_cli_bench_options_t *options, int out) {
    const char *argv[] = {program, "bench", "--quick", "--baseline", options->baseline, NULL};
    if (!options->baseline_given)
        argv[3] = NULL;
    if (dup2(out, STDOUT_FILENO) >= 0)
        execv(program, (char *const *)argv);
    fprintf(stderr, "kumiai bench: %s: %s\n", program, strerror(errno));
    _exit(127);
}

static int run(const char *program, const sim_cli_bench_options_t *options, lines_t *lines,
               int whose) {
    int ends[2], status = 0;
    char text[256];
    if (pipe2(ends, O_CLOEXEC))
        return SIM_ERR_IO;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        become(program, options, ends[1]);
    close(ends[1]);
    FILE *from = child < 0 ? NULL : fdopen(ends[0], "r");
    while (from && fgets(text, sizeof text, from))
        take_line(lines, text, whose);
    if (from)
        fclose(from);
    else
        close(ends[0]);
    bool ended = child > 0 && waitpid(child, &status, 0) == child;
    return from && ended && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? SIM_OK : SIM_ERR_IO;
}

/* Of a rate, or of how much faster two threads are, more is better. */
static double ratio(line_t *line) {
    bool more = strstr(line->unit, "/s") || strcmp(line->unit, "times") == 0;
    double own = sim_cli_median(&line->times[0]), other = sim_cli_median(&line->times[1]);
    return more ? other / own : own / other;
}

static void print_all(lines_t *lines, int rounds) {
    printf("%-34s %12s %12s %7s\n", rounds > 1 ? "medians" : "one round", "this program", "other",
           "ratio");
    for (size_t i = 0; i < lines->count; i++) {
        line_t *line = &lines->line[i];
        if (line->times[0].count && line->times[1].count)
            printf("%-34s %12.3f %12.3f %7.2f  %s\n", line->what, sim_cli_median(&line->times[0]),
                   sim_cli_median(&line->times[1]), ratio(line), line->unit);
    }
    printf("a ratio above 1: this program is the slower one, or the larger one\n");
}

int sim_cli_bench_against(const sim_cli_bench_options_t *options) {
    const char *program[2] = {"/proc/self/exe", options->against};
    int rounds = options->quick ? 1 : ROUNDS, rc = SIM_OK;
    char own[4096];
    ssize_t length = readlink(program[0], own, sizeof own - 1);
    lines_t *lines = calloc(1, sizeof *lines);
    if (!lines || length < 0 || access(options->against, X_OK)) {
        fprintf(stderr, "kumiai bench: --against %s: %s\n", options->against, strerror(errno));
        free(lines);
        return SIM_CLI_USAGE;
    }
    own[length] = '\0';
    program[0] = own;
    for (int round = 0; round < rounds && !rc; round++) {
        fprintf(stderr, "round %d of %d\n", round + 1, rounds);
        for (int k = 0; k < 2 && !rc; k++)
            rc = run(program[(round + k) % 2], options, lines, (round + k) % 2);
    }
    if (rc)
        fprintf(stderr, "kumiai bench: a benchmark did not end well\n");
    else
        print_all(lines, rounds);
    free(lines);
    int finished = sim_cli_finish_output();
    return rc ? SIM_CLI_FAILED : finished;
}
