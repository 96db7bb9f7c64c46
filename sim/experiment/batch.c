/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch on several threads. Runs are whole replicates of one thread each; when there are fewer
 * runs than threads and the world is big, all threads work inside one run after the other. Neither
 * choice can be seen in the results. */
#define _POSIX_C_SOURCE 200809L
#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/experiment/parts.h"

/* A world above this many bytes gains from threads inside the run; below it their meeting
 * points cost more than they save. */
static const size_t BIG_WORLD = (size_t)16 << 20;
/* Runs that may be done ahead of the oldest unfinished one, per thread. */
enum { AHEAD = 8 };

/* Finished records on their way to take(), in run order: a ring of slots. One thread at a time
 * hands on (`handing`), without the lock, while others go on depositing. */
typedef struct {
    const sim_experiment_batch_t *batch;
    sim_experiment_tally_t *tally;
    pthread_mutex_t lock;
    pthread_cond_t room;
    sim_record_t *slot;
    bool *full;
    uint64_t slots, next, total; /* next run to hand on; runs of the batch */
    bool handing;
    atomic_int halt; /* set once: the code that ends the batch */
} queue_t;

static void end_batch(queue_t *queue, int code) {
    int none = 0;
    atomic_compare_exchange_strong(&queue->halt, &none, code);
    pthread_cond_broadcast(&queue->room);
}

/* Hands one record to its taker; called without the lock by the one thread that is handing. */
static int hand_on(queue_t *queue, sim_record_t *record) {
    bool failed = record->status != 0;
    int rc = queue->batch->take(queue->batch->user, record);
    sim_experiment_record_free(record);
    if (rc == 0) {
        queue->tally->done++;
        queue->tally->failed += failed;
    }
    return rc;
}

static void hand_on_ready(queue_t *queue) {
    queue->handing = true;
    uint64_t at = queue->next % queue->slots;
    while (queue->full[at] && !atomic_load(&queue->halt)) {
        sim_record_t record = queue->slot[at];
        queue->full[at] = false;
        pthread_mutex_unlock(&queue->lock);
        int rc = hand_on(queue, &record);
        pthread_mutex_lock(&queue->lock);
        if (rc)
            end_batch(queue, rc);
        queue->next++;
        pthread_cond_broadcast(&queue->room);
        at = queue->next % queue->slots;
    }
    queue->handing = false;
}

/* Takes over *record. The thread with the oldest run never waits, so the queue always moves. */
static void deposit(queue_t *queue, uint64_t run, sim_record_t *record) {
    pthread_mutex_lock(&queue->lock);
    while (run - queue->next >= queue->slots && !atomic_load(&queue->halt))
        pthread_cond_wait(&queue->room, &queue->lock);
    if (atomic_load(&queue->halt)) {
        sim_experiment_record_free(record);
    } else {
        queue->slot[run % queue->slots] = *record;
        queue->full[run % queue->slots] = true;
        if (!queue->handing)
            hand_on_ready(queue);
    }
    pthread_mutex_unlock(&queue->lock);
}

/* An interruption ends the batch, but runs that are done and next in order are kept. */
static void interrupted(queue_t *queue, int code, const char *note) {
    pthread_mutex_lock(&queue->lock);
    if (!queue->handing)
        hand_on_ready(queue);
    if (code != SIM_ERR_INTERRUPTED && !atomic_load(&queue->halt))
        snprintf(queue->tally->why, sizeof queue->tally->why, "%s", note);
    end_batch(queue, code);
    pthread_mutex_unlock(&queue->lock);
}

/* Scenario and replicate of a run: scenario by scenario. */
static void locate(const sim_experiment_batch_t *batch, uint64_t run, size_t *scenario,
                   uint32_t *replicate) {
    size_t i = 0;
    while (run >= (uint64_t)batch->configs[i]->run.reps)
        run -= (uint64_t)batch->configs[i++]->run.reps;
    *scenario = i;
    *replicate = (uint32_t)run;
}

/* What a thread owns and uses for one run after the other. */
typedef struct {
    sim_base_arena_t arena;
    sim_config_t config;
    void *params; /* of `config`, where the batch assigns; NULL without memory */
} worker_t;

