/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs on their way: given out in order, handed on in order, whatever happens between. */
#define _POSIX_C_SOURCE 200809L
#include <criterion/criterion.h>
#include <omp.h>
#include <string.h>
#include <time.h>

#include "sim/experiment/queue.h"

enum { TOTAL = 40, SLOTS = 8, FIRST = 3 };

typedef struct {
    uint64_t taken[TOTAL];
    size_t n, refuse_at; /* take() answers SIM_ERR_IO at its refuse_at-th call; 0: never */
} taker_t;

static int take(void *user, const sim_record_t *record) {
    taker_t *taker = user;
    if (taker->refuse_at && taker->n + 1 == taker->refuse_at)
        return SIM_ERR_IO;
    taker->taken[taker->n++] = record->run_id;
    return 0;
}

static void assign(const void *user, uint64_t number, sim_experiment_run_t *run,
                   sim_config_t *config, void *params) {
    (void)user, (void)number, (void)run, (void)config, (void)params;
}

typedef struct {
    taker_t taker;
    sim_experiment_batch_t batch;
    sim_experiment_tally_t tally;
    sim_experiment_queue_t queue;
} scene_t;

static void begin(scene_t *scene) {
    memset(scene, 0, sizeof *scene);
    scene->batch = (sim_experiment_batch_t){
        .first = FIRST, .assign = assign, .total = TOTAL, .take = take, .user = &scene->taker};
    cr_assert_eq(sim_experiment_queue_init(&scene->queue, &scene->batch, SLOTS, &scene->tally), 0);
}

static void deposit(scene_t *scene, int owner, uint64_t run) {
    sim_record_t record = {.run_id = run, .status = run == FIRST ? SIM_ERR_MODEL : 0};
    sim_experiment_queue_deposit(&scene->queue, owner, run, &record);
}

static uint64_t taken_by(scene_t *scene, int owner) {
    uint64_t run = UINT64_MAX;
    cr_assert(sim_experiment_queue_take(&scene->queue, owner, &run));
    return run;
}

static bool nothing_for(scene_t *scene, int owner) {
    uint64_t run;
    return !sim_experiment_queue_take(&scene->queue, owner, &run);
}

