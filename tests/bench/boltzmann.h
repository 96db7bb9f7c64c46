/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model boltzmann, whose functions are those of this file here, beside
 * tests/bench/plain_boltzmann.c, which does the same without the engine. */
#ifndef TESTS_BENCH_BOLTZMANN_H
#define TESTS_BENCH_BOLTZMANN_H

#include "sim/schedule/world.h"
#include "tests/bench/plain_boltzmann.h"

#define sim_model_boltzmann boltzmann_model /* the program has one of that name */
#include "models/boltzmann/boltzmann.c"
#undef sim_model_boltzmann

/* A world of it, without a file: seed 1, the first replicate. */
static inline int boltzmann_world(sim_world_t *world, sim_config_t *config, params_t *params) {
    *config = (sim_config_t){.model = &boltzmann_model, .params = params};
    config->run.seed = 1;
    config->run.steps = INT32_MAX;
    config->run.steps_per_year = 1;
    *world = (sim_world_t){0};
    return sim_world_init(world, config, NULL, 0, 1);
}

/* The same start in plain arrays, to be freed. */
static inline plain_boltzmann_t boltzmann_as_plain(const sim_world_t *world) {
    const params_t *params = world->params;
    return plain_boltzmann((uint32_t)params->agents, (uint32_t)params->money, world->key);
}

#endif
