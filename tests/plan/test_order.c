/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of runs: every run has one, every number its run, in all orders. */
#include <criterion/criterion.h>

#include "sim/plan/order.h"

static const sim_config_t config[] = {
    {.run = {.reps = 3}}, {.run = {.reps = 1}}, {.run = {.reps = 2}}};
static const sim_config_t *const uneven[] = {&config[0], &config[1], &config[2]};
static const sim_config_t *const even[] = {&config[0], &config[0]};

static void expect(const sim_plan_order_t *order, uint64_t number, size_t scenario, uint64_t rep) {
    sim_plan_run_t run = sim_plan_run(order, number);
    cr_expect(run.scenario == scenario && run.rep == rep, "run %d: %d, %d", (int)number,
              (int)run.scenario, (int)run.rep);
    if (scenario < order->n)
        cr_expect_eq(sim_plan_number(order, run), number);
}

Test(order, scenario_by_scenario) {
    const sim_plan_order_t order = {.n = 3, .configs = uneven};
    cr_assert_eq(sim_plan_runs(&order), 6);
    for (uint64_t i = 0; i < 3; i++)
        expect(&order, i, 0, i);
    expect(&order, 3, 1, 0);
    expect(&order, 4, 2, 0);
    expect(&order, 5, 2, 1);
    expect(&order, 6, 3, 0); /* there is none */
}

Test(order, in_rounds) {
    const sim_plan_order_t order = {.n = 2, .configs = even, .rounds = true};
    cr_assert_eq(sim_plan_runs(&order), 6);
    for (uint64_t i = 0; i < 10; i++) /* replicates may be added */
        expect(&order, i, i % 2, i / 2);
}

Test(order, one_replicate_alone) {
    const sim_plan_order_t order = {.n = 3, .configs = uneven, .only = true, .rep = 7};
    cr_assert_eq(sim_plan_runs(&order), 3);
    for (uint64_t i = 0; i < 3; i++)
        expect(&order, i, i, 7);
    cr_expect_eq(sim_plan_run(&order, 3).scenario, 3);
}

Test(order, shares_of_shards_are_all_runs) {
    for (uint64_t runs = 0; runs < 40; runs++)
        for (uint32_t shards = 1; shards < 9; shards++) {
            uint64_t all = 0;
            for (uint32_t shard = 1; shard <= shards; shard++) {
                uint64_t share = sim_plan_share(runs, shard, shards), counted = 0;
                for (uint64_t number = 0; number < runs; number++)
                    counted += number % shards == shard - 1;
                cr_expect_eq(share, counted);
                all += share;
            }
            cr_expect_eq(all, runs);
        }
}
