/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/schedule/phases.h"

static int decide_block(sim_world_t *world, const sim_phase_t *phase, size_t block, size_t items) {
    size_t first = block * SIM_BLOCK;
    size_t last = items - first < SIM_BLOCK ? items : first + SIM_BLOCK;
    return phase->decide(world, block, first, last);
}

/* The oracle of the parallel loop below: every block runs, whatever the others returned. */
static int decide_serially(sim_world_t *world, const sim_phase_t *phase, size_t items) {
    int worst = SIM_OK;
    for (size_t block = 0; block * SIM_BLOCK < items; block++) {
        int rc = decide_block(world, phase, block, items);
        worst = rc < worst ? rc : worst;
    }
    return worst;
}

static int decide_on_threads(sim_world_t *world, const sim_phase_t *phase, size_t items) {
    int worst = SIM_OK;
    size_t blocks = (items + SIM_BLOCK - 1) / SIM_BLOCK;
#pragma omp parallel for schedule(static) num_threads(world->threads) reduction(min : worst)
    for (size_t block = 0; block < blocks; block++) {
        int rc = decide_block(world, phase, block, items);
        worst = rc < worst ? rc : worst;
    }
    return worst;
}

int sim_schedule_phase(sim_world_t *world, const sim_phase_t *phase) {
    int rc = SIM_OK;
    if (phase->decide) {
        size_t items = phase->items(world);
        bool alone = world->threads <= 1 || items <= SIM_BLOCK;
        rc = alone ? decide_serially(world, phase, items) : decide_on_threads(world, phase, items);
    }
    if (rc == SIM_OK && phase->commit)
        rc = phase->commit(world);
    return rc;
}

int sim_schedule_phases(sim_world_t *world) {
    bool new_year = sim_schedule_year_begins(&world->clock);
    int rc = SIM_OK;
    for (const sim_phase_t *phase = world->model->phases; phase->name && !rc; phase++)
        if (phase->every == SIM_EVERY_STEP || new_year)
            rc = sim_schedule_phase(world, phase);
    return rc;
}
