/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private to the design room. */
#ifndef SIM_DESIGN_PARTS_H
#define SIM_DESIGN_PARTS_H

#include "sim/base/why.h"
#include "sim/design/design.h"
#include "sim/schedule/world.h"

/* Fill design->cell. 0, SIM_ERR_MEMORY, or SIM_ERR_LIMIT with a sentence. */
int sim_design_lhs_draw(sim_design_t *design);
int sim_design_sobol_draw(sim_design_t *design, sim_base_why_t *why);

/* The factor that moved to make this point of a trajectory; -1 for its first point. */
int sim_design_morris_moved(const sim_design_t *design, uint64_t point);

#endif
