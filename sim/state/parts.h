/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the state room. */
#ifndef SIM_STATE_PARTS_H
#define SIM_STATE_PARTS_H

#include "sim/state/arrays.h"

/* Zeroed memory between guards, NULL when memory is out. */
void *sim_state_guarded(const sim_state_arrays_t *arrays, size_t bytes);

/* Registers an array without a look at its name. SIM_ERR_MEMORY. */
int sim_state_add(sim_state_arrays_t *arrays, const sim_state_array_t *array,
                  const sim_state_slot_t *slot);

static inline sim_state_population_t *sim_state_population_of(const sim_state_arrays_t *arrays,
                                                              const sim_state_row_t *row) {
    return row->population == SIM_STATE_ONCE
               ? NULL
               : (sim_state_population_t *)(void *)(arrays->base + row->population);
}

#endif
