/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model voter against plain C with the same draws. */
#include <criterion/criterion.h>

#include "tests/bench/plain_voter.c" /* of another folder, where it is part of a benchmark */
#include "tests/bench/voter.h"

Test(voter, the_engine_and_a_plain_loop_agree_to_the_bit) {
    static const double degree[] = {8.0, 0.5, 40.0};
    for (int d = 0; d < 3; d++) {
        params_t params = {1003, degree[d], 0.4};
        sim_config_t config;
        sim_world_t world;
        cr_assert_eq(voter_world(&world, &config, &params), 0);
        plain_voter_t plain = voter_as_plain(&world);
        const state_t *state = world.state;
        for (uint32_t step = 0; step < 60; step++) {
            double metric[METRIC_COUNT], one = 0;
            cr_assert_eq(sim_world_step(&world), 0);
            plain_voter_step(&plain, step, PURPOSE_UPDATE);
            cr_assert_arr_eq(state->opinion, plain.opinion, plain.n);
            cr_assert_eq(observe(&world, metric), 0);
            cr_assert_float_eq(metric[METRIC_ACTIVE], plain_voter_observe(&plain, &one), 1e-12);
            cr_assert_eq(metric[METRIC_ONE], one);
        }
        plain_voter_free(&plain);
        sim_world_free(&world);
    }
}
