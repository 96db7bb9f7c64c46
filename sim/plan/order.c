/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/plan/order.h"

static uint64_t reps(const sim_plan_order_t *order, size_t scenario) {
    return (uint64_t)order->configs[scenario]->run.reps;
}

uint64_t sim_plan_runs(const sim_plan_order_t *order) {
    uint64_t runs = 0;
    for (size_t i = 0; i < order->n; i++)
        runs += order->only ? 1 : reps(order, i);
    return runs;
}

sim_plan_run_t sim_plan_run(const sim_plan_order_t *order, uint64_t number) {
    size_t i = 0;
    if (order->only)
        return (sim_plan_run_t){number < order->n ? (size_t)number : order->n, order->rep};
    if (order->rounds)
        return (sim_plan_run_t){(size_t)(number % order->n), number / order->n};
    while (i < order->n && number >= reps(order, i))
        number -= reps(order, i++);
    return (sim_plan_run_t){i, number};
}

uint64_t sim_plan_number(const sim_plan_order_t *order, sim_plan_run_t run) {
    uint64_t before = 0;
    if (order->only)
        return run.scenario;
    if (order->rounds)
        return run.rep * order->n + run.scenario;
    for (size_t i = 0; i < run.scenario; i++)
        before += reps(order, i);
    return before + run.rep;
}

uint64_t sim_plan_share(uint64_t runs, uint32_t shard, uint32_t shards) {
    return runs < shard ? 0 : (runs - shard) / shards + 1;
}