static void all_taken_in_order(const scene_t *scene, size_t n) {
    cr_assert_eq(scene->taker.n, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(scene->taker.taken[i], FIRST + i);
    cr_assert_eq(scene->tally.done, n);
}

Test(queue, gives_out_in_order_and_no_more_than_it_has_room_for) {
    scene_t scene;
    begin(&scene);
    for (uint64_t run = FIRST; run < FIRST + SLOTS; run++)
        cr_assert_eq(taken_by(&scene, 1 + (int)(run % 2)), run);
    cr_assert(nothing_for(&scene, 1));
    deposit(&scene, 1 + FIRST % 2, FIRST);
    cr_assert_eq(taken_by(&scene, 2), FIRST + SLOTS);
    cr_assert(nothing_for(&scene, 2));
    sim_experiment_queue_free(&scene.queue);
}

/* take() may be long, but whoever deposits goes on. */
static int take_slowly(void *user, const sim_record_t *record) {
    const struct timespec nap = {0, 2000000};
    nanosleep(&nap, NULL);
    return take(user, record);
}

static void *write_out(void *queue) {
    sim_experiment_queue_hand_on(queue);
    return NULL;
}

Test(queue, a_writer_hands_on_while_others_deposit) {
    scene_t scene;
    pthread_t writer;
    begin(&scene);
    scene.batch.take = take_slowly;
    scene.queue.writer = true;
    for (uint64_t run = FIRST; run < FIRST + SLOTS; run++)
        deposit(&scene, 1, taken_by(&scene, 1));
    cr_assert_eq(scene.taker.n, 0, "a deposit waits for nobody");
    cr_assert_eq(pthread_create(&writer, NULL, write_out, &scene.queue), 0);
    for (uint64_t run = FIRST + SLOTS, found; run < TOTAL; run++) {
        cr_assert(sim_experiment_queue_wait(&scene.queue, &found));
        cr_assert_eq(found, run);
        deposit(&scene, 0, found);
    }
    cr_assert_eq(pthread_join(writer, NULL), 0);
    all_taken_in_order(&scene, TOTAL - FIRST);
    sim_experiment_queue_free(&scene.queue);
}

Test(queue, a_writer_ends_with_the_batch) {
    scene_t scene;
    pthread_t writer;
    begin(&scene);
    scene.queue.writer = true;
    cr_assert_eq(pthread_create(&writer, NULL, write_out, &scene.queue), 0);
    sim_experiment_queue_end(&scene.queue, SIM_ERR_INTERRUPTED);
    cr_assert_eq(pthread_join(writer, NULL), 0);
    cr_assert_eq(scene.taker.n, 0);
    sim_experiment_queue_free(&scene.queue);
}

Test(queue, hands_on_in_order_what_comes_in_any) {
    scene_t scene;
    begin(&scene);
    for (int i = 0; i < SLOTS; i++)
        (void)taken_by(&scene, 1);
    for (uint64_t run = FIRST + SLOTS - 1; run > FIRST; run--)
        deposit(&scene, 1, run);
    cr_assert_eq(scene.taker.n, 0, "the first is still out");
    deposit(&scene, 1, FIRST);
    all_taken_in_order(&scene, SLOTS);
    cr_assert_eq(scene.tally.failed, 1);
    sim_experiment_queue_free(&scene.queue);
}

Test(queue, the_runs_of_a_lost_one_are_given_again_the_oldest_first) {
    scene_t scene;
    begin(&scene);
    for (uint64_t run = FIRST; run < FIRST + SLOTS; run++)
        (void)taken_by(&scene, run % 2 ? 1 : 2);
    deposit(&scene, 1, FIRST + 2); /* this one came through before it was lost */
    sim_experiment_queue_give_back(&scene.queue, 1);
    for (uint64_t run = FIRST; run < FIRST + SLOTS; run += 2)
        if (run != FIRST + 2)
            cr_assert_eq(taken_by(&scene, 3), run);
    cr_assert(nothing_for(&scene, 3));
    sim_experiment_queue_free(&scene.queue);
}

Test(queue, what_a_lost_one_still_says_is_dropped) {
    scene_t scene;
    begin(&scene);
    (void)taken_by(&scene, 1);
    sim_experiment_queue_give_back(&scene.queue, 1);
    deposit(&scene, 1, FIRST);
    cr_assert_eq(scene.taker.n, 0, "it is nobody's");
    (void)taken_by(&scene, 2);
    deposit(&scene, 1, FIRST);
    cr_assert_eq(scene.taker.n, 0, "it is another's");
    deposit(&scene, 2, FIRST);
    deposit(&scene, 2, FIRST);      /* once is enough */
    deposit(&scene, 2, FIRST + 1);  /* never given out */
    deposit(&scene, 2, FIRST - 1);  /* before the begin */
    deposit(&scene, 2, UINT64_MAX); /* no run at all */
    all_taken_in_order(&scene, 1);
    sim_experiment_queue_free(&scene.queue);
}

Test(queue, an_interruption_keeps_what_is_done_and_next) {
    scene_t scene;
    begin(&scene);
    for (int i = 0; i < 4; i++)
        (void)taken_by(&scene, 1);
    deposit(&scene, 1, FIRST + 1);
    deposit(&scene, 1, FIRST + 3);
    deposit(&scene, 1, FIRST);
    sim_experiment_queue_interrupted(&scene.queue, SIM_ERR_INTERRUPTED, "");
    cr_assert(sim_experiment_queue_over(&scene.queue));
    cr_assert(nothing_for(&scene, 1));
    deposit(&scene, 1, FIRST + 2); /* too late */
    all_taken_in_order(&scene, 2);
    sim_experiment_queue_free(&scene.queue); /* frees the fourth, which nobody took */
}

Test(queue, a_taker_that_fails_ends_it) {
    scene_t scene;
    begin(&scene);
    scene.taker.refuse_at = 2;
    for (uint64_t run = FIRST; run < FIRST + 3; run++) {
        (void)taken_by(&scene, 1);
        deposit(&scene, 1, run);
        if (sim_experiment_queue_over(&scene.queue))
            break;
    }
    all_taken_in_order(&scene, 1);
    cr_assert_eq(atomic_load(&scene.queue.halt), SIM_ERR_IO);
    sim_experiment_queue_free(&scene.queue);
}

/* ---- many threads ---- */

/* A worker's day: takes, dawdles, deposits; every fifth time it goes away and comes back late. */
static void work(scene_t *scene, int owner) {
    uint64_t run;
    for (unsigned turn = 1; !sim_experiment_queue_over(&scene->queue); turn++) {
        const struct timespec nap = {0, 20000L * (long)(turn % 4)};
        if (!sim_experiment_queue_take(&scene->queue, owner, &run)) {
            nanosleep(&nap, NULL);
            continue;
        }
        if (turn % 5 == 0)
            sim_experiment_queue_give_back(&scene->queue, owner);
        nanosleep(&nap, NULL);
        deposit(scene, owner, run);
    }
}

Test(queue, threads_that_come_and_go_lose_nothing) {
    for (int round = 0; round < 50; round++) {
        scene_t scene;
        begin(&scene);
#pragma omp parallel num_threads(4)
        work(&scene, 1 + omp_get_thread_num());
        all_taken_in_order(&scene, TOTAL - FIRST);
        sim_experiment_queue_free(&scene.queue);
    }
}

Test(queue, whoever_waits_is_woken_at_the_end, .timeout = 20) {
    for (int round = 0; round < 200; round++) {
        scene_t scene;
        begin(&scene);
        for (int i = 0; i < SLOTS; i++)
            (void)taken_by(&scene, 1);
#pragma omp parallel num_threads(3)
        {
            uint64_t run;
            if (omp_get_thread_num() == 0)
                sim_experiment_queue_end(&scene.queue, SIM_ERR_MEMORY);
            else
                cr_expect_not(sim_experiment_queue_wait(&scene.queue, &run));
        }
        sim_experiment_queue_free(&scene.queue);
    }
}
