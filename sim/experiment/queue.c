/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finished records on their way to take(), in run order: a ring of slots. One thread at a time
 * hands on (`handing`), without the lock, while others go on depositing. */
#define _POSIX_C_SOURCE 200809L
#include "sim/experiment/queue.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/plan/order.h"

static void halt(sim_experiment_queue_t *queue, int code) {
    int none = 0;
    atomic_compare_exchange_strong(&queue->halt, &none, code);
    pthread_cond_broadcast(&queue->moved);
}

void sim_experiment_queue_end(sim_experiment_queue_t *queue, int code) {
    pthread_mutex_lock(&queue->lock);
    halt(queue, code);
    pthread_mutex_unlock(&queue->lock);
}

/* Its place in the results file. */
static void place(const sim_plan_task_t *task, uint64_t run, sim_record_t *record) {
    record->run_id = sim_plan_task_in_file(task, run) + 1;
    if (task->wave)
        record->point_id = sim_plan_wave_point(task->wave, record->point_id - 1) + 1;
}

/* Hands one record to its taker; called without the lock by the one thread that is handing. */
static int hand_on(sim_experiment_queue_t *queue, uint64_t run, sim_record_t *record) {
    bool failed = record->status != 0;
    if (queue->batch->task)
        place(queue->batch->task, run, record);
    int rc = queue->batch->take(queue->batch->user, record);
    sim_experiment_record_free(record);
    if (rc == 0) {
        queue->tally->done++;
        queue->tally->failed += failed;
    }
    return rc;
}

static void hand_on_ready(sim_experiment_queue_t *queue) {
    queue->handing = true;
    uint64_t at = queue->next % queue->slots;
    while (queue->full[at] && !atomic_load(&queue->halt)) {
        sim_record_t record = queue->slot[at];
        queue->full[at] = false;
        queue->owner[at] = SIM_EXPERIMENT_HANDED_ON;
        pthread_mutex_unlock(&queue->lock);
        int rc = hand_on(queue, queue->next, &record);
        pthread_mutex_lock(&queue->lock);
        if (rc)
            halt(queue, rc);
        queue->owner[at] = SIM_EXPERIMENT_NOBODY;
        queue->next++;
        pthread_cond_broadcast(&queue->moved);
        at = queue->next % queue->slots;
    }
    queue->handing = false;
}

void sim_experiment_queue_deposit(sim_experiment_queue_t *queue, int owner, uint64_t run,
                                  sim_record_t *record) {
    uint64_t at = run % queue->slots;
    pthread_mutex_lock(&queue->lock);
    bool wanted =
        run >= queue->next && run < queue->fresh && !queue->full[at] && queue->owner[at] == owner;
    if (!wanted || atomic_load(&queue->halt)) {
        sim_experiment_record_free(record);
    } else {
        queue->slot[at] = *record;
        queue->full[at] = true;
        if (queue->writer)
            pthread_cond_broadcast(&queue->moved);
        else if (!queue->handing)
            hand_on_ready(queue);
    }
    pthread_mutex_unlock(&queue->lock);
}

/* An interruption ends the batch, but runs that are done and next in order are kept. */
void sim_experiment_queue_interrupted(sim_experiment_queue_t *queue, int code, const char *note) {
    pthread_mutex_lock(&queue->lock);
    if (!queue->handing)
        hand_on_ready(queue);
    if (code != SIM_ERR_INTERRUPTED && !atomic_load(&queue->halt))
        sim_base_why_set(&queue->tally->why, "%s", note);
    halt(queue, code);
    pthread_mutex_unlock(&queue->lock);
}

/* ---- giving out ---- */

static bool over(const sim_experiment_queue_t *queue) {
    return atomic_load(&queue->halt) || queue->next == queue->total;
}

bool sim_experiment_queue_over(sim_experiment_queue_t *queue) {
    pthread_mutex_lock(&queue->lock);
    bool is = over(queue);
    pthread_mutex_unlock(&queue->lock);
    return is;
}

