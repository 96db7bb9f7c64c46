/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/design/sweep.h"

#include "sim/rng/rng.h"

int64_t sim_design_sweep_seed(const sim_design_sweep_t *sweep, uint64_t point) {
    int64_t seed = sweep->config->run.seed;
    if (!sweep->independent)
        return seed;
    sim_rng_key_t mixed = sim_rng_key((uint64_t)seed ^ sweep->identity, (uint32_t)point);
    return (int64_t)((uint64_t)mixed.word[0] << 32 | mixed.word[1]) & SIM_PARAM_MAX_SEED;
}
