/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of a sweep's shard when its design is the first wave of its file. */
#ifndef TESTS_SUPPORT_SWEEP_RUNS_H
#define TESTS_SUPPORT_SWEEP_RUNS_H

#include "sim/experiment/sweep.h"
#include "sim/plan/wave.h"

static inline uint64_t sweep_runs(const sim_design_sweep_t *sweep) {
    sim_plan_wave_t wave =
        sim_plan_wave_first(sweep->design.points, (uint64_t)sweep->config->run.reps);
    return sim_plan_wave_share(&wave, sweep->shard, sweep->shards);
}

/* The number of the j-th one, from 0. */
static inline uint64_t sweep_number(const sim_design_sweep_t *sweep, uint64_t j) {
    sim_plan_wave_t wave =
        sim_plan_wave_first(sweep->design.points, (uint64_t)sweep->config->run.reps);
    return sim_plan_wave_number(&wave, sweep->shard, sweep->shards, j);
}

#endif