/* The oldest run that came back. There is one. */
static uint64_t returned(sim_experiment_queue_t *queue) {
    uint64_t run = queue->next;
    while (queue->full[run % queue->slots] ||
           queue->owner[run % queue->slots] != SIM_EXPERIMENT_NOBODY)
        run++;
    queue->again--;
    return run;
}

static bool take(sim_experiment_queue_t *queue, int owner, uint64_t *run) {
    bool room = queue->fresh < queue->total && queue->fresh - queue->next < queue->slots;
    if (over(queue) || !(queue->again || room))
        return false;
    *run = queue->again ? returned(queue) : queue->fresh++;
    queue->owner[*run % queue->slots] = owner;
    return true;
}

bool sim_experiment_queue_take(sim_experiment_queue_t *queue, int owner, uint64_t *run) {
    pthread_mutex_lock(&queue->lock);
    bool found = take(queue, owner, run);
    pthread_mutex_unlock(&queue->lock);
    return found;
}

bool sim_experiment_queue_wait(sim_experiment_queue_t *queue, uint64_t *run) {
    pthread_mutex_lock(&queue->lock);
    bool found = take(queue, 0, run);
    while (!found && !over(queue)) {
        pthread_cond_wait(&queue->moved, &queue->lock);
        found = take(queue, 0, run);
    }
    pthread_mutex_unlock(&queue->lock);
    return found;
}

void sim_experiment_queue_hand_on(sim_experiment_queue_t *queue) {
    pthread_mutex_lock(&queue->lock);
    while (!over(queue))
        if (queue->full[queue->next % queue->slots] && !queue->handing)
            hand_on_ready(queue);
        else
            pthread_cond_wait(&queue->moved, &queue->lock);
    pthread_mutex_unlock(&queue->lock);
}

void sim_experiment_queue_give_back(sim_experiment_queue_t *queue, int owner) {
    pthread_mutex_lock(&queue->lock);
    for (uint64_t run = queue->next; run < queue->fresh; run++) {
        uint64_t at = run % queue->slots;
        if (queue->full[at] || queue->owner[at] != owner)
            continue;
        queue->owner[at] = SIM_EXPERIMENT_NOBODY;
        queue->again++;
    }
    pthread_cond_broadcast(&queue->moved);
    pthread_mutex_unlock(&queue->lock);
}

/* ---- lifetime ---- */

int sim_experiment_queue_init(sim_experiment_queue_t *queue, const sim_experiment_batch_t *batch,
                              uint64_t slots, sim_experiment_tally_t *tally) {
    const sim_plan_order_t order = {.n = batch->n_configs, .configs = batch->configs};
    *queue = (sim_experiment_queue_t){.batch = batch,
                                      .tally = tally,
                                      .slots = slots,
                                      .next = batch->first,
                                      .fresh = batch->first,
                                      .total = batch->task     ? sim_plan_task_runs(batch->task)
                                               : batch->assign ? batch->total
                                                               : sim_plan_runs(&order)};
    if (queue->total < queue->next) /* a resumed batch that has all its runs */
        queue->total = queue->next;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->moved, NULL);
    queue->slot = calloc(slots, sizeof *queue->slot);
    queue->full = calloc(slots, sizeof *queue->full);
    queue->owner = calloc(slots, sizeof *queue->owner);
    for (uint64_t i = 0; queue->owner && i < slots; i++)
        queue->owner[i] = SIM_EXPERIMENT_NOBODY;
    return queue->slot && queue->full && queue->owner ? 0 : SIM_ERR_MEMORY;
}

void sim_experiment_queue_free(sim_experiment_queue_t *queue) {
    for (uint64_t i = 0; queue->slot && queue->full && i < queue->slots; i++)
        if (queue->full[i])
            sim_experiment_record_free(&queue->slot[i]);
    free(queue->slot);
    free(queue->full);
    free(queue->owner);
    pthread_cond_destroy(&queue->moved);
    pthread_mutex_destroy(&queue->lock);
}
