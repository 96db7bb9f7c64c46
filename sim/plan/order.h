/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which run of a batch has which number, from 0; a results file has it as run_id, from 1. A batch
 * is scenarios x replicates. The runs of a sweep that grows are in wave.h. */
#ifndef SIM_PLAN_ORDER_H
#define SIM_PLAN_ORDER_H

#include "sim/param/config.h"

/* Zeroed but for `n` and `configs`: scenario by scenario, each as often as its run.reps says. */
typedef struct {
    size_t n;
    const sim_config_t *const *configs; /* with `rounds` or `only` may be NULL */
    bool rounds;                        /* replicate after replicate of all scenarios */
    bool only;                          /* one replicate of each scenario, `rep` */
    uint32_t rep;
} sim_plan_order_t;

typedef struct {
    size_t scenario; /* from 0; n: there is no run of that number */
    uint64_t rep;
} sim_plan_run_t;

/* How many runs there are, in rounds those of run.reps. */
uint64_t sim_plan_runs(const sim_plan_order_t *order);

sim_plan_run_t sim_plan_run(const sim_plan_order_t *order, uint64_t number);

/* The inverse. */
uint64_t sim_plan_number(const sim_plan_order_t *order, sim_plan_run_t run);

/* How many of so many runs shard i of N has, i from 1: those whose number is i - 1 modulo N. */
uint64_t sim_plan_share(uint64_t runs, uint32_t shard, uint32_t shards);

#endif
