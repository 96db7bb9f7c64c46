/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ranks above 0: their threads compute the runs that their main thread is told, and it sends
 * the records on. */
#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/usage.h"
#include "sim/record/pack.h"
#include "sim/team/team.h"

/* Rank 0 may be long in opening a large results file, seconds. That it is gone is mostly seen
 * before, by mpirun's end. */
static const double FIRST_WORD = 600;

typedef struct item {
    struct item *later;
    sim_team_order_t order; /* of the inbox */
    unsigned char *bytes;   /* of the outbox */
    size_t size;
} item_t;

typedef struct {
    item_t *first, **end;
} list_t;

typedef struct {
    const sim_experiment_batch_t *batch;
    sim_team_post_t *post;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    list_t in, out;
    atomic_int halt;
    double heard, told, patience;
} follow_t;

static void push(list_t *list, item_t *item) {
    item->later = NULL;
    *list->end = item;
    list->end = &item->later;
}

static item_t *pop(list_t *list) {
    item_t *item = list->first;
    if (item && !(list->first = item->later))
        list->end = &list->first;
    return item;
}

static void empty(list_t *list) {
    for (item_t *item = pop(list); item; item = pop(list)) {
        free(item->bytes);
        free(item);
    }
}

static void halt(follow_t *follow, int code) {
    pthread_mutex_lock(&follow->lock);
    int none = 0;
    atomic_compare_exchange_strong(&follow->halt, &none, code);
    pthread_cond_broadcast(&follow->moved);
    pthread_mutex_unlock(&follow->lock);
}

/* ---- computing ---- */

static item_t *next_order(follow_t *follow) {
    pthread_mutex_lock(&follow->lock);
    item_t *item = NULL;
    while (!atomic_load(&follow->halt) && !(item = pop(&follow->in)))
        pthread_cond_wait(&follow->moved, &follow->lock);
    pthread_mutex_unlock(&follow->lock);
    return item;
}

/* Bytes of a message: what became of the run, and its record. */
static int wrap(item_t *item, int code, const sim_record_t *record) {
    sim_team_return_t head = {.run = item->order.run, .code = code};
    unsigned char *packed = NULL;
    size_t size = 0;
    memcpy(head.note, record->note, sizeof head.note);
    if (code == 0 && sim_record_pack(record, &packed, &size))
        return SIM_ERR_MEMORY;
    item->size = sizeof head + size;
    item->bytes = malloc(item->size);
    if (item->bytes) {
        memcpy(item->bytes, &head, sizeof head);
        if (size)
            memcpy(item->bytes + sizeof head, packed, size);
    }
    free(packed);
    return item->bytes ? 0 : SIM_ERR_MEMORY;
}

static void one_run(follow_t *follow, item_t *item, sim_experiment_worker_t *worker) {
    sim_record_t record;
    int rc =
        sim_experiment_work(follow->batch, item->order.number, 1, &follow->halt, worker, &record);
    bool left = rc == SIM_ERR_INTERRUPTED;
    if (!left)
        rc = wrap(item, rc, &record);
    sim_experiment_record_free(&record);
    if (left || rc) {
        halt(follow, rc);
        free(item);
        return;
    }
    pthread_mutex_lock(&follow->lock);
    push(&follow->out, item);
    pthread_mutex_unlock(&follow->lock);
}

static void compute(follow_t *follow) {
    sim_experiment_worker_t worker;
    sim_experiment_worker_init(&worker, follow->batch);
    for (item_t *item = next_order(follow); item; item = next_order(follow))
        one_run(follow, item, &worker);
    sim_experiment_worker_free(&worker);
}

/* ---- speaking with rank 0 ---- */

static void on_runs(follow_t *follow, const sim_team_message_t *message) {
    bool short_of_memory = false;
    pthread_mutex_lock(&follow->lock);
    for (size_t at = 0; at + sizeof(sim_team_order_t) <= message->size;
         at += sizeof(sim_team_order_t)) {
        item_t *item = calloc(1, sizeof *item);
        if (!item) {
            short_of_memory = true;
            break;
        }
        memcpy(&item->order, message->bytes + at, sizeof item->order);
        push(&follow->in, item);
    }
    pthread_cond_broadcast(&follow->moved);
    pthread_mutex_unlock(&follow->lock);
    if (short_of_memory)
        halt(follow, SIM_ERR_MEMORY);
}