static void worker_init(worker_t *worker, const sim_experiment_batch_t *batch) {
    size_t size = batch->assign ? batch->configs[0]->model->params_size : 0;
    *worker = (worker_t){.params = batch->assign ? malloc(size ? size : 1) : NULL};
    sim_base_arena_init(&worker->arena);
}

static void worker_free(worker_t *worker) {
    sim_base_arena_free(&worker->arena);
    free(worker->params);
}

static void describe_run(const sim_experiment_batch_t *batch, uint64_t number, worker_t *worker,
                         sim_experiment_run_t *run) {
    size_t scenario = 0;
    if (batch->assign) {
        batch->assign(batch->assign_user, number, run, &worker->config, worker->params);
        return;
    }
    locate(batch, number, &scenario, &run->replicate);
    run->config = batch->configs[scenario];
    run->shared = batch->shared ? batch->shared[scenario] : NULL;
    run->scenario = (uint32_t)scenario;
}

static void one_run(queue_t *queue, uint64_t number, int threads, worker_t *worker) {
    const sim_experiment_batch_t *batch = queue->batch;
    sim_record_t record = {0};
    if (batch->assign && !worker->params)
        end_batch(queue, SIM_ERR_MEMORY);
    if (atomic_load(&queue->halt))
        return;
    sim_experiment_run_t run = {.detail = batch->detail,
                                .threads = threads,
                                .paranoid = batch->paranoid,
                                .digest = true,
                                .checkpoint = batch->checkpoint,
                                .number = number + 1,
                                .stop = batch->stop};
    describe_run(batch, number, worker, &run);
    int rc = sim_experiment_replicate_until(&run, &queue->halt, &worker->arena, &record);
    if (rc) {
        interrupted(queue, rc, record.note);
        sim_experiment_record_free(&record);
    } else {
        deposit(queue, number, &record);
    }
}

/* Runs [first, total) side by side, one thread each. */
static void side_by_side(queue_t *queue, uint64_t first, int threads) {
#pragma omp parallel num_threads(threads)
    {
        worker_t worker;
        worker_init(&worker, queue->batch);
#pragma omp for schedule(dynamic, 1)
        for (uint64_t run = first; run < queue->total; run++)
            one_run(queue, run, 1, &worker);
        worker_free(&worker);
    }
}

/* Fewer runs than threads: the first run tells how big a world is. */
static void few_runs(queue_t *queue, uint64_t first, int threads) {
    worker_t worker;
    worker_init(&worker, queue->batch);
    one_run(queue, first++, threads, &worker);
    while (first < queue->total && worker.arena.used >= BIG_WORLD)
        one_run(queue, first++, threads, &worker);
    worker_free(&worker);
    if (first < queue->total)
        side_by_side(queue, first, (int)(queue->total - first));
}

static int queue_init(queue_t *queue, const sim_experiment_batch_t *batch, int threads,
                      sim_experiment_tally_t *tally) {
    *queue = (queue_t){.batch = batch, .tally = tally, .next = batch->first};
    queue->slots = (uint64_t)threads * AHEAD;
    queue->total = batch->assign ? batch->total : 0;
    for (size_t i = 0; !batch->assign && i < batch->n_configs; i++)
        queue->total += (uint64_t)batch->configs[i]->run.reps;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->room, NULL);
    queue->slot = calloc(queue->slots, sizeof *queue->slot);
    queue->full = calloc(queue->slots, sizeof *queue->full);
    return queue->slot && queue->full ? 0 : SIM_ERR_MEMORY;
}

static void queue_free(queue_t *queue) {
    for (uint64_t i = 0; queue->slot && queue->full && i < queue->slots; i++)
        if (queue->full[i])
            sim_experiment_record_free(&queue->slot[i]);
    free(queue->slot);
    free(queue->full);
    pthread_cond_destroy(&queue->room);
    pthread_mutex_destroy(&queue->lock);
}

int sim_experiment_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally) {
    queue_t queue;
    int threads = batch->threads > 0 ? batch->threads : 1;
    *tally = (sim_experiment_tally_t){0};
    int rc = queue_init(&queue, batch, threads, tally);
    if (rc == 0 && batch->first < queue.total) {
        if (queue.total - batch->first < (uint64_t)threads)
            few_runs(&queue, batch->first, threads);
        else
            side_by_side(&queue, batch->first, threads);
        rc = atomic_load(&queue.halt);
    }
    queue_free(&queue);
    return rc;
}
