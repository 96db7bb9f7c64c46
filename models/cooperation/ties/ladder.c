/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ladder of M20: friendship, exchange, trainees, project, programme. Each rung needs trust, and
 * the next one comes after years: climbing is a Poisson event once the trust is there. A first
 * grant takes a tie to `project` (projects.c); long success makes it a programme, which is
 * institutionalised. */
#include "models/cooperation/bodies/policy.h"
#include "models/cooperation/look/columns.h"
#include "models/cooperation/money/works.h"

static bool ready_for_programme(const sim_world_t *world, uint32_t tie) {
    const coop_ladder_params_t *p = &coop_params(world)->ladder;
    const sim_network_ties_t *ties = world->ties;
    return ties->stage[tie] == COOP_STAGE_PROJECT && ties->trust[tie] >= p->programme_trust &&
           coop_state(world)->donor.record[ties->from[tie]] >= p->programme_projects;
}

static bool climbs(const sim_world_t *world, uint32_t tie) {
    const coop_ladder_params_t *p = &coop_params(world)->ladder;
    const sim_network_ties_t *ties = world->ties;
    bool trainees =
        ties->stage[tie] == COOP_STAGE_EXCHANGE && ties->trust[tie] >= p->trainees_trust;
    if (!trainees && !ready_for_programme(world, tie))
        return false;
    sim_rng_draw_t draw = sim_world_draw(world, COOP_DRAW_LADDER, ties->from[tie], ties->to[tie]);
    return sim_rng_occurs(sim_rng_uniform(&draw), p->rate / world->clock.steps_per_year);
}

int coop_ladder_step(sim_world_t *world) {
    sim_network_ties_t *ties = world->ties;
    const uint32_t *live = ties->live[COOP_TIE_COOPERATION];
    for (uint32_t k = 0; k < ties->n_live[COOP_TIE_COOPERATION]; k++) {
        uint32_t tie = live[k];
        if (!climbs(world, tie))
            continue;
        sim_network_tie_stage(ties, tie, ties->stage[tie] + 1, world->clock.step);
        if (ties->stage[tie] == COOP_STAGE_TRAINEES)
            coop_works_count(world, ties->from[tie], COOP_WORK_CONTRIBUTION); /* M38 */
        if (ties->stage[tie] == COOP_STAGE_PROGRAMME)
            ties->institutionalised[tie] = 1;
    }
    return 0;
}

/* ---- its course ---- */

/* The state of a tie, for who asks what made it last: a spell alone tells only the last stage,
 * which a tie must live to reach. The state after a step bears on the ends of later steps, so the
 * rows use nothing that was not known. */
#define TIE_STATE(COLUMN)                                                                          \
    COLUMN(INTEGER, "tie_id", tie, "a cooperation tie")                                            \
    COLUMN(REAL, "time", sim_schedule_time(&world->clock, world->clock.step),                      \
           "year of the step after which it is so, until the tie's next row")                      \
    COLUMN(LABEL(coop_stage_words), "stage", ties->stage[tie],                                     \
           "rung of the ladder (M20); one reached in the step of the end stands in tie alone")     \
    COLUMN(REAL, "trust", ties->trust[tie], "0 to 1 (M33)")                                        \
    COLUMN(INTEGER, "institutionalised", coop_policy_holds(world, tie),                            \
           "1 = no longer rests on persons (M33)")
const sim_field_t coop_tie_state_fields[] = {TIE_STATE(FIELD) FIELD_END};

static int write_state(sim_world_t *world, uint32_t tie) {
    const sim_network_ties_t *ties = world->ties;
    const sim_cell_t cell[] = {TIE_STATE(CELL)};
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
