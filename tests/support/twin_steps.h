/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of a world beside its twin, as --paranoid makes them. */
#ifndef TESTS_SUPPORT_TWIN_STEPS_H
#define TESTS_SUPPORT_TWIN_STEPS_H

#include "sim/checkpoint/twin.h"

/* 0, or the first error: world->note says what differs. */
static inline int twin_steps(const sim_config_t *config, sim_world_t *world, int steps) {
    sim_checkpoint_twin_t twin = {.config = config};
    const double metric = 0;
    int rc = SIM_OK;
    for (int k = 0; k < steps && !rc; k++) {
        rc = sim_checkpoint_twin_step(&twin, world);
        if (!rc)
            rc = sim_world_step(world);
        if (!rc)
            rc = sim_checkpoint_twin_compare(&twin, world, &metric);
    }
    sim_checkpoint_twin_free(&twin);
    return rc;
}

#endif
