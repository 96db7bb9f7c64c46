/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many runs a sweep has, and with which seeds. */
#include "sim/design/sweep.h"

#include "sim/plan/wave.h"
#include "sim/rng/rng.h"

static sim_plan_wave_t first_wave(const sim_design_sweep_t *sweep) {
    return sim_plan_wave_first(sweep->design.points, (uint64_t)sweep->config->run.reps);
}

uint64_t sim_design_sweep_number(const sim_design_sweep_t *sweep, uint64_t j) {
    sim_plan_wave_t wave = first_wave(sweep);
    return sim_plan_wave_number(&wave, sweep->shard, sweep->shards, j);
}

uint64_t sim_design_sweep_runs(const sim_design_sweep_t *sweep) {
    sim_plan_wave_t wave = first_wave(sweep);
    return sim_plan_wave_share(&wave, sweep->shard, sweep->shards);
}

int64_t sim_design_sweep_seed(const sim_design_sweep_t *sweep, uint64_t point) {
    int64_t seed = sweep->config->run.seed;
    if (!sweep->independent)
        return seed;
    sim_rng_key_t mixed = sim_rng_key((uint64_t)seed ^ sweep->identity, (uint32_t)point);
    return (int64_t)((uint64_t)mixed.word[0] << 32 | mixed.word[1]) & SIM_PARAM_MAX_SEED;
}
