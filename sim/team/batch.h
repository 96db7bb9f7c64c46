/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch that the processes of one mpirun share. */
#ifndef SIM_TEAM_BATCH_H
#define SIM_TEAM_BATCH_H

#include "sim/experiment/experiment.h"

/* As sim_experiment_batch, to the same results. All processes (ranks.h) call it with the same
 * batch; `first`, take() and tell() are those of rank 0 alone. Ranks above 0 return 0, or
 * SIM_ERR_INTERRUPTED, or SIM_ERR_IO when rank 0 is gone. A process alone computes by itself. */
int sim_team_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally);

#endif
