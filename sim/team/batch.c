/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/team/batch.h"

#include "sim/team/team.h"

int sim_team_batch(const sim_experiment_batch_t *batch, sim_experiment_tally_t *tally) {
    *tally = (sim_experiment_tally_t){0};
    if (sim_team_rank() > 0)
        return sim_team_follow(batch, batch->threads > 0 ? batch->threads : 1);
    if (sim_team_ranks() == 1)
        return sim_experiment_batch(batch, tally);
    return sim_experiment_batch_by(batch, sim_team_ranks(), sim_team_lead, tally);
}
