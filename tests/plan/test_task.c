/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of one command: those that are made again, then those that the file lacks. */
#include <criterion/criterion.h>

#include "sim/plan/task.h"

static const sim_config_t config = {.run = {.reps = 3}};
static const sim_config_t *const two[] = {&config, &config};

static void expect(const sim_plan_task_t *task, uint64_t j, uint64_t in_file, uint64_t number) {
    cr_expect_eq(sim_plan_task_in_file(task, j), in_file);
    cr_expect_eq(sim_plan_task_number(task, j), number);
}

Test(task, is_all_runs_of_a_new_file) {
    const sim_plan_task_t task = {.order = {.n = 2, .configs = two}};
    cr_assert_eq(sim_plan_task_planned(&task), 6);
    cr_assert_eq(sim_plan_task_runs(&task), 6);
    for (uint64_t j = 0; j < 6; j++)
        expect(&task, j, j, j);
}

Test(task, begins_with_runs_that_failed) {
    const uint64_t failed[] = {1, 2};
    const sim_plan_task_t task = {
        .order = {.n = 2, .configs = two}, .done = 4, .retry = failed, .n_retry = 2};
    cr_assert_eq(sim_plan_task_runs(&task), 4);
    expect(&task, 0, 1, 1);
    expect(&task, 1, 2, 2);
    expect(&task, 2, 4, 4);
    expect(&task, 3, 5, 5);
}

/* The third replicate of each: the file is in rounds, while runs keep the numbers that name their
 * checkpoints. */
Test(task, adds_replicates_in_rounds) {
    const sim_plan_task_t task = {.order = {.n = 2, .configs = two}, .grows = true, .done = 4};
    cr_assert_eq(sim_plan_task_runs(&task), 2);
    expect(&task, 0, 4, 2);
    expect(&task, 1, 5, 5);
}

Test(task, has_nothing_to_make_in_a_file_with_more) {
    const sim_plan_task_t task = {.order = {.n = 2, .configs = two}, .done = 8};
    cr_expect_eq(sim_plan_task_runs(&task), 0);
}

/* Five points x 2 replicates, shard 2 of 3: runs 1, 4, 7 of the file. */
Test(task, of_a_sweep_is_what_a_shard_lacks) {
    const sim_plan_wave_t wave = sim_plan_wave_first(5, 2);
    const uint64_t failed[] = {1}, again[] = {1};
    const sim_plan_task_t task = {.wave = &wave,
                                  .shard = 2,
                                  .shards = 3,
                                  .done = 1,
                                  .retry = failed,
                                  .again = again,
                                  .n_retry = 1};
    uint64_t rep = 0;
    cr_assert_eq(sim_plan_task_planned(&task), 3);
    cr_assert_eq(sim_plan_task_runs(&task), 3);
    expect(&task, 0, 1, 1);
    expect(&task, 1, 4, 4);
    expect(&task, 2, 7, 7);
    cr_expect_eq(sim_plan_design_place(5, 7, &rep), 2);
    cr_expect_eq(rep, 1);
    cr_expect_eq(sim_plan_design_number(5, 2, 1), 7);
}
