/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs that one command makes into a results file: first those of the file that are made again,
 * then those that it lacks, in the order of the file. A run has two numbers, both from 0: its
 * number in the file (run_id - 1), and the number that says all about it to every process and names
 * its checkpoint: that of order.h, or of a sweep that in the design. */
#ifndef SIM_PLAN_TASK_H
#define SIM_PLAN_TASK_H

#include "sim/plan/order.h"
#include "sim/plan/wave.h"

/* Zeroed but for the order it is all runs of scenarios x replicates. */
typedef struct {
    sim_plan_order_t order;
    bool grows; /* replicates are added to the file, which is in rounds meanwhile */
    const sim_plan_wave_t *wave; /* of a sweep; NULL: scenarios x replicates */
    uint32_t shard, shards;      /* of a sweep */
    uint64_t done;               /* runs that the file has (of the wave, of the shard), its first */
    const uint64_t *retry;       /* those that are made again: their numbers in the file, */
    const uint64_t *again;       /* and of a sweep those in the design */
    size_t n_retry;
} sim_plan_task_t;

/* Runs that the file has in the end, of a sweep the shard's of the wave; those that are made. */
uint64_t sim_plan_task_planned(const sim_plan_task_t *task);
uint64_t sim_plan_task_runs(const sim_plan_task_t *task);

/* Of the j-th run that is made, its number in the file, and the other one. */
uint64_t sim_plan_task_in_file(const sim_plan_task_t *task, uint64_t j);
uint64_t sim_plan_task_number(const sim_plan_task_t *task, uint64_t j);

#endif
