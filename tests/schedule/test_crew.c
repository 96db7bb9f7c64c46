/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/schedule/crew.h"

enum { PARTS = 1000, THREADS = 5 };

typedef struct {
    atomic_int taken[PARTS], there[THREADS], wrong;
    size_t parts;
    bool nested;
} tally_t;

static void count_part(void *user, size_t part, int worker) {
    tally_t *tally = user;
    if (part >= tally->parts || worker < 0 || worker >= THREADS) {
        tally->wrong++;
        return;
    }
    tally->wrong += tally->there[worker]++ != 0; /* two workers with one number */
    tally->taken[part]++;
    if (tally->nested) {
        tally_t inner = {.parts = 3};
        sim_schedule_crew_run(THREADS, inner.parts, count_part, &inner);
        tally->wrong += inner.wrong || inner.taken[0] != 1 || inner.taken[2] != 1;
    }
    tally->there[worker]--;
}

static void all_are_done_once(int threads, size_t parts, bool nested) {
    static tally_t tally;
    tally = (tally_t){.parts = parts, .nested = nested};
    sim_schedule_crew_run(threads, parts, count_part, &tally);
    cr_assert_eq(tally.wrong, 0);
    for (size_t part = 0; part < PARTS; part++)
        cr_assert_eq(tally.taken[part], part < parts);
}

Test(crew, every_part_is_done_once) {
    static const size_t parts[] = {0, 1, 2, 3, 7, PARTS};
    for (int round = 0; round < 300; round++)
        for (int threads = 1; threads <= THREADS; threads++)
            all_are_done_once(threads, parts[(unsigned)(round + threads) % 6], false);
}

/* A part that calls the crew, which is at work, does all by itself. */
Test(crew, a_call_within_a_call_is_done) {
    for (int round = 0; round < 50; round++)
        all_are_done_once(3, 40, true);
}

Test(crew, a_fork_has_a_crew_of_its_own) {
    int status = 0;
    all_are_done_once(THREADS, PARTS, false);
    pid_t child = fork();
    if (child == 0) {
        all_are_done_once(THREADS, PARTS, false);
        _exit(7);
    }
    waitpid(child, &status, 0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* While a hand sleeps in its part, whoever called does the others, and returns when it has come
 * back. */
static void sleep_in_first(void *user, size_t part, int worker) {
    atomic_int *by = user;
    by[part] = worker + 1;
    if (worker)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

Test(crew, nobody_waits_for_parts_that_are_left) {
    for (int round = 0; round < 20; round++) {
        atomic_int by[64] = {0};
        sim_schedule_crew_run(2, 64, sleep_in_first, by);
        int others = 0;
        for (int part = 0; part < 64; part++) {
            cr_assert_neq(by[part], 0);
            others += by[part] == 2;
        }
        cr_assert_leq(others, 1 + 63 / 2, "the second worker begins in the middle");
    }
}
