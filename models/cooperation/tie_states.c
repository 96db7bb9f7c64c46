/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The course of each cooperation tie for who asks what made it last: a spell alone tells only the
 * last stage, which a tie must live to reach. The state after a step bears on the ends of later
 * steps, so the rows use nothing that was not known. */
#include "models/cooperation/cooperation.h"

static int write_state(sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    sim_cell_t cell[] = {{.i = tie},
                         {.r = sim_schedule_time(&world->clock, world->clock.step)},
                         {.i = ties->stage[tie]},
                         {.r = ties->trust[tie]},
                         {.i = coop_policy_holds(world, tie)}};
    return sim_world_row(world, COOP_TABLE_TIE_STATE, cell);
}

int coop_tie_states_step(sim_world_t *world) {
    const sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION];
    int32_t step = world->clock.step;
    bool april = step % world->clock.steps_per_year == 0;
    int rc = 0;
    if (!sim_world_records_table(world, COOP_TABLE_TIE_STATE))
        return 0;
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION] && !rc; k++)
        if (april || ties->stage_since[live[k]] == step)
            rc = write_state(world, live[k]);
    return rc;
}
