/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which runs a wave of a growing sweep makes, held against counting them one by one. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/wave.h"

enum { POINTS = 6, REPS = 5 };
static const uint32_t has[POINTS] = {0, 2, UINT32_MAX, 5, 2, 0};

static sim_plan_wave_t planned(void) {
    sim_plan_wave_t wave = {
        .id = 2, .first_run = 7, .points = POINTS, .reps = REPS, .first_point = 4};
    wave.has = malloc(sizeof has);
    memcpy(wave.has, has, sizeof has);
    cr_assert_eq(sim_plan_wave_plan(&wave), 0);
    return wave;
}

Test(wave, runs_are_those_that_are_missing_in_rounds) {
    sim_plan_wave_t wave = planned();
    uint64_t k = 0, found = 0;
    for (uint64_t rep = 0; rep < REPS; rep++)
        for (uint64_t place = 0; place < POINTS; place++)
            if (has[place] <= rep) {
                cr_expect_eq(sim_plan_wave_run(&wave, k++, &found), place);
                cr_expect_eq(found, rep);
            }
    cr_expect_eq(wave.runs, k);
    cr_expect_eq(k, 2 * 5 + 2 * 3);
    sim_plan_wave_free(&wave);
}

Test(wave, without_a_list_all_points_run_in_rounds) {
    const sim_plan_wave_t wave = sim_plan_wave_first(3, 4);
    uint64_t rep = 0;
    for (uint64_t k = 0; k < 12; k++) {
        cr_expect_eq(sim_plan_wave_run(&wave, k, &rep), k % 3);
        cr_expect_eq(rep, k / 3);
    }
    cr_expect_eq(wave.runs, 12);
}

Test(wave, shards_part_the_runs_by_their_number_in_the_file) {
    sim_plan_wave_t wave = planned();
    for (uint32_t shards = 1; shards <= 20; shards++) {
        int seen[16] = {0};
        for (uint32_t shard = 1; shard <= shards; shard++)
            for (uint64_t j = 0; j < sim_plan_wave_share(&wave, shard, shards); j++) {
                uint64_t number = sim_plan_wave_number(&wave, shard, shards, j);
                cr_assert(number >= 7 && number < 7 + 16 && number % shards == shard - 1);
                seen[number - 7]++;
            }
        for (int i = 0; i < 16; i++)
            cr_expect_eq(seen[i], 1, "%u shards, run %d", shards, i);
    }
    sim_plan_wave_free(&wave);
}
