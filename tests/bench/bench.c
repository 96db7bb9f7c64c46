/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/error.h"

static volatile uint64_t kept;

void bench_keep(uint64_t result) {
    kept = kept ^ result;
}

void bench_require(int rc, const char *what) {
    if (rc) {
        fprintf(stderr, "%s: %s\n", what, sim_base_strerror(rc));
        exit(1);
    }
}

bool bench_is_quick(int argc, char **argv) {
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--quick") == 0)
            return true;
    return false;
}

/* Processor time of all threads: on a busy machine the clock on the wall tells of the others. */
static double processor_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, int count) {
    qsort(value, (size_t)count, sizeof *value, ascending);
    return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2.0;
}

/* seconds[k * rounds + r]: measurement k in round r. A first round warms up and is not kept. */
static void measure(const bench_t *bench, int count, int rounds, double *seconds) {
    for (int r = -1; r < rounds; r++)
        for (int k = 0; k < count; k++) {
            double begun = processor_seconds();
            bench[k].work(bench[k].user);
            if (r >= 0)
                seconds[k * rounds + r] = processor_seconds() - begun;
        }
}

static void print_all(const bench_t *bench, int count, const double *seconds) {
    for (int k = 0; k < count; k++) {
        int reference = bench[k].reference;
        double each = seconds[k] / bench[k].units;
        printf("%-44s %12.3f  ns per %s", bench[k].what, 1e9 * each, bench[k].unit);
        if (reference != BENCH_NO_REFERENCE)
            printf("  %.2f x %s", each * bench[reference].units / seconds[reference],
                   bench[reference].what);
        printf("\n");
    }
}

/* Where a call is --quick --only WHICH CALLS: what a count of instructions is taken of. */
static bool run_only(int argc, char **argv, const bench_t *bench, int count) {
    if (argc != 5 || strcmp(argv[1], "--quick") != 0 || strcmp(argv[2], "--only") != 0)
        return false;
    int calls = atoi(argv[4]);
    for (int k = 0; k < count; k++)
        if (strcmp(bench[k].what, argv[3]) == 0) {
            for (int i = 0; i < calls; i++)
                bench[k].work(bench[k].user);
            return true;
        }
    return false;
}

int bench_run(int argc, char **argv, const bench_t *bench, int count) {
    int rounds = bench_is_quick(argc, argv) ? 1 : BENCH_ROUNDS;
    if (run_only(argc, argv, bench, count))
        return 0;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--quick") != 0) {
            fprintf(stderr, "usage: %s [--quick [--only WHICH CALLS]]\n", argv[0]);
            return 2;
        }
    double *seconds = calloc((size_t)(count * rounds), sizeof *seconds);
    bench_require(seconds ? SIM_OK : SIM_ERR_MEMORY, argv[0]);
    measure(bench, count, rounds, seconds);
    for (int k = 0; k < count; k++)
        seconds[k] = median(seconds + k * rounds, rounds);
    print_all(bench, count, seconds);
    free(seconds);
    return 0;
}
