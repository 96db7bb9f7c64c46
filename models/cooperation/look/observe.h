/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What observation asks of its parts. */
#pragma once

#include "models/cooperation/cooperation.h"

/* The network of live cooperation ties; at the end of the first step of a fiscal year. */
int coop_networks_year(sim_world_t *world);
/* Of the network as it stands now; NaN without ties. 0 or a negative code. */
int coop_networks_modularity(sim_world_t *world, double *modularity);

int coop_observe(sim_world_t *world, double *metric);
int coop_summarise(sim_world_t *world, double *summary);
int coop_verify(const sim_world_t *world);
extern const sim_metric_t coop_metrics[];
extern const sim_reducer_t coop_reducers[];
