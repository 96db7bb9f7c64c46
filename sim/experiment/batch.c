/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch on the threads of one process. Runs are whole replicates of one thread each; when there
 * are fewer runs than threads and the world is big, all threads work inside one run after the
 * other. No choice can be seen in the results. */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/parts.h"
#include "sim/experiment/queue.h"
#include "sim/plan/order.h"

/* A world above this many bytes gains from threads inside the run; below it their meeting
 * points cost more than they save. */
static const size_t BIG_WORLD = (size_t)16 << 20;
/* Runs that may be begun ahead of the oldest unfinished one, per thread. */
enum { AHEAD = 8 };

/* Whether runs have other parameters than their configurations. */
static bool has_own_params(const sim_experiment_batch_t *batch) {
    return batch->assign || (batch->n_configs && batch->configs[0]->draws);
}

void sim_experiment_worker_init(sim_experiment_worker_t *worker,
                                const sim_experiment_batch_t *batch) {
    size_t size = has_own_params(batch) ? batch->configs[0]->model->params_size : 0;
    *worker = (sim_experiment_worker_t){.params = has_own_params(batch) ? malloc(size + 1) : NULL};
    sim_base_arena_init(&worker->arena);
}

void sim_experiment_worker_free(sim_experiment_worker_t *worker) {
    for (size_t i = 0; worker->measure && i < worker->n_measures; i++)
        sim_store_measure_destroy(worker->measure[i]);
    free(worker->measure);
    sim_base_arena_free(&worker->arena);
    free(worker->params);
}

static void describe_run(const sim_experiment_batch_t *batch, uint64_t number,
                         sim_experiment_worker_t *worker, sim_experiment_run_t *run) {
    const sim_plan_order_t all = {.n = batch->n_configs, .configs = batch->configs};
    if (batch->assign) {
        batch->assign(batch->assign_user, number, run, &worker->config, worker->params);
        return;
    }
    sim_plan_run_t place = sim_plan_run(batch->task ? &batch->task->order : &all, number);
    run->config = batch->configs[place.scenario];
    run->shared = batch->shared ? batch->shared[place.scenario] : NULL;
    run->scenario = (uint32_t)place.scenario;
    run->replicate = (uint32_t)place.rep;
    if (!run->config->draws)
        return;
    worker->config = *run->config; /* the scenario's own but for what is drawn */
    worker->config.params =
        memcpy(worker->params, run->config->params, run->config->model->params_size);
    run->config = &worker->config;
    sim_experiment_draw(run, worker->params);
}

/* The database of a thread for the outputs of a scenario serves all its runs. A run that prepares
 * the model itself has agents of its own. */
static int find_measure(const sim_experiment_batch_t *batch, sim_experiment_worker_t *worker,
                        sim_experiment_run_t *run) {
    if (!run->config->outputs || run->prepare)
        return 0;
    if (!worker->measure) {
        worker->measure = calloc(batch->n_configs, sizeof(sim_store_measure_t *));
        worker->n_measures = batch->n_configs;
    }
    if (!worker->measure)
        return SIM_ERR_MEMORY;
    sim_store_measure_t **measure = &worker->measure[run->scenario];
    int rc = *measure ? 0 : sim_store_measure_create(run->config->outputs, run->shared, measure);
    run->measure = *measure;
    return rc;
}

int sim_experiment_work(const sim_experiment_batch_t *batch, uint64_t number, int threads,
                        const atomic_int *halt, sim_experiment_worker_t *worker,
                        sim_record_t *record) {
    *record = (sim_record_t){0};
    if (has_own_params(batch) && !worker->params)
        return SIM_ERR_MEMORY;
    sim_experiment_run_t run = {.detail = batch->detail,
                                .threads = threads,
                                .paranoid = batch->paranoid,
                                .digest = true,
                                .checkpoint = batch->checkpoint,
                                .number = number + 1,
                                .stop = batch->stop};
    describe_run(batch, number, worker, &run);
    int rc = find_measure(batch, worker, &run);
    if (rc)
        return rc;
    return sim_experiment_replicate_until(&run, halt, &worker->arena, record);
}

uint64_t sim_experiment_number(const sim_experiment_batch_t *batch, uint64_t run) {
    return batch->task ? sim_plan_task_number(batch->task, run) : run;
}

/* The run with this place in the queue. */
static void one_run(sim_experiment_queue_t *queue, uint64_t run, int threads,
                    sim_experiment_worker_t *worker) {
    const sim_experiment_batch_t *batch = queue->batch;
    sim_record_t record;
    int rc = sim_experiment_work(batch, sim_experiment_number(batch, run), threads, &queue->halt,
                                 worker, &record);
    if (rc) {
        sim_experiment_queue_interrupted(queue, rc, record.note);
        sim_experiment_record_free(&record);
    } else {
        sim_experiment_queue_deposit(queue, 0, run, &record);
    }
}

void sim_experiment_compute(sim_experiment_queue_t *queue) {
    sim_experiment_worker_t worker;
    uint64_t run = 0;
    sim_experiment_worker_init(&worker, queue->batch);
    while (sim_experiment_queue_wait(queue, &run))
        one_run(queue, run, 1, &worker);
    sim_experiment_worker_free(&worker);
}

/* One run on each thread. */
static void side_by_side(sim_experiment_queue_t *queue, int threads) {
#pragma omp parallel num_threads(threads)
    sim_experiment_compute(queue);
}

/* Fewer runs than threads: the first run tells how big a world is. */
static void few_runs(sim_experiment_queue_t *queue, int threads) {
    sim_experiment_worker_t worker;
    uint64_t run = 0;
    sim_experiment_worker_init(&worker, queue->batch);
    bool big = true;
    while (big && sim_experiment_queue_take(queue, 0, &run)) {
        one_run(queue, run, threads, &worker);
        big = worker.arena.used >= BIG_WORLD;
    }
    sim_experiment_worker_free(&worker);
    if (!sim_experiment_queue_over(queue))
        side_by_side(queue, (int)(queue->total - queue->fresh));
}

static void run_here(sim_experiment_queue_t *queue, int threads) {
    if (queue->total - queue->next < (uint64_t)threads)
        few_runs(queue, threads);
    else
        side_by_side(queue, threads);
}

int sim_experiment_batch_by(const sim_experiment_batch_t *batch, int processes,
                            void (*run_all)(sim_experiment_queue_t *queue, int threads),
                            sim_experiment_tally_t *tally) {
    sim_experiment_queue_t queue;
    int threads = batch->threads > 0 ? batch->threads : 1;
    *tally = (sim_experiment_tally_t){0};
    uint64_t slots = (uint64_t)threads * AHEAD * (uint64_t)processes;
    int rc = sim_experiment_queue_init(&queue, batch, slots, tally);
    if (rc == 0 && !sim_experiment_queue_over(&queue)) {
        run_all(&queue, threads);
        rc = atomic_load(&queue.halt);
    }
    sim_experiment_queue_free(&queue);
    return rc;
}

int sim_experiment_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally) {
    return sim_experiment_batch_by(batch, 1, run_here, tally);
}
