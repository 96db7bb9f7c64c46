/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wave that a sweep's command makes in a file that is there. Private to the store room. */
#ifndef SIM_STORE_WAVES_H
#define SIM_STORE_WAVES_H

#include "sim/store/parts.h"

/* meta.design_kind of a file of several waves. */
#define SIM_STORE_WAVES "waves"

/* meta.seeds and wave.seeds of designs whose points have a seed each. */
#define SIM_STORE_OWN_SEEDS "independent"

/* Finds the file's last wave, when it is of the plan's design, or begins the next one when the
 * design is to be added. A wave for which the file has everything is not written: it has no runs.
 * SIM_ERR_CONFIG with a sentence, SIM_ERR_STORE, SIM_ERR_MEMORY. */
int sim_store_waves_take_up(const sim_store_check_t *c, sim_plan_wave_t *wave);

/* Adds the plan's design as the next wave of a finished file, within the caller's transaction,
 * which seals the file. As above. */
int sim_store_waves_add(const sim_store_check_t *c, sim_plan_wave_t *wave);

#endif
