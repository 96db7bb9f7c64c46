/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model boltzmann against plain C with the same draws. */
#include <criterion/criterion.h>

#include "tests/bench/boltzmann.h"
#include "tests/bench/plain_boltzmann.c" /* of another folder, where it is part of a benchmark */

Test(boltzmann, the_engine_and_a_plain_loop_agree_to_the_bit) {
    static const params_t some[] = {{1003, 1}, {2, 3}, {400, 0}, {64, 20}};
    for (size_t p = 0; p < sizeof some / sizeof *some; p++) {
        params_t params = some[p];
        sim_config_t config;
        sim_world_t world;
        cr_assert_eq(boltzmann_world(&world, &config, &params), 0);
        plain_boltzmann_t plain = boltzmann_as_plain(&world);
        const state_t *state = world.state;
        for (uint32_t step = 0; step < 60; step++) {
            double metric[METRIC_COUNT];
            cr_assert_eq(sim_world_step(&world), 0);
            plain_boltzmann_step(&plain, step, PURPOSE_WHOM);
            cr_assert_arr_eq(state->wealth, plain.wealth, plain.n * sizeof *plain.wealth);
            cr_assert_eq(observe(&world, metric), 0);
            plain_boltzmann_seen_t seen = plain_boltzmann_observe(&plain);
            cr_assert_eq(metric[METRIC_GINI], seen.gini);
            cr_assert_eq(metric[METRIC_BROKE], seen.broke);
            cr_assert_eq(metric[METRIC_RICHEST], seen.richest);
        }
        plain_boltzmann_free(&plain);
        sim_world_free(&world);
    }
}
