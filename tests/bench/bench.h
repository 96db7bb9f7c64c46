/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the benchmarks of this folder share. A benchmark is a program with a table of measurements;
 * those of one table are run in turns, so that a busy spell of the machine meets all of them, and
 * what is printed are medians of processor time. Nothing here passes or fails by a time. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

enum { BENCH_NO_REFERENCE = -1, BENCH_ROUNDS = 9 };

typedef struct {
    const char *what;
    const char *unit; /* of one of `units`, such as "draw" */
    double units;     /* how many of them a call of `work` does */
    void (*work)(void *user);
    void *user;
    int reference; /* index of the measurement that this one is compared with, or
                    * BENCH_NO_REFERENCE */
} bench_t;

/* --quick was given: sizes and rounds at which nothing is worth reading, to see that all runs. */
bool bench_is_quick(int argc, char **argv);

/* Runs all in turns and prints, for each, nanoseconds per unit and the ratio to its reference;
 * returns the exit code of main(): 0, or 2 for an option that is none. With --quick --only WHICH
 * CALLS it makes so many calls of the measurement of that name, and prints nothing. */
int bench_run(int argc, char **argv, const bench_t *bench, int count);

/* Keeps a result, so that no compiler leaves out what made it. */
void bench_keep(uint64_t result);

/* Ends the program with a sentence when `rc` is not 0. */
void bench_require(int rc, const char *what);

#endif
