/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once
#include "models/cooperation/cooperation.h"

/* Of the network of cooperation ties as it stands now; NaN without ties. 0 or a negative code. */
int coop_observe_modularity(sim_world_t *world, double *modularity);
