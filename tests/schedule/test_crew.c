/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <time.h>

#include "sim/schedule/crew.h"

enum { PARTS = 1000, THREADS = 5 };

typedef struct {
    atomic_int taken[PARTS], there[THREADS], wrong;
    size_t parts;
    sim_schedule_crew_t *nested; /* called from within */
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
        sim_schedule_crew_run(tally->nested, inner.parts, count_part, &inner);
        tally->wrong += inner.wrong || inner.taken[0] != 1 || inner.taken[2] != 1;
    }
    tally->there[worker]--;
}

static void all_are_done_once(sim_schedule_crew_t *crew, size_t parts, bool nested) {
    static tally_t tally;
    tally = (tally_t){.parts = parts, .nested = nested ? crew : NULL};
    sim_schedule_crew_run(crew, parts, count_part, &tally);
    cr_assert_eq(tally.wrong, 0);
    for (size_t part = 0; part < PARTS; part++)
        cr_assert_eq(tally.taken[part], part < parts);
}

Test(crew, every_part_is_done_once) {
    static const size_t parts[] = {0, 1, 2, 3, 7, PARTS};
    for (int threads = 1; threads <= THREADS; threads++) {
        sim_schedule_crew_t *crew = sim_schedule_crew_hire(threads);
        cr_assert_eq(sim_schedule_crew_threads(crew), threads);
        for (int round = 0; round < 300; round++)
            all_are_done_once(crew, parts[round % 6], false);
        sim_schedule_crew_dismiss(crew);
    }
}

/* A part that calls the crew, which is at work, does all by itself. */
Test(crew, a_call_within_a_call_is_done) {
    sim_schedule_crew_t *crew = sim_schedule_crew_hire(3);
    for (int round = 0; round < 50; round++)
        all_are_done_once(crew, 40, true);
    sim_schedule_crew_dismiss(crew);
}

Test(crew, without_a_crew_one_does_all) {
    static tally_t tally;
    tally = (tally_t){.parts = PARTS};
    sim_schedule_crew_run(NULL, PARTS, count_part, &tally);
    cr_assert_eq(tally.taken[PARTS - 1], 1);
    sim_schedule_crew_dismiss(NULL);
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
    sim_schedule_crew_t *crew = sim_schedule_crew_hire(2);
    for (int round = 0; round < 20; round++) {
        atomic_int by[64] = {0};
        sim_schedule_crew_run(crew, 64, sleep_in_first, by);
        int others = 0;
        for (int part = 0; part < 64; part++) {
            cr_assert_neq(by[part], 0);
            others += by[part] == 2;
        }
        cr_assert_leq(others, 1 + 63 / 2, "the second worker begins in the middle");
    }
    sim_schedule_crew_dismiss(crew);
}

static void rest(void) {
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void sleep_in_each(void *user, size_t part, int worker) {
    atomic_int *by = user;
    by[part] = worker + 1;
    rest();
}

/* A caller that sleeps has no processor, which is how a full machine looks; after a while its calls
 * have help again. */
Test(crew, a_full_machine_is_left_alone_for_a_while) {
    enum { CALLS = 100, RESTS = 30000 };
    sim_schedule_crew_t *one = sim_schedule_crew_hire(1), *two = sim_schedule_crew_hire(2);
    atomic_int by[8];
    int calls = 0, rests = 0;
    cr_expect_not(sim_schedule_crew_helps(NULL));
    cr_expect_not(sim_schedule_crew_helps(one));
    cr_expect(sim_schedule_crew_helps(two));
    for (; sim_schedule_crew_helps(two) && calls < CALLS; calls++)
        sim_schedule_crew_run(two, 8, sleep_in_each, by);
    cr_expect_lt(calls, CALLS);
    sim_schedule_crew_run(two, 8, sleep_in_each, by);
    for (int part = 0; part < 8; part++)
        cr_expect_eq(by[part], 1, "the caller does everything");
    for (; !sim_schedule_crew_helps(two) && rests < RESTS; rests++)
        rest();
    cr_expect_lt(rests, RESTS);
    sim_schedule_crew_dismiss(one);
    sim_schedule_crew_dismiss(two);
}