static bool listen(follow_t *follow, bool *over) {
    sim_team_message_t message;
    bool any = false;
    while (!*over && sim_team_post_receive(follow->post, &message)) {
        any = any || message.kind != SIM_TEAM_ALIVE;
        follow->heard = sim_base_seconds();
        follow->patience = sim_team_patience();
        if (message.kind == SIM_TEAM_RUNS)
            on_runs(follow, &message);
        *over = message.kind == SIM_TEAM_OVER || message.kind == SIM_TEAM_DISMISS;
        free(message.bytes);
    }
    return any;
}

static bool send_records(follow_t *follow) {
    bool any = false;
    for (;;) {
        pthread_mutex_lock(&follow->lock);
        item_t *item = pop(&follow->out);
        pthread_mutex_unlock(&follow->lock);
        if (!item)
            return any;
        int rc = sim_team_post_send(follow->post, 0, SIM_TEAM_RECORD, item->bytes, item->size);
        if (rc)
            halt(follow, rc);
        free(item);
        any = true;
    }
}

static void leave(follow_t *follow, const char *why) {
    char *text = malloc(strlen(why) + 1);
    if (text)
        memcpy(text, why, strlen(why) + 1);
    (void)sim_team_post_send(follow->post, 0, SIM_TEAM_LEAVE, text, text ? strlen(text) : 0);
}

static void say_alive(follow_t *follow) {
    double now = sim_base_seconds();
    if (now - follow->told < 1)
        return;
    follow->told = now;
    (void)sim_team_post_send(follow->post, 0, SIM_TEAM_ALIVE, NULL, 0);
    if (now - follow->heard > follow->patience)
        halt(follow, SIM_ERR_IO);
}

static int speak(follow_t *follow) {
    sim_team_pause_t pause = {0};
    const volatile sig_atomic_t *stop = follow->batch->stop;
    bool over = false;
    while (!over && !atomic_load(&follow->halt)) {
        bool any = listen(follow, &over);
        any = send_records(follow) || any;
        say_alive(follow);
        if (stop && *stop)
            halt(follow, SIM_ERR_INTERRUPTED);
        if (sim_team_orphaned())
            halt(follow, SIM_ERR_IO);
        sim_team_pause(&pause, any);
    }
    int code = atomic_load(&follow->halt);
    (void)send_records(follow);
    if (code && code != SIM_ERR_IO) /* there is somebody to tell */
        leave(follow, sim_base_strerror(code));
    halt(follow, SIM_ERR_INTERRUPTED); /* whoever still computes does so for nobody */
    return code;
}

static void greet(follow_t *follow, int threads) {
    sim_team_hello_t *hello = malloc(sizeof *hello);
    if (!hello)
        return;
    sim_team_introduce(follow->batch, hello);
    hello->threads = threads;
    (void)sim_team_post_send(follow->post, 0, SIM_TEAM_HELLO, hello, sizeof *hello);
}

int sim_team_follow(const sim_experiment_batch_t *batch, int threads) {
    follow_t follow = {.batch = batch,
                       .post = sim_team_post_create(),
                       .heard = sim_base_seconds(),
                       .patience = FIRST_WORD};
    int rc = SIM_ERR_MEMORY;
    if (!follow.post)
        return rc;
    follow.in.end = &follow.in.first;
    follow.out.end = &follow.out.first;
    pthread_mutex_init(&follow.lock, NULL);
    pthread_cond_init(&follow.moved, NULL);
    greet(&follow, threads);
    omp_set_dynamic(0); /* one thread more than those that compute: it must be there */
#pragma omp parallel num_threads(threads + 1)
    if (omp_get_thread_num() == 0)
        rc = speak(&follow);
    else
        compute(&follow);
    sim_team_post_destroy(follow.post);
    empty(&follow.in);
    empty(&follow.out);
    pthread_cond_destroy(&follow.moved);
    pthread_mutex_destroy(&follow.lock);
    return rc;
}

int sim_team_stay_out(const char *why) {
    follow_t follow = {.post = sim_team_post_create()};
    if (!follow.post)
        return SIM_ERR_MEMORY;
    leave(&follow, why);
    sim_team_post_destroy(follow.post);
    return 0;
}
