/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/plan/task.h"

uint64_t sim_plan_task_planned(const sim_plan_task_t *task) {
    return task->wave ? sim_plan_wave_share(task->wave, task->shard, task->shards)
                      : sim_plan_runs(&task->order);
}

uint64_t sim_plan_task_runs(const sim_plan_task_t *task) {
    uint64_t all = sim_plan_task_planned(task);
    return task->n_retry + (all > task->done ? all - task->done : 0);
}

uint64_t sim_plan_task_in_file(const sim_plan_task_t *task, uint64_t j) {
    if (j < task->n_retry)
        return task->retry[j];
    uint64_t at = task->done + j - task->n_retry;
    return task->wave ? sim_plan_wave_number(task->wave, task->shard, task->shards, at) : at;
}

static uint64_t number_in_design(const sim_plan_task_t *task, uint64_t j) {
    const sim_plan_wave_t *wave = task->wave;
    uint64_t rep = 0;
    if (j < task->n_retry)
        return task->again[j];
    uint64_t place =
        sim_plan_wave_run(wave, sim_plan_task_in_file(task, j) - wave->first_run, &rep);
    return sim_plan_design_number(wave->points, place, rep);
}

uint64_t sim_plan_task_number(const sim_plan_task_t *task, uint64_t j) {
    if (task->wave)
        return number_in_design(task, j);
    sim_plan_order_t rounds = task->order;
    uint64_t number = sim_plan_task_in_file(task, j);
    rounds.rounds = true;
    return task->grows ? sim_plan_number(&task->order, sim_plan_run(&rounds, number)) : number;
}
